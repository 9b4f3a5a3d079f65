"""The request log of a sandbox, which tests look at."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

import attrs
from requests.structures import CaseInsensitiveDict

from contacthub_orm.errors import ArgumentError
from contacthub_orm.sandbox.messages import Request, Response
from contacthub_orm.sandbox.wire import decode

if TYPE_CHECKING:
    from contacthub_orm.sandbox.fault import Fault

_ANSWERS_KEPT = 100  # lists are large, and a run may have a hundred thousand of them
_SECRETS = frozenset({"authorization", "proxy-authorization", "cookie"})


@attrs.define(eq=False)
class LogEntry:
    """A request that the sandbox answered or met with a fault; it holds no credentials.

    With a fault the entry appears before the answer and is brought up to date: see `applied` and `duration`.

    Attributes:
        method: the HTTP method.
        path: the path as it was sent, percent-encoded.
        status: the status of the answer, 0 when none is sent.
        applied: whether the API has carried it out, whatever the client was told.
        fault: what went wrong by a rule of `sandbox.faults`, or None.
        content: the bytes of the request body.
        answer: the bytes of the answer's body, None for no answer; the latest 100 requests keep theirs.
        time: when it arrived, in seconds since 1970 by the clock of the machine.
        duration: seconds until it was answered and applied; None until then.
    """

    method: str
    path: str
    status: int
    applied: bool
    fault: Fault | None
    content: bytes = attrs.field(repr=False)
    answer: bytes | None = attrs.field(repr=False)
    time: float = attrs.field(repr=False)
    duration: float | None = attrs.field(repr=False)
    _began: float = attrs.field(repr=False)
    _target: str = attrs.field(repr=False)
    _headers: tuple[tuple[str, str], ...] = attrs.field(repr=False)

    @classmethod
    def arrived(cls, request: Request, fault: Fault | None = None, *, began: float | None = None) -> LogEntry:
        """The entry for a request that is not answered yet; `began` is what `perf_counter` said when it arrived."""
        now = time.perf_counter()
        began = now if began is None else began
        headers = tuple((name, _redacted(value) if name in _SECRETS else value) for name, value in request.headers)
        return cls(
            method=request.method,
            path=request.path,
            status=0,
            applied=False,
            fault=fault,
            content=request.body,
            answer=None,
            time=time.time() - (now - began),
            duration=None,
            began=began,
            target=request.target,
            headers=headers,
        )

    @classmethod
    def of(cls, request: Request, response: Response, *, began: float | None = None) -> LogEntry:
        """The entry for a request and its answer."""
        entry = cls.arrived(request, began=began)
        entry.note(response)
        entry.finish()
        return entry

    def note(self, response: Response) -> None:
        """Note what the request was answered with."""
        self.status, self.answer, self.applied = response.status, response.body, response.status < 400

    def finish(self) -> None:
        """Nothing more becomes of the request."""
        self.duration = time.perf_counter() - self._began

    @property
    def weight(self) -> int:
        """The bytes of what was asked, headers included."""
        headers = sum(len(name) + len(value) for name, value in self._headers)
        return len(self._target) + headers + len(self.content)

    @property
    def target(self) -> str:
        """The path and query as they were sent."""
        return self._target

    @property
    def query(self) -> dict[str, Any]:
        """The decoded query parameters; one that was given several times is a list of texts.

        When a percent escape is broken, all of them stay as they were sent.
        """
        request = Request(self.method, self._target)
        try:
            pairs = request.parameters()
        except ValueError:
            pairs = request.raw_parameters()
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            given.setdefault(name, []).append(value)
        return {name: values[0] if len(values) == 1 else values for name, values in given.items()}

    @property
    def headers(self) -> CaseInsensitiveDict[str]:
        """The request headers; `Authorization` shows its scheme only."""
        return CaseInsensitiveDict(self._headers)

    @property
    def body(self) -> Any:
        """The decoded request body: None for an empty one, the bytes for one that is not JSON."""
        if not self.content:
            return None
        try:
            return decode(self.content.decode("utf-8"))
        except ValueError:
            return self.content


def _redacted(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    return f"{scheme} [redacted]" if space else "[redacted]"


def _check_limit(value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ArgumentError(f"log_limit is a whole number, 1 or more; got {value!r}.")


class RequestLog(Sequence[LogEntry]):
    """The latest requests, the oldest first.

    Args:
        limit: most entries that are kept.
        most_bytes: of their paths, queries, headers and bodies together; the latest entry is kept whatever its size.
    """

    def __init__(self, limit: int = 100_000, most_bytes: int = 64 * 1024 * 1024) -> None:
        _check_limit(limit)
        self._entries: list[LogEntry] = []
        self._bytes = 0
        self._limit = limit
        self._most_bytes = most_bytes
        self._gone = 0
        self._lock = threading.Lock()

    def append(self, entry: LogEntry) -> None:
        """Add an entry; beyond a limit the oldest ones go, until a tenth is free."""
        with self._lock:
            self._entries.append(entry)
            if len(self._entries) > _ANSWERS_KEPT:
                self._entries[-1 - _ANSWERS_KEPT].answer = None
            self._bytes += entry.weight
            if len(self._entries) > self._limit or self._bytes > self._most_bytes:
                self._drop_oldest()

    def _drop_oldest(self) -> None:
        left, dropped = len(self._entries), 0
        while left > 1 and (left > 0.9 * self._limit or self._bytes > 0.9 * self._most_bytes):
            self._bytes -= self._entries[dropped].weight
            left, dropped = left - 1, dropped + 1
        del self._entries[:dropped]
        self._gone += dropped

    def clear(self) -> None:
        """Forget all entries."""
        with self._lock:
            self._gone += len(self._entries)
            self._entries.clear()
            self._bytes = 0

    def numbered(self, start: int, limit: int = 500) -> tuple[int, list[LogEntry]]:
        """The entries from number `start` on, the latest `limit` of them, and the number of the first.

        Numbers begin with 0 and are never given twice, also when entries go.
        """
        with self._lock:
            position = max(start - self._gone, len(self._entries) - limit, 0)
            return self._gone + position, self._entries[position:]

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> LogEntry: ...
    @overload
    def __getitem__(self, index: slice) -> list[LogEntry]: ...
    def __getitem__(self, index: int | slice) -> LogEntry | list[LogEntry]:
        return self._entries[index]

    def __iter__(self) -> Iterator[LogEntry]:
        return iter(self._entries[:])

    def __repr__(self) -> str:
        return f"RequestLog({self._entries[:]!r})"
