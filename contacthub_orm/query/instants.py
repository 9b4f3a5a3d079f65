"""Criteria about instants: a calendar date in them stands for its whole day in UTC, as in a `Period`. Pure.

The query language compares instants with instants, so the days are written out before criteria are sent:
`<= date(2026, 3, 31)` is sent as "up to the last millisecond of that day".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs

from contacthub_orm.errors import ArgumentError
from contacthub_orm.mapping.codecs import DateTimeType, format_datetime
from contacthub_orm.mapping.criterion import Composite, Condition, Criterion, Operator, negate
from contacthub_orm.query.comparisons import name_of
from contacthub_orm.query.criteria import NESTED_TOO_DEEPLY
from contacthub_orm.query.period import Period


def is_about_instants(condition: Condition) -> bool:
    """Tell whether the field of a condition is declared as a date-time."""
    entity = condition.entity
    return entity is not None and isinstance(entity.field(condition.attribute).value_type, DateTimeType)


def with_instants(criterion: Criterion, about: Callable[[Condition], bool] = is_about_instants) -> Criterion:
    """Return the criterion with instants for the values of its conditions about instants.

    Numbers are left to the server, which was seen to take milliseconds since 1970 (contract 1.5).

    Raises:
        ArgumentError: such a value is no date, no date-time and no ISO text of one.
    """
    try:
        return _written_out(criterion, about)
    except RecursionError:
        raise ArgumentError(NESTED_TOO_DEEPLY) from None


def _written_out(criterion: Criterion, about: Callable[[Condition], bool]) -> Criterion:
    if isinstance(criterion, Composite):
        return attrs.evolve(criterion, conditions=[_written_out(each, about) for each in criterion.conditions])
    if isinstance(criterion, Condition) and about(criterion):
        return _condition(criterion)
    return criterion


def _condition(condition: Condition) -> Criterion:
    value = condition.value
    match condition.operator:
        case Operator.GTE | Operator.LT:
            return attrs.evolve(condition, value=_ends(condition, value)[0])
        case Operator.GT | Operator.LTE:
            return attrs.evolve(condition, value=_ends(condition, value)[1])
        case Operator.BETWEEN:
            return attrs.evolve(condition, value=[_ends(condition, value[0])[0], _ends(condition, value[1])[1]])
        case Operator.EQUALS | Operator.IN:
            return _one_of(condition)
        case Operator.NOT_EQUALS | Operator.NOT_IN:
            return negate(_one_of(condition))
    return condition


def _one_of(condition: Condition) -> Criterion:
    """The condition that the attribute is one of the instants, or falls on one of the days."""
    values = condition.value if isinstance(condition.value, list) else [condition.value]
    ends = [_ends(condition, value) for value in values]
    instants = [start for start, end in ends if start == end]
    days = [
        attrs.evolve(condition, operator=Operator.BETWEEN, value=[start, end]) for start, end in ends if start != end
    ]
    if len(values) == len(instants) == 1:
        return attrs.evolve(condition, operator=Operator.EQUALS, value=instants[0])
    exact = [attrs.evolve(condition, operator=Operator.IN, value=instants)] if instants or not days else []
    return _any_of([*exact, *days])


def _any_of(conditions: list[Condition]) -> Criterion:
    return conditions[0] if len(conditions) == 1 else Composite("or", tuple(conditions))


def _ends(condition: Condition, value: Any) -> tuple[Any, Any]:
    """The first and the last instant of what a value names, as they are written."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value, value
    what = name_of(condition)
    return _wire(Period.since(value, what=what).start), _wire(Period.until(value, what=what).end)


def _wire(moment: datetime | None) -> str:
    assert moment is not None
    return format_datetime(moment)
