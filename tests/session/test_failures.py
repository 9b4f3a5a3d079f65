"""A commit of which some operations are refused: the rest is done and nothing is lost (T61 to T63, T66, T56)."""

from __future__ import annotations

import logging
import pickle

import pytest

from contacthub_orm import Customer, Event, inspect
from contacthub_orm.errors import BadRequest, CommitError, Conflict, FlushError, ObjectDeletedError, ValidationError
from contacthub_orm.unit_of_work.report import OutcomeState


@pytest.fixture
def strict(sandbox):
    """The server refuses customers without a last name."""
    sandbox.configure(mandatory=["lastName"])


def new(number, **base):
    return Customer(externalId=f"e-{number}", base={"firstName": f"n{number}", **base})


@pytest.fixture
def one_bad():
    """Three new customers, of which the server refuses the second."""
    return [new(1, lastName="a"), new(2), new(3, lastName="c")]


@pytest.mark.usefixtures("strict")
def test_a_refusal_does_not_stop_the_others(sandbox, server, one_bad, fails):
    """T63."""
    session = sandbox.session(concurrency=1)
    session.add_all(one_bad)
    report = fails(session)
    assert [outcome.state for outcome in report] == ["done", "rejected", "done"]
    assert session.new == (one_bad[1],)
    assert [inspect(it).persistent for it in one_bad] == [True, False, True]
    assert len(server.sent) == 3


@pytest.mark.usefixtures("strict")
def test_with_stop_nothing_starts_after_a_refusal(sandbox, server, one_bad, fails):
    """T61."""
    session = sandbox.session(concurrency=1, on_error="stop")
    session.add_all(one_bad)
    report = fails(session)
    assert [outcome.object for outcome in report.done] == one_bad[:1]
    assert [outcome.object for outcome in report.rejected] == one_bad[1:2]
    assert [outcome.object for outcome in report.blocked] == one_bad[2:]
    assert report.blocked[0].attempts == 0
    assert session.new == tuple(one_bad[1:])
    assert one_bad[1].base.firstName == "n2"
    assert len(server.sent) == 2


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("on_error", ["continue", "stop"])
def test_after_the_mistake_is_mended_only_what_is_left_is_sent(sandbox, server, one_bad, on_error):
    """T62: there is no poisoned session, and no rollback is needed."""
    session = sandbox.session(concurrency=1, on_error=on_error)
    session.add_all(one_bad)
    with pytest.raises(CommitError):
        session.commit()
    server.forget()
    one_bad[1].base.lastName = "b"
    session.commit()
    assert [call.body["externalId"] for call in server.sent] == (["e-2"] if on_error == "continue" else ["e-2", "e-3"])
    assert session.new == ()
    assert len(server.documents()) == 3


@pytest.mark.usefixtures("strict")
def test_the_report_says_for_each_operation_what_became_of_it(sandbox, one_bad, fails):
    session = sandbox.session(concurrency=1)
    session.add_all(one_bad)
    report = fails(session)
    refused = report.rejected[0]
    assert (refused.object, refused.method, refused.path) == (one_bad[1], "POST", "/customers")
    assert (refused.attempts, refused.status, refused.message) == (1, 400, "source customer is not valid")
    assert refused.logref
    assert isinstance(refused.error, BadRequest)
    assert refused.error.errors[0]["path"] == "/base/lastName"
    assert [outcome.status for outcome in report.done] == [201, 201]
    assert report.requests == 3
    assert report.summary() == "2 done, 1 rejected"
    assert not report.is_done


@pytest.mark.usefixtures("strict")
def test_the_error_is_a_commit_error_whose_cause_is_the_first_failure(session, one_bad):
    session.add_all(one_bad)
    with pytest.raises(CommitError) as caught:
        session.commit()
    assert isinstance(caught.value, FlushError)
    assert isinstance(caught.value.__cause__, BadRequest)


@pytest.mark.usefixtures("strict")
def test_the_error_shows_no_content_of_customers(session, fails):
    session.add(new(1, middleName="Secret"))
    with pytest.raises(CommitError) as caught:
        session.commit()
    shown = f"{caught.value} {caught.value!r} {caught.value.report!r} {[*caught.value.report]!r}"
    assert "1 rejected" in shown
    assert "Secret" not in shown
    assert "n1" not in shown


def test_without_the_objects_that_cannot_be_sent_the_rest_is_committed(session, server):
    bad = [Event(customerId="x", type="completedOrder", context="WEB", properties={"orderId": n}) for n in range(30)]
    session.add_all([*bad, Customer(externalId="1")])
    with pytest.raises(ValidationError) as caught:
        session.commit()
    assert server.sent == []

    for event in caught.value.objects:
        session.expunge(event)
    session.commit()
    assert [call.path for call in server.sent] == ["/customers"]


@pytest.mark.usefixtures("strict")
def test_the_error_travels(session, one_bad):
    """T97."""
    session.add_all(one_bad)
    with pytest.raises(CommitError) as caught:
        session.commit()
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert again.report.summary() == "2 done, 1 rejected"


@pytest.mark.usefixtures("strict")
def test_a_refused_edit_stays_and_can_be_mended(session, server, fails):
    ident = server.has(base={"firstName": "a", "lastName": "b"})
    customer = session.get_one(Customer, ident)
    customer.base.firstName, customer.base.lastName = "X", None
    (refused,) = fails(session).rejected
    assert refused.status == 400
    assert session.dirty == (customer,)
    assert (customer.base.firstName, customer.base.lastName) == ("X", None)
    server.forget()
    customer.base.lastName = "b"
    session.commit()
    assert server.sent == [("PATCH", f"/customers/{ident}", {"base": {"firstName": "X"}})]


def test_a_stopped_flush_starts_nothing_new_with_many_at_a_time(sandbox, server, fails):
    """With 8 lanes at a time, what is under way ends; the rest is blocked and keeps its edits."""
    sandbox.configure(mandatory=["lastName"])
    session = sandbox.session(concurrency=8, on_error="stop")
    session.add_all([new(number) for number in range(40)])
    report = fails(session)
    assert len(report) == 40
    assert 1 <= len(report.rejected) <= 16
    assert len(server.sent) == len(report.rejected) == 40 - len(report.blocked)
    assert len(session.new) == 40


# -- conflicts ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def blocking(sandbox):
    sandbox.configure(uniqueness="BLOCK")


@pytest.mark.usefixtures("blocking")
def test_a_creation_that_collides_stays_pending_and_names_the_customer_that_is_there(session, server, bruce, fails):
    """T66."""
    customer = Customer(base={"contacts": {"email": "bruce@example.com"}})
    session.add(customer)
    report = fails(session)
    (conflict,) = report.conflicts
    assert (conflict.status, conflict.existing_id) == (409, bruce)
    assert isinstance(conflict.error, Conflict)
    assert conflict.error.customer_id == bruce
    assert session.new == (customer,)
    assert conflict.attempts == 1
    customer.base.contacts.email = "other@example.com"
    session.commit()
    assert inspect(customer).persistent


@pytest.mark.usefixtures("blocking")
def test_an_edit_that_collides_stays_an_edit(session, server, bruce, fails):
    other = session.get_one(Customer, server.has(base={"contacts": {"email": "other@example.com"}}))
    other.base.contacts.email = "bruce@example.com"
    (conflict,) = fails(session).conflicts
    assert (conflict.method, conflict.existing_id) == ("PATCH", bruce)
    assert session.dirty == (other,)
    session.rollback()
    assert other.base.contacts.email == "other@example.com"


@pytest.mark.usefixtures("blocking")
def test_an_untrusted_source_is_not_told_who_is_there(sandbox, session, bruce, fails):
    sandbox.configure(trusted=False)
    session.add(Customer(base={"contacts": {"email": "bruce@example.com"}}))
    (conflict,) = fails(session).conflicts
    assert conflict.existing_id is None


# -- what is gone ------------------------------------------------------------------------------------------------------


def test_an_edit_of_what_is_gone_is_reported_and_the_object_let_go_of(session, server, three, fails):
    """T56: the other edits are sent; the object is detached with its edits, so that the next commit is free of it."""
    gone, kept, _ = (session.get_one(Customer, ident) for ident in three)
    gone.extra, kept.extra = "x", "y"
    server.loses(gone.id)
    report = fails(session)
    (refused,) = report.rejected
    assert isinstance(refused.error, ObjectDeletedError)
    assert gone.id in refused.message
    assert gone not in session
    assert gone.extra == "x"
    assert session.dirty == ()
    assert server.document(kept.id)["extra"] == "y"
    assert session.commit().requests == 0


def test_a_refused_deletion_stays_marked(sandbox, session, server, bruce, fails):
    """The role of the token does not allow it; nothing was deleted, and add takes the mark back."""
    customer = session.get_one(Customer, bruce)
    sandbox.configure(trusted=False)
    session.delete(customer)
    (refused,) = fails(session).rejected
    assert refused.status == 403
    assert session.deleted == (customer,)
    session.add(customer)
    assert session.commit().requests == 0
    sandbox.configure(trusted=True)
    assert server.document(bruce)


def test_every_operation_has_one_outcome_in_the_order_of_the_plan(sandbox, session, server, three, fails):
    sandbox.configure(mandatory=["firstName"])
    kept, broken, deleted = (session.get_one(Customer, ident) for ident in three)
    kept.extra, broken.base.firstName = "x", None
    session.delete(deleted)
    session.add_all([new(7), Customer(externalId="nameless")])
    planned = [(operation.method, operation.path) for operation in session.plan()]
    report = fails(session)
    assert [(outcome.method, outcome.path) for outcome in report] == planned
    states = [OutcomeState.DONE, OutcomeState.REJECTED, OutcomeState.DONE, OutcomeState.REJECTED, OutcomeState.DONE]
    assert [outcome.state for outcome in report] == states
    assert (
        sum(len(getattr(report, name)) for name in ("done", "rejected", "conflicts", "deferred", "unknown", "blocked"))
        == 5
    )


def test_a_long_report_shows_the_first_failures_and_counts_the_rest(sandbox, session, caplog):
    sandbox.configure(mandatory=["lastName"])
    session.add_all([new(number) for number in range(30)])
    with caplog.at_level(logging.WARNING), pytest.raises(CommitError) as caught:
        session.commit()
    assert str(caught.value).startswith("30 rejected")
    assert str(caught.value).endswith("… and 10 more")
