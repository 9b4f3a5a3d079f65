"""From the bytes of an answer to a value or an error: status first, then the body, nothing taken for granted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import attrs

from contacthub_orm.errors import (
    APIError,
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    ReindexingInProgress,
    ServerError,
    Unauthorized,
)
from contacthub_orm.transport import jsontext
from contacthub_orm.transport.retry import Repeat, retry_after

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

MAX_MESSAGE_BYTES = 2048
LONG_ADDRESS = 8_000
"""Bytes of an address that every server takes (RFC 9110, section 4.1); the API documents no limit of its own."""

_CHUNK = 65_536
_MARKUP = re.compile(r"<[^<>]*>")
_MEANINGS: dict[int, type[APIError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    405: BadRequest,
    406: BadRequest,
    409: Conflict,
    411: BadRequest,
    413: BadRequest,
    414: BadRequest,
    415: BadRequest,
    422: BadRequest,
    423: ReindexingInProgress,
    429: RateLimited,
    431: BadRequest,
}


@attrs.frozen
class Response:
    """A successful answer.

    Attributes:
        status: 200 to 299.
        body: The decoded JSON, a dict or a list; None when the answer was empty.
        headers: Names compare without case.
        attempts: How often the request was sent.
        elapsed: Seconds from the first attempt to the decoded body, waits included.
    """

    status: int
    body: Any = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(repr=False)
    attempts: int
    elapsed: float


class UnusableAnswer(Exception):
    """Internal: an answer arrived, or began to, that cannot be used; says why, and whether asking again may help."""

    def __init__(self, reason: str, repeat: Repeat = Repeat.NEVER) -> None:
        super().__init__(reason)
        self.reason = reason
        self.repeat = repeat


def read_body(raw: BaseHTTPResponse, into: bytearray, *, limit: int, out_of_time: Callable[[], bool]) -> None:
    """Read and decompress a body piece by piece, so that neither its size nor its slowness is without bound.

    What was read before a failure stays in `into`. The connection goes back to the pool after a whole body and is
    closed in every other case.

    Raises:
        UnusableAnswer: Over `limit` decompressed bytes, or out of time.
    """
    complete = False
    raw.decode_content = True
    try:
        # read1 returns what has arrived; read and stream wait for a full piece, past any deadline.
        while piece := raw.read1(_CHUNK):
            into += piece
            if len(into) > limit:
                raise UnusableAnswer(f"the answer is larger than {limit} bytes")
            if out_of_time():
                raise UnusableAnswer("the answer did not end before the deadline of the request")
        complete = True
    finally:
        if not complete:
            raw.close()
        raw.release_conn()


def decode_success(method: str, status: int, headers: Mapping[str, str], body: bytes) -> Any:
    """Decode the body of a 2xx answer; an empty one is None, except for GET, which asked for content.

    Raises:
        UnusableAnswer: It is not the JSON object or list that it must be.
    """
    if not body:
        if method == "GET" and status != HTTPStatus.NO_CONTENT:
            raise UnusableAnswer(f"status {status} came with an empty body", Repeat.IF_IDEMPOTENT)
        return None
    try:
        value = jsontext.loads(body)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict | list):
        return value
    kind = headers.get("Content-Type", "no content type")[:80]
    raise UnusableAnswer(
        f"status {status} came with a body ({kind}, {len(body)} bytes) that is not a JSON object or list; "
        "a proxy or login page may stand in between, or the answer was cut short",
        Repeat.IF_IDEMPOTENT,
    )


def api_error(
    status: int, headers: Mapping[str, str], body: bytes, *, method: str, path: str, address: str = ""
) -> APIError:
    """Make the exception for an error status from whatever the body holds (contract 7.1); every member is optional.

    The `address` that was asked for may be the reason, if it is long; it is only counted, never quoted.
    """
    try:
        document = jsontext.loads(body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        document, text = {}, _readable(body)
    else:
        text = _message_of(document)
    meaning = _MEANINGS.get(status, ServerError if status >= 500 else APIError)
    errors = document.get("errors")
    logref = document["logref"] if isinstance(document.get("logref"), str) else None
    return meaning(
        status,
        f"{_shortened(text) or _phrase(status)}{_advice(meaning, logref, len(address))}",
        errors=[item for item in errors if isinstance(item, dict)] if isinstance(errors, list) else (),
        data=document.get("data"),
        logref=logref,
        method=method,
        path=path,
        retry_after=retry_after(headers),
    )


def _advice(meaning: type[APIError], logref: str | None, length: int) -> str:
    if meaning is NotFound and logref is None:  # NotFound.is_from_api
        return "; this is no answer of the API itself: check base_url, and whether a proxy stands in between"
    if meaning is BadRequest and length > LONG_ADDRESS:
        return (
            f"; the address has {length:,} bytes, which may be more than the server takes: split a list of values (as "
            "of in_), and run a query for each part"
        )
    return ""


def _message_of(document: dict[str, Any]) -> str:
    message, error = (document.get(key) if isinstance(document.get(key), str) else "" for key in ("message", "error"))
    if "status" in document and error:
        # The shape of Spring's own errors: `error` is the phrase, `message` a detail or a placeholder.
        detail = "" if message in ("", error, "No message available") else f": {message}"
        return f"{error}{detail}"
    return message or error or ""


def _readable(body: bytes) -> str:
    text = body[: 8 * MAX_MESSAGE_BYTES].decode("utf-8", errors="replace")
    return " ".join(_MARKUP.sub(" ", text).split())


def _shortened(text: str) -> str:
    encoded = text.encode("utf-8", errors="replace")
    if len(encoded) <= MAX_MESSAGE_BYTES:
        return encoded.decode("utf-8")
    return encoded[: MAX_MESSAGE_BYTES - 3].decode("utf-8", errors="ignore") + "…"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "the server gave no message"
