"""GET /customers: a page of the customers of a node (contract 2.7)."""

from __future__ import annotations

from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.messages import Request, Response
from contacthub_orm.sandbox.ordering import compile_order
from contacthub_orm.sandbox.paging import wanted_page
from contacthub_orm.sandbox.parameters import Parameters
from contacthub_orm.sandbox.problems import bad_request, refused_if_too_complex
from contacthub_orm.sandbox.projection import Projection, wanted_fields
from contacthub_orm.sandbox.query_sql import compile_query
from contacthub_orm.sandbox.sql import ALWAYS, Sql, bind, concat, join
from contacthub_orm.sandbox.store import Selection
from contacthub_orm.sandbox.wire import decode, encode


def list_customers(hub: Hub, request: Request) -> Response:
    """Answer with one page; `externalId`, `query`, `fields` and `sort` may be combined."""
    parameters = Parameters(request)
    node_id = parameters.required("nodeId")
    hub.require_node(node_id)
    page = wanted_page(parameters, clamp=hub.settings.clamp_size)
    conditions = [*_external_id(parameters), *_query(hub, parameters)]
    order = compile_order(parameters.every("sort"), hub.catalog, filtered=bool(conditions))
    selection = Selection(node_id, join("AND", conditions or [ALWAYS]), order, page.offset, page.size)
    with refused_if_too_complex():
        documents, total = hub.store.select(selection, now=hub.clock())
    fields = wanted_fields(parameters.text("fields"))
    if fields:
        project = Projection(fields)
        documents = [encode(project(decode(document))) for document in documents]
    return page.response(documents, total)


def _external_id(parameters: Parameters) -> list[Sql]:
    wanted = parameters.text("externalId")
    return [] if wanted is None else [concat("external_id = ", bind(wanted))]


def _query(hub: Hub, parameters: Parameters) -> list[Sql]:
    text = parameters.text("query")
    if text is None:
        return []
    try:
        container = decode(text)
    except ValueError:
        raise bad_request("parameter 'query' is not JSON, or holds a number that is too large") from None
    return [compile_query(container, hub.catalog, ignore_case=hub.settings.ignore_case)]
