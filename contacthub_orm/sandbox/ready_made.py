"""Answers that are made up instead of asking the API: its own error shapes, and those of what stands before it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Literal, get_args

import attrs

from contacthub_orm.errors import ArgumentError
from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.messages import JSON_TYPE, Request, Response, json_response
from contacthub_orm.sandbox.problems import spring_error
from contacthub_orm.sandbox.wire import encode

Shape = Literal["api", "bare", "spring", "html", "empty"]
"""What a body looks like: the API's error, the same without `errors` and `data`, the framework's, a gateway's page."""

_MESSAGES = {
    401: "The client is not authorized to access the API",
    403: "Access is denied",
    423: "Reindexing in progress",
}
_PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr><center>gateway</center></body>"
_STATUSES = frozenset(status for status in HTTPStatus if status >= 200)
_BODILESS = (204, 205, 304)
_FRAMING = ("content-length", "transfer-encoding")
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"([!-~\x80-\xff]([ -~\x80-\xff]*[!-~\x80-\xff])?)?")


@attrs.frozen
class ReadyMade:
    """An answer that has nothing to do with the request.

    Attributes:
        status: of the answer.
        shape: what the body looks like, unless it is given.
        body: the bytes of the body, None for one of the shape.
        headers: besides those of the body.
    """

    status: int
    shape: Shape = "api"
    body: bytes | None = attrs.field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = ()

    def response(self, request: Request, hub: Hub) -> Response:
        """The answer to a request."""
        response = self._plain(request, hub)
        given = {name.lower() for name, _ in self.headers}
        kept = [header for header in response.headers if header[0].lower() not in given]
        return attrs.evolve(response, headers=(*kept, *self.headers))

    def _plain(self, request: Request, hub: Hub) -> Response:
        status = HTTPStatus(self.status)
        if self.body is not None:
            return Response(status, self.body, (("Content-Type", JSON_TYPE),) if self.body else ())
        if self.shape == "empty" or status in _BODILESS:
            return Response(status)
        if self.shape == "html":
            page = _PAGE.format(f"{status.value} {status.phrase}").encode()
            return Response(status, page, (("Content-Type", "text/html"),))
        if self.shape == "spring":
            return spring_error(status, request.path, hub.milliseconds())
        body: dict[str, Any] = {"message": _MESSAGES.get(status, status.phrase), "logref": hub.ids()}
        return json_response(status, body if self.shape == "bare" else {**body, "data": None, "errors": []})


def ready_made(
    status: int, shape: Shape, body: Any, headers: Mapping[str, str] | None, retry_after: float | str | None
) -> ReadyMade:
    """Check what a caller asks for; see `Fault.answer`.

    Raises:
        ArgumentError: no such answer can be sent.
    """
    if status not in _STATUSES:
        raise ArgumentError(f"status is an HTTP status from 200 on, such as 503; got {status!r}.")
    if shape not in get_args(Shape):
        raise ArgumentError(
            f"shape is one of {', '.join(get_args(Shape))}; got {shape!r}. Give other content as body=."
        )
    content = None if body is None else _bytes(body)
    if content and status in _BODILESS:
        raise ArgumentError(f"An answer with status {status} has no body.")
    given = dict(headers or {})
    if retry_after is not None:
        given["Retry-After"] = str(retry_after)
    return ReadyMade(status, shape, content, tuple(_header(name, value) for name, value in given.items()))


def _bytes(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    try:
        return (body if isinstance(body, str) else encode(body)).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"body is text, bytes or a value for JSON; it cannot be encoded: {error}.") from None


def _header(name: object, value: object) -> tuple[str, str]:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ArgumentError(f"{name!r} is no name of a header.")
    if name.lower() in _FRAMING:
        raise ArgumentError(f"{name} follows from the body. Use Fault.garbage(data) for an answer that lies about it.")
    if not isinstance(value, str) or not _VALUE.fullmatch(value):
        raise ArgumentError(f"The value of the header {name} is one line of text; use Fault.garbage(data) for others.")
    return name, value
