"""Objects that travel: copies, pickles, and what becomes of their edits (T86 to T89)."""

from __future__ import annotations

import copy
import pickle

import pytest

from contacthub_orm import Customer, Event, inspect, load_only
from contacthub_orm.errors import DetachedInstanceError, InvalidRequestError, NotVisibleYet


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


@pytest.mark.parametrize("travel", [copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))], ids=["copy", "pickle"])
def test_a_twin_knows_what_was_selected_and_is_not_there(session, bruce, travel):
    part = session.query(Customer).options(load_only(Customer.extended.missing)).one()
    twin = travel(part)
    assert twin.extended.get("missing") is None
    with pytest.raises(DetachedInstanceError, match=r"base\.firstName was not loaded"):
        twin.base.firstName  # noqa: B018


@pytest.mark.parametrize("travel", [copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))], ids=["copy", "pickle"])
def test_a_twin_is_not_loaded_on_access_where_its_original_is_not(session, server, bruce, travel):
    part = session.query(Customer).options(load_only(Customer.externalId, raiseload=True)).one()
    session.expunge(part)
    twin = travel(part)
    session.add(twin)
    server.forget()
    with pytest.raises(InvalidRequestError, match="raiseload"):
        twin.base.firstName  # noqa: B018
    assert server.sent == []


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


# -- what belongs to a customer --------------------------------------------------------------------------------------


def pickled(value):
    return pickle.loads(pickle.dumps(value))


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("is_new", [True, False])
def test_a_copy_of_an_event_belongs_to_the_same_customer(loaded, duplicate, is_new):
    ada = Customer(externalId="ada") if is_new else loaded
    twin = duplicate(Event(customer=ada, type="loggedIn", context="WEB"))
    assert twin.customer is ada


def test_a_pickled_event_holds_of_its_customer_the_id(session, server, loaded):
    parcel = pickle.dumps(Event(customer=loaded, type="loggedIn", context="WEB"))
    assert b"Gotham" not in parcel
    event = pickle.loads(parcel)
    assert event.customerId == loaded.id
    session.add(event)
    assert event.customer is loaded
    session.commit()
    (call,) = server.sent
    assert (call.path, call.body["customerId"]) == ("/events", loaded.id)


def test_a_pickled_event_holds_the_id_that_its_customer_got_meanwhile(session, server):
    ada = Customer(externalId="ada")
    event = Event(customer=ada, type="loggedIn", context="WEB")
    session.add(ada)
    session.commit()
    assert pickled(event).customerId == ada.id


def test_a_new_customer_travels_with_the_event_that_it_has(sandbox, server):
    ada = Customer(externalId="ada")
    event, other, again = pickled((Event(customer=ada, type="loggedIn", context="WEB"), Event(customer=ada), ada))
    assert event.customer is other.customer is again
    assert inspect(again).transient
    with sandbox.session() as session:
        session.add_all([again, event])
        session.commit()
    assert [call.path for call in server.sent] == ["/customers", "/events"]
    assert event.customerId == again.id


def test_an_event_that_names_another_customer_by_id_belongs_to_that_one(loaded):
    event = Event(customer=Customer(externalId="lovelace"), type="loggedIn", context="WEB")
    event.customerId = loaded.id
    twin = pickled(event)
    assert b"lovelace" not in pickle.dumps(event)
    assert twin.customerId == loaded.id


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickled])
@pytest.mark.parametrize("is_new", [True, False])
def test_the_link_of_a_session_still_knows_its_customer(sandbox, session, server, loaded, duplicate, is_new):
    link = session.add_customer_session(loaded, "s-1")
    if not is_new:
        session.commit()
        (link,) = loaded.sessions
    twin = duplicate(link)
    session.rollback()
    server.forget()
    assert twin.customer.id == loaded.id
    assert b"Gotham" not in pickle.dumps(link)
    with sandbox.session() as other:
        other.add(twin) if is_new else other.delete(twin)
        other.commit()
    method, path = ("POST", "sessions") if is_new else ("DELETE", f"sessions/{link.id}")
    assert [call[:2] for call in server.sent] == [(method, f"/customers/{loaded.id}/{path}")]


def test_a_pickled_link_knows_no_more_of_its_customer_than_the_id(session, server, loaded):
    customer = pickled(session.add_customer_session(loaded, "s-1")).customer
    session.rollback()
    assert inspect(customer).detached
    assert inspect(customer).partial
    with pytest.raises(DetachedInstanceError, match=r"base\.firstName was not loaded"):
        _ = customer.base.firstName


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickled])
def test_a_twin_of_an_event_that_is_stored_later_waits_for_it_too(sandbox, session, loaded, duplicate):
    sandbox.configure(event_delay=3600)
    event = Event(customer=loaded, type="loggedIn", context="WEB")
    session.add(event)
    session.commit()
    twin = duplicate(event)
    with sandbox.session() as other:
        other.add(twin)
        with pytest.raises(NotVisibleYet):
            _ = twin.registeredAt
