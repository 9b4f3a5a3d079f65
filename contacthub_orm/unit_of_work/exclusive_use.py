"""Exclusive use: a session belongs to one thread at a time, and to no thread once it is closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, get_ident

from contacthub_orm.errors import IllegalStateError


class ExclusiveUse:
    """Lets one call in at a time and tells the others what is wrong, instead of making them wait."""

    def __init__(self) -> None:
        self.closed = False
        self._lock = Lock()
        self._user: int | None = None

    def check_not_closed(self) -> None:
        """Raise IllegalStateError when the session is closed; for work that its own threads do."""
        if self.closed:
            raise IllegalStateError("this session is closed; make a new one")

    def check_open(self) -> None:
        """Raise IllegalStateError when the session is closed, or another thread is in the middle of a call."""
        self.check_not_closed()
        if self._user is not None and self._user != get_ident():
            raise IllegalStateError("another thread uses this session; a session belongs to one thread at a time")

    def check_free(self, call: str) -> None:
        """Raise IllegalStateError when the session is closed or held, also by this thread."""
        self.check_open()
        if self._lock.locked():
            raise self._held(call)

    @contextmanager
    def during(self, call: str) -> Iterator[None]:
        """Hold the session for the time of a call; IllegalStateError when it is held already."""
        self.check_open()
        if not self._lock.acquire(blocking=False):
            raise self._held(call)
        self._user = get_ident()
        try:
            yield
        finally:
            self._user = None
            self._lock.release()

    def _held(self, call: str) -> IllegalStateError:
        who = "from inside its own flush" if self._user == get_ident() else "while another thread uses it"
        return IllegalStateError(f"{call} was called on a session {who}; a session belongs to one thread at a time")
