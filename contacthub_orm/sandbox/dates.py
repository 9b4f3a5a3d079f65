"""Dates as the API writes them (contract 1.5): days as `YYYY-MM-DD`, instants as `YYYY-MM-DDTHH:MM:SS.mmm+0000`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

MIDNIGHT = "T00:00:00.000+0000"


def day(text: str) -> str | None:
    """`text` if it is a calendar day, else None."""
    if not _DAY.fullmatch(text):
        return None
    try:
        date.fromisoformat(text)
    except ValueError:
        return None
    return text


def instant(text: str) -> str | None:
    """The instant that `text` names, in UTC with milliseconds; None if it names none or leaves its offset open."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        return _written(datetime.fromisoformat(text).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def from_milliseconds(value: float) -> str:
    """The instant `value` milliseconds after 1970-01-01T00:00Z.

    Raises:
        ValueError: no calendar reaches it.
    """
    try:
        return _written(_EPOCH + timedelta(milliseconds=value))
    except OverflowError:
        raise ValueError("beyond the calendar") from None


def to_milliseconds(written: str) -> int:
    """The milliseconds since 1970-01-01T00:00Z of an instant that this module wrote."""
    return (datetime.fromisoformat(written) - _EPOCH) // timedelta(milliseconds=1)


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "+0000"
