"""The classes Customer and Properties."""

from __future__ import annotations

import copy
from datetime import UTC, datetime

import pytest

from contacthub_orm import Customer, Event, Properties, Subscription, inspect
from contacthub_orm.errors import InvalidRequestError, OperationNotPermitted, UnknownFieldError


def test_customer_constructor(as_stated, sandbox, session):
    with as_stated:
        customer = Customer(externalId="02", base={"firstName": "Clark"})
    assert (customer.externalId, customer.base.firstName) == ("02", "Clark")
    session.add(customer)
    (operation,) = session.plan()
    assert operation.body["nodeId"] == sandbox.node_id


def test_customer_default_attributes(as_stated):
    with as_stated:
        customer = Customer()
        customer.base.address.geo.lat = 40
    assert customer.to_dict() == {"base": {"address": {"geo": {"lat": 40}}}}
    with pytest.raises(UnknownFieldError):
        Customer(default_attributes={"base": {}})


def test_customer_default_template(as_stated, session):
    with as_stated:
        customer = Customer()
        assert (list(customer.tags.manual), list(customer.tags.auto)) == ([], [])
        assert (len(customer.extended), len(customer.consents)) == (0, 0)
        customer.base.contacts.email = "myemail@example.com"
        session.add(customer)
        (operation,) = session.plan()
    assert operation.body == {"nodeId": session.node_id, "base": {"contacts": {"email": "myemail@example.com"}}}


def test_customer_from_dict(as_stated):
    given = {"externalId": "02", "base": {"contacts": {"email": "myemail@example.com"}}}
    with as_stated:
        customer = Customer.from_dict(given)
    assert customer.to_dict() == given


def test_customer_to_dict(as_stated, customer, document):
    expected = document()
    with as_stated:
        found = customer.to_dict()
    assert found == expected
    found["base"]["contacts"]["email"] = "another@example.com"
    assert customer.base.contacts.email == "bruce@example.com"


def test_customer_get_events(as_stated, customer, events):
    with as_stated:
        assert {event.id for event in customer.events} == set(events)
    assert (customer.events.count(), customer.events.exists(), customer.events.first().id in events) == (7, True, True)
    assert len(customer.events.filter(Event.type == Event.TYPES.VIEWED_PAGE).all()) == 3
    with pytest.raises(OperationNotPermitted):
        customer.events.append(Event(customer=customer))
    for read_as_a_list in (bool, len, lambda relation: relation[0]):
        with pytest.raises(TypeError, match=r"use customer\.events\."):
            read_as_a_list(customer.events)


@pytest.mark.parametrize("added", [False, True])
def test_customer_get_events_of_new(as_stated, session, added):
    customer = Customer(externalId="02")
    if added:
        session.add(customer)
    with as_stated, pytest.raises(InvalidRequestError):
        _ = customer.events
    assert issubclass(OperationNotPermitted, InvalidRequestError)


def test_customer_get_mutation_tracker(as_stated, customer):
    with as_stated:
        customer.base.contacts.email = "another@example.com"
        customer.extra = "other"
        customer.extra = "extra"
        assert customer.get_mutation_tracker() == {"base": {"contacts": {"email": "another@example.com"}}}


def test_customer_patch(as_stated, sandbox, session, customer):
    with as_stated:
        customer.base.contacts.email = "another@example.com"
        session.commit()
    assert sandbox.requests[-1].body == {"base": {"contacts": {"email": "another@example.com"}}}


def test_customer_post(as_stated, session, http):
    customer = Customer()
    customer.base.contacts = Properties(
        email="clark@example.com", fax="fax", otherContacts=[Properties(value="123", name="phone", type="MOBILE")]
    )
    customer.base.address = Properties(city="city", province="province", geo=Properties(lat=40, lon=100))
    with as_stated:
        session.add(customer)
        session.commit()
    found = http("GET", f"/customers/{customer.id}")["base"]
    assert found["contacts"]["otherContacts"] == [{"value": "123", "name": "phone", "type": "MOBILE"}]
    assert found["address"]["geo"] == {"lat": 40, "lon": 100}


def test_customer_post_force_update(as_stated, sandbox, session, stored, document):
    sandbox.configure(uniqueness="BLOCK")
    customer = Customer()
    customer.base.contacts.email = "bruce@example.com"
    customer.base.title = "Mr"
    assert list(customer.tags.manual) == []
    with as_stated:
        session.add(customer, force_update=True)
        session.commit()
    assert (customer.id, document()["base"]["title"]) == (stored, "Mr")
    assert document()["tags"] == {"manual": ["vip", "night"], "auto": ["a"]}


def test_customer_put(as_stated, sandbox, session, customer, document):
    before = document()
    with as_stated:
        customer.base.contacts.email = "another@example.com"
        session.replace(customer)
        session.commit()
    body = sandbox.requests[-1].body
    before["base"]["contacts"]["email"] = "another@example.com"
    before["updatedAt"] = document()["updatedAt"]
    assert document() == before
    assert {"registeredAt", "updatedAt", "sourceInfo"}.isdisjoint(body)


def test_customer_delete(as_stated, session, customer):
    with as_stated:
        session.delete(customer)
        session.commit()
    assert inspect(customer).deleted
    assert customer.base.firstName == "Bruce"


def test_customer_attributes(as_stated, customer):
    with as_stated:
        assert customer.base.contacts.email == "bruce@example.com"
        assert customer.extended.my_string == "text"
        assert customer.base.jobs[0].jobTitle == "first"
        assert customer.base.address.geo.lat is None


def test_customer_assignment(as_stated, session, customer, document):
    other = Properties(email="another@example.com")
    with as_stated:
        customer.extra = "new"
        customer.base.contacts = other
        customer.tags.manual = ["one"]
        customer.extended = {"my_int": 1, "my_object": Properties(key="value", k="v")}
        customer.consents = {"marketing": {"automatic": {"email": {"status": True, "limitation": False}}}}
        session.commit()
    found = document()
    assert (found["extra"], found["tags"]["manual"]) == ("new", ["one"])
    assert found["base"]["contacts"]["email"] == "another@example.com"
    assert found["base"]["contacts"]["phone"] is None
    assert found["extended"] == {"my_int": 1, "my_object": {"key": "value", "k": "v"}}
    assert found["consents"]["marketing"]["automatic"]["email"]["status"] is True
    other.email = "third@example.com"
    assert customer.base.contacts.email == "another@example.com"


def test_customer_list_plus_equals(as_stated, session, customer, document):
    with as_stated:
        customer.base.subscriptions += [Properties(id="id", name="name", type="type", kind=Subscription.KINDS.SERVICE)]
        session.commit()
    assert [child["id"] for child in document()["base"]["subscriptions"]] == ["s1", "id"]


def test_customer_list_methods(as_stated, session, customer, document):
    tags = customer.tags.manual
    with as_stated:
        tags.append("a")
        tags.insert(0, "b")
        tags.remove("vip")
        tags.reverse()
        assert tags.pop() == "b"
        tags[0] = "c"
        tags[1:1] = ["d"]
        del tags[-1]
        session.commit()
    assert document()["tags"]["manual"] == ["c", "d"]


def test_customer_class_attributes(as_stated):
    with as_stated:
        fields = [Customer.base.firstName, Customer.registeredAt, Customer.tags.manual]
    assert [field.path for field in fields] == ["base.firstName", "registeredAt", "tags.manual"]
    with pytest.raises(AttributeError, match="firstName"):
        _ = Customer.base.fristName


def test_properties_constructor(as_stated):
    with as_stated:
        properties = Properties(
            text="value",
            number=1,
            when=datetime(2026, 1, 2, tzinfo=UTC),
            inner=Properties(k="v"),
            many=[Properties(a=1)],
        )
    assert (properties.text, properties.inner.k, properties.many[0].a) == ("value", "v", 1)
    assert properties.to_dict()["when"].startswith("2026-01-02T00:00:00")


def test_properties_parent():
    assert Properties(parent="x", parent_attr="y").to_dict() == {"parent": "x", "parent_attr": "y"}
    with pytest.raises(TypeError):
        Properties.from_dict(parent=None, parent_attr=None, attributes={})


def test_properties_from_dict(as_stated):
    given = {"k": "v", "inner": {"many": [1, 2]}}
    with as_stated:
        properties = Properties.from_dict(given)
    assert properties.inner.many == [1, 2]
    assert given == {"k": "v", "inner": {"many": [1, 2]}}


def test_properties_to_dict(as_stated):
    with as_stated:
        found = Properties(k="v", inner=Properties(many=[Properties(a=1)])).to_dict()
    assert found == {"k": "v", "inner": {"many": [{"a": 1}]}}
    assert type(found["inner"]["many"][0]) is dict


def test_properties_update_tracking(customer):
    before = copy.deepcopy(customer.to_dict())
    customer.extended = Properties(my_string="text", my_new=Properties(a=1))
    assert customer.get_mutation_tracker() == {"extended": {"my_new": {"a": 1}}}
    assert before["extended"] == {"my_string": "text"}
