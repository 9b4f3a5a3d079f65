"""The asynchronous half of events: accepted ones are stored when they are due (contract 4.2, 4.5).

There is no timer: whatever is due is stored before the next request is answered, as of the moment when it was due.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from contacthub_orm.sandbox import dates
from contacthub_orm.sandbox.customers import record_of
from contacthub_orm.sandbox.document import Stamp, compose
from contacthub_orm.sandbox.event_store import Arrival, EventRecord
from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.wire import decode, encode

_MEMBERS = (
    "id",
    "customerId",
    "bringBackProperties",
    "type",
    "context",
    "date",
    "properties",
    "contextInfo",
    "registeredAt",
    "updatedAt",
    "tracking",
)
"""The members of an event in the order of the API; `registeredAt` and `updatedAt` are set when it is stored."""


def accept(hub: Hub, event_id: str, content: Mapping[str, Any], *, replaces: bool) -> None:
    """Take in a valid event that will be stored after the event delay; inside a transaction.

    Args:
        hub: the workspace.
        event_id: its id.
        content: the members that clients write.
        replaces: whether it takes the place of a stored event.
    """
    now, delay = hub.clock(), hub.settings.event_delay
    if delay:
        hub.store.events.expect(Arrival(now + delay, event_id, replaces, encode(content)))
    else:
        hub.store.events.forget_arrivals(event_id)
        _store(hub, event_id, content, now, replaces=replaces)


def catch_up(hub: Hub) -> None:
    """Store everything that is due."""
    if hub.clock() < hub.store.events.next_due:
        return
    with hub.store.transaction():
        for arrival in hub.store.events.take_due(hub.clock()):
            now = arrival.due or hub.clock()
            _store(hub, arrival.id, decode(arrival.document), now, replaces=arrival.replaces)


@attrs.frozen
class _Owner:
    """Whom an event belongs to: the id to show, whether that is a customer, and the node."""

    shown: str | None = None
    customer_id: str | None = None
    node: str | None = None


def _store(hub: Hub, event_id: str, content: Mapping[str, Any], now: float, *, replaces: bool) -> None:
    registered = updated = dates.from_milliseconds(round(now * 1000))
    if replaces:
        text = hub.store.events.document(event_id)
        if text is None:
            return  # deleted before the change was due
        existing = decode(text)
        registered = existing["registeredAt"]
        # Every write advances updatedAt, also with a clock that stands still.
        updated = dates.from_milliseconds(max(round(now * 1000), dates.to_milliseconds(existing["updatedAt"]) + 1))
    owner = _owner(hub, content, now)
    stamps = {"id": event_id, "customerId": owner.shown, "registeredAt": registered, "updatedAt": updated}
    document: dict[str, Any] = {name: stamps.get(name, content.get(name)) for name in _MEMBERS}
    record = EventRecord(
        id=event_id,
        customer_id=owner.customer_id,
        node=owner.node,
        type=document["type"],
        context=document["context"],
        date=document["date"],
        session=_session_of(content),
        document=encode(document),
    )
    store = hub.store.events.replace if replaces else hub.store.events.add
    store(record, now=now, delay=hub.settings.index_delay)


def _owner(hub: Hub, content: Mapping[str, Any], now: float) -> _Owner:
    bring_back = content.get("bringBackProperties")
    given = content.get("customerId")
    if given is not None:
        # The id of nobody is kept, and the event listed under nobody (contract 10.2 #32).
        home = hub.store.node_of(given)
        if home is not None:
            return _Owner(given, given, home)
        return _Owner(given, node=bring_back["nodeId"] if bring_back else None)
    if bring_back is None:
        return _Owner()
    node = bring_back["nodeId"]
    if bring_back["type"] == "SESSION_ID":
        found = hub.store.sessions.holder(node, bring_back["value"])
    else:
        found = _with_external_id(hub, node, bring_back["value"], now)
    return _Owner(found, found, node)


def _session_of(content: Mapping[str, Any]) -> str | None:
    """The session whose customer gets the event; an event with a customer id, be it of nobody, waits for none."""
    bring_back = content.get("bringBackProperties")
    if not bring_back or bring_back["type"] != "SESSION_ID" or content.get("customerId") is not None:
        return None
    return str(bring_back["value"])


def _with_external_id(hub: Hub, node: str, external_id: str, now: float) -> str:
    """The customer with an external id, made without anything else when there is none."""
    found = hub.store.with_external_id(node, external_id)
    if found is not None:
        return found
    moment = dates.from_milliseconds(round(now * 1000))
    stamp = Stamp(hub.ids(), node, moment, moment, hub.source_id, hub.source_id)
    record = record_of(hub, compose(stamp, {"externalId": external_id}))
    if record.match_key is not None and hub.settings.uniqueness != "NO_CHECK":
        holder = hub.store.holder(node, record.match_key)
        if holder is not None:
            return holder  # the same external id but for the case, where that does not count
    hub.store.put(record, now=now, delay=hub.settings.index_delay)
    return record.id
