"""/configuration/events: the types of events, with the schema of their properties (contract 2.6, 4.3)."""

from __future__ import annotations

from typing import Any

import attrs

from contacthub_orm.models.event_properties import EVENT_PROPERTIES
from contacthub_orm.models.event_types import EventType
from contacthub_orm.sandbox.configuration import PAGE_SIZE, checked_body, closed, switched
from contacthub_orm.sandbox.event_schema import EVENT_TYPES
from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.labels import label, published
from contacthub_orm.sandbox.messages import Request, Response, json_response
from contacthub_orm.sandbox.paging import wanted_page
from contacthub_orm.sandbox.parameters import Parameters
from contacthub_orm.sandbox.problems import not_found
from contacthub_orm.sandbox.schema import Schema
from contacthub_orm.sandbox.wire import encode

_OPEN: Schema = {"type": "object"}
_ANY = {"type": ["object", "string", "null"]}
_EVENT_TYPE = closed(
    "enabled",
    enabled={"type": "boolean"},
    **dict.fromkeys(("id", "type", "mode", "label", "description", "propertiesSchema"), _ANY),
)


def list_event_types(hub: Hub, request: Request) -> Response:
    """GET /configuration/events: in pages of 20, those of the workspace's own included."""
    page = wanted_page(Parameters(request), clamp=hub.settings.clamp_size, default=PAGE_SIZE)
    names = sorted(hub.event_rules.modes)
    wanted = names[page.offset : page.offset + page.size]
    return page.response([encode(_event_type(hub, name)) for name in wanted], len(names))


def read_event_type(hub: Hub, request: Request, name: str) -> Response:
    """GET /configuration/events/{id}."""
    _require(hub, name)
    return json_response(200, _event_type(hub, name))


def change_event_type(hub: Hub, request: Request, name: str) -> Response:
    """PUT /configuration/events/{id}: switches a type on or off, which the sandbox only remembers."""
    _require(hub, name)
    enabled = checked_body(request, _EVENT_TYPE, "event configuration")["enabled"]
    with hub.store.lock:
        disabled = switched(hub.profile.disabled_events, name, enabled=enabled)
        hub.profile = attrs.evolve(hub.profile, disabled_events=disabled)
    return json_response(200, _event_type(hub, name))


def _require(hub: Hub, name: str) -> None:
    if name not in hub.event_rules.modes:
        raise not_found("event", name)


def _event_type(hub: Hub, name: str) -> dict[str, Any]:
    known = EVENT_TYPES.get(name)
    return {
        "id": name,
        "type": name,
        "mode": hub.event_rules.modes[name],
        "label": label(name),
        "description": _description(name) if known else label(name),
        "propertiesSchema": published(known.properties if known else _OPEN),
        "enabled": name not in hub.profile.disabled_events,
    }


def _description(name: str) -> str:
    return (EVENT_PROPERTIES[EventType(name)].__doc__ or label(name)).partition("\n")[0]
