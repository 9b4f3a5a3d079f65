"""The objects of children that somebody holds: one for each identity, through rollback, commit and expiry."""

from __future__ import annotations

import gc
from weakref import ref

import pytest

from contacthub_orm import Customer, Job
from contacthub_orm.errors import InvalidRequestError, ObjectDeletedError


@pytest.fixture
def customer(session, server):
    ident = server.has(base={"jobs": [{"id": "j1", "jobTitle": "first"}, {"id": "j2"}], "likes": [{"id": "j1"}]})
    customer = session.get_one(Customer, ident)
    server.forget()
    return customer


@pytest.fixture
def job(customer):
    return customer.base.jobs[0]


def sent(server):
    return [(call.method, call.path.partition("/customers/")[2].partition("/")[2]) for call in server.sent]


def assert_tracked(session, server, customer, job):
    """The object is the element of the list, and its next edit is sent."""
    assert next(found for found in customer.base.jobs if found.id == "j1") is job
    assert job.is_listed
    job.companyName = "ACME"
    session.commit()
    assert server.document(customer.id)["base"]["jobs"][0]["companyName"] == "ACME"


# -- rollback ------------------------------------------------------------------------------------------


def cut_by_remove(customer, job):
    customer.base.jobs.remove(job)


def cut_by_del(customer, job):
    del customer.base.jobs[0]


def cut_by_pop(customer, job):
    customer.base.jobs.pop(0)


def cut_by_clear(customer, job):
    customer.base.jobs.clear()


def cut_by_setting_the_list(customer, job):
    customer.base.jobs = []


def cut_by_unsetting_the_list(customer, job):
    del customer.base.jobs


def cut_by_unsetting_the_part(customer, job):
    customer.base = None


def cut_by_setting_the_part(customer, job):
    customer.base = {"jobs": [{"id": "j1"}]}


def cut_by_a_slice_of_copies(customer, job):
    customer.base.jobs[:] = list(customer.base.jobs)


def cut_by_its_successor(customer, job):
    customer.base.jobs[0] = Job(id="j1")


@pytest.mark.parametrize(
    "cut",
    [
        cut_by_remove,
        cut_by_del,
        cut_by_pop,
        cut_by_clear,
        cut_by_setting_the_list,
        cut_by_unsetting_the_list,
        cut_by_unsetting_the_part,
        cut_by_setting_the_part,
        cut_by_a_slice_of_copies,
        cut_by_its_successor,
    ],
)
def test_a_rollback_brings_a_child_that_left_its_list_back(session, server, customer, job, cut):
    cut(customer, job)
    session.rollback()
    assert_tracked(session, server, customer, job)


def test_a_child_below_a_list_that_somebody_holds_is_brought_back(session, server, customer, job):
    old = customer.base.jobs
    customer.base.jobs = []
    session.rollback()
    old.clear()
    assert_tracked(session, server, customer, job)


def test_a_rollback_brings_a_child_with_another_id_back(session, server, customer, job):
    job.id = "other"
    session.rollback()
    assert job.id == "j1"
    assert_tracked(session, server, customer, job)


def test_a_rollback_tells_children_apart_that_exchanged_their_ids(session, customer, job):
    other = customer.base.jobs[1]
    job.id, other.id = other.id, job.id
    session.rollback()
    assert (job.id, other.id) == ("j1", "j2")
    assert (job.jobTitle, other.jobTitle) == ("first", None)


def test_a_rollback_takes_the_place_of_a_child_from_its_successor(session, server, customer, job):
    successor = Job(customer=customer, id="j1", jobTitle="replaced")
    session.replace(successor)
    assert customer.base.jobs[0] is successor
    session.rollback()
    assert not successor.is_listed
    assert_tracked(session, server, customer, job)


def test_a_rollback_forgets_what_a_child_became_outside_of_its_list(session, customer, job):
    customer.base.jobs.remove(job)
    job.jobTitle = "changed"
    session.rollback()
    assert job.jobTitle == "first"
    assert not session.plan()


def test_a_child_that_left_with_no_effect_is_tracked_after_the_next_plan(session, server, customer, job):
    customer.base.jobs[:] = sorted(customer.base.jobs, key=lambda found: found.id)
    assert not session.plan()
    assert_tracked(session, server, customer, job)


def test_a_child_that_only_changed_places_goes_on(session, server, customer, job):
    customer.base.jobs[:] = [customer.base.jobs[1], job]
    session.commit()
    assert customer.base.jobs[1] is job
    job.companyName = "ACME"
    session.commit()
    assert sent(server) == [("PATCH", ""), ("PUT", "jobs/j1")]


def test_a_child_that_nobody_holds_does_not_stay_in_memory(customer):
    job = customer.base.jobs[0]
    seen = ref(job)
    customer.base.jobs.remove(job)
    del job
    gc.collect()
    assert seen() is None


def test_a_list_that_is_set_anew_leaves_its_children_below_it(session, server, customer, job):
    old = customer.base.jobs
    customer.base.jobs = []
    session.commit()
    assert (job.is_listed, job.customer, old[0]) == (False, None, job)
    assert server.document(customer.id)["base"]["jobs"] == []


# -- after a deletion was confirmed ---------------------------------------------------------------------


def test_a_deleted_child_does_not_come_back_in_the_place_of_its_successor(session, server, customer, job):
    session.delete(job)
    session.flush()
    successor = Job(customer=customer, id="j1", jobTitle="second")
    session.add(successor)
    session.flush()
    session.rollback()
    assert not job.is_listed
    assert customer.base.jobs[1] is successor
    successor.companyName = "ACME"
    session.commit()
    assert server.document(customer.id)["base"]["jobs"][1] == {
        "id": "j1",
        "jobTitle": "second",
        "companyName": "ACME",
    }


def test_a_deleted_child_that_is_added_again_is_one_post_at_the_end(session, server, customer, job):
    session.delete(job)
    session.commit()
    session.add(job)
    session.commit()
    assert sent(server) == [("DELETE", "jobs/j1"), ("POST", "jobs")]
    assert [found.id for found in customer.base.jobs] == ["j2", "j1"]


# -- expiry ------------------------------------------------------------------------------------------


def test_expiring_a_customer_with_children_in_hand_sends_nothing(session, server, customer, job):
    session.expire(customer)
    assert sent(server) == []
    assert (job.id, job.customer, job in session) == ("j1", customer, True)
    assert sent(server) == []


def test_a_child_below_a_list_that_was_set_anew_is_read_again_too(session, server, customer, job):
    customer.base.jobs = []
    session.expire(customer)
    assert_tracked(session, server, customer, job)


def test_a_child_in_hand_is_read_again_with_its_customer(session, server, customer, job):
    session.expire(customer)
    server.changes(customer.id, base={"jobs": [{"id": "j1", "jobTitle": "elsewhere"}]})
    assert job.jobTitle == "elsewhere"
    assert customer.base.jobs[0] is job
    assert len(sent(server)) == 1


def test_a_child_in_hand_is_the_stub_and_can_be_deleted_unread(session, server, customer, job):
    session.expire(customer)
    assert session.stub(Job, (customer.id, "j1")) is job
    session.delete(job)
    session.commit()
    assert sent(server) == [("DELETE", "jobs/j1")]


def test_children_of_two_lists_with_one_id_are_told_apart(session, customer, job):
    like = customer.base.likes[0]
    session.expire(customer)
    assert customer.base.jobs[0] is job
    assert customer.base.likes[0] is like


def test_a_child_that_was_not_sent_yet_is_nobody_s_after_the_expiry(session, server, customer):
    new = Job(customer=customer, id="new")
    session.add(new)
    session.expire(customer)
    assert new not in session
    session.add(new)
    session.commit()
    assert sent(server) == [("POST", "jobs")]


def test_edits_of_a_child_are_dropped_by_the_expiry(session, server, customer, job):
    job.jobTitle = "edited"
    job.id = "other"
    session.expire(customer)
    assert (job.id, job.jobTitle) == ("j1", "first")
    session.commit()
    assert [method for method, _ in sent(server)] == ["GET"]


def test_a_child_that_was_read_apart_is_read_again_too(session, server):
    stub = session.stub(Customer, server.has(base={"jobs": []}))
    job = Job(customer=stub, id="j1", jobTitle="first")
    session.add(job)
    session.commit()
    session.expire(stub)
    server.changes(stub.id, base={"jobs": [{"id": "j1", "jobTitle": "elsewhere"}]})
    assert job.jobTitle == "elsewhere"


def test_a_child_that_is_gone_after_the_expiry_says_so(session, server, customer, job):
    session.expire(customer)
    server.changes(customer.id, base={"jobs": []})
    with pytest.raises(ObjectDeletedError, match="Job j1"):
        _ = job.jobTitle


def test_a_commit_that_expires_sends_no_more_than_the_edits(sandbox, server):
    ident = server.has(base={"jobs": [{"id": "j1"}]})
    with sandbox.session(expire_on_commit=True) as session:
        job = session.get(Job, (ident, "j1"))
        other = session.get_one(Customer, server.has(externalId="other"))
        server.forget()
        server.loses(ident)
        other.extra = "x"
        report = session.commit()
        assert (len(report.done), len(server.sent)) == (1, 1)
        assert job.id == "j1"


def test_a_rollback_after_the_expiry_sends_nothing(session, server, customer, job):
    session.delete(job)
    session.expire(customer)
    server.loses(customer.id)
    session.rollback()
    session.rollback()
    assert sent(server) == []


def test_a_deletion_that_went_with_the_expiry_is_taken_back(session, server, customer, job):
    session.delete(job)
    session.expire(customer)
    session.rollback()
    assert_tracked(session, server, customer, job)


def test_an_object_beside_the_one_that_stands_for_a_child_says_so(session, server):
    stub = session.stub(Customer, server.has(base={"jobs": []}))
    first, second = Job(customer=stub, id="j1"), Job(customer=stub, id="j1")
    session.add(first)
    session.commit()
    session.replace(second)
    session.commit()
    assert stub.base.jobs[0] is second
    with pytest.raises(InvalidRequestError, match="another object stands for it"):
        first.jobTitle = "x"
