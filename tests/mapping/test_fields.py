"""Declared fields: known and unknown names, open and closed parts, read-only members, absent, null and value."""

from __future__ import annotations

import copy

import pytest

from contacthub_orm.errors import ArgumentError, ReadOnlyFieldError, UnknownFieldError, ValidationError
from contacthub_orm.mapping import Entity, EntityField, Properties
from contacthub_orm.mapping.state import changes
from contacthub_orm.models import Contacts, Customer
from contacthub_orm.models.customer import SourceInfo
from tests.mapping.loading import loaded

# -- names that do not exist -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda: Customer.bass, "Customer has no field 'bass'; did you mean 'base'?"),
        (lambda: Customer.base.frstName, "has no field 'frstName'; did you mean 'firstName'?"),
        (lambda: Customer.base.contacts.otherContacts.tpye, "has no field 'tpye'; did you mean 'type'?"),
        (lambda: Customer.base.firstName.first, "Customer.base.firstName is a single value and has no member 'first'"),
        (lambda: Customer.base.firstName.startswith("B"), r"no member 'startswith'; .* by \.like\(pattern\)"),
        (lambda: Customer.base.firstName.ilike("b%"), r"no member 'ilike'; .* by \.like\(pattern\)"),
        (lambda: Customer.base.firstName.isnot(None), "no member 'isnot'; did you mean 'is_not'?"),
        (lambda: Customer.base.firstName.notin_(["B"]), "no member 'notin_'; did you mean 'not_in'?"),
        (lambda: Contacts.emial, "Contacts has no field 'emial'; did you mean 'email'?"),
        (
            lambda: Customer(node="n"),
            "Customer has no field 'node'; the session that the object is added to",
        ),
        (lambda: Customer(extneded={}), "Customer has no field 'extneded'; did you mean 'extended'?"),
        (lambda: Customer(base={"frstName": "x"}), r"Base \(base\) has no field 'frstName'; did you mean 'firstName'?"),
        (lambda: Contacts(emial="x"), r"Contacts \(new\) has no field 'emial'; did you mean 'email'?"),
        (lambda: setattr(Customer(), "exteranlId", "x"), "Customer has no field 'exteranlId'; did you mean"),
        (lambda: setattr(Customer().base, "frstName", "x"), r"Base \(base\) has no field 'frstName'; did you mean"),
        (lambda: setattr(Customer(), "base", {"contacts": {"emial": "x"}}), r"Contacts \(base.contacts\) has no field"),
        (lambda: delattr(Customer().base, "frstName"), r"Base \(base\) has no field 'frstName'; did you mean"),
        (lambda: Customer().base.likes.append({"nmae": "x"}), r"Like \(base.likes\[\]\) has no field 'nmae'"),
        (lambda: Customer(tags={"manuel": []}), r"Tags \(tags\) has no field 'manuel'; did you mean 'manual'?"),
        (lambda: setattr(Contacts(), "qqqqqqqq", "x"), "Contacts has no field 'qqqqqqqq' "),
    ],
)
def test_a_name_that_a_closed_part_lacks_is_refused_with_the_nearest_one(mistake, message):
    with pytest.raises(UnknownFieldError, match=message):
        mistake()


def test_reading_a_name_that_a_closed_part_lacks_is_an_attribute_error():
    with pytest.raises(AttributeError, match="frstName"):
        _ = Customer().base.frstName
    with pytest.raises(AttributeError, match="bass"):
        _ = Customer().bass
    assert getattr(Customer(), "bass", 5) == 5


def test_a_refused_name_leaves_the_object_as_it_was():
    customer = loaded({"id": "c1", "base": None})
    for edit in (lambda: setattr(customer.base, "x", 1), lambda: setattr(customer, "x", 1)):
        with pytest.raises(UnknownFieldError):
            edit()
    assert customer.to_dict() == {"id": "c1", "base": None}


def test_private_names_are_no_fields():
    for part in (Customer(), Customer().base, Customer().extended, Properties()):
        with pytest.raises(AttributeError):
            part._missing = 1
        with pytest.raises(AttributeError):
            _ = part._missing
    with pytest.raises(AttributeError):
        _ = Customer._missing


# -- open parts ------------------------------------------------------------------------------------------------------


def test_an_open_part_takes_any_name_as_attribute_and_as_item():
    extended = Customer().extended
    extended.points = 1
    extended["tier"] = {"name": "gold"}
    extended.tier.since = 2020
    assert (extended["points"], extended.tier["since"]) == (1, 2020)
    del extended.points
    del extended["tier"]["name"]
    assert extended == {"tier": {"since": 2020}}


def test_a_name_that_an_open_part_lacks_is_refused_with_the_nearest_one_on_reading():
    extended = Properties(points=1)
    for mistake in (lambda: extended.pionts, lambda: delattr(extended, "pionts")):
        with pytest.raises(UnknownFieldError, match="has no 'pionts'; did you mean 'points'"):
            mistake()
    with pytest.raises(KeyError, match="pionts"):
        _ = extended["pionts"]
    assert extended.get("pionts") is None
    assert not hasattr(extended, "pionts")


CLASHES = ["items", "keys", "get", "pop", "update", "copy", "to_dict", "clear", "values", "setdefault"]


@pytest.mark.parametrize("name", CLASHES)
def test_keys_that_are_spelt_like_a_method_are_reached_as_items(name):
    extended = Properties({name: 1})
    assert extended[name] == 1
    assert callable(getattr(extended, name))
    extended[name] = 2
    assert extended.to_dict() == {name: 2}
    for mistake in (lambda: setattr(extended, name, 3), lambda: delattr(extended, name)):
        with pytest.raises(UnknownFieldError, match=rf"'{name}' is a method .* reached as \['{name}'\]"):
            mistake()
    assert Customer.extended[name].path == f"extended.{name}"


@pytest.mark.parametrize(
    "name", ["_private", "__class__", "a.b", "", "with space", "é", "class", "self", "cls", "values"]
)
def test_odd_keys_are_reached_as_items(name):
    extended = Properties({name: 1})
    extended[name] += 1
    assert extended.to_dict() == {name: 2}
    assert name in extended
    del extended[name]
    assert extended == {}


def test_names_of_arguments_can_be_keywords():
    assert Properties(self=1, cls=2, values=3).to_dict() == {"self": 1, "cls": 2, "values": 3}


def test_unknown_keys_of_a_closed_part_are_reached_as_items():
    customer = loaded({"id": "c1", "base": {"newThing": {"x": 1}}})
    assert customer.base["newThing"].x == 1
    customer.base["newThing"].x = 2
    customer.base["newerThing"] = True
    assert changes(customer) == {"base": {"newThing": {"x": 2}, "newerThing": True}}


# -- declaring -------------------------------------------------------------------------------------------------------


class Tier(Properties):
    name = EntityField(str)


class Loyalty(Properties):
    points = EntityField(int)
    tier = EntityField(Tier)
    visits = EntityField(list[Tier])


class Extra(Loyalty):
    note = EntityField(str)


class Loose(Properties, open=True):
    points = EntityField(int)


class Shopper(Customer):
    extended = EntityField(Extra)


class LooseShopper(Customer):
    extended = EntityField(Loose)


def test_a_declared_part_is_checked_and_inherits_fields():
    shopper = Shopper(externalId="e-1", extended={"points": 1, "note": "x"})
    shopper.extended.tier.name = "gold"
    shopper.extended.visits.append(Tier(name="first"))
    assert isinstance(shopper.extended.visits[0], Tier)
    assert shopper.to_dict()["extended"] == {
        "points": 1,
        "note": "x",
        "tier": {"name": "gold"},
        "visits": [{"name": "first"}],
    }
    with pytest.raises(UnknownFieldError, match="did you mean 'points'"):
        shopper.extended.pionts = 1
    with pytest.raises(ValidationError, match=r"extended\.points: expects a whole number"):
        shopper.extended.points = "1"
    assert Shopper.extended.tier.name.path == "extended.tier.name"
    assert Shopper.extended.tier.name.entity is Shopper
    assert Customer.extended.tier.path == "extended.tier"


def test_a_class_that_is_kept_open_declares_and_takes_any_other_name():
    shopper = LooseShopper(extended={"points": 1, "other": [1]})
    shopper.extended.another = {"x": 1}
    assert shopper.extended.another.x == 1
    assert list(shopper.extended.other) == [1]
    assert LooseShopper.extended.anything.path == "extended.anything"
    with pytest.raises(ValidationError, match=r"extended\.points"):
        shopper.extended.points = "1"
    with pytest.raises(UnknownFieldError, match="has no 'oter'; did you mean 'other'"):
        _ = shopper.extended.oter


def test_a_subclass_without_fields_is_as_open_as_its_base():
    class Anything(Properties):
        pass

    class Closed(Tier):
        pass

    assert Anything(x=1).x == 1
    with pytest.raises(UnknownFieldError):
        Closed(x=1)


def test_a_part_of_another_class_is_held_to_the_declared_names():
    with pytest.raises(UnknownFieldError, match=r"Extra \(extended\) has no field 'x'"):
        Shopper(extended=Properties(x=1))
    assert Shopper(extended=Properties(points=1)).extended.points == 1
    assert Shopper(extended=Loyalty(points=1)).extended.note is None


@pytest.mark.parametrize("declared", [dict, list, set, bytes, None, "str", 5, list[dict], dict[str, int]])
def test_a_type_that_has_no_place_in_a_document_is_refused(declared):
    with pytest.raises(ArgumentError, match="EntityField cannot hold"):
        EntityField(declared)


@pytest.mark.parametrize("name", ["items", "to_dict", "_hidden", "copy"])
def test_a_field_cannot_hide_a_method(name):
    with pytest.raises(ArgumentError, match=f"Wrong.{name}"):
        type(Properties)("Wrong", (Properties,), {name: EntityField(str)})


# -- read-only members -----------------------------------------------------------------------------------------------


def served() -> Customer:
    return loaded({"id": "c1", "nodeId": "n", "registeredAt": None, "sourceInfo": {"registeredBy": "s1"}})


@pytest.mark.parametrize(
    "edit",
    [
        lambda c: setattr(c, "id", "x"),
        lambda c: setattr(c, "id", "c1"),
        lambda c: delattr(c, "id"),
        lambda c: delattr(c, "registeredAt"),
        lambda c: setattr(c, "sourceInfo", None),
        lambda c: setattr(c.sourceInfo, "registeredBy", "x"),
        lambda c: delattr(c.sourceInfo, "registeredBy"),
        lambda c: c.sourceInfo.__setitem__("registeredBy", "x"),
        lambda c: c.sourceInfo.__delitem__("registeredBy"),
        lambda c: c.sourceInfo.pop("registeredBy"),
        lambda c: c.sourceInfo.popitem(),
        lambda c: c.sourceInfo.clear(),
        lambda c: c.sourceInfo.update(registeredBy="x"),
        lambda c: c.sourceInfo.__ior__({"registeredBy": "x"}),
        lambda c: c.sourceInfo.setdefault("updatedBy", "x"),
    ],
)
def test_what_belongs_to_the_server_cannot_be_changed_by_any_way_in(edit):
    customer = served()
    with pytest.raises(ReadOnlyFieldError, match="is set by the server"):
        edit(customer)
    assert changes(customer) == {}


def test_what_is_fixed_when_the_object_is_made_is_not_said_to_be_the_servers():
    for edit in (lambda c: setattr(c, "nodeId", "n"), lambda c: delattr(c, "nodeId")):
        with pytest.raises(ReadOnlyFieldError, match="nodeId is fixed when the object is made"):
            edit(Customer(nodeId="m"))


def test_read_only_members_can_be_given_to_the_constructor():
    assert Customer(id="x", nodeId="n").id == "x"
    assert SourceInfo(registeredBy="x").registeredBy == "x"


# -- absent, null, value ---------------------------------------------------------------------------------------------


def test_absent_and_null_both_read_as_none():
    customer = loaded({"id": "c1", "base": {"firstName": None, "dob": None, "timezone": None}})
    assert customer.base.firstName is customer.base.lastName is customer.base.dob is customer.base.timezone is None
    assert "firstName" in customer.base
    assert "lastName" not in customer.base
    assert customer.extra is None


@pytest.mark.parametrize(
    "unset", [lambda c: delattr(c.base, "firstName"), lambda c: setattr(c.base, "firstName", None)]
)
def test_deleting_and_setting_to_none_both_unset_on_the_server(unset):
    customer = loaded({"id": "c1", "base": {"firstName": "Bruce", "lastName": "Wayne"}})
    unset(customer)
    assert customer.base.firstName is None
    assert changes(customer) == {"base": {"firstName": None}}


@pytest.mark.parametrize("value", ["", 0, False, [], {}])
def test_falsy_values_are_values(value):
    customer = loaded({"id": "c1", "extended": {}})
    customer.extended.x = value
    assert changes(customer) == {"extended": {"x": value}}
    assert customer.extended.x == value


def test_a_member_of_an_unexpected_kind_is_shown_as_it_is():
    document = {
        "id": "c1",
        "externalId": {"x": 1},
        "base": [1],
        "tags": {"manual": "vip", "auto": None},
        "consents": "none",
    }
    customer = loaded(copy.deepcopy(document))
    assert customer.externalId.x == 1
    assert list(customer.base) == [1]
    assert (customer.tags.manual, list(customer.tags.auto), customer.consents) == ("vip", [], "none")
    assert customer.to_dict() == document
    customer.base.append(2)
    customer.externalId.x = 2
    assert changes(customer) == {"base": [1, 2], "externalId": {"x": 2}}
    customer.base = {"firstName": "B"}
    assert customer.base.firstName == "B"


# -- entities --------------------------------------------------------------------------------------------------------


def test_entities_are_compared_by_identity_and_parts_by_content():
    one, other = Customer(externalId="e"), Customer(externalId="e")
    assert one != other
    assert len({one, other, one}) == 2
    assert Contacts(phone="1") == Contacts(phone="1") == {"phone": "1"}
    assert Contacts(phone="1") != Contacts(phone="2")
    assert Properties(x=1) != Properties(x=True)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Contacts())


def test_constructors_take_keywords_only_and_parts_also_a_mapping():
    with pytest.raises(TypeError):
        Customer({"externalId": "e"})
    assert Contacts({"phone": "1"}, fax="2") == {"phone": "1", "fax": "2"}
    assert Properties({"a": 1}, a=2) == {"a": 2}


def test_fields_of_an_own_entity_work_like_those_of_a_customer():
    class Store(Entity):
        __path__ = "stores"
        name = EntityField(str)
        opening = EntityField(Properties)

    store = Store(name="Main")
    store.opening.monday = ["9-12"]
    assert store.to_dict() == {"name": "Main", "opening": {"monday": ["9-12"]}}
    assert Store.opening.monday.path == "opening.monday"
    with pytest.raises(UnknownFieldError, match="Store has no field 'nmae'; did you mean 'name'"):
        store.nmae = "x"
