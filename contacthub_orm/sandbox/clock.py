"""Where the sandbox takes its time from."""

from __future__ import annotations

import threading
from collections.abc import Callable

Clock = Callable[[], float]
"""Gives the seconds since 1970-01-01T00:00Z, as `time.time` does."""


class ManualClock:
    """A clock that stands still until it is moved, so that a test of delays needs no sleeping.

    Args:
        now: the first time, in seconds since 1970-01-01T00:00Z.

    Example:
        >>> clock = ManualClock(1_700_000_000.0)
        >>> clock.advance(30)
        >>> clock()
        1700000030.0
    """

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self._now = now
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """Return the current time."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the time forward by `seconds`."""
        with self._lock:
            self._now += seconds


def milliseconds(clock: Clock) -> int:
    """The time of `clock` in whole milliseconds since 1970, the precision of the API."""
    return round(clock() * 1000)
