"""UnitOfWork: which entities a session knows, which of them changed, and what is to be done with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar
from weakref import ref

import attrs

from contacthub_orm.errors import InvalidRequestError, OperationNotPermitted
from contacthub_orm.mapping.children import Child, discard_changes_and_relist, relist, take_stored
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.merge_patch import JSONObject
from contacthub_orm.mapping.state import (
    IdentityKey,
    Owner,
    Untouched,
    changes,
    forget_document,
    hydrate,
    hydrate_all,
    raw_member,
    state_of,
)
from contacthub_orm.unit_of_work.children_apart import ChildrenApart, put
from contacthub_orm.unit_of_work.gone import Gone
from contacthub_orm.unit_of_work.identity import checked_identity, label
from contacthub_orm.unit_of_work.identity_map import IdentityMap
from contacthub_orm.unit_of_work.operations import identity, lane_of, own_lane, parent_of
from contacthub_orm.unit_of_work.pending import Pending
from contacthub_orm.unit_of_work.plan import Plan, build_plan
from contacthub_orm.unit_of_work.report import Outcome

E = TypeVar("E", bound=Entity)
Entities = dict[int, Entity]
"""Entities by `id()`, in the order they came in: compared by identity, held strongly."""


@attrs.define(slots=True, eq=False)
class UnitOfWork:
    """The books of a session. Does no I/O.

    `new` waits for its POST, `touched` may have changed since it was confirmed, `replaced` waits for a PUT, `deleted`
    for its DELETE. `apart` are children whose lists are not loaded. `held` are creations of unknown outcome: they are
    not sent again until they are added again. `gone` is what is known to be no longer on the server.
    """

    owner: ref[Owner]
    identity_map: IdentityMap
    new: Pending = attrs.field(factory=Pending)
    touched: Entities = attrs.field(factory=dict)
    replaced: Entities = attrs.field(factory=dict)
    deleted: Entities = attrs.field(factory=dict)
    forced: set[int] = attrs.field(factory=set)
    held: dict[int, Outcome] = attrs.field(factory=dict)
    apart: ChildrenApart = attrs.field(factory=ChildrenApart)
    gone: Gone = attrs.field(factory=Gone)
    untouched: Untouched = attrs.field(init=False)

    @untouched.default
    def _make_untouched(self) -> Untouched:
        return Untouched(self.owner)

    @property
    def is_idle(self) -> bool:
        """True when nothing can be waiting to be sent."""
        return not (self.touched or self.new or self.deleted or self.replaced or self.apart.waiting)

    def dirty(self) -> list[Entity]:
        """Return the persistent entities with a net change, in the order of their first change."""
        changed = {id(entity): entity for entity, _ in self._edited()}
        changed.update((mark, request.customer) for mark, request in self.apart.waiting.items())
        return [entity for mark, entity in changed.items() if mark not in self.deleted]

    def changed(self) -> list[Entity]:
        """Return the persistent entities that a flush would send an edit or the whole of."""
        found = {id(entity): entity for entity in (*self.dirty(), *self.replaced.values())}
        return [entity for mark, entity in found.items() if mark not in self.deleted]

    def is_modified(self, entity: Entity) -> bool:
        """Tell whether a flush would send something for a persistent entity."""
        mark = id(entity)
        return bool(changes(entity)) or any(mark in it for it in (self.apart.waiting, self.replaced, self.deleted))

    def plan(self, node_id: str, *, check: bool = True) -> Plan:
        """Return what a flush would send now; `check` holds it to the models."""
        for request in list(self.apart.waiting.values()):
            self.join_lists(request.customer)
        return build_plan(
            new=[entity for mark, entity in self.new.items() if mark not in self.held],
            edited=self._edited(),
            replaced=list(self.replaced.values()),
            deleted=list(self.deleted.values()),
            children=list(self.apart.waiting.values()),
            loaded=self.identity_map.values(),
            forced=frozenset(self.forced),
            node_id=node_id,
            check=check,
        )

    def _edited(self) -> list[tuple[Entity, JSONObject]]:
        """Return the entities with a net change and their patches; the others are let go of."""
        edited = []
        for mark, entity in list(self.touched.items()):
            if patch := changes(entity):
                edited.append((entity, patch))
            else:
                # The next write has to be heard of again, so the private copies go too.
                state_of(entity).freeze()
                del self.touched[mark]
                relist(entity)
        return edited

    # -- coming and going ----------------------------------------------------------------------------------------

    def load(self, entity: type[Entity], document: JSONObject, key: IdentityKey) -> Entity:
        """Make a persistent entity of a document and enter it in the map."""
        made = hydrate(entity, document, self.untouched)
        self.identity_map.put(key, made)
        return made

    def load_all(self, entity: type[E], documents: Sequence[JSONObject], idents: Sequence[str]) -> list[E]:
        """Make persistent entities of documents, none of which is known, and enter them in the map."""
        made = hydrate_all(entity, documents, self.untouched)
        self.identity_map.put_all(entity.__path__, idents, made)
        return made

    def add(self, entity: Entity, force_update: bool, node_id: str) -> None:
        """Take in a new entity, a detached one, or one that was marked for deletion."""
        state, mark = state_of(entity), id(entity)
        if state.deleted:
            raise InvalidRequestError(f"{label(entity)} was deleted; add a copy of it to create it anew")
        _check_customer_known(entity)
        parent = parent_of(entity)
        if parent is not None and state_of(parent).deleted:
            raise InvalidRequestError(f"{label(entity)} belongs to {label(parent)}, which was deleted")
        self.deleted.pop(mark, None)
        if state.key is not None:
            self.attach(entity)
            return
        own_node = raw_member(entity, "nodeId")
        if own_node not in (None, node_id):
            raise InvalidRequestError(f"{label(entity)} belongs to node {own_node}, this session to {node_id}")
        state.owner = self.owner
        self.new.put(entity)
        self.held.pop(mark, None)
        if force_update:
            self.forced.add(mark)

    def mark_deleted(self, entity: Entity) -> None:
        """Mark an entity for deletion; one that was never sent is forgotten."""
        state = state_of(entity)
        if state.key is None:
            if id(entity) not in self.new:
                raise InvalidRequestError(f"{label(entity)} is not on the server, there is nothing to delete")
            self.lose(entity)
            return
        if state.deleted:
            raise InvalidRequestError(f"{label(entity)} was deleted already")
        self.attach(entity)
        self.deleted[id(entity)] = entity

    def mark_replaced(self, entity: Entity) -> None:
        """Mark an entity to be sent whole, no longer for deletion; a new one needs the id of what it replaces."""
        state, mark = state_of(entity), id(entity)
        if entity.__edited_by__ is None:
            raise OperationNotPermitted(
                f"{label(entity)}: the API cannot change a {type(entity).__name__}; delete it and add a new one"
            )
        if state.deleted:
            raise InvalidRequestError(f"{label(entity)} was deleted; add a copy of it to create it anew")
        if mark in self.new:
            raise InvalidRequestError(f"{label(entity)} is to be created; expunge it, then replace() sends it")
        if state.partial:
            raise OperationNotPermitted(f"{label(entity)} was loaded in part; refresh it before replacing it")
        if state.key is None:
            ident = raw_member(entity, "id")
            if ident is None:
                raise InvalidRequestError(f"{label(entity)} is not on the server; add it")
            state.key = (entity.__path__, checked_identity(type(entity), ident))
        try:
            self.attach(entity)
        except InvalidRequestError:
            if not state.committed:
                state.key = None
            raise
        self.deleted.pop(mark, None)
        self.replaced[mark] = entity

    def replace_child(self, child: Child) -> None:
        """Let a child take the place of the one with its id: by a PUT of its own, or in the list that is loaded."""
        if child._may_have():
            raise OperationNotPermitted(f"{type(child).__name__} {child.id} was not read; make a new one with this id")
        if not self.apart.take("replace", child) and not child.is_listed:
            put(child)

    def attach(self, entity: Entity) -> None:
        """Take in a detached entity; InvalidRequestError when another object stands for the same resource."""
        state = state_of(entity)
        assert state.key is not None
        _check_customer_known(entity)
        if self.identity_map.peek(state.key) is not entity and not self.identity_map.make_room(state.key):
            raise InvalidRequestError(
                f"another object already stands for {type(entity).__name__} {state.key[1]} in this session; "
                "edit that one, or expunge it first"
            )
        state.owner = self.owner
        self.identity_map.put(state.key, entity)
        if changes(entity):
            self.touched[id(entity)] = entity
        else:
            state.freeze()  # as in `_edited`: its next write has to be heard of

    def forget(self, entity: Entity) -> None:
        """Let go of an entity: a pending one is transient then, a persistent one detached. Its edits stay in it.

        One that was made with an id, to replace what nobody read, is transient too: nothing of it was ever committed.
        """
        state = state_of(entity)
        state.owner = None
        if state.key is not None and self.identity_map.peek(state.key) is entity:
            self.identity_map.discard(state.key)
        if not state.committed:
            state.key = None
        mark = id(entity)
        self.new.pop(mark)
        for entities in (self.touched, self.replaced, self.deleted):
            entities.pop(mark, None)
        self.forced.discard(mark)
        self.held.pop(mark, None)
        self.apart.drop(entity)

    def lose(self, entity: Entity) -> list[Entity]:
        """Let go of an entity that is nowhere any more, and of the new ones that belong to it; returns those."""
        lane = own_lane(entity)
        key = state_of(entity).key
        # Nothing can name one without an id but by the object.
        candidates = self.new.of(entity) if key is None else self.new.values()
        own = [other for other in candidates if other is not entity and lane_of(other) == lane]
        if key is not None:
            self.gone.add(key)
        for lost in (*own, entity):
            self.forget(lost)
        return own

    def join_lists(self, customer: Entity) -> None:
        """Hear that lists of a customer may be loaded by now: what was asked of their children becomes edits."""
        self.apart.join(customer)

    def expire(self, entity: Entity) -> None:
        """Forget the document of a persistent entity, and its unsent edits."""
        children = take_stored(entity)
        forget_document(entity, {"id": identity(entity)})
        self.drop_edits(entity)
        self.apart.expire(entity, children)

    def drop_edits(self, entity: Entity) -> None:
        """Hear that the unsent edits of an entity are gone, and with them what was to be sent besides."""
        self.apart.drop(entity)
        self.apart.bind(entity)
        relist(entity)
        self.touched.pop(id(entity), None)
        self.replaced.pop(id(entity), None)

    def forget_all(self) -> None:
        """Let go of everything."""
        self.identity_map.cool()  # what nobody else holds is gone by that
        for entity in self._everything():
            self.forget(entity)
        self.identity_map.clear()
        self.gone.clear()

    def roll_back(self) -> None:
        """Take back every local edit that was not sent: new ones are transient, deletions unmarked."""
        for entity in list(self.new.values()):
            self.forget(entity)
        for entity in list(self.replaced.values()):
            if not state_of(entity).committed:
                self.forget(entity)
        for entity in list(self.touched.values()):
            discard_changes_and_relist(entity)
        for entities in (self.touched, self.replaced, self.deleted):
            entities.clear()
        self.apart.waiting.clear()

    def _everything(self) -> Iterable[Entity]:
        known = {id(entity): entity for entity in self.identity_map.values()}
        return list({**known, **self.new, **self.touched, **self.deleted}.values())


def _check_customer_known(entity: Entity) -> None:
    """Raise InvalidRequestError for one below a customer that is not known: it has no path then."""
    if entity.__below_parent__ and state_of(entity).parent is None:
        raise InvalidRequestError(
            f"whose {type(entity).__name__} is it? session.add_customer_session makes a new one, "
            f"customer.{entity.__path__} has those of a customer"
        )
