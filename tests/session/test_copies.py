"""Objects that travel: copies, pickles, and what becomes of their edits (T86 to T89)."""

from __future__ import annotations

import copy
import pickle

import pytest

from contacthub_orm import Customer, inspect


def test_a_copy_is_a_new_object_with_the_same_content(session, server, loaded):
    """T86: it has no identity, and editing it does not touch the original."""
    twin = copy.copy(loaded)
    assert inspect(twin).transient
    twin.base.firstName = "X"
    twin.tags.manual.append("x")
    assert session.dirty == ()
    session.add(twin)
    twin.base.contacts.email = "twin@example.com"
    session.commit()
    assert [call.method for call in server.sent] == ["POST"]
    assert twin.id != loaded.id
    assert server.document(twin.id)["base"]["lastName"] == "Wayne"


def test_a_deep_copy_is_a_detached_twin_with_the_same_identity_and_edits(session, server, loaded):
    """T87."""
    loaded.base.firstName = "X"
    twin = copy.deepcopy(loaded)
    assert inspect(twin).detached
    assert inspect(twin).identity == loaded.id
    assert inspect(twin).diff() == {"base": {"firstName": "X"}}
    twin.tags.manual.append("x")
    assert loaded.tags.manual == ["vip", "night"]
    assert twin not in session


def test_a_deep_copy_of_a_list_of_objects_does_not_double_its_parts(loaded):
    """T87."""
    assert len(copy.deepcopy([loaded])) == 1
    assert copy.deepcopy(loaded).tags.manual == ["vip", "night"]


@pytest.mark.parametrize("state", ["clean", "dirty", "detached", "deleted"])
def test_a_pickled_object_comes_back_detached_with_its_edits(session, server, loaded, state):
    """T88."""
    if state == "dirty":
        loaded.base.firstName = "X"
    if state == "detached":
        session.expunge(loaded)
    if state == "deleted":
        session.delete(loaded)
        session.commit()
    again = pickle.loads(pickle.dumps(loaded))
    assert again.to_dict() == loaded.to_dict()
    assert inspect(again).diff() == inspect(loaded).diff()
    assert inspect(again).deleted is (state == "deleted")
    assert again not in session
    assert inspect(again).session is None


def test_a_pickled_new_object_comes_back_transient(session):
    """T88."""
    customer = Customer(externalId="e", tags={"manual": ["t"]})
    session.add(customer)
    again = pickle.loads(pickle.dumps(customer))
    assert inspect(again).transient
    assert again.to_dict() == customer.to_dict()
    session.rollback()


def test_an_edit_can_travel_to_another_session(sandbox, session, server, loaded):
    """T88: as to a queue."""
    loaded.base.firstName = "X"
    parcel = pickle.dumps(loaded)
    session.rollback()
    with sandbox.session() as other:
        other.add(pickle.loads(parcel))
        other.commit()
    assert server.sent == [("PATCH", f"/customers/{loaded.id}", {"base": {"firstName": "X"}})]


def test_no_secret_and_no_session_travel_with_an_object(sandbox, loaded):
    """T88."""
    parcel = pickle.dumps(loaded)
    for secret in (sandbox.token, sandbox.url, "Session", "Workspace", "Transport"):
        assert secret.encode() not in parcel


def test_parts_travel_as_plain_values(loaded):
    """T89."""
    assert pickle.loads(pickle.dumps(loaded.tags.manual)) == ["vip", "night"]
    assert type(pickle.loads(pickle.dumps(loaded.tags.manual))) is list
    assert type(pickle.loads(pickle.dumps(loaded.extended))) is dict


def test_a_partly_loaded_object_travels_without_a_request(session, server, bruce):
    """T95: and does not pretend to be whole."""
    stub = session.stub(Customer, bruce)
    stub.base.firstName = "X"
    again = pickle.loads(pickle.dumps(stub))
    assert inspect(again).partial
    assert again.base.firstName == "X"
    assert server.sent == []


def test_a_detached_object_takes_the_place_of_one_that_nobody_holds(session, server, bruce):
    parcel = pickle.dumps(session.get_one(Customer, bruce))
    again = pickle.loads(parcel)
    session.add(again)
    assert session.get(Customer, bruce) is again
