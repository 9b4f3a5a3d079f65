"""The session endpoints of a customer (contract 2.3, 10.2 #14 and #15)."""

from __future__ import annotations

from contacthub_orm.sandbox import problems
from contacthub_orm.sandbox.bodies import json_object
from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.links import link
from contacthub_orm.sandbox.messages import Request, Response, json_response
from contacthub_orm.sandbox.session_store import Link
from contacthub_orm.sandbox.validation import Errors, compile_schema

_check = compile_schema(
    {
        "type": "object",
        "additionalProperties": False,
        "properties": {"value": {"type": "string", "minLength": 1}},
        "required": ["value"],
    }
)


def list_sessions(hub: Hub, request: Request, customer_id: str) -> Response:
    """GET /customers/{id}/sessions: all of them, without pages."""
    _node_of(hub, customer_id)
    return json_response(200, {"elements": [_written(found) for found in hub.store.sessions.of(customer_id)]})


def create(hub: Hub, request: Request, customer_id: str) -> Response:
    """POST /customers/{id}/sessions."""
    body = json_object(request)
    errors: Errors = []
    _check(body, "", errors)
    if errors:
        raise problems.bad_request("session is not valid", *errors)
    with hub.store.transaction():
        return json_response(201, _written(link(hub, customer_id, _node_of(hub, customer_id), body["value"])))


def read(hub: Hub, request: Request, customer_id: str, session_id: str) -> Response:
    """GET /customers/{id}/sessions/{sessionId}, by the id that the server gave."""
    return json_response(200, _written(_stored(hub, customer_id, session_id)))


def delete(hub: Hub, request: Request, customer_id: str, session_id: str) -> Response:
    """DELETE /customers/{id}/sessions/{sessionId}: the events that it brought stay with the customer."""
    with hub.store.transaction():
        hub.store.sessions.remove(_stored(hub, customer_id, session_id).id)
    return Response(200)


def _node_of(hub: Hub, customer_id: str) -> str:
    node = hub.store.node_of(customer_id)
    if node is None:
        raise problems.customer_not_found(customer_id)
    return node


def _stored(hub: Hub, customer_id: str, session_id: str) -> Link:
    _node_of(hub, customer_id)
    found = hub.store.sessions.get(customer_id, session_id)
    if found is None:
        raise problems.not_found("session", session_id)
    return found


def _written(found: Link) -> dict[str, str]:
    return {"id": found.id, "value": found.value}
