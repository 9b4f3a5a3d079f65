"""Rows that lists see later than reads by id do.

Each row is one version of one thing. The current version answers reads by id; lists see the version whose
`visible_from .. visible_to` holds the present, which is how they can lag behind writes without any timer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

from contacthub_orm.sandbox.sql import Sql, bind, concat, join_with

FOREVER = float("inf")

COLUMNS = """
    current INTEGER NOT NULL DEFAULT 1,
    visible_from REAL NOT NULL,
    visible_to REAL NOT NULL
"""
"""The columns that a table of versions has besides `version`, `id` and its own."""


Row = tuple[Any, ...]
"""The values of the table's own columns, the id first."""


class Versions:
    """A table of versions; everything is called inside a transaction.

    Args:
        db: the connection.
        table: its name.
        columns: its own columns, `id` first.
        fixed: those that never change; SQLite need not write their indexes again.

    Attributes:
        lag_ends: when lists will have caught up with all writes, in seconds since 1970.
    """

    def __init__(
        self, db: sqlite3.Connection, table: str, columns: Sequence[str], *, fixed: Collection[str] = ()
    ) -> None:
        self._db = db
        self._table = table
        self._columns = ", ".join(columns)
        self._changing = [index for index, column in enumerate(columns) if index and column not in fixed]
        marks = ", ".join("?" * (len(columns) + 2))
        self._insert_row = f"INSERT INTO {table} ({self._columns}, visible_from, visible_to) VALUES ({marks})"
        changes = ", ".join(f"{columns[index]} = ?" for index in self._changing)
        self._update_row = f"UPDATE {table} SET {changes} WHERE id = ? AND current"
        self.lag_ends = 0.0

    def add(self, row: Row, *, now: float, delay: float) -> None:
        """Store a row that is not there; lists will show it `delay` seconds after `now`."""
        visible_from = 0.0
        if delay:
            visible_from = now + delay
            self.lag_ends = max(self.lag_ends, visible_from)
        self._db.execute(self._insert_row, (*row, visible_from, FOREVER))

    def add_many(self, rows: Sequence[Row]) -> None:
        """Store rows that lists show at once, in place of those with the same ids."""
        self._db.executemany(f"DELETE FROM {self._table} WHERE id = ?", [row[:1] for row in rows])
        self._db.executemany(self._insert_row, [(*row, 0.0, FOREVER) for row in rows])

    def replace(self, row: Row, *, now: float, delay: float) -> bool:
        """Store a row in place of the current one with its id; lists will show it `delay` seconds after `now`.

        Returns:
            False when there is none, and nothing was stored.
        """
        if delay:
            known = self._retire(_with_id(row[0]), now=now, delay=delay) > 0
            if known:
                self.add(row, now=now, delay=delay)
            return known
        if self.lag_ends:
            self._overtake(_with_id(row[0]))
        changed = [row[index] for index in self._changing]
        return self._db.execute(self._update_row, (*changed, row[0])).rowcount > 0

    def remove(self, where: Sql, *, now: float, delay: float) -> None:
        """Delete the current rows that meet a condition; lists show them until `delay` seconds after `now`."""
        if delay:
            self._retire(where, now=now, delay=delay)
            return
        if self.lag_ends:
            self._overtake(where)
        self._run(f"DELETE FROM {self._table} WHERE current AND ", where)

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
            if self.lag_ends:
                self._overtake(where)
            terms = join_with(", ", [concat(f"{column} = ", value) for column, value in changes])
            return self._run(f"UPDATE {self._table} SET ", terms, " WHERE current AND ", where)
        latest = self._db.execute(f"SELECT max(version) FROM {self._table}").fetchone()[0]
        by_column = dict(changes)
        values = [by_column.get(column, Sql(column)) for column in self._columns.split(", ")]
        selected = join_with(", ", [*values, bind(now + delay), bind(FOREVER)])
        target = f"INSERT INTO {self._table} ({self._columns}, visible_from, visible_to) SELECT "
        changed = self._run(target, selected, f" FROM {self._table} WHERE current AND ", where)
        self._retire(where, now=now, delay=delay, up_to=latest)
        return changed

    def clear(self) -> None:
        """Forget all rows."""
        self._db.execute(f"DELETE FROM {self._table}")
        self.lag_ends = 0.0

    def settle(self) -> None:
        """Let lists catch up with all writes."""
        self._db.execute(f"DELETE FROM {self._table} WHERE NOT current")
        self._db.execute(f"UPDATE {self._table} SET visible_from = 0 WHERE visible_from > 0")

    def _retire(self, where: Sql, *, now: float, delay: float, up_to: int | None = None) -> int:
        """Let the current rows that meet a condition, and what lists see of them now, end after `delay` seconds."""
        self.lag_ends = max(self.lag_ends, now + delay)
        # Older versions end as well: with a delay that became shorter they would outlive the newer one.
        change = concat("current = 0, visible_to = min(visible_to, ", bind(now + delay), ")")
        before = concat(" AND version <= ", bind(up_to)) if up_to is not None else ""
        retired = self._run(f"UPDATE {self._table} SET ", change, " WHERE ", self._same_ids(where), before)
        self._db.execute(f"DELETE FROM {self._table} WHERE NOT current AND visible_to <= ?", (now,))
        return retired

    def _overtake(self, where: Sql) -> None:
        # A write without delay overtakes those that are still on their way to the lists.
        self._run(f"DELETE FROM {self._table} WHERE NOT current AND ", self._same_ids(where))
        self._run(f"UPDATE {self._table} SET visible_from = 0 WHERE current AND ", where)

    def _same_ids(self, where: Sql) -> Sql:
        return concat(f"id IN (SELECT id FROM {self._table} WHERE current AND ", where, ")")

    def _run(self, *parts: str | Sql) -> int:
        statement = concat(*parts)
        return self._db.execute(statement.text, statement.parameters).rowcount


def _with_id(ident: str) -> Sql:
    return concat("id = ", bind(ident))
