"""Views: one object per part, which keeps its root alive, follows its part, and leaves no garbage behind."""

from __future__ import annotations

import copy
import gc
import weakref

import pytest

from contacthub_orm.mapping import EntityField, Properties
from contacthub_orm.mapping.state import changes, discard_changes, rebase, replace_document, settle, snapshot
from contacthub_orm.models import Customer
from tests.mapping.loading import Owner, loaded

DOCUMENT = {
    "id": "c1",
    "base": {
        "firstName": "Bruce",
        "contacts": {"email": "b@w.com", "mobileDevices": [{"name": "x"}, {"name": "y"}]},
        "likes": [{"id": "1", "name": "bats"}, {"id": "2", "name": "cars"}, {"id": "3", "name": "nights"}],
    },
    "extended": {"level": {"name": "gold"}, "rows": [[1], [2], {"n": 3}], "orders": [{"id": 1}, {"id": 1, "n": 2}]},
    "tags": {"auto": [], "manual": ["a", "b"]},
}


@pytest.fixture
def customer():
    return loaded(copy.deepcopy(DOCUMENT))


# -- one object per part ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "read",
    [
        lambda c: c.base,
        lambda c: c.base.contacts,
        lambda c: c.tags.manual,
        lambda c: c.base.likes[1],
        lambda c: c.extended.level,
        lambda c: c.extended.rows[0],
        lambda c: c.base.address,
        lambda c: c.consents.softSpam,
    ],
)
def test_a_part_is_read_as_the_same_object_every_time(customer, read):
    first = read(customer)
    assert read(customer) is first
    customer.base.firstName = "B"
    customer.tags.manual.append("c")
    assert read(customer) is first


def test_items_attributes_and_iteration_give_the_same_object(customer):
    base = customer.base
    assert base["contacts"] is base.contacts
    assert customer.extended["level"] is customer.extended.level
    likes = list(base.likes)
    assert all(like is base.likes[index] for index, like in enumerate(likes))
    assert base.likes[-1] is base.likes[:][2] is next(reversed(base.likes)) is likes[2]


def test_elements_stay_themselves_when_the_list_is_rearranged(customer):
    likes = customer.base.likes
    bats, cars, nights = likes
    likes.insert(0, {"id": "0", "name": "alleys"})
    likes.reverse()
    likes.sort(key=lambda like: like.name)
    del likes[0]
    assert [like is other for like, other in zip(likes, (bats, cars, nights), strict=True)] == [True] * 3
    cars.name = "boats"
    assert [like.name for like in likes] == ["bats", "boats", "nights"]


def test_an_element_that_was_changed_stays_itself_when_the_list_is_rearranged(customer):
    likes = customer.base.likes
    bats = likes[0]
    bats.name = "owls"
    likes.reverse()
    assert likes[2] is bats
    bats.name = "bats"
    likes.reverse()
    assert changes(customer) == {}


# -- the root is kept alive ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("read", [lambda c: c.base.contacts, lambda c: c.base.likes[0], lambda c: c.base.address.geo])
def test_a_part_in_hand_keeps_its_entity_alive(read):
    owner = Owner()
    customer = loaded(copy.deepcopy(DOCUMENT), owner=owner)
    alive, part = weakref.ref(customer), read(customer)
    del customer
    gc.collect()
    assert alive() is not None
    part["name"] = "x"
    assert owner.heard == [alive()]


# -- no garbage ------------------------------------------------------------------------------------------------------


def read_everything(customer: Customer) -> None:
    for name in ("base", "extended", "tags", "consents"):
        part = getattr(customer, name)
        for value in part.values():
            list(value) if hasattr(value, "__iter__") else None
    assert [like.name for like in customer.base.likes]
    assert customer.base.contacts.email
    assert customer.base.address.geo.lat is None
    assert customer.to_dict()


@pytest.mark.parametrize("edit", [lambda c: None, lambda c: c.tags.manual.append("c"), lambda c: c.base.likes.clear()])
def test_reading_and_editing_leave_nothing_to_the_garbage_collector(edit):
    gc.collect()
    gc.disable()
    try:
        for _ in range(50):
            customer = loaded(copy.deepcopy(DOCUMENT))
            read_everything(customer)
            edit(customer)
        alive = weakref.ref(customer)
        del customer
        assert alive() is None, "the entity is part of a reference cycle"
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_clean_entity_goes_with_its_last_reference_while_the_session_lives():
    owner = Owner()
    customer = loaded(copy.deepcopy(DOCUMENT), owner=owner)
    part = customer.base.contacts
    alive = weakref.ref(customer)
    del customer, part
    assert alive() is None


# -- what was replaced is cut off ------------------------------------------------------------------------------------


def test_a_list_that_was_replaced_no_longer_belongs_to_the_entity(customer):
    old = customer.tags.manual
    customer.tags.manual = ["x"]
    old.append("c")
    assert list(old) == ["a", "b", "c"]
    assert list(customer.tags.manual) == ["x"]
    assert changes(customer) == {"tags": {"manual": ["x"]}}


@pytest.mark.parametrize(
    ("take", "remove"),
    [
        (lambda c: c.base.contacts, lambda c: setattr(c.base, "contacts", {"email": "b@w.com"})),
        (lambda c: c.base.contacts, lambda c: delattr(c.base, "contacts")),
        (lambda c: c.base.contacts, lambda c: setattr(c, "base", None)),
        (lambda c: c.extended.level, lambda c: c.extended.pop("level")),
        (lambda c: c.extended.level, lambda c: c.extended.clear()),
        (lambda c: c.extended.level, lambda c: setattr(c.extended, "level", "gold")),
        (lambda c: c.base.likes[0], lambda c: c.base.likes.pop(0)),
        (lambda c: c.base.likes[0], lambda c: c.base.likes.__setitem__(0, {"id": "1"})),
        (lambda c: c.base.likes[0], lambda c: c.base.likes.__setitem__(slice(None), [])),
        (lambda c: c.base.likes[0], lambda c: c.base.likes.clear()),
        (lambda c: c.base.likes[0], lambda c: setattr(c.base, "likes", [])),
        (lambda c: c.extended.rows[2], lambda c: c.extended.rows.remove({"n": 3})),
    ],
)
def test_what_is_no_longer_in_the_document_lives_on_by_itself(customer, take, remove):
    part = take(customer)
    content = part.to_dict()
    remove(customer)
    patch = changes(customer)
    assert part.to_dict() == content
    part["name"] = "changed"
    assert part["name"] == "changed"
    assert changes(customer) == patch


def test_what_was_popped_can_be_put_elsewhere(customer):
    like = customer.base.likes.pop(0)
    other = loaded({"id": "c2"})
    other.base.likes.append(like)
    like.name = "x"
    assert other.base.likes[0].name == "bats"


# -- views follow the document ---------------------------------------------------------------------------------------


def served(**base) -> dict:
    document = copy.deepcopy(DOCUMENT)
    document["base"].update(base)
    return document


def test_views_follow_a_rollback(customer):
    contacts, manual, bats, level = (
        customer.base.contacts,
        customer.tags.manual,
        customer.base.likes[0],
        customer.extended.level,
    )
    contacts.email, bats.name, level.name = "x@y.z", "x", "x"
    manual.append("c")
    discard_changes(customer)
    assert (contacts.email, list(manual), bats.name, level.name) == ("b@w.com", ["a", "b"], "bats", "gold")
    contacts.email, bats.name = "new@y.z", "owls"
    manual.append("d")
    assert changes(customer) == {
        "base": {
            "contacts": {"email": "new@y.z"},
            "likes": [{"id": "1", "name": "owls"}, *DOCUMENT["base"]["likes"][1:]],
        },
        "tags": {"manual": ["a", "b", "d"]},
    }
    assert customer.base.contacts is contacts
    assert customer.base.likes[0] is bats


def test_views_follow_a_refresh(customer):
    contacts, likes, cars = customer.base.contacts, customer.base.likes, customer.base.likes[1]
    cars.name = "unsent"
    replace_document(customer, served(contacts={"email": "new@w.com"}, likes=[{"id": "2", "name": "boats"}]))
    assert contacts.email == "new@w.com"
    assert likes[0] is cars
    assert cars.name == "boats"
    assert changes(customer) == {}


def test_views_follow_a_commit(customer):
    contacts, likes, cars = customer.base.contacts, customer.base.likes, customer.base.likes[1]
    cars.name = "boats"
    answer = served(likes=[{"id": "1"}, {"id": "2", "name": "boats", "createdTime": None}])
    settle(customer, answer, snapshot(customer))
    assert likes[1] is cars
    assert cars.to_dict() == {"id": "2", "name": "boats", "createdTime": None}
    contacts.email = "x@y.z"
    cars.name = "ships"
    assert changes(customer) == {
        "base": {"contacts": {"email": "x@y.z"}, "likes": [{"id": "1"}, answer["base"]["likes"][1] | {"name": "ships"}]}
    }


def test_views_follow_a_fresher_document_below_their_unsent_edits(customer):
    contacts = customer.base.contacts
    contacts.email = "x@y.z"
    rebase(customer, served(firstName="B", contacts={"email": "b@w.com", "phone": "1"}))
    assert (contacts.email, contacts.phone, customer.base.firstName) == ("x@y.z", "1", "B")
    assert changes(customer) == {"base": {"contacts": {"email": "x@y.z"}}}


def test_a_view_of_what_the_server_no_longer_has_is_empty_and_can_be_written_again(customer):
    contacts, manual = customer.base.contacts, customer.tags.manual
    replace_document(customer, {"id": "c1", "base": {"contacts": None}, "tags": None})
    assert contacts.email is None
    assert list(manual) == []
    contacts.phone = "1"
    manual.append("x")
    assert changes(customer) == {"base": {"contacts": {"phone": "1"}}, "tags": {"manual": ["x"]}}


def test_a_view_of_what_is_of_another_kind_now_is_cut_off(customer):
    level, row = customer.extended.level, customer.extended.rows[0]
    replace_document(customer, {"id": "c1", "extended": {"level": "gold", "rows": [{"n": 1}]}})
    level.name = "x"
    row.append(5)
    assert customer.extended.to_dict() == {"level": "gold", "rows": [{"n": 1}]}


def test_elements_without_ids_follow_by_position(customer):
    first, second = customer.base.contacts.mobileDevices
    replace_document(customer, served(contacts={"mobileDevices": [{"name": "x2"}, {"name": "y2"}, {"name": "z"}]}))
    assert (first.name, second.name) == ("x2", "y2")


def test_elements_without_ids_follow_themselves_through_a_rollback(customer):
    devices = customer.base.contacts.mobileDevices
    first, second = devices
    devices.insert(0, {"name": "new"})
    devices.reverse()
    discard_changes(customer)
    assert (first.name, second.name) == ("x", "y")
    assert (devices[0] is first, devices[1] is second) == (True, True)


def test_elements_with_the_same_id_stay_apart(customer):
    first, second = customer.extended.orders
    first.n = 1
    discard_changes(customer)
    assert (first.get("n"), second.n) == (None, 2)
    first.n, second.n = 5, 6
    assert changes(customer) == {"extended": {"orders": [{"id": 1, "n": 5}, {"id": 1, "n": 6}]}}
    settle(customer, served(), snapshot(customer))
    assert (customer.extended.orders[0] is first, customer.extended.orders[1] is second) == (True, True)


# -- classes of the user's -------------------------------------------------------------------------------------------


class Greeting:
    @property
    def greeting(self) -> str:
        return f"Dear {self.firstName}"


class PoliteBase(Greeting, type(Customer().base)):
    pass


class PoliteCustomer(Greeting, Customer):
    base = EntityField(PoliteBase)

    @property
    def firstName(self) -> str:
        return self.base.firstName


def test_a_mixin_with_a_layout_of_its_own_can_be_mapped():
    customer = loaded(copy.deepcopy(DOCUMENT), PoliteCustomer)
    assert customer.greeting == customer.base.greeting == "Dear Bruce"
    customer.base.firstName = "B"
    assert changes(customer) == {"base": {"firstName": "B"}}
    assert customer.base is customer.base
    assert PoliteCustomer(base={"firstName": "C"}).greeting == "Dear C"


def test_a_declared_extended_part_is_of_its_class_and_compares_by_content():
    class Level(Properties):
        name = EntityField(str)

    class Loyalty(Properties):
        level = EntityField(Level)

    class Shopper(Customer):
        extended = EntityField(Loyalty)

    shopper = loaded(copy.deepcopy(DOCUMENT), Shopper)
    assert isinstance(shopper.extended.level, Level)
    assert shopper.extended.level == Level(name="gold") == {"name": "gold"}
    shopper.extended.level.name = "silver"
    assert changes(shopper) == {"extended": {"level": {"name": "silver"}}}
