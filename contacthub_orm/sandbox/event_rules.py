"""What the events that clients send must look like (contract 4.1 to 4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from contacthub_orm.sandbox.event_schema import BRING_BACK, EVENT_CONTEXTS, EVENT_TYPES, TRACKING
from contacthub_orm.sandbox.problems import bad_request
from contacthub_orm.sandbox.schema import Schema
from contacthub_orm.sandbox.validation import Check, Errors, compile_schema, exceeds_limit, pointer

INVALID_EVENT = "event is not valid"

_NOT_EMPTY: Schema = {"type": "string", "minLength": 1}
_INSTANT: Schema = {"type": "string", "format": "date-time"}

_MEMBERS: Mapping[str, Check] = {
    "customerId": compile_schema(_NOT_EMPTY),
    "bringBackProperties": compile_schema(BRING_BACK),
    "date": compile_schema(_INSTANT),
    "tracking": compile_schema(TRACKING),
}
_SERVER_MEMBERS: Mapping[str, Check] = {
    "id": compile_schema(_NOT_EMPTY),
    "registeredAt": compile_schema(_INSTANT),
    "updatedAt": compile_schema(_INSTANT),
}
_REQUIRED = ("type", "context", "properties")
_LIMITED = ("properties", "contextInfo")
_OPEN = compile_schema({"type": "object"})


class EventRules:
    """Checks events.

    Args:
        types: types that the workspace defined besides those that every workspace has, and their modes.
        contexts: contexts that the workspace defined.
    """

    def __init__(self, types: Mapping[str, str], contexts: tuple[str, ...] = ()) -> None:
        self.modes = {**{name: known.mode for name, known in EVENT_TYPES.items()}, **types}
        self._types = frozenset(self.modes)
        self._contexts = frozenset((*EVENT_CONTEXTS, *contexts))

    def read(self, body: Mapping[str, Any], *, replaces: str | None = None) -> dict[str, Any]:
        """The members that a client writes, with dates as the server stores them.

        Args:
            body: the decoded body of a request.
            replaces: id of the stored event that the body takes the place of; None for a new event.

        Raises:
            Problem: 400 with everything that is wrong.
        """
        errors: Errors = []
        checks = dict(_MEMBERS) if replaces is None else {**_MEMBERS, **_SERVER_MEMBERS}
        checks["type"] = _one_of(self._types)
        checks["context"] = _one_of(self._contexts)
        checks["properties"] = _properties_of(_text(body, "type"))
        checks["contextInfo"] = _surroundings_in(_text(body, "context"))
        content = {}
        for name, value in body.items():
            if name in checks:
                content[name] = checks[name](value, f"/{name}", errors)
            else:
                errors.append((f"/{pointer(name)}", "unknown property"))
        required = _REQUIRED if replaces is None else (*_SERVER_MEMBERS, *_REQUIRED)
        errors.extend((f"/{name}", "is required") for name in required if name not in body)
        errors.extend((f"/{name}", "is larger than 64 KB") for name in _LIMITED if exceeds_limit(content.get(name)))
        if replaces is not None and body.get("id", replaces) != replaces:
            errors.append(("/id", "must be the id of the event"))
        if errors:
            raise bad_request(INVALID_EVENT, *errors)
        return {name: value for name, value in content.items() if name not in _SERVER_MEMBERS}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _one_of(known: frozenset[str]) -> Check:
    def check(value: Any, path: str, errors: Errors) -> Any:
        if not isinstance(value, str) or value not in known:
            errors.append((path, "must be one of those that the workspace has"))
        return value

    return check


def _properties_of(name: str) -> Check:
    return _compiled_properties(name) if name in EVENT_TYPES else _OPEN


def _surroundings_in(context: str) -> Check:
    return _compiled_context(context) if context in EVENT_CONTEXTS else _OPEN


@cache
def _compiled_properties(name: str) -> Check:
    return compile_schema(EVENT_TYPES[name].properties)


@cache
def _compiled_context(context: str) -> Check:
    return compile_schema(EVENT_CONTEXTS[context])
