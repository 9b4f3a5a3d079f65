"""Writes whose answer is lost or a server error, on real sockets: nothing lost, nothing made twice (T64, T65, T68)."""

from __future__ import annotations

import pytest

from contacthub_orm import Customer, Job, inspect
from contacthub_orm.sandbox import Fault, Sandbox
from contacthub_orm.transport import RetryPolicy

WRITES = ("POST", "PUT", "PATCH", "DELETE")
ANSWER_LOST = Fault.cut(when="after")
APPLIED_AND_503 = Fault.answer(503, "empty", when="after")
APPLIED_LATE = Fault.cut(when="late")
CUT_OFF = Fault.cut()


@pytest.fixture
def slept():
    return []


@pytest.fixture
def connected(slept):
    """Make a workspace on a sandbox that never really sleeps."""
    return lambda sandbox: sandbox.workspace(retry=RetryPolicy(sleep=slept.append, rng=lambda: 0.5))


@pytest.fixture
def session(sandbox, connected):
    with connected(sandbox) as workspace, workspace.session(sandbox.node_id, concurrency=1) as session:
        yield session


@pytest.fixture
def play(sandbox):
    """Let the next writes go wrong."""
    return lambda fault, times=1: sandbox.faults.add(fault, WRITES, times=times)


@pytest.fixture
def writes(server):
    """How many writes have arrived."""
    return lambda: sum(call.method in WRITES for call in server.sent)


@pytest.fixture
def customer(session, bruce):
    return session.get_one(Customer, bruce)


LOST = [ANSWER_LOST, APPLIED_AND_503]
LOST_NAMES = ["answer lost", "503 after it was applied"]


@pytest.mark.parametrize(
    "fault", [*LOST, CUT_OFF, APPLIED_LATE], ids=[*LOST_NAMES, "cut off before", "applied after it was cut off"]
)
def test_an_edit_is_repeated_until_it_is_confirmed(session, server, play, writes, customer, fault):
    """T64: applying a PATCH of this library twice is the same as once."""
    customer.base.firstName = "X"
    customer.tags.manual.append("t")
    play(fault, times=2)
    (outcome,) = session.commit().done
    assert outcome.attempts == writes() == 3
    assert server.document(customer.id)["base"]["firstName"] == "X"
    assert server.document(customer.id)["tags"]["manual"] == ["vip", "night", "t"]
    assert session.dirty == ()


def test_a_deletion_whose_answer_was_lost_is_done_when_it_is_gone(session, server, play, customer):
    """T40, T64."""
    session.delete(customer)
    play(ANSWER_LOST)
    (outcome,) = session.commit().done
    assert (outcome.attempts, outcome.status, outcome.message) == (2, 404, "was deleted already")
    assert server.document(customer.id) is None


@pytest.mark.parametrize("fault", LOST, ids=LOST_NAMES)
def test_an_edit_that_is_never_confirmed_is_unknown_and_sent_again_by_the_next_commit(
    session, server, play, customer, fault, fails
):
    customer.base.firstName = "X"
    play(fault, times=4)
    (unknown,) = fails(session).unknown
    assert unknown.attempts == 4
    assert session.dirty == (customer,)
    session.commit()
    assert session.dirty == ()
    assert customer.base.firstName == server.document(customer.id)["base"]["firstName"] == "X"


@pytest.mark.parametrize("fault", [*LOST, CUT_OFF], ids=[*LOST_NAMES, "cut off before"])
def test_a_creation_of_unknown_outcome_is_not_repeated(session, server, play, writes, fault, fails):
    """T64: it may exist, and a second one could not be told from it."""
    customer = Customer(externalId="new")
    session.add(customer)
    play(fault)
    (unknown,) = fails(session).unknown
    assert (unknown.attempts, writes()) == (1, 1)
    assert "not sent again until you add it" in unknown.message
    assert session.new == (customer,)
    assert inspect(customer).pending


def test_the_next_commits_say_that_it_is_still_unknown_and_send_the_rest(session, server, play, writes, fails):
    customer, other = Customer(externalId="new"), Customer(externalId="other")
    session.add(customer)
    play(ANSWER_LOST)
    fails(session)
    session.add(other)
    report = fails(session)
    assert [outcome.object for outcome in report.done] == [other]
    assert [(outcome.object, outcome.attempts) for outcome in report.unknown] == [(customer, 0)]
    assert writes() == 2
    assert len(server.documents()) == 2


def test_it_is_sent_again_once_it_is_added_again(session, server, play, fails):
    """Its owner looked and knows that it does not exist."""
    customer = Customer(externalId="new")
    session.add(customer)
    play(CUT_OFF)
    fails(session)
    assert session.get(Customer, external_id="new") is None
    session.add(customer)
    session.commit()
    assert inspect(customer).persistent
    assert len(server.documents()) == 1


def test_it_can_be_let_go_of_when_it_turns_out_to_exist(session, server, play, fails):
    customer = Customer(externalId="new")
    session.add(customer)
    play(ANSWER_LOST)
    fails(session)
    found = session.get_one(Customer, external_id="new")
    session.expunge(customer)
    found.extra = "x"
    session.commit()
    assert len(server.documents()) == 1


def test_rollback_lets_go_of_it_too(session, play, fails):
    customer = Customer(externalId="new")
    session.add(customer)
    play(ANSWER_LOST)
    fails(session)
    session.rollback()
    assert inspect(customer).transient
    assert session.commit().requests == 0


def test_a_creation_that_never_left_is_deferred_and_sent_by_the_next_commit(connected, fails):
    """Nobody listens: provably not applied, so nothing is unknown about it."""
    sandbox = Sandbox().start()
    with connected(sandbox) as workspace, workspace.session(sandbox.node_id) as session:
        customer = Customer(externalId="new")
        session.add(customer)
        sandbox.close()
        (deferred,) = fails(session).deferred
        assert deferred.object is customer
        with sandbox:  # at the same address
            session.commit()
            assert session.query(Customer).count() == 1


# -- children ----------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["list loaded", "list not loaded"])
def holder(request, session, bruce):
    return session.get_one(Customer, bruce) if request.param == "list loaded" else session.stub(Customer, bruce)


def test_a_child_whose_answer_was_lost_is_done_when_it_is_there_as_it_was_sent(session, server, play, holder, fails):
    job = Job(customer=holder, id="j1", jobTitle="first", startDate="2018-05-25")
    session.add(job)
    play(ANSWER_LOST)
    assert len(fails(session).unknown) == 1
    server.forget()
    (outcome,) = session.commit().done
    assert [call.method for call in server.sent] == ["POST", "GET"]
    assert (outcome.attempts, outcome.message) == (2, "was created already")
    assert session.dirty == ()
    assert holder.base.jobs[0] is job
    job.jobTitle = "second"
    session.commit()
    assert [found["jobTitle"] for found in server.document(holder.id)["base"]["jobs"]] == ["second"]


def test_a_child_whose_id_has_another_one_is_a_conflict_that_says_what_to_do(session, server, holder, fails):
    server.changes(holder.id, base={"jobs": [{"id": "j1", "jobTitle": "elsewhere"}]})
    session.add(Job(customer=holder, id="j1", jobTitle="here"))
    (conflict,) = fails(session).conflicts
    assert "session.refresh(customer)" in conflict.message
    session.refresh(holder)
    assert session.dirty == ()
    assert [job.jobTitle for job in holder.base.jobs] == ["elsewhere"]
    assert session.commit().requests == 0


# -- busy --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [423, 429])
def test_a_busy_server_is_asked_again_after_the_time_it_names(session, server, play, slept, status):
    """T65: also for a creation, which was not carried out."""
    session.add(Customer(externalId="new"))
    play(Fault.answer(status, retry_after=7), times=2)
    (outcome,) = session.commit().done
    assert outcome.attempts == 3
    assert slept == [7.0, 7.0]
    assert len(server.documents()) == 1


@pytest.mark.parametrize("status", [423, 429])
def test_a_server_that_stays_busy_defers_the_operation(session, server, play, customer, status, fails):
    """T65: the edits are intact, the next commit sends them."""
    customer.extra = "x"
    session.add(Customer(externalId="new"))
    play(Fault.answer(status, body={"message": "not now", "logref": "l-1", "data": None, "errors": []}), times=8)
    report = fails(session)
    assert [(outcome.status, outcome.attempts) for outcome in report.deferred] == [(status, 4), (status, 4)]
    assert report.deferred[0].logref == "l-1"
    assert (len(session.new), len(session.dirty)) == (1, 1)
    assert len(session.commit().done) == 2
    assert len(server.documents()) == 2


# -- interrupts --------------------------------------------------------------------------------------------------------


@pytest.fixture
def interrupted(session, monkeypatch):
    """Ctrl-C while the second request is under way: it has been applied, and its answer is never read."""
    transport = session.workspace.transport
    given, calls = transport.request, []

    def request(*arguments, **options):
        answer = given(*arguments, **options)
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return answer

    monkeypatch.setattr(transport, "request", request)
    return calls


def test_an_interrupted_commit_of_edits_goes_on_with_the_next(session, server, three, writes, interrupted):
    """T68: what was confirmed is clean, the rest is not."""
    found = [session.stub(Customer, ident) for ident in three]
    for customer in found:
        customer.extra = "x"
    with pytest.raises(KeyboardInterrupt):
        session.commit()
    assert session.dirty == tuple(found[1:])
    session.commit()
    assert all(document["extra"] == "x" for document in server.documents().values())
    assert writes() == 4


def test_an_interrupted_creation_is_not_sent_twice(session, server, interrupted, fails):
    """T68 with T64: the second may have been applied, the third was never sent."""
    found = [Customer(externalId=f"e-{number}") for number in range(3)]
    session.add_all(found)
    with pytest.raises(KeyboardInterrupt):
        session.commit()
    assert session.new == tuple(found[1:])
    report = fails(session)
    assert [outcome.object for outcome in report.done] == found[2:]
    assert [outcome.object for outcome in report.unknown] == found[1:2]
    assert len(server.documents()) == 3
