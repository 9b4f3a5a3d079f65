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

    def negated(self) -> Sql:
        """The exact complement: also true where this is NULL."""
        return concat("((", self, ") IS NOT TRUE)")


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
    """Combine conditions with AND or OR, as a tree without depth: SQLite limits how deep an expression may be."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return concat("(", join(conjunction, parts[:middle]), f" {conjunction} ", join(conjunction, parts[middle:]), ")")


def join_with(separator: str, parts: Sequence[Sql]) -> Sql:
    """The parts one after the other with `separator` between them."""
    first, *others = parts
    return concat(first, *(piece for part in others for piece in (separator, part)))
