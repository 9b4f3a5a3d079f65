"""Events in SQLite: those that are stored, and those that were accepted and wait for their time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence

import attrs

from contacthub_orm.sandbox import feed
from contacthub_orm.sandbox.results import ResultCache
from contacthub_orm.sandbox.sql import Sql, bind, concat
from contacthub_orm.sandbox.versions import COLUMNS, FOREVER, Versions
from contacthub_orm.sandbox.wire import encode

EVENT_TABLES = f"""
CREATE TABLE IF NOT EXISTS event (
    version INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    customer_id TEXT,
    node TEXT,
    type TEXT NOT NULL,
    context TEXT NOT NULL,
    date TEXT NOT NULL,
    session TEXT,
    document TEXT NOT NULL,
    {COLUMNS}
);
CREATE INDEX IF NOT EXISTS event_by_id ON event (id);
CREATE INDEX IF NOT EXISTS event_by_customer ON event (customer_id, type, date) WHERE customer_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS event_by_date ON event (date, id, visible_from, visible_to);
CREATE INDEX IF NOT EXISTS event_by_node ON event (node, date, id, visible_from, visible_to);
CREATE INDEX IF NOT EXISTS event_by_type ON event (type, date, id);
CREATE INDEX IF NOT EXISTS event_by_session ON event (node, session) WHERE session IS NOT NULL AND customer_id IS NULL;
CREATE INDEX IF NOT EXISTS event_outdated ON event (visible_to) WHERE NOT current;
CREATE TABLE IF NOT EXISTS arrival (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    due REAL NOT NULL,
    id TEXT NOT NULL,
    replaces INTEGER NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS arrival_by_time ON arrival (due, number);
"""

_LATEST_FIRST = " ORDER BY date DESC, id DESC"
# With few rows left to order, their own index serves better than the one of the order; the signs keep SQLite from
# preferring that.
_LATEST_FIRST_AFTERWARDS = " ORDER BY +date DESC, +id DESC"
_EXPECT = "INSERT INTO arrival (due, id, replaces, document) VALUES (?, ?, ?, ?)"
_ARRIVALS = "SELECT due, id, replaces, document FROM arrival WHERE due <= ? ORDER BY due, number"


@attrs.frozen
class EventRecord:
    """An event as a row: its JSON text and the columns drawn from it.

    Attributes:
        customer_id: the customer that it belongs to, None when there is no such customer.
        node: where it is listed.
        session: the session value that may still bring it to a customer.
    """

    id: str
    customer_id: str | None
    node: str | None
    type: str
    context: str
    date: str
    session: str | None = attrs.field(repr=False)
    document: str = attrs.field(repr=False)


_COLUMNS = tuple(field.name for field in attrs.fields(EventRecord))


@attrs.frozen
class Arrival:
    """An event that was accepted.

    Attributes:
        due: when it will be stored, in seconds since 1970; 0 in a file that was opened again, which means now.
        id: of the event.
        replaces: whether it takes the place of a stored event.
        document: JSON text of the members that clients write.
    """

    due: float
    id: str
    replaces: bool
    document: str = attrs.field(repr=False)


class EventStore:
    """The events of a workspace, in the database of its store; writes belong inside the store's transaction.

    Args:
        db: the connection of the store.
        lock: serialises its use.
        results: of the latest lists, cleared by every transaction.
        updates: the feed that tells of every write.

    Attributes:
        next_due: when the next arrival is due, in seconds since 1970.
    """

    def __init__(self, db: sqlite3.Connection, lock: threading.RLock, results: ResultCache, updates: feed.Feed) -> None:
        self._db = db
        self._lock = lock
        self._results = results
        self._feed = updates
        self._versions = Versions(db, "event", _COLUMNS)
        self.next_due = FOREVER

    @property
    def lag_ends(self) -> float:
        """When lists will have caught up with all writes, in seconds since 1970."""
        return self._versions.lag_ends

    def settle(self) -> None:
        """Let everything catch up that a file was closed upon."""
        self._versions.settle()
        self._db.execute("UPDATE arrival SET due = 0")
        self._look_ahead()

    def clear(self) -> None:
        """Forget all events."""
        self._versions.clear()
        self._db.execute("DELETE FROM arrival")
        self.next_due = FOREVER

    # -- reading ---------------------------------------------------------------------------------------------------

    def document(self, event_id: str) -> str | None:
        """The JSON text of an event, whatever the index delay."""
        with self._lock:
            row = self._db.execute("SELECT document FROM event WHERE id = ? AND current", (event_id,)).fetchone()
        return row[0] if row else None

    def select(
        self, where: Sql, *, customer_id: str | None = None, offset: int, limit: int, now: float
    ) -> tuple[list[str], int]:
        """The JSON texts of a slice of the events that meet `where`, the latest first, and how many there are.

        Args:
            where: the condition.
            customer_id: of whom; None stands for everybody and nobody.
            offset: how many come before the slice.
            limit: how many the slice has at most.
            now: for which time, in seconds since 1970.
        """
        order = _LATEST_FIRST
        if customer_id is not None:
            where, order = concat("customer_id = ", bind(customer_id), " AND ", where), _LATEST_FIRST_AFTERWARDS
        with self._lock:
            question = ("event", where)
            settled = now >= self.lag_ends
            versions = self._results.get(question) if settled else None
            if versions is None:
                seen = concat(where, " AND ", visible(bind(now)))
                statement = concat("SELECT version FROM event WHERE ", seen, order)
                rows = self._db.execute(statement.text, statement.parameters)
                versions = self._results.make(row[0] for row in rows)
                if settled:
                    self._results.keep(question, versions)
            return self._documents(versions[offset : offset + limit]), len(versions)

    def _documents(self, versions: Sequence[int]) -> list[str]:
        marks = ",".join("?" * len(versions))
        rows = self._db.execute(f"SELECT version, document FROM event WHERE version IN ({marks})", tuple(versions))
        by_version = dict(rows.fetchall())
        return [by_version[version] for version in versions]

    # -- writing ---------------------------------------------------------------------------------------------------

    def add(self, record: EventRecord, *, now: float, delay: float) -> None:
        """Store a new event that lists will show `delay` seconds after `now`."""
        self._versions.add(attrs.astuple(record, recurse=False), now=now, delay=delay)
        self._feed.append(feed.CREATE, feed.EVENT, record.document, node=_listed_on(record.node), now=now)

    def replace(self, record: EventRecord, *, now: float, delay: float) -> None:
        """Store a changed event; as `add`."""
        self._versions.replace(attrs.astuple(record, recurse=False), now=now, delay=delay)
        self._feed.append(feed.UPDATE, feed.EVENT, record.document, node=_listed_on(record.node), now=now)

    def remove(self, event_id: str, *, now: float, delay: float) -> None:
        """Delete an event, which lists show until `delay` seconds after `now`."""
        self._remove(concat("id = ", bind(event_id)), now, delay)

    def remove_of(self, customer_id: str, *, now: float, delay: float) -> None:
        """Delete the events of a customer."""
        self._remove(concat("customer_id = ", bind(customer_id)), now, delay)

    def _remove(self, where: Sql, now: float, delay: float) -> None:
        self._tell(feed.DELETE, where, now)
        self._versions.remove(where, now=now, delay=delay)

    def attach(self, node: str, session: str, customer_id: str, *, now: float, delay: float) -> None:
        """Give the anonymous events of a session to a customer."""
        anonymous = concat("node = ", bind(node), " AND session = ", bind(session), " AND customer_id IS NULL")
        chosen = concat("SELECT id FROM event WHERE current AND ", anonymous)
        ids = [row[0] for row in self._db.execute(chosen.text, chosen.parameters)]
        if not ids:
            return
        document = concat("json_set(document, '$.customerId', ", bind(customer_id), ")")
        changes = [("customer_id", bind(customer_id)), ("document", document)]
        self._versions.change(anonymous, changes, now=now, delay=delay)
        self._tell(feed.UPDATE, concat("id IN (SELECT value FROM json_each(", bind(encode(ids)), "))"), now)

    def _tell(self, operation: str, where: Sql, now: float) -> None:
        statement = concat("SELECT document, node FROM event WHERE current AND ", where, " ORDER BY +date, +id")
        rows = self._db.execute(statement.text, statement.parameters).fetchall()
        entries = [feed.Entry(operation, feed.EVENT, document, _listed_on(node)) for document, node in rows]
        self._feed.extend(entries, now=now)

    # -- arrivals --------------------------------------------------------------------------------------------------

    def expect(self, arrival: Arrival) -> None:
        """Keep an accepted event until it is due."""
        self._db.execute(
            "INSERT INTO arrival (due, id, replaces, document) VALUES (?, ?, ?, ?)", attrs.astuple(arrival)
        )
        self.next_due = min(self.next_due, arrival.due)

    def forget_arrivals(self, event_id: str) -> None:
        """Drop what was accepted for an event before; a change without delay overtakes it."""
        if self.next_due < FOREVER:
            self._db.execute("DELETE FROM arrival WHERE id = ?", (event_id,))
            self._look_ahead()

    def take_due(self, now: float) -> list[Arrival]:
        """Take out the arrivals that are due at `now`, in the order of their acceptance."""
        rows = self._db.execute(_ARRIVALS, (now,))
        arrivals = [Arrival(due, ident, bool(replaces), document) for due, ident, replaces, document in rows]
        self._db.execute("DELETE FROM arrival WHERE due <= ?", (now,))
        self._look_ahead()
        return arrivals

    def _look_ahead(self) -> None:
        due = self._db.execute("SELECT min(due) FROM arrival").fetchone()[0]
        self.next_due = FOREVER if due is None else due


def _listed_on(node: str | None) -> str:
    # An event that no node knows is told of in the feed of the whole workspace only.
    return node or ""


def visible(moment: Sql) -> Sql:
    """SQL that tells whether lists show a row of `event` at a moment."""
    return concat("visible_from <= ", moment, " AND visible_to > ", moment)
