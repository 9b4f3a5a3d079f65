"""The customer endpoints (contract 2.1, 6.1 to 6.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from contacthub_orm.sandbox import dates, problems
from contacthub_orm.sandbox.bodies import json_object
from contacthub_orm.sandbox.document import Document, Stamp, compose, content_of, missing, value_at
from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.links import link_named_in
from contacthub_orm.sandbox.merge import merge
from contacthub_orm.sandbox.messages import Request, Response, text_response
from contacthub_orm.sandbox.store import Record
from contacthub_orm.sandbox.wire import decode, encode

_PUT_MEMBERS = ("id", "nodeId", "registeredAt", "updatedAt", "sourceInfo")
_NEEDS_ONE_OF = ("externalId", "base", "extended")


def read(hub: Hub, request: Request, customer_id: str) -> Response:
    """GET /customers/{id}: never scoped to a node, never late."""
    return text_response(200, _stored(hub, customer_id))


def create(hub: Hub, request: Request) -> Response:
    """POST /customers, with what the uniqueness policy does to duplicates (contract 6.3)."""
    body = json_object(request)
    node_id = _node_of(hub, body)
    content = hub.rules.read(body, besides=("nodeId",))
    if all(content.get(name) in (None, "") for name in _NEEDS_ONE_OF):
        raise problems.invalid_customer([("", f"one of {', '.join(_NEEDS_ONE_OF)} is required")])
    with hub.store.transaction():
        now = dates.from_milliseconds(hub.milliseconds())
        stamp = Stamp(hub.ids(), node_id, now, now, hub.source_id, hub.source_id)
        record = _complete(hub, compose(stamp, content))
        holder = _holder(hub, record)
        if holder is not None:
            if hub.settings.uniqueness == "BLOCK":
                raise _conflict(hub, holder)
            record = _merged(hub, request, holder, content)
        return text_response(201, _save(hub, request, record))


def patch(hub: Hub, request: Request, customer_id: str) -> Response:
    """PATCH /customers/{id}: a deep merge (contract 6.1). An `id` in the body is ignored, a `nodeId` refused."""
    content = hub.rules.read(json_object(request), besides=("id",), partial=True)
    with hub.store.transaction():
        return text_response(200, _save_unless_taken(hub, request, _merged(hub, request, customer_id, content)))


def replace(hub: Hub, request: Request, customer_id: str) -> Response:
    """PUT /customers/{id}: what the body does not have becomes unset; the server keeps its own members."""
    body = json_object(request)
    if body.get("id") != customer_id:
        reason = "must be the id of the customer" if "id" in body else "is required"
        raise problems.invalid_customer([("/id", reason)])
    node_id = _node_of(hub, body)
    content = hub.rules.read(body, besides=_PUT_MEMBERS)
    with hub.store.transaction():
        existing = decode(_stored(hub, customer_id))
        if node_id != existing["nodeId"]:
            raise problems.invalid_customer([("/nodeId", "cannot be changed")])
        record = _complete(hub, compose(_next_stamp(hub, existing), content))
        return text_response(200, _save_unless_taken(hub, request, record))


def delete(hub: Hub, request: Request, customer_id: str) -> Response:
    """DELETE /customers/{id}: 200 without a body."""
    with hub.store.transaction():
        _stored(hub, customer_id)
        hub.store.remove(customer_id, now=hub.clock(), delay=hub.settings.index_delay)
    return Response(200)


def _stored(hub: Hub, customer_id: str) -> str:
    text = hub.store.document(customer_id)
    if text is None:
        raise problems.customer_not_found(customer_id)
    return text


def _node_of(hub: Hub, body: Mapping[str, Any]) -> str:
    node_id = body.get("nodeId")
    if not isinstance(node_id, str) or not node_id:
        raise problems.invalid_customer([("/nodeId", "is required")])
    hub.require_node(node_id)
    return node_id


def _merged(hub: Hub, request: Request, customer_id: str, changes: Mapping[str, Any]) -> Record:
    """A stored customer after a merge of what `request` brought."""
    return edited(hub, request, customer_id, lambda content: merge(content, changes), changes)


def edited(
    hub: Hub, request: Request, customer_id: str, edit: Callable[[Document], Document], members: Iterable[str]
) -> Record:
    """A stored customer after an edit of its content, for the caller to store; inside a transaction.

    Args:
        hub: the workspace.
        request: brought what the edit adds.
        customer_id: of the customer.
        edit: makes the new content out of the old one.
        members: of the content that it touches.

    Raises:
        Problem: 404 without such a customer, 400 when the result is no valid one.
    """
    text = _stored(hub, customer_id)
    existing = decode(text)
    content = edit(content_of(existing))
    # A character has 4 bytes at most, and a number such as 1e15 grows to less than five times its length.
    hub.rules.confirm(content, members, at_most=4 * len(text) + 5 * len(request.body))
    return _complete(hub, compose(_next_stamp(hub, existing), content))


def _next_stamp(hub: Hub, existing: Document) -> Stamp:
    # Every write advances updatedAt, also two within one millisecond or with a clock that stands still.
    now = max(hub.milliseconds(), dates.to_milliseconds(existing["updatedAt"]) + 1)
    return Stamp(
        id=existing["id"],
        node_id=existing["nodeId"],
        registered_at=existing["registeredAt"],
        updated_at=dates.from_milliseconds(now),
        registered_by=existing["sourceInfo"]["registeredBy"],
        updated_by=hub.source_id,
    )


def _holder(hub: Hub, record: Record) -> str | None:
    """The other customer that has the key of `record`, if the policy cares."""
    if record.match_key is None or hub.settings.uniqueness == "NO_CHECK":
        return None
    return hub.store.holder(record.node, record.match_key, besides=record.id)


def _conflict(hub: Hub, holder: str) -> problems.Problem:
    return problems.conflict(holder, hub.customer_url(holder), trusted=hub.settings.trusted)


def _save_unless_taken(hub: Hub, request: Request, record: Record) -> str:
    # A duplicate that came to be under another policy may be edited as long as its key stays.
    holder = _holder(hub, record) if record.match_key != hub.store.match_key(record.id) else None
    if holder is not None:
        raise _conflict(hub, holder)
    return _save(hub, request, record)


def _save(hub: Hub, request: Request, record: Record) -> str:
    """Store a customer, link the session that `request` may name, and give the text to answer with."""
    hub.store.put(record, now=hub.clock(), delay=hub.settings.index_delay)
    link_named_in(request, hub, record.id, record.node)
    return record.document


def _complete(hub: Hub, document: Document) -> Record:
    """The row of a customer, provided that nothing is missing that the settings require."""
    absent = missing(document, hub.settings.required)
    if absent:
        errors = [("/" + path.replace(".", "/"), problems.PROPERTY_REQUIRED) for path in absent]
        raise problems.invalid_customer(errors)
    return record_of(hub, document)


def record_of(hub: Hub, document: Document) -> Record:
    """The row of a customer."""
    return Record(
        id=document["id"],
        node=document["nodeId"],
        external_id=document["externalId"],
        email=value_at(document, "base.contacts.email"),
        match_key=hub.key_of(document),
        registered_at=document["registeredAt"],
        updated_at=document["updatedAt"],
        document=encode(document),
    )


_SOURCE_MEMBERS = (
    "externalId",
    "nodeId",
    "base",
    "extended",
    "extra",
    "consents",
    "tags",
    "registeredAt",
    "updatedAt",
    "enabled",
)


def list_sources(hub: Hub, request: Request, customer_id: str) -> Response:
    """GET /customers/{id}/sources: what each source told; here there is one source, and it told everything."""
    return text_response(200, encode({"elements": [_source(hub, customer_id)]}))


def read_source(hub: Hub, request: Request, customer_id: str, source_id: str) -> Response:
    """GET /customers/{id}/sources/{sourceId}."""
    source = _source(hub, customer_id)
    if source_id != source["id"]:
        raise problems.source_not_found(source_id)
    return text_response(200, encode(source))


def _source(hub: Hub, customer_id: str) -> dict[str, Any]:
    document = decode(_stored(hub, customer_id))
    members = {name: document[name] for name in _SOURCE_MEMBERS}
    return {"id": document["sourceInfo"]["updatedBy"], **members}
