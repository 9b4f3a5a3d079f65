"""What a field can be compared with, and sorted by: refused when the query is built, as the server could only fail."""

from __future__ import annotations

from typing import Any

from contacthub_orm.errors import ArgumentError
from contacthub_orm.mapping.criterion import UNARY, Condition, Operator
from contacthub_orm.mapping.documents import MappingType
from contacthub_orm.mapping.fields import Ordering
from contacthub_orm.mapping.lists import ListType

_OF_SEVERAL = frozenset({Operator.IN, Operator.NOT_IN, Operator.BETWEEN})


def check_comparison(condition: Condition) -> None:
    """Refuse a comparison with what no field holds as one value.

    Raises:
        ArgumentError: a list where a single value belongs, a pattern that is no text, a field that holds objects.
    """
    if condition.operator in UNARY:
        return
    name, value = name_of(condition), condition.value
    single = value if condition.operator in _OF_SEVERAL and isinstance(value, list) else [value]
    if any(isinstance(each, list | dict) for each in single):
        raise ArgumentError(
            f"{name}: {condition.operator} compares with single values, not with lists; for one of several values use "
            "field.in_(values)."
        )
    if condition.operator is Operator.LIKE and not isinstance(value, str):
        raise ArgumentError(f"{name}: a pattern is a text, not {type(value).__name__}.")
    if condition.entity is not None and _holds_objects(condition.entity, condition.attribute):
        raise ArgumentError(f"{name} holds objects and has no value to compare; compare a field inside it.")


def check_sortable(ordering: Ordering) -> None:
    """Refuse to sort by a field without one value, or with a comma in its name, which the parameter cannot say.

    Raises:
        ArgumentError: the field is an object or a list, or below a list, or its path has a comma.
    """
    name = ordering.path if ordering.entity is None else f"{ordering.entity.__name__}.{ordering.path}"
    if "," in ordering.path:
        raise ArgumentError(f"order_by: a field with a comma in its name cannot be sorted by: {name}.")
    if ordering.entity is None:
        return
    if ordering.entity.field(ordering.path).many or _holds_objects(ordering.entity, ordering.path):
        raise ArgumentError(f"order_by: {name} is an object or a list; sort by a field with a single value.")


def name_of(condition: Condition) -> str:
    """How messages name the field of a condition."""
    return condition.attribute if condition.entity is None else f"{condition.entity.__name__}.{condition.attribute}"


def _holds_objects(entity: type[Any], path: str) -> bool:
    kind = entity.field(path).value_type
    return isinstance(kind.item if isinstance(kind, ListType) else kind, MappingType)
