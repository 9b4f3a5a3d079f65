"""A request and a response of the server, free of sockets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote_to_bytes

import attrs

from contacthub_orm.sandbox.wire import encode

if TYPE_CHECKING:
    import socket

JSON_TYPE = "application/json;charset=UTF-8"
_BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")


class Unanswered(Exception):
    """There is no answer to a request; its connection ends."""


@attrs.frozen
class Request:
    """An HTTP request as it arrived; `target` is raw, header names are lower case, `address` is the client's."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = attrs.field(default=b"", repr=False)
    address: str = ""

    @property
    def path(self) -> str:
        """The path of the target, still percent-encoded."""
        return self.target.partition("?")[0]

    def header(self, name: str) -> str | None:
        """The first header called `name` (lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)

    def parameters(self) -> list[tuple[str, str]]:
        """The decoded query parameters in their order.

        Raises:
            ValueError: a percent escape is broken or is no UTF-8.
        """
        return [(_form_decode(key), _form_decode(value)) for key, value in self.raw_parameters()]

    def raw_parameters(self) -> list[tuple[str, str]]:
        """The query parameters in their order, still percent-encoded."""
        query = self.target.partition("?")[2]
        pairs = (piece.partition("=") for piece in query.split("&") if piece)
        return [(key, value) for key, _, value in pairs]


class Delivery(Protocol):
    """Brings an answer to its client in a way of its own; the connection ends afterwards."""

    def __call__(self, connection: socket.socket, message: Callable[[], bytes]) -> None:
        """Deliver; `message` makes the bytes of the whole answer."""


@attrs.frozen
class Response:
    """What goes back: a status, headers besides length, the body, and how it is sent if not at once and whole."""

    status: int
    body: bytes = attrs.field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    delivery: Delivery | None = attrs.field(default=None, repr=False)

    @property
    def reason(self) -> str:
        """The reason phrase of the status."""
        return HTTPStatus(self.status).phrase

    def with_headers(self, headers: Iterable[tuple[str, str]]) -> Response:
        """The same response with more headers."""
        return attrs.evolve(self, headers=(*self.headers, *headers))


def json_response(status: int, value: Any) -> Response:
    """A response that carries `value` as JSON."""
    return text_response(status, encode(value))


def text_response(status: int, text: str) -> Response:
    """A response that carries JSON text that is written already."""
    return Response(status, text.encode("utf-8"), (("Content-Type", JSON_TYPE),))


def percent_decode(text: str) -> str:
    """Undo percent-encoding.

    Raises:
        ValueError: an escape is broken or the bytes are no UTF-8.
    """
    if "%" not in text:
        return text
    if _BROKEN_ESCAPE.search(text):
        raise ValueError("broken percent escape")
    return unquote_to_bytes(text).decode("utf-8")


def _form_decode(text: str) -> str:
    return percent_decode(text.replace("+", " "))
