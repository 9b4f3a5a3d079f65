"""Links of session values to customers, in SQLite."""

from __future__ import annotations

import sqlite3
import threading

import attrs

SESSION_TABLES = """
CREATE TABLE IF NOT EXISTS session (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    node TEXT NOT NULL,
    value TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    UNIQUE (node, value)
);
CREATE INDEX IF NOT EXISTS session_by_customer ON session (customer_id);
"""


@attrs.frozen
class Link:
    """A session value of a node and the customer that it belongs to."""

    id: str
    node: str
    value: str = attrs.field(repr=False)
    customer_id: str


class SessionStore:
    """The links of a workspace, in the database of its store; writes belong inside the store's transaction.

    Args:
        db: the connection of the store.
        lock: serialises its use.
    """

    def __init__(self, db: sqlite3.Connection, lock: threading.RLock) -> None:
        self._db = db
        self._lock = lock

    def holder(self, node: str, value: str) -> str | None:
        """The id of the customer that a session value is linked to."""
        with self._lock:
            sql = "SELECT customer_id FROM session WHERE node = ? AND value = ?"
            row = self._db.execute(sql, (node, value)).fetchone()
        return row[0] if row else None

    def of(self, customer_id: str) -> list[Link]:
        """The links of a customer, the first one first."""
        with self._lock:
            sql = "SELECT id, node, value, customer_id FROM session WHERE customer_id = ? ORDER BY number"
            return [Link(*row) for row in self._db.execute(sql, (customer_id,))]

    def get(self, customer_id: str, session_id: str) -> Link | None:
        """A link of a customer by its id."""
        with self._lock:
            sql = "SELECT id, node, value, customer_id FROM session WHERE id = ? AND customer_id = ?"
            row = self._db.execute(sql, (session_id, customer_id)).fetchone()
        return Link(*row) if row else None

    def add(self, link: Link) -> None:
        """Store a link whose value is free."""
        sql = "INSERT INTO session (id, node, value, customer_id) VALUES (?, ?, ?, ?)"
        self._db.execute(sql, attrs.astuple(link))

    def remove(self, session_id: str) -> None:
        """Delete a link."""
        self._db.execute("DELETE FROM session WHERE id = ?", (session_id,))

    def remove_of(self, customer_id: str) -> None:
        """Delete the links of a customer."""
        self._db.execute("DELETE FROM session WHERE customer_id = ?", (customer_id,))

    def clear(self) -> None:
        """Forget all links."""
        self._db.execute("DELETE FROM session")
