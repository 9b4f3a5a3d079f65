"""Ids that the server makes."""

from __future__ import annotations

import os
import threading
import uuid

from contacthub_orm.sandbox.clock import Clock, milliseconds

_RANDOM_BITS = 62


class TimeOrderedIds:
    """Makes UUIDs of version 7 that increase with every call.

    Lists are ordered by `(registeredAt, id)`; with random ids, customers made in the same millisecond would come back
    in an order that changes from run to run.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0
        self._lock = threading.Lock()

    def __call__(self) -> str:
        """Return the next id."""
        with self._lock:
            # 48 bits of milliseconds and 12 that count within one of them.
            self._last = max(self._last + 1, milliseconds(self._clock) << 12)
            ticks = self._last
        return time_ordered_id(ticks, int.from_bytes(os.urandom(8), "big"))


def time_ordered_id(ticks: int, entropy: int) -> str:
    """A UUID of version 7 out of `ticks` (milliseconds since 1970, times 4096, plus a count) and random bits."""
    time_and_version = (ticks >> 12) << 16 | 0x7000 | ticks & 0xFFF
    variant_and_random = 1 << 63 | entropy & ((1 << _RANDOM_BITS) - 1)
    return str(uuid.UUID(int=(time_and_version & (1 << 64) - 1) << 64 | variant_and_random))
