"""The normal form of a customer: what the server returns for what a client wrote (contract 3.1).

`base` shows every member: scalars and groups that are unset as null, lists as `[]`; a group that was set shows all its
scalars. `consents` is null, or the full tree once anything in it was set (10.2 #41). `tags` is null, or both lists.
In `extended` an unset member is simply not there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contacthub_orm.sandbox.schema import BASE, CONSENTS, TAGS, Schema

Fill = Callable[[Any], Any]


def _filler(schema: Schema, *, whole_tree: bool = False) -> Fill:
    """A function that adds what is unset to a value of `schema`; `whole_tree` spells unset groups out."""
    if schema["type"] == "array":
        return lambda value: [] if value is None else value
    if "properties" in schema:
        return _group_filler(schema, whole_tree=whole_tree)
    return lambda value: value


def _group_filler(schema: Schema, *, whole_tree: bool) -> Fill:
    members = [(name, _filler(member, whole_tree=whole_tree)) for name, member in schema["properties"].items()]

    def fill(value: dict[str, Any] | None) -> dict[str, Any] | None:
        if value is None:
            return {name: fill_member(None) for name, fill_member in members} if whole_tree else None
        get = value.get
        return {name: fill_member(get(name)) for name, fill_member in members}

    return fill


_fill_base = _filler(BASE)
_fill_consents = _filler(CONSENTS, whole_tree=True)
_fill_tags = _filler(TAGS)


def normalise(content: Mapping[str, Any]) -> dict[str, Any]:
    """The members that a client writes, in normal form; `content` may lack any of them."""
    enabled = content.get("enabled")
    consents = content.get("consents")
    return {
        "externalId": content.get("externalId"),
        "extra": content.get("extra"),
        "enabled": True if enabled is None else enabled,
        "base": _fill_base(content.get("base")),
        "extended": without_unset(content.get("extended")),
        "consents": None if consents is None else _fill_consents(consents),
        "tags": _fill_tags(content.get("tags")),
    }


def without_unset(value: Any) -> Any:
    """`value` without the null members of its objects; what stands in lists is kept as it was sent."""
    if isinstance(value, dict):
        return {name: without_unset(member) for name, member in value.items() if member is not None}
    return value
