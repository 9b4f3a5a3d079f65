"""An object belongs to one session, to none, or to another one later (T41 to T44, T48, T85)."""

from __future__ import annotations

import gc
import threading
import time

import pytest

from contacthub_orm import Customer, Session, inspect, load_only
from contacthub_orm.errors import DetachedInstanceError, IllegalStateError, InvalidRequestError, ObjectDeletedError
from contacthub_orm.sandbox import Sandbox


@pytest.fixture
def other(sandbox):
    with sandbox.session() as session:
        yield session


@pytest.mark.parametrize("call", ["add", "delete", "replace", "refresh", "expire", "expunge", "is_modified"])
def test_an_object_of_another_session_is_refused_and_its_owner_named(session, other, server, loaded, call):
    """T41."""
    with pytest.raises(InvalidRequestError, match=r"another session .*<Session on node"):
        getattr(other, call)(loaded)
    assert loaded in session
    assert loaded not in other
    assert len(other.plan()) == 0
    assert server.sent == []


def test_a_pending_object_of_another_session_is_refused(session, other):
    """T41."""
    customer = Customer(externalId="e")
    session.add(customer)
    with pytest.raises(InvalidRequestError):
        other.add(customer)
    assert other.new == ()


def test_an_object_whose_session_was_collected_can_be_added(sandbox, other, server, bruce):
    """T42."""
    session = sandbox.session()
    customer = session.get_one(Customer, bruce)
    customer.base.firstName = "X"
    del session
    gc.collect()
    other.add(customer)
    server.forget()
    other.commit()
    assert server.sent == [("PATCH", f"/customers/{bruce}", {"base": {"firstName": "X"}})]


def test_an_expunged_object_is_detached_and_nothing_is_sent_for_it(session, server, loaded):
    """T43."""
    session.expunge(loaded)
    assert inspect(loaded).detached
    assert loaded not in session
    loaded.base.firstName = "X"
    assert session.commit().requests == 0
    assert server.sent == []


@pytest.mark.parametrize("edited", ["before", "while detached"])
def test_an_object_that_comes_back_brings_its_edits(session, server, loaded, edited):
    """T43."""
    if edited == "before":
        loaded.base.firstName = "X"
    session.expunge(loaded)
    if edited != "before":
        loaded.base.firstName = "X"
    session.add(loaded)
    assert session.dirty == (loaded,)
    assert session.get(Customer, loaded.id) is loaded
    session.commit()
    assert server.sent == [("PATCH", f"/customers/{loaded.id}", {"base": {"firstName": "X"}})]


def test_an_object_can_be_edited_in_one_session_and_committed_in_another(session, other, server, loaded):
    loaded.tags.manual.append("x")
    session.expunge(loaded)
    other.add(loaded)
    other.commit()
    assert server.document(loaded.id)["tags"]["manual"] == ["vip", "night", "x"]
    assert session.dirty == ()


def test_a_detached_object_is_deleted_by_deleting_it(session, server, loaded):
    session.expunge(loaded)
    session.delete(loaded)
    session.commit()
    assert server.sent == [("DELETE", f"/customers/{loaded.id}", None)]


def test_expunging_twice_is_refused(session, loaded):
    session.expunge(loaded)
    with pytest.raises(InvalidRequestError, match="does not belong"):
        session.expunge(loaded)


def test_there_is_never_a_second_object_for_one_id(session, loaded):
    """T44: the message says what to do."""
    session.expunge(loaded)
    again = session.get_one(Customer, loaded.id)
    assert again is not loaded
    for call in (session.add, session.delete, session.replace):
        with pytest.raises(InvalidRequestError, match="another object already stands for"):
            call(loaded)
    assert inspect(loaded).detached
    assert session.get(Customer, loaded.id) is again


def test_expunging_everything_detaches_all_and_forgets_what_was_new(session, server, three):
    found = [session.get_one(Customer, ident) for ident in three]
    found[0].extra = "x"
    new = Customer(externalId="e")
    session.add(new)
    session.delete(found[1])
    session.expunge_all()
    assert all(inspect(customer).detached for customer in found)
    assert inspect(new).transient
    assert (session.new, session.dirty, session.deleted, list(session)) == ((), (), (), [])
    server.forget()
    assert session.commit().requests == 0


def test_the_session_stays_usable_after_expunging_everything(session, server, loaded):
    session.expunge_all()
    assert session.get(Customer, loaded.id) is not loaded


def test_a_detached_object_that_was_loaded_whole_can_be_read_for_ever(sandbox, bruce):
    """T48."""
    with sandbox.session() as session:
        customer = session.get_one(Customer, bruce)
    assert customer.base.contacts.email == "bruce@example.com"
    assert customer.consents.profiling.online.status is None
    assert customer.to_dict()["externalId"] == "bat"


def test_a_field_that_was_not_loaded_cannot_be_read_when_detached(session, server, bruce):
    """T48: the error comes at that field only, and names it."""
    stub = session.stub(Customer, bruce)
    stub.base.firstName = "X"
    session.expunge(stub)
    assert (stub.id, stub.base.firstName) == (bruce, "X")
    with pytest.raises(DetachedInstanceError, match=rf"{bruce}: externalId was not loaded"):
        _ = stub.externalId
    assert server.sent == []


def test_two_sessions_may_edit_the_same_customer(session, other, server, bruce):
    """Each sends its own leaves; neither takes the other's edit back."""
    mine, theirs = session.get_one(Customer, bruce), other.get_one(Customer, bruce)
    mine.base.firstName, theirs.base.lastName = "A", "B"
    session.commit()
    other.commit()
    base = server.document(bruce)["base"]
    assert (base["firstName"], base["lastName"]) == ("A", "B")
    assert theirs.base.firstName == "A"


# -- one thread at a time ----------------------------------------------------------------------------------------------


def test_a_second_thread_is_told_that_the_session_is_in_use(session, server, workspace, monkeypatch, loaded):
    """T85: and nothing is sent twice."""
    given, problems = workspace.transport.request, []

    def intrude():
        for call in (session.flush, session.commit, lambda: session.refresh(loaded)):
            try:
                call()
            except InvalidRequestError as error:
                problems.append(str(error))

    def request(*arguments, **options):
        intruder = threading.Thread(target=intrude)
        intruder.start()
        intruder.join()
        return given(*arguments, **options)

    monkeypatch.setattr(workspace.transport, "request", request)
    session.add(Customer(externalId="e"))
    session.commit()
    assert len(problems) == 3
    assert all("another thread" in problem and "one thread at a time" in problem for problem in problems)
    assert [call.method for call in server.sent] == ["POST"]


def test_a_session_can_go_from_thread_to_thread(session, server, loaded):
    """T85: what is forbidden is two at a time."""
    loaded.extra = "x"
    worker = threading.Thread(target=session.commit)
    worker.start()
    worker.join()
    assert session.dirty == ()
    assert len(server.sent) == 1


def test_a_flush_inside_a_flush_is_refused_by_name(sandbox, workspace, monkeypatch, server):
    """T72."""
    session = workspace.session(sandbox.node_id, concurrency=1)
    given, problems = workspace.transport.request, []

    def request(*arguments, **options):
        with pytest.raises(InvalidRequestError) as caught:
            session.commit()
        problems.append(str(caught.value))
        return given(*arguments, **options)

    monkeypatch.setattr(workspace.transport, "request", request)
    session.add(Customer(externalId="e"))
    session.commit()
    assert "inside its own flush" in problems[0]
    assert len(server.sent) == 1


def test_a_workspace_serves_sessions_of_many_threads(workspace, sandbox, server):
    def work(number):
        with workspace.session(sandbox.node_id, concurrency=2) as session:
            session.add_all([Customer(externalId=f"t{number}-{index}") for index in range(5)])
            session.commit()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(server.documents()) == 20
    assert len(server.sent) == 20


# -- gone --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda session, customer: session.refresh(customer),
        lambda session, customer: (session.expire(customer), customer.base.firstName),
    ],
    ids=["refresh", "read after expire"],
)
def test_what_is_gone_raises_the_same_error_everywhere(session, server, loaded, call):
    """T56: and leaves the session, with its content; the commit of an edit is in test_failures.py."""
    server.loses(loaded.id)
    with pytest.raises(ObjectDeletedError, match=loaded.id):
        call(session, loaded)
    assert loaded not in session
    assert inspect(loaded).detached
    assert session.get(Customer, loaded.id) is None


CALLS_FROM_ELSEWHERE = {
    "plan": lambda session: session.plan(),
    "rollback": lambda session: session.rollback(),
    "expunge_all": lambda session: session.expunge_all(),
    "close": lambda session: session.close(),
    "new": lambda session: session.new,
    "dirty": lambda session: session.dirty,
    "deleted": lambda session: session.deleted,
    "reading a query": lambda session: session.query(Customer).all(),
    "going on with a query": lambda session: next(session.reading),
}


@pytest.mark.parametrize("call", CALLS_FROM_ELSEWHERE)
def test_another_thread_is_told_that_the_session_is_in_use(call):
    """T85: what it calls is refused while a request of the first thread is under way."""
    told = []

    def in_the_thread_of_the_server(_seconds):
        if not told:
            with pytest.raises(IllegalStateError, match="another thread"):
                CALLS_FROM_ELSEWHERE[call](session)
            told.append(call)

    with Sandbox(latency=0.01, sleep=in_the_thread_of_the_server) as sandbox, sandbox.session() as session:
        session.reading = iter(session.query(Customer))
        assert session.get(Customer, "nobody") is None
    assert told == [call]


@pytest.mark.parametrize("run", [iter, lambda query: iter(query.all())], ids=["query", "list"])
def test_an_iteration_that_another_thread_was_refused_goes_on_in_its_own(run):
    """T85: the refusal must not look like the end of the result."""
    told, reading = [], []

    def in_the_thread_of_the_server(_seconds):
        for objects in reading:
            with pytest.raises(IllegalStateError, match="another thread"):
                next(objects)
            told.append(objects)

    with Sandbox(latency=0.01, sleep=in_the_thread_of_the_server) as sandbox:
        sandbox.seed(60)
        with sandbox.session(concurrency=1) as session:
            objects = run(session.query(Customer))
            first = [next(objects) for _ in range(50)]
            reading.append(objects)
            session.get(Customer, "nobody")
            reading.clear()
            assert len({*first, *objects}) == 60
    assert told == [objects] * len(told) != []


def test_a_session_that_is_closed_from_elsewhere_during_a_commit_goes_on(sandbox, workspace, server, monkeypatch):
    """T85: the refusal comes before anything was let go of."""
    session = workspace.session(sandbox.node_id)
    given = workspace.transport.request

    def request(*arguments, **options):
        answer = given(*arguments, **options)
        with pytest.raises(IllegalStateError, match="another thread"):
            session.close()
        return answer

    customers = [Customer(externalId="e"), Customer(externalId="f")]
    session.add_all(customers)
    with monkeypatch.context() as patch:
        patch.setattr(workspace.transport, "request", request)
        session.commit()
    assert all(customer in session for customer in customers)
    session.close()


class SlowlyReading(Session):
    def fetch(self, request):
        if threading.current_thread().name.startswith("contacthub-prefetch"):
            time.sleep(0.005)
        return super().fetch(request)


def test_the_thread_that_reads_ahead_is_no_other_user(sandbox, workspace):
    """Fields of the objects of one page are loaded while the next page is on its way."""
    sandbox.seed(120)
    with SlowlyReading(workspace, sandbox.node_id) as session:
        query = session.query(Customer).options(load_only(Customer.externalId))
        assert sum(customer.base.lastName is not None for customer in query) == 120
