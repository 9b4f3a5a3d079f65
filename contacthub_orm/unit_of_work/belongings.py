"""Belongings: what a customer's requests mean for its events and sessions, in a plan. Pure, as the plan is."""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Sequence

import attrs

from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.state import raw_member, state_of
from contacthub_orm.unit_of_work.keys import Key, keys_of
from contacthub_orm.unit_of_work.operations import Operation, committed_lane_of, is_moved, lane_of, parent_of

_CARRIERS = ("create", "update", "replace")


def belongs(entity: Entity) -> bool:
    """Tell whether an entity is of a class whose objects belong to a customer."""
    return bool(entity.__parent_member__) or entity.__below_parent__


def cascades(deleted: Sequence[Entity], others: Iterable[Entity]) -> dict[int, list[Entity]]:
    """Return, for each entity to be deleted that others belong to, those that the server deletes along with it."""
    riders: dict[int, list[Entity]] = {id(entity): [] for entity in deleted if not belongs(entity)}
    if not riders:
        return riders
    lanes = {lane_of(entity): riders[id(entity)] for entity in deleted if id(entity) in riders}
    marks = {id(entity) for entity in deleted}
    for mark, entity in {id(entity): entity for entity in (*deleted, *others) if belongs(entity)}.items():
        found = lanes.get(committed_lane_of(entity))
        if found is not None and (mark in marks or not is_moved(entity)):
            found.append(entity)
    return riders


def before_they_go(operations: list[Operation], gone: Container[Hashable]) -> list[Operation]:
    """Put what moves an entity away from a customer that is deleted into the lane of its DELETE, which comes last.

    Else they would race, and the server delete the entity along with the customer (contract 4.2).
    """
    return [
        attrs.evolve(operation, lane=lane)
        if is_moved(operation.entity) and (lane := committed_lane_of(operation.entity)) in gone
        else operation
        for operation in operations
    ]


def after_their_owners(
    belonging: list[Operation], owners: Iterable[Operation], deleted: Iterable[Entity], node_id: str
) -> list[Operation]:
    """Put creations that name their owner by a key into the lane of the one that has or gets this key in the plan.

    Else they would race, and the server might make an owner of its own for them (contract 4.2).
    """
    named = {
        id(operation): key
        for operation in belonging
        if (key := operation.entity.owner_key(operation.body or {}, node_id)) is not None
    }
    if not named:
        return belonging
    lanes: dict[Key, Hashable] = {}
    for entity in deleted:
        lanes.update(dict.fromkeys(keys_of(entity, state_of(entity).committed), lane_of(entity)))
    for operation in owners:
        lanes.update(dict.fromkeys(keys_of(operation.entity, operation.sent), operation.lane))
    return [
        attrs.evolve(operation, lane=lanes.get(named[id(operation)], operation.lane))
        if id(operation) in named
        else operation
        for operation in belonging
    ]


def with_outdated(belonging: list[Operation], loaded: Iterable[Entity], node_id: str) -> list[Operation]:
    """Let new links know which of the loaded entities get an owner by them (contract 2.3)."""
    links = {
        id(operation): keys_of(operation.entity, operation.sent)
        for operation in belonging
        if operation.entity.__below_parent__
    }
    if not links:
        return belonging
    found: dict[Key, list[Entity]] = {key: [] for keys in links.values() for key in keys}
    for entity in loaded:
        key = entity.owner_key(entity._data, node_id) if entity.__parent_member__ else None
        if key in found:
            found[key].append(entity)
    return [
        attrs.evolve(operation, outdated=tuple(entity for key in links[id(operation)] for entity in found[key]))
        if id(operation) in links
        else operation
        for operation in belonging
    ]


def without_twins(new: Sequence[Entity]) -> tuple[list[Entity], dict[int, tuple[Entity, ...]]]:
    """Return the new entities without those that say what another one says, and these by the `id()` of that one."""
    first: dict[Hashable, Entity] = {}
    kept: list[Entity] = []
    twins: dict[int, tuple[Entity, ...]] = {}
    for entity in new:
        if member := entity.__natural_key__:
            known = first.setdefault((lane_of(entity), raw_member(entity, member)), entity)
            if known is not entity:
                twins[id(known)] = (*twins.get(id(known), ()), entity)
                continue
        kept.append(entity)
    return kept, twins


def with_riders(operations: list[Operation], belonging: list[Operation]) -> list[Operation]:
    """Let one new ContactHub session of a customer ride in the customer's own request (contract 2.3)."""
    if not belonging:
        return operations
    at = {id(operation.entity): index for index, operation in enumerate(operations) if operation.kind in _CARRIERS}
    alone: list[Operation] = []
    for operation in belonging:
        rider = operation.entity
        index = at.pop(id(parent_of(rider)), None) if rider.__below_parent__ else None
        if index is None:
            alone.append(operation)
        else:
            params = (("sessionId", str(raw_member(rider, rider.__natural_key__))),)
            riders = (rider, *operation.riders)
            operations[index] = attrs.evolve(
                operations[index], params=params, riders=riders, carried=operation, outdated=operation.outdated
            )
    return operations + alone
