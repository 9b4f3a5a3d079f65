"""What the page shows of the stored data, as of now: reads that belong to no endpoint of the API."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

from contacthub_orm.sandbox.folding import fold

SHOWN = 50
"""How many customers, and how many events of one, are shown at most."""

_NAME = "trim(coalesce(document ->> '$.base.firstName', '') || ' ' || coalesce(document ->> '$.base.lastName', ''))"
_FOUND = """
FROM customer WHERE current AND (:node = '' OR node = :node) AND (:search = ''
    OR instr(fold(id), :search) OR instr(fold(external_id), :search) OR instr(fold(email), :search))
"""
_LATEST = f"SELECT version {_FOUND} ORDER BY registered_at DESC, id DESC LIMIT {SHOWN}"
_CUSTOMERS = f"""
SELECT id, node AS nodeId, external_id AS externalId, email, {_NAME} AS name, registered_at AS registeredAt
FROM customer WHERE version IN ({_LATEST}) ORDER BY registered_at DESC, id DESC
"""  # names are read from the documents of those that are shown only
_NODES = """
SELECT node.id, node.name, count(customer.id) AS customers
FROM node LEFT JOIN customer ON customer.node = node.id AND customer.current GROUP BY node.id ORDER BY node.rowid
"""
_OF_CUSTOMER = "FROM event WHERE customer_id = ? AND current"
_EVENTS = f"SELECT document {_OF_CUSTOMER} ORDER BY date DESC, id DESC LIMIT {SHOWN}"


class Overview:
    """Reads the database of a store.

    Args:
        db: the connection of the store.
        lock: serialises its use.
    """

    def __init__(self, db: sqlite3.Connection, lock: threading.RLock) -> None:
        self._db = db
        self._lock = lock

    def changes(self) -> int:
        """A number that grows with every change of the data."""
        with self._lock:
            return self._db.total_changes

    def nodes(self) -> list[dict[str, Any]]:
        """The nodes and how many customers each has."""
        return self._read(_NODES)

    def customers(self, node: str, search: str) -> tuple[list[dict[str, Any]], int]:
        """The latest customers in short, and how many there are.

        Args:
            node: where; empty for everywhere.
            search: part of an id, external id or e-mail address, upper and lower case alike; empty for all.
        """
        given = {"node": node, "search": fold(search)}
        with self._lock:
            return self._read(_CUSTOMERS, given), self._read(f"SELECT count(*) AS n {_FOUND}", given)[0]["n"]

    def events(self, customer_id: str) -> tuple[list[str], int]:
        """The JSON texts of the latest events of a customer, and how many there are."""
        with self._lock:
            texts = [row["document"] for row in self._read(_EVENTS, (customer_id,))]
            return texts, self._read(f"SELECT count(*) AS n {_OF_CUSTOMER}", (customer_id,))[0]["n"]

    def _read(self, sql: str, parameters: Any = ()) -> list[dict[str, Any]]:
        with self._lock:
            cursor = self._db.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]
