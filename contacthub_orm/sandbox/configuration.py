"""The configuration of a workspace over HTTP (contract 2.6); its PUTs change the settings in force.

What a PUT does not name stays as it is. The one token of a sandbox may do all of this as long as it is trusted; the
real API asks for a user's token (contract 1.2).
"""

from __future__ import annotations

from typing import Any

import attrs

from contacthub_orm.models.currencies import Currency
from contacthub_orm.sandbox import problems
from contacthub_orm.sandbox.bodies import json_object
from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.labels import label
from contacthub_orm.sandbox.messages import Request, Response, json_response
from contacthub_orm.sandbox.paging import wanted_page
from contacthub_orm.sandbox.parameters import Parameters
from contacthub_orm.sandbox.schema import Schema
from contacthub_orm.sandbox.settings import PROPERTIES, UNIQUENESS
from contacthub_orm.sandbox.validation import Check, Errors, compile_schema
from contacthub_orm.sandbox.wire import encode
from contacthub_orm.sandbox.zones import TIMEZONES

PAGE_SIZE = 20
"""Of lists of the configuration (contract 10.2 #1)."""

_OLD_INDUSTRIES = ("GDO", "Luxury", "Automotive", "NotDefined")
_INDUSTRIES = (
    *("ECOMMERCE", "FASHION", "MOBILITY", "CONSUMER_GOOD", "FINANCE", "MEDIA_COMM_SPORT"),
    *("NO_PROFIT", "TRAVEL", "THIRD_PTY", "OTHER", "PUBLIC_SECTOR"),
)
_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_FLAG: Schema = {"type": "boolean"}


def closed(*required: str, **properties: Schema) -> Check:
    """A check of bodies that have these members and no others."""
    schema = {"type": "object", "additionalProperties": False, "properties": properties, "required": list(required)}
    return compile_schema(schema)


def checked_body(request: Request, check: Check, what: str) -> dict[str, Any]:
    """The body of a PUT.

    Raises:
        Problem: 400 with everything that is wrong with `what`.
    """
    errors: Errors = []
    body: dict[str, Any] = check(json_object(request), "", errors)
    if errors:
        raise problems.bad_request(f"{what} is not valid", *errors)
    return body


# -- the workspace -----------------------------------------------------------------------------------------------------

_WORKSPACE = closed(
    name=_TEXT,
    industry={"type": "string", "enum": [*_OLD_INDUSTRIES, *_INDUSTRIES]},
    logo=_TEXT_OR_NULL,
    timezone={"type": "string", "enum": list(TIMEZONES)},
    currency={"type": "string", "enum": [currency.value for currency in Currency]},
    customerUniquenessPolicy={"type": "string", "enum": list(UNIQUENESS)},
    tier={"type": ["integer", "null"]},
)


def read_workspace(hub: Hub, request: Request) -> Response:
    """GET /configuration."""
    profile = hub.profile
    body = {
        "name": profile.name,
        "industry": profile.industry,
        "logo": profile.logo,
        "timezone": profile.timezone,
        "currency": profile.currency,
        "customerUniquenessPolicy": hub.settings.uniqueness,
        "tier": None,
    }
    return json_response(200, body)


def change_workspace(hub: Hub, request: Request) -> Response:
    """PUT /configuration; the `tier` is read-only and ignored."""
    body = checked_body(request, _WORKSPACE, "workspace configuration")
    body.pop("tier", None)
    with hub.store.lock:
        uniqueness = body.pop("customerUniquenessPolicy", hub.settings.uniqueness)
        hub.profile = attrs.evolve(hub.profile, **body)
        hub.configure(attrs.evolve(hub.settings, uniqueness=uniqueness))
    return read_workspace(hub, request)


# -- base properties ---------------------------------------------------------------------------------------------------


BASE_PROPERTIES = tuple(sorted(path.removeprefix("base.") for path in PROPERTIES if path.startswith("base.")))
"""The 41 names of contract 3.3."""

_BASE_PROPERTY = closed("enabled", name=_TEXT, description=_TEXT_OR_NULL, enabled=_FLAG)


def list_base_properties(hub: Hub, request: Request) -> Response:
    """GET /configuration/properties/base: all of them, on one page."""
    return json_response(200, {"elements": [_base_property(hub, name) for name in BASE_PROPERTIES]})


def change_base_property(hub: Hub, request: Request, name: str) -> Response:
    """PUT /configuration/properties/base/{name}: switches a property on or off, which the sandbox only remembers."""
    if name not in BASE_PROPERTIES:
        raise problems.Problem(404, f"base property not found {name}")
    body = checked_body(request, _BASE_PROPERTY, "base property")
    if body.get("name", name) != name:
        raise problems.bad_request("base property is not valid", ("/name", "cannot be changed"))
    with hub.store.lock:
        disabled = switched(hub.profile.disabled_properties, name, enabled=body["enabled"])
        hub.profile = attrs.evolve(hub.profile, disabled_properties=disabled)
    return json_response(200, _base_property(hub, name))


def switched(disabled: frozenset[str], name: str, *, enabled: bool) -> frozenset[str]:
    """What is switched off after `name` was switched on or off."""
    return disabled - {name} if enabled else disabled | {name}


def _base_property(hub: Hub, name: str) -> dict[str, Any]:
    description = " / ".join(label(part) for part in name.split("."))
    return {"name": name, "description": description, "enabled": name not in hub.profile.disabled_properties}


# -- the matching policy -----------------------------------------------------------------------------------------------

_MATCHING = closed("properties", properties={"type": "array", "items": _TEXT}, caseSensitive=_FLAG)


def read_matching(hub: Hub, request: Request) -> Response:
    """GET /configuration/unique-customer-matching-policy; names of base properties have no prefix (contract 3.3)."""
    settings = hub.settings
    names = [configured_name(path) for path in settings.matching]
    return json_response(200, {"properties": names, "caseSensitive": settings.case_sensitive})


def change_matching(hub: Hub, request: Request) -> Response:
    """PUT /configuration/unique-customer-matching-policy: customers get their keys anew."""
    body = checked_body(request, _MATCHING, "matching policy")
    names = body["properties"]
    errors = [
        (f"/properties/{index}", "is no property of customers")
        for index, name in enumerate(names)
        if not _is_property(hub, name)
    ]
    if errors:
        raise problems.bad_request("matching policy is not valid", *errors)
    with hub.store.lock:
        case_sensitive = body.get("caseSensitive", hub.settings.case_sensitive)
        hub.configure(attrs.evolve(hub.settings, matching=names, case_sensitive=case_sensitive))
    return read_matching(hub, request)


def configured_name(path: str) -> str:
    """The name that the configuration has for a path."""
    return path.removeprefix("base.")


def _is_property(hub: Hub, name: str) -> bool:
    root, _, rest = name.partition(".")
    if root == "extended":
        declared = hub.settings.extended_schema.get("properties")
        return bool(rest) and (declared is None or rest.partition(".")[0] in declared)
    return name == "externalId" or configured_name(name) in BASE_PROPERTIES


# -- entry nodes -------------------------------------------------------------------------------------------------------


def list_entry_nodes(hub: Hub, request: Request) -> Response:
    """GET /configuration/nodes/entries."""
    page = wanted_page(Parameters(request), clamp=hub.settings.clamp_size, default=PAGE_SIZE)
    nodes = [encode(_entry_node(hub, node_id, name)) for node_id, name in hub.store.node_names().items()]
    return page.response(nodes[page.offset : page.offset + page.size], len(nodes))


def read_entry_node(hub: Hub, request: Request, node_id: str) -> Response:
    """GET /configuration/nodes/entries/{id}."""
    hub.require_node(node_id)
    return json_response(200, _entry_node(hub, node_id, hub.store.node_names()[node_id]))


def _entry_node(hub: Hub, node_id: str, name: str) -> dict[str, Any]:
    return {
        "id": node_id,
        "name": name,
        "description": None,
        "imageUrl": None,
        "sourcePriority": [hub.source_id],
        # A sandbox asks for the same properties in all of its nodes.
        "mandatoryProperties": [configured_name(path) for path in hub.settings.mandatory],
    }
