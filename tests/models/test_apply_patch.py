"""customer.apply_patch: changes that come as a dictionary."""

from __future__ import annotations

import copy

import pytest

from contacthub_orm import Customer, inspect
from contacthub_orm.errors import ReadOnlyFieldError, UnknownFieldError, ValidationError


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
    ],
    ids=str,
)
def test_what_could_not_be_set_is_refused(customer, patch, error):
    with pytest.raises(error):
        customer.apply_patch(patch)


def test_a_stub_takes_a_patch_of_declared_parts_without_being_loaded(sandbox, session, customer):
    ident = customer.id
    session.expunge(customer)
    sandbox.requests.clear()
    session.stub(Customer, ident).apply_patch({"base": {"contacts": {"email": "new@example.com"}, "firstName": None}})
    session.commit()
    assert [request.method for request in sandbox.requests] == ["PATCH"]
