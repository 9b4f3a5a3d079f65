"""A node with somebody in it, and the requests that a row of the guide states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from contacthub_orm import Customer, Event, Session
from contacthub_orm.sandbox import Sandbox
from contacthub_orm.sandbox.log import LogEntry
from tests.migration.guide import guide

CONTENT: dict[str, Any] = {
    "externalId": "01",
    "extra": "extra",
    "base": {
        "firstName": "Bruce",
        "lastName": "Wayne",
        "dob": "1939-05-27",
        "contacts": {"email": "bruce@example.com", "phone": "555-1"},
        "educations": [{"id": "e1", "schoolName": "first"}],
        "jobs": [{"id": "j1", "jobTitle": "first"}],
        "likes": [{"id": "l1", "name": "first"}],
        "subscriptions": [{"id": "s1", "name": "first"}],
    },
    "extended": {"my_string": "text"},
    "tags": {"manual": ["vip", "night"], "auto": ["a"]},
}


class Stated:
    """Counts the requests of its block and holds them to what the row of the running test states."""

    def __init__(self, sandbox: Sandbox, slug: str) -> None:
        self._sandbox = sandbox
        self._slug = slug
        self._expected = guide()[slug].requests
        self._from = 0
        self.entered = False
        assert self._expected is not None, f"the row {slug} states no requests"

    def __enter__(self) -> Stated:
        self.entered = True
        self._from = len(self._sandbox.requests)
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if error is None:
            assert Counter(entry.method for entry in self.entries) == self._expected, (
                f"row {self._slug}: {self.entries}"
            )

    @property
    def entries(self) -> list[LogEntry]:
        """The requests since the block began."""
        return list(self._sandbox.requests[self._from :])


@pytest.fixture
def as_stated(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Stated]:
    """A block whose requests are those that the row of the test states; a test that has it uses it."""
    stated = Stated(sandbox, request.node.originalname.removeprefix("test_"))
    yield stated
    assert stated.entered, "the test does not count the requests that its row states"


@pytest.fixture
def http(sandbox: Sandbox) -> Iterator[Callable[..., Any]]:
    """Somebody else who talks to the server, without the library."""
    root = f"{sandbox.url}/workspaces/{sandbox.workspace_id}"
    with requests.Session() as connection:
        connection.headers["Authorization"] = f"Bearer {sandbox.token}"

        def call(method: str, path: str, body: Any = None) -> Any:
            answer = connection.request(method, root + path, json=body, timeout=5)
            answer.raise_for_status()
            return answer.json() if answer.content else None

        yield call


@pytest.fixture
def stored(http: Callable[..., Any], sandbox: Sandbox) -> str:
    """The id of a customer with something of everything."""
    ident: str = http("POST", "/customers", {"nodeId": sandbox.node_id, **CONTENT})["id"]
    return ident


@pytest.fixture
def document(http: Callable[..., Any], stored: str) -> Callable[[], Any]:
    """What the server holds of that customer."""
    return lambda: http("GET", f"/customers/{stored}")


@pytest.fixture
def customer(session: Session, stored: str) -> Customer:
    """That customer, loaded."""
    return session.get_one(Customer, stored)


@pytest.fixture
def twelve(http: Callable[..., Any], sandbox: Sandbox) -> list[str]:
    """The ids of twelve customers."""
    known = {"nodeId": sandbox.node_id, "base": {"lastName": "Doe"}}
    return [http("POST", "/customers", {**known, "externalId": f"n-{number}"})["id"] for number in range(12)]


@pytest.fixture
def events(http: Callable[..., Any], stored: str) -> list[str]:
    """The ids of seven events of the customer, of different types, contexts and dates."""
    return [
        http(
            "POST",
            "/events",
            {
                "customerId": stored,
                "type": str(Event.TYPES.VIEWED_PAGE if number % 2 else Event.TYPES.LOGGED_IN),
                "context": str(Event.CONTEXTS.WEB if number < 4 else Event.CONTEXTS.MOBILE),
                "date": f"2026-01-0{number + 1}T12:00:00.000Z",
                "properties": {},
            },
        )["id"]
        for number in range(7)
    ]
