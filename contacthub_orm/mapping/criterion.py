"""Criteria: the value side of query expressions, built by fields and read by the query compiler.

A criterion is immutable and knows nothing of fields, sessions or HTTP. Its repr shows attributes, operators and the
types of values only: values may be personal data. `str(query)` is the explicit way to see a whole request.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, StrEnum
from typing import Any, Final, Literal, TypeAlias

import attrs

from contacthub_orm.errors import ArgumentError

Conjunction: TypeAlias = Literal["and", "or"]


class Operator(StrEnum):
    """The operators of the query language (contract 5.3); `LIKE` is newer than the published schema."""

    EQUALS = "EQUALS"
    NOT_EQUALS = "NOT_EQUALS"
    GT = "GT"
    GTE = "GTE"
    LT = "LT"
    LTE = "LTE"
    IN = "IN"
    NOT_IN = "NOT_IN"
    IS_NULL = "IS_NULL"
    IS_NOT_NULL = "IS_NOT_NULL"
    BETWEEN = "BETWEEN"
    LIKE = "LIKE"


class NoValue(Enum):
    """The type of `NO_VALUE`: an operator without a right-hand side, which is not the same as `null`."""

    NO_VALUE = "NO_VALUE"

    def __repr__(self) -> str:
        return self.name


NO_VALUE: Final = NoValue.NO_VALUE

UNARY: Final = frozenset({Operator.IS_NULL, Operator.IS_NOT_NULL})
_RANGES: Final = frozenset({Operator.GT, Operator.GTE, Operator.LT, Operator.LTE, Operator.BETWEEN})

# Pairs that the server itself evaluates as exact complements, documents without the attribute included (contract 5.3).
_COMPLEMENTS: Final = {
    Operator.EQUALS: Operator.NOT_EQUALS,
    Operator.NOT_EQUALS: Operator.EQUALS,
    Operator.IN: Operator.NOT_IN,
    Operator.NOT_IN: Operator.IN,
    Operator.IS_NULL: Operator.IS_NOT_NULL,
    Operator.IS_NOT_NULL: Operator.IS_NULL,
}
# Neither side of these matches a document without the attribute, so the complement adds IS_NULL.
_OPPOSITES: Final = {
    Operator.GT: Operator.LTE,
    Operator.GTE: Operator.LT,
    Operator.LT: Operator.GTE,
    Operator.LTE: Operator.GT,
}


class Criterion:
    """A condition tree, combined with `&`, `|` and `~`; never true or false in Python itself."""

    __slots__ = ()

    def __and__(self, other: Criterion) -> Criterion:
        return _pair("and", "&", self, other)

    def __or__(self, other: Criterion) -> Criterion:
        return _pair("or", "|", self, other)

    def __rand__(self, other: object) -> Criterion:
        raise _not_a_criterion("&", other)

    def __ror__(self, other: object) -> Criterion:
        raise _not_a_criterion("|", other)

    def __invert__(self) -> Criterion:
        return self._complement()

    def _complement(self) -> Criterion:
        """Return what `negate` returns."""
        raise NotImplementedError

    def __bool__(self) -> bool:
        raise TypeError(
            "A criterion is a condition for the server and is neither true nor false here. Combine criteria with "
            "& | ~ (each comparison in parentheses) instead of and, or, not; use between(a, b) instead of a < x < b, "
            "and in_(values) or contains(value) instead of the in operator."
        )


def _strict(value: Any) -> Any:
    """A hashable, type-strict key of a JSON value: `1`, `True` and `1.0` are different conditions."""
    if isinstance(value, list | tuple):
        return "list", tuple(map(_strict, value))
    if isinstance(value, dict):
        return "dict", tuple(sorted((key, _strict(member)) for key, member in value.items()))
    return type(value).__name__, value


def _copied(value: Any) -> Any:
    """Lists are copied in: a criterion must not change when its caller goes on using the list."""
    return [_copied(item) for item in value] if isinstance(value, list | tuple) else value


@attrs.frozen(slots=True, repr=False)
class Condition(Criterion):
    """One comparison of an attribute with a value that is already in wire form.

    Args:
        attribute: dotted path from the root of the document, e.g. `base.contacts.email`.
        operator: one of the operators of contract 5.3.
        value: a JSON value, or `NO_VALUE` for `IS_NULL` and `IS_NOT_NULL`. Lists are copied.
        entity: the mapped class that the attribute belongs to, when known; a query of another class refuses it.
        many: True when the path crosses a list, where a comparison means "any element does".
    """

    attribute: str
    operator: Operator = attrs.field(converter=Operator)
    value: Any = attrs.field(default=NO_VALUE, converter=_copied, eq=_strict)
    entity: type[Any] | None = attrs.field(default=None, eq=False, kw_only=True)
    many: bool = attrs.field(default=False, eq=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if (self.value is NO_VALUE) is not (self.operator in UNARY):
            needs = "takes no value" if self.operator in UNARY else "needs a value"
            raise ArgumentError(f"{self.attribute}: {self.operator} {needs}.")
        if self.operator is Operator.BETWEEN and not (isinstance(self.value, list) and len(self.value) == 2):
            raise ArgumentError(f"{self.attribute}: BETWEEN needs exactly two values, the lower and the upper bound.")

    def _complement(self) -> Criterion:
        if self.operator in _COMPLEMENTS:
            return attrs.evolve(self, operator=_COMPLEMENTS[self.operator])
        if self.operator is Operator.LIKE or (self.many and self.operator in _RANGES):
            raise ArgumentError(
                f"{self.attribute}: the query language has no complement of {self.operator}"
                f"{' over a list' if self.many else ''}. Subtract it instead: query - query.filter(criterion), "
                "which is sent as EXCEPT."
            )
        missing = attrs.evolve(self, operator=Operator.IS_NULL, value=NO_VALUE)
        return Composite("or", (*_outside(self), missing))

    def __repr__(self) -> str:
        shown = "" if self.value is NO_VALUE else f" <{_type_of(self.value)}>"
        return f"{self.attribute} {self.operator}{shown}"


def _as_tuple(conditions: Iterable[Criterion]) -> tuple[Criterion, ...]:
    return tuple(conditions)


@attrs.frozen(slots=True, repr=False)
class Composite(Criterion):
    """Criteria joined by `and` or `or`, in the order they were written."""

    conjunction: Conjunction = attrs.field(validator=attrs.validators.in_(("and", "or")))
    conditions: tuple[Criterion, ...] = attrs.field(converter=_as_tuple)

    def __attrs_post_init__(self) -> None:
        if not self.conditions:
            raise ArgumentError(f"{self.conjunction!r} needs at least one criterion.")
        for condition in self.conditions:
            if not isinstance(condition, Criterion):
                raise _not_a_criterion({"and": "&", "or": "|"}[self.conjunction], condition)

    def _complement(self) -> Criterion:
        opposite: Conjunction = "or" if self.conjunction == "and" else "and"
        return Composite(opposite, tuple(map(negate, self.conditions)))

    def __repr__(self) -> str:
        return f"({f' {self.conjunction} '.join(map(repr, self.conditions))})"


def negate(criterion: Criterion) -> Criterion:
    """The exact complement: every document matches either `criterion` or the result, never both.

    A document without the attribute does not match a range, hence it matches its complement: the complement of `GT`
    is `LTE` or `IS_NULL`. `and` and `or` follow De Morgan.

    Raises:
        ArgumentError: the language cannot say it: `LIKE`, and ranges over a list ("no element is greater").
    """
    if not isinstance(criterion, Criterion):
        raise _not_a_criterion("~", criterion)
    return criterion._complement()


def _outside(criterion: Condition) -> tuple[Condition, ...]:
    if criterion.operator is Operator.BETWEEN:
        low, high = criterion.value
        return (
            attrs.evolve(criterion, operator=Operator.LT, value=low),
            attrs.evolve(criterion, operator=Operator.GT, value=high),
        )
    return (attrs.evolve(criterion, operator=_OPPOSITES[criterion.operator]),)


def _pair(conjunction: Conjunction, symbol: str, left: Criterion, right: object) -> Criterion:
    if not isinstance(right, Criterion):
        raise _not_a_criterion(symbol, right)
    return Composite(conjunction, (left, right))


def _not_a_criterion(symbol: str, got: object) -> TypeError:
    return TypeError(
        f"{symbol} joins criteria, not {_type_of(got)}. Put each comparison in parentheses: "
        "(Customer.base.firstName == name) & (Customer.base.lastName != other)."
    )


def _type_of(value: object) -> str:
    if isinstance(value, list):
        inner = sorted({type(item).__name__ for item in value})
        return f"{len(value)} {'|'.join(inner)}" if inner else "empty list"
    return type(value).__name__
