"""Children of customers that are not loaded: one change of one child is one request, and nothing is read for it."""

from __future__ import annotations

import gc

import pytest

from contacthub_orm import Customer, Job, Like
from contacthub_orm.errors import (
    CommitError,
    DetachedInstanceError,
    InvalidRequestError,
    NoResultFound,
    ObjectDeletedError,
    OperationNotPermitted,
    ValidationError,
)


@pytest.fixture
def ident(sandbox):
    """The id of a customer that the session has not loaded; it has two jobs."""
    with sandbox.session() as other:
        made = Customer(externalId="c-1", base={"jobs": [{"id": "j1", "jobTitle": "first"}, {"id": "j2"}]})
        other.add(made)
        other.commit()
        sandbox.requests.clear()
        return made.id


@pytest.fixture
def stub(session, ident):
    return session.stub(Customer, ident)


def sent(sandbox):
    return [(entry.method, entry.path.rpartition("/customers/")[2], entry.body) for entry in sandbox.requests]


def jobs(sandbox, ident):
    with sandbox.session() as other:
        return [(job.id, job.jobTitle) for job in other.get(Customer, ident).base.jobs]


# -- one request ------------------------------------------------------------------------------------------


def test_a_child_that_is_added_is_one_post(sandbox, session, stub, ident):
    session.add(Job(customer=stub, id="j3", jobTitle="third"))
    session.commit()
    assert sent(sandbox) == [("POST", f"{ident}/jobs", {"id": "j3", "jobTitle": "third"})]


def test_a_child_that_is_deleted_by_its_ids_is_one_delete(sandbox, session, ident):
    session.delete(session.stub(Job, (ident, "j1")))
    session.commit()
    assert sent(sandbox) == [("DELETE", f"{ident}/jobs/j1", None)]


def test_a_child_that_is_replaced_is_one_put(sandbox, session, stub, ident):
    session.replace(Job(customer=stub, id="j1", companyName="ACME"))
    session.commit()
    assert sent(sandbox) == [("PUT", f"{ident}/jobs/j1", {"id": "j1", "companyName": "ACME"})]


def test_what_waits_is_in_the_plan_and_makes_its_customer_dirty(session, stub, ident):
    job = Job(customer=stub, id="j3")
    session.add(job)
    assert [str(operation.path) for operation in session.plan()] == [f"/customers/{ident}/jobs"]
    assert session.dirty == (stub,)
    assert session.is_modified(stub)
    assert job in session


def test_it_waits_although_nobody_holds_it(sandbox, session, ident):
    session.add(Job(customer=session.stub(Customer, ident), id="j3"))
    gc.collect()
    session.commit()
    assert len(sent(sandbox)) == 1


@pytest.mark.parametrize(("verb", "job"), [("add", "j3"), ("replace", "j1")])
def test_a_child_that_waits_is_found_by_its_ids(session, stub, ident, verb, job):
    child = Job(id=job, customer=stub)
    getattr(session, verb)(child)
    found = session.stub(Job, (ident, job))
    assert found is child
    found.jobTitle = "edited"
    session.commit()
    assert session.get(Job, (ident, job)) is child
    assert child.jobTitle == "edited"


def test_it_is_sent_once(sandbox, session, stub):
    session.add(Job(customer=stub, id="j3"))
    session.commit()
    session.commit()
    assert len(sent(sandbox)) == 1
    assert session.dirty == ()


def test_edits_of_the_customer_go_first_and_the_list_that_they_bring_has_the_child(sandbox, session, stub, ident):
    job = Job(customer=stub, id="j3", jobTitle="third")
    session.add(job)
    stub.base.firstName = "Ada"
    session.commit()
    assert [(method, path) for method, path, _ in sent(sandbox)] == [("PATCH", ident), ("POST", f"{ident}/jobs")]
    assert [found.id for found in stub.base.jobs] == ["j1", "j2", "j3"]
    assert stub.base.jobs[2] is job
    assert session.dirty == ()


def test_edits_and_a_deletion_leave_the_list_without_the_child(sandbox, session, stub, ident):
    session.delete(session.stub(Job, (ident, "j1")))
    stub.base.firstName = "Ada"
    session.commit()
    assert [found.id for found in stub.base.jobs] == ["j2"]
    assert session.dirty == ()
    assert len(sent(sandbox)) == 2


def test_edits_and_a_replacement_leave_the_list_with_the_new_content(session, stub):
    job = Job(customer=stub, id="j1", companyName="ACME")
    session.replace(job)
    stub.base.firstName = "Ada"
    session.commit()
    assert [(found.id, found.jobTitle, found.companyName) for found in stub.base.jobs] == [
        ("j1", None, "ACME"),
        ("j2", None, None),
    ]
    assert stub.base.jobs[0] is job
    assert session.dirty == ()


# -- more than one ------------------------------------------------------------------------------------------


def test_two_children_are_one_get_and_one_patch(sandbox, session, stub, ident):
    first, second = Job(customer=stub, id="j3"), Like(customer=stub, id="l1")
    session.add_all([first, second])
    session.commit()
    assert [(method, path) for method, path, _ in sent(sandbox)] == [("GET", ident), ("PATCH", ident)]
    assert (first.is_listed, second.is_listed) == (True, True)
    assert [found.id for found in stub.base.jobs] == ["j1", "j2", "j3"]


def test_a_deletion_and_an_addition_are_one_get_and_one_patch(sandbox, session, stub, ident):
    session.delete(session.stub(Job, (ident, "j1")))
    session.add(Job(customer=stub, id="j3"))
    session.commit()
    assert [(method, path) for method, path, _ in sent(sandbox)] == [("GET", ident), ("PATCH", ident)]
    assert jobs(sandbox, ident) == [("j2", None), ("j3", None)]


@pytest.mark.parametrize("verb", ["add", "replace", "delete"])
def test_a_child_that_is_deleted_by_its_ids_while_another_waits_loads_the_lists(sandbox, session, stub, ident, verb):
    if verb == "delete":
        session.delete(session.stub(Job, (ident, "j2")))
    else:
        getattr(session, verb)(Like(customer=stub, id="l1"))
    session.delete(session.stub(Job, (ident, "j1")))
    session.commit()
    assert [(method, path) for method, path, _ in sent(sandbox)] == [("GET", ident), ("PATCH", ident)]
    assert "j1" not in [job for job, _ in jobs(sandbox, ident)]


def test_what_waits_is_seen_in_a_list_that_is_loaded_meanwhile(sandbox, session, stub, ident):
    added = Job(customer=stub, id="j3")
    session.add(added)
    assert [found.id for found in stub.base.jobs] == ["j1", "j2", "j3"]
    assert stub.base.jobs[2] is added
    session.commit()
    assert [(method, path) for method, path, _ in sent(sandbox)] == [("GET", ident), ("POST", f"{ident}/jobs")]


def test_what_is_to_go_is_not_seen_in_a_list_that_is_loaded_meanwhile(session, stub, ident):
    session.delete(session.stub(Job, (ident, "j1")))
    assert [found.id for found in stub.base.jobs] == ["j2"]
    session.rollback()
    assert [found.id for found in stub.base.jobs] == ["j1", "j2"]


def test_a_query_that_brings_the_customer_whole_brings_the_list(sandbox, session, stub, ident):
    session.add(Job(customer=stub, id="j3"))
    assert session.query(Customer).one() is stub
    assert [found.id for found in stub.base.jobs] == ["j1", "j2", "j3"]


# -- taken back ------------------------------------------------------------------------------------------


def test_an_addition_that_is_deleted_again_sends_nothing(sandbox, session, stub):
    job = Job(customer=stub)
    session.add(job)
    session.delete(job)
    session.commit()
    assert sent(sandbox) == []


def test_a_deletion_that_is_taken_back_sends_nothing(sandbox, session, ident):
    job = session.stub(Job, (ident, "j1"))
    session.delete(job)
    session.add(job)
    session.commit()
    assert sent(sandbox) == []


def test_deleting_twice_is_one_delete(sandbox, session, ident):
    job = session.stub(Job, (ident, "j1"))
    session.delete(job)
    session.delete(job)
    session.commit()
    assert len(sent(sandbox)) == 1


def test_a_rollback_takes_back_what_waits(sandbox, session, stub, ident):
    session.add(Job(customer=stub))
    session.rollback()
    session.commit()
    assert sent(sandbox) == []
    assert session.dirty == ()


def test_a_customer_that_is_expired_or_refreshed_loses_what_waits(session, stub):
    session.add(Job(customer=stub))
    session.expire(stub)
    assert session.dirty == ()
    session.add(Job(customer=stub))
    session.refresh(stub)
    assert session.dirty == ()


def test_a_customer_that_is_deleted_takes_what_waits_along(sandbox, session, stub, ident):
    session.add(Job(customer=stub))
    session.delete(stub)
    session.commit()
    assert sent(sandbox) == [("DELETE", ident, None)]


# -- objects ------------------------------------------------------------------------------------------


def test_reading_a_stub_of_a_child_loads_its_customer_once(sandbox, session, ident):
    job = session.stub(Job, (ident, "j1"))
    assert (job.id, len(sent(sandbox))) == ("j1", 0)
    assert job.jobTitle == "first"
    assert job.companyName is None
    assert len(sent(sandbox)) == 1
    assert job is session.get(Customer, ident).base.jobs[0]


def test_changing_a_stub_of_a_child_reads_its_customer_and_sends_the_child(sandbox, session, ident):
    session.stub(Job, (ident, "j1")).companyName = "ACME"
    session.commit()
    body = {"id": "j1", "jobTitle": "first", "companyName": "ACME"}
    assert [request[::2] for request in sent(sandbox)] == [("GET", None), ("PUT", body)]


def test_a_child_that_was_sent_is_tracked_in_its_list_from_its_first_change(sandbox, session, stub, ident):
    job = Job(customer=stub, id="j3", jobTitle="third")
    session.add(job)
    session.commit()
    assert (job.jobTitle, len(sent(sandbox))) == ("third", 1)
    job.jobTitle = "3rd"
    assert job is stub.base.jobs[2]
    session.commit()
    assert jobs(sandbox, ident)[2] == ("j3", "3rd")


def test_a_child_that_was_sent_can_be_deleted_unread(sandbox, session, stub, ident):
    job = Job(customer=stub, id="j3")
    session.add(job)
    session.commit()
    session.delete(job)
    session.commit()
    assert [method for method, _, _ in sent(sandbox)] == ["POST", "DELETE"]
    assert jobs(sandbox, ident) == [("j1", "first"), ("j2", None)]


def test_there_is_one_stub_of_a_child(session, ident):
    assert session.stub(Job, (ident, "j1")) is session.stub(Job, (ident, "j1"))


def test_the_stub_of_a_child_of_a_loaded_customer_is_the_child(sandbox, session, ident):
    customer = session.get(Customer, ident)
    assert session.stub(Job, (ident, "j2")) is customer.base.jobs[1]
    with pytest.raises(NoResultFound, match="no Job with id j9"):
        session.stub(Job, (ident, "j9"))


def test_a_stub_of_a_child_that_is_not_there_says_so_when_it_is_read(session, ident):
    job = session.stub(Job, (ident, "j9"))
    with pytest.raises(ObjectDeletedError, match="Job j9"):
        _ = job.jobTitle


def test_a_stub_of_a_child_of_a_session_that_is_closed_says_so_when_it_is_read(session, ident):
    job = session.stub(Job, (ident, "j1"))
    session.close()
    with pytest.raises(DetachedInstanceError):
        _ = job.jobTitle


def test_a_stub_of_a_child_cannot_be_sent_whole(session, ident):
    with pytest.raises(OperationNotPermitted, match="Job j1 was not read"):
        session.replace(session.stub(Job, (ident, "j1")))


def test_a_child_of_a_loaded_customer_is_replaced_in_its_list(sandbox, session, ident):
    customer = session.get(Customer, ident)
    job = Job(customer=customer, id="j1", companyName="ACME")
    session.replace(job)
    assert customer.base.jobs[0] is job
    session.commit()
    assert sent(sandbox)[1:] == [("PUT", f"{ident}/jobs/j1", {"id": "j1", "companyName": "ACME"})]


def test_a_child_whose_customer_is_not_known_cannot_be_replaced(session):
    with pytest.raises(InvalidRequestError, match="whose Job is it"):
        session.replace(Job(id="j1"))


# -- failures ------------------------------------------------------------------------------------------


def test_what_is_refused_waits_on(sandbox, session):
    gone = session.stub(Customer, "00000000-0000-4000-8000-000000000000")
    session.add(Job(customer=gone, id="j1"))
    with pytest.raises(CommitError, match="Job"):
        session.commit()
    assert session.dirty == (gone,)


def test_a_deletion_of_what_is_gone_is_done(sandbox, session, ident):
    session.delete(session.stub(Job, (ident, "j9")))
    assert session.commit().done[0].message == "was deleted already"


def test_after_a_failure_a_list_that_is_loaded_takes_it_in(sandbox, session, stub, ident):
    session.add(Job(customer=stub, id="j2", jobTitle="taken"))
    stub.base.firstName = "Ada"
    with pytest.raises(CommitError):
        session.commit()
    assert [found.id for found in stub.base.jobs] == ["j1", "j2"]
    session.rollback()
    assert [found.id for found in stub.base.jobs] == ["j1", "j2"]
    assert session.dirty == ()


# -- ids and sizes ------------------------------------------------------------------------------------------


UNFIT = pytest.mark.parametrize(
    "unfit", [" ", ".", "..", "x" * 300, "a\nb"], ids=["blank", "dot", "dots", "long", "control"]
)


@UNFIT
def test_an_id_that_no_path_takes_is_refused_before_anything_is_sent(sandbox, session, stub, unfit):
    session.add(Job(customer=stub, id=unfit))
    with pytest.raises(ValidationError, match=r"base\.jobs\[\]\.id: (is|has|holds) .*; choose another one"):
        session.commit()
    assert sent(sandbox) == []


def test_a_deletion_by_an_id_that_no_path_takes_is_refused(sandbox, session, ident):
    session.delete(session.stub(Job, (ident, "..")))
    with pytest.raises(ValidationError, match=r"base\.jobs\[\]\.id"):
        session.commit()
    assert sent(sandbox) == []


def test_a_child_whose_id_was_unset_is_refused(sandbox, session, stub):
    job = Job(customer=stub, id="j3")
    del job.id
    session.replace(job)
    with pytest.raises(ValidationError, match=r"base\.jobs\[\]\.id: is missing"):
        session.commit()
    assert sent(sandbox) == []


def test_ids_are_addressed_as_they_are_spelt(sandbox, session, stub, ident):
    spelt = "5C38CE36-0000-4000-8000-00000000000A"
    session.add(Job(customer=stub, id=spelt))
    session.commit()
    session.expunge_all()
    session.delete(session.stub(Job, (ident, spelt)))
    assert session.commit().done[0].status == 200


def test_a_child_that_is_too_large_is_refused_before_anything_is_sent(sandbox, session, stub):
    session.add(Job(customer=stub, id="j3", jobTitle="x" * 70_000))
    with pytest.raises(ValidationError, match=r"base\.jobs\[\]: has 70,\d+ bytes"):
        session.commit()
    assert sent(sandbox) == []
