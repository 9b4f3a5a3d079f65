"""Every call of a session with something that it does not take (T96), and that none is forgotten here."""

from __future__ import annotations

import inspect as python

import pytest

from contacthub_orm import Customer, CustomerSession, Event, Job, Session
from contacthub_orm.errors import ArgumentError, InvalidRequestError, OperationNotPermitted, UnmappedInstanceError

TAKES_AN_INSTANCE = {"add", "delete", "replace", "refresh", "expire", "expunge", "is_modified"}
TAKES_INSTANCES = {"add_all"}
TAKES_A_CLASS = {"get", "get_one", "query", "stub"}
TAKES_A_CUSTOMER = {"events_of", "sessions_of", "add_customer_session"}
TAKES_NOTHING = {"plan", "flush", "commit", "rollback", "close", "expunge_all", "create_session_id"}
CALLED_BY_THE_LIBRARY = {"load_missing", "entity_changing", "entity_moved", "prepare", "fetch", "hydrate"}

NO_INSTANCES = [None, 7, "id", {"id": "x"}, Customer, object(), Customer.base]


@pytest.mark.parametrize("name", sorted(TAKES_AN_INSTANCE | TAKES_A_CUSTOMER))
@pytest.mark.parametrize("wrong", NO_INSTANCES, ids=lambda wrong: type(wrong).__name__)
def test_what_is_no_mapped_object_is_refused(session, server, name, wrong):
    with pytest.raises(UnmappedInstanceError, match="expected a mapped object such as a Customer"):
        getattr(session, name)(wrong)
    assert server.sent == []


@pytest.mark.parametrize("name", ["refresh", "expire", "expunge", "is_modified"])
def test_what_is_asked_of_a_child_is_said_to_be_asked_of_its_customer(session, server, name):
    customer = session.get_one(Customer, server.has(base={"jobs": [{"id": "j"}]}))
    with pytest.raises(UnmappedInstanceError, match=r"a Job is an element of .* pass its customer: job\.customer"):
        getattr(session, name)(customer.base.jobs[0])


@pytest.mark.parametrize("name", sorted(TAKES_A_CUSTOMER))
def test_what_belongs_to_a_customer_is_asked_of_customers_only(session, loaded, name):
    event = Event(customer=loaded, type="loggedIn", context="WEB")
    session.add(event)
    session.flush()
    with pytest.raises(ArgumentError, match=f"{name} takes a Customer, not Event"):
        getattr(session, name)(event)
    assert session.new == ()


@pytest.mark.parametrize("kind", [Job, Event])
def test_a_forced_update_of_what_has_no_key_is_refused(session, loaded, kind):
    with pytest.raises(ArgumentError, match=f"force_update is about the keys of customers, a {kind.__name__}"):
        session.add(kind(customer=loaded), force_update=True)
    assert session.plan().summary() == "0 requests"


@pytest.mark.parametrize("wrong", NO_INSTANCES, ids=lambda wrong: type(wrong).__name__)
def test_what_is_no_mapped_object_is_refused_among_others(session, wrong):
    with pytest.raises(UnmappedInstanceError):
        session.add_all([Customer(externalId="e"), wrong])


def test_what_is_no_mapped_object_is_in_no_session(session):
    assert [wrong in session for wrong in NO_INSTANCES] == [False] * len(NO_INSTANCES)


class Unmapped:
    pass


@pytest.mark.parametrize("name", sorted(TAKES_A_CLASS))
@pytest.mark.parametrize("wrong", [None, 7, "Customer", Unmapped, int, Customer(externalId="e")], ids=repr)
def test_what_is_no_mapped_class_is_refused(session, server, name, wrong):
    arguments = (wrong,) if name == "query" else (wrong, "id")
    with pytest.raises(ArgumentError, match="class"):
        getattr(session, name)(*arguments)
    assert server.sent == []


@pytest.mark.parametrize("name", ["get", "stub"])
def test_a_mapped_class_without_a_collection_cannot_be_asked_for(session, name):
    from contacthub_orm import Entity

    class Homeless(Entity):
        pass

    with pytest.raises(OperationNotPermitted, match="Homeless"):
        getattr(session, name)(Homeless, "id")


@pytest.mark.parametrize("name", sorted(TAKES_A_CLASS))
def test_an_object_instead_of_its_class_is_told_from_it(session, name):
    arguments = () if name == "query" else ("id",)
    with pytest.raises(ArgumentError, match="takes a mapped class, not an object of one: pass Customer, the class"):
        getattr(session, name)(Customer(externalId="e"), *arguments)


@pytest.mark.parametrize(
    "ask",
    [
        lambda session: session.query(Job),
        lambda session: session.get(Job, external_id="e"),
        lambda session: session.query(CustomerSession),
    ],
)
def test_what_belongs_to_a_customer_is_not_asked_for_alone(session, server, ask):
    with pytest.raises(OperationNotPermitted, match="its customer"):
        ask(session)
    assert server.sent == []


def test_what_has_no_external_id_cannot_be_asked_for_by_one(session, server):
    with pytest.raises(ArgumentError, match="get: Event has no external id"):
        session.get(Event, external_id="e")
    assert server.sent == []


def test_a_transient_object_is_nothing_that_could_be_expunged(session):
    with pytest.raises(InvalidRequestError, match="does not belong"):
        session.expunge(Customer(externalId="e"))


def test_every_public_call_is_looked_at_here():
    """A new method has to be entered above, or below where it is no call."""
    calls = {name for name, member in python.getmembers(Session, callable) if not name.startswith("_")}
    known = TAKES_AN_INSTANCE | TAKES_INSTANCES | TAKES_A_CUSTOMER | TAKES_A_CLASS | TAKES_NOTHING
    known |= CALLED_BY_THE_LIBRARY
    assert calls - known == set()
    assert known - calls == set()
