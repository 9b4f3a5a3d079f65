"""ContactHub sessions: links of a session value to a customer, and what they do to anonymous events."""

from __future__ import annotations

import pytest

from contacthub_orm import Customer, CustomerSession, Event
from contacthub_orm.errors import CommitError, FlushError, InvalidRequestError, OperationNotPermitted, ValidationError
from contacthub_orm.mapping.state import state_of
from contacthub_orm.sandbox import Fault


@pytest.fixture
def customer(session, sandbox):
    made = Customer(externalId="c-1")
    session.add(made)
    session.commit()
    sandbox.requests.clear()
    return made


def sent(sandbox):
    return [
        (entry.method, entry.path.rpartition(f"{sandbox.workspace_id}/")[2] + riding(entry))
        for entry in sandbox.requests
    ]


def riding(entry):
    return f"?sessionId={entry.query['sessionId']}" if "sessionId" in entry.query else ""


def test_a_link_is_one_post(sandbox, session, customer):
    link = session.add_customer_session(customer, "s-1")
    session.commit()
    assert sent(sandbox) == [("POST", f"customers/{customer.id}/sessions")]
    assert sandbox.requests[0].body == {"value": "s-1"}
    assert link.id is not None


def test_a_value_is_made_when_none_is_given(session, customer):
    assert len(session.add_customer_session(customer).value) == len(session.create_session_id()) == 36


def test_a_link_rides_in_the_post_of_a_new_customer(sandbox, session):
    customer = Customer(externalId="new")
    session.add(customer)
    session.add_customer_session(customer, "s-1")
    session.commit()
    assert sent(sandbox) == [("POST", "customers?sessionId=s-1")]
    assert [link.value for link in customer.sessions] == ["s-1"]
    assert not session.new


def test_a_link_rides_in_the_patch_of_an_edited_customer(sandbox, session, customer):
    customer.add_tag("vip")
    session.add_customer_session(customer, "s-1")
    session.commit()
    assert sent(sandbox) == [("PATCH", f"customers/{customer.id}?sessionId=s-1")]


def test_a_refused_link_that_rides_leaves_the_rest_of_its_request_alone(sandbox, session, customer):
    session.add_customer_session(customer, "taken")
    other = Customer(externalId="c-2")
    session.add(other)
    session.commit()
    other.base.firstName = "Ada"
    link = session.add_customer_session(other, "taken")
    with pytest.raises(CommitError, match=f"rejected: POST /customers/{other.id}/sessions") as caught:
        session.commit()
    assert [outcome.object for outcome in caught.value.report.done] == [other]
    assert session.new == (link,)
    session.expunge(link)
    assert session.commit().requests == 0
    session.refresh(other)
    assert other.base.firstName == "Ada"


def test_a_refused_link_of_a_new_customer_leaves_the_customer_alone(sandbox, session, customer):
    session.add_customer_session(customer, "taken")
    session.commit()
    other = Customer(externalId="c-2")
    session.add(other)
    link = session.add_customer_session(other, "taken")
    with pytest.raises(CommitError) as caught:
        session.commit()
    (refused,) = caught.value.report.rejected
    assert refused.object is link
    assert refused.path == f"/customers/{other.id}/sessions"
    assert session.new == (link,)


def test_what_follows_a_refused_link_that_rides_is_blocked(sandbox, session, customer):
    """As it is when the link has a request of its own."""
    session.add_customer_session(customer, "taken")
    session.commit()
    other = Customer(externalId="c-2")
    session.add(other)
    session.add_customer_session(other, "taken")
    session.add_customer_session(other, "free")
    with pytest.raises(CommitError) as caught:
        session.commit()
    assert len(caught.value.report.blocked) == 1


def test_a_link_that_rides_and_is_there_already_is_no_error(sandbox, session, customer):
    session.add_customer_session(customer, "s-1")
    session.commit()
    customer.base.firstName = "Ada"
    session.add_customer_session(customer, "s-1")
    sandbox.requests.clear()
    report = session.commit()
    path = f"customers/{customer.id}"
    assert sent(sandbox) == [("PATCH", f"{path}?sessionId=s-1"), ("PATCH", path), ("GET", f"{path}/sessions")]
    assert (report.is_done, report.requests) == (True, 3)
    assert not session.new
    assert session.dirty == ()
    assert customer.base.firstName == "Ada"


@pytest.mark.parametrize("uniqueness", ["MERGE", "BLOCK"])
def test_a_new_customer_that_is_there_already_with_its_session_is_no_error(sandbox, uniqueness):
    sandbox.configure(uniqueness=uniqueness)
    for _ in range(2):
        with sandbox.session() as session:
            customer = Customer(base={"contacts": {"email": "ada@example.com"}})
            session.add(customer, force_update=uniqueness == "BLOCK")
            session.add_customer_session(customer, "s-1")
            sandbox.requests.clear()
            report = session.commit()
            assert report.requests == len(sandbox.requests)
            assert [link.value for link in customer.sessions] == ["s-1"]
            assert not session.new


def test_a_request_that_is_refused_for_more_than_its_link_is_rejected(sandbox, session, customer):
    sandbox.configure(mandatory=("base.firstName",))
    customer.base.lastName = "L"
    link = session.add_customer_session(customer, "v")
    sandbox.faults.add(Fault.answer(400, body={"errors": [{"path": "/sessionId"}]}), "PATCH", times=1)
    with pytest.raises(CommitError) as caught:
        session.commit()
    (refused,) = caught.value.report
    assert (str(refused.state), refused.attempts) == ("rejected", 2)
    assert session.new == (link,)
    assert session.dirty == (customer,)


def test_a_value_that_is_linked_twice_in_a_commit_is_one_request(sandbox, session, customer):
    session.add_customer_session(customer, "s-1")
    session.add_customer_session(customer, "s-1")
    assert len(session.plan()) == 1
    session.commit()
    assert sent(sandbox) == [("POST", f"customers/{customer.id}/sessions")]
    assert not session.new


def test_a_value_that_is_linked_twice_rides_once(sandbox, session):
    customer = Customer(externalId="new")
    session.add(customer)
    session.add_customer_session(customer, "s-1")
    session.add_customer_session(customer, "s-1")
    session.commit()
    assert sent(sandbox) == [("POST", "customers?sessionId=s-1")]
    assert not session.new


def test_another_refusal_of_its_request_does_not_blame_the_link(sandbox, session, customer):
    customer.base.firstName = "Ada"
    session.add_customer_session(customer, "v")
    sandbox.faults.add(Fault.answer(400), "PATCH")
    with pytest.raises(CommitError) as caught:
        session.commit()
    assert "rides" not in str(caught.value)


def test_only_one_link_can_ride(sandbox, session, customer):
    customer.add_tag("vip")
    session.add_customer_session(customer, "s-1")
    session.add_customer_session(customer, "s-2")
    session.commit()
    assert sent(sandbox) == [
        ("PATCH", f"customers/{customer.id}?sessionId=s-1"),
        ("POST", f"customers/{customer.id}/sessions"),
    ]


@pytest.mark.parametrize("blank", ["", " "])
def test_a_value_that_is_blank_is_refused(session, customer, blank):
    with pytest.raises(ValidationError, match="value: must not be empty"):
        session.add_customer_session(customer, blank)


def test_linking_twice_is_no_error(sandbox, session, customer):
    session.add_customer_session(customer, "s-1")
    session.commit()
    again = session.add_customer_session(customer, "s-1")
    assert session.commit().is_done
    assert again.value == "s-1"


def test_the_links_are_listed_by_one_get(sandbox, session, customer):
    session.add_customer_session(customer, "s-1")
    session.commit()
    sandbox.requests.clear()
    (link,) = customer.sessions.all()
    assert (link.value, link.customer) == ("s-1", customer)
    assert sent(sandbox) == [("GET", f"customers/{customer.id}/sessions")]


def test_a_link_is_taken_away_by_its_value(sandbox, session, customer):
    session.add_customer_session(customer, "s-1")
    session.commit()
    link = customer.sessions.find("s-1")
    sandbox.requests.clear()
    customer.sessions.delete(link)
    session.commit()
    assert sent(sandbox) == [("DELETE", f"customers/{customer.id}/sessions/{link.id}")]
    assert customer.sessions.all() == []


def test_a_value_that_is_not_linked_cannot_be_taken_away(customer):
    with pytest.raises(OperationNotPermitted, match="not linked"):
        customer.sessions.delete("nothing")


@pytest.mark.parametrize("how", ["value", "link"])
def test_a_link_that_was_not_sent_is_taken_back_by_its_deletion(sandbox, session, customer, how):
    link = customer.sessions.add("s-1")
    customer.sessions.delete("s-1" if how == "value" else link)
    session.commit()
    assert sent(sandbox) == []
    assert not session.new


def test_taking_back_a_value_leaves_the_waiting_links_of_others(sandbox, session, customer):
    other = Customer(externalId="c-2")
    session.add(other)
    session.commit()
    sandbox.requests.clear()
    other.sessions.add("s-1")
    customer.sessions.add("s-2")
    customer.sessions.add("s-1")
    customer.sessions.delete("s-1")
    assert [operation.body for operation in session.plan()] == [{"value": "s-1"}, {"value": "s-2"}]
    assert [link.customer for link in session.new] == [other, customer]


def test_a_link_cannot_be_replaced(sandbox, session, customer):
    link = customer.sessions.add("s-1")
    session.commit()
    sandbox.requests.clear()
    with pytest.raises(OperationNotPermitted, match=f"CustomerSession {link.id}: .*delete it and .*new one"):
        session.replace(link)
    session.commit()
    assert sent(sandbox) == []


def test_an_anonymous_visitor_becomes_a_customer_in_one_request(sandbox, session):
    value = session.create_session_id()
    visit = {"type": "SESSION_ID", "value": value}
    for _ in range(3):
        session.add(Event(type=Event.TYPES.VIEWED_PAGE, context="WEB", properties={}, bringBackProperties=visit))
    session.commit()
    sandbox.requests.clear()

    customer = Customer(base={"contacts": {"email": "ada@example.com"}})
    session.add(customer)
    session.add_customer_session(customer, value)
    session.commit()

    assert sent(sandbox) == [("POST", f"customers?sessionId={value}")]
    assert [event.customerId for event in customer.events] == [customer.id] * 3


def test_a_session_has_the_customer_that_it_was_made_for(customer):
    assert CustomerSession.of(customer, "s").customer is customer


def test_a_link_is_read_again_below_its_customer(sandbox, session, customer):
    link = session.add_customer_session(customer, "s-1")
    session.commit()
    sandbox.requests.clear()
    session.refresh(link)
    assert sent(sandbox) == [("GET", f"customers/{customer.id}/sessions/{link.id}")]


def test_a_link_outlives_a_commit_that_expires(sandbox):
    with sandbox.session(expire_on_commit=True) as session:
        customer = Customer(externalId="c")
        session.add(customer)
        session.commit()
        link = session.add_customer_session(customer, "s-1")
        session.commit()
        assert link.value == "s-1"


def test_a_link_that_is_deleted_cannot_be_made_anew_in_the_same_flush(session, customer):
    session.add_customer_session(customer, "s-1")
    session.commit()
    customer.sessions.delete("s-1")
    session.add_customer_session(customer, "s-1")
    with pytest.raises(FlushError, match="commit the deletion first"):
        session.commit()


def test_a_link_that_goes_with_its_customer_cannot_be_made_anew_in_the_same_flush(sandbox, session, customer):
    session.add_customer_session(customer, "s-1")
    session.commit()
    held = customer.sessions.find("s-1")
    sandbox.requests.clear()
    session.delete(customer)
    other = Customer(externalId="c-2")
    session.add(other)
    session.add_customer_session(other, "s-1")
    with pytest.raises(FlushError, match=f"CustomerSession {held.id}, which goes with its deletion; commit the"):
        session.commit()
    assert sent(sandbox) == []


def test_a_link_without_a_customer_cannot_be_added(session):
    with pytest.raises(InvalidRequestError, match="add_customer_session"):
        session.add(CustomerSession(value="s"))


def test_a_link_that_has_lost_its_customer_cannot_be_deleted(session, customer):
    """The plan would not know its path."""
    session.add_customer_session(customer, "s-1")
    session.commit()
    link = customer.sessions.find("s-1")
    state_of(link).parent = None
    with pytest.raises(InvalidRequestError, match=r"whose CustomerSession is it\? .*customer\.sessions"):
        session.delete(link)
    assert len(session.plan()) == 0


def test_a_link_is_asked_for_through_its_customer(session):
    with pytest.raises(OperationNotPermitted, match="through its customer"):
        session.get(CustomerSession, "s")


def test_what_waits_for_a_new_customer_goes_when_it_is_deleted(sandbox, session):
    customer = Customer(externalId="new")
    session.add(customer)
    session.add_customer_session(customer, "s-1")
    session.add(Event(customer=customer, type="loggedIn", context="WEB"))
    session.delete(customer)
    session.commit()
    assert sent(sandbox) == []
    assert not session.new
