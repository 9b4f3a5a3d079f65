"""How a sandbox behaves: the policies of its workspace and the knobs of the server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypedDict

import attrs

from contacthub_orm.errors import ArgumentError
from contacthub_orm.mapping.suggestions import did_you_mean
from contacthub_orm.sandbox.event_schema import ACTIVE, MODES
from contacthub_orm.sandbox.schema import CONTENT_MEMBERS, OPEN, Schema, content_schemas
from contacthub_orm.sandbox.schema_check import check_schema

UNIQUENESS = ("NO_CHECK", "BLOCK", "MERGE")
"""What a POST with a taken key can do (contract 6.3)."""


def _paths(value: Iterable[str]) -> tuple[str, ...]:
    """Full paths; the API's own configuration names members of `base` without the prefix."""
    if isinstance(value, str):
        raise ArgumentError(f"A list of paths is needed, not one string. Write ({value!r},).")
    paths = tuple(path if path.partition(".")[0] in CONTENT_MEMBERS else f"base.{path}" for path in value)
    for path in paths:
        if path not in PROPERTIES and not path.startswith("extended."):
            raise ArgumentError(f"Customers have no property {path!r}{did_you_mean(path, PROPERTIES)}")
    return paths


def _properties(members: Mapping[str, Schema], prefix: str = "") -> Iterator[str]:
    for name, member in members.items():
        yield f"{prefix}{name}"
        yield from _properties(member.get("properties", {}), f"{prefix}{name}.")


PROPERTIES = tuple(_properties(content_schemas()))
"""The paths of everything that every customer may have, outside of lists."""


def _schema(value: Mapping[str, Any] | None) -> Schema:
    if value is None:
        return OPEN
    try:
        check_schema(value)
    except ValueError as error:
        raise ArgumentError(f"extended_schema is not a JSON schema that the sandbox understands: {error}.") from None
    return {**value, "type": ["object", "null"]}


def _not_negative(instance: Settings, attribute: attrs.Attribute[float], value: object) -> None:
    if not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise ArgumentError(f"{attribute.name} is a number of seconds, 0 or more; got {value!r}.")


def _types(value: Mapping[str, str] | Iterable[str]) -> Mapping[str, str]:
    """Modes by type; a type without a mode is an active one."""
    if isinstance(value, str):
        raise ArgumentError(f"event_types is a list of types, not one string. Write ({value!r},).")
    types = dict(value) if isinstance(value, Mapping) else dict.fromkeys(value, ACTIVE)
    wrong = sorted(name for name, mode in types.items() if mode not in MODES)
    if wrong:
        raise ArgumentError(f"event_types: the mode of {wrong[0]!r} is ACTIVE or PASSIVE.")
    return types


def _names(value: Iterable[str]) -> tuple[str, ...]:
    if isinstance(value, str):
        raise ArgumentError(f"event_contexts is a list of contexts, not one string. Write ({value!r},).")
    return tuple(value)


def _policy(instance: Settings, attribute: attrs.Attribute[str], value: str) -> None:
    if value not in UNIQUENESS:
        raise ArgumentError(f"uniqueness is BLOCK, MERGE or NO_CHECK; got {value!r}.")


@attrs.frozen(kw_only=True)
class Settings:
    """The policies and knobs of a sandbox; change them with `Sandbox.configure`.

    Attributes:
        latency: seconds that every request takes at least, half of them before it is carried out.
        index_delay: seconds until lists show a write (contract 2.8); reads by id and duplicate detection never lag.
        event_delay: seconds until an accepted event is stored (contract 4.5); lists lag by the index delay besides.
        uniqueness: what a POST with a taken key does (contract 6.3).
        matching: paths that make the key. A customer has a key when it has all of them (contract 10.2 #26).
        matching_required: refuse customers without a key, as contract 3.7 reads; off, they are simply not compared.
        case_sensitive: whether keys that differ in case are different.
        mandatory: paths that every customer must have.
        trusted: role of the token. An untrusted one cannot read or delete by id, and a 409 tells it no id.
        extended_schema: JSON schema of `extended`; None leaves it open.
        event_types: event types of the workspace's own, with open properties; a mapping to modes, or active ones.
        event_contexts: contexts of the workspace's own.
        child_id_in_body: refuse a PUT of an education, like, job or subscription whose body lacks its id (10.2 #11).
        ignore_case: compare texts of queries without regard to (Unicode) case; the real rule is unknown (10.2 #17).
        clamp_size: treat a page size over 50 as 50 instead of answering 400 (10.2 #2).
    """

    latency: float = attrs.field(default=0.0, validator=_not_negative)
    index_delay: float = attrs.field(default=0.0, validator=_not_negative)
    event_delay: float = attrs.field(default=0.0, validator=_not_negative)
    uniqueness: str = attrs.field(default="MERGE", validator=_policy)
    matching: tuple[str, ...] = attrs.field(default=("base.contacts.email",), converter=_paths)
    matching_required: bool = False
    case_sensitive: bool = True
    mandatory: tuple[str, ...] = attrs.field(default=(), converter=_paths)
    trusted: bool = True
    extended_schema: Schema = attrs.field(default=None, converter=_schema)
    event_types: Mapping[str, str] = attrs.field(factory=dict, converter=_types)
    event_contexts: tuple[str, ...] = attrs.field(default=(), converter=_names)
    child_id_in_body: bool = True
    ignore_case: bool = False
    clamp_size: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        """Paths without which a customer is refused."""
        keys = self.matching if self.matching_required else ()
        return tuple(dict.fromkeys((*keys, *self.mandatory)))


class SettingsOptions(TypedDict, total=False):
    """The keyword arguments of `Settings`, for the signatures that take them."""

    latency: float
    index_delay: float
    event_delay: float
    uniqueness: str
    matching: Iterable[str]
    matching_required: bool
    case_sensitive: bool
    mandatory: Iterable[str]
    trusted: bool
    extended_schema: Mapping[str, Any] | None
    event_types: Mapping[str, str] | Iterable[str]
    event_contexts: Iterable[str]
    child_id_in_body: bool
    ignore_case: bool
    clamp_size: bool
