"""Customers in SQLite.

Each row is one version of one customer (see `versions`): the JSON text as it is served, and columns for what is looked
up often.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs

from contacthub_orm.errors import ConfigurationError
from contacthub_orm.sandbox import feed
from contacthub_orm.sandbox.event_store import EVENT_TABLES, EventStore
from contacthub_orm.sandbox.folding import define_folding
from contacthub_orm.sandbox.overview import Overview
from contacthub_orm.sandbox.results import ResultCache
from contacthub_orm.sandbox.session_store import SESSION_TABLES, SessionStore
from contacthub_orm.sandbox.sql import WITH_PRESENT, Sql, bind, concat
from contacthub_orm.sandbox.versions import COLUMNS, Versions

LAYOUT = 2
"""Version of the tables, kept in the file as `user_version`."""

_PATIENCE = 1.0
"""Seconds to wait for a file that another program holds."""

_UPGRADABLE = (0, 1)  # what they lack is made as in a new file

_TABLES = f"""
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS node (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS customer (
    version INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    node TEXT NOT NULL,
    external_id TEXT,
    email TEXT,
    match_key TEXT,
    registered_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    document TEXT NOT NULL,
    {COLUMNS}
);
CREATE INDEX IF NOT EXISTS by_id ON customer (id);
CREATE INDEX IF NOT EXISTS by_registration ON customer (node, registered_at, id, visible_from, visible_to);
CREATE INDEX IF NOT EXISTS by_update ON customer (node, updated_at);
CREATE INDEX IF NOT EXISTS by_external_id ON customer (node, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_email ON customer (node, email) WHERE email IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_key ON customer (node, match_key) WHERE match_key IS NOT NULL AND current;
CREATE INDEX IF NOT EXISTS outdated ON customer (visible_to) WHERE NOT current;
"""


@attrs.frozen
class Record:
    """A customer as a row: its JSON text and the columns drawn from it."""

    id: str
    node: str
    external_id: str | None
    email: str | None = attrs.field(repr=False)
    match_key: str | None = attrs.field(repr=False)
    registered_at: str
    updated_at: str
    document: str = attrs.field(repr=False)


_RECORD_COLUMNS = tuple(field.name for field in attrs.fields(Record))
_FIXED = ("node", "registered_at")


@attrs.frozen
class Selection:
    """What a list asks for: the customers of a node that meet a condition, their order, and the wanted slice."""

    node: str
    where: Sql
    order: Sql
    offset: int
    limit: int


class Store:
    """All customers and nodes of a workspace, and what belongs to them; methods may be called from any thread.

    Args:
        path: `:memory:` or a file, made when it is not there.

    Raises:
        ConfigurationError: the file is no sandbox's, or another program holds it.
    """

    def __init__(self, path: str | Path = ":memory:") -> None:
        self.lock = threading.RLock()
        self._results = ResultCache()
        self._db = _open(path)
        self._customers = Versions(self._db, "customer", _RECORD_COLUMNS, fixed=_FIXED)
        self._customers.settle()  # lists have caught up by the time a file is opened again
        self.feed = feed.Feed(self._db, self.lock)
        self.overview = Overview(self._db, self.lock)
        self.sessions = SessionStore(self._db, self.lock)
        self.events = EventStore(self._db, self.lock, self._results, self.feed)
        self.events.settle()

    def close(self) -> None:
        """Close the database; what a file holds stays."""
        with self.lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Apply everything inside or nothing; nobody else reads or writes meanwhile."""
        with self.lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            else:
                self._db.execute("COMMIT")
            finally:
                self._results.clear()

    def clear(self) -> None:
        """Forget every customer and node, and what belongs to them."""
        with self.transaction():
            self._customers.clear()
            self._db.execute("DELETE FROM node")
            self.feed.clear()
            self.sessions.clear()
            self.events.clear()

    def add_node(self, node_id: str, name: str = "") -> None:
        """Add a node; one that is there already is kept."""
        with self.lock:
            self._db.execute("INSERT INTO node VALUES (?, ?) ON CONFLICT DO NOTHING", (node_id, name))

    def nodes(self) -> list[str]:
        """The ids of all nodes, the first one first."""
        return list(self.node_names())

    def node_names(self) -> dict[str, str]:
        """The name of each node by its id, the first one first."""
        with self.lock:
            return dict(self._db.execute("SELECT id, name FROM node ORDER BY rowid").fetchall())

    def document(self, customer_id: str) -> str | None:
        """The JSON text of a customer as of now, whatever the index delay."""
        with self.lock:
            row = self._db.execute("SELECT document FROM customer WHERE id = ? AND current", (customer_id,)).fetchone()
        return row[0] if row else None

    def node_of(self, customer_id: str) -> str | None:
        """The node of a customer, None when there is no such customer."""
        with self.lock:
            row = self._db.execute("SELECT node FROM customer WHERE id = ? AND current", (customer_id,)).fetchone()
        return row[0] if row else None

    def match_key(self, customer_id: str) -> str | None:
        """The key by which duplicates of a stored customer are found."""
        with self.lock:
            row = self._db.execute("SELECT match_key FROM customer WHERE id = ? AND current", (customer_id,)).fetchone()
        return row[0] if row else None

    def with_external_id(self, node: str, external_id: str) -> str | None:
        """The id of the oldest customer of `node` that has `external_id`."""
        sql = (
            "SELECT id FROM customer WHERE node = ? AND external_id = ? AND current "
            "ORDER BY +registered_at, +id LIMIT 1"
        )
        with self.lock:
            row = self._db.execute(sql, (node, external_id)).fetchone()
        return row[0] if row else None

    def holder(self, node: str, key: str, besides: str = "") -> str | None:
        """The id of the oldest customer of `node` that has `key`, other than `besides`."""
        # The plus signs keep SQLite from walking through all customers in the wanted order instead of using the key.
        sql = (
            "SELECT id FROM customer WHERE node = ? AND match_key = ? AND current AND id <> ? "
            "ORDER BY +registered_at, +id LIMIT 1"
        )
        with self.lock:
            row = self._db.execute(sql, (node, key, besides)).fetchone()
        return row[0] if row else None

    def put(self, record: Record, *, now: float, delay: float = 0.0) -> None:
        """Store a new or changed customer that lists will show `delay` seconds after `now`; inside `transaction`."""
        row = attrs.astuple(record, recurse=False)
        known = self._customers.replace(row, now=now, delay=delay)
        if not known:
            self._customers.add(row, now=now, delay=delay)
        operation = feed.UPDATE if known else feed.CREATE
        self.feed.append(operation, feed.CUSTOMER, record.document, node=record.node, now=now)

    def put_many(self, records: Sequence[Record], *, now: float) -> None:
        """Store customers without any delay, in one go; those that are there already are replaced."""
        with self.transaction():
            known = {record.id for record in records if self.document(record.id) is not None}
            self.feed.extend(
                (
                    feed.Entry(feed.UPDATE if it.id in known else feed.CREATE, feed.CUSTOMER, it.document, it.node)
                    for it in records
                ),
                now=now,
            )
            self._customers.add_many([attrs.astuple(record, recurse=False) for record in records])

    def remove(self, customer_id: str, *, now: float, delay: float = 0.0) -> None:
        """Delete a customer with events and sessions, which lists show until `delay` seconds after `now`.

        Inside `transaction`.
        """
        self.sessions.remove_of(customer_id)
        self.events.remove_of(customer_id, now=now, delay=delay)
        last = self._db.execute(
            "SELECT document, node FROM customer WHERE id = ? AND current", (customer_id,)
        ).fetchone()
        if last is not None:
            self.feed.append(feed.DELETE, feed.CUSTOMER, last[0], node=last[1], now=now)
        self._customers.remove(concat("id = ", bind(customer_id)), now=now, delay=delay)

    def select(self, selection: Selection, *, now: float) -> tuple[list[str], int]:
        """The JSON texts of a slice of a list as it looks at `now`, and how many customers the whole list has.

        The whole result is kept until the next write, so that walking through its pages costs one evaluation.
        """
        with self.lock:
            question = (selection.node, selection.where, selection.order)
            settled = now >= max(self._customers.lag_ends, self.events.lag_ends)  # a question may be about events
            versions = self._results.get(question) if settled else None
            if versions is None:
                versions = self._results.make(self._versions(selection, now))
                if settled:
                    self._results.keep(question, versions)
            page = versions[selection.offset : selection.offset + selection.limit]
            return self._documents(page), len(versions)

    def _versions(self, selection: Selection, now: float) -> Iterator[int]:
        statement = concat(
            f"{WITH_PRESENT} SELECT version FROM customer WHERE node = ? AND visible_from <= ? AND visible_to > ? AND ",
            selection.where,
            " ORDER BY ",
            selection.order,
        )
        parameters = (now, selection.node, now, now, *statement.parameters)
        return (row[0] for row in self._db.execute(statement.text, parameters))

    def _documents(self, versions: Sequence[int]) -> list[str]:
        marks = ",".join("?" * len(versions))
        rows = self._db.execute(f"SELECT version, document FROM customer WHERE version IN ({marks})", tuple(versions))
        by_version = dict(rows.fetchall())
        return [by_version[version] for version in versions]

    def documents(self) -> list[str]:
        """The JSON texts of all customers as of now, in the order of their registration."""
        with self.lock:
            rows = self._db.execute("SELECT document FROM customer WHERE current ORDER BY registered_at, id")
            return [row[0] for row in rows]

    def key_policy(self) -> str | None:
        """By which policy the stored matching keys were made."""
        with self.lock:
            row = self._db.execute("SELECT value FROM setting WHERE name = 'key_policy'").fetchone()
        return row[0] if row else None

    def set_keys(self, keys: Iterable[tuple[str | None, str]], policy: str) -> None:
        """Give customers new matching keys, made by `policy`: pairs of key and customer id."""
        with self.transaction():
            self._db.executemany("UPDATE customer SET match_key = ? WHERE id = ? AND current", list(keys))
            self._db.execute("INSERT OR REPLACE INTO setting VALUES ('key_policy', ?)", (policy,))


def _open(path: str | Path) -> sqlite3.Connection:
    try:
        # Statements are committed one by one unless `transaction` says otherwise; one lock serialises the threads.
        db = sqlite3.connect(
            path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            _prepare(db, path)
        except BaseException:
            db.close()
            raise
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise ConfigurationError(
                f"{path} is in use by another sandbox or program. Close that one first, or give another path."
            ) from error
        raise ConfigurationError(f"{path} cannot be used as the data file of a sandbox: {error}.") from error
    return db


def _prepare(db: sqlite3.Connection, path: str | Path) -> None:
    # What a store knows of its rows holds as long as nobody else writes them, so it keeps the file to itself.
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    layout = db.execute("PRAGMA user_version").fetchone()[0]
    strange = layout == 0 and db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if layout not in (*_UPGRADABLE, LAYOUT) or strange:
        raise ConfigurationError(f"{path} is no data file of this sandbox. Give a new path or move it away.")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    define_folding(db)
    tables = f"{_TABLES} {feed.TABLES} {EVENT_TABLES} {SESSION_TABLES}"
    db.executescript(f"BEGIN; {tables} PRAGMA user_version = {LAYOUT}; COMMIT;")
