"""Faults by rule: which requests go wrong (contract 10.3 #10)."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from contacthub_orm.errors import ArgumentError
from contacthub_orm.mapping.suggestions import did_you_mean
from contacthub_orm.sandbox.app import API_ROOT, PATHS
from contacthub_orm.sandbox.fault import Fault
from contacthub_orm.sandbox.messages import Request, percent_decode
from contacthub_orm.sandbox.play import Play, Stage

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_ANY = "*"


class FaultRule:
    """Which requests a fault meets, and how many it has met; made by `sandbox.faults.add`.

    As a context manager it is removed at the end of the block.

    Attributes:
        fault: what goes wrong with them.
        methods: of the requests, None for every method.
        path: of the requests, None for every path.
        skip: how many of them it lets pass first.
        times: how many it meets, None for all.
        hits: how many it has met.
    """

    def __init__(
        self,
        faults: Faults,
        fault: Fault,
        methods: tuple[str, ...] | None,
        path: str | None,
        *,
        skip: int,
        times: int | None,
    ) -> None:
        self.fault = fault
        self.methods = methods
        self.path = path
        self.skip = skip
        self.times = times
        self.hits = 0
        self._faults = faults
        self._names = path.strip("/").split("/") if path else None
        self._passed = 0

    @property
    def waiting(self) -> bool:
        """Whether it has yet to meet a request: the next of `times`, or the first at all."""
        return self.hits < (1 if self.times is None else self.times)

    def release(self) -> None:
        """Go on with the requests that it keeps waiting, and return when nothing more becomes of them."""
        self._faults._release([self])

    def remove(self) -> None:
        """Meet no more requests, and `release` the others. Removing twice does nothing."""
        self._faults._remove([self])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, type_: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.remove()

    def __repr__(self) -> str:
        methods = "|".join(self.methods) if self.methods else "any method"
        skip = f", after {self.skip}" if self.skip else ""
        times = "" if self.times is None else f" of {self.times}"
        return f"<FaultRule {self.fault} for {methods} {self.path or 'any path'}{skip}: met {self.hits}{times}>"

    def _meets(self, method: str, names: Iterable[str]) -> bool:
        """Whether it meets a request, which counts then."""
        if self.methods is not None and method not in self.methods:
            return False
        if self._names is not None and not _fits(self._names, list(names)):
            return False
        if self._passed < self.skip:
            self._passed += 1
            return False
        self.hits += 1
        return True

    def _is_used_up(self) -> bool:
        return self.times is not None and self.hits >= self.times


class Faults:
    """The rules of a sandbox by which requests go wrong, `sandbox.faults`.

    A request is met by the first rule, in the order of adding, that fits it and is not used up.

    Example:
        >>> from contacthub_orm.sandbox import Fault, Sandbox
        >>> with Sandbox() as sandbox:
        ...     sandbox.faults.add(Fault.answer(503, when="after"), "PATCH", "/customers/*", times=2)
        <FaultRule Fault.answer(503, when='after') for PATCH /customers/*: met 0 of 2>
    """

    def __init__(self) -> None:
        self._rules: tuple[FaultRule, ...] = ()
        self._plays: dict[Play, FaultRule] = {}
        self._changed = threading.Condition()

    def add(
        self,
        fault: Fault,
        methods: str | Iterable[str] | None = None,
        path: str | None = None,
        *,
        skip: int = 0,
        times: int | None = 1,
    ) -> FaultRule:
        """Let requests go wrong until the rule is used up, removed, or the sandbox reset.

        Args:
            fault: how.
            methods: one method or several; every method by default.
            path: below the workspace, with `*` for an id: `/customers/*/jobs`; every path by default.
            skip: let this many pass first.
            times: how many to meet, None for all.

        Raises:
            ArgumentError: no request can meet the rule, or an argument makes no sense.
        """
        if not isinstance(fault, Fault):
            raise ArgumentError(f"The first argument is a fault, such as Fault.answer(503); got {fault!r}.")
        if times is not None:
            _count("times", times, least=1)
        rule = FaultRule(self, fault, _methods(methods), _path(path), skip=_count("skip", skip, least=0), times=times)
        with self._changed:
            self._rules = (*self._rules, rule)
        return rule

    @property
    def rules(self) -> tuple[FaultRule, ...]:
        """The rules that are in force, in the order in which they are asked."""
        return self._rules

    @property
    def waiting(self) -> tuple[FaultRule, ...]:
        """The rules that have yet to meet a request; empty when everything that was planned took place."""
        return tuple(rule for rule in self._rules if rule.waiting)

    def clear(self) -> None:
        """Remove all rules, and `release` the requests that they keep waiting."""
        with self._changed:
            self._remove([*self._rules, *self._plays.values()])

    def __repr__(self) -> str:
        return f"<Faults {list(self._rules)}>"

    # -- for the sandbox -------------------------------------------------------------------------------------------

    def meet(self, request: Request) -> Play | None:
        """What becomes of a request by a rule; None when none meets it."""
        if not self._rules:
            return None
        names = _names(request.path)
        with self._changed:
            for rule in self._rules:
                if rule._meets(request.method, names):
                    if rule._is_used_up():
                        self._rules = tuple(other for other in self._rules if other is not rule)
                    play = Play(rule.fault, self._changed, self._ended)
                    self._plays[play] = rule
                    return play
        return None

    def drop(self) -> None:
        """Forget all rules; requests under way are cut off, and not applied if they are not yet."""
        with self._changed:
            self._rules = ()
            self._end(list(self._plays), Stage.DROPPED)

    def _remove(self, rules: Iterable[FaultRule]) -> None:
        rules = list(rules)
        with self._changed:
            self._rules = tuple(rule for rule in self._rules if rule not in rules)
            self._release(rules)

    def _release(self, rules: Iterable[FaultRule]) -> None:
        with self._changed:
            self._end([play for play, rule in self._plays.items() if rule in rules], Stage.HURRIED)

    def _end(self, plays: list[Play], stage: Stage) -> None:
        for play in plays:
            play.go_on(stage)
        self._changed.wait_for(lambda: not any(play in self._plays for play in plays))

    def _ended(self, play: Play) -> None:
        del self._plays[play]
        self._changed.notify_all()


def _names(path: str) -> list[str]:
    """The parts of a path below the workspace, or below the root of the API, as they are without encoding."""
    names = path.removeprefix(f"{API_ROOT}/").split("/")
    below = names[2:] if names[0] == "workspaces" else names
    try:
        return [percent_decode(name) for name in below]
    except ValueError:
        return below


def _fits(pattern: list[str], names: list[str]) -> bool:
    return len(pattern) == len(names) and all(part in (_ANY, name) for part, name in zip(pattern, names, strict=True))


def _methods(given: str | Iterable[str] | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    methods = (given,) if isinstance(given, str) else tuple(given)
    wrong = [method for method in methods if method not in METHODS]
    if wrong or not methods:
        got = repr(wrong[0]) if wrong else "none"
        raise ArgumentError(f"methods are {', '.join(METHODS)}; got {got}. Leave it out for every method.")
    return methods


def _path(given: object) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str) or not given.startswith("/") or "?" in given:
        raise ArgumentError(f"path is what follows the workspace in a URL, such as '/customers/*'; got {given!r}.")
    names = given.strip("/").split("/")
    if not any(_overlap(names, known) for known in PATHS):
        known_paths = [f"/{'/'.join(names)}" for names in PATHS]
        raise ArgumentError(
            f"No request has the path {given!r} below its workspace{did_you_mean(given, known_paths)}. "
            "Write * for an id."
        )
    return given


def _overlap(pattern: list[str], known: tuple[str, ...]) -> bool:
    return len(pattern) == len(known) and all(
        _ANY in (part, name) or part == name for part, name in zip(pattern, known, strict=True)
    )


def _count(name: str, value: object, *, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ArgumentError(f"{name} is a whole number, {least} or more; got {value!r}.")
    return value
