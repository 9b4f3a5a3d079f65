"""Events: sent after the customer they belong to, stored later, edited by PUT, a read-only relation of the customer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from contacthub_orm import Customer, Event, did, inspect
from contacthub_orm.errors import (
    ArgumentError,
    CommitError,
    DetachedInstanceError,
    InvalidRequestError,
    NotVisibleYet,
    ObjectDeletedError,
    OperationNotPermitted,
    ValidationError,
)
from contacthub_orm.sandbox import Fault, Sandbox
from contacthub_orm.transport import RetryPolicy


@pytest.fixture
def customer(session, sandbox):
    made = Customer(externalId="c-1")
    session.add(made)
    session.commit()
    sandbox.requests.clear()
    return made


def logged_in(customer=None, **others):
    return Event(customer=customer, type=Event.TYPES.LOGGED_IN, context=Event.CONTEXTS.WEB, properties={}, **others)


def sent(sandbox):
    return [(entry.method, entry.path.rpartition(f"{sandbox.workspace_id}/")[2]) for entry in sandbox.requests]


def test_an_event_is_one_post_and_gets_the_id_of_the_answer(sandbox, session, customer):
    event = logged_in(customer)
    session.add(event)
    session.commit()
    (entry,) = sandbox.requests
    assert entry.status == 202
    assert entry.body == {"customerId": customer.id, "type": "loggedIn", "context": "WEB", "properties": {}}
    assert inspect(event).persistent
    assert session.get(Event, event.id) is event
    assert event not in session.dirty


def test_an_event_of_a_new_customer_is_sent_after_it_with_its_id(sandbox, session):
    customer = Customer(externalId="new")
    event = logged_in(customer)
    session.add_all([event, customer])
    session.commit()
    assert sent(sandbox) == [("POST", "customers"), ("POST", "events")]
    assert sandbox.requests[1].body["customerId"] == customer.id == event.customerId


def test_many_events_of_many_new_customers_cost_one_request_each(sandbox, session):
    customers = [Customer(externalId=f"new-{number}") for number in range(6)]
    session.add_all(customers)
    session.add_all(logged_in(customer) for customer in customers for _ in range(3))
    session.commit()
    assert len(sandbox.requests) == 6 + 18
    assert all(customer.events.count() == 3 for customer in customers)


def test_an_event_of_a_customer_that_is_refused_is_not_sent(sandbox, session):
    customer = Customer(base={"contacts": {"email": "a@example.com"}})
    sandbox.configure(mandatory=("base.firstName",))
    event = logged_in(customer)
    session.add_all([customer, event])
    with pytest.raises(CommitError) as caught:
        session.commit()
    assert [outcome.object for outcome in caught.value.report.blocked] == [event]
    assert sent(sandbox) == [("POST", "customers")]
    customer.base.firstName = "Ada"
    session.commit()
    assert sent(sandbox)[1:] == [("POST", "customers"), ("POST", "events")]


def test_an_event_needs_its_customer_in_a_session(session):
    session.add(logged_in(Customer(externalId="x")))
    with pytest.raises(ValidationError, match="in no session"):
        session.plan()


def test_an_event_of_a_customer_that_is_being_deleted_is_refused(session, customer):
    session.add(logged_in(customer))
    session.delete(customer)
    with pytest.raises(ValidationError, match="to be deleted"):
        session.plan()


def test_an_event_that_names_a_customer_that_is_being_deleted_by_its_id_is_refused(session, customer):
    session.add(logged_in(customerId=customer.id))
    session.delete(customer)
    with pytest.raises(ValidationError, match="Customer that is to be deleted"):
        session.plan()


def test_an_event_can_name_its_customer_by_id(sandbox, session, customer):
    session.add(logged_in(customerId=customer.id))
    session.commit()
    assert sandbox.requests[0].body["customerId"] == customer.id


def test_bring_back_properties_get_the_node_of_the_session(sandbox, session):
    session.add(logged_in(bringBackProperties={"type": "EXTERNAL_ID", "value": "e-7"}))
    session.commit()
    named = {"type": "EXTERNAL_ID", "value": "e-7", "nodeId": sandbox.node_id}
    assert sandbox.requests[0].body["bringBackProperties"] == named
    assert session.get(Customer, external_id="e-7") is not None


def test_a_whole_flush_is_refused_for_one_event_that_fits_no_model(sandbox, session, customer):
    session.add(logged_in(customer))
    session.add(Event(customer=customer, type="completedOrder", context="WEB", properties={"total": 1}))
    with pytest.raises(ValidationError, match="properties"):
        session.commit()
    assert sent(sandbox) == []


def test_checking_can_be_switched_off(sandbox, customer):
    with sandbox.session(check_events=False) as session:
        session.add(Event(customerId=customer.id, type="completedOrder", context="WEB", properties={"total": 1}))
        assert len(session.plan()) == 1


def test_an_event_is_edited_by_a_put_of_the_whole(sandbox, session, customer):
    session.add(logged_in(customer, date="2024-05-01T10:00:00Z"))
    session.commit()
    session.expunge_all()
    (event,) = session.query(Event).filter(Event.customerId == customer.id)
    sandbox.requests.clear()
    event.date = datetime(2024, 5, 2, tzinfo=UTC)
    assert event in session.dirty
    session.commit()
    (entry,) = sandbox.requests
    assert (entry.method, entry.status, entry.body["date"]) == ("PUT", 202, "2024-05-02T00:00:00.000+0000")
    assert {"id", "type", "context", "properties", "registeredAt"} <= set(entry.body)
    assert event not in session.dirty
    session.refresh(event)
    assert event.date == datetime(2024, 5, 2, tzinfo=UTC)


NEWER = {
    "id": "e-1",
    "customerId": "c-1",
    "type": "openedTicket",
    "context": "MOBILE",
    "properties": {"subject": "s", "newThing": 1},
    "contextInfo": {"fresh": {"a": 1}},
    "priority": "high",
    "registeredAt": "2024-05-01T10:00:00.000+0000",
    "updatedAt": "2024-05-01T10:00:00.000+0000",
}
"""An event as a server could send it that is newer than this package."""


def test_an_event_with_members_newer_than_this_package_can_be_edited(session):
    (event,) = session.hydrate(Event, [NEWER], None)
    event.properties.subject = "t"
    (operation,) = session.plan()
    assert operation.body == {**NEWER, "properties": {"subject": "t", "newThing": 1}}
    session.rollback()


def test_an_edit_of_such_an_event_is_held_to_the_model_all_the_same(session):
    (event,) = session.hydrate(Event, [NEWER], None)
    event.properties = {"subject": "t", "newThing": 1, "otherThing": 2}
    with pytest.raises(ValidationError) as caught:
        session.plan()
    assert [path for path, _ in caught.value.problems] == ["Event e-1 properties.otherThing"]
    session.rollback()


def test_an_event_that_was_just_sent_is_read_before_it_is_edited(sandbox, session, customer):
    event = logged_in(customer)
    session.add(event)
    session.commit()
    event.properties = {}
    event.date = "2024-05-01T10:00:00Z"
    session.commit()
    assert [method for method, _ in sent(sandbox)] == ["POST", "GET", "PUT"]


def test_an_event_that_is_not_stored_yet_cannot_be_read_and_does_not_count_as_deleted():
    now = 1_700_000_000.0
    with Sandbox(clock=lambda: now, event_delay=30.0) as sandbox, sandbox.session() as session:
        customer = Customer(externalId="c")
        event = logged_in(customer)
        session.add_all([customer, event])
        session.commit()
        with pytest.raises(NotVisibleYet, match="stored later"):
            session.refresh(event)
        assert inspect(event).persistent
        now += 31
        session.refresh(event)
        assert event.registeredAt is not None


def test_an_event_is_deleted_by_one_delete(sandbox, session, customer):
    event = logged_in(customer)
    session.add(event)
    session.commit()
    session.delete(event)
    sandbox.requests.clear()
    session.commit()
    assert sent(sandbox) == [("DELETE", f"events/{event.id}")]
    assert inspect(event).deleted


def test_the_deletion_of_an_event_that_is_not_stored_yet_waits_for_it():
    now = 1_700_000_000.0
    with Sandbox(clock=lambda: now, event_delay=30.0) as sandbox, sandbox.session() as session:
        customer = Customer(externalId="c")
        event = logged_in(customer)
        session.add_all([customer, event])
        session.commit()
        session.delete(event)
        with pytest.raises(CommitError) as caught:
            session.commit()
        assert [outcome.object for outcome in caught.value.report.deferred] == [event]
        now += 31
        session.commit()
        assert customer.events.count() == 0


@pytest.mark.parametrize("attempts", [1, 4])
def test_the_deletion_of_an_event_whose_answer_was_lost_is_done_when_the_event_is_not_there(attempts):
    retry = RetryPolicy(attempts=attempts, base=0)
    with Sandbox() as sandbox, sandbox.workspace(retry=retry) as workspace, workspace.session() as session:
        customer = Customer(externalId="c")
        event = logged_in(customer)
        session.add_all([customer, event])
        session.commit()
        session.delete(event)
        sandbox.faults.add(Fault.cut(when="after"), "DELETE")
        if attempts == 1:
            with pytest.raises(CommitError):
                session.commit()
        session.commit()
        assert inspect(event).deleted
        assert customer.events.count() == 0


@pytest.mark.parametrize("attempts", [1, 4])
def test_the_deletion_of_an_event_that_is_not_stored_yet_waits_for_it_also_after_the_server_was_busy(attempts):
    """A 429 says that nothing was done, so that the 404 after it tells nothing new."""
    retry = RetryPolicy(attempts=attempts, throttle_base=0)
    with (
        Sandbox(event_delay=60) as sandbox,
        sandbox.workspace(retry=retry) as workspace,
        workspace.session() as session,
    ):
        customer = Customer(externalId="c")
        event = logged_in(customer)
        session.add_all([customer, event])
        session.commit()
        session.delete(event)
        sandbox.faults.add(Fault.answer(429), "DELETE")
        for _ in range(2):
            with pytest.raises(CommitError) as caught:
                session.commit()
            assert len(caught.value.report.deferred) == 1
        assert "expunge() lets go" in str(caught.value)


def test_an_event_without_properties_is_sent_with_none(sandbox, session, customer):
    session.add(Event(customer=customer, type="loggedIn", context="WEB"))
    session.commit()
    assert sandbox.requests[0].body["properties"] == {}


def test_the_events_of_a_customer_that_is_deleted_go_with_it(sandbox, session, customer):
    event = logged_in(customer)
    session.add(event)
    session.commit()
    session.delete(event)
    session.delete(customer)
    sandbox.requests.clear()
    session.commit()
    assert sent(sandbox) == [("DELETE", f"customers/{customer.id}")]
    assert inspect(event).deleted


def test_the_relation_reads_when_it_is_looked_at(sandbox, session, customer):
    relation = customer.events
    assert sent(sandbox) == []
    session.add(logged_in(customer))
    session.commit()
    assert [event.type for event in relation] == ["loggedIn"]
    assert relation.filter(Event.type == Event.TYPES.LOGGED_OUT).all() == []
    assert relation.count() == 1
    assert relation.first().customer is customer


@pytest.mark.parametrize("day", [date(2026, 3, 31), "2026-03-31"], ids=["date", "text"])
def test_a_day_means_the_same_in_a_list_of_events_and_in_a_question_about_them(session, customer, day):
    session.add(logged_in(customer, date="2026-03-31T23:00:00Z"))
    session.commit()
    for criterion in (Event.date >= day, Event.date <= day, Event.date.between(day, day)):
        assert session.query(Event).filter(criterion).count() == 1
        assert session.query(Customer).filter(did("loggedIn").where(criterion)).count() == 1


def test_the_relation_is_read_only(session, customer):
    with pytest.raises(OperationNotPermitted, match=r"session\.add"):
        customer.events.append(logged_in(customer))


def test_a_new_customer_has_no_relation_yet():
    with pytest.raises(DetachedInstanceError, match="add the customer"):
        _ = Customer().events


def test_the_customer_of_a_loaded_event_is_the_object_of_the_session(sandbox, session, customer):
    session.add(logged_in(customer))
    session.commit()
    (event,) = session.query(Event).filter(Event.customerId == customer.id)
    assert event.customer is customer


def test_the_customer_of_a_loaded_event_is_the_object_of_the_session_whatever_its_class(sandbox, session, customer):
    class Shopper(Customer):
        pass

    session.add(logged_in(customer))
    session.commit()
    session.expunge_all()
    shopper = session.get(Shopper, customer.id)
    (event,) = session.query(Event).filter(Event.customerId == customer.id)
    sandbox.requests.clear()
    assert event.customer is shopper
    assert sent(sandbox) == []


def test_an_event_can_move_to_another_customer(sandbox, session, customer):
    other = Customer(externalId="c-2")
    event = logged_in(customer)
    session.add_all([other, event])
    session.commit()
    event.customerId = other.id
    session.commit()
    assert (event.customerId, event.customer) == (other.id, other)
    event.date = "2024-05-01T10:00:00Z"
    session.commit()
    assert sandbox.requests[-1].body["customerId"] == other.id


def test_a_stored_event_moves_when_its_customer_is_set(sandbox, session, customer):
    other = Customer(externalId="c-2")
    event = logged_in(customer)
    session.add_all([other, event])
    session.commit()
    event.customer = other
    session.commit()
    assert (event.customerId, event.customer) == (other.id, other)
    assert (sandbox.requests[-1].method, sandbox.requests[-1].body["customerId"]) == ("PUT", other.id)


def test_a_stored_event_cannot_move_to_a_customer_that_is_not(session, customer):
    event = logged_in(customer)
    session.add(event)
    session.commit()
    with pytest.raises(InvalidRequestError, match="commit the new one first"):
        event.customer = Customer(externalId="c-2")
    assert event.customer is customer


@pytest.mark.parametrize("new", [True, False])
def test_an_event_that_is_not_sent_yet_takes_another_customer(sandbox, session, customer, new):
    other = Customer(externalId="c-2") if new else customer
    event = logged_in(Customer(externalId="never added") if not new else customer)
    event.customer = other
    assert event.customer is other
    session.add_all([other, event])
    session.commit()
    assert sandbox.requests[-1].body["customerId"] == event.customerId == other.id


def test_an_event_of_a_customer_of_unknown_outcome_goes_to_the_one_that_was_found(sandbox, session):
    sandbox.faults.add(Fault.cut(when="after"), "POST", "/customers")
    lost = Customer(externalId="1")
    event = logged_in(lost)
    session.add_all([lost, event])
    with pytest.raises(CommitError):
        session.commit()
    found = session.get(Customer, external_id="1")
    session.expunge(lost)
    with pytest.raises(ValidationError, match="set its customer"):
        session.plan()

    event.customer = found
    session.commit()
    assert sandbox.requests[-1].body["customerId"] == found.id


@pytest.mark.parametrize("value", ["c-1", None, 7])
def test_only_a_customer_can_be_set_as_one(customer, value):
    event = logged_in(customer)
    with pytest.raises(ArgumentError, match="an id goes into customerId"):
        event.customer = value
    assert event.customer is customer


def test_an_event_cannot_be_given_to_a_deleted_customer(session, customer):
    session.delete(customer)
    session.commit()
    event = logged_in(customerId="x")
    with pytest.raises(InvalidRequestError, match="was deleted"):
        event.customer = customer


def test_the_customer_id_that_is_set_wins_over_the_customer_of_the_constructor(sandbox, session, customer):
    event = logged_in(Customer(externalId="never added"))
    event.customerId = customer.id
    session.add(event)
    session.commit()
    assert sandbox.requests[-1].body["customerId"] == event.customerId == customer.id


def test_deleting_an_event_that_never_was_is_done_at_once(session):
    session.delete(session.stub(Event, "never-was"))
    assert session.commit().is_done


@pytest.mark.parametrize("shown", [{}, {"updatedAt": None}], ids=["absent", "null"])
def test_an_event_that_the_server_shows_without_its_last_change_can_be_edited(sandbox, session, customer, shown):
    """Contract 4.1: so it was in 2017; a PUT needs the time all the same (6.6)."""
    session.add(logged_in(customer))
    session.commit()
    (event,) = customer.events
    document = {name: value for name, value in event.to_dict().items() if name != "updatedAt"} | shown
    session.expunge(event)
    sandbox.faults.add(Fault.answer(200, body=document), "GET")
    event = session.get_one(Event, document["id"])
    event.context = Event.CONTEXTS.MOBILE
    session.commit()
    put = sandbox.requests[-1]
    assert (put.method, put.status) == ("PUT", 202)
    assert put.body["updatedAt"] == put.body["registeredAt"] == document["registeredAt"]


def test_an_edited_event_without_its_last_change_that_is_gone_is_said_to_be_gone(sandbox, session, customer):
    session.add(logged_in(customer))
    session.commit()
    (event,) = customer.events
    document = {name: value for name, value in event.to_dict().items() if name != "updatedAt"}
    session.expunge(event)
    sandbox.faults.add(Fault.answer(200, body=document), "GET")
    event = session.get_one(Event, document["id"])
    sandbox.faults.clear()
    event.context = Event.CONTEXTS.MOBILE
    session.commit()
    sandbox.faults.add(Fault.answer(404), "GET")
    with pytest.raises(ObjectDeletedError):
        session.refresh(event)


def test_an_event_of_a_customer_in_no_session_is_one_problem(session):
    session.add(Event(customer=Customer(externalId="1"), type="loggedIn", context="WEB", properties={}))

    with pytest.raises(ValidationError) as refused:
        session.plan()
    assert [reason for _, reason in refused.value.problems] == [
        "belongs to a Customer that is in no session; add that one too, set its customer, or expunge this one"
    ]
