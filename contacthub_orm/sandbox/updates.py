"""GET /updates and /updates/last-offset: what was written, for those who copy it elsewhere (contract 2.5)."""

from __future__ import annotations

from contacthub_orm.sandbox.feed import CUSTOMER, EVENT, Entry, Stream
from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.messages import Request, Response, json_response, text_response
from contacthub_orm.sandbox.parameters import Parameters
from contacthub_orm.sandbox.problems import bad_request

DEFAULT_SIZE = 50
LARGEST_SIZE = 4000

_BEYOND = 2**62


def list_updates(hub: Hub, request: Request) -> Response:
    """GET /updates: the next ones; an `offset` is the greatest that the client knows, and goes before a `timestamp`."""
    parameters = Parameters(request)
    stream = _stream(hub, parameters)
    size = parameters.number("size", DEFAULT_SIZE)
    if size > LARGEST_SIZE:
        raise bad_request(f"parameter 'size' must be between 0 and {LARGEST_SIZE}")
    start = _start(hub, parameters)
    updates = hub.store.feed.after(start, stream, limit=size)
    # A client that asks again with it gets what comes next, also when it got nothing.
    next_offset = updates[-1][0] if updates else start
    texts = ",".join(_text(entry) for _, entry in updates)
    return text_response(200, f'{{"nextOffset":{next_offset},"updates":[{texts}]}}')


def last_offset(hub: Hub, request: Request) -> Response:
    """GET /updates/last-offset: 0 when nothing was written yet."""
    stream = _stream(hub, Parameters(request))
    return json_response(200, {"lastOffset": hub.store.feed.last(stream)})


def _stream(hub: Hub, parameters: Parameters) -> Stream:
    node, entity = parameters.text("nodeId"), parameters.text("entity")
    if node is not None:
        hub.require_node(node)
    if entity not in (None, CUSTOMER, EVENT):
        raise bad_request(f"parameter 'entity' must be {CUSTOMER} or {EVENT}")
    return Stream(node, entity)


def _start(hub: Hub, parameters: Parameters) -> int:
    """The number after which the wanted updates begin."""
    offset, timestamp = parameters.number("offset", -1), parameters.number("timestamp", 0)
    if offset >= 0:
        return min(offset, _BEYOND)
    return hub.store.feed.last_before(timestamp)


def _text(entry: Entry) -> str:
    return f'{{"operation":"{entry.operation}","entity":{{"type":"{entry.entity}","data":{entry.document}}}}}'
