"""Uninterrupted: work that Ctrl-C must not cut in two runs in a thread of its own, where no signal is heard."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from threading import Lock, Thread
from typing import Generic, TypeVar

import attrs

T = TypeVar("T")


def uninterrupted(call: Callable[[], T], stop: Callable[[], None]) -> T:
    """Return what a call returns, or raise what it raises.

    Python raises an interrupt between any two steps of the main thread, so an answer could be taken there and never
    settled. Here it calls `stop`, and is raised when the call has ended; before the call begins, it prevents it.
    """
    work = _Work(call)
    thread = Thread(target=copy_context().run, args=(work.run,), name="contacthub-commit", daemon=True)
    interrupt: BaseException | None = None
    try:
        thread.start()
    except RuntimeError:
        work.run()  # no thread can be started, such as at the end of the program
    except BaseException as error:
        if work.prevent():
            raise
        interrupt = error
        stop()
    while not work.ended:
        try:
            work.wait()
        except BaseException as error:
            interrupt = error
            stop()
    if thread.is_alive():
        thread.join()  # so that nothing keeps alive what the call held
    if interrupt is not None:
        raise interrupt
    return work.outcome()


@attrs.define(slots=True, eq=False)
class _Work(Generic[T]):
    """A call, and what became of it.

    The waiting thread uses plain locks only: an interrupt inside an `Event` or a `Future` can leave it locked for good.
    """

    call: Callable[[], T]
    ended: bool = attrs.field(default=False, init=False)
    _begun: Lock = attrs.field(factory=Lock, init=False)
    _end: Lock = attrs.field(factory=Lock, init=False)
    _result: list[T] = attrs.field(factory=list, init=False)
    _error: BaseException | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self._end.acquire()

    def prevent(self) -> bool:
        """Let the call not begin any more; tell whether that came in time."""
        return self._begun.acquire(blocking=False)

    def run(self) -> None:
        if not self._begun.acquire(blocking=False):
            return
        try:
            self._result.append(self.call())
        except BaseException as error:
            self._error = error
        self.ended = True
        self._end.release()

    def wait(self) -> None:
        self._end.acquire()

    def outcome(self) -> T:
        if self._error is not None:
            raise self._error
        return self._result[0]
