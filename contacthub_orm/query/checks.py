"""What a query of a class may be given: criteria, orderings, fields. Checked when it is built; nothing is sent."""

from __future__ import annotations

from typing import Any

from contacthub_orm.errors import ArgumentError, UnknownFieldError
from contacthub_orm.mapping.criterion import Composite, Condition, Criterion
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.fields import EntityField, Ordering
from contacthub_orm.mapping.suggestions import did_you_mean
from contacthub_orm.mapping.views import ContainerType
from contacthub_orm.query.comparisons import check_comparison, check_sortable
from contacthub_orm.query.did import EVENTS, Did


def check_field(entity: type[Entity], path: str, owner: type[Any] | None) -> None:
    """Refuse a field of a class that is neither a base nor a subclass of the queried one.

    Raises:
        ArgumentError: it is a field of another class.
    """
    if owner is not None and not (issubclass(entity, owner) or issubclass(owner, entity)):
        # Events are what people mix with customers, and there is a way to ask for both.
        hint = " Ask what customers did by did(type).where(...)." if owner.__path__ == EVENTS else ""
        raise ArgumentError(f"{owner.__name__}.{path} is no field of {entity.__name__}, which is queried here.{hint}")


def check_criterion(entity: type[Entity], criterion: object) -> None:
    """Refuse what is no criterion about the queried class.

    Raises:
        ArgumentError: a bool, a field, a criterion about another class, a comparison that means nothing, or the like.
    """
    waiting = [criterion]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Composite):
            waiting += found.conditions
        elif isinstance(found, Condition):
            check_field(entity, found.attribute, found.entity)
            check_comparison(found)
        elif isinstance(found, Did):
            _check_type_of_event(entity, found)
        else:
            raise ArgumentError(
                f"filter() takes criteria such as Customer.base.firstName == name, not {named(found)}. "
                "Join criteria with & | ~, not with and, or, not."
            )


def _check_type_of_event(entity: type[Entity], question: Did) -> None:
    spelling = entity.__listing__.spelling
    reason = spelling(question.event) if spelling is not None else None
    if reason is not None:
        raise ArgumentError(f"did({question.event!r}): {reason}")


def equality(entity: type[Entity], name: str, value: object) -> Criterion:
    """The criterion that a field of the top level of the document has exactly this value.

    Raises:
        UnknownFieldError: the class has no such field; the message proposes the nearest.
        ArgumentError: the field holds an object or a list.
    """
    if name not in entity.__fields__:
        hint = did_you_mean(name, entity.__fields__)
        raise UnknownFieldError(f"filter_by: {entity.__name__} has no field {name!r} at its top level{hint}")
    field = entity.field(name)
    if isinstance(field.value_type, ContainerType):
        raise ArgumentError(
            f"filter_by: {field!r} is an object or a list; compare a field inside it: filter({field!r}.… == value)."
        )
    criterion: Criterion = field == value
    return criterion


def checked_ordering(entity: type[Entity], given: EntityField[Any] | Ordering | None) -> Ordering:
    """The ordering that a field, or its `.asc()` or `.desc()`, stands for.

    Raises:
        ArgumentError: it is something else, of another class, or has no order.
    """
    ordering = given.asc() if isinstance(given, EntityField) else given
    if not isinstance(ordering, Ordering):
        raise ArgumentError(
            f"order_by() takes fields, such as Customer.base.lastName or its .desc(), not {named(given)}; "
            "a sole None takes the ordering back."
        )
    check_field(entity, ordering.path, ordering.entity)
    check_sortable(ordering)
    return ordering


def named(value: object) -> str:
    """How messages name something of a wrong kind."""
    return value.__name__ if isinstance(value, type) else type(value).__name__
