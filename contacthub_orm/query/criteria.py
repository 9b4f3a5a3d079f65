"""Criteria in function form: `and_ or_ not_ in_ not_in_ between_`, beside the operators of fields.

`in_`, `not_in_` and `between_` take their arguments in the order that the published SDK documented.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from contacthub_orm.errors import ArgumentError
from contacthub_orm.mapping.criterion import Composite, Condition, Conjunction, Criterion, Operator, negate
from contacthub_orm.mapping.fields import EntityField

__all__ = [
    "Composite",
    "Condition",
    "Criterion",
    "Operator",
    "and_",
    "between_",
    "in_",
    "not_",
    "not_in_",
    "or_",
]

NESTED_TOO_DEEPLY: Final = (
    "The criteria are nested too deeply to be sent. Join many of them flat, with or_(*criteria) or and_(*criteria), or "
    "compare with a set of values: field.in_(values)."
)


def and_(*criteria: Criterion) -> Criterion:
    """All of the criteria, side by side in one condition (`&` nests pairs).

    Raises:
        ArgumentError: no criterion; a condition that is always true is no condition: leave it out.

    >>> from contacthub_orm import Customer
    >>> and_(Customer.base.firstName == "Ada", Customer.base.dob < "1900-01-01")
    (base.firstName EQUALS <str> and base.dob LT <str>)
    """
    return _join("and", criteria)


def or_(*criteria: Criterion) -> Criterion:
    """Any of the criteria, side by side in one condition (`|` nests pairs).

    Raises:
        ArgumentError: no criterion; for "one of these values, perhaps none" use `field.in_(values)`.

    >>> from contacthub_orm import Customer
    >>> or_(Customer.base.firstName == "Ada", Customer.tags.manual.contains("vip"))
    (base.firstName EQUALS <str> or tags.manual IN <str>)
    """
    return _join("or", criteria)


def not_(criterion: Criterion) -> Criterion:
    """The exact complement, as `~criterion`; documents without the attribute are on exactly one of the two sides.

    Raises:
        ArgumentError: the query language cannot say it (LIKE, ranges over lists): subtract queries instead.

    >>> from contacthub_orm import Customer
    >>> not_(Customer.base.dob < "1900-01-01")
    (base.dob GTE <str> or base.dob IS_NULL)
    """
    return negate(criterion)


def in_(values: Any, field: EntityField[Any]) -> Criterion:
    """One of several values; or, given a single value and a list field, lists that contain it.

    >>> from contacthub_orm import Customer
    >>> in_("vip", Customer.tags.manual), in_(["Gotham", "Rome"], Customer.base.address.city)
    (tags.manual IN <str>, base.address.city IN <2 str>)
    """
    field = _checked(field, "in_")
    if _is_collection(values):
        return field.in_(values)
    return field.contains(values) if field.many else field.in_([values])


def not_in_(values: Any, field: EntityField[Any]) -> Criterion:
    """What `in_` does not select, documents without the field included.

    >>> from contacthub_orm import Customer
    >>> not_in_(["Gotham", "Rome"], Customer.base.address.city)
    base.address.city NOT_IN <2 str>
    """
    field = _checked(field, "not_in_")
    return field.not_in(values if _is_collection(values) else [values])


def between_(field: EntityField[Any], low: date | str | float, high: date | str | float) -> Criterion:
    """Values from `low` to `high`, both included; dates, date-times, ISO texts or numbers.

    >>> from contacthub_orm import Customer
    >>> between_(Customer.base.dob, date(1980, 1, 1), "1989-12-31")
    base.dob BETWEEN <2 str>
    """
    return _checked(field, "between_").between(low, high)


def _join(conjunction: Conjunction, criteria: tuple[Criterion, ...]) -> Criterion:
    if not criteria:
        raise ArgumentError(f"{conjunction}_() needs at least one criterion; leave the condition out instead.")
    joined = Composite(conjunction, criteria)
    return criteria[0] if len(criteria) == 1 else joined


def _is_collection(values: object) -> bool:
    return isinstance(values, Iterable) and not isinstance(values, str | bytes)


def _checked(field: object, function: str) -> EntityField[Any]:
    if isinstance(field, EntityField):
        return field
    order = "field, low, high" if function == "between_" else "values, field"
    raise ArgumentError(f"{function}({order}) needs a field of a mapped class there, such as Customer.base.firstName.")
