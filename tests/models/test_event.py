"""The event model: what it accepts, refuses, and shows."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from contacthub_orm.errors import (
    ArgumentError,
    DetachedInstanceError,
    ReadOnlyFieldError,
    UnknownFieldError,
    ValidationError,
)
from contacthub_orm.mapping import Properties, inspect
from contacthub_orm.mapping.state import EntityState, hydrate, state_of
from contacthub_orm.models import Customer
from contacthub_orm.models.event import BringBackProperties, Event
from contacthub_orm.models.event_contexts import RetailContextInfo, Store
from contacthub_orm.models.event_properties import CompletedOrder, LoggedIn, ViewedPage, ViewedProduct
from contacthub_orm.models.event_properties_groups import Amount, OrderLine

RECORDED = {  # the shape of an event as the API gives it (contract 4.1)
    "id": "0b0f2c1e-0000-4000-8000-000000000001",
    "customerId": "c-1",
    "bringBackProperties": {"type": "EXTERNAL_ID", "value": "e-1", "nodeId": "n-1"},
    "type": "viewedPage",
    "context": "WEB",
    "date": "2017-03-09T11:31:31.842+0000",
    "properties": {"title": "Home", "url": "url", "extraProperties": {"a": 1}},
    "contextInfo": {"client": {"ip": "127.0.0.1", "userAgent": "browser"}},
    "registeredAt": "2017-03-09T11:31:32.000+0000",
    "tracking": None,
}


def loaded(**changes: Any) -> Event:
    """An event as it comes from the server."""
    document = {**RECORDED, **changes}
    return hydrate(Event, document, EntityState(document, ("events", document["id"])))


def known_customer(ident: str = "c-1") -> Customer:
    document = {"id": ident}
    return hydrate(Customer, document, EntityState(document, ("customers", ident)))


def order(**members: Any) -> Event:
    return Event(customerId="c-1", type=Event.TYPES.COMPLETED_ORDER, context=Event.CONTEXTS.WEB, **members)


# -- what it has -----------------------------------------------------------------------------------------------------


def test_an_event_is_made_of_nested_values():
    event = Event(
        customerId="c-1",
        type=Event.TYPES.SERVICE_SUBSCRIBED,
        context=Event.CONTEXTS.WEB,
        contextInfo=Properties(client=Properties(ip="127.0.0.1")),
        properties=Properties(serviceId="s", startDate=datetime(2026, 1, 2), extraProperties=Properties(extra="e")),
        date=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        tracking={"ga": {"utm_source": "newsletter"}},
    )
    assert event.to_dict() == {
        "customerId": "c-1",
        "type": "serviceSubscribed",
        "context": "WEB",
        "contextInfo": {"client": {"ip": "127.0.0.1"}},
        "properties": {
            "serviceId": "s",
            "startDate": "2026-01-02T00:00:00.000+0000",
            "extraProperties": {"extra": "e"},
        },
        "date": "2026-01-02T03:04:05.678+0000",
        "tracking": {"ga": {"utm_source": "newsletter"}},
    }


def test_a_recorded_event_is_read_with_dates_and_typed_parts():
    event = loaded()
    assert event.date == datetime(2017, 3, 9, 11, 31, 31, 842000, tzinfo=UTC)
    assert type(event.properties) is ViewedPage
    assert event.properties.extraProperties.a == 1
    assert event.contextInfo.client.ip == "127.0.0.1"
    assert event.bringBackProperties.nodeId == "n-1"
    assert event.tracking.ga.utm_source is None


def test_members_that_are_none_are_left_out():
    assert Event(type="loggedIn", date=None, contextInfo=None, mode=None).to_dict() == {"type": "loggedIn"}


@pytest.mark.parametrize("name", ["id", "registeredAt", "updatedAt", "mode"])
def test_what_the_server_or_the_type_decides_cannot_be_changed(name):
    with pytest.raises(ReadOnlyFieldError):
        setattr(loaded(), name, "x")


@pytest.mark.parametrize("name", ["sessionId", "externalId", "propertes"])
def test_unknown_members_are_refused(name):
    with pytest.raises(UnknownFieldError, match=name):
        Event(**{name: "x"})
    with pytest.raises(UnknownFieldError, match=name):
        setattr(Event(), name, "x")


def test_a_node_is_told_to_come_from_the_session():
    with pytest.raises(UnknownFieldError, match="the session that the object is added to says the node"):
        Event(node="n", type="loggedIn", context="WEB")


def test_the_mode_is_not_proposed_for_an_unknown_name():
    with pytest.raises(UnknownFieldError) as caught:
        Event(moed="ACTIVE")
    assert "did you mean" not in str(caught.value)


def test_the_mode_is_accepted_and_belongs_to_the_server():
    event = Event(type="loggedIn", mode=Event.MODES.ACTIVE)
    assert event.mode == "ACTIVE"
    assert "mode" in Event.__server_owned__
    with pytest.raises(ValidationError, match="EventMode"):
        Event(mode="active")


def test_class_access_gives_the_fields_that_filters_need():
    fields = [Event.customerId, Event.type, Event.context, Event.mode, Event.date, Event.properties.amount.total]
    assert [field.path for field in fields] == [
        "customerId", "type", "context", "mode", "date", "properties.amount.total",
    ]  # fmt: skip


# -- properties by type ----------------------------------------------------------------------------------------------


def test_properties_of_a_known_type_are_read_and_written_with_checks():
    event = order(properties={"orderId": "1"})
    event.properties.amount.total = 10
    event.properties.amount.local.currency = "EUR"
    event.properties.products.append({"id": "p", "quantity": 2, "type": "sale"})
    assert event.properties.amount.total == 10
    assert event.to_dict()["properties"] == {
        "orderId": "1",
        "amount": {"total": 10, "local": {"currency": "EUR"}},
        "products": [{"id": "p", "quantity": 2, "type": "sale"}],
    }


@pytest.mark.parametrize(
    ("write", "path"),
    [
        (lambda order: setattr(order, "orderId", 1), "properties.orderId"),
        (lambda order: setattr(order, "paymentMethod", "gold"), "properties.paymentMethod"),
        (lambda order: setattr(order.amount, "total", "10"), "properties.amount.total"),
        (lambda order: setattr(order.amount.local, "currency", "BYN"), "properties.amount.local.currency"),
        (lambda order: order.products.append({"quantity": "2"}), "properties.products"),
        (lambda order: setattr(order.products[0], "type", "gift"), "properties.products"),
    ],
)
def test_a_wrong_value_is_refused_where_it_is_set(write, path):
    event = order(properties={"products": [{}]})
    with pytest.raises(ValidationError, match=path.replace(".", r"\.")):
        write(event.properties)


def test_an_unknown_member_of_a_known_type_is_refused_with_a_hint_and_reached_as_an_item():
    event = order(properties={})
    with pytest.raises(UnknownFieldError, match="did you mean 'orderId'"):
        event.properties.orderid = "1"
    event.properties["newerThanThis"] = "1"
    assert event.to_dict()["properties"] == {"newerThanThis": "1"}


def test_extra_and_extended_properties_take_any_names():
    event = order()
    event.properties.extraProperties.colour = {"of_the_box": "red"}
    event.properties.extended = {"points": 3}
    assert event.to_dict()["properties"] == {
        "extraProperties": {"colour": {"of_the_box": "red"}},
        "extended": {"points": 3},
    }
    assert list(Event.check_document(event.to_dict())) == []


def test_properties_can_be_made_of_the_class_of_their_type():
    line = OrderLine(id="p", price=4.5, quantity=2, classifications=[{"key": "k", "value": "v"}])
    properties = CompletedOrder(orderId="1", amount=Amount(total=9), products=[line])
    event = order(properties=properties)
    assert event.properties == properties
    assert event.to_dict()["properties"]["products"][0]["price"] == 4.5
    with pytest.raises(UnknownFieldError, match="did you mean 'orderId'"):
        CompletedOrder(orderid="1")


def test_the_class_of_the_properties_can_be_asked_for():
    match order(properties={"orderId": "1"}).properties:
        case CompletedOrder() as completed:
            assert completed.orderId == "1"
        case other:
            pytest.fail(f"{type(other)} is not the class of the type")


def test_the_class_follows_the_type():
    event = Event(properties={"sku": "s"})
    event.properties.anything = 1
    del event.properties.anything
    event.type = Event.TYPES.VIEWED_PRODUCT
    assert type(event.properties) is ViewedProduct
    event.type = Event.TYPES.LOGGED_IN
    assert type(event.properties) is LoggedIn
    event.type = "poured"
    event.properties.beer = "pils"
    assert event.to_dict() == {"type": "poured", "properties": {"sku": "s", "beer": "pils"}}


def test_the_surroundings_follow_the_context():
    event = Event(context=Event.CONTEXTS.RETAIL, contextInfo=RetailContextInfo(store=Store(id="s", type="MALL")))
    event.contextInfo.salesAssistant.id = "a"
    assert event.contextInfo.to_dict() == {"store": {"id": "s", "type": "MALL"}, "salesAssistant": {"id": "a"}}
    event.context = Event.CONTEXTS.WEB
    with pytest.raises(UnknownFieldError, match="store"):
        event.contextInfo.store = {}
    event.context = "KIOSK"
    event.contextInfo.floor = 3
    assert event.contextInfo.floor == 3


# -- whose it is -----------------------------------------------------------------------------------------------------


def test_an_event_of_a_known_customer_has_its_id():
    customer = known_customer()
    event = Event(customer=customer, type="loggedIn")
    assert event.customer is customer
    assert event.to_dict() == {"customerId": "c-1", "type": "loggedIn"}


def test_an_event_of_a_new_customer_keeps_the_object():
    customer = Customer(externalId="e-1")
    event = Event(customer=customer)
    assert event.customer is customer
    assert state_of(event).parent is customer
    assert event.customerId is None


def test_another_customer_id_is_another_customer():
    event = Event(customer=known_customer())
    event.customerId = "c-2"
    with pytest.raises(DetachedInstanceError, match="customer is not loaded"):
        _ = event.customer


def test_the_customer_of_an_anonymous_event_is_none():
    assert Event(bringBackProperties={"type": "SESSION_ID", "value": "s"}).customer is None


@pytest.mark.parametrize("wrong", ["c-1", {"id": "c-1"}, Event()])
def test_only_a_customer_is_taken_for_one(wrong):
    with pytest.raises(ArgumentError, match="an id goes into customerId"):
        Event(customer=wrong)


def test_two_customers_are_one_too_many():
    customer = known_customer()
    assert Event(customer=customer, customerId="c-1").customerId == "c-1"
    for other in (customer, Customer()):
        with pytest.raises(ArgumentError, match="name two customers"):
            Event(customer=other, customerId="c-2")


def test_a_copy_is_a_new_event_of_the_same_customer():
    customer = Customer(externalId="e-1")
    twin = copy.copy(Event(customer=customer, type="loggedIn", properties={}))
    assert twin.customer is customer
    assert twin.to_dict() == {"type": "loggedIn", "properties": {}}
    assert "id" not in copy.copy(loaded()).to_dict()


def test_bring_back_properties_are_closed_and_checked():
    event = Event(bringBackProperties=BringBackProperties(type="EXTERNAL_ID", value="e-1"))
    with pytest.raises(ValidationError, match=r"bringBackProperties.type: .*did you mean 'EXTERNAL_ID'"):
        event.bringBackProperties = {"type": "externalId", "value": "e-1"}
    with pytest.raises(UnknownFieldError):
        event.bringBackProperties.sessionId = "s"
    with pytest.raises(ValidationError, match="value: must not be empty"):
        event.bringBackProperties.value = ""


@pytest.mark.parametrize(
    ("named", "node"),
    [({"type": "SESSION_ID", "value": "s"}, "n-1"), ({"type": "SESSION_ID", "value": "s", "nodeId": "other"}, "other")],
)
def test_the_session_names_the_node_of_bring_back_properties_that_name_none(named, node):
    body = {"bringBackProperties": named, "type": "loggedIn"}
    assert Event.fill_body(body, "n-1")["bringBackProperties"] == {**named, "nodeId": node}
    assert "nodeId" not in Event.fill_body({"type": "loggedIn"}, "n-1")
    assert body["bringBackProperties"] is named


def test_an_edit_of_a_loaded_event_is_tracked():
    event = loaded()
    event.properties.title = "Start"
    assert inspect(event).diff() == {"properties": {"title": "Start"}}
