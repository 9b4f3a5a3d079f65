"""Every refusal of the server, with the bodies of contract section 7."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from contacthub_orm.sandbox import dates
from contacthub_orm.sandbox.messages import Response, json_response

INVALID_CUSTOMER = "source customer is not valid"
PROPERTY_REQUIRED = "unique customer property is required"


class Problem(Exception):
    """A request cannot be served; becomes the error body of contract 7.1."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: Sequence[tuple[str, str]] = (),
        data: dict[str, Any] | None = None,
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.data = data
        self.headers = headers

    def response(self, logref: str) -> Response:
        """The response to send; `errors` are (JSON pointer, reason)."""
        errors = [{"message": reason, "path": path, "data": None, "code": None} for path, reason in self.errors]
        body = {"message": self.message, "logref": logref, "data": self.data, "errors": errors}
        return json_response(self.status, body).with_headers(self.headers)


def bad_request(message: str, *errors: tuple[str, str]) -> Problem:
    """400 with one (JSON pointer, reason) per thing that is wrong."""
    return Problem(400, message, errors=errors)


@contextmanager
def refused_if_too_complex() -> Iterator[None]:
    """Turn the refusal of SQLite to evaluate a list, such as for conditions that are nested too deeply, into a 400."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise  # the file cannot be read, or the like
        raise bad_request(f"the list is too complex for the sandbox: {error}") from error


def invalid_customer(errors: Sequence[tuple[str, str]]) -> Problem:
    """400: the document breaks the schema, a size limit, or lacks a property."""
    return Problem(400, INVALID_CUSTOMER, errors=errors)


def unreadable(status: int) -> Problem:
    """A request that is no clean HTTP, or too large to be read."""
    return Problem(status, HTTPStatus(status).phrase)


def unauthorized() -> Problem:
    """401: no token, or one that nobody issued."""
    return Problem(401, "The client is not authorized to access the API")


def foreign_workspace(workspace_id: str) -> Problem:
    """403: a valid token does not reach this workspace; an unknown one looks the same."""
    return Problem(403, f"workspace not found: {workspace_id}")


def access_denied() -> Problem:
    """403: the role of the token does not allow the operation (contract 1.2)."""
    return Problem(403, "Access is denied")


def unknown_host() -> Problem:
    """403: the server is called by a name that is not its own; see `browsers`."""
    return Problem(403, "The sandbox does not answer to this host name. Add it to Sandbox(allowed_hosts=...).")


def node_not_found(node_id: str) -> Problem:
    """404: the workspace has no such node."""
    return Problem(404, f"node not found {node_id}")


def customer_not_found(customer_id: str) -> Problem:
    """404: the workspace has no such customer."""
    return Problem(404, f"customer not found {customer_id}")


def source_not_found(source_id: str) -> Problem:
    """404: this source told nothing about the customer."""
    return Problem(404, f"source not found {source_id}")


def not_found(what: str, ident: str) -> Problem:
    """404: there is no such thing, or not where the path looks for it."""
    return Problem(404, f"{what} not found {ident}")


def method_not_allowed(method: str, allowed: Sequence[str]) -> Problem:
    """405: the path exists, not with this method."""
    return Problem(405, f"Request method '{method}' not supported", headers=(("Allow", ", ".join(allowed)),))


def conflict(customer_id: str, href: str, *, trusted: bool) -> Problem:
    """409: the key belongs to another customer; an untrusted source is not told to whom. The typo is the API's."""
    if not trusted:
        return Problem(409, "Conflict with exiting customer")
    data = {"customer": {"id": customer_id, "href": href}}
    return Problem(409, f"Conflict with exiting customer {customer_id}", data=data)


def spring_error(status: int, path: str, now: int, message: str = "No message available") -> Response:
    """The framework's own error shape, for requests that reach no endpoint (contract 7.1); `now` in milliseconds."""
    body = {
        "timestamp": dates.from_milliseconds(now),
        "status": status,
        "error": HTTPStatus(status).phrase,
        "message": message,
        "path": path,
    }
    return json_response(status, body)
