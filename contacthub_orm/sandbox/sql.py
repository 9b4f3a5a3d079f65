"""Pieces of SQL that carry their parameters; values never become part of the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs


@attrs.frozen
class Sql:
    """SQL text with one `?` for each parameter."""

    text: str
    parameters: tuple[Any, ...] = ()

    @property
    def depth(self) -> int:
        """How many conditions lie around the innermost one."""
        return 0

    def negated(self) -> Sql:
        """The exact complement: also true where this is NULL."""
        complement = concat("((", self, ") IS NOT TRUE)")
        return _Negated(complement.text, complement.parameters, original=self)


@attrs.frozen
class _Negated(Sql):
    """The complement of a condition."""

    original: Sql = attrs.field(kw_only=True, eq=False)

    def negated(self) -> Sql:
        return self.original


@attrs.frozen
class _Joined(Sql):
    """Several conditions, in parentheses, that have to hold all (AND), or one of them (OR)."""

    conjunction: str = attrs.field(kw_only=True, eq=False)
    parts: tuple[Sql, ...] = attrs.field(kw_only=True, eq=False)
    depth: int = attrs.field(kw_only=True, eq=False)

    def negated(self) -> Sql:
        # A conjunction is untrue where one of its parts is; so the complement is no deeper than this is.
        return join("OR" if self.conjunction == "AND" else "AND", [part.negated() for part in self.parts])


NEVER = Sql("0")
ALWAYS = Sql("1")

WITH_PRESENT = "WITH present(moment) AS (SELECT ?) "
"""What a statement begins with so that PRESENT has a meaning in it; its parameter is the time of the question."""

PRESENT = Sql("(SELECT moment FROM present)")
"""The time for which a list is wanted. As no parameter it leaves equal questions equal, whenever they are asked."""


def bind(value: Any) -> Sql:
    """A parameter."""
    return Sql("?", (value,))


def concat(*parts: str | Sql) -> Sql:
    """One piece out of several."""
    pieces = [Sql(part) if isinstance(part, str) else part for part in parts]
    return Sql("".join(piece.text for piece in pieces), tuple(value for piece in pieces for value in piece.parameters))


def join(conjunction: str, parts: Sequence[Sql]) -> Sql:
    """Combine conditions with AND or OR.

    SQLite limits how deep an expression may be, and its parser how much may be open at a place. So parts that are
    joined by the same conjunction become parts of the whole, the whole is a tree without depth, and what is deepest
    comes first, where nothing but a parenthesis is open.
    """
    flat = [piece for part in parts for piece in _parts(conjunction, part)]
    if len(flat) == 1:
        return flat[0]
    flat.sort(key=lambda part: -part.depth)
    tree = _balanced(conjunction, [_bare(part) for part in flat] if conjunction == "OR" else flat)
    return _Joined(tree.text, tree.parameters, conjunction=conjunction, parts=tuple(flat), depth=1 + flat[0].depth)


def _parts(conjunction: str, condition: Sql) -> Sequence[Sql]:
    if isinstance(condition, _Joined) and condition.conjunction == conjunction:
        return condition.parts
    return (condition,)


def _bare(part: Sql) -> Sql:
    """A part of an OR: AND binds more tightly and needs no parentheses there."""
    if isinstance(part, _Joined) and part.conjunction == "AND":
        return Sql(part.text[1:-1], part.parameters)
    return part


def _balanced(conjunction: str, parts: Sequence[Sql]) -> Sql:
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    left, right = _balanced(conjunction, parts[:middle]), _balanced(conjunction, parts[middle:])
    return concat("(", left, f" {conjunction} ", right, ")")


def join_with(separator: str, parts: Sequence[Sql]) -> Sql:
    """The parts one after the other with `separator` between them."""
    first, *others = parts
    return concat(first, *(piece for part in others for piece in (separator, part)))
