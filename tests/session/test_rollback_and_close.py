"""Taking unsent work back, leaving it behind, and what is said about it (T47, T49, T69, T70)."""

from __future__ import annotations

import copy
import logging
import pickle

import pytest

from contacthub_orm import Customer, inspect, sessionmaker
from contacthub_orm.errors import CommitError, IllegalStateError


def warnings_of(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_rollback_takes_edits_back_without_a_request(session, server, loaded):
    """T69."""
    base, tags = loaded.base, loaded.tags.manual
    loaded.base.firstName = "X"
    loaded.tags.manual.append("x")
    loaded.extended = None
    session.rollback()
    assert (loaded.base.firstName, list(loaded.tags.manual), loaded.extended.points) == ("Bruce", ["vip", "night"], 10)
    assert loaded.base is base
    assert loaded.tags.manual is tags
    assert session.dirty == ()
    assert server.sent == []


def test_after_a_rollback_an_edit_is_an_edit_again(session, server, loaded):
    loaded.base.firstName = "X"
    session.rollback()
    loaded.base.firstName = "Y"
    session.commit()
    assert server.sent == [("PATCH", f"/customers/{loaded.id}", {"base": {"firstName": "Y"}})]


def test_rollback_makes_new_objects_transient_and_keeps_their_values(session, server):
    """T69."""
    customer = Customer(externalId="e")
    session.add(customer, force_update=True)
    customer.base.firstName = "X"
    session.rollback()
    assert inspect(customer).transient
    assert (customer.id, customer.externalId, customer.base.firstName) == (None, "e", "X")
    assert session.commit().requests == 0
    session.add(customer)
    session.commit()
    assert [call.method for call in server.sent] == ["POST"]


def test_rollback_takes_deletions_back(session, server, loaded):
    """T69."""
    session.delete(loaded)
    session.rollback()
    assert session.deleted == ()
    assert inspect(loaded).persistent
    assert session.commit().requests == 0


def test_rollback_takes_replacements_back(session, server, loaded):
    loaded.base = {"firstName": "X"}
    session.replace(loaded)
    session.rollback()
    assert loaded.base.lastName == "Wayne"
    assert session.commit().requests == 0


def test_rollback_lets_go_of_an_object_that_was_to_replace_an_unread_one(session, server, bruce):
    """It keeps its values, and the customer is read from the server again."""
    successor = Customer(id=bruce, base={"firstName": "X"})
    session.replace(successor)
    session.rollback()
    assert inspect(successor).transient
    assert successor.base.firstName == "X"
    assert session.get(Customer, bruce) is not successor
    assert session.get(Customer, bruce).base.firstName == "Bruce"


def test_rollback_of_nothing_is_nothing(session, server, loaded, caplog):
    session.rollback()
    assert server.sent == []
    assert warnings_of(caplog) == []


def test_what_was_flushed_stays_and_rollback_says_so_once(session, server, loaded, caplog):
    """T70: no compensating request is made up."""
    loaded.base.firstName = "X"
    session.flush()
    loaded.base.lastName = "Y"
    session.rollback()
    assert (loaded.base.firstName, loaded.base.lastName) == ("X", "Wayne")
    assert server.document(loaded.id)["base"]["firstName"] == "X"
    assert len(server.sent) == 1
    session.rollback()
    (warning,) = warnings_of(caplog)
    assert "stays on the server" in warning


def test_a_commit_ends_what_a_rollback_could_warn_about(session, loaded, caplog):
    loaded.base.firstName = "X"
    session.commit()
    session.rollback()
    assert warnings_of(caplog) == []


def test_after_a_failed_commit_rollback_takes_back_what_is_left(sandbox, server, caplog):
    sandbox.configure(mandatory=["lastName"])
    session = sandbox.session(concurrency=1)
    good, bad = Customer(externalId="a", base={"lastName": "x"}), Customer(externalId="b")
    session.add_all([good, bad])
    with pytest.raises(CommitError):
        session.commit()
    session.rollback()
    assert inspect(good).persistent
    assert inspect(bad).transient
    assert len(warnings_of(caplog)) == 1
    assert session.commit().requests == 0


# -- closing -----------------------------------------------------------------------------------------------------------


def test_closing_never_sends_and_counts_what_was_not_sent(sandbox, server, three, caplog):
    """T47, T49."""
    with sandbox.session() as session:
        changed, deleted, read = (session.get_one(Customer, ident) for ident in three)
        changed.extra = "x"
        session.delete(deleted)
        new = Customer(externalId="e")
        session.add_all([new, Customer(externalId="f")])
        server.forget()
    assert server.sent == []
    (warning,) = warnings_of(caplog)
    assert "2 new, 1 changed, 1 deleted" in warning
    assert inspect(new).transient
    assert all(inspect(customer).detached for customer in (changed, deleted, read))
    assert (changed.extra, new.externalId) == ("x", "e")


def test_closing_counts_a_replacement_as_a_change(sandbox, three, caplog):
    with sandbox.session() as session:
        both, replaced, deleted = (session.get_one(Customer, ident) for ident in three)
        both.extra = "x"
        for customer in (both, replaced, deleted):
            session.replace(customer)
        session.delete(deleted)
    (warning,) = warnings_of(caplog)
    assert "2 changed, 1 deleted" in warning


def test_closing_without_unsent_work_says_nothing(sandbox, bruce, caplog):
    with sandbox.session() as session:
        customer = session.get_one(Customer, bruce)
        customer.extra = "x"
        customer.extra = None
        session.add(Customer(externalId="e"))
        session.commit()
    assert warnings_of(caplog) == []


def test_an_exception_passes_through_the_end_of_a_session(sandbox):
    with pytest.raises(ZeroDivisionError), sandbox.session():
        raise ZeroDivisionError


CALLS = {
    "get": lambda session, customer: session.get(Customer, "x"),
    "get by external id": lambda session, customer: session.get(Customer, external_id="x"),
    "query": lambda session, customer: session.query(Customer),
    "stub": lambda session, customer: session.stub(Customer, "x"),
    "add": lambda session, customer: session.add(customer),
    "delete": lambda session, customer: session.delete(customer),
    "replace": lambda session, customer: session.replace(customer),
    "expunge": lambda session, customer: session.expunge(customer),
    "expunge_all": lambda session, customer: session.expunge_all(),
    "refresh": lambda session, customer: session.refresh(customer),
    "expire": lambda session, customer: session.expire(customer),
    "is_modified": lambda session, customer: session.is_modified(customer),
    "plan": lambda session, customer: session.plan(),
    "flush": lambda session, customer: session.flush(),
    "commit": lambda session, customer: session.commit(),
    "rollback": lambda session, customer: session.rollback(),
    "new": lambda session, customer: session.new,
    "dirty": lambda session, customer: session.dirty,
    "deleted": lambda session, customer: session.deleted,
    "with": lambda session, customer: session.__enter__(),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_closed_session_refuses_everything(session, server, loaded, name):
    """T47."""
    session.close()
    with pytest.raises(IllegalStateError, match="closed"):
        CALLS[name](session, loaded)
    assert server.sent == []


def test_a_query_made_before_sends_nothing_after_the_end(session, server, loaded):
    query = session.query(Customer)
    session.close()
    for read in (query.all, query.first, query.count, lambda: list(query)):
        with pytest.raises(IllegalStateError, match="closed"):
            read()
    assert server.sent == []


def test_closing_twice_is_closing_once(session, caplog):
    session.add(Customer(externalId="e"))
    session.close()
    session.close()
    assert len(warnings_of(caplog)) == 1
    assert "closed" in repr(session)


# -- the factory -------------------------------------------------------------------------------------------------------


@pytest.fixture
def make_session(workspace, sandbox):
    return sessionmaker(workspace, node_id=sandbox.node_id, concurrency=1)


def test_a_block_of_the_factory_commits_at_its_end(make_session, server, bruce):
    """T49."""
    with make_session.begin() as session:
        session.get_one(Customer, bruce).extra = "x"
        server.forget()
    assert server.sent == [("PATCH", f"/customers/{bruce}", {"extra": "x"})]
    with pytest.raises(IllegalStateError):
        session.commit()


def test_a_block_that_raises_sends_nothing_and_is_not_masked(make_session, server, bruce, caplog):
    """T49."""

    def block():
        with make_session.begin() as session:
            session.stub(Customer, bruce).extra = "x"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        block()
    assert server.sent == []
    assert warnings_of(caplog) == []


def test_a_block_whose_commit_fails_raises_it(make_session, sandbox, server):
    sandbox.configure(mandatory=["lastName"])
    with pytest.raises(CommitError), make_session.begin() as session:
        session.add(Customer(externalId="e"))
    assert server.documents() == {}


def test_the_factory_fixes_options_that_a_call_can_change(make_session):
    make_session.configure(autoflush=True)
    assert (make_session().concurrency, make_session().autoflush) == (1, True)
    assert (make_session(concurrency=3).concurrency, make_session.options["concurrency"]) == (3, 1)
    assert make_session(info={"job": 7}).info == {"job": 7}


# -- copies of a session -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_session_cannot_be_copied(session, duplicate):
    """T90."""
    with pytest.raises(TypeError, match="cannot be copied or pickled"):
        duplicate(session)
