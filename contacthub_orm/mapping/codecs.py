"""Wire <-> Python values of single fields: text, numbers, dates, enumerations; and the copy-in of free JSON.

Reading is tolerant (contract 1.5: what does not parse is given back as it came); writing is strict, because a value
that the API would refuse is best refused where it is set, with its path.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Any, ClassVar

from contacthub_orm.errors import ValidationError
from contacthub_orm.mapping.suggestions import did_you_mean

MAX_DEPTH = 64
MAX_INT_BITS = 14_000  # CPython refuses to print integers of more than 4,300 digits

Check = Callable[[Any], str | None]
"""Looks at a wire value: None when it may be sent, else the reason why not."""


def refuse(path: str, reason: str) -> ValidationError:
    """Return the error for one value that cannot be sent; the reason must not quote the value."""
    return ValidationError([(path, reason)])


def parse_datetime(text: str) -> datetime:
    """Return the instant that an ISO 8601 text names, naive texts taken as UTC; ValueError when it names none."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def format_datetime(moment: datetime, path: str = "") -> str:
    """Return a date-time as the API writes it: UTC, milliseconds, offset without colon (contract 1.5).

    Naive values are taken as UTC. Microseconds are cut to milliseconds.
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "+0000"
    except OverflowError:
        raise refuse(path, "this instant is outside the years 1 to 9999 in UTC") from None


def is_day(raw: object) -> bool:
    """Tell whether a wire value is the text of a calendar date, without a time."""
    is_text = isinstance(raw, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", raw)
    return bool(is_text) and _parsed(date.fromisoformat, str(raw)) is not None


def check_text(value: str, path: str) -> str:
    """Return the text as a plain str; NUL and lone surrogates cannot be sent."""
    if not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise refuse(path, "the text holds a lone surrogate, which is not valid Unicode") from None
    if "\0" in value:
        raise refuse(path, "the text holds a NUL character")
    return str.__str__(value)


class ValueType:
    """How a value of one kind is written to and read from the wire. `decode` is None where reading changes nothing."""

    expects: ClassVar[str] = "a JSON value"
    decode: Callable[[Any], Any] | None = None

    def encode(self, value: Any, path: str) -> Any:
        """Return the wire value; ValidationError with the path when the value cannot be sent."""
        return copy_in(value, path)

    def wrong_type(self, value: Any, path: str) -> ValidationError:
        """Return the error for a value of another type; names types, never the value."""
        return refuse(path, f"expects {self.expects}, not {type(value).__name__}")


class TextType(ValueType):
    """Text, optionally held to a pattern or a check."""

    expects = "text (str)"

    def encode(self, value: Any, path: str) -> str:
        """Return the text, checked to be sendable."""
        if not isinstance(value, str):
            raise self.wrong_type(value, path)
        return check_text(value.value if isinstance(value, Enum) else value, path)


class BooleanType(ValueType):
    """true or false; 0 and 1 are not taken for them."""

    expects = "True or False"

    def encode(self, value: Any, path: str) -> bool:
        """Return the boolean."""
        if not isinstance(value, bool):
            raise self.wrong_type(value, path)
        return value


class IntegerType(ValueType):
    """A whole number; booleans are not taken for numbers."""

    expects = "a whole number (int)"

    def encode(self, value: Any, path: str) -> int:
        """Return the number."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong_type(value, path)
        return _check_integer(value, path)


class NumberType(ValueType):
    """A finite number."""

    expects = "a number (int or float)"

    def encode(self, value: Any, path: str) -> int | float:
        """Return the number; NaN and the infinities are no JSON."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong_type(value, path)
        return _check_number(value, path)


class DateType(ValueType):
    """A calendar date, `YYYY-MM-DD` on the wire."""

    expects = "a date, or its ISO text YYYY-MM-DD"

    def encode(self, value: Any, path: str) -> str:
        """Return the ISO text of a date, or the given text when it is one; of a datetime, the day that it shows."""
        if isinstance(value, datetime):
            return value.date().isoformat()  # in its own zone: a birthday is the same day everywhere
        if isinstance(value, date):
            return value.isoformat()
        if not isinstance(value, str):
            raise self.wrong_type(value, path)
        if not is_day(value):
            raise refuse(path, "the text is not a date of the form YYYY-MM-DD")
        return check_text(value, path)

    def decode(self, raw: Any) -> Any:
        """Return the date, or the wire value as it came when it is none."""
        if isinstance(raw, str) and len(raw) == 10:
            return _parsed(date.fromisoformat, raw) or raw
        return raw


class DateTimeType(ValueType):
    """An instant; aware datetimes in Python, UTC with milliseconds on the wire."""

    expects = "a datetime, or its ISO text"

    def encode(self, value: Any, path: str) -> str:
        """Return the wire form of a datetime or of its ISO text: the API takes no text that leaves its offset open.

        A date is its first instant in UTC, as a naive datetime is taken as UTC.
        """
        if isinstance(value, datetime):
            return format_datetime(value, path)
        if isinstance(value, date):
            return format_datetime(datetime.combine(value, time()), path)
        if not isinstance(value, str):
            raise self.wrong_type(value, path)
        moment = _parsed(parse_datetime, value) if len(value) >= 16 or is_day(value) else None
        if moment is None:
            raise refuse(path, "the text is not an ISO 8601 date-time")
        return format_datetime(moment, path)

    def decode(self, raw: Any) -> Any:
        """Return the aware datetime, or the wire value as it came when it is none."""
        return (_parsed(parse_datetime, raw) or raw) if isinstance(raw, str) else raw


class EnumType(ValueType):
    """One of a closed set of texts. Unknown values that come from the server are kept (they are read, not checked)."""

    def __init__(self, enumeration: type[Enum]) -> None:
        self.enumeration = enumeration
        self.values = {str(member.value) for member in enumeration}
        self.expects = f"a member of {enumeration.__name__}"  # type: ignore[misc]

    def encode(self, value: Any, path: str) -> str:
        """Return the wire text of a member; the error for another text proposes the nearest member."""
        if not isinstance(value, str):
            raise self.wrong_type(value, path)
        text = str(value.value) if isinstance(value, Enum) else check_text(value, path)
        if text not in self.values:
            some = ", ".join(sorted(self.values)[:8]) + (", …" if len(self.values) > 8 else "")
            hint = did_you_mean(text, self.values)
            raise refuse(path, f"not a member of {self.enumeration.__name__} ({some}){hint}")
        return text


def _parsed(parse: Callable[[str], Any], text: str) -> Any:
    try:
        return parse(text)
    except ValueError:
        return None


def _check_integer(value: int, path: str) -> int:
    if value.bit_length() > MAX_INT_BITS:
        raise refuse(path, "the number has too many digits")
    return int(value)


def _check_number(value: int | float, path: str) -> int | float:
    if isinstance(value, int):
        return _check_integer(value, path)
    if not math.isfinite(value):
        raise refuse(path, "NaN and infinity are no JSON numbers")
    return float(value)


def copy_in(value: Any, path: str, active: frozenset[int] = frozenset()) -> Any:
    """Return a fresh JSON copy of a value: nothing in it is shared with what the caller holds.

    Takes None, bool, int, float, str and its enums, date, datetime, mappings with text keys, lists and tuples, to a
    depth of 64. Raises ValidationError with the path of the first member that has no JSON form.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return check_text(str(value.value) if isinstance(value, Enum) else value, path)
    if isinstance(value, int | float):
        return _check_number(value, path)
    if isinstance(value, datetime):
        return format_datetime(value, path)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = enter(value, path, active)
        return {key: copy_in(item, join(path, key), inner) for key, item in text_keys(value, path)}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        inner = enter(value, path, active)
        return [copy_in(item, f"{path}[{index}]", inner) for index, item in enumerate(value)]
    if isinstance(value, timedelta):
        raise refuse(path, "a timedelta has no JSON form; send a number and say in which unit")
    hint = "; use list(…)" if hasattr(value, "__iter__") and not isinstance(value, bytes | bytearray) else ""
    raise refuse(path, f"{type(value).__name__} has no JSON form{hint}")


def enter(container: Any, path: str, active: frozenset[int]) -> frozenset[int]:
    """Return `active` with this container added; ValidationError when it contains itself or is too deep."""
    if id(container) in active:
        raise refuse(path, "the value contains itself")
    if len(active) >= MAX_DEPTH:
        raise refuse(path, f"nested deeper than {MAX_DEPTH} levels")
    return active | {id(container)}


def text_keys(mapping: Mapping[Any, Any], path: str) -> list[tuple[str, Any]]:
    """Return the items of a mapping whose keys are all text; ValidationError otherwise."""
    items = list(mapping.items())
    for key, _ in items:
        if not isinstance(key, str):
            raise refuse(path, f"keys must be text, not {type(key).__name__}")
        check_text(key, path)
    return [(str(key.value) if isinstance(key, Enum) else str.__str__(key), item) for key, item in items]


def join(path: str, key: str) -> str:
    """Return the dotted path of a member."""
    return f"{path}.{key}" if path else key
