"""Lists and stored events are late: what a session knows to be written is never undone by what it reads."""

from __future__ import annotations

import pytest

from contacthub_orm import Customer, Event, Job, Like, load_only
from contacthub_orm.errors import CommitError, InvalidRequestError, NotVisibleYet, OperationNotPermitted
from contacthub_orm.sandbox import Fault, ManualClock, Sandbox

DELAY = 30.0


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def sandbox(clock):
    """A server that shows writes in its lists, and stores events, thirty seconds late."""
    with Sandbox(index_delay=DELAY, event_delay=DELAY, clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
def expiring(sandbox):
    with sandbox.session(expire_on_commit=True) as session:
        yield session


@pytest.fixture
def customer(sandbox, clock):
    """The id of a customer that lists show."""
    with sandbox.session() as other:
        likes = [Like(id="1", name="old"), Like(id="2")]
        made = Customer(externalId="1", base={"firstName": "Ada", "likes": likes}, tags={"manual": ["a"]})
        other.add(made)
        other.commit()
        clock.advance(2 * DELAY)
        return made.id


@pytest.fixture
def event(sandbox, customer, clock):
    """The id of an event that is stored and listed."""
    with sandbox.session() as other:
        made = Event(customerId=customer, type="completedOrder", context="WEB", properties={"amount": {"total": 1}})
        other.add(made)
        other.commit()
        clock.advance(2 * DELAY)
        return made.id


def gets(sandbox):
    return [entry for entry in sandbox.requests if entry.method == "GET"]


# -- customers ----------------------------------------------------------------------------------------


def test_a_late_page_does_not_fill_an_expired_object_with_what_was_edited_since(expiring, sandbox, customer):
    found = expiring.get(Customer, customer)
    found.tags.manual.append("b")
    expiring.commit()
    assert expiring.query(Customer).one() is found
    found.tags.manual.append("c")
    expiring.commit()
    assert list(found.tags.manual) == ["a", "b", "c"]


def test_a_late_partial_page_does_not_fill_an_expired_object_either(session, sandbox, customer):
    found = session.get(Customer, customer)
    found.tags.manual.append("b")
    session.commit()
    session.expire(found)
    assert session.query(Customer).options(load_only(Customer.tags)).one() is found
    assert list(found.tags.manual) == ["a", "b"]


def test_a_late_page_does_not_make_an_expired_object_whole(session, customer):
    found = session.get(Customer, customer)
    found.base.firstName = "Adele"
    session.commit()
    session.expire(found)
    session.query(Customer).all()
    with pytest.raises(OperationNotPermitted, match="loaded in part"):
        session.replace(found)


def test_a_page_that_is_as_new_fills_an_expired_object(session, sandbox, customer):
    found = session.get(Customer, customer)
    session.expire(found)
    sandbox.requests.clear()
    session.query(Customer).all()
    assert found.base.firstName == "Ada"
    assert len(gets(sandbox)) == 1


def test_a_late_page_does_not_undo_a_child_of_a_partly_loaded_object(session, sandbox, customer):
    found = session.query(Customer).options(load_only(Customer.base.likes)).one()
    found.base.likes[0].name = "new"
    session.commit()
    session.query(Customer).all()
    assert found.base.likes[0].name == "new"
    assert found.base.firstName == "Ada"
    found.base.likes[1].name = "x"
    session.commit()
    session.refresh(found)
    assert [like.name for like in found.base.likes] == ["new", "x"]


def test_a_late_page_does_not_undo_a_child_that_was_added_without_its_list(session, customer):
    stub = session.stub(Customer, customer)
    session.add(Job(customer=stub, id="j1"))
    session.commit()
    session.query(Customer).all()
    assert [job.id for job in stub.base.jobs] == ["j1"]


def test_a_page_fills_an_expired_object_when_an_answer_showed_all_since_its_child_was_changed(
    session, sandbox, clock, customer
):
    found = session.get(Customer, customer)
    found.base.likes[0].name = "new"
    session.commit()
    found.base.firstName = "Bea"
    session.commit()
    session.expire(found)
    clock.advance(2 * DELAY)
    sandbox.requests.clear()
    session.query(Customer).all()
    assert (found.base.likes[0].name, found.base.firstName) == ("new", "Bea")
    assert len(gets(sandbox)) == 1


# -- events -------------------------------------------------------------------------------------------


def test_an_accepted_event_that_is_expired_is_not_taken_for_deleted(session, clock, customer):
    made = Event(customerId=customer, type="loggedIn", context="WEB")
    session.add(made)
    session.commit()
    session.expire(made)
    with pytest.raises(NotVisibleYet):
        _ = made.type
    assert made in session
    clock.advance(DELAY)
    assert made.type == "loggedIn"


def test_the_deletion_of_an_accepted_event_that_is_expired_waits_for_it(session, clock, customer):
    made = Event(customerId=customer, type="loggedIn", context="WEB")
    session.add(made)
    session.commit()
    session.expire(made)
    session.delete(made)
    with pytest.raises(Exception, match="cannot be deleted before that"):
        session.commit()
    clock.advance(DELAY)
    session.commit()
    clock.advance(DELAY)
    assert session.get(Customer, customer).events.count() == 0


def test_an_accepted_event_does_not_expire_with_a_commit(expiring, sandbox, customer):
    made = Event(customerId=customer, type="loggedIn", context="WEB")
    expiring.add(made)
    expiring.commit()
    sandbox.requests.clear()
    assert made.type == "loggedIn"
    assert gets(sandbox) == []


def test_an_accepted_edit_of_an_event_is_kept_by_the_next_edit(expiring, clock, event):
    found = expiring.get(Event, event)
    found.properties.amount.total = 5
    expiring.commit()
    found.properties.orderId = "o"
    expiring.commit()
    clock.advance(2 * DELAY)
    expiring.refresh(found)
    assert found.properties.to_dict() == {"amount": {"total": 5}, "orderId": "o"}


def test_an_event_is_not_read_again_before_its_accepted_edit_is_stored(session, clock, event):
    found = session.get(Event, event)
    found.properties.amount.total = 5
    session.commit()
    with pytest.raises(NotVisibleYet, match=f"an edit of Event {event} was accepted"):
        session.refresh(found)
    assert found.properties.amount.total == 5
    clock.advance(DELAY)
    session.refresh(found)
    assert found.properties.amount.total == 5


def test_an_event_is_not_read_again_while_only_the_first_of_its_accepted_edits_is_stored(session, clock, event):
    found = session.get(Event, event)
    found.properties.amount.total = 5
    session.commit()
    clock.advance(DELAY / 2)
    found.properties.orderId = "o"
    session.commit()
    clock.advance(DELAY / 2)
    with pytest.raises(NotVisibleYet):
        session.refresh(found)
    assert found.properties.orderId == "o"
    clock.advance(DELAY / 2)
    session.refresh(found)
    assert found.properties.to_dict() == {"amount": {"total": 5}, "orderId": "o"}


def test_a_late_page_does_not_fill_an_event_whose_edit_was_accepted(session, customer, event):
    found = session.get(Event, event)
    found.properties.amount.total = 5
    session.commit()
    session.expire(found)
    session.query(Event).filter(Event.customerId == customer).all()
    with pytest.raises(NotVisibleYet):
        _ = found.properties.amount.total


# -- raiseload ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "last"), [(False, True), (True, False)])
def test_the_last_query_says_whether_a_clean_partial_object_loads_the_rest(session, customer, first, last):
    query = session.query(Customer)
    found = query.options(load_only(Customer.externalId, raiseload=first)).one()
    assert query.options(load_only(Customer.externalId, raiseload=last)).one() is found
    if last:
        with pytest.raises(InvalidRequestError, match="raiseload"):
            _ = found.extra
    else:
        assert found.extra is None


# -- deletions ----------------------------------------------------------------------------------------


def deleted(session, ident):
    """Delete a customer, which lists go on to show."""
    session.delete(session.stub(Customer, ident))
    session.commit()


def test_a_late_page_does_not_bring_a_deleted_customer_back(session, customer):
    deleted(session, customer)

    assert list(session.query(Customer)) == []
    assert list(session.query(Customer).options(load_only(Customer.externalId))) == []
    assert session.get(Customer, external_id="1") is None
    assert session.get(Customer, customer) is None


def test_a_late_page_does_not_bring_a_customer_back_that_was_gone_when_it_was_edited(session, sandbox, customer):
    ada = session.get(Customer, customer)
    with sandbox.session() as other:
        deleted(other, customer)
    ada.add_tag("x")
    with pytest.raises(CommitError):
        session.commit()

    assert list(session.query(Customer)) == []


def test_a_late_page_does_not_bring_a_customer_back_that_get_found_to_be_gone(session, sandbox, customer):
    with sandbox.session() as other:
        deleted(other, customer)
    assert session.get(Customer, customer) is None

    assert list(session.query(Customer)) == []


def test_late_pages_do_not_bring_a_deleted_event_back(session, customer, event):
    ada = session.get(Customer, customer)
    session.delete(session.get(Event, event))
    session.commit()

    assert list(ada.events) == []
    assert list(session.query(Event)) == []


@pytest.mark.parametrize("loaded", [True, False])
def test_late_pages_do_not_bring_the_events_of_a_deleted_customer_back(session, customer, event, loaded):
    held = session.get(Event, event) if loaded else None
    deleted(session, customer)

    assert list(session.query(Event)) == []
    assert held is None or session.get(Event, event) is None


def test_late_pages_show_an_event_that_left_the_customer_before_the_deletion(session, clock, customer, event):
    other = Customer(externalId="2")
    session.add(other)
    session.commit()
    held = session.get(Event, event)
    held.customer = other
    session.commit()
    clock.advance(DELAY)  # stored; the list comes later
    deleted(session, customer)

    assert list(session.query(Event)) == [held]


def test_an_event_that_is_not_stored_yet_is_listed_once_it_is(session, sandbox, clock, customer):
    with sandbox.session() as other:
        made = Event(customerId=customer, type="loggedIn", context="WEB", properties={})
        other.add(made)
        other.commit()
        ident = made.id
    assert session.get(Event, ident) is None
    clock.advance(2 * DELAY)

    assert [found.id for found in session.query(Event)] == [ident]


def test_a_get_that_finds_a_customer_lets_pages_show_it_again(session, sandbox, customer):
    with sandbox.faults.add(Fault.answer(404), "GET", "/customers/*"):
        assert session.get(Customer, customer) is None
    assert list(session.query(Customer)) == []
    ada = session.get(Customer, customer)

    assert list(session.query(Customer)) == [ada]


def test_the_first_result_is_the_first_that_is_not_deleted(session, sandbox, clock, customer):
    with sandbox.session(concurrency=1) as other:  # the list is in the order of creation
        other.add_all([Customer(externalId=external_id) for external_id in ("1", "2")])
        other.commit()
    clock.advance(2 * DELAY)
    everyone = session.query(Customer)
    first, second, third = everyone
    session.delete(first)
    session.commit()

    assert everyone.first() is second
    assert everyone.exists()
    assert everyone[:2] == [second, third]
    assert everyone.filter(Customer.externalId == first.externalId).one() is second


def test_the_total_of_a_late_page_is_that_of_the_server(session, customer):
    deleted(session, customer)
    page = session.query(Customer).page(0)

    assert (len(page), page.total_elements, session.query(Customer).count()) == (0, 1, 1)


def test_expunge_all_forgets_what_was_deleted(session, customer):
    deleted(session, customer)
    session.expunge_all()

    assert [found.id for found in session.query(Customer)] == [customer]


def test_a_session_link_that_is_made_again_is_listed(session, customer):
    ada = session.get(Customer, customer)
    session.add_customer_session(ada, "visit")
    session.commit()
    (link,) = ada.sessions
    session.delete(link)
    session.commit()
    session.add_customer_session(ada, "visit")
    session.commit()

    assert [link.value for link in ada.sessions] == ["visit"]
