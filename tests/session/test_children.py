"""Educations, jobs, likes and subscriptions: in place in their customer, by their own endpoint when that says it."""

from __future__ import annotations

import pytest

from contacthub_orm import Customer, Education, EntityField, Job, Like, Properties, Subscription, load_only
from contacthub_orm.errors import ArgumentError, InvalidRequestError, ValidationError


@pytest.fixture
def customer(session, sandbox):
    made = Customer(externalId="c-1", base={"jobs": [{"id": "j1", "jobTitle": "first"}, {"id": "j2"}]})
    session.add(made)
    session.commit()
    sandbox.requests.clear()
    return made


def sent(sandbox):
    return [(entry.method, entry.path.rpartition("/customers/")[2], entry.body) for entry in sandbox.requests]


def test_a_child_that_is_added_is_one_post_to_its_collection(sandbox, session, customer):
    session.add(Job(customer=customer, id="j3", jobTitle="third"))
    session.commit()
    assert sent(sandbox) == [("POST", f"{customer.id}/jobs", {"id": "j3", "jobTitle": "third"})]


def test_a_child_that_is_appended_as_a_dict_is_one_post_too(sandbox, session, customer):
    customer.base.jobs.append({"id": "j3"})
    session.commit()
    assert sent(sandbox) == [("POST", f"{customer.id}/jobs", {"id": "j3"})]


@pytest.mark.parametrize(
    ("kind", "collection"),
    [(Education, "educations"), (Job, "jobs"), (Like, "likes"), (Subscription, "subscriptions")],
)
def test_each_kind_of_child_has_its_collection(sandbox, session, customer, kind, collection):
    session.add(kind(customer=customer, id="new"))
    session.commit()
    assert sent(sandbox) == [("POST", f"{customer.id}/{collection}", {"id": "new"})]
    assert session.get(kind, (customer.id, "new")) in list(getattr(customer.base, collection))


def test_a_child_that_is_edited_is_one_put_of_it(sandbox, session, customer):
    customer.base.jobs[0].companyName = "ACME"
    session.commit()
    body = {"id": "j1", "jobTitle": "first", "companyName": "ACME"}
    assert sent(sandbox) == [("PUT", f"{customer.id}/jobs/j1", body)]


def test_a_member_of_a_child_that_is_unset_is_left_out_of_its_put(sandbox, session, customer):
    del customer.base.jobs[0].jobTitle
    session.commit()
    assert sent(sandbox) == [("PUT", f"{customer.id}/jobs/j1", {"id": "j1"})]


def test_a_child_that_is_deleted_is_one_delete(sandbox, session, customer):
    session.delete(customer.base.jobs[0])
    session.commit()
    assert sent(sandbox) == [("DELETE", f"{customer.id}/jobs/j1", None)]
    assert [job.id for job in customer.base.jobs] == ["j2"]


def test_a_child_that_leaves_the_list_is_deleted(sandbox, session, customer):
    customer.base.jobs.pop()
    session.commit()
    assert sent(sandbox) == [("DELETE", f"{customer.id}/jobs/j2", None)]


def test_two_changed_children_are_one_patch(sandbox, session, customer):
    customer.base.jobs[0].companyName = "ACME"
    session.delete(customer.base.jobs[1])
    session.commit()
    jobs = [{"id": "j1", "jobTitle": "first", "companyName": "ACME"}]
    assert sent(sandbox) == [("PATCH", customer.id, {"base": {"jobs": jobs}})]


def test_a_changed_child_and_a_changed_field_are_one_patch(sandbox, session, customer):
    customer.base.firstName = "Ada"
    session.add(Like(customer=customer, id="l1"))
    session.commit()
    assert sent(sandbox) == [("PATCH", customer.id, {"base": {"firstName": "Ada", "likes": [{"id": "l1"}]}})]


def test_children_that_only_change_places_are_one_patch(sandbox, session, customer):
    customer.base.jobs.reverse()
    session.commit()
    assert [(method, path) for method, path, _ in sent(sandbox)] == [("PATCH", customer.id)]


def test_the_children_of_a_new_customer_ride_in_its_post(sandbox, session):
    customer = Customer(externalId="new")
    session.add(customer)
    session.add(Job(customer=customer, id="j"))
    session.commit()
    assert [(entry.method, entry.body["base"]) for entry in sandbox.requests] == [("POST", {"jobs": [{"id": "j"}]})]


def test_added_then_deleted_is_nothing(sandbox, session, customer):
    job = Job(customer=customer)
    session.add(job)
    session.delete(job)
    session.commit()
    assert sent(sandbox) == []


def test_the_object_that_was_added_is_the_tracked_element(sandbox, session, customer):
    job = Job(customer=customer, id="j3")
    session.add(job)
    assert customer.base.jobs[2] is job
    session.commit()
    sandbox.requests.clear()
    job.jobTitle = "later"
    session.commit()
    assert sent(sandbox) == [("PUT", f"{customer.id}/jobs/j3", {"id": "j3", "jobTitle": "later"})]


def test_a_child_is_asked_for_by_its_customer_and_its_id(sandbox, session, customer):
    assert session.get(Job, (customer.id, "j2")) is customer.base.jobs[1]
    assert session.get(Job, (customer.id, "none")) is None
    assert sent(sandbox) == []


def test_a_child_of_a_customer_that_is_not_loaded_costs_one_get(sandbox, session, customer):
    session.expunge_all()
    job = session.get(Job, (customer.id, "j1"))
    assert job.jobTitle == "first"
    assert [entry.method for entry in sandbox.requests] == ["GET"]
    assert job in session
    assert job.customer is session.get(Customer, customer.id)


def test_a_child_of_an_unknown_customer_is_none(session):
    assert session.get(Job, ("nobody", "j")) is None


def test_a_child_is_addressed_by_two_ids(session):
    with pytest.raises(ArgumentError, match="customer id"):
        session.get(Job, "j1")


def test_a_child_without_a_customer_cannot_be_added(session):
    with pytest.raises(InvalidRequestError, match=r"customer="):
        session.add(Job(id="j"))


def test_a_child_takes_its_customer_by_name(customer):
    with pytest.raises(ArgumentError, match="customer=customer"):
        Job(customer)


@pytest.mark.parametrize("call", ["add", "delete", "replace"])
@pytest.mark.parametrize("state", ["transient", "expunged", "deleted"])
def test_a_child_of_a_customer_in_no_session_is_refused(session, customer, call, state):
    """Nothing would ever be sent for it."""
    if state == "transient":
        customer = Customer(base={"jobs": [{"id": "j1"}]})
    elif state == "expunged":
        session.expunge(customer)
    else:
        session.delete(customer)
        session.commit()
    child = customer.base.jobs[0] if call == "delete" else Job(customer=customer, id="j1")
    with pytest.raises(InvalidRequestError, match=r"the Job belongs to Customer .*; add the customer first"):
        getattr(session, call)(child)
    assert [job.id for job in customer.base.jobs][:1] == ["j1"]


def test_a_new_customer_and_its_child_are_added_in_this_order(sandbox, session):
    customer = Customer(externalId="new")
    session.add_all([customer, Job(customer=customer, id="j")])
    session.commit()
    assert [(entry.method, entry.body["base"]) for entry in sandbox.requests] == [("POST", {"jobs": [{"id": "j"}]})]


def test_a_child_in_no_list_cannot_be_deleted(session, customer):
    with pytest.raises(InvalidRequestError, match="nothing to delete"):
        session.delete(Job(customer=customer))


def test_a_child_made_as_an_object_chooses_an_id(customer):
    assert Job(customer=customer).id != Job(customer=customer).id


def test_a_child_without_an_id_is_refused_before_anything_is_sent(sandbox, session, customer):
    customer.base.likes.append({"name": "chess"})
    customer.base.firstName = "Ada"
    with pytest.raises(ValidationError, match=r"base\.likes\[0\]\.id"):
        session.commit()
    assert sent(sandbox) == []


def test_what_the_server_makes_of_a_child_is_the_committed_one(session, customer):
    like = Like(customer=customer, id="l", createdTime="2018-05-25T14:05:00Z")
    session.add(like)
    session.commit()
    assert not session.dirty
    stored = session.get(Customer, customer.id).base.likes[0]
    assert stored is like
    session.refresh(customer)
    assert like.createdTime.year == 2018
    assert not session.dirty


def test_a_child_that_is_gone_already_is_deleted(sandbox, session, customer):
    with sandbox.session() as other:
        other.delete(other.get(Job, (customer.id, "j2")))
        other.commit()
    session.delete(customer.base.jobs[1])
    assert session.commit().is_done


def test_rollback_takes_a_deletion_back_on_the_same_object(sandbox, session, customer):
    job = customer.base.jobs[1]
    session.delete(job)
    session.rollback()
    assert customer.base.jobs[1] is job
    job.companyName = "ACME"
    session.commit()
    assert sent(sandbox) == [("PUT", f"{customer.id}/jobs/j2", {"id": "j2", "companyName": "ACME"})]


def test_a_child_that_was_added_can_be_added_again_after_a_rollback(sandbox, session, customer):
    job = Job(customer=customer, id="j3")
    session.add(job)
    session.rollback()
    assert not session.plan()
    session.add(job)
    session.commit()
    assert sent(sandbox) == [("POST", f"{customer.id}/jobs", {"id": "j3"})]


def test_adding_a_deleted_child_takes_the_mark_back(session, customer):
    job = customer.base.jobs[0]
    session.delete(job)
    session.add(job)
    assert customer.base.jobs[0] is job
    assert not session.plan()


def test_a_child_in_hand_goes_on_after_its_customer_expired(sandbox, session, customer):
    job = customer.base.jobs[0]
    session.expire(customer)
    job.companyName = "ACME"
    session.commit()
    assert [method for method, _, _ in sent(sandbox)] == ["GET", "PUT"]


def test_two_children_of_one_id_are_refused_before_anything_is_sent(sandbox, session, customer):
    session.add(Job(customer=customer, id="j1"))
    with pytest.raises(ValidationError, match=r"base\.jobs\[2\]\.id: is that of another"):
        session.commit()
    assert sent(sandbox) == []


def test_the_answer_for_a_child_leaves_a_list_of_the_same_name_alone(sandbox, session):
    """Customers may have a list of that name in `extended`, with elements of any ids."""
    customer = Customer(base={"jobs": [{"id": "acme"}]}, extended={"jobs": [{"id": "acme", "secret": 1}]})
    session.add(customer)
    session.commit()
    customer.base.jobs[0].jobTitle = "Director"
    session.commit()
    assert customer.extended.to_dict() == {"jobs": [{"id": "acme", "secret": 1}]}


def test_children_in_a_list_that_has_no_endpoint_are_patched(sandbox, session):
    class Career(Properties):
        jobs = EntityField(list[Job])

    class Worker(Customer):
        extended = EntityField(Career)

    worker = Worker(externalId="w", extended={"jobs": []})
    session.add(worker)
    session.commit()
    sandbox.requests.clear()
    worker.extended.jobs.append(Job(id="acme"))
    session.commit()
    assert sent(sandbox) == [("PATCH", worker.id, {"extended": {"jobs": [{"id": "acme"}]}})]


@pytest.mark.parametrize("base", [{}, {"base": {"firstName": "Ada"}}], ids=["no base", "no children"])
def test_the_first_child_of_a_customer_is_one_post(sandbox, session, base):
    customer = Customer(externalId="first", **base)
    session.add(customer)
    session.commit()
    sandbox.requests.clear()
    session.add(Like(customer=customer, id="l1"))
    session.commit()
    assert sent(sandbox) == [("POST", f"{customer.id}/likes", {"id": "l1"})]
    assert not session.dirty


def test_the_first_child_is_one_post_when_only_its_list_was_loaded(sandbox, session):
    customer = Customer(externalId="first")
    session.add(customer)
    session.commit()
    session.expunge_all()
    (found,) = session.query(Customer).options(load_only(Customer.base.likes))
    sandbox.requests.clear()
    session.add(Like(customer=found, id="l1"))
    session.commit()
    assert [(method, path) for method, path, _ in sent(sandbox)] == [("POST", f"{found.id}/likes")]


def test_a_list_that_is_set_without_having_been_read_is_one_patch(sandbox, session, customer):
    session.expunge_all()
    stub = session.stub(Customer, customer.id)
    stub.base.jobs = [Job(id="j9")]
    session.commit()
    assert sent(sandbox) == [("PATCH", customer.id, {"base": {"jobs": [{"id": "j9"}]}})]


def test_an_edit_of_a_child_that_is_gone_says_what_to_do(session, server, customer, fails):
    job = customer.base.jobs[0]
    server.changes(customer.id, base={"jobs": []})
    job.jobTitle = "x"
    (rejected,) = fails(session).rejected
    assert rejected.message.endswith(
        "it or its customer is no longer on the server; session.refresh(customer) shows what is there"
    )
    session.refresh(customer)
    assert session.commit().requests == 0


def test_a_child_of_a_customer_that_is_gone_says_what_to_do(session, server, customer, fails):
    server.loses(customer.id)
    session.add(Job(customer=customer, id="j3"))
    (rejected,) = fails(session).rejected
    assert ": its customer is no longer on the server; session.refresh(customer)" in rejected.message


# -- ids and sizes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unset", [None, ""])
def test_a_child_that_is_given_no_id_chooses_one(unset):
    assert Job(id=unset, jobTitle="x").id
    assert Job({"id": unset}).id


UNFIT = pytest.mark.parametrize(
    "unfit", [" ", ".", "..", "x" * 300, "a\nb"], ids=["blank", "dot", "dots", "long", "control"]
)


@UNFIT
def test_an_id_that_no_path_takes_is_refused_before_anything_is_sent(sandbox, session, customer, unfit):
    session.add(Job(customer=customer, id=unfit))
    with pytest.raises(ValidationError, match=r"base\.jobs\[2\]\.id: (is|has|holds) .*; choose another one"):
        session.commit()
    assert sent(sandbox) == []


@UNFIT
def test_an_id_that_no_path_takes_is_refused_in_a_new_customer(session, unfit):
    session.add(Customer(base={"jobs": [Job(id=unfit)]}))
    with pytest.raises(ValidationError, match=r"base\.jobs\[0\]\.id"):
        session.plan()


def test_a_child_that_others_gave_such_an_id_is_patched(server, session):
    ident = server.has(base={"jobs": [{"id": "."}, {"id": "j1"}]})
    server.forget()
    customer = session.get(Customer, ident)
    customer.base.jobs[0].jobTitle = "x"
    session.commit()
    session.delete(customer.base.jobs[0])
    session.commit()
    assert [call.method for call in server.sent] == ["GET", "PATCH", "PATCH"]


def test_a_child_is_asked_for_by_its_id_as_it_is_spelt(session, customer):
    spelt = "5C38CE36-0000-4000-8000-00000000000A"
    session.add(job := Job(customer=customer, id=spelt))
    session.commit()
    assert session.get(Job, (customer.id, spelt)) is job
    assert session.get(Job, (customer.id, spelt.lower())) is None
    assert session.stub(Job, (customer.id, spelt)) is job


@pytest.mark.parametrize("unset", [None, ""])
def test_a_child_is_not_asked_for_without_an_id(session, customer, unset):
    with pytest.raises(ArgumentError, match="the id of a Job"):
        session.get(Job, (customer.id, unset))


def test_a_child_that_makes_its_section_too_large_is_refused_before_anything_is_sent(sandbox, session, customer):
    customer.base.jobs[0].jobTitle = "x" * 40_000
    session.commit()
    sandbox.requests.clear()
    session.add(Job(customer=customer, id="j3", jobTitle="y" * 40_000))
    with pytest.raises(ValidationError, match=r"base: has 80,\d+ bytes"):
        session.commit()
    assert sent(sandbox) == []
    session.rollback()
    session.delete(customer.base.jobs[0])
    assert session.commit().is_done
