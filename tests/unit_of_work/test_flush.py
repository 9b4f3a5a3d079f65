"""The flush: lanes, failures and what they mean, interrupts; and the states of the objects afterwards."""

from __future__ import annotations

import threading

import pytest

from contacthub_orm.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    ObjectDeletedError,
    RateLimited,
    ReindexingInProgress,
    ServerError,
    TransportError,
    Unauthorized,
)
from contacthub_orm.mapping import inspect
from contacthub_orm.mapping.state import changes
from contacthub_orm.models import Event
from contacthub_orm.unit_of_work.flush import Flush, lanes_of
from contacthub_orm.unit_of_work.report import OutcomeState

CONCURRENCY = [1, 2, 8]


def states(report) -> list[str]:
    return [str(outcome.state) for outcome in report]


def conflict(existing_id: str | None) -> Conflict:
    data = {"customer": {"id": existing_id}} if existing_id is not None else None
    return Conflict(409, "Conflict with exiting customer", data=data, logref="log-1", attempts=2)


def lost(sent: bool) -> TransportError:
    return TransportError("no usable answer", method="POST", path="/customers", attempts=3, sent=sent)


# -- all is well -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("concurrency", CONCURRENCY)
def test_what_is_confirmed_is_clean_and_shows_the_answer(make_session, concurrency):
    session = make_session(concurrency=concurrency)
    edited, gone = session.loaded("c1", externalId="e"), session.loaded("c2")
    new = session.new(externalId="n")
    edited.base.firstName = "B"
    session.work.mark_deleted(gone)
    report = session.flush()
    assert report.is_done
    assert [outcome.object for outcome in report] == [new, edited, gone]
    assert sorted(session.transport.sent) == ["DELETE /customers/c2", "PATCH /customers/c1", "POST /customers"]
    assert inspect(new).persistent
    assert session.work.identity_map[("customers", new.id)] is new
    assert edited.to_dict()["updatedAt"].startswith("t")
    assert inspect(gone).deleted
    assert [changes(customer) for customer in (new, edited, gone)] == [{}, {}, {}]
    assert session.work.is_idle
    assert list(session.flush()) == []


def test_outcomes_come_in_the_order_of_the_plan_whatever_finishes_first(make_session):
    session = make_session(concurrency=3)
    customers = [session.loaded(f"c{number}") for number in range(3)]
    last = threading.Event()

    def answer(method, segments, body):
        if segments[1] == "c2":
            last.set()
        else:
            assert last.wait(5)

    session.transport.answer = answer
    for customer in customers:
        customer.externalId = "x"
    assert [outcome.object for outcome in session.flush()] == customers


def test_a_patch_that_is_answered_without_a_document_makes_what_was_sent_the_committed_one(session):
    customer = session.loaded("c1", externalId="e", tags={"manual": ["a"]})
    session.transport.answer = lambda *request: "" if request[0] == "PATCH" else None
    customer.externalId = "x"
    customer.tags.manual.append("b")
    assert session.flush().is_done
    assert changes(customer) == {}
    customer.tags.manual.remove("b")
    assert changes(customer) == {"tags": {"manual": ["a"]}}


def test_a_new_object_whose_answer_holds_no_id_is_of_unknown_outcome(session):
    customer = session.new(externalId="e")
    session.transport.answer = lambda *request: {"no": "id"}
    (outcome,) = session.flush()
    assert (outcome.state, outcome.message.split(".")[0]) == ("unknown", "accepted, but the answer holds no id")
    assert inspect(customer).pending
    assert list(session.plan()) == []


def test_the_deletion_of_what_is_gone_is_done(session):
    customer = session.loaded("c1")
    session.work.mark_deleted(customer)
    session.transport.answer = lambda *request: NotFound(404, "Customer not found", logref="l")
    (outcome,) = session.flush()
    assert (str(outcome.state), outcome.message) == ("done", "was deleted already")
    assert inspect(customer).deleted


# -- an edit while the request is under way --------------------------------------------------------------------------


def test_what_is_edited_while_its_request_is_under_way_stays_dirty(session):
    customer = session.loaded("c1", externalId="e", base={"firstName": "a", "lastName": "b"}, tags={"manual": ["x"]})

    def answer(method, segments, body):
        customer.base.lastName = "later"
        customer.tags.manual.append("later")
        customer.externalId = "e"

    session.transport.answer = answer
    customer.base.firstName = "B"
    customer.externalId = "first"
    assert session.flush().is_done
    assert customer.base.firstName == "B"
    assert changes(customer) == {"base": {"lastName": "later"}, "tags": {"manual": ["x", "later"]}, "externalId": "e"}
    session.transport.answer = lambda *request: None
    assert session.flush().is_done
    assert session.transport.documents["c1"]["base"] == {"firstName": "B", "lastName": "later"}
    assert session.transport.requests[0][2] == {"externalId": "first", "base": {"firstName": "B"}}
    assert session.work.is_idle


def test_a_new_object_that_is_edited_while_it_is_created_is_dirty_afterwards(session):
    customer = session.new(externalId="e")
    session.transport.answer = lambda *request: customer.base.contacts.__setattr__("phone", "1")
    session.flush()
    assert inspect(customer).persistent
    assert changes(customer) == {"base": {"contacts": {"phone": "1"}}}
    session.transport.answer = lambda *request: None
    session.flush()
    assert session.transport.sent == ["POST /customers", f"PATCH /customers/{customer.id}"]


# -- what an error says ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (BadRequest(400, "m"), "rejected"),
        (BadRequest(413, "m"), "rejected"),
        (Unauthorized(401, "m"), "rejected"),
        (Forbidden(403, "m"), "rejected"),
        (conflict("c9"), "conflict"),
        (conflict(None), "conflict"),
        (ReindexingInProgress(423, "m"), "deferred"),
        (RateLimited(429, "m"), "deferred"),
        (lost(sent=False), "deferred"),
        (lost(sent=True), "unknown"),
        (ServerError(500, "m"), "unknown"),
        (ServerError(503, "m"), "unknown"),
        (RuntimeError("secret"), "unknown"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
@pytest.mark.parametrize("kind", ["create", "update", "replace", "delete"])
def test_every_error_leaves_its_operation_in_one_state_and_the_object_with_its_edits(session, error, state, kind):
    if kind == "create":
        customer = session.new(externalId="x")
    else:
        customer = session.loaded("c1", externalId="e")
        customer.externalId = "x"
    if kind == "replace":
        session.work.mark_replaced(customer)
    if kind == "delete":
        session.work.mark_deleted(customer)
    session.transport.answer = lambda *request: error
    (outcome,) = session.flush()
    assert str(outcome.state) == state
    assert outcome.object is customer
    assert outcome.error is error
    assert outcome.attempts == getattr(error, "attempts", 0)
    assert outcome.status == getattr(error, "status", None)
    assert "secret" not in str(outcome)
    assert customer.externalId == "x"

    session.transport.answer = lambda *request: None
    again = session.flush()
    if (kind, state) == ("create", "unknown"):
        assert list(again) == []
    else:
        assert states(again) == ["done"]
        assert session.work.is_idle


@pytest.mark.parametrize("kind", ["update", "replace"])
def test_an_edit_of_what_is_gone_detaches_the_object_with_its_edits(session, kind):
    customer = session.loaded("c1", externalId="e")
    customer.externalId = "x"
    if kind == "replace":
        session.work.mark_replaced(customer)
    session.transport.answer = lambda *request: NotFound(404, "Customer not found", logref="l")
    (outcome,) = session.flush()
    assert str(outcome.state) == "rejected"
    assert isinstance(outcome.error, ObjectDeletedError)
    assert isinstance(outcome.error.__cause__, NotFound)
    assert outcome.message.startswith("Customer c1 is no longer on the server")
    assert inspect(customer).detached
    assert changes(customer) == {"externalId": "x"}
    assert session.work.is_idle


def test_a_creation_of_unknown_outcome_is_held_until_it_is_added_again(session):
    customer, other = session.new(externalId="x"), session.loaded("c1")
    session.transport.answer = lambda *request: lost(sent=True)
    (outcome,) = session.flush()
    assert "not sent again until you add it to the session again" in outcome.message
    session.transport.answer = lambda *request: None
    other.externalId = "y"
    assert [outcome.object for outcome in session.flush()] == [other]
    assert inspect(customer).pending
    assert list(session.work.held) == [id(customer)]

    session.work.add(customer, False, "node-1")
    assert states(session.flush()) == ["done"]
    assert session.transport.sent == ["POST /customers", "PATCH /customers/c1", "POST /customers"]
    assert session.work.held == {}


# -- lanes -----------------------------------------------------------------------------------------------------------


def test_each_object_has_a_lane_of_its_own(session):
    customers = [session.loaded(f"c{number}") for number in range(3)]
    for customer in customers:
        customer.externalId = "x"
    session.new(externalId="n")
    assert [[operation.path for operation in lane] for lane in lanes_of(session.plan())] == [
        ["/customers"],
        ["/customers/c0"],
        ["/customers/c1"],
        ["/customers/c2"],
    ]


def test_new_objects_with_a_key_in_common_share_a_lane_in_the_order_of_adding(session):
    def email(address):
        return {"contacts": {"email": address}}

    session.new(externalId="1", base=email("a@example.com"))
    session.new(externalId="2", base=email("b@example.com"))
    session.new(externalId="3")
    session.new(externalId="2", base=email("a@example.com"))
    assert [[operation.why for operation in lane] for lane in lanes_of(session.plan())] == [
        ["new Customer #1", "new Customer #2", "new Customer #4"],
        ["new Customer #3"],
    ]


def test_the_same_value_as_another_key_is_no_key_in_common(session):
    session.new(externalId="a@example.com")
    session.new(base={"contacts": {"email": "a@example.com"}})
    session.new(base={"credential": {"username": "a@example.com"}})
    assert len(lanes_of(session.plan())) == 3


def with_event(session, number):
    """A pending customer with a key that all of them have, and an event of it."""
    customer = session.new(externalId="same", base={"firstName": str(number)})
    session.work.add(Event(customer=customer, type="loggedIn", context="WEB"), False, "node-1")
    return customer


def refusing_the_first(error):
    return lambda method, segments, body: error if body.get("base") == {"firstName": "1"} else None


@pytest.mark.parametrize("error", [conflict(None), BadRequest(400, "m")])
def test_a_refused_one_stops_what_belongs_to_it_and_not_the_next_with_its_key(session, error):
    with_event(session, 1)
    with_event(session, 2)
    session.transport.answer = refusing_the_first(error)
    refused, created, blocked, followed = states(session.flush())
    assert (created, blocked, followed) == ("done", "blocked", "done")
    assert refused in ("conflict", "rejected")


@pytest.mark.parametrize("error", [lost(sent=True), lost(sent=False), RateLimited(429, "m"), ServerError(500, "m")])
def test_one_that_may_still_come_is_not_overtaken_by_the_next_with_its_key(session, error):
    with_event(session, 1)
    with_event(session, 2)
    session.transport.answer = refusing_the_first(error)
    assert states(session.flush())[1:] == ["blocked"] * 3
    assert session.transport.sent == ["POST /customers"]


@pytest.mark.parametrize("concurrency", CONCURRENCY)
def test_on_error_continue_stops_nothing_but_its_own_lane(make_session, concurrency):
    session = make_session(concurrency=concurrency)
    customers = [session.loaded(f"c{number}") for number in range(6)]
    session.transport.answer = lambda method, segments, body: BadRequest(400, "m") if segments[1] == "c2" else None
    for customer in customers:
        customer.externalId = "x"
    report = session.flush()
    assert states(report) == ["done", "done", "rejected", "done", "done", "done"]
    assert session.work.dirty() == [customers[2]]


def test_on_error_stop_starts_nothing_more(session):
    customers = [session.loaded(f"c{number}") for number in range(4)]
    session.transport.answer = lambda method, segments, body: BadRequest(400, "m") if segments[1] == "c1" else None
    for customer in customers:
        customer.externalId = "x"
    report = session.flush(on_error="stop")
    assert states(report) == ["done", "rejected", "blocked", "blocked"]
    assert session.transport.sent == ["PATCH /customers/c0", "PATCH /customers/c1"]
    assert {outcome.message for outcome in report.blocked} == {
        "not started: an operation before it failed and the flush was to stop"
    }
    session.transport.answer = lambda *request: None
    assert states(session.flush()) == ["done", "done", "done"]


def test_on_error_stop_lets_what_is_under_way_end(make_session):
    session = make_session(concurrency=2)
    customers = [session.loaded(f"c{number}") for number in range(5)]
    started, failed = threading.Event(), threading.Event()

    def answer(method, segments, body):
        if segments[1] == "c0":
            started.set()
            assert failed.wait(5)
            return None
        assert started.wait(5)
        return BadRequest(400, "m")

    def settle(outcome):
        if outcome.state is OutcomeState.REJECTED:
            failed.set()
        return outcome

    session.transport.answer = answer
    for customer in customers:
        customer.externalId = "x"
    outcomes = Flush(session.transport, settle, concurrency=2, on_error="stop").run(session.plan())
    assert states(outcomes) == ["done", "rejected", "blocked", "blocked", "blocked"]


def test_at_most_so_many_requests_are_under_way(make_session):
    session = make_session(concurrency=3)
    under_way, most, lock = 0, 0, threading.Lock()
    barrier = threading.Barrier(3, timeout=5)

    def answer(method, segments, body):
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        barrier.wait()
        with lock:
            under_way -= 1

    session.transport.answer = answer
    for number in range(9):
        session.loaded(f"c{number}").externalId = "x"
    assert session.flush().is_done
    assert most == 3


@pytest.mark.parametrize("concurrency", CONCURRENCY)
def test_objects_are_settled_in_the_thread_that_flushes(make_session, concurrency):
    session = make_session(concurrency=concurrency)
    for number in range(5):
        session.loaded(f"c{number}").externalId = "x"
    settling, sending = set(), set()
    session.transport.answer = lambda *request: sending.add(threading.current_thread())

    def settle(outcome):
        settling.add(threading.current_thread())
        return outcome

    Flush(session.transport, settle, concurrency).run(session.plan())
    assert settling == {threading.current_thread()}
    assert (sending == settling) is (concurrency == 1)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("contacthub-flush")]
