"""Lists that only take URL parameters: criteria joined by `and` become parameters, anything else is refused. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NoReturn, TypeAlias

from contacthub_orm.errors import ArgumentError
from contacthub_orm.mapping.criterion import Composite, Condition, Operator
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.listing import Between, Equal, OneOf
from contacthub_orm.query.period import Period
from contacthub_orm.query.selection import Selection

Parameters: TypeAlias = tuple[tuple[str, str], ...]


def compile_filters(selection: Selection, entity: type[Entity]) -> Parameters | None:
    """The URL parameters that say a selection, in the order of the entity's listing; None when nothing can match.

    Several conditions on one attribute are merged: sets of values and periods to what they have in common.

    Raises:
        ArgumentError: the parameters cannot say it; the message names what they can.
    """
    asked: dict[str, list[Condition]] = {}
    for condition in _conditions(selection, entity):
        asked.setdefault(condition.attribute, []).append(condition)
    compiled = [
        _compile(each, asked.pop(each.attribute), entity)
        for each in entity.__listing__.filters
        if each.attribute in asked
    ]
    for attribute in asked:
        refuse(f"filter by {attribute}", entity)
    parameters: list[tuple[str, str]] = []
    for found in compiled:
        if found is None:
            return None
        parameters += found
    return tuple(parameters)


def refuse(what: str, entity: type[Entity]) -> NoReturn:
    """Raise the error for something that the list of an entity cannot do.

    Raises:
        ArgumentError: always.
    """
    raise ArgumentError(
        f"{entity.__name__}: the API cannot {what}. Its list takes these filters, joined by and: "
        f"{entity.__listing__.summary}. For anything else look at the objects: [x for x in query if ...]."
    )


def _conditions(selection: Selection, entity: type[Entity]) -> Iterator[Condition]:
    """Yield the conditions that all have to hold."""
    waiting = [selection]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Condition):
            yield found
        elif isinstance(found, Composite) and found.conjunction == "and":
            waiting += reversed(found.conditions)
        elif isinstance(found, Composite):
            refuse("join criteria by or (several values of one field: field.in_(values))", entity)
        else:
            refuse("combine queries, nor be asked what customers did", entity)


def _compile(each: Equal | OneOf | Between, conditions: list[Condition], entity: type[Entity]) -> Parameters | None:
    if isinstance(each, Between):
        return _compile_period(each, conditions, entity)
    return _compile_values(each, conditions, entity)


def _compile_values(each: Equal | OneOf, conditions: list[Condition], entity: type[Entity]) -> Parameters | None:
    first, *others = [_values(each, condition, entity) for condition in conditions]
    common = [value for value in dict.fromkeys(first) if all(value in other for other in others)]
    if isinstance(each, Equal) and len(common) > 1:
        refuse(f"filter by several values of {each.attribute} at once; run a query for each", entity)
    return ((each.attribute, ",".join(common)),) if common else None


def _values(each: Equal | OneOf, condition: Condition, entity: type[Entity]) -> list[str]:
    if condition.operator not in (Operator.EQUALS, Operator.IN):
        refuse(f"compare {each.attribute} by {condition.operator}", entity)
    values = condition.value if isinstance(condition.value, list) else [condition.value]
    for value in values:
        if not isinstance(value, str) or not value.strip():
            refuse(f"compare {each.attribute} with anything but text that is not empty", entity)
        if isinstance(each, OneOf) and "," in value:
            refuse(f"look for a value of {each.attribute} with a comma, which separates values", entity)
    return values


def _compile_period(each: Between, conditions: list[Condition], entity: type[Entity]) -> Parameters | None:
    common = Period()
    for condition in conditions:
        common = common.narrow(_period(condition, entity))
    if common.is_empty:
        return None
    bounds = ((each.lower, common.start), (each.upper, common.end))
    return tuple((name, _instant(bound)) for name, bound in bounds if bound is not None)


def _period(condition: Condition, entity: type[Entity]) -> Period:
    what = f"{entity.__name__}.{condition.attribute}"
    match condition.operator:
        case Operator.GTE:
            return Period.since(condition.value, what=what)
        case Operator.LTE:
            return Period.until(condition.value, what=what)
        case Operator.BETWEEN:
            return Period.between(*condition.value, what=what)
        case Operator.GT | Operator.LT:
            refuse(f"leave out the bounds of {condition.attribute}; use >= and <=", entity)
    refuse(f"compare {condition.attribute} by {condition.operator}", entity)


def _instant(moment: datetime) -> str:
    """The instant as RFC 3339 has it, which is what the parameters are declared to hold; it is in UTC already."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
