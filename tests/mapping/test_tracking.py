"""What counts as a change: edits at any depth, taken back, assigned from elsewhere, replaced."""

from __future__ import annotations

import copy

import pytest

from contacthub_orm.mapping import Properties
from contacthub_orm.mapping.state import changes, state_of
from contacthub_orm.models import Customer
from contacthub_orm.models.base import Address, Contacts
from tests.mapping.loading import Owner, loaded
from tests.mapping.reference import identical

BATS = {"id": "1", "name": "bats"}
DOCUMENT = {
    "id": "c1",
    "externalId": "e-1",
    "enabled": True,
    "base": {
        "firstName": "Bruce",
        "lastName": None,
        "contacts": {"email": "b@w.com", "phone": None, "otherContacts": [], "mobileDevices": []},
        "address": {"city": "Gotham", "geo": {"lat": 1.5, "lon": 2}},
        "likes": [BATS, {"id": "2", "name": "cars"}],
    },
    "extended": {"points": 1, "level": {"name": "gold", "steps": [1, [2, {"x": 3}]]}, "flag": True},
    "tags": {"auto": [], "manual": ["a", "b", "c"]},
}


@pytest.fixture
def document():
    return copy.deepcopy(DOCUMENT)


@pytest.fixture
def customer(document):
    return loaded(document)


# -- the patch holds what was changed --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "patch"),
    [
        (lambda c: setattr(c.base, "firstName", "B"), {"base": {"firstName": "B"}}),
        (lambda c: setattr(c.base.address.geo, "lat", 2.5), {"base": {"address": {"geo": {"lat": 2.5}}}}),
        (lambda c: setattr(c.base, "lastName", None), {}),
        (lambda c: delattr(c.base, "firstName"), {"base": {"firstName": None}}),
        (lambda c: delattr(c.base, "lastName"), {}),
        (lambda c: delattr(c.base, "gender"), {}),
        (lambda c: setattr(c.base, "gender", None), {"base": {"gender": None}}),
        (lambda c: delattr(c.base, "address"), {"base": {"address": None}}),
        (lambda c: setattr(c.base, "likes", None), {"base": {"likes": []}}),
        (lambda c: delattr(c.base, "likes"), {"base": {"likes": []}}),
        (lambda c: delattr(c.base.contacts, "otherContacts"), {}),
        (lambda c: setattr(c, "base", None), {"base": None}),
        (lambda c: setattr(c.extended, "points", True), {"extended": {"points": True}}),
        (lambda c: setattr(c.extended, "flag", 1), {"extended": {"flag": 1}}),
        (lambda c: setattr(c.extended, "points", 1.0), {"extended": {"points": 1.0}}),
        (lambda c: setattr(c.base.address.geo, "lon", 2.0), {"base": {"address": {"geo": {"lon": 2.0}}}}),
        (lambda c: setattr(c.base.likes[1], "name", "x"), {"base": {"likes": [BATS, {"id": "2", "name": "x"}]}}),
        (lambda c: c.extended.level.steps[1].append(4), {"extended": {"level": {"steps": [1, [2, {"x": 3}, 4]]}}}),
        (lambda c: c.extended.level.steps[1][1].clear(), {"extended": {"level": {"steps": [1, [2, {}]]}}}),
    ],
)  # fmt: skip
def test_the_patch_of_one_edit(customer, document, edit, patch):
    edit(customer)
    assert identical(changes(customer), patch)
    assert identical(document, DOCUMENT), "the committed document was changed"


def test_edits_in_several_places_make_one_patch_of_changed_leaves(customer):
    customer.externalId = "e-2"
    customer.base.contacts.phone = "1"
    customer.base.contacts.email = "b@wayne.com"
    customer.tags.manual.append("d")
    assert changes(customer) == {
        "externalId": "e-2",
        "base": {"contacts": {"phone": "1", "email": "b@wayne.com"}},
        "tags": {"manual": ["a", "b", "c", "d"]},
    }


def test_the_owner_hears_once_of_a_clean_object_that_is_changed(document):
    owner = Owner()
    customer = loaded(document, owner=owner)
    assert customer.base.firstName
    assert owner.heard == []
    customer.base.firstName = "B"
    customer.base.contacts.phone = "1"
    customer.tags.manual.sort(reverse=True)
    assert owner.heard == [customer]


# -- taken back ------------------------------------------------------------------------------------------------------


def swap_twice(c):
    for _ in range(2):
        c.base.likes[0], c.base.likes[1] = c.base.likes[1], c.base.likes[0]


def set_and_set_back(c):
    c.base.firstName = "x"
    c.base.firstName = "Bruce"


def set_item_and_set_back(c):
    c.extended["points"] = 2
    c.extended["points"] = 1


def append_and_remove(c):
    c.tags.manual.append("d")
    c.tags.manual.remove("d")


def delete_and_add_again(c):
    del c.base.firstName
    del c.extended.level
    c.base.firstName = "Bruce"
    c.extended.level = DOCUMENT["extended"]["level"]


def unset_and_assign_the_same(c):
    c.base = None
    c.base = copy.deepcopy(DOCUMENT["base"])


def reverse_twice(c):
    c.tags.manual.reverse()
    c.tags.manual.reverse()


def take_out_and_put_back(c):
    c.base.likes.insert(0, c.base.likes.pop(0))
    level = c.extended.pop("level")
    c.extended.level = level


def edit_an_element_and_back(c):
    c.base.likes[0].name = "x"
    c.base.likes[0].name = "bats"


def sort_what_is_sorted(c):
    c.tags.manual.sort()


def multiply_by_one(c):
    c.tags.manual *= 1


def add_a_new_key_and_delete_it(c):
    c.extended.new = {"x": [1]}
    c.extended.new.x.append(2)
    del c.extended.new


@pytest.mark.parametrize(
    "edit",
    [
        set_and_set_back,
        set_item_and_set_back,
        append_and_remove,
        delete_and_add_again,
        unset_and_assign_the_same,
        reverse_twice,
        take_out_and_put_back,
        edit_an_element_and_back,
        sort_what_is_sorted,
        multiply_by_one,
        add_a_new_key_and_delete_it,
        swap_twice,
    ],
)
def test_what_is_taken_back_sends_nothing(customer, document, edit):
    edit(customer)
    assert changes(customer) == {}
    assert identical(customer.to_dict(), DOCUMENT)
    assert identical(document, DOCUMENT)


@pytest.mark.parametrize(
    "assign",
    [
        lambda c: setattr(c, "base", c.base),
        lambda c: setattr(c.base, "firstName", c.base.firstName),
        lambda c: setattr(c.base, "likes", c.base.likes),
        lambda c: setattr(c.base, "likes", list(c.base.likes)),
        lambda c: setattr(c.base, "likes", [like for like in c.base.likes if like.name]),
        lambda c: c.base.likes.__setitem__(0, c.base.likes[0]),
        lambda c: c.base.likes.__setitem__(slice(None), c.base.likes),
        lambda c: setattr(c.base, "address", c.base.address.to_dict()),
        lambda c: setattr(c.base, "address", c.base.address.copy()),
        lambda c: setattr(c.extended, "level", c.extended.level),
        lambda c: c.extended.__setitem__("level", c.extended["level"]),
        lambda c: c.extended.update(c.extended),
        lambda c: c.extended.update(copy.deepcopy(DOCUMENT["extended"])),
        lambda c: c.tags.manual.__iadd__([]),
    ],
)
def test_assigning_what_is_there_already_sends_nothing(customer, assign):
    assign(customer)
    assert changes(customer) == {}
    assert identical(customer.to_dict(), DOCUMENT)


def test_augmented_assignment_changes_the_list_in_place(customer):
    manual = customer.tags.manual
    customer.tags.manual += ["d"]
    customer.tags.manual *= 2
    assert customer.tags.manual is manual
    assert list(manual) == ["a", "b", "c", "d"] * 2


# -- what the server knows and this package does not -----------------------------------------------------------------

NEWER = {
    "id": "c1",
    "newSection": {"x": 1},
    "base": {
        "newThing": 1,
        "timezone": "Mars/Olympus",
        "dob": "sometime",
        "contacts": {"email": "no address"},
        "likes": [{"id": "1", "newThing": [1], "createdTime": "once"}, {"id": "2", "createdTime": "1994-02-11T14:05M"}],
    },
}


def test_a_value_that_is_refused_from_anybody_else_may_be_set_to_itself():
    customer = loaded(copy.deepcopy(NEWER))
    customer.base.timezone = customer.base.timezone
    customer.base.dob = customer.base.dob
    customer.base.contacts.email = customer.base.contacts.email
    customer.base.likes[0].createdTime = customer.base.likes[0].createdTime
    assert changes(customer) == {}


def test_elements_with_newer_names_and_values_may_be_put_back():
    customer = loaded(copy.deepcopy(NEWER))
    customer.base.likes = [like for like in customer.base.likes if like.id != "2"]
    assert changes(customer) == {"base": {"likes": [NEWER["base"]["likes"][0]]}}


def test_parts_with_newer_names_and_values_may_be_copied_to_another_object():
    customer, other = loaded(copy.deepcopy(NEWER)), Customer()
    other.base = customer.base
    other.base.likes.extend(customer.base.likes)
    assert other.to_dict()["base"] == NEWER["base"] | {"likes": NEWER["base"]["likes"] * 2}


def test_newer_names_are_left_out_of_the_patch():
    newer = loaded(copy.deepcopy(NEWER))
    newer.base.firstName = "B"
    assert changes(newer) == {"base": {"firstName": "B"}}


# -- no aliasing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [dict, Properties, lambda values: Address(city=values["city"])])
def test_what_is_assigned_is_a_copy(customer, given):
    values = given({"city": "Metropolis"})
    customer.base.address = values
    assert customer.base.address is not values
    values["city"] = "Star City"
    assert customer.base.address.city == "Metropolis"
    customer.base.address.city = "Gotham"
    assert values["city"] == "Star City"


def test_a_list_that_is_assigned_is_a_copy_at_every_depth(customer):
    values = [{"x": [1]}]
    customer.extended.level = values
    values[0]["x"].append(2)
    values.append(3)
    assert customer.extended.level == [{"x": [1]}]
    customer.extended.level[0].x.append(4)
    assert values == [{"x": [1, 2]}, 3]


def test_parts_of_another_entity_are_copied(customer):
    other = loaded({"id": "c2", "base": None})
    other.base = customer.base
    other.tags = {"manual": customer.tags.manual}
    other.base.likes.append(customer.base.likes[0])
    other.base.likes[0].name = "x"
    other.base.contacts.phone = "1"
    other.tags.manual.append("d")
    customer.base.likes[0].id = "9"
    assert changes(customer) == {"base": {"likes": [{"id": "9", "name": "bats"}, {"id": "2", "name": "cars"}]}}
    assert [like.id for like in other.base.likes] == ["1", "2", "1"]


def test_one_element_put_in_twice_becomes_two(customer):
    like = customer.base.likes[0]
    customer.base.likes.append(like)
    customer.base.likes.append(like)
    customer.base.likes[-1].name = "x"
    assert [like.name for like in customer.base.likes] == ["bats", "cars", "bats", "x"]


def test_what_a_constructor_is_given_is_left_as_it_was():
    base = {"contacts": {"email": "a@b.c"}, "likes": [{"id": "1"}]}
    kept = copy.deepcopy(base)
    customer = Customer(base=base, externalId="e-1")
    customer.base.contacts.email = "x@y.z"
    customer.base.likes[0].name = "x"
    assert base == kept
    contacts = Contacts(email="a@b.c")
    assert Customer(base={"contacts": contacts}).base.contacts is not contacts


def test_plain_copies_share_nothing(customer, document):
    plain = customer.to_dict()
    plain["base"]["likes"][0]["name"] = "x"
    plain["extended"]["level"]["steps"][1].append(9)
    customer.tags.manual.to_list().append("x")
    customer.extended.to_dict()["level"]["name"] = "x"
    assert identical(document, DOCUMENT)
    assert changes(customer) == {}
    assert state_of(customer).committed is document
