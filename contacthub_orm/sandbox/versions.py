"""Rows that lists see later than reads by id do.

Each row is one version of one thing. The current version answers reads by id; lists see the version whose
`visible_from .. visible_to` holds the present, which is how they can lag behind writes without any timer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from contacthub_orm.sandbox.sql import Sql, bind, concat, join_with

FOREVER = float("inf")

COLUMNS = """
    current INTEGER NOT NULL DEFAULT 1,
    visible_from REAL NOT NULL,
    visible_to REAL NOT NULL
"""
"""The columns that a table of versions has besides `version`, `id` and its own."""


class Versions:
    """A table of versions; everything is called inside a transaction.

    Args:
        db: the connection.
        table: its name.
        columns: its own columns, `id` first.

    Attributes:
        lag_ends: when lists will have caught up with all writes, in seconds since 1970.
    """

    def __init__(self, db: sqlite3.Connection, table: str, columns: Sequence[str]) -> None:
        self._db = db
        self._table = table
        self._columns = ", ".join(columns)
        marks = ", ".join("?" * (len(columns) + 2))
        self._insert_row = f"INSERT INTO {table} ({self._columns}, visible_from, visible_to) VALUES ({marks})"
        changes = ", ".join(f"{column} = ?" for column in columns[1:])
        self._update_row = f"UPDATE {table} SET {changes} WHERE id = ? AND current"
        self.lag_ends = 0.0

    def add(self, row: Sequence[Any], *, now: float, delay: float) -> None:
        """Store a row that is not there; lists will show it `delay` seconds after `now`."""
        visible_from = 0.0
        if delay:
            visible_from = now + delay
            self.lag_ends = max(self.lag_ends, visible_from)
        self._db.execute(self._insert_row, (*row, visible_from, FOREVER))

    def replace(self, row: Sequence[Any], *, now: float, delay: float) -> None:
        """Store a row that takes the place of the current one with its id; lists will show it `delay` seconds later."""
        ident, *rest = row
        same = concat("id = ", bind(ident))
        if delay:
            self._retire(same, now=now, delay=delay)
            self.add(row, now=now, delay=delay)
        else:
            self._overtake(same)
            self._db.execute(self._update_row, (*rest, ident))

    def remove(self, where: Sql, *, now: float, delay: float) -> None:
        """Delete the current rows that meet a condition; lists show them until `delay` seconds after `now`."""
        if not delay:
            self._overtake(where)
            self._run(f"DELETE FROM {self._table} WHERE current AND ", where)
        else:
            self._retire(where, now=now, delay=delay)

    def change(self, where: Sql, changes: Sequence[tuple[str, Sql]], *, now: float, delay: float) -> int:
        """Give columns of the current rows that meet a condition new values; lists show them after `delay` seconds.

        Args:
            where: must not be met by the changed rows any more.
            changes: pairs of column and SQL of its new value.
            now: seconds since 1970.
            delay: seconds.

        Returns:
            How many rows there were.
        """
        if not delay:
            self._overtake(where)
            terms = join_with(", ", [concat(f"{column} = ", value) for column, value in changes])
            return self._run(f"UPDATE {self._table} SET ", terms, " WHERE current AND ", where)
        by_column = dict(changes)
        values = [by_column.get(column, Sql(column)) for column in self._columns.split(", ")]
        selected = join_with(", ", [*values, bind(now + delay), bind(FOREVER)])
        target = f"INSERT INTO {self._table} ({self._columns}, visible_from, visible_to) SELECT "
        changed = self._run(target, selected, f" FROM {self._table} WHERE current AND ", where)
        self._retire(where, now=now, delay=delay)
        return changed

    def clear(self) -> None:
        """Forget all rows."""
        self._db.execute(f"DELETE FROM {self._table}")
        self.lag_ends = 0.0

    def settle(self) -> None:
        """Let lists catch up with all writes."""
        self._db.execute(f"DELETE FROM {self._table} WHERE NOT current")
        self._db.execute(f"UPDATE {self._table} SET visible_from = 0 WHERE visible_from > 0")

    def _retire(self, where: Sql, *, now: float, delay: float) -> None:
        self.lag_ends = max(self.lag_ends, now + delay)
        change = concat("current = 0, visible_to = min(visible_to, ", bind(now + delay), ")")
        self._run(f"UPDATE {self._table} SET ", change, " WHERE current AND ", where)
        self._db.execute(f"DELETE FROM {self._table} WHERE NOT current AND visible_to <= ?", (now,))

    def _overtake(self, where: Sql) -> None:
        # A write without delay overtakes those that are still on their way to the lists.
        if self.lag_ends:
            ids = concat(f"id IN (SELECT id FROM {self._table} WHERE current AND ", where, ")")
            self._run(f"DELETE FROM {self._table} WHERE NOT current AND ", ids)
            self._run(f"UPDATE {self._table} SET visible_from = 0 WHERE current AND ", where)

    def _run(self, *parts: str | Sql) -> int:
        statement = concat(*parts)
        return self._db.execute(statement.text, statement.parameters).rowcount
