"""Operations: single requests that the unit of work intends, made from the entities they are for. No I/O."""

from __future__ import annotations

from collections.abc import Container, Hashable, Sequence
from typing import Literal

import attrs

from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.merge_patch import JSONObject, leaves
from contacthub_orm.mapping.sending import without_nulls
from contacthub_orm.mapping.state import Untouched, changes, raw_member, snapshot, state_of
from contacthub_orm.unit_of_work.child_changes import single_child_change
from contacthub_orm.unit_of_work.children_apart import ChildRequest

Kind = Literal["create", "update", "replace", "delete", "child"]

PENDING = "(new)"
"""Stands for the id of a customer that is not created yet."""


@attrs.frozen(slots=True, eq=False, repr=False)
class Operation:
    """One HTTP request that the unit of work intends.

    `path` and `segments` are relative to the workspace, `why` names what changed (`reason` says it, or is the merge
    patch that does), `sent` is the document that the request makes true. Operations of one lane run one after the
    other, lanes run in parallel. `needs` is the new entity whose id the request has to hold; `riders` are entities that
    are settled along with this one, `carried` is the request of their own that one of them is saved; `outdated` are
    loaded ones that belong to a customer by this request; `apart` says which child of the entity the request is about,
    when that one is in no loaded list.
    """

    kind: Kind
    method: str
    segments: tuple[str, ...]
    body: JSONObject | None
    reason: str | JSONObject
    entity: Entity
    sent: JSONObject
    lane: Hashable
    params: tuple[tuple[str, str], ...] = ()
    needs: Entity | None = None
    riders: tuple[Entity, ...] = ()
    carried: Operation | None = None
    outdated: tuple[Entity, ...] = ()
    apart: ChildRequest | None = None
    force_update: bool = False

    @property
    def path(self) -> str:
        """The path below the workspace, for people; the transport encodes the segments."""
        query = "&".join(f"{name}={value}" for name, value in self.params)
        return "/" + "/".join(self.segments) + (f"?{query}" if query else "")

    @property
    def why(self) -> str:
        """What happened to the entity, for people; made when asked for, since most operations are just sent."""
        return self.reason if isinstance(self.reason, str) else "changed " + ", ".join(leaves(self.reason))

    def without_carried(self) -> Operation:
        """Return the operation without what rides in it."""
        return attrs.evolve(self, params=(), riders=(), carried=None, outdated=())

    def with_parent_id(self, ident: str) -> Operation:
        """Return the operation with the id of the entity that it needs, once that one is created."""
        body, member = self.body, self.entity.__parent_member__
        if body is not None and member:
            body = {**body, member: ident}
        segments = tuple(ident if segment == PENDING else segment for segment in self.segments)
        return attrs.evolve(self, segments=segments, body=body)

    def __repr__(self) -> str:
        return f"<{self.method} {self.path}: {self.why}>"


def create(entity: Entity, node_id: str, force_update: bool, number: int | None = None) -> Operation:
    """Return the POST of a new entity; its number tells it from others of its class, which have no id either."""
    sent = snapshot(entity)
    # Its changes and not the snapshot: parts that were only looked into would erase lists if the POST becomes a PATCH.
    body = entity.fill_body(_own_node(entity, _writable(entity, changes(entity))), node_id)
    parent = parent_of(entity)
    member = entity.__parent_member__
    if parent is not None and member:
        body = {member: identity(parent) if state_of(parent).key else PENDING, **body}
    why = f"new {type(entity).__name__}{'' if number is None else f' #{number}'}"
    return Operation(
        "create", "POST", _collection(entity), body, why, entity, sent, lane_of(entity),
        needs=parent if parent is not None and state_of(parent).key is None else None, force_update=force_update,
    )  # fmt: skip


def update(entity: Entity, patch: JSONObject, node_id: str, whole: bool = False) -> Operation:
    """Return the request for the edits of an entity: a PATCH, or that of its only changed child, or a PUT.

    With `whole` it is the entity's own request in any case, because something is to ride in it.
    """
    if entity.__edited_by__ == "PUT":
        return attrs.evolve(replace(entity, node_id), kind="update", reason=patch)
    sent = snapshot(entity)
    child = None if whole else single_child_change(entity, patch)
    if child is not None:
        path = (*resource_of(entity), *child.segments)
        return Operation("child", child.method, path, child.body, child.why, entity, sent, lane_of(entity))
    return Operation("update", "PATCH", resource_of(entity), patch, patch, entity, sent, lane_of(entity))


_CHILD_REQUESTS = {"add": ("POST", "new"), "replace": ("PUT", "replaced"), "delete": ("DELETE", "deleted")}


def child_apart(request: ChildRequest) -> Operation:
    """Return the request for a child of a customer whose list is not loaded."""
    customer, child = request.customer, request.child
    method, what = _CHILD_REQUESTS[request.verb]
    path = (*resource_of(customer), child.__kind__, *(() if request.verb == "add" else (child._data.get("id") or "",)))
    body = None if request.verb == "delete" else without_nulls(type(child), child.to_dict())
    why = f"{what} {type(child).__name__}"
    sent = snapshot(customer)
    return Operation("child", method, path, body, why, customer, sent, lane_of(customer), apart=request)


def replace(entity: Entity, node_id: str) -> Operation:
    """Return the PUT of a whole entity."""
    sent = snapshot(entity)
    repeated = {name: sent[name] for name in entity.__repeated__ if sent.get(name) is not None}
    content = _own_node(entity, _writable(entity, sent))
    body = entity.fill_body({**repeated, "id": identity(entity), **content}, node_id)
    needs = None
    parent, member = parent_of(entity), entity.__parent_member__
    if parent is not None and member and not state_of(entity).committed:  # else the document names it, or nobody
        body[member] = identity(parent) if state_of(parent).key else PENDING
        needs = parent if state_of(parent).key is None else None
    return Operation(
        "replace", "PUT", resource_of(entity), body, "replaced whole", entity, sent, lane_of(entity), needs=needs
    )


def delete(entity: Entity, riders: Sequence[Entity], asked: Container[int]) -> Operation:
    """Return the DELETE of an entity; what the server deletes along with it rides.

    `asked` holds the `id()` of what a request was asked for: only of those it is told that they need none.
    """
    spared = sum(id(rider) in asked for rider in riders)
    why = f"deleted, and {spared} of its own with it" if spared else "deleted"
    sent, lane = snapshot(entity), lane_of(entity)
    return Operation("delete", "DELETE", resource_of(entity), None, why, entity, sent, lane, riders=tuple(riders))


def identity(entity: Entity) -> str:
    """Return the id of a persistent entity."""
    key = state_of(entity).key
    assert key is not None
    return key[1]


def parent_of(entity: Entity) -> Entity | None:
    """Return the entity that another one belongs to, when it is known as an object and still named by its id."""
    if isinstance(entity._document, Untouched):
        return None  # it was only read; asking for its state would make one
    parent, member = state_of(entity).parent, entity.__parent_member__
    if not isinstance(parent, Entity):
        return None
    named = raw_member(entity, member) if member else None
    if named is None:
        return None if is_moved(entity) else parent
    key = state_of(parent).key
    return parent if key is not None and key[1] == named else None


def lane_of(entity: Entity) -> Hashable:
    """Return what keeps the operations on a customer and on its own in order: the customer's identity."""
    holder = parent_of(entity) or entity
    member = entity.__parent_member__
    if holder is entity and member and (ident := raw_member(entity, member)):
        return ("customers", ident)
    return own_lane(holder)


def is_moved(entity: Entity) -> bool:
    """Tell whether an edit gives a persistent entity another customer than the server has it with."""
    member = entity.__parent_member__
    if not member or isinstance(entity._document, Untouched):
        return False
    committed = state_of(entity).committed
    return bool(committed) and committed.get(member) != raw_member(entity, member)


def committed_lane_of(entity: Entity) -> Hashable:
    """Return the lane of the customer that the server has an entity with."""
    if not is_moved(entity):
        return lane_of(entity)
    ident = state_of(entity).committed.get(entity.__parent_member__)
    return ("customers", ident) if ident else own_lane(entity)


def own_lane(entity: Entity) -> Hashable:
    """Return the lane of an entity and of what belongs to it: its identity, be it that of the object."""
    return state_of(entity).key or id(entity)


def _own_node(entity: Entity, body: JSONObject) -> JSONObject:
    own = raw_member(entity, "nodeId")
    return body if own is None else {"nodeId": own, **body}


def _writable(entity: Entity, document: JSONObject) -> JSONObject:
    """Return what a POST or PUT may say: no member of the server's own, nulls left out (contract 6.2)."""
    own = (*entity.__server_owned__, "nodeId")
    return without_nulls(type(entity), {key: value for key, value in document.items() if key not in own})


def _collection(entity: Entity) -> tuple[str, ...]:
    if not entity.__below_parent__:
        return (entity.__path__,)
    parent = parent_of(entity)
    assert parent is not None
    return (parent.__path__, identity(parent) if state_of(parent).key else PENDING, entity.__path__)


def resource_of(entity: Entity) -> tuple[str, ...]:
    """Return the path segments of a persistent entity."""
    return (*_collection(entity), identity(entity))
