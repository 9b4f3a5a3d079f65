"""GET and PUT /configuration/properties/extended: the schema of `extended` (contract 2.6, 3.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from contacthub_orm.sandbox.configuration import checked_body, closed
from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.labels import label, published
from contacthub_orm.sandbox.messages import Request, Response, json_response
from contacthub_orm.sandbox.problems import Problem, bad_request
from contacthub_orm.sandbox.schema_check import check_schema
from contacthub_orm.sandbox.wire import decode

_BODY = closed("schema", schema={"type": ["object", "string"]})


def read(hub: Hub, request: Request) -> Response:
    """GET: the schema in force, every property with its label, whether it is enabled, and its merge policy."""
    schema = {"properties": {}, **hub.settings.extended_schema, "type": "object"}
    return json_response(200, {"schema": published(schema, _annotate)})


def change(hub: Hub, request: Request) -> Response:
    """PUT: takes a schema into use for what is written from now on; stored customers stay as they are.

    The OpenAPI file calls the schema a text; an object is what the API gives, so both are taken.
    """
    schema = checked_body(request, _BODY, "configuration of extended properties")["schema"]
    try:
        schema = decode(schema) if isinstance(schema, str) else schema
    except ValueError:
        raise _refused("is not JSON") from None
    try:
        check_schema(schema)
    except ValueError as error:
        raise _refused(f"is not a JSON schema that the sandbox understands: {error}") from None
    with hub.store.lock:
        hub.configure(attrs.evolve(hub.settings, extended_schema=schema))
    return read(hub, request)


def _refused(reason: str) -> Problem:
    return bad_request("schema of extended properties is not valid", ("/schema", reason))


def _annotate(path: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {"label": label(path.rpartition(".")[2]), "enabled": True, "mergePolicy": "OBJ_PRIORITY"}
    return {**defaults, **schema.get("contactlabProperties", {})}
