"""Plan: the requests that a flush would send, computed from what changed. Pure: nothing in here does I/O."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import overload

import attrs

from contacthub_orm.errors import ValidationError
from contacthub_orm.mapping.checking import Problem
from contacthub_orm.mapping.children import place_of_collection
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.merge_patch import JSONObject
from contacthub_orm.mapping.state import state_of
from contacthub_orm.unit_of_work import operations as operations_for
from contacthub_orm.unit_of_work.belongings import (
    after_their_owners,
    before_they_go,
    belongs,
    cascades,
    with_outdated,
    with_riders,
    without_twins,
)
from contacthub_orm.unit_of_work.child_changes import misidentified
from contacthub_orm.unit_of_work.children_apart import ChildRequest, problems_of_request
from contacthub_orm.unit_of_work.keys import refuse_successors
from contacthub_orm.unit_of_work.operations import Operation, identity, is_moved, lane_of, parent_of
from contacthub_orm.unit_of_work.section_size import SECTION_LIMIT, excessive_size


@attrs.frozen(slots=True, eq=False, repr=False)
class Plan(Sequence[Operation]):
    """All operations of a flush, in the order in which they start: creates, edits, deletes.

    `print(plan)` shows a table with the bodies; its repr leaves the bodies out, because they are customers' data.
    Several new objects of a class are numbered in the order in which they were added.

    >>> from contacthub_orm import Customer
    >>> build_plan(new=[Customer(externalId="c-1"), Customer(externalId="c-2")], node_id="n")
    <Plan of 2 requests: 2 POST
    POST  /customers  new Customer #1
    POST  /customers  new Customer #2>
    """

    operations: tuple[Operation, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Operation: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Operation, ...]: ...
    def __getitem__(self, index: int | slice) -> Operation | tuple[Operation, ...]:
        return self.operations[index]

    def __len__(self) -> int:
        return len(self.operations)

    def __iter__(self) -> Iterator[Operation]:
        return iter(self.operations)

    def summary(self) -> str:
        """Return the count of requests by verb: `3 requests: 1 POST, 2 PATCH`."""
        counts: dict[str, int] = {}
        for operation in self.operations:
            counts[operation.method] = counts.get(operation.method, 0) + 1
        total = f"{len(self.operations)} request{'' if len(self.operations) == 1 else 's'}"
        return total + (": " + ", ".join(f"{count} {verb}" for verb, count in counts.items()) if counts else "")

    def __str__(self) -> str:
        return self._table(with_bodies=True)

    def __repr__(self) -> str:
        return f"<Plan of {self._table(with_bodies=False)}>"

    def _table(self, with_bodies: bool) -> str:
        rows = [(operation.method, operation.path, operation.why, _brief(operation.body)) for operation in self]
        verb, path, why = (max((len(row[column]) for row in rows), default=0) for column in range(3))
        lines = [
            f"{row[0]:<{verb}}  {row[1]:<{path}}  {row[2]:<{why}}" + (f"  {row[3]}" if with_bodies else "")
            for row in rows
        ]
        return "\n".join([self.summary(), *(line.rstrip() for line in lines)])


def _brief(body: JSONObject | None, width: int = 72) -> str:
    text = "" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= width else text[: width - 1] + "…"


def build_plan(
    *,
    new: Iterable[Entity] = (),
    edited: Iterable[tuple[Entity, JSONObject]] = (),
    replaced: Iterable[Entity] = (),
    deleted: Iterable[Entity] = (),
    children: Iterable[ChildRequest] = (),
    loaded: Collection[Entity] = (),
    forced: frozenset[int] = frozenset(),
    node_id: str = "",
    check: bool = True,
) -> Plan:
    """Return the smallest set of requests for these changes: one a changed resource, bodies with changed leaves only.

    Args:
        new: entities to create, in the order they were added; those that belong to a customer come after all edits.
        edited: entities that changed, each with its merge patch.
        replaced: entities to PUT whole.
        deleted: entities to delete, in the order they were marked.
        children: what is to be done with children whose lists are not loaded, one of each customer at most.
        loaded: entities that a request may change besides; looked at only when there is such a request.
        forced: ids (`id()`) of new entities whose conflict turns into an update of the existing resource.
        node_id: the node that new entities belong to.
        check: hold what is sent to the model of its class.

    Raises ValidationError with every problem of every entity, FlushError for a new one that takes the place of a
    deleted one; nothing is to be sent then.
    """
    new, edited, replaced, deleted = list(new), list(edited), list(replaced), list(deleted)
    new, twins = without_twins(new)
    marks = {id(entity) for entity in deleted}
    gone_lanes = {lane_of(entity): type(entity).__name__ for entity in deleted if not belongs(entity)}
    riders = cascades(deleted, chain((entity for entity, _ in edited), loaded))
    refuse_successors(new, chain(deleted, *riders.values()), (entity for entity, _ in edited))
    riding = {id(rider) for found in riders.values() for rider in found}
    gone = marks | riding
    whole = gone | {id(entity) for entity in replaced}
    creates = [
        operations_for.create(entity, node_id, id(entity) in forced, number)
        for entity, number in zip(new, _numbers(new), strict=True)
    ]
    if twins:
        creates = [attrs.evolve(it, riders=twins.get(id(it.entity), ())) for it in creates]
    operations = [operation for operation in creates if not belongs(operation.entity)]
    operations += [operations_for.replace(entity, node_id) for entity in replaced if id(entity) not in gone]
    carriers = {id(parent_of(entity)) for entity in new if entity.__below_parent__}
    operations += [
        operations_for.update(entity, patch, node_id, whole=id(entity) in carriers)
        for entity, patch in edited
        if id(entity) not in whole
    ]
    operations += [operations_for.child_apart(child) for child in children if id(child.customer) not in gone]
    if gone_lanes:
        operations = before_they_go(operations, gone_lanes)
    belonging = [operation for operation in creates if belongs(operation.entity)]
    belonging = after_their_owners(belonging, operations, deleted, node_id)
    operations = with_riders(operations, with_outdated(belonging, loaded, node_id))
    asked = marks | {id(entity) for entity, _ in edited}
    operations += [
        operations_for.delete(entity, riders.get(id(entity), ()), asked)
        for entity in sorted(deleted, key=belongs, reverse=True)
        if id(entity) not in riding
    ]
    problems = [(it.entity, problem) for it in operations for problem in _located(it, gone_lanes, check)]
    if problems:
        raise ValidationError([problem for _, problem in problems], [entity for entity, _ in problems])
    return Plan(tuple(operations))


def _numbers(new: Sequence[Entity]) -> Iterator[int | None]:
    """Yield the number of each new entity among those of its class, from 1; None for the only one."""
    several = Counter(map(type, new))
    seen: Counter[type[Entity]] = Counter()
    for kind in map(type, new):
        seen[kind] += 1
        yield seen[kind] if several[kind] > 1 else None


def _located(operation: Operation, gone: Mapping[Hashable, str], check: bool) -> list[Problem]:
    """Return the problems of an operation, each with the object that has it."""
    problems = list(_problems(operation, gone, check))
    if not problems:
        return problems
    where = _where(operation)
    return [(f"{where} {path}".rstrip(), reason) for path, reason in problems]


def _problems(operation: Operation, gone: Mapping[Hashable, str], check: bool) -> Iterator[Problem]:
    entity, body = operation.entity, operation.body
    if operation.kind == "child":
        yield from _problems_of_child(operation)
        return
    if body is None:
        return
    parent = operation.needs
    if parent is not None and state_of(parent).session is None:
        other = ", set its customer" if entity.__parent_member__ else ""
        text = f"belongs to a {type(parent).__name__} that is in no session"
        yield "", f"{text}; add that one too{other}, or expunge this one"
    if operation.kind == "create":
        yield from _problems_of_new(operation, body, gone)
    elif gone and is_moved(entity) and (lane := lane_of(entity)) in gone:
        yield entity.__parent_member__, f"names a {gone[lane]} that is to be deleted; name another one, or delete both"
    yield from misidentified(entity, body)
    yield from _too_large((name, operation.sent.get(name)) for name in entity.__sections__ if name in body)
    if check:
        yield from _problems_of_document(operation, body)


def _problems_of_document(operation: Operation, body: JSONObject) -> list[Problem]:
    """Return what does not fit the model; in a PUT, without what the server itself has so and gets back unchanged."""
    entity = operation.entity
    found = list(entity.check_document(body))
    committed = state_of(entity).committed if operation.method == "PUT" else None
    if not found or not committed:
        return found
    known = set(entity.check_document(committed))
    return [problem for problem in found if problem not in known]


def _problems_of_child(operation: Operation) -> Iterator[Problem]:
    if operation.apart is not None:
        yield from problems_of_request(operation.apart)
        yield from _too_large([(operation.apart.path, operation.body)])
    elif operation.body is not None:
        section, _ = place_of_collection(type(operation.entity), operation.segments[2])
        yield from _too_large([(section, operation.sent.get(section))])


def _too_large(contents: Iterable[tuple[str, object]]) -> Iterator[Problem]:
    for path, content in contents:
        if size := excessive_size(content):
            yield path, f"has {size:,} bytes of JSON; the API takes at most {SECTION_LIMIT:,}"


def _problems_of_new(operation: Operation, body: JSONObject, gone: Mapping[Hashable, str]) -> Iterator[Problem]:
    entity = operation.entity
    if entity.__any_of__ and not any(body.get(name) for name in entity.__any_of__):
        yield "", f"is empty; the API needs at least one of {', '.join(entity.__any_of__)}"
    if belongs(entity) and operation.lane in gone:
        yield "", f"belongs to a {gone[operation.lane]} that is to be deleted; expunge this one, or add that one again"


def _where(operation: Operation) -> str:
    if operation.kind == "create":
        return operation.why
    return f"{type(operation.entity).__name__} {identity(operation.entity)}"
