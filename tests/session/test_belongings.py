"""What belongs to a customer, when that one is created, changed or linked in the same commit, goes, or is let go of."""

from __future__ import annotations

import pytest

from contacthub_orm import Customer, Event, inspect
from contacthub_orm.errors import InvalidRequestError, ObjectDeletedError, ValidationError
from contacthub_orm.sandbox import Fault
from contacthub_orm.unit_of_work import unit_of_work


def event(customer=None, **others):
    return Event(customer=customer, type="loggedIn", context="WEB", properties={}, **others)


def of_external_id(value):
    return event(bringBackProperties={"type": "EXTERNAL_ID", "value": value})


def of_session(value):
    return event(bringBackProperties={"type": "SESSION_ID", "value": value})


def lines(calls):
    return [f"{call.method} {call.path}" for call in calls]


@pytest.fixture
def ada(session, server):
    made = Customer(externalId="ada", base={"firstName": "Ada"})
    session.add(made)
    session.commit()
    server.forget()
    return made


# -- events that name their customer by a key --------------------------------------------------------------------------


@pytest.fixture
def unguarded(sandbox):
    """Nothing but the order of the requests keeps the server from two customers with one external id."""
    sandbox.configure(uniqueness="NO_CHECK")


@pytest.mark.usefixtures("unguarded")
def test_an_event_for_an_external_id_follows_the_new_customer_that_has_it(session, server):
    lost, ada = of_external_id("new"), Customer(externalId="new", base={"firstName": "Ada"})
    session.add_all([lost, Customer(externalId="another"), ada])
    created, *_, sent = session.plan()
    assert (sent.entity, sent.lane) == (lost, session.plan()[1].lane)
    assert created.lane != sent.lane
    session.commit()
    assert len(server.documents()) == 2
    assert lost.customer is ada


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("how", ["edited", "replaced"])
def test_an_event_for_an_external_id_follows_the_customer_that_gets_it(sandbox, server, ada, how):
    with sandbox.session(concurrency=1) as other:
        customer = other.get(Customer, ada.id)
        lost = of_external_id("new")
        other.add(lost)
        customer.externalId = "new"
        if how == "replaced":
            other.replace(customer)
        first, second = other.plan()
        assert (first.entity, second.entity, first.lane) == (customer, lost, second.lane)
        other.commit()
        assert lost.customer is customer
    assert len(server.documents()) == 1


def test_an_event_for_the_external_id_of_a_refused_customer_is_not_sent(sandbox, session, server, fails):
    """It would make an empty customer, and the correction of the refused one would be the second."""
    sandbox.configure(mandatory=("base.firstName",))
    ada, lost = Customer(externalId="new"), of_external_id("new")
    session.add_all([ada, lost])
    report = fails(session)
    assert [outcome.object for outcome in report.blocked] == [lost]
    assert server.documents() == {}
    ada.base.firstName = "Ada"
    session.commit()
    assert lost.customer is ada


def test_events_for_external_ids_of_others_wait_for_nobody(session, ada):
    session.add_all([Customer(externalId="new"), of_external_id("other"), event(ada)])
    assert len({operation.lane for operation in session.plan()}) == 3


def test_an_event_for_the_external_id_of_a_customer_of_another_node_waits_for_nobody(session):
    elsewhere = {"type": "EXTERNAL_ID", "value": "new", "nodeId": "elsewhere"}
    session.add_all([Customer(externalId="new"), event(bringBackProperties=elsewhere)])
    assert len({operation.lane for operation in session.plan()}) == 2


def test_an_event_for_the_external_id_of_a_customer_that_is_being_deleted_is_refused(session, server, ada):
    session.add(of_external_id("ada"))
    session.delete(ada)
    with pytest.raises(ValidationError, match="Customer that is to be deleted"):
        session.commit()
    assert server.sent == []


# -- customers that are gone, or let go of -----------------------------------------------------------------------------


def test_an_event_of_a_customer_that_turns_out_to_be_gone_is_let_go_of_with_it(session, server, ada, fails):
    server.loses(ada.id)
    ada.base.firstName = "B"
    lost = event(ada)
    session.add(lost)
    session.add_customer_session(ada, "v")
    session.add_customer_session(ada, "w")
    report = fails(session)
    assert [outcome.object for outcome in report.rejected] == [ada]
    assert "3 new of its own are let go of, too" in report.rejected[0].message
    assert all("was let go of, too" in outcome.message for outcome in report.blocked)
    assert inspect(lost).transient
    assert session.new == ()
    session.add(Customer(externalId="next"))
    assert session.commit().is_done


def test_an_event_that_names_the_gone_customer_by_its_id_is_let_go_of_too(session, server, ada, fails):
    server.loses(ada.id)
    ada.base.firstName = "B"
    session.add(event(customerId=ada.id))
    fails(session)
    assert session.new == ()


def test_an_event_of_another_customer_stays_when_one_is_gone(session, server, three, ada, fails):
    server.loses(ada.id)
    ada.base.firstName = "B"
    kept = event(ada)
    kept.customerId = three[0]
    session.add(kept)
    assert [outcome.object for outcome in fails(session).done] == [kept]


def test_events_of_a_customer_that_a_reading_finds_gone_are_let_go_of(session, server, ada):
    server.loses(ada.id)
    session.add(event(ada))
    with pytest.raises(ObjectDeletedError, match="; 1 new of its own is let go of, too"):
        session.refresh(ada)
    assert session.commit().requests == 0


def test_an_event_of_a_customer_that_was_expunged_is_sent_with_its_id(session, server, ada):
    session.add(event(ada))
    session.add_customer_session(ada, "v")
    session.expunge(ada)
    session.commit()
    assert lines(server.sent) == ["POST /events", f"POST /customers/{ada.id}/sessions"]
    assert server.sent[0].body["customerId"] == ada.id


def test_a_problem_of_an_event_says_which_one_has_it_and_what_helps(session):
    session.add_all([event(customerId="c-1"), event(Customer(externalId="never added"))])
    with pytest.raises(ValidationError, match=r"new Event #2: .*in no session; add .*, or expunge"):
        session.plan()
    session.expunge(session.new[1])
    assert len(session.plan()) == 1


def test_an_event_of_a_deleted_customer_cannot_be_added(session, ada):
    session.delete(ada)
    session.commit()
    with pytest.raises(InvalidRequestError, match=f"belongs to Customer {ada.id}, which was deleted"):
        session.add(event(ada))
    assert session.new == ()


def test_what_was_loaded_of_a_deleted_customer_is_deleted_with_it(session, server, ada):
    kept = Customer(externalId="kept")
    own, edited, other = event(ada), event(ada), event(kept)
    session.add_all([kept, own, edited, other])
    session.add_customer_session(ada, "v")
    session.commit()
    (link,) = ada.sessions
    edited.date = "2024-05-01T10:00:00Z"
    server.forget()
    session.delete(ada)
    assert session.plan()[0].why == "deleted, and 1 of its own with it"
    session.commit()
    assert lines(server.sent) == [f"DELETE /customers/{ada.id}"]
    assert all(inspect(gone).deleted and gone not in session for gone in (own, edited, link))
    assert other in session


def test_what_was_loaded_of_a_customer_whose_deletion_is_refused_stays(sandbox, session, ada, fails):
    own = event(ada)
    session.add(own)
    session.commit()
    sandbox.configure(trusted=False)
    session.delete(ada)
    fails(session)
    assert inspect(own).persistent


# -- events that move from a customer to another one -------------------------------------------------------------------


@pytest.fixture
def moved(session, server, ada):
    """An event that is edited to be of another customer than `ada`, who is to be deleted."""
    bob = Customer(externalId="bob")
    own = event(ada)
    session.add_all([bob, own])
    session.commit()
    session.refresh(own)
    own.customerId = bob.id
    session.delete(ada)
    server.forget()
    return own


@pytest.mark.parametrize("replaced", [True, False])
def test_an_event_leaves_its_customer_before_that_one_is_deleted(sandbox, session, server, ada, moved, replaced):
    if replaced:
        session.replace(moved)
    sandbox.faults.add(Fault.delay(0.1), "PUT")
    session.commit()
    assert lines(server.sent) == [f"PUT /events/{moved.id}", f"DELETE /customers/{ada.id}"]
    session.refresh(moved)
    assert moved.customer.externalId == "bob"


def test_an_event_that_belongs_to_nobody_any_more_leaves_its_customer_first(session, server, ada, moved):
    moved.customerId = None
    session.commit()
    assert lines(server.sent) == [f"PUT /events/{moved.id}", f"DELETE /customers/{ada.id}"]
    assert moved in session


def test_a_customer_is_not_deleted_while_an_event_could_not_leave_it(sandbox, session, server, ada, moved, fails):
    sandbox.faults.add(Fault.answer(400), "PUT")
    report = fails(session)
    assert [outcome.object for outcome in report.blocked] == [ada]
    assert lines(server.sent) == [f"PUT /events/{moved.id}"]
    assert moved in session


def test_an_event_that_moved_and_is_deleted_goes_with_the_customer_that_the_server_has_it_with(
    session, server, ada, moved
):
    session.delete(moved)
    session.commit()
    assert lines(server.sent) == [f"DELETE /customers/{ada.id}"]
    assert inspect(moved).deleted


def test_an_event_that_moves_to_a_customer_that_is_to_be_deleted_is_refused(session, server, ada):
    bob = Customer(externalId="bob")
    own = event(bob)
    session.add_all([bob, own])
    session.commit()
    session.refresh(own)
    server.forget()
    own.customerId = ada.id
    session.delete(ada)
    with pytest.raises(ValidationError, match="customerId: names a Customer that is to be deleted"):
        session.commit()
    session.delete(own)
    session.commit()
    assert sorted(lines(server.sent)) == [f"DELETE /customers/{ada.id}", f"DELETE /events/{own.id}"]


def test_an_event_that_is_replaced_unread_waits_for_its_new_customer(session, server, ada):
    own = event(ada)
    session.add(own)
    session.commit()
    session.refresh(own)
    session.expunge(own)
    server.forget()
    bob = Customer(externalId="bob")
    dates = {"registeredAt": own.registeredAt, "updatedAt": own.updatedAt}
    session.add(bob)
    session.replace(event(bob, id=own.id, **dates))
    session.commit()
    assert lines(server.sent) == ["POST /customers", f"PUT /events/{own.id}"]
    assert server.sent[1].body["customerId"] == bob.id


# -- customers that turn out to be others ------------------------------------------------------------------------------


def test_an_event_of_a_new_customer_that_updates_a_loaded_one_has_the_id_that_was_sent(sandbox, session, server):
    sandbox.configure(uniqueness="BLOCK")
    ada = Customer(base={"contacts": {"email": "ada@example.com"}})
    session.add(ada)
    session.commit()
    server.forget()
    twin = Customer(base={"contacts": {"email": "ada@example.com"}, "firstName": "Ada"})
    own = event(twin)
    session.add(twin, force_update=True)
    session.add(own)
    session.commit()
    assert server.sent[-1].body["customerId"] == own.customerId == ada.id
    assert own.customer is ada
    assert lines(server.sent)[2:] == ["POST /events"]


def test_an_event_that_was_not_sent_then_belongs_to_the_loaded_one_all_the_same(sandbox, session, server, ada, fails):
    """The server merged its customer into a loaded one; the event was refused."""
    ada.base.contacts.email = "ada@example.com"
    session.commit()
    own = event(Customer(base={"contacts": {"email": "ada@example.com"}}), date="2024-05-01T10:00:00Z")
    own.bringBackProperties = {"type": "SESSION_ID", "value": "v", "nodeId": "no such node"}
    session.add_all([own.customer, own])
    report = fails(session)
    assert (len(report.conflicts), len(report.rejected)) == (1, 1)
    assert own.customer is ada
    own.bringBackProperties = None
    session.commit()
    assert own.customerId == ada.id


# -- anonymous events whose session is linked --------------------------------------------------------------------------


@pytest.fixture
def anonymous(session, server):
    """A loaded event of the session "v"."""
    session.add(of_session("v"))
    session.commit()
    session.expunge_all()
    (found,) = session.query(Event)
    server.forget()
    return found


@pytest.mark.parametrize("riding", [True, False])
def test_a_loaded_anonymous_event_gets_the_customer_of_the_link(session, server, ada, anonymous, riding):
    assert anonymous.customerId is None
    session.add(ada)
    session.add_customer_session(ada, "v")
    if riding:
        ada.extra = "x"
    session.commit()
    assert len(server.sent) == 1
    assert anonymous.type == "loggedIn"
    assert len(server.sent) == 1
    assert anonymous.customerId == ada.id


def test_an_edit_after_the_link_sends_the_customer_along(session, server, ada, anonymous):
    session.add(ada)
    session.add_customer_session(ada, "v")
    session.commit()
    anonymous.date = "2024-05-01T10:00:00Z"
    session.commit()
    assert server.sent[-1].body["customerId"] == ada.id


def test_a_late_list_does_not_make_it_anonymous_again(sandbox, session, server, ada, anonymous):
    session.add(ada)
    session.add_customer_session(ada, "v")
    session.commit()
    outdated = [{**inspect(anonymous).committed, "customerId": None}]
    assert session.hydrate(Event, outdated, None) == [anonymous]
    assert anonymous.customerId == ada.id


def test_anonymous_events_of_other_sessions_stay_as_they_are(session, server, ada, anonymous):
    session.add(ada)
    session.add_customer_session(ada, "w")
    session.commit()
    assert anonymous.customerId is None
    assert len(server.sent) == 1


def test_a_new_customer_that_is_deleted_takes_the_new_events_that_are_its_own_by_then(session):
    first, second = Customer(externalId="1"), Customer(externalId="2")
    stays, moves = event(first), event(first)
    session.add_all([first, second, stays, moves])
    moves.customer = second
    session.delete(second)
    assert session.new == (first, stays)
    session.delete(first)
    assert session.new == ()


def test_a_new_event_that_names_another_customer_by_its_id_stays_when_its_own_is_deleted(session):
    customer = Customer(externalId="1")
    made = event(customer)
    session.add_all([customer, made])
    made.customerId = "c1"
    session.delete(customer)
    assert session.new == (made,)


def test_many_new_customers_are_deleted_without_looking_at_each_other(session, monkeypatch):
    customers = [Customer(externalId=str(number)) for number in range(50)]
    session.add_all(customers)
    session.add_all(event(customer) for customer in customers)
    looked_at = []
    lane_of = unit_of_work.lane_of
    monkeypatch.setattr(unit_of_work, "lane_of", lambda entity: looked_at.append(entity) or lane_of(entity))
    for customer in customers:
        session.delete(customer)
    assert session.new == ()
    assert len(looked_at) == 50
