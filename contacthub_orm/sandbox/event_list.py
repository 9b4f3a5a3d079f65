"""GET /events: a page of events, the latest first (contract 2.4, 10.2 #35 and #36)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contacthub_orm.sandbox import dates
from contacthub_orm.sandbox.event_schema import MODES
from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.messages import Request, Response
from contacthub_orm.sandbox.paging import wanted_page
from contacthub_orm.sandbox.parameters import Parameters
from contacthub_orm.sandbox.problems import bad_request, refused_if_too_complex
from contacthub_orm.sandbox.sql import ALWAYS, NEVER, Sql, bind, concat, join


def list_events(hub: Hub, request: Request) -> Response:
    """Answer with one page; all filters may be combined."""
    parameters = Parameters(request)
    page = wanted_page(parameters, clamp=hub.settings.clamp_size)
    where = join("AND", list(_conditions(hub, parameters)) or [ALWAYS])
    with refused_if_too_complex():
        documents, total = hub.store.events.select(
            where,
            customer_id=parameters.text("customerId"),
            offset=page.offset,
            limit=page.size,
            now=hub.clock(),
        )
    return page.response(documents, total)


def _conditions(hub: Hub, parameters: Parameters) -> Iterator[Sql]:
    node_id = parameters.text("nodeId")
    if node_id is not None:
        hub.require_node(node_id)
        yield concat("node = ", bind(node_id))
    for name in ("type", "context"):
        wanted = parameters.text(name)
        if wanted is not None:
            yield _one_of(name, [value.strip() for value in wanted.split(",")])
    mode = parameters.text("mode")
    if mode is not None:
        yield _of_mode(hub, mode)
    for name, sign in (("dateFrom", ">="), ("dateTo", "<=")):
        moment = parameters.text(name)
        if moment is not None:
            yield concat(f"date {sign} ", bind(_instant(name, moment)))


def _of_mode(hub: Hub, mode: str) -> Sql:
    if mode not in MODES:
        raise bad_request(f"parameter 'mode' must be {' or '.join(MODES)}")
    return _one_of("type", [name for name, its in hub.event_rules.modes.items() if its == mode])


def _one_of(column: str, values: Sequence[str]) -> Sql:
    if not values:
        return NEVER
    return concat(f"{column} IN ({','.join('?' * len(values))})", Sql("", tuple(values)))


def _instant(name: str, text: str) -> str:
    moment = dates.instant(text)
    if moment is None:
        raise bad_request(f"parameter '{name}' must be a date-time with its offset")
    return moment
