"""Keys: values that no two resources may have, and new entities that take one which another gives up."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from typing import Any

from contacthub_orm.errors import FlushError
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.merge_patch import JSONObject
from contacthub_orm.mapping.state import snapshot, state_of
from contacthub_orm.unit_of_work.operations import Operation, identity

Key = tuple[str, str, str]
"""(collection, path of the member, value)."""


def refuse_successors(new: Sequence[Entity], deleted: Iterable[Entity], edited: Iterable[Entity]) -> None:
    """Raise FlushError for a new entity with a key that a deleted or edited one gives up in the same flush.

    The requests run in parallel, and the server may merge the new one into the old one (contract 6.3), which then goes
    or changes: a later flush is safe.
    """
    if not new:
        return
    given_up: dict[Key, tuple[Entity, str]] = {}
    for entity in edited:
        for key in keys_of(entity, state_of(entity).committed) - keys_of(entity, snapshot(entity)):
            given_up[key] = (entity, "an edit takes away; commit the edit first")
    for entity in deleted:
        other_way = "replace() it by the new content, or " if entity.__edited_by__ is not None else ""
        for key in keys_of(entity, state_of(entity).committed):
            given_up[key] = (entity, f"goes with its deletion; {other_way}commit the deletion first")
    for entity in new if given_up else ():
        for key in sorted(keys_of(entity, snapshot(entity)) & given_up.keys()):
            old, why = given_up[key]
            raise FlushError(
                f"a new {type(entity).__name__} has the {key[1]} of {type(old).__name__} {identity(old)}, which {why}"
            )


def joined_lanes(operations: Iterable[Operation]) -> dict[Hashable, Hashable]:
    """Return, for each lane with a new entity that has a key of one in an earlier lane, the lane that it goes on.

    Side by side, chance would decide which of the two the server takes for a duplicate of the other (contract 6.3).
    """
    first: dict[Key, Hashable] = {}
    goes_on: dict[Hashable, Hashable] = {}

    def origin(lane: Hashable) -> Hashable:
        while lane in goes_on:
            lane = goes_on[lane]
        return lane

    for operation in operations:
        for key in keys_of(operation.entity, operation.sent) if operation.kind == "create" else ():
            found = first.setdefault(key, operation.lane)
            if found is not operation.lane and (own := origin(operation.lane)) != (earlier := origin(found)):
                goes_on[own] = earlier
    return {lane: origin(lane) for lane in goes_on}


def keys_of(entity: Entity, document: JSONObject) -> set[Key]:
    """Return the keys that a document of an entity has."""
    found: set[Key] = set()
    for path, names in _split(entity.__unique__):
        value: Any = document
        for name in names:
            value = value.get(name) if type(value) is dict else None
        if type(value) is str and value:
            found.add((entity.__path__, path, value))
    return found


@cache
def _split(paths: tuple[str, ...]) -> tuple[tuple[str, list[str]], ...]:
    return tuple((path, path.split(".")) for path in paths)
