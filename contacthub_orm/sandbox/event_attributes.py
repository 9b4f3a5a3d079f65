"""Attributes of events, as conditions about what customers did name them: paths from the root of the event."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from contacthub_orm.sandbox.attributes import Attributes, Kind
from contacthub_orm.sandbox.event_schema import BRING_BACK, EVENT_CONTEXTS, EVENT_TYPES, TRACKING
from contacthub_orm.sandbox.schema import STAMPS, Schema

_COLUMNS: Mapping[str, tuple[str, Kind]] = {
    "id": ("event.id", Kind.STRING),
    "type": ("event.type", Kind.STRING),
    "context": ("event.context", Kind.STRING),
    "date": ("event.date", Kind.INSTANT),
    "nodeId": ("event.node", Kind.STRING),
}

_TEXT: Schema = {"type": ["string", "null"]}
_FREE: Schema = {"type": "object"}


def _surroundings() -> Schema:
    """What `contextInfo` holds in one context or another; a member means the same in all."""
    members: dict[str, Any] = {}
    for schema in EVENT_CONTEXTS.values():
        members |= schema["properties"]
    return {"type": "object", "properties": members}


_MEMBERS: Mapping[str, Schema] = {
    "customerId": _TEXT,
    "bringBackProperties": BRING_BACK,
    "contextInfo": _surroundings(),
    "tracking": TRACKING,
    **STAMPS,
}


@lru_cache(maxsize=128)
def attributes_of_events(name: str) -> Attributes:
    """The attributes of events of a type; those of the workspace's own have any properties."""
    properties = EVENT_TYPES[name].properties if name in EVENT_TYPES else _FREE
    root = {"type": "object", "properties": {**_MEMBERS, "properties": properties}}
    return Attributes(root, _COLUMNS)
