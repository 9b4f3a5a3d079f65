"""What a session value that is linked to a customer does to events (contract 2.3, 4.2)."""

from __future__ import annotations

from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.messages import Request
from contacthub_orm.sandbox.parameters import Parameters
from contacthub_orm.sandbox.problems import Problem, bad_request
from contacthub_orm.sandbox.session_store import Link


def link(hub: Hub, customer_id: str, node: str, value: str, *, path: str = "/value") -> Link:
    """Link a session value to a customer, who gets the anonymous events of that session; inside a transaction.

    Raises:
        Problem: 400 about the `path` of the value when it is linked already, whoever to (contract 10.2 #15).
    """
    if hub.store.sessions.holder(node, value) is not None:
        raise already_linked(path)
    made = Link(hub.ids(), node, value, customer_id)
    hub.store.sessions.add(made)
    hub.store.events.attach(node, value, customer_id, now=hub.clock(), delay=hub.settings.index_delay)
    return made


def link_named_in(request: Request, hub: Hub, customer_id: str, node: str) -> None:
    """Link the session that the `sessionId` parameter of a request names, as strictly as a request of its own."""
    if value := Parameters(request).text("sessionId"):
        link(hub, customer_id, node, value, path="/sessionId")


def already_linked(path: str) -> Problem:
    """400: a session value belongs to one customer of a node."""
    return bad_request("session is not valid", (path, "is linked to a customer already"))
