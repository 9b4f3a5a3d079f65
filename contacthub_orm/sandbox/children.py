"""The endpoints of the elements of `base.<kind>`, each addressed by the id that its client chose (contract 2.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contacthub_orm.sandbox import problems
from contacthub_orm.sandbox.bodies import json_object
from contacthub_orm.sandbox.customers import edited
from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.messages import Request, Response, json_response
from contacthub_orm.sandbox.schema import EDUCATION, JOB, LIKE, SUBSCRIPTION, Schema
from contacthub_orm.sandbox.validation import Errors, compile_schema
from contacthub_orm.sandbox.wire import decode

Child = dict[str, Any]


class Children:
    """The endpoints of one kind.

    Args:
        kind: the list in `base`.
        name: what one element is called.
        schema: of an element.
        created: status of a POST; the kinds differ (contract 10.2 #10).
    """

    def __init__(self, kind: str, name: str, schema: Schema, *, created: int = 200) -> None:
        self.kind = kind
        self._name = name
        self._check = compile_schema(schema)
        self._created = created

    def create(self, hub: Hub, request: Request, customer_id: str) -> Response:
        """POST /customers/{id}/{kind}: 409 for an id that is taken; the real answer is unknown (10.2 #12)."""
        child = self._read(json_object(request))

        def append(children: list[Child]) -> list[Child]:
            if _position(children, child["id"]) is not None:
                raise problems.Problem(409, f"{self._name} {child['id']} exists already")
            return [*children, child]

        self._edit(hub, request, customer_id, append)
        return json_response(self._created, child)

    def read(self, hub: Hub, request: Request, customer_id: str, child_id: str) -> Response:
        """GET /customers/{id}/{kind}/{childId}."""
        text = hub.store.document(customer_id)
        if text is None:
            raise problems.customer_not_found(customer_id)
        children = self._list_in(decode(text))
        return json_response(200, children[self._found(children, child_id)])

    def replace(self, hub: Hub, request: Request, customer_id: str, child_id: str) -> Response:
        """PUT /customers/{id}/{kind}/{childId}: the element keeps its place."""
        body = json_object(request)
        if not hub.settings.child_id_in_body:
            body = {"id": child_id, **body}
        child = self._read(body)
        if child["id"] != child_id:
            raise self._invalid([("/id", f"must be the id of the {self._name}")])

        def exchange(children: list[Child]) -> list[Child]:
            position = self._found(children, child_id)
            return [*children[:position], child, *children[position + 1 :]]

        self._edit(hub, request, customer_id, exchange)
        return json_response(200, child)

    def delete(self, hub: Hub, request: Request, customer_id: str, child_id: str) -> Response:
        """DELETE /customers/{id}/{kind}/{childId}: 200 without a body."""

        def remove(children: list[Child]) -> list[Child]:
            position = self._found(children, child_id)
            return [*children[:position], *children[position + 1 :]]

        self._edit(hub, request, customer_id, remove)
        return Response(200)

    def _edit(self, hub: Hub, request: Request, customer_id: str, edit: Callable[[list[Child]], list[Child]]) -> None:
        def in_content(content: dict[str, Any]) -> dict[str, Any]:
            return {**content, "base": {**(content["base"] or {}), self.kind: edit(self._list_in(content))}}

        with hub.store.transaction():
            record = edited(hub, request, customer_id, in_content, ("base",))
            hub.store.put(record, now=hub.clock(), delay=hub.settings.index_delay)

    def _read(self, body: Child) -> Child:
        errors: Errors = []
        child: Child = self._check(body, "", errors)
        if child.get("id") == "":
            errors.append(("/id", "must not be empty"))  # no path could address it
        if errors:
            raise self._invalid(errors)
        return child

    def _invalid(self, errors: Errors) -> problems.Problem:
        return problems.bad_request(f"{self._name} is not valid", *errors)

    def _list_in(self, document: dict[str, Any]) -> list[Child]:
        children: list[Child] = (document["base"] or {}).get(self.kind, [])
        return children

    def _found(self, children: list[Child], child_id: str) -> int:
        position = _position(children, child_id)
        if position is None:
            raise problems.not_found(self._name, child_id)
        return position


def _position(children: list[Child], child_id: str) -> int | None:
    return next((index for index, child in enumerate(children) if child["id"] == child_id), None)


KINDS = (
    Children("educations", "education", EDUCATION),
    Children("likes", "like", LIKE),
    Children("jobs", "job", JOB),
    Children("subscriptions", "subscription", SUBSCRIPTION, created=201),
)
"""The endpoints of all kinds."""
