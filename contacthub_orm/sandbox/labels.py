"""Names and schemas as the API publishes them: with labels, in draft 4 of JSON schema (contract 2.6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from contacthub_orm.sandbox.schema import Schema

DRAFT = "http://json-schema.org/draft-04/schema#"

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")

Annotate = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
"""`annotate(path, property)` gives the `contactlabProperties` of a property at a dotted path."""


def label(name: str) -> str:
    """The name of a property, type or context for people.

    >>> label("mobilePhone"), label("CONTACT_CENTER")
    ('Mobile phone', 'Contact center')
    """
    return " ".join(_WORD.split(name)).capitalize()


def published(schema: Schema, annotate: Annotate | None = None) -> dict[str, Any]:
    """A schema as it is sent.

    Args:
        schema: in the vocabulary of the sandbox.
        annotate: says what the `contactlabProperties` of each property are; without it there are none.
    """
    return {"$schema": DRAFT, **_copied(schema, annotate, "")}


def _copied(schema: Mapping[str, Any], annotate: Annotate | None, path: str) -> dict[str, Any]:
    copy = dict(schema)
    if not copy.get("required", True):
        del copy["required"]  # draft 4 knows no empty list there
    if isinstance(copy.get("properties"), Mapping):
        members = copy["properties"].items()
        copy["properties"] = {name: _property(member, annotate, f"{path}{name}") for name, member in members}
    if isinstance(copy.get("items"), Mapping):
        copy["items"] = _copied(copy["items"], annotate, path)
    return copy


def _property(schema: Mapping[str, Any], annotate: Annotate | None, path: str) -> dict[str, Any]:
    copy = _copied(schema, annotate, f"{path}.")
    if annotate is not None:
        copy["contactlabProperties"] = dict(annotate(path, schema))
    return copy
