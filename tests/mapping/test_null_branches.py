"""Null branches: written into, they come into being; read, they stay null."""

from __future__ import annotations

import copy

import pytest

from contacthub_orm.mapping.state import changes, discard_changes, settle, snapshot
from contacthub_orm.models import Customer
from tests.mapping.loading import loaded

EMPTY = {"id": "c1", "base": None, "extended": None, "consents": None, "tags": None}


@pytest.fixture
def customer():
    return loaded(copy.deepcopy(EMPTY))


# -- writing ---------------------------------------------------------------------------------------------------------


def test_writing_into_a_null_object_makes_the_object(customer):
    customer.base.address.geo.lat = 41.9
    assert changes(customer) == {"base": {"address": {"geo": {"lat": 41.9}}}}


def test_appending_to_a_null_list_makes_the_list(customer):
    customer.tags.manual.append("vip")
    customer.base.likes.append({"name": "jazz"})
    assert changes(customer) == {"tags": {"manual": ["vip"]}, "base": {"likes": [{"name": "jazz"}]}}


def test_an_open_part_that_is_null_takes_any_name(customer):
    customer.extended.level = {"name": "gold"}
    customer.extended.level.points = 3
    assert changes(customer) == {"extended": {"level": {"name": "gold", "points": 3}}}


def test_what_came_into_being_can_be_written_again(customer):
    contacts = customer.base.contacts
    contacts.phone = "1"
    contacts.fax = "2"
    customer.base.contacts.email = "a@b.c"
    assert changes(customer) == {"base": {"contacts": {"phone": "1", "fax": "2", "email": "a@b.c"}}}
    assert customer.base.contacts is contacts


def test_only_what_was_written_is_sent(customer):
    customer.base.contacts.email = None
    customer.base.contacts.otherContacts.clear()
    customer.base.contacts.phone = "1"
    assert changes(customer) == {"base": {"contacts": {"phone": "1"}}}


@pytest.mark.parametrize("name", ["base", "consents"])
def test_the_branch_of_a_new_object_comes_into_being_too(name):
    new = Customer(externalId="e-1")
    assert new.to_dict() == {"externalId": "e-1"}
    new.base.contacts.email = "a@b.c"
    new.consents.softSpam.email.status = False
    assert (
        new.to_dict()[name]
        == {
            "base": {"contacts": {"email": "a@b.c"}},
            "consents": {"softSpam": {"email": {"status": False}}},
        }[name]
    )


def test_a_null_list_in_an_element_of_a_list_comes_into_being():
    customer = loaded({"id": "c1", "base": {"subscriptions": [{"id": "s1", "preferences": None}, {"id": "s2"}]}})
    customer.base.subscriptions[1].preferences.append({"key": "day"})
    assert changes(customer) == {
        "base": {"subscriptions": [{"id": "s1", "preferences": None}, {"id": "s2", "preferences": [{"key": "day"}]}]}
    }


@pytest.mark.parametrize(
    ("edit", "patch"),
    [
        (lambda c: setattr(c.extended, "flags", []), {"extended": {"flags": []}}),
        (lambda c: setattr(c.extended, "flags", {}), {"extended": {"flags": {}}}),
        (lambda c: setattr(c.extended, "flags", {"a": [], "b": None}), {"extended": {"flags": {"a": [], "b": None}}}),
        (lambda c: setattr(c.base, "address", {}), {"base": {"address": {}}}),
        (lambda c: setattr(c.base.contacts, "otherContacts", []), {"base": {"contacts": {"otherContacts": []}}}),
    ],
)
def test_an_empty_list_or_object_that_was_set_in_a_null_branch_is_sent(customer, edit, patch):
    edit(customer)
    assert changes(customer) == patch
    new = Customer()
    edit(new)
    assert changes(new) == patch


def test_none_in_a_null_branch_is_not_sent_whatever_the_type_of_the_field(customer):
    customer.extended.points = None
    customer.base.firstName = None
    customer.base.address = None
    customer.base.likes = None
    customer.tags.manual = None
    assert changes(customer) == {}


# -- taking it back --------------------------------------------------------------------------------------------------


def written_and_taken_back(customer: Customer) -> None:
    customer.base.address.city = "Gotham"
    del customer.base.address.city
    customer.base.contacts.phone = "1"
    customer.base.contacts.phone = None
    customer.tags.manual.append("vip")
    customer.tags.manual.remove("vip")
    customer.extended.points = 1
    del customer.extended.points


def test_what_was_written_into_null_and_taken_back_sends_nothing(customer):
    written_and_taken_back(customer)
    assert changes(customer) == {}


def test_the_same_in_an_element_of_a_list_sends_nothing():
    customer = loaded({"id": "c1", "base": {"subscriptions": [{"id": "s1", "preferences": None}, {"id": "s2"}]}})
    for subscription in customer.base.subscriptions:
        subscription.preferences.append({"key": "day"})
        subscription.preferences.pop()
    assert changes(customer) == {}
    customer.base.subscriptions[0].name = "news"
    assert changes(customer) == {"base": {"subscriptions": [{"id": "s1", "name": "news"}, {"id": "s2"}]}}


@pytest.mark.parametrize("blank", [{}, {"manual": []}, None])
def test_blank_branches_that_the_user_gave_are_sent(customer, blank):
    customer.tags = blank
    assert changes(customer) == ({} if blank is None else {"tags": blank})


def test_a_branch_that_was_unset_and_written_into_is_unset_but_for_what_was_written():
    customer = loaded({"id": "c1", "base": {"firstName": "B", "address": {"city": "Gotham", "zip": "1"}}})
    customer.base.address = None
    customer.base.address.zip = "2"
    assert changes(customer) == {"base": {"address": {"city": None, "zip": "2"}}}
    customer.base.address.zip = None
    assert changes(customer) == {"base": {"address": None}}


@pytest.mark.parametrize("tags", [None, {"manual": None, "auto": None}, {"manual": ["a"], "auto": ["b"]}])
def test_a_list_that_is_set_to_none_is_set_to_an_empty_one(tags):
    """The API takes no null for a list."""
    customer = loaded({"id": "c1", "tags": tags})
    customer.tags = {"manual": None}
    assert changes(customer) == {"tags": {"manual": []} | ({"auto": []} if tags and tags["auto"] else {})}
    assert Customer(tags={"manual": None}).to_dict() == {"tags": {"manual": []}}
    customer.tags.manual.append("x")
    customer.tags.manual = None
    assert list(customer.tags.manual) == []


@pytest.mark.parametrize("blank", [{}, "", 0, False])
def test_a_falsy_member_that_was_unset_stays_unset_when_its_branch_was_written_into(blank):
    customer = loaded({"id": "c1", "base": {"contacts": blank}})
    customer.base.contacts = None
    customer.base.contacts.phone = "1"
    del customer.base.contacts.phone
    assert changes(customer) == {"base": {"contacts": None}}


def test_rolling_back_makes_the_branch_null_again(customer):
    written_and_taken_back(customer)
    manual = customer.tags.manual
    manual.append("vip")
    discard_changes(customer)
    assert customer.to_dict() == EMPTY
    manual.append("new")
    assert changes(customer) == {"tags": {"manual": ["new"]}}


def test_a_branch_that_came_into_being_while_a_request_was_under_way_does_not_erase_what_the_answer_has(customer):
    customer.externalId = "e-1"
    customer.base.address.city = None
    sent = snapshot(customer)
    customer.base.address.zip = None
    customer.base.firstName = "B"
    settle(customer, {"id": "c1", "externalId": "e-1", "base": {"address": {"city": "Gotham"}}}, sent)
    assert customer.base.address.city == "Gotham"
    assert changes(customer) == {"base": {"firstName": "B"}}


# -- reading ---------------------------------------------------------------------------------------------------------


def test_reading_null_branches_changes_nothing(customer):
    for _ in range(2):
        assert customer.base.address.geo.lat is None
        assert list(customer.tags.manual) == []
        assert customer.tags.manual[:] == []
        assert len(customer.base.likes) == 0
        assert "vip" not in customer.tags.manual
        assert customer.extended.get("points") is None
        assert dict(customer.extended) == {}
    assert customer.to_dict() == EMPTY
    assert changes(customer) == {}


@pytest.mark.parametrize(
    ("mistake", "error"),
    [
        (lambda customer: customer.tags.manual.pop(), IndexError),
        (lambda customer: customer.tags.manual.remove("x"), ValueError),
        (lambda customer: customer.extended.pop("x"), KeyError),
        (lambda customer: customer.extended.popitem(), KeyError),
        (lambda customer: customer.base.address.__delitem__("x"), KeyError),
    ],
)
def test_a_write_that_fails_leaves_the_branch_null(customer, mistake, error):
    with pytest.raises(error):
        mistake(customer)
    assert customer.to_dict() == EMPTY


def test_the_view_of_a_null_branch_is_one_object_and_shows_what_comes_into_being(customer):
    address = customer.base.address
    assert customer.base.address is address
    customer.base = {"address": {"city": "Gotham"}}
    assert customer.base.address.city == "Gotham"


def test_views_of_null_branches_do_not_share_what_is_written(customer):
    other = loaded(copy.deepcopy(EMPTY))
    customer.tags.manual.append("vip")
    customer.base.address.city = "Gotham"
    assert other.to_dict() == EMPTY
    assert list(other.tags.auto) == list(other.tags.manual) == []
    assert Customer().to_dict() == {}
