"""The contract check itself: it looks at what the library sends, and it can fail."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from contacthub_orm import Customer
from contacthub_orm.sandbox.log import LogEntry
from contacthub_orm.sandbox.messages import Request, Response
from tests.contract.checker import ContractChecker
from tests.contract.schemas import ROOT, contract_folder
from tests.contract.watch import Watch

CUSTOMERS = "/hub/v1/workspaces/w/customers"
ONE = f"{CUSTOMERS}/c-1"
EVENTS = "/hub/v1/workspaces/w/events"
NOW = "2020-01-31T12:00:00.000+0000"
BROUGHT = {"type": "SESSION_ID", "value": "s", "nodeId": "n"}


FOLDER = contract_folder()
if FOLDER is None:
    reason = "the contract files are not there (CONTACTHUB_CONTRACT_DIR): no request of this run is validated"
    pytest.skip(reason, allow_module_level=True)


@pytest.fixture(scope="module")
def checker() -> ContractChecker:
    return ContractChecker(FOLDER)


def sent(method: str, path: str, body: Any = None, params: dict[str, str] | None = None, **headers: str) -> LogEntry:
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"authorization": "Bearer x", "content-type": "application/json", "user-agent": "contacthub-orm/0 python"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    target = f"{path}?{urlencode(params)}" if params else path
    return LogEntry.of(Request(method, target, tuple(given.items()), content), Response(200))


def condition(operator: str = "EQUALS", **members: Any) -> dict[str, str]:
    atomic = {"type": "atomic", "attribute": "base.firstName", "operator": operator, **members}
    query = {"name": "query", "query": {"type": "simple", "are": {"condition": atomic}}}
    return {"nodeId": "n", "query": json.dumps(query)}


def event(**members: Any) -> dict[str, Any]:
    return {"customerId": "c", "type": "viewedPage", "context": "WEB", "properties": {"title": "x"}} | members


GOOD = {
    "list": sent("GET", CUSTOMERS, params={"nodeId": "n", "page": "0", "size": "50", "sort": "base.firstName,desc"}),
    "sorted by two paths": sent("GET", f"{CUSTOMERS}?nodeId=n&sort=base.lastName%2Casc&sort=id"),
    "fields": sent("GET", CUSTOMERS, params={"nodeId": "n", "fields": "id,base.firstName"}),
    "query": sent("GET", CUSTOMERS, params=condition(value="Ann")),
    "query for null, without a value": sent("GET", CUSTOMERS, params=condition("IS_NULL")),
    "query for a boolean": sent("GET", CUSTOMERS, params=condition(value=False)),
    "post": sent("POST", CUSTOMERS, {"nodeId": "n", "base": {"contacts": {"email": "ann@example.com"}}}),
    "put": sent("PUT", ONE, {"id": "c-1", "nodeId": "n", "base": {"address": {"geo": {"lat": 1.5, "lon": 2}}}}),
    "patch unsets with null": sent("PATCH", ONE, {"base": {"dob": None, "contacts": None}, "tags": None}),
    "patch of a part": sent("PATCH", ONE, {"base": {"address": {"geo": {"lat": 1.5}}}}),
    "patch of consents": sent("PATCH", ONE, {"consents": {"profiling": {"online": {"status": True}}}}),
    "delete": sent("DELETE", ONE),
    "creation with a session": sent("POST", CUSTOMERS, {"nodeId": "n", "externalId": "e"}, {"sessionId": "s"}),
    "child": sent("POST", f"{ONE}/jobs", {"id": "j", "startDate": "2020-01-31", "isCurrent": None}),
    "child with members of its own": sent("PUT", f"{ONE}/subscriptions/s", {"id": "s", "subscribed": True, "x": 1}),
    "session": sent("POST", f"{ONE}/sessions", {"value": "s"}),
    "events": sent("GET", EVENTS, params={"customerId": "c", "type": "loggedIn,loggedOut", "page": "1", "size": "10"}),
    "event": sent("POST", EVENTS, event(context="WEB", contextInfo={"client": {"ip": "10.0.0.1"}})),
    "event brought back": sent("POST", EVENTS, event(bringBackProperties=BROUGHT)),
    "put of an event": sent("PUT", f"{EVENTS}/e", event(id="e", registeredAt=NOW, updatedAt=NOW)),
}

BAD = {
    "unknown path": sent("GET", "/hub/v1/workspaces/w/customer"),
    "unknown method": sent("DELETE", CUSTOMERS),
    "id that is not encoded": sent("GET", f"{CUSTOMERS}/a/b"),
    "no token": LogEntry.of(Request("GET", ONE), Response(200)),
    "body that is not declared as JSON": sent("PATCH", ONE, {"extra": "x"}, content_type="text/plain"),
    "list of no node": sent("GET", CUSTOMERS, params={"page": "0"}),
    "page size": sent("GET", CUSTOMERS, params={"nodeId": "n", "size": "51"}),
    "page before the first": sent("GET", CUSTOMERS, params={"nodeId": "n", "page": "-1"}),
    "direction of sorting": sent("GET", CUSTOMERS, params={"nodeId": "n", "sort": "base.dob,down"}),
    "empty field": sent("GET", CUSTOMERS, params={"nodeId": "n", "fields": "id,"}),
    "unknown parameter": sent("GET", CUSTOMERS, params={"nodeId": "n", "limit": "5"}),
    "parameter given twice": sent("GET", f"{CUSTOMERS}?nodeId=n&nodeId=n"),
    "parameter of another operation": sent("GET", ONE, params={"page": "0"}),
    "query that is not JSON": sent("GET", CUSTOMERS, params={"nodeId": "n", "query": "{"}),
    "query with an unknown operator": sent("GET", CUSTOMERS, params=condition("IS", value="Ann")),
    "query without its value": sent("GET", CUSTOMERS, params=condition("EQUALS")),
    "query for null itself": sent("GET", CUSTOMERS, params=condition("EQUALS", value=None)),
    "body of a GET": sent("GET", ONE, {"base": {}}),
    "body of a DELETE": sent("DELETE", ONE, {}),
    "no body": sent("PATCH", ONE),
    "body that is not JSON": sent("PATCH", ONE, b"base=1"),
    "body that is a list": sent("PATCH", ONE, []),
    "post without a node": sent("POST", CUSTOMERS, {"base": {}}),
    "post with null": sent("POST", CUSTOMERS, {"nodeId": "n", "externalId": None}),
    "put without an id": sent("PUT", ONE, {"nodeId": "n", "base": {}}),
    "patch with a node": sent("PATCH", ONE, {"nodeId": "n"}),
    "patch of a server's own member": sent("PATCH", ONE, {"updatedAt": "2020-01-01T00:00:00Z"}),
    "null for a list": sent("PATCH", ONE, {"base": {"jobs": None}}),
    "null for tags": sent("PATCH", ONE, {"tags": {"manual": None}}),
    "null for enabled": sent("PATCH", ONE, {"enabled": None}),
    "unknown member of base": sent("PATCH", ONE, {"base": {"nickName": "x"}}),
    "unknown time zone": sent("PATCH", ONE, {"base": {"timezone": "Europe/Kyiv"}}),
    "date that is none": sent("PATCH", ONE, {"base": {"dob": "1994-02-30"}}),
    "instant without a zone": sent("PATCH", ONE, {"consents": {"disclaimer": {"date": "2018-05-25T14:05:00"}}}),
    "list element without its id": sent("PATCH", ONE, {"base": {"likes": [{"name": "Jazz"}]}}),
    "half a place in a post": sent("POST", CUSTOMERS, {"nodeId": "n", "base": {"address": {"geo": {"lat": 1}}}}),
    "consent that is no flag": sent("PATCH", ONE, {"consents": {"profiling": {"online": {"status": "yes"}}}}),
    "child without its id": sent("POST", f"{ONE}/jobs", {"jobTitle": "x"}),
    "child with a time for a date": sent("PUT", f"{ONE}/jobs/j", {"id": "j", "startDate": NOW}),
    "list of children": sent("GET", f"{ONE}/jobs"),
    "session without a value": sent("POST", f"{ONE}/sessions", {"id": "s"}),
    "event of an unknown type": sent("POST", EVENTS, event(type="sneezed")),
    "event of an unknown context": sent("POST", EVENTS, event(context="DREAM")),
    "event with a member of another type": sent("POST", EVENTS, event(properties={"keyword": "x"})),
    "event with a mode": sent("POST", EVENTS, event(mode="ACTIVE")),
    "event with null for what may be left out": sent("POST", EVENTS, event(tracking={"ga": None})),
    "event with the surroundings of another context": sent("POST", EVENTS, event(contextInfo={"store": {}})),
    "put of an event without its id": sent("PUT", f"{EVENTS}/e", event(registeredAt=NOW, updatedAt=NOW)),
    "events of an unknown mode": sent("GET", EVENTS, params={"customerId": "c", "mode": "active"}),
    "events from a day": sent("GET", EVENTS, params={"dateFrom": "2020-01-31"}),
    "sorted events": sent("GET", EVENTS, params={"sort": "date,desc"}),
    "section of more than 64 KB": sent("PATCH", ONE, {"extended": {"text": "x" * 65536}}),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_the_contract_allows_passes(checker, name):
    assert checker.problems(GOOD[name]) == []


@pytest.mark.parametrize("name", BAD)
def test_what_the_contract_forbids_is_found(checker, name):
    assert checker.problems(BAD[name])


def test_a_complaint_names_the_place_and_not_the_value(checker):
    (complaint,) = checker.problems(sent("PATCH", ONE, {"base": {"firstName": ["secret"]}}))
    assert "body.base.firstName" in complaint
    assert "secret" not in complaint


def test_a_request_of_the_library_to_any_sandbox_is_seen(contract_watch, checker, sandbox, session):
    before = contract_watch.judged
    session.add(Customer(externalId="e-1"))
    session.commit()
    assert contract_watch.problems() == []
    assert contract_watch.judged == before + 1


def test_a_request_of_somebody_else_is_not_judged(contract_watch, checker, sandbox):
    before = contract_watch.judged
    requests.post(f"{sandbox.url}/workspaces/{sandbox.workspace_id}/customers", json={"wrong": True}, timeout=5)
    assert contract_watch.problems() == []
    assert contract_watch.judged == before


def test_a_request_outside_the_contract_is_reported_with_its_reason(checker):
    watch = Watch(checker)
    watch.see(sent("PATCH", ONE, {"nodeId": "n"}))
    (line,) = watch.problems()
    assert line.startswith(f"PATCH {ONE}: ")
    assert watch.problems() == []


BREAKING = """
import pytest

def send(session, sandbox):
    session.workspace.transport.request("GET", ("customers",), params={"nodeId": sandbox.node_id, "limit": "1"})

def test_by_accident(session, sandbox):
    send(session, sandbox)

@pytest.mark.outside_the_contract("to see that it is let through")
def test_on_purpose(session, sandbox):
    send(session, sandbox)
"""


def test_a_test_that_breaks_the_contract_fails_unless_it_is_marked(tmp_path, checker):
    (tmp_path / "test_breaking.py").write_text(BREAKING)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", f"--rootdir={tmp_path}", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "ERROR at teardown of test_by_accident" in run.stdout
    assert "requests outside the contract:" in run.stdout
    assert "2 passed, 1 error" in run.stdout
