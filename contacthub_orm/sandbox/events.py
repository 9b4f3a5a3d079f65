"""The event endpoints (contract 2.4, 4, 6.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contacthub_orm.sandbox import dates, problems
from contacthub_orm.sandbox.arrivals import accept
from contacthub_orm.sandbox.bodies import json_object
from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.messages import Request, Response, json_response, text_response
from contacthub_orm.sandbox.wire import decode


def read(hub: Hub, request: Request, event_id: str) -> Response:
    """GET /events/{id}: 404 until the event is stored."""
    return text_response(200, _stored(hub, event_id))


def create(hub: Hub, request: Request) -> Response:
    """POST /events: checked at once, stored later."""
    content = _content(hub, request)
    event_id = hub.ids()
    with hub.store.transaction():
        content.setdefault("date", dates.from_milliseconds(hub.milliseconds()))
        accept(hub, event_id, content, replaces=False)
    return json_response(202, {"id": event_id})


def replace(hub: Hub, request: Request, event_id: str) -> Response:
    """PUT /events/{id}: what the body does not have becomes unset, but for the date and what the server fills in."""
    content = _content(hub, request, replaces=event_id)
    with hub.store.transaction():
        existing = decode(_stored(hub, event_id))
        content.setdefault("date", existing["date"])
        accept(hub, event_id, content, replaces=True)
    # What was accepted, with the stamps of what is stored still: the new ones are made when it is stored.
    accepted = {**{name: existing[name] for name in ("id", "registeredAt", "updatedAt")}, **content}
    return json_response(202, {name: accepted[name] for name in existing if name in accepted})


def delete(hub: Hub, request: Request, event_id: str) -> Response:
    """DELETE /events/{id}: 204 without a body."""
    with hub.store.transaction():
        _stored(hub, event_id)
        hub.store.events.remove(event_id, now=hub.clock(), delay=hub.settings.index_delay)
    return Response(204)


def _stored(hub: Hub, event_id: str) -> str:
    text = hub.store.events.document(event_id)
    if text is None:
        raise problems.not_found("event", event_id)
    return text


def _content(hub: Hub, request: Request, *, replaces: str | None = None) -> dict[str, Any]:
    """What a request says of an event."""
    content = hub.event_rules.read(json_object(request), replaces=replaces)
    bring_back = content.get("bringBackProperties")
    if bring_back:
        hub.require_node(bring_back["nodeId"])
    content["contextInfo"] = _surroundings(request, content.get("contextInfo") or {})
    return content


def _surroundings(request: Request, given: Mapping[str, Any]) -> dict[str, Any]:
    """The context of an event, with what its request tells of the client where that is missing."""
    told = {"userAgent": request.header("user-agent"), "ip": request.address}
    seen = {name: value for name, value in told.items() if value}
    client = given.get("client")
    if not seen or not isinstance(client, dict | None):  # contexts of the workspace's own may have anything there
        return dict(given)
    return {**given, "client": {**seen, **(client or {})}}
