"""The whole server as a function from request to response: routes, tokens, roles, errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import attrs

from contacthub_orm.sandbox import (
    configuration,
    customer_sessions,
    customers,
    event_configuration,
    events,
    extended_properties,
    models,
    problems,
    updates,
)
from contacthub_orm.sandbox.arrivals import catch_up
from contacthub_orm.sandbox.children import KINDS
from contacthub_orm.sandbox.customer_list import list_customers
from contacthub_orm.sandbox.event_list import list_events
from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.me import read_me
from contacthub_orm.sandbox.messages import Request, Response, percent_decode

API_ROOT = "/hub/v1"

# What RFC 3986 allows in a path and a query; the API refuses bare brackets and the like (contract 2.7).
_TARGET = re.compile(r"/[A-Za-z0-9\-._~%!$&'()*+,;=:@/?]*")
_TRACING_HEADERS = ("contactlab-tracing-id", "x-tracing-id")
_ID = "*"


@attrs.frozen
class Endpoint:
    """What answers a method on a path; `untrusted` tells whether a token of that role may call it (contract 1.2)."""

    call: Callable[..., Response]
    untrusted: bool = False


_ROUTES: Mapping[tuple[str, ...], Mapping[str, Endpoint]] = {
    ("customers",): {
        "GET": Endpoint(list_customers, untrusted=True),
        "POST": Endpoint(customers.create, untrusted=True),
    },
    ("customers", _ID): {
        "GET": Endpoint(customers.read),
        "PATCH": Endpoint(customers.patch, untrusted=True),
        "PUT": Endpoint(customers.replace, untrusted=True),
        "DELETE": Endpoint(customers.delete),
    },
    ("customers", _ID, "sources"): {"GET": Endpoint(customers.list_sources)},
    ("customers", _ID, "sources", _ID): {"GET": Endpoint(customers.read_source)},
    **{("customers", _ID, each.kind): {"POST": Endpoint(each.create, untrusted=True)} for each in KINDS},
    **{
        ("customers", _ID, each.kind, _ID): {
            "GET": Endpoint(each.read),
            "PUT": Endpoint(each.replace, untrusted=True),
            "DELETE": Endpoint(each.delete),
        }
        for each in KINDS
    },
    ("customers", _ID, "sessions"): {
        "GET": Endpoint(customer_sessions.list_sessions),
        "POST": Endpoint(customer_sessions.create, untrusted=True),
    },
    ("customers", _ID, "sessions", _ID): {
        "GET": Endpoint(customer_sessions.read),
        "DELETE": Endpoint(customer_sessions.delete),
    },
    ("events",): {
        "GET": Endpoint(list_events),
        "POST": Endpoint(events.create, untrusted=True),
    },
    ("events", _ID): {
        "GET": Endpoint(events.read),
        "PUT": Endpoint(events.replace, untrusted=True),
        "DELETE": Endpoint(events.delete),
    },
    ("updates",): {"GET": Endpoint(updates.list_updates)},
    ("updates", "last-offset"): {"GET": Endpoint(updates.last_offset)},
    ("configuration",): {
        "GET": Endpoint(configuration.read_workspace),
        "PUT": Endpoint(configuration.change_workspace),
    },
    ("configuration", "properties", "base"): {"GET": Endpoint(configuration.list_base_properties)},
    ("configuration", "properties", "base", _ID): {"PUT": Endpoint(configuration.change_base_property)},
    ("configuration", "properties", "extended"): {
        "GET": Endpoint(extended_properties.read),
        "PUT": Endpoint(extended_properties.change),
    },
    ("configuration", "events"): {"GET": Endpoint(event_configuration.list_event_types)},
    ("configuration", "events", _ID): {
        "GET": Endpoint(event_configuration.read_event_type),
        "PUT": Endpoint(event_configuration.change_event_type),
    },
    ("configuration", "unique-customer-matching-policy"): {
        "GET": Endpoint(configuration.read_matching),
        "PUT": Endpoint(configuration.change_matching),
    },
    ("configuration", "nodes", "entries"): {"GET": Endpoint(configuration.list_entry_nodes)},
    ("configuration", "nodes", "entries", _ID): {"GET": Endpoint(configuration.read_entry_node)},
    ("models", "properties", "base"): {"GET": Endpoint(models.read_base)},
    ("models", "contexts"): {"GET": Endpoint(models.list_contexts)},
    ("models", "merge-policies"): {"GET": Endpoint(models.list_merge_policies)},
    ("models", "providers"): {"GET": Endpoint(models.list_providers)},
}
"""Paths below the workspace; `*` stands for an id."""

PATHS = (*_ROUTES, ("me",))
"""All that can be asked for, below the workspace or (`me`) the root."""


class App:
    """Answers requests to one workspace.

    Args:
        hub: the workspace.
    """

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def __call__(self, request: Request) -> Response:
        """Answer a request; refusals are answers too."""
        catch_up(self.hub)
        try:
            response = self._route(request)
        except problems.Problem as problem:
            response = problem.response(self.hub.ids())
        except RecursionError:
            response = problems.bad_request("the JSON is nested too deeply").response(self.hub.ids())
        tracing = [(name, value) for name, value in request.headers if name in _TRACING_HEADERS]
        return response.with_headers(tracing) if tracing else response

    def _route(self, request: Request) -> Response:
        path = request.path
        try:
            names = _names(request)
        except ValueError:
            return problems.spring_error(400, path, self.hub.milliseconds())
        if names is None:
            return problems.spring_error(404, path, self.hub.milliseconds())
        self.hub.authenticate(request.header("authorization"))
        if names == ["me"]:
            return self._me(request)
        found = _find(names[2:]) if len(names) > 2 and names[0] == "workspaces" else None
        if found is None:
            return problems.spring_error(404, path, self.hub.milliseconds())
        methods, ids = found
        endpoint = _endpoint(methods, request.method)
        self._authorize(names[1], endpoint)
        return endpoint.call(self.hub, request, *ids)

    def _me(self, request: Request) -> Response:
        """GET /me, the one path that is not below a workspace; a token of any role may ask."""
        return _endpoint({"GET": Endpoint(read_me)}, request.method).call(self.hub, request)

    def _authorize(self, workspace_id: str, endpoint: Endpoint) -> None:
        if workspace_id != self.hub.workspace_id:
            raise problems.foreign_workspace(workspace_id)
        if not (endpoint.untrusted or self.hub.settings.trusted):
            raise problems.access_denied()


def _endpoint(methods: Mapping[str, Endpoint], method: str) -> Endpoint:
    endpoint = methods.get("GET" if method == "HEAD" else method)
    if endpoint is None:
        raise problems.method_not_allowed(method, list(methods))
    return endpoint


def _names(request: Request) -> list[str] | None:
    """The decoded parts of the path below the root of the API; None for a path elsewhere."""
    if not _TARGET.fullmatch(request.target):
        raise ValueError("characters that must be percent-encoded")
    root, _, rest = request.path.partition(f"{API_ROOT}/")
    return None if root else [percent_decode(part) for part in rest.split("/")]


def _find(names: list[str]) -> tuple[Mapping[str, Endpoint], list[str]] | None:
    """The methods of the route that `names` take, and the ids in them."""
    for route, methods in _ROUTES.items():
        if len(route) == len(names) and all(
            name and part in (_ID, name) for part, name in zip(route, names, strict=True)
        ):
            return methods, [name for part, name in zip(route, names, strict=True) if part == _ID]
    return None
