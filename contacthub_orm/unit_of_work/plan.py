"""Plan: the requests that a flush would send, computed from what changed. Pure: nothing in here does I/O."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, overload

import attrs

from contacthub_orm.errors import FlushError, ValidationError
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.merge_patch import JSONObject, leaves, without_nulls
from contacthub_orm.mapping.state import changes, raw_member, snapshot, state_of

Kind = Literal["create", "update", "replace", "delete"]

SECTION_LIMIT = 64 * 1024
"""Bytes of UTF-8 JSON that a section of a document may have (contract 2.9)."""


@attrs.frozen(slots=True, eq=False, repr=False)
class Operation:
    """One HTTP request that the unit of work intends.

    `path` and `segments` are relative to the workspace, `why` names what changed, `sent` is the document that the
    request makes true. Operations of one lane run one after the other, lanes run in parallel.
    """

    kind: Kind
    method: str
    segments: tuple[str, ...]
    body: JSONObject | None
    why: str
    entity: Entity
    sent: JSONObject
    lane: int
    force_update: bool = False

    @property
    def path(self) -> str:
        """The path below the workspace, for people; the transport encodes the segments."""
        return "/" + "/".join(self.segments)

    def __repr__(self) -> str:
        return f"<{self.method} {self.path}: {self.why}>"


@attrs.frozen(slots=True, eq=False, repr=False)
class Plan(Sequence[Operation]):
    """All operations of a flush, in the order in which they start: creates, edits, deletes.

    `print(plan)` shows a table with the bodies; its repr leaves the bodies out, because they are customers' data.
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
        rows = [
            (operation.method, operation.path, _brief(operation.body) if with_bodies else "", operation.why)
            for operation in self.operations
        ]
        verb, path, body = (max((len(row[column]) for row in rows), default=0) for column in range(3))
        lines = [
            f"{row[0]:<{verb}}  {row[1]:<{path}}  " + (f"{row[2]:<{body}}  " if with_bodies else "") + row[3]
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
    forced: frozenset[int] = frozenset(),
    node_id: str = "",
) -> Plan:
    """Return the smallest set of requests for these changes: one a changed resource, bodies with changed leaves only.

    Args:
        new: entities to create, in the order they were added.
        edited: entities that changed, each with its merge patch.
        replaced: entities to PUT whole.
        deleted: entities to delete, in the order they were marked.
        forced: ids (`id()`) of new entities whose conflict turns into an update of the existing resource.
        node_id: the node that new entities belong to.

    Raises ValidationError with every problem of every entity, FlushError for a new one that takes the place of a
    deleted one; nothing is to be sent then.
    """
    new, deleted = list(new), list(deleted)
    _refuse_successors(new, deleted)
    gone = {id(entity) for entity in deleted}
    whole = {id(entity) for entity in replaced}
    operations = [_create(entity, node_id, id(entity) in forced) for entity in new]
    operations += [_replace(entity, node_id) for entity in replaced if id(entity) not in gone]
    operations += [
        _update(entity, patch) for entity, patch in edited if id(entity) not in gone and id(entity) not in whole
    ]
    operations += [_delete(entity) for entity in deleted]
    problems = [problem for operation in operations for problem in _problems(operation)]
    if problems:
        raise ValidationError(problems)
    return Plan(tuple(operations))


def _refuse_successors(new: Sequence[Entity], deleted: Sequence[Entity]) -> None:
    """Refuse to create what is deleted in the same flush: the server may merge it into the old one, which then goes."""
    gone = {
        (entity.__path__, name, value): entity
        for entity in deleted
        for name in ("id", "externalId")
        if (value := state_of(entity).committed.get(name)) is not None
    }
    for entity in new if gone else ():
        for name in ("id", "externalId"):
            old = gone.get((entity.__path__, name, raw_member(entity, name)))
            if old is not None:
                raise FlushError(
                    f"a new {type(entity).__name__} has the {name} of {type(old).__name__} {_identity(old)}, which is "
                    "to be deleted; replace() the old one by its content instead, or commit the deletion first"
                )


def _create(entity: Entity, node_id: str, force_update: bool) -> Operation:
    sent = snapshot(entity)
    # Its changes and not the snapshot: parts that were only looked into would erase lists if the POST becomes a PATCH.
    content = _writable(entity, changes(entity))
    body = {"nodeId": sent.get("nodeId") or node_id, **content}
    why = f"new {type(entity).__name__}"
    return Operation("create", "POST", (entity.__path__,), body, why, entity, sent, id(entity), force_update)


def _update(entity: Entity, patch: JSONObject) -> Operation:
    why = "changed " + ", ".join(leaves(patch))
    return Operation("update", "PATCH", _resource(entity), patch, why, entity, snapshot(entity), id(entity))


def _replace(entity: Entity, node_id: str) -> Operation:
    sent = snapshot(entity)
    identity = _identity(entity)
    body = {"id": identity, "nodeId": sent.get("nodeId") or node_id, **_writable(entity, sent)}
    return Operation("replace", "PUT", _resource(entity), body, "replaced whole", entity, sent, id(entity))


def _delete(entity: Entity) -> Operation:
    return Operation("delete", "DELETE", _resource(entity), None, "deleted", entity, snapshot(entity), id(entity))


def _writable(entity: Entity, document: JSONObject) -> JSONObject:
    """Return what a POST or PUT may say: no member of the server's own, nulls left out (contract 6.2)."""
    own = (*entity.__server_owned__, "nodeId")
    kept: JSONObject = without_nulls({key: value for key, value in document.items() if key not in own})
    return kept


def _identity(entity: Entity) -> str:
    key = state_of(entity).key
    assert key is not None
    return key[1]


def _resource(entity: Entity) -> tuple[str, ...]:
    return (entity.__path__, _identity(entity))


def _problems(operation: Operation) -> Iterator[tuple[str, str]]:
    entity, body = operation.entity, operation.body
    if body is None:
        return
    where = type(entity).__name__ if operation.kind == "create" else f"{type(entity).__name__} {_identity(entity)}"
    if operation.kind == "create" and entity.__any_of__ and not any(body.get(name) for name in entity.__any_of__):
        yield where, f"is empty; the API needs at least one of {', '.join(entity.__any_of__)}"
    for name in entity.__sections__:
        if name in body:
            size = _size(operation.sent.get(name))
            if size > SECTION_LIMIT:
                yield f"{where} {name}", f"has {size:,} bytes of JSON; the API takes at most {SECTION_LIMIT:,}"


_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def _size(section: Any) -> int:
    if isinstance(section, str):
        return len(section.encode())
    return len(_COMPACT.encode(section).encode())
