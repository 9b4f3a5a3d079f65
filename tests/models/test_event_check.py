"""Event.check_document: what would be refused is found before it is sent."""

from __future__ import annotations

from typing import Any

import pytest

from contacthub_orm.models.event import Event
from contacthub_orm.models.event_types import EventContext, EventType

REQUIRED = {  # members that contract 4.3 marks with `*`
    "addedReward": {"rewardAmount": 1, "rewardTypeId": "r"},
    "removedReward": {"rewardAmount": 1, "rewardTypeId": "r"},
    "grantedCoupon": {"totalAmount": 5, "startValidityDate": "2026-01-01T00:00:00.000+0000"},
}
NODE = {"nodeId": "n-1"}


def body(**members: Any) -> dict[str, Any]:
    return {"customerId": "c-1", "type": "completedOrder", "context": "WEB", "properties": {}, **members}


def problems(document: dict[str, Any]) -> dict[str, str]:
    return dict(Event.check_document(document))


@pytest.mark.parametrize("kind", list(EventType))
def test_every_type_takes_an_event_with_nothing_but_what_is_required(kind):
    assert problems(body(type=kind.value, properties=REQUIRED.get(kind, {}))) == {}


@pytest.mark.parametrize("context", list(EventContext))
def test_every_context_takes_an_event(context):
    assert problems(body(context=context.value, contextInfo={"client": {"ip": "127.0.0.1"}})) == {}


@pytest.mark.parametrize("name", ["type", "context", "properties"])
def test_type_context_and_properties_are_required(name):
    document = body()
    del document[name]
    assert problems(document) == {name: "is required"}


def test_an_event_says_whose_it_is():
    document = body()
    del document["customerId"]
    assert list(problems(document)) == ["customerId"]
    assert problems({**document, "bringBackProperties": {"type": "SESSION_ID", "value": "s", **NODE}}) == {}


def test_an_event_that_the_server_has_may_belong_to_nobody():
    document = {**body(id="e-1", registeredAt="2026-01-01T00:00:00.000+0000", updatedAt="2026-01-01T00:00:00.000+0000")}
    del document["customerId"]
    assert problems(document) == {}


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"sessionId": "s"}, "sessionId"),
        ({"date": "yesterday"}, "date"),
        ({"date": "2026-01-01"}, "date"),
        ({"customerId": ""}, "customerId"),
        ({"type": "CompletedOrder"}, "type"),
        ({"context": "web"}, "context"),
        ({"properties": []}, "properties"),
        ({"properties": {"orderid": "1"}}, "properties.orderid"),
        ({"properties": {"orderId": 1}}, "properties.orderId"),
        ({"properties": {"type": "gift"}}, "properties.type"),
        ({"properties": {"amount": {"local": {"currency": "BYN"}}}}, "properties.amount.local.currency"),
        ({"properties": {"products": [{}, {"price": "1"}]}}, "properties.products[1].price"),
        ({"properties": {"products": [{"classifications": [{"key": "k"}]}]}},
         "properties.products[0].classifications[0].value"),
        ({"properties": {"extraProperties": "free"}}, "properties.extraProperties"),
        ({"type": "addedReward", "properties": {"rewardAmount": -1, "rewardTypeId": "r"}}, "properties.rewardAmount"),
        ({"type": "addedReward", "properties": {"rewardAmount": 1}}, "properties.rewardTypeId"),
        ({"type": "eventInvited", "properties": {"eventDate": "soon"}}, "properties.eventDate"),
        ({"type": "campaignOpened", "properties": {"channel": "IM"}}, "properties.channel"),
        ({"type": "campaignSent", "properties": {"contents": [{"type": "IMG", "products": [{}]}]}},
         "properties.contents[0].products[0].id"),
        ({"contextInfo": {"device": {}}}, "contextInfo.device"),
        ({"contextInfo": {"user": {"username": "u"}}}, "contextInfo.user.id"),
        ({"contextInfo": {"client": {"localization": {"geo": {"lat": 91}}}}},
         "contextInfo.client.localization.geo.lat"),
        ({"context": "RETAIL", "contextInfo": {"store": {"geo": {"lat": 41.9}}}}, "contextInfo.store.geo.lon"),
        ({"context": "RETAIL", "contextInfo": {"store": {"type": "KIOSK"}}}, "contextInfo.store.type"),
        ({"tracking": {"ga": {"utm_color": "x"}}}, "tracking.ga.utm_color"),
        ({"bringBackProperties": {"type": "EXTERNAL_ID", "value": "e"}}, "bringBackProperties.nodeId"),
        ({"bringBackProperties": {"type": "externalId", "value": "e", **NODE}}, "bringBackProperties.type"),
        ({"bringBackProperties": {"type": "EXTERNAL_ID", "value": "", **NODE}}, "bringBackProperties.value"),
    ],
)  # fmt: skip
def test_a_fault_has_its_path(members, path):
    assert list(problems(body(**members))) == [path]


def test_all_faults_are_found_at_once():
    found = problems(body(type="addedReward", properties={"rewardAmount": -1, "more": 1}, tracking={"gb": {}}, x=1))
    assert set(found) == {
        "properties.rewardAmount", "properties.more", "properties.rewardTypeId", "tracking.gb", "x",
    }  # fmt: skip


def test_properties_of_a_type_of_ones_own_are_not_looked_into():
    assert problems(body(type="poured", properties={"orderId": 1, "amount": "much"})) == {}


def test_surroundings_in_a_context_of_ones_own_are_not_looked_into():
    assert problems(body(context="KIOSK", contextInfo={"client": 1, "floor": {"n": 3}})) == {}


def test_other_members_of_an_event_of_ones_own_are_checked():
    assert set(problems(body(type="poured", context="KIOSK", date="soon", tracking=1))) == {"date", "tracking"}


def test_members_of_the_enumerations_count_as_their_texts():
    document = body(type=EventType.LOGGED_IN, context=EventContext.WEB, properties={"a": 1}, contextInfo={"b": 1})
    assert set(problems(document)) == {"properties.a", "contextInfo.b"}
