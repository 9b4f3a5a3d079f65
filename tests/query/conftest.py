"""A source of pages without a server: it answers list requests from a list of documents and remembers them."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest

from contacthub_orm.models import Customer
from contacthub_orm.query import ListRequest, Query


class FakeSource:
    """Answers as the API does; `before(position)` runs before each answer, `rewrite(answer)` after it."""

    node_id = "node-1"

    def __init__(self, documents: Sequence[dict[str, Any]] | int = (), *, concurrent: bool = False) -> None:
        self.documents = (
            [{"id": f"c{i}", "updatedAt": None} for i in range(documents)]
            if isinstance(documents, int)
            else list(documents)
        )
        self.concurrent = concurrent
        self.requests: list[ListRequest] = []
        self.threads: list[threading.Thread] = []
        self.hydrated: list[tuple[list[str], tuple[str, ...] | None]] = []
        self.alive: WeakSet[Customer] = WeakSet()
        self.known: dict[str, Customer] = {}
        self.keep = True
        self.raiseload = False
        self.before: Callable[[int], None] = lambda position: None
        self.rewrite: Callable[[dict[str, Any]], Any] = lambda answer: answer

    def prepare(self) -> None:
        assert threading.current_thread() is threading.main_thread()

    def fetch(self, request: ListRequest) -> Mapping[str, Any]:
        self.requests.append(request)
        self.threads.append(threading.current_thread())
        self.before(len(self.requests) - 1)
        asked = dict(request.params)
        number, size = int(asked["page"]), int(asked["size"])
        total = len(self.documents)
        page = {
            "size": size,
            "number": number,
            "totalElements": total,
            "totalPages": -(-total // size),
            "totalUnfilteredElements": 0,
        }
        found: Any = self.rewrite(
            {"elements": self.documents[number * size : (number + 1) * size], "page": page, "_links": {}}
        )
        return found

    def hydrate(
        self,
        entity: Any,
        documents: Sequence[dict[str, Any]],
        fields: tuple[str, ...] | None,
        *,
        raiseload: bool = False,
    ) -> Any:
        assert threading.current_thread() is threading.main_thread()
        self.hydrated.append(([document["id"] for document in documents], fields))
        self.raiseload = raiseload
        objects = []
        for document in documents:
            found = self.known.get(document["id"])
            if found is None:
                found = entity(**document)
                self.alive.add(found)
                if self.keep:
                    self.known[document["id"]] = found
            objects.append(found)
        return objects

    def query(self) -> Query[Customer]:
        return Query(self, Customer)

    def pages(self) -> list[tuple[int, int]]:
        """(page, size) of every request, in order."""
        asked = [dict(request.params) for request in self.requests]
        return [(int(params["page"]), int(params["size"])) for params in asked]

    def params(self) -> dict[str, str]:
        """Parameters of the last request."""
        return dict(self.requests[-1].params)

    def condition(self) -> Any:
        """The condition that the last request sent."""
        return json.loads(self.params()["query"])["query"]["are"]["condition"]


@pytest.fixture(scope="session")
def make_source() -> type[FakeSource]:
    return FakeSource


@pytest.fixture
def source() -> FakeSource:
    return FakeSource(120)


@pytest.fixture
def query(source: FakeSource) -> Query[Customer]:
    return source.query()


@pytest.fixture(scope="session")
def contract() -> Path:
    root = Path(os.environ.get("CONTACTHUB_CONTRACT_DIR", Path(__file__).parents[3] / "shared"))
    found = root / "contract" if (root / "contract").is_dir() else root
    if not (found / "query.schema.json").is_file():
        pytest.skip("the contract files are not there; set CONTACTHUB_CONTRACT_DIR")
    return found
