"""customer.apply_patch: changes that come as a dictionary."""

from __future__ import annotations

import copy

import pytest

from contacthub_orm import Customer, Properties, inspect
from contacthub_orm.errors import ReadOnlyFieldError, UnknownFieldError, ValidationError
from contacthub_orm.mapping.sending import without_nulls
from contacthub_orm.models.base import Base


@pytest.fixture
def customer(session):
    made = Customer(
        externalId="c-1",
        base={"firstName": "Ada", "contacts": {"email": "ada@example.com", "phone": "1"}, "jobs": [{"id": "j1"}]},
        extended={"nested": {"deep": {"er": 1}, "other": "x"}, "list": [1, 2]},
        tags={"manual": ["a"], "auto": []},
    )
    session.add(made)
    session.commit()
    return made


@pytest.mark.parametrize(
    "patch",
    [
        {},
        {"extra": "new"},
        {"base": {"contacts": {"email": "new@example.com"}}},
        {"base": {"address": {"geo": {"lat": 1.5, "lon": 2.5}}}},
        {"base": {"contacts": None, "firstName": None}},
        {"base": {"jobs": [{"id": "j2", "jobTitle": "second"}]}},
        {"extended": {"nested": {"deep": {"er": 2, "new": None}}, "more": {"a": {"b": 1}}}},
        {"extended": {"nested": None, "list": []}},
        {"extended": {"nested": {}, "more": {}}, "consents": {}},
        {"base": {"jobs": None, "likes": None}, "enabled": True},
        {"extended": None, "tags": {"manual": []}, "consents": {"marketing": {"automatic": {"sms": {"status": True}}}}},
    ],
    ids=str,
)
def test_the_tracker_of_one_customer_makes_the_same_changes_in_another(customer, patch):
    twin = copy.deepcopy(customer)
    twin.apply_patch(patch)
    again = copy.deepcopy(customer)
    again.apply_patch(twin.get_mutation_tracker())
    assert again.to_dict() == twin.to_dict()


def test_what_is_in_the_patch_is_what_is_sent(customer):
    patch = {"base": {"contacts": {"email": "new@example.com"}}, "extended": {"nested": {"deep": {"er": 2}}}}
    customer.apply_patch(patch)
    assert inspect(customer).diff() == patch


def test_a_patch_that_changes_nothing_is_no_change(customer):
    customer.apply_patch({"base": {"firstName": "Ada"}, "extended": {"list": [1, 2]}})
    assert not inspect(customer).modified


def test_the_patch_is_copied_in(customer):
    patch = {"extended": {"more": {"a": [1]}}}
    customer.apply_patch(patch)
    customer.extended.more.a.append(2)
    assert patch == {"extended": {"more": {"a": [1]}}}


def test_an_object_takes_the_place_of_a_scalar(customer):
    customer.apply_patch({"extended": {"nested": {"other": {"now": "an object"}}}})
    assert customer.extended.nested.other.now == "an object"


@pytest.mark.parametrize(
    ("patch", "error"),
    [
        ({"extar": "x"}, UnknownFieldError),
        ({"id": "x"}, ReadOnlyFieldError),
        ({"base": {"dob": "not a date"}}, ValidationError),
        ({"base": "text"}, ValidationError),
        ({"base": {"fristName": "x"}}, UnknownFieldError),
        ({"base": {"contacts": {"emial": "x"}}}, UnknownFieldError),
        ({"base": {"to_dict": "x"}}, UnknownFieldError),
        ({"sourceInfo": {"updatedBy": "x"}}, ReadOnlyFieldError),
        ({"_data": {"a": 1}}, UnknownFieldError),
        ({"base": {"_data": {}}}, UnknownFieldError),
        ({"add_tag": "x"}, UnknownFieldError),
        ({"extended": {"a": {1}}}, ValidationError),
        ({"extended": {1: "a"}}, ValidationError),
    ],
    ids=str,
)
def test_what_could_not_be_set_is_refused_and_nothing_is_changed(customer, patch, error):
    before = customer.to_dict()
    with pytest.raises(error):
        customer.apply_patch({"extra": "new", "tags": {"manual": ["b"]}, **patch})
    assert customer.to_dict() == before
    assert not inspect(customer).modified


def test_the_error_for_an_unknown_name_says_where_it_is_and_what_was_meant(customer):
    with pytest.raises(UnknownFieldError, match=r"^Base \(base\) has no field 'fristName'; did you mean 'firstName'"):
        customer.apply_patch({"base": {"fristName": "x"}})
    with pytest.raises(UnknownFieldError, match=r"^Customer has no field 'extar'; did you mean 'extra'"):
        customer.apply_patch({"extar": "x"})


def test_a_name_that_is_newer_than_this_package_is_taken_where_the_customer_has_it(customer):
    customer.base["newThing"] = 1
    customer.apply_patch({"base": {"newThing": 2}})
    assert inspect(customer).diff() == {"base": {"newThing": 2}}


def test_a_patch_that_contains_itself_is_refused(customer):
    patch = {"base": {}}
    patch["base"]["address"] = patch["base"]
    with pytest.raises(ValidationError, match="contains itself"):
        customer.apply_patch(patch)


@pytest.mark.parametrize(
    "patch",
    [
        {"base": {"contacts": {"email": "new@example.com"}, "firstName": None, "jobs": None}},
        {"extended": {"a": {"b": 1}}},
        {"extended": {"nested": {"deep": {"new": {"x": 1}}, "other": None}, "list": [3]}},
        {"extended": {"nested": {}}, "consents": {"softSpam": {}}},
        {"extra": "new", "tags": {"manual": ["z"]}, "extended": None},
    ],
    ids=str,
)
def test_a_stub_takes_a_patch_without_being_loaded(sandbox, session, customer, patch):
    ident = customer.id
    customer.apply_patch(patch)
    expected = customer.to_dict()
    session.rollback()
    session.expunge(customer)
    sandbox.requests.clear()
    stub = session.stub(Customer, ident)
    stub.apply_patch(patch)
    session.commit()
    (sent,) = sandbox.requests
    assert sent.method == "PATCH"
    assert without_nulls(Properties, stub.extended.to_dict()) == without_nulls(Properties, expected["extended"] or {})
    assert without_nulls(Base, stub.base.to_dict()) == without_nulls(Base, expected["base"])


def test_patches_of_a_stub_that_build_on_each_other_merge_too(sandbox, session, customer):
    ident = customer.id
    session.expunge(customer)
    sandbox.requests.clear()
    stub = session.stub(Customer, ident)
    stub.apply_patch({"extended": {"nested": {"deep": {"er": 2}}}})
    stub.apply_patch({"extended": {"nested": {"deep": {"new": 3}, "more": {"a": 1}}}})
    assert len(sandbox.requests) == 0
    assert inspect(stub).diff() == {"extended": {"nested": {"deep": {"er": 2, "new": 3}, "more": {"a": 1}}}}


def test_a_patch_of_what_an_earlier_one_unset_does_not_bring_it_back(session, customer):
    ident = customer.id
    session.expunge(customer)
    stub = session.stub(Customer, ident)
    stub.apply_patch({"base": {"contacts": None}})
    stub.apply_patch({"base": {"contacts": {"phone": "2"}}})
    session.commit()
    assert (stub.base.contacts.phone, stub.base.contacts.email) == ("2", None)
