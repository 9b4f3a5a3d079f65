"""Texts without regard to case, the same in SQL and in Python: SQLite's own `lower` knows ASCII only."""

from __future__ import annotations

import sqlite3
from typing import Any

from contacthub_orm.sandbox.sql import Sql, concat


def fold(text: str) -> str:
    """What texts that differ in case only have in common, by the rules of Unicode.

    >>> fold("STRASSE") == fold("straße")
    True
    """
    return text.casefold()


def folded(value: Sql) -> Sql:
    """SQL of `value` folded; what is no text stays as it is."""
    return concat("fold(", value, ")")


def define_folding(db: sqlite3.Connection) -> None:
    """Teach a connection the SQL that `folded` makes."""
    db.create_function("fold", 1, _fold_value, deterministic=True)


def _fold_value(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value
