"""Events: what the node did with them, and the class."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contacthub_orm import Customer, Event, Properties
from contacthub_orm.errors import ValidationError

SUBSCRIBED = {
    "type": Event.TYPES.SERVICE_SUBSCRIBED,
    "context": Event.CONTEXTS.WEB,
    "properties": Properties(
        subscriberId="s_id",
        serviceId="service_id",
        serviceName="serviceName",
        startDate=datetime(2026, 1, 2, tzinfo=UTC),
        extraProperties=Properties(extra="extra"),
    ),
}


def test_node_add_event(as_stated, session, stored, http):
    event = Event(customerId=stored, **SUBSCRIBED)
    with as_stated:
        session.add(event)
        session.commit()
    found = http("GET", f"/events/{event.id}")
    assert (found["customerId"], found["type"]) == (stored, "serviceSubscribed")
    assert found["properties"]["extraProperties"] == {"extra": "extra"}


def test_node_add_event_session_id(as_stated, sandbox, session, http):
    value = session.create_session_id()
    event = Event(bringBackProperties=Properties(type="SESSION_ID", value=value), **SUBSCRIBED)
    with as_stated:
        session.add(event)
        session.commit()
    named = {"type": "SESSION_ID", "value": value, "nodeId": sandbox.node_id}
    assert sandbox.requests[-1].body["bringBackProperties"] == named
    assert http("GET", f"/events/{event.id}")["bringBackProperties"] == named


def test_node_add_event_external_id(as_stated, session, stored, http):
    event = Event(bringBackProperties={"type": "EXTERNAL_ID", "value": "01"}, **SUBSCRIBED)
    with as_stated:
        session.add(event)
        session.commit()
    assert http("GET", f"/events/{event.id}")["customerId"] == stored
    with pytest.raises(ValidationError, match="EXTERNAL_ID"):
        Event(bringBackProperties={"type": "externalId", "value": "01"}, **SUBSCRIBED)


def test_node_get_event(as_stated, session, events, stored):
    with as_stated:
        event = session.get(Event, events[0])
    assert (event.id, event.customerId, event.type) == (events[0], stored, Event.TYPES.LOGGED_IN)
    assert session.get(Event, events[0]) is event
    assert session.get(Event, "nothing") is None


def test_node_get_events(as_stated, session, events, stored):
    with as_stated:
        found = session.query(Event).filter(Event.customerId == stored).all()
    assert {event.id for event in found} == {event.id for event in session.get(Customer, stored).events} == set(events)


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        ([Event.type == Event.TYPES.VIEWED_PAGE], {1, 3, 5}),
        ([Event.type.in_([Event.TYPES.VIEWED_PAGE, Event.TYPES.LOGGED_IN])], {0, 1, 2, 3, 4, 5, 6}),
        ([Event.context == Event.CONTEXTS.MOBILE], {4, 5, 6}),
        ([Event.mode == Event.MODES.ACTIVE], {0, 1, 2, 3, 4, 5, 6}),
        ([Event.mode == Event.MODES.PASSIVE], set()),
        ([Event.date >= datetime(2026, 1, 3, tzinfo=UTC)], {2, 3, 4, 5, 6}),
        ([Event.date <= "2026-01-03T23:00:00Z"], {0, 1, 2}),
        (
            [
                Event.type == Event.TYPES.VIEWED_PAGE,
                Event.context == Event.CONTEXTS.WEB,
                Event.mode == Event.MODES.ACTIVE,
                Event.date >= datetime(2026, 1, 3, tzinfo=UTC),
                Event.date <= datetime(2026, 1, 7, tzinfo=UTC),
            ],
            {3},
        ),
    ],
    ids=["event_type", "several types", "context", "event_mode", "passive", "date_from", "date_to", "all"],
)
def test_node_get_events_filters(as_stated, session, events, stored, criteria, numbers):
    with as_stated:
        found = session.query(Event).filter(Event.customerId == stored, *criteria).all()
    assert {event.id for event in found} == {events[number] for number in numbers}


def test_node_get_events_page(as_stated, session, events, customer):
    with as_stated:
        page = customer.events.page(1, size=5)
    assert (len(page), page.page_number, page.total_elements) == (2, 1, 7)
    assert {event.id for event in page} < set(events)


def test_event_constructor(as_stated, session):
    customer = Customer(externalId="02")
    with as_stated:
        event = Event(customer=customer, **SUBSCRIBED, contextInfo=Properties(client=Properties(ip="127.0.0.1")))
    assert event.customer is customer
    assert (event.type, event.contextInfo.client.ip) == (Event.TYPES.SERVICE_SUBSCRIBED, "127.0.0.1")


def test_event_from_dict(as_stated):
    with as_stated:
        event = Event.from_dict({"customerId": "c-1", "type": "loggedIn", "context": "WEB", "properties": {}})
    assert (event.customerId, event.type) == ("c-1", Event.TYPES.LOGGED_IN)


def test_event_to_dict(as_stated):
    with as_stated:
        document = Event(customerId="c-1", **SUBSCRIBED).to_dict()
    assert document["properties"]["extraProperties"] == {"extra": "extra"}
    assert Event.from_dict(document).to_dict() == document


def test_event_post(as_stated, session, customer, http):
    event = Event(customer=customer, **SUBSCRIBED)
    with as_stated:
        session.add(event)
        session.commit()
    assert http("GET", f"/events/{event.id}")["customerId"] == customer.id


def test_event_mode(sandbox, session, customer):
    session.add(Event(customer=customer, mode=Event.MODES.ACTIVE, **SUBSCRIBED))
    (operation,) = session.plan()
    assert "mode" not in operation.body
    assert "mode=PASSIVE" in str(session.query(Event).filter(Event.mode == Event.MODES.PASSIVE))


def test_event_own_types(as_stated, session, customer):
    with as_stated:
        session.add(Event(customer=customer, type="myType", context="MY_CONTEXT", properties={"anything": [1]}))
        (operation,) = session.plan()
    assert (operation.body["type"], operation.body["context"]) == ("myType", "MY_CONTEXT")
    with pytest.raises(ValidationError, match="loggedIn"):
        Event(customer=customer, type="LoggedIn")
