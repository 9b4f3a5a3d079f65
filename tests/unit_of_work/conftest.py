"""A transport without a server, and the books of a session without a session."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any
from weakref import ref

import pytest

from contacthub_orm.models import Customer
from contacthub_orm.transport import Response
from contacthub_orm.unit_of_work.flush import Flush
from contacthub_orm.unit_of_work.identity_map import IdentityMap
from contacthub_orm.unit_of_work.report import CommitReport
from contacthub_orm.unit_of_work.settling import Settlement
from contacthub_orm.unit_of_work.unit_of_work import UnitOfWork
from tests.mapping.reference import merged

Answer = Callable[[str, tuple[str, ...], Any], Any]
"""What a request gets: a body, an exception to raise, or None for what a server would answer."""


class FakeTransport:
    """Keeps documents by id, remembers requests, and lets a test decide about single answers."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, Any]] = []
        self.documents: dict[str, dict[str, Any]] = {}
        self.answer: Answer = lambda method, segments, body: None
        self.attempts = 1
        self._lock = Lock()

    def request(
        self, method: str, segments: Sequence[str], *, params: Any = None, body: Any = None, retry: Any = None
    ) -> Response:
        with self._lock:
            self.requests.append((method, "/" + "/".join(segments), copy.deepcopy(body)))
        decided = self.answer(method, tuple(segments), body)
        if isinstance(decided, BaseException):
            raise decided
        if decided is None:
            with self._lock:
                decided = self._serve(method, tuple(segments), copy.deepcopy(body))
        return Response(status=200, body=decided, headers={}, attempts=self.attempts, elapsed=0.0)

    def _serve(self, method: str, segments: tuple[str, ...], body: Any) -> Any:
        ident = segments[1] if len(segments) > 1 else f"new-{len(self.requests)}"
        if method == "DELETE":
            self.documents.pop(ident, None)
            return None
        before = self.documents.get(ident, {}) if method == "PATCH" else {}
        document = {**merged(body, before), "id": ident, "updatedAt": f"t{len(self.requests)}"}
        self.documents[ident] = document
        return copy.deepcopy(document)

    @property
    def sent(self) -> list[str]:
        """The requests as `VERB path`."""
        return [f"{method} {path}" for method, path, _ in self.requests]


class Session:
    """Books, a fake transport, and the steps of a commit."""

    def __init__(self, **options: Any) -> None:
        self.transport = FakeTransport()
        self.work = UnitOfWork(ref(self), IdentityMap(warm=0))
        self.options = {"concurrency": 1, **options}
        self.held: list[Any] = []

    def entity_changing(self, entity: Any) -> None:
        if entity._document.key is not None:
            self.work.touched[id(entity)] = entity

    def entity_moved(self, entity: Any) -> None:
        self.work.new.moved(entity)

    def load_missing(self, entity: Any, path: str) -> None:
        raise AssertionError(f"{path} was loaded")

    def loaded(self, ident: str, **document: Any) -> Customer:
        """A persistent customer that the server has, too."""
        self.transport.documents[ident] = {"id": ident, **copy.deepcopy(document)}
        entity = self.work.load(Customer, {"id": ident, **document}, ("customers", ident))
        self.held.append(entity)
        assert isinstance(entity, Customer)
        return entity

    def new(self, force_update: bool = False, **content: Any) -> Customer:
        """A pending customer."""
        entity = Customer(**content)
        self.work.add(entity, force_update, "node-1")
        return entity

    def plan(self) -> Any:
        return self.work.plan("node-1")

    def flush(self, **options: Any) -> CommitReport:
        plan = self.plan()
        settlement = Settlement(self.work)
        settlement.begin(plan)
        flush = Flush(self.transport, settlement, **{**self.options, **options})  # type: ignore[arg-type]
        return CommitReport(flush.run(plan))


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def make_session() -> type[Session]:
    return Session
