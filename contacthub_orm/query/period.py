"""Period: a stretch of time with both ends included, as event lists and `did` take it. Pure.

A calendar date stands for its whole day in UTC: `between(date(2026, 1, 1), date(2026, 1, 31))` is all of January.
Microseconds are cut to milliseconds, as everywhere: the server keeps no more.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final

import attrs

from contacthub_orm.errors import ArgumentError
from contacthub_orm.mapping.codecs import copy_in, parse_datetime

_LAST_MILLISECOND = time(23, 59, 59, 999_000)


@attrs.frozen(slots=True)
class Period:
    """From `start` to `end`, both included and both aware; None leaves that end open."""

    start: datetime | None = None
    end: datetime | None = None

    @classmethod
    def since(cls, start: object, *, what: str) -> Period:
        """Return the time from a moment on: a datetime (naive ones are taken as UTC), a date, or the ISO text of one.

        Raises:
            ArgumentError: it is something else; `what` tells in the message what it was given for.
        """
        return cls(start=_instants(start, what)[0])

    @classmethod
    def until(cls, end: object, *, what: str) -> Period:
        """Return the time up to a moment; as `since`."""
        return cls(end=_instants(end, what)[1])

    @classmethod
    def between(cls, start: object, end: object, *, what: str) -> Period:
        """Return the time from one moment to another; as `since`."""
        return cls.since(start, what=what).narrow(cls.until(end, what=what))

    @property
    def is_whole(self) -> bool:
        """True when both ends are open."""
        return self.start is None and self.end is None

    @property
    def is_empty(self) -> bool:
        """True when no instant lies in it."""
        return self.start is not None and self.end is not None and self.start > self.end

    def narrow(self, other: Period) -> Period:
        """Return the part that both have in common."""
        return Period(
            max((each.start for each in (self, other) if each.start is not None), default=None),
            min((each.end for each in (self, other) if each.end is not None), default=None),
        )


ALWAYS: Final = Period()


def _instants(given: object, what: str) -> tuple[datetime, datetime]:
    """Return the first and the last instant, in UTC, of what names an instant or a day."""
    try:
        text = copy_in(given, what) if isinstance(given, str | date) else ""
        day = _day(text)
        if day is not None:
            return datetime.combine(day, time(), UTC), datetime.combine(day, _LAST_MILLISECOND, UTC)
        moment = parse_datetime(text).astimezone(UTC)
        return moment, moment
    except (ValueError, OverflowError):
        kind = "a text of another form" if isinstance(given, str) else f"a {type(given).__name__}"
        raise ArgumentError(
            f"{what}: a period is given by datetimes, dates or ISO 8601 texts, in UTC within the years 1 to 9999; "
            f"this is {kind}."
        ) from None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
