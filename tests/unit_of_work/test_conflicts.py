"""Conflicts: a new object collides with one that is there, or is merged into one that the session holds."""

from __future__ import annotations

import pytest

from contacthub_orm.errors import BadRequest, Conflict
from contacthub_orm.mapping import inspect
from contacthub_orm.mapping.state import changes


def conflict(existing_id: str | None) -> Conflict:
    data = {"customer": {"id": existing_id}} if existing_id is not None else None
    return Conflict(409, "Conflict with exiting customer", data=data, logref="log-1", attempts=2)


def conflicting_once(session, existing_id: str | None) -> None:
    session.transport.answer = lambda method, *request: conflict(existing_id) if method == "POST" else None


def test_a_conflict_names_who_owns_the_key(session):
    session.new(externalId="x")
    conflicting_once(session, "c9")
    (outcome,) = session.flush()
    assert (str(outcome.state), outcome.existing_id, outcome.status, outcome.logref) == ("conflict", "c9", 409, "log-1")


def test_a_forced_creation_that_collides_patches_what_is_there_without_the_node(session):
    session.transport.documents["c9"] = {"id": "c9", "nodeId": "node-1", "tags": {"manual": ["kept"]}}
    customer = session.new(force_update=True, externalId="x", base={"firstName": "B", "lastName": None})
    customer.tags.manual.append("a")
    customer.tags.manual.remove("a")
    conflicting_once(session, "c9")
    (outcome,) = session.flush()
    assert session.transport.requests == [
        ("POST", "/customers", {"nodeId": "node-1", "externalId": "x", "base": {"firstName": "B"}}),
        ("PATCH", "/customers/c9", {"externalId": "x", "base": {"firstName": "B"}}),
    ]
    assert (str(outcome.state), outcome.existing_id, outcome.attempts) == ("done", "c9", 3)
    assert inspect(customer).identity == "c9"
    assert list(customer.tags.manual) == ["kept"]
    assert changes(customer) == {}
    assert session.work.forced == set()


@pytest.mark.parametrize(("forced", "existing_id"), [(False, "c9"), (True, None)])
def test_without_force_or_without_a_name_a_conflict_stays_one(session, forced, existing_id):
    customer = session.new(force_update=forced, externalId="x")
    conflicting_once(session, existing_id)
    assert len(session.flush().conflicts) == 1
    assert session.transport.sent == ["POST /customers"]
    assert inspect(customer).pending


def test_a_forced_update_that_fails_counts_both_requests_and_leaves_the_object_pending(session):
    customer = session.new(force_update=True, externalId="x")
    session.transport.answer = lambda method, *request: conflict("c9") if method == "POST" else BadRequest(400, "m")
    (outcome,) = session.flush()
    assert (str(outcome.state), outcome.attempts, outcome.existing_id) == ("rejected", 3, "c9")
    assert inspect(customer).pending


@pytest.mark.parametrize("dirty", [True, False])
def test_a_creation_that_is_merged_into_a_known_object_is_a_conflict_and_never_a_second_object(session, dirty):
    known = session.loaded("c1", externalId="x", base={"firstName": "a"})
    if dirty:
        known.base.lastName = "mine"
    new = session.new(externalId="x")
    merged = {"id": "c1", "externalId": "x", "base": {"firstName": "merged"}}
    session.transport.answer = lambda method, *request: merged if method == "POST" else None
    report = session.flush()
    (outcome,) = report.conflicts
    assert outcome.existing_id == "c1"
    assert "merged the new Customer into c1" in outcome.message
    assert session.work.identity_map[("customers", "c1")] is known
    assert inspect(new).transient
    assert new.externalId == "x"
    if not dirty:
        assert known.base.firstName == "merged"
        assert changes(known) == {}
    else:
        assert known.base.lastName == "mine"
        assert session.transport.requests[-1][2] == {"base": {"lastName": "mine"}}
