"""Identifiers: what may stand as an id in a path. An id is data, and none may reach another resource."""

from __future__ import annotations

import re
import unicodedata
from uuid import UUID

from contacthub_orm.errors import ArgumentError

MAX_LENGTH = 255

_PLAIN = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,254}")


def text_of(value: object) -> object:
    """Return the text of a UUID, as the server spells it; anything else as it is."""
    return str(value) if isinstance(value, UUID) else value


def check_identifier(value: object, what: str) -> str:
    """Return an id as text, or refuse it.

    Args:
        value: A `str` or a `UUID`.
        what: How the message calls it, for example `workspace_id`.

    Raises:
        ArgumentError: Not text, empty, blank, `.`, `..`, over 255 characters, or with control characters or lone
            surrogates. The message never repeats the value.
    """
    text = text_of(value)
    if not isinstance(text, str):
        raise ArgumentError(f"{what} must be a str (or a UUID), not {type(value).__name__}")
    problem = problem_of(text)
    if problem is not None:
        raise ArgumentError(f"{what} {problem}; give the id exactly as the API returned it")
    return text


def problem_of(value: str) -> str | None:
    """Return why a text cannot stand as an id in a path, None when it can; the reason does not repeat it.

    >>> problem_of("..")
    "is '..', which would address another resource"
    """
    if _PLAIN.fullmatch(value):
        return None
    if not value or value.isspace():
        return "is empty, which would address the whole collection"
    if value in (".", ".."):
        return f"is {value!r}, which would address another resource"
    if len(value) > MAX_LENGTH:
        return f"has {len(value)} characters, the limit is {MAX_LENGTH}"
    categories = {unicodedata.category(character) for character in value}
    if "Cc" in categories:
        return "holds a control character"
    if "Cs" in categories:
        return "holds a lone surrogate, which is not text"
    return None
