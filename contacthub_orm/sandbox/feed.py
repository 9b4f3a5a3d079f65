"""The feed of updates: every write of a customer or an event, numbered from 1 (contract 2.5, 10.2 #37)."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable

import attrs

TABLES = """
CREATE TABLE IF NOT EXISTS feed (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    node TEXT NOT NULL,
    entity TEXT NOT NULL,
    operation TEXT NOT NULL,
    document TEXT NOT NULL
);
"""

CUSTOMER = "CUSTOMER"
EVENT = "EVENT"

CREATE = "CREATE"
UPDATE = "UPDATE"
DELETE = "DELETE"

_INSERT = "INSERT INTO feed (at, node, entity, operation, document) VALUES (?, ?, ?, ?, ?)"
_OF_STREAM = "(:node IS NULL OR node = :node) AND (:entity IS NULL OR entity = :entity)"


@attrs.frozen
class Entry:
    """An update as a row; `document` is the JSON text after the write, of a DELETE the last one there was."""

    operation: str
    entity: str
    document: str = attrs.field(repr=False)
    node: str


@attrs.frozen
class Stream:
    """Which updates are wanted: those of a node, or of one kind of entity; None stands for all."""

    node: str | None = None
    entity: str | None = None


_ALL = Stream()


class Feed:
    """The updates of a workspace, in the database of its store.

    Nothing is ever dropped but by `clear`, so the numbers have no gaps: those of a transaction that fails are given
    again to the next one.

    Args:
        db: the connection of the store.
        lock: serialises its use.
    """

    def __init__(self, db: sqlite3.Connection, lock: threading.RLock) -> None:
        self._db = db
        self._lock = lock

    def append(self, operation: str, entity: str, document: str, *, node: str, now: float) -> None:
        """Add an update; inside the transaction of the write that it tells of.

        Args:
            operation: CREATE, UPDATE or DELETE.
            entity: CUSTOMER or EVENT.
            document: the JSON text as it is served; of a DELETE the last one.
            node: where the entity is.
            now: seconds since 1970.
        """
        self.extend([Entry(operation, entity, document, node)], now=now)

    def extend(self, entries: Iterable[Entry], *, now: float) -> None:
        """Add updates of one moment; inside the transaction of the writes that they tell of."""
        at = round(now * 1000)
        self._db.executemany(_INSERT, ((at, it.node, it.entity, it.operation, it.document) for it in entries))

    def after(self, number: int, stream: Stream, *, limit: int) -> list[tuple[int, Entry]]:
        """The next updates of `stream` beyond `number`, at most `limit`, each with its own number."""
        columns = "number, operation, entity, document, node"
        sql = f"SELECT {columns} FROM feed WHERE number > :after AND {_OF_STREAM} ORDER BY number LIMIT :limit"
        with self._lock:
            rows = self._db.execute(sql, {**attrs.asdict(stream), "after": number, "limit": limit}).fetchall()
        return [(number, Entry(*columns)) for number, *columns in rows]

    def last(self, stream: Stream = Stream()) -> int:
        """The number of the latest update of `stream`, 0 without any."""
        sql = f"SELECT number FROM feed WHERE {_OF_STREAM} ORDER BY number DESC LIMIT 1"
        with self._lock:
            row = self._db.execute(sql, attrs.asdict(stream)).fetchone()
        return row[0] if row else 0

    def last_before(self, moment: int) -> int:
        """The number after which the updates since `moment` (milliseconds since 1970) begin."""
        with self._lock:
            row = self._db.execute(
                "SELECT number FROM feed WHERE at >= ? ORDER BY number LIMIT 1", (moment,)
            ).fetchone()
            return row[0] - 1 if row else self.last()

    def clear(self) -> None:
        """Forget all updates; inside a transaction."""
        self._db.execute("DELETE FROM feed")
