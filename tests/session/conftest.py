"""The server as others see it: what it holds, and what the session under test sent to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import pytest
import requests

from contacthub_orm import Customer, Session
from contacthub_orm.errors import CommitError
from contacthub_orm.sandbox import Sandbox
from contacthub_orm.transport import RetryPolicy
from contacthub_orm.unit_of_work.report import CommitReport


class Call(NamedTuple):
    """A request as a test compares it: the path below the workspace, decoded."""

    method: str
    path: str
    body: Any


class Server:
    """A sandbox, and somebody who talks to it beside the session under test.

    That somebody sends requests without the library, which `sent` leaves out.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._http = requests.Session()
        self._http.headers["Authorization"] = f"Bearer {sandbox.token}"
        self._root = f"{sandbox.url}/workspaces/{sandbox.workspace_id}"

    @property
    def entries(self) -> list[Any]:
        """The log entries of what the library sent."""
        return [it for it in self.sandbox.requests if it.headers["User-Agent"].startswith("contacthub-orm")]

    @property
    def sent(self) -> list[Call]:
        """What the library sent so far, in the order of arrival."""
        below = f"/hub/v1/workspaces/{self.sandbox.workspace_id}"
        return [Call(it.method, unquote(it.path.removeprefix(below)), it.body) for it in self.entries]

    def forget(self) -> None:
        """Empty the log."""
        self.sandbox.requests.clear()

    def has(self, **content: Any) -> str:
        """Make a customer and return its id."""
        content.setdefault("externalId", "someone")
        ident: str = self._call("POST", "", {"nodeId": self.sandbox.node_id, **content})["id"]
        return ident

    def document(self, ident: str) -> Any:
        """Return what the server holds; None when it holds nothing."""
        answer = self._http.get(f"{self._root}/customers/{quote(ident, safe='')}", timeout=5)
        return answer.json() if answer.ok else None

    def documents(self) -> dict[str, Any]:
        """Return all that the node holds, by id."""
        found: dict[str, Any] = {}
        number, total = 0, 1
        while number < total:
            params: dict[str, Any] = {"nodeId": self.sandbox.node_id, "page": number, "size": 50}
            answer = self._http.get(f"{self._root}/customers", params=params, timeout=5).json()
            found.update((document["id"], document) for document in answer["elements"])
            number, total = number + 1, answer["page"]["totalPages"]
        return found

    def changes(self, ident: str, **patch: Any) -> None:
        """Change a customer as somebody else would."""
        self._call("PATCH", f"/{ident}", patch)

    def loses(self, ident: str) -> None:
        """Delete a customer as somebody else would."""
        self._call("DELETE", f"/{ident}")

    def close(self) -> None:
        self._http.close()

    def _call(self, method: str, below: str, body: Any = None) -> Any:
        answer = self._http.request(method, f"{self._root}/customers{below}", json=body, timeout=5)
        answer.raise_for_status()
        return answer.json() if answer.content else None


@pytest.fixture
def server(sandbox: Sandbox) -> Iterator[Server]:
    server = Server(sandbox)
    yield server
    server.close()


@pytest.fixture
def bruce(server: Server) -> str:
    """The id of a customer with something of everything."""
    return server.has(
        externalId="bat",
        base={
            "firstName": "Bruce",
            "lastName": "Wayne",
            "dob": "1939-05-27",
            "contacts": {
                "email": "bruce@example.com",
                "phone": "555-1",
                "otherContacts": [{"name": "home", "type": "PHONE", "value": "1"}],
            },
            "address": {"city": "Gotham", "geo": {"lat": 40.5, "lon": -74.25}},
        },
        extended={"points": 10, "nested": {"deep": {"er": 1, "list": [1, 2]}, "other": "x"}, "flag": True},
        tags={"auto": ["a"], "manual": ["vip", "night"]},
    )


@pytest.fixture
def once() -> RetryPolicy:
    """A policy without retries, for tests that look at what a single failure does."""
    return RetryPolicy(attempts=1)


@pytest.fixture
def fails() -> Any:
    """Commit, which has to fail, and return the report."""

    def commit(session: Session) -> CommitReport:
        with pytest.raises(CommitError) as caught:
            session.commit()
        return caught.value.report

    return commit


@pytest.fixture
def three(server: Server) -> list[str]:
    """The ids of three customers."""
    return [server.has(externalId=f"e-{number}", base={"firstName": f"n{number}"}) for number in range(3)]


@pytest.fixture
def loaded(session: Session, bruce: str, server: Server) -> Customer:
    """The customer of `bruce`, loaded; the log is empty."""
    customer = session.get_one(Customer, bruce)
    server.forget()
    return customer
