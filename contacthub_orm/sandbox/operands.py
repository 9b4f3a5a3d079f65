"""How a value of a query compares with an attribute: what to compare, under which guard, with which SQL value."""

from __future__ import annotations

from typing import Any

import attrs

from contacthub_orm.sandbox import dates
from contacthub_orm.sandbox.attributes import Attribute, Kind
from contacthub_orm.sandbox.folding import fold, folded
from contacthub_orm.sandbox.sql import Sql, concat

_LARGEST = 2**63
_LONGEST_PATTERN = 50_000
_GLOB_SPECIAL = {"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}


@attrs.frozen
class Operand:
    """The side of the attribute in a comparison; `guard` has to hold besides."""

    expression: Sql
    guard: Sql | None = None


def operand(attribute: Attribute, value: Any, *, ignore_case: bool) -> tuple[Operand | None, Any]:
    """Prepare the comparison of `attribute` with `value`; without an Operand nothing can ever be equal to it.

    Raises:
        ValueError: no attribute compares with such a value.
    """
    if value is None or isinstance(value, dict | list):
        raise ValueError("must be a text, a number, true or false; nothing at all is IS_NULL")
    if attribute.kind in (Kind.DATE, Kind.INSTANT):
        return _date_operand(attribute, value)
    guard = _type_guard(attribute, value)
    if guard is None and attribute.kind is not _kind_of(value):
        return None, None
    if isinstance(value, str) and ignore_case:
        return Operand(folded(attribute.value), guard), fold(value)
    return Operand(attribute.value, guard), _sql_value(value)


def _kind_of(value: str | int | float | bool) -> Kind:
    if isinstance(value, bool):
        return Kind.BOOLEAN
    return Kind.STRING if isinstance(value, str) else Kind.NUMBER


def _type_guard(attribute: Attribute, value: str | int | float | bool) -> Sql | None:
    if attribute.json_type is None:
        return None
    names = {Kind.BOOLEAN: "('true', 'false')", Kind.STRING: "('text')", Kind.NUMBER: "('integer', 'real')"}
    return concat(attribute.json_type, f" IN {names[_kind_of(value)]}")


def _sql_value(value: str | int | float | bool) -> Any:
    if isinstance(value, int) and abs(value) >= _LARGEST:
        return float(value)  # as SQLite reads such a number from JSON
    return int(value) if isinstance(value, bool) else value


def _date_operand(attribute: Attribute, value: str | int | float | bool) -> tuple[Operand | None, Any]:
    if isinstance(value, bool):
        return None, None
    if isinstance(value, str) and dates.day(value):
        if attribute.kind is Kind.DATE:
            return Operand(attribute.value), value
        return Operand(attribute.value), value + dates.MIDNIGHT
    moment = dates.instant(value) if isinstance(value, str) else dates.from_milliseconds(value)
    if moment is None:
        raise ValueError("must be a date, a date-time with its offset, or milliseconds since 1970")
    if attribute.kind is Kind.DATE:
        return Operand(concat("(", attribute.value, f" || '{dates.MIDNIGHT}')")), moment
    return Operand(attribute.value), moment


def pattern(like: str) -> str:
    """A GLOB pattern that means what a LIKE pattern with `%` and `_` does, but minds the case.

    Raises:
        ValueError: it is longer than SQLite takes.
    """
    glob = "".join(_GLOB_SPECIAL.get(character, character) for character in like)
    if len(glob.encode()) > _LONGEST_PATTERN:
        raise ValueError(f"is a pattern of more than {_LONGEST_PATTERN} bytes")
    return glob
