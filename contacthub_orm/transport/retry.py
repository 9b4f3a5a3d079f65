"""When a failed attempt is worth another one, and how long to wait before it."""

from __future__ import annotations

import enum
import math
import random
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import attrs

from contacthub_orm.errors import APIError, ArgumentError, TransportError


class Repeat(enum.Enum):
    """May the same request be sent again after a failure?"""

    NEVER = "never"
    """Another attempt would end the same way, or could do harm."""
    IF_IDEMPOTENT = "if idempotent"
    """The first one may have been applied: only where applying it twice is the same as once."""
    ALWAYS = "always"
    """The server provably did not apply it."""


@attrs.frozen
class Failure:
    """One attempt that gave no result: the error it will be, if no other attempt follows."""

    error: APIError | TransportError
    repeat: Repeat
    throttled: bool = False


def _at_least(minimum: float) -> Callable[[Any, attrs.Attribute[Any], Any], None]:
    def check(_instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not minimum <= value < math.inf:
            raise ArgumentError(f"RetryPolicy: {attribute.name} must be a finite number of at least {minimum}")

    return check


def _is_whole(_instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, int):
        raise ArgumentError(f"RetryPolicy: {attribute.name} must be a whole number")


@attrs.frozen
class RetryPolicy:
    """How one request is repeated: bounded in number, in time, and spread by jitter. All times are in seconds.

    Args:
        attempts: How often it is sent at most; 1 switches retries off.
        base: Backoff before the second attempt; doubles from there. A random part of it is waited (full jitter).
        cap: Longest backoff.
        throttle_base: The same as `base` after 423 and 429, where at least half of it is waited (equal jitter).
        max_retry_after: Longest `Retry-After` that is waited for; a longer one ends the request with the error.
        deadline: For the whole request, attempts and waits together; looked at between attempts and between the
            pieces of an answer, so that one last wait for data may end up to a read timeout later.
        clock, sleep, rng: Monotonic clock, sleep and random number in [0, 1), for tests.

    >>> RetryPolicy(attempts=1).attempts
    1
    """

    attempts: int = attrs.field(default=4, validator=[_at_least(1), _is_whole])
    base: float = attrs.field(default=0.25, validator=_at_least(0))
    cap: float = attrs.field(default=8.0, validator=_at_least(0))
    throttle_base: float = attrs.field(default=1.0, validator=_at_least(0))
    max_retry_after: float = attrs.field(default=60.0, validator=_at_least(0))
    deadline: float = attrs.field(default=60.0, validator=_at_least(0.001))
    clock: Callable[[], float] = attrs.field(default=time.monotonic, repr=False, eq=False, kw_only=True)
    sleep: Callable[[float], None] = attrs.field(default=time.sleep, repr=False, eq=False, kw_only=True)
    rng: Callable[[], float] = attrs.field(default=random.random, repr=False, eq=False, kw_only=True)

    def backoff(self, attempt: int, *, throttled: bool = False) -> float:
        """Return the jittered wait after attempt number `attempt` (from 1)."""
        longest = min(self.cap, (self.throttle_base if throttled else self.base) * 2.0 ** min(attempt - 1, 64))
        # Full jitter spreads clients best, but may be almost nothing; a server that throttles needs a real pause.
        return longest / 2 + self.rng() * longest / 2 if throttled else self.rng() * longest

    def wait_after(self, failure: Failure, *, attempt: int, elapsed: float, idempotent: bool) -> float | None:
        """Return how long to wait before the next attempt, or None when there is to be none."""
        if failure.repeat is Repeat.NEVER or (failure.repeat is Repeat.IF_IDEMPOTENT and not idempotent):
            return None
        if attempt >= self.attempts:
            return None
        wait = self.backoff(attempt, throttled=failure.throttled)
        if isinstance(failure.error, APIError) and failure.error.retry_after is not None:
            if failure.error.retry_after > self.max_retry_after:
                return None
            wait = max(wait, failure.error.retry_after)
        return wait if elapsed + wait < self.deadline else None


_SECONDS = re.compile(r"\d{1,15}(\.\d{1,6})?", re.ASCII)


def retry_after(headers: Mapping[str, str], now: Callable[[], float] = time.time) -> float | None:
    """Read `Retry-After`: seconds or an HTTP date; None when absent or nonsense.

    A date is compared with the answer's own `Date` where there is one, so that a wrong clock on this machine does
    not turn into a wrong wait.
    """
    value = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    until = _timestamp(value)
    if until is None:
        return None
    sent = _timestamp(headers.get("Date", ""))
    return max(0.0, until - (now() if sent is None else sent))


def _timestamp(text: str) -> float | None:
    try:
        moment: datetime = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
