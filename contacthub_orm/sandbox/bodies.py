"""Request bodies."""

from __future__ import annotations

from typing import Any

from contacthub_orm.sandbox.messages import Request
from contacthub_orm.sandbox.problems import Problem, bad_request
from contacthub_orm.sandbox.wire import decode


def json_object(request: Request) -> dict[str, Any]:
    """The decoded body of a request that has to carry a JSON object.

    Raises:
        Problem: 400 when it does not, 415 when it says itself that it is something else.
    """
    media_type = (request.header("content-type") or "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem(415, "the body must be application/json")
    try:
        body = decode(request.body.decode("utf-8"))
    except ValueError:
        raise bad_request("the body is not JSON in UTF-8, or holds a number that is too large") from None
    if not isinstance(body, dict):
        raise bad_request("the body must be a JSON object")
    return body
