"""Objects and parts that travel: copy, deepcopy, pickle; what they carry and what they leave behind."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacthub_orm.errors import DetachedInstanceError
from contacthub_orm.mapping import EntityField, Properties, inspect
from contacthub_orm.mapping.state import MOST_AWAITED, changes, expect, state_of
from contacthub_orm.models import Customer, Disclaimer, Event
from tests.mapping.loading import Owner, loaded, partly_loaded
from tests.mapping.reference import identical
from tests.strategies import MODERATE, customer_documents, edits

DOCUMENT = {
    "id": "c1",
    "nodeId": "n",
    "registeredAt": "2018-05-25T12:05:00.000+0000",
    "updatedAt": "2018-05-25T12:05:00.000+0000",
    "sourceInfo": {"registeredBy": "s"},
    "base": {"firstName": "Bruce", "contacts": {"phone": "1"}, "likes": [{"id": "1", "name": "bats"}]},
    "extended": {"level": {"name": "gold"}, "rows": [[1], {"x": 2}]},
    "tags": None,
}


class Loyalty(Properties):
    points = EntityField(int)


class Shopper(Customer):
    extended = EntityField(Loyalty)


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


@pytest.fixture
def owner():
    return Owner()


@pytest.fixture
def customer(owner):
    return loaded(copy.deepcopy(DOCUMENT), owner=owner)


# -- entities --------------------------------------------------------------------------------------------------------


def test_a_copy_is_new_with_the_same_content_and_nothing_of_the_servers(customer, owner):
    customer.base.firstName = "B"
    twin = copy.copy(customer)
    assert inspect(twin).transient
    assert twin.to_dict() == {
        "nodeId": "n",
        "base": DOCUMENT["base"] | {"firstName": "B"},
        "extended": DOCUMENT["extended"],
        "tags": None,
    }
    twin.base.likes[0].name = "x"
    twin.extended.rows[1].x = 3
    owner.heard.clear()
    assert changes(customer) == {"base": {"firstName": "B"}}
    customer.base.contacts.phone = "2"
    assert twin.base.contacts.phone == "1"


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickled])
def test_a_twin_is_detached_and_has_the_same_identity_content_and_edits(customer, owner, duplicate):
    customer.base.firstName = "B"
    del customer.extended.level
    customer.tags.manual.append("vip")
    twin = duplicate(customer)
    assert inspect(twin).detached
    assert inspect(twin).identity_key == ("customers", "c1")
    assert twin.to_dict() == customer.to_dict()
    assert changes(twin) == changes(customer)
    assert inspect(twin).committed == DOCUMENT

    owner.heard.clear()
    twin.base.likes[0].name = "x"
    twin.extended.rows.append(3)
    assert owner.heard == []
    assert customer.base.likes[0].name == "bats"
    assert list(customer.extended.rows[0]) == [1]


@MODERATE
@given(customer_documents, st.lists(edits, max_size=8))
def test_twins_of_edited_customers_send_the_same(document, script):
    customer = loaded(document)
    for edit in script:
        edit.perform(customer)
    for twin in (copy.deepcopy(customer), pickled(customer)):
        assert identical(changes(twin), changes(customer))
        assert identical(inspect(twin).committed, document)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickled])
def test_what_was_written_into_null_and_taken_back_is_no_edit_of_a_twin_either(customer, duplicate):
    customer.tags.manual.append("vip")
    customer.tags.manual.remove("vip")
    assert changes(duplicate(customer)) == {}
    assert "manual" not in str(copy.copy(customer).to_dict())


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickled])
def test_a_twin_of_a_new_object_is_new(duplicate):
    twin = duplicate(Customer(externalId="e", tags={"manual": ["vip"]}))
    assert inspect(twin).transient
    assert twin.to_dict() == {"externalId": "e", "tags": {"manual": ["vip"]}}


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickled])
def test_a_twin_is_of_the_same_class(duplicate):
    shopper = loaded({"id": "c1", "extended": {"points": 1}}, Shopper)
    twin = duplicate(shopper)
    assert type(twin) is Shopper
    assert type(twin.extended) is Loyalty


def test_objects_in_a_list_are_copied_once_and_references_to_one_stay_one(customer):
    first, second = copy.deepcopy([customer, customer])
    assert first is second
    first, second = pickled((customer, customer))
    assert first is second


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickled])
def test_a_twin_knows_that_it_was_deleted(customer, duplicate):
    state_of(customer).deleted = True
    assert inspect(duplicate(customer)).deleted


def test_nothing_of_the_session_is_in_a_pickle(customer):
    customer.base.firstName = "B"
    data = pickle.dumps(customer)
    assert b"Owner" not in data
    assert b"weakref" not in data


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickled])
def test_a_twin_of_a_partly_loaded_object_is_partly_loaded(duplicate):
    owner = Owner(copy.deepcopy(DOCUMENT))
    part = partly_loaded({"id": "c1"}, owner)
    part.base.lastName = "W"
    twin = duplicate(part)
    assert owner.loads == []
    assert changes(twin) == {"base": {"lastName": "W"}}
    with pytest.raises(DetachedInstanceError):
        _ = twin.base.firstName


def test_a_copy_of_a_partly_loaded_object_is_whole():
    owner = Owner(copy.deepcopy(DOCUMENT))
    part = partly_loaded({"id": "c1"}, owner)
    part.base.lastName = "W"
    twin = copy.copy(part)
    assert len(owner.loads) == 1
    assert (twin.base.firstName, twin.base.lastName) == ("Bruce", "W")


def test_an_event_that_is_edited_for_ever_does_not_grow():
    """Each edit is accepted and stored later; none was read again."""
    event = loaded({"id": "e1", "type": "loggedIn", "properties": {}}, Event)

    def size_after(edits):
        for _ in range(edits):
            expect(event)
        return len(pickle.dumps(event))

    assert size_after(MOST_AWAITED) == size_after(MOST_AWAITED)


def test_a_pickle_of_a_class_that_gained_a_field_is_read(monkeypatch):
    data = pickle.dumps(loaded({"id": "c1", "extended": {"points": 1}}, Shopper))

    class Wider(Loyalty):
        visits = EntityField(int)

    class WiderShopper(Customer):
        extended = EntityField(Wider)

    monkeypatch.setitem(globals(), "Shopper", WiderShopper)
    again = pickle.loads(data)
    assert type(again) is WiderShopper
    assert (again.extended.points, again.extended.visits) == (1, None)


# -- parts -----------------------------------------------------------------------------------------------------------


def test_parts_and_lists_are_pickled_as_plain_values(customer):
    assert type(pickled(customer.base)) is dict
    assert pickled(customer.base) == DOCUMENT["base"]
    assert type(pickled(customer.extended.rows)) is list
    assert pickled([customer.extended.rows, customer.tags.manual]) == [[[1], {"x": 2}], []]


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda part: part.copy()])
def test_a_copy_of_a_part_is_of_its_class_and_belongs_to_nobody(customer, owner, duplicate):
    contacts = duplicate(customer.base.contacts)
    assert type(contacts) is type(customer.base.contacts)
    contacts.phone = "2"
    extended = duplicate(customer.extended)
    extended.rows[1].x = 3
    assert owner.heard == []
    assert changes(customer) == {}
    customer.base.contacts.phone = "3"
    assert contacts.phone == "2"


def test_a_copy_of_a_part_shows_values_that_only_the_server_may_set():
    odd = loaded({"id": "c1", "base": {"timezone": "Mars/Olympus", "newThing": 1}})
    assert odd.base.copy().to_dict() == {"timezone": "Mars/Olympus", "newThing": 1}


def test_a_copy_of_a_list_is_a_plain_list(customer):
    likes = customer.base.likes
    shallow, deep = copy.copy(likes), copy.deepcopy(likes)
    assert type(shallow) is type(likes.copy()) is type(deep) is list
    assert shallow[0] is likes[0]
    assert deep == [{"id": "1", "name": "bats"}]
    shallow.clear()
    deep[0]["name"] = "x"
    assert changes(customer) == {}


# -- repr ------------------------------------------------------------------------------------------------------------


def test_a_repr_shows_names_and_never_values():
    customer = loaded(
        {
            "id": "c1",
            "externalId": "secret",
            "base": {"firstName": "secret"},
            "extended": {"a": "secret", "l": ["secret"]},
        }
    )
    customer.base.lastName = "secret"
    customer.extended.b = ["secret"]
    reprs = {
        customer: "<Customer id='c1', changed: base.lastName, extended.b>",
        Customer(externalId="secret"): "<Customer id=None>",
    }
    for entity, text in reprs.items():
        assert repr(entity) == str(entity) == text
    assert repr(customer.base) == "<Base (base): firstName, lastName>"
    assert repr(customer.base.address) == "<Address (base.address): empty>"
    assert repr(customer.extended) == "<Properties (extended): a, l, b>"
    assert repr(customer.extended.l) == "<TrackedList (extended.l): 1 items>"
    assert repr(Disclaimer(version="secret")) == "<Disclaimer: version>"
    assert repr(Properties(x="secret")) == "<Properties: x>"


def test_a_repr_never_loads():
    part = partly_loaded({"id": "c1"})
    part.base.lastName = "W"
    assert repr(part) == "<Customer id='c1', changed: base.lastName>"
    assert repr(part.extended) == "<Properties (extended): empty>"
    assert repr(part.base) == "<Base (base): lastName>"
