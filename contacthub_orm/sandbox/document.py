"""The customer document as the server keeps it: composing it, and reading values out of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from contacthub_orm.sandbox.normal_form import normalise
from contacthub_orm.sandbox.schema import CONTENT_MEMBERS
from contacthub_orm.sandbox.wire import encode

Document = dict[str, Any]


@attrs.frozen
class Stamp:
    """The members of a customer that only the server writes."""

    id: str
    node_id: str
    registered_at: str
    updated_at: str
    registered_by: str
    updated_by: str


def compose(stamp: Stamp, content: Mapping[str, Any]) -> Document:
    """The full document in normal form, members in the order of the API (contract 3.1)."""
    members = normalise(content)
    return {
        "id": stamp.id,
        "nodeId": stamp.node_id,
        "externalId": members["externalId"],
        "extra": members["extra"],
        "registeredAt": stamp.registered_at,
        "updatedAt": stamp.updated_at,
        "enabled": members["enabled"],
        "base": members["base"],
        "extended": members["extended"],
        "consents": members["consents"],
        "tags": members["tags"],
        "sourceInfo": {"registeredBy": stamp.registered_by, "updatedBy": stamp.updated_by},
    }


def content_of(document: Mapping[str, Any]) -> Document:
    """The members that clients write."""
    return {name: document[name] for name in CONTENT_MEMBERS}


def value_at(document: Any, path: str) -> Any:
    """The value at a dotted path, None when there is none."""
    for name in path.split("."):
        if not isinstance(document, Mapping):
            return None
        document = document.get(name)
    return document


def missing(document: Mapping[str, Any], paths: Iterable[str]) -> list[str]:
    """Which of `paths` hold nothing: null, an empty text or an empty list."""
    return [path for path in paths if value_at(document, path) in (None, "", [], {})]


def match_key(document: Mapping[str, Any], paths: Iterable[str], *, case_sensitive: bool) -> str | None:
    """The key by which duplicates are found, None for a customer that lacks a part of it."""
    paths = tuple(paths)
    if not paths or missing(document, paths):
        return None
    key = encode([value_at(document, path) for path in paths])
    return key if case_sensitive else key.lower()
