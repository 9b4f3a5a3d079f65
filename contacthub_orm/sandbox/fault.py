"""What can go wrong with a request (contract 10.3 #10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from contacthub_orm.errors import ArgumentError
from contacthub_orm.sandbox import manners
from contacthub_orm.sandbox.manners import Manner, Part
from contacthub_orm.sandbox.ready_made import ReadyMade, Shape, ready_made

When = Literal["before", "after", "late"]
"""When a fault plays: before the request is applied, after, or before it is applied all the same."""

_GARBAGE = b"\x00\x01\xfe\xff this is not HTTP\r\n\r\n"


@attrs.frozen(repr=False)
class Fault:
    """What goes wrong with a request. `sandbox.faults.add` says with which.

    `when` is one of

    - `"before"`: instead of applying the request;
    - `"after"`: the request is applied, and its answer replaced or lost;
    - `"late"`: the client is cut off first, and the request applied then.

    `delay` are seconds before the fault plays; with `"late"`, between the end of the connection and the application.
    `math.inf` waits until the rule is released or removed.

    Attributes:
        when: see above.
        seconds: the delay.
        made: what is answered; None for the true answer, or none.
        manner: how the answer reaches the client; None for at once and whole.
        answers: whether the client sees a status.
    """

    when: When
    seconds: float
    _call: str
    made: ReadyMade | None = None
    manner: Manner | None = None
    answers: bool = True

    def __repr__(self) -> str:
        return self._call

    @classmethod
    def answer(
        cls,
        status: int,
        shape: Shape = "api",
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        retry_after: float | str | None = None,
        when: When = "before",
        delay: float = 0.0,
    ) -> Fault:
        """Another answer than the API's.

        Args:
            status: such as 503.
            shape: of the body: `"api"` (its error body), `"bare"` (without `errors` and `data`), `"spring"` (of the
                framework below the API), `"html"` (of a gateway) or `"empty"`.
            body: another body: text, bytes, or a value that becomes JSON.
            headers: more headers; they go before those of the body.
            retry_after: the header of that name.
            when: see `Fault`.
            delay: see `Fault`.
        """
        answer = ready_made(status, shape, body, headers, retry_after)
        given = {"shape": (shape, "api"), "body": (body, None), "headers": (headers, None)}
        call = _call(
            "answer", status, **given, retry_after=(retry_after, None), when=(when, "before"), delay=(delay, 0)
        )
        return cls(_when(when), _seconds(delay), call, answer)

    @classmethod
    def delay(cls, seconds: float, *, when: When = "before") -> Fault:
        """The true answer, later: the request is applied after the delay, or (`when="after"`) ahead of it."""
        if when == "late":
            raise ArgumentError(
                'A delay has no when="late". Use Fault.silence(when="late"), or a client that gives up.'
            )
        return cls(_when(when), _seconds(seconds), _call("delay", seconds, when=(when, "before")))

    @classmethod
    def cut(cls, *, reset: bool = False, when: When = "before", delay: float = 0.0) -> Fault:
        """No answer: the connection is closed in order, or reset."""
        call = _call("cut", reset=(reset, False), when=(when, "before"), delay=(delay, 0))
        return cls(_when(when), _seconds(delay), call, None, manners.reset if reset else manners.close, False)

    @classmethod
    def silence(cls, *, when: When = "before", delay: float = 0.0) -> Fault:
        """No answer: the connection stays open until the client gives up. Late: the request is applied after that."""
        call = _call("silence", when=(when, "before"), delay=(delay, 0))
        return cls(_when(when), _seconds(delay), call, None, manners.silence, False)

    @classmethod
    def half(cls, *, when: When = "after", delay: float = 0.0) -> Fault:
        """Half of the body that the headers announce, then the end of the connection.

        An answer without a body breaks off in its first line. Before and late, the answer is a made-up 200.
        """
        call = _call("half", when=(when, "after"), delay=(delay, 0))
        answer = None if when == "after" else ReadyMade(200, body=b'{"id": "00000000-0000-4000-8000-000000000000"}')
        return cls(_when(when), _seconds(delay), call, answer, manners.half)

    @classmethod
    def drip(cls, seconds: float, *, part: Part = "body") -> Fault:
        """The true answer byte by byte, with so many seconds after each; `part="head"` begins with the headers."""
        if part not in ("body", "head"):
            raise ArgumentError(f'part is "body" or "head"; got {part!r}.')
        call = _call("drip", seconds, part=(part, "body"))
        return cls("after", 0.0, call, None, manners.Drip(_seconds(seconds), part))

    @classmethod
    def garbage(cls, data: bytes = _GARBAGE, *, when: When = "before", delay: float = 0.0) -> Fault:
        """Bytes of your own instead of an answer, by default such that are no HTTP; then the connection ends."""
        call = _call("garbage", *([data] if data != _GARBAGE else []), when=(when, "before"), delay=(delay, 0))
        return cls(_when(when), _seconds(delay), call, None, manners.Bytes(_data(data)), False)


def _when(value: When) -> When:
    if value not in ("before", "after", "late"):
        raise ArgumentError(f'when is "before", "after" or "late"; got {value!r}.')
    return value


def _data(value: object) -> bytes:
    if not isinstance(value, bytes) or not value:
        raise ArgumentError(f"data are bytes; got {value!r}. Use Fault.cut() to send nothing.")
    return value


def _seconds(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not value >= 0:
        raise ArgumentError(f"A delay is a number of seconds, 0 or more; got {value!r}.")
    return float(value)


def _call(name: str, *arguments: object, **options: tuple[object, object]) -> str:
    """How the fault was made, without the options that have their default."""
    given = [f"{option}={value!r}" for option, (value, default) in options.items() if value != default]
    return f"Fault.{name}({', '.join([*map(repr, arguments), *given])})"
