"""The state beside an entity: its identity, its owner, the committed document; and the steps a document takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar
from weakref import ref

from contacthub_orm.errors import DetachedInstanceError
from contacthub_orm.mapping.merge_patch import JSONObject, apply, diff, shows
from contacthub_orm.mapping.projection import Selection
from contacthub_orm.mapping.views import (
    NONE_YET,
    Document,
    MappingView,
    View,
    _set_document,
    make_root,
    make_roots,
)

V = TypeVar("V", bound=MappingView)

IdentityKey = tuple[str, str]
"""(collection, id): one object per session."""

NOTHING_SELECTED: Selection = frozenset()

MOST_AWAITED = 1_000
"""How many accepted documents of one entity are remembered. Each was a request of its own: by the time there are more,
the first are stored (contract 4.5), and no answer shows them any more."""


class Owner(Protocol):
    """What a state needs of the session that its entity belongs to."""

    def entity_changing(self, entity: Any) -> None:
        """Hear that a clean entity is about to be changed."""

    def entity_moved(self, entity: Any) -> None:
        """Hear that an entity belongs to another object now."""

    def load_missing(self, entity: Any, path: str) -> None:
        """Complete a partly loaded entity."""


class EntityState(Document):
    """What is known of one entity beside its current content.

    `version` is the newest `updatedAt` that was seen before the document was forgotten. `awaited` are the documents
    that the server accepted and stores later, one after the other. `ahead` says that it has more than any answer
    showed, so that no list can be trusted. `selected` is what was asked for of a partial one: of that, what is absent
    here is absent on the server. `departed` are children that left their lists since, by `id()`, each with
    the id that the server knows it by.
    """

    __slots__ = (
        "ahead", "awaited", "committed", "deleted", "departed", "key", "owner", "parent", "partial", "raiseload",
        "selected", "version",
    )  # fmt: skip

    def __init__(self, committed: JSONObject, key: IdentityKey | None = None, owner: ref[Owner] | None = None) -> None:
        self.owned = self.vivified = NONE_YET
        self.committed = committed
        self.key = key
        self.owner = owner
        self.parent: MappingView | None = None
        self.partial = self.deleted = False
        self.raiseload = False  # of a partial one: reading what was not loaded is an error
        self.selected = NOTHING_SELECTED
        self.version = ""
        self.awaited: tuple[JSONObject, ...] = ()
        self.ahead = False
        self.departed: dict[int, tuple[ref[View], str]] | None = None

    @property
    def session(self) -> Any:
        """The owning session, or None."""
        return self.owner() if self.owner is not None else None

    def changing(self, root: View) -> Document:
        """Tell the session, which keeps changed objects alive."""
        if (session := self.session) is not None:
            session.entity_changing(root)
        return super().changing(root)

    @property
    def incomplete(self) -> bool:
        """Tell whether only a part of the document was read."""
        return self.partial

    def knows(self, keys: Sequence[str]) -> bool:
        """Tell whether what is under these keys was asked for, alone or with what it is a part of."""
        return any(tuple(keys[:length]) in self.selected for length in range(1, len(keys) + 1))

    def load_missing(self, root: View, path: str) -> None:
        """Complete the document from the server; DetachedInstanceError when no session can do it."""
        session = self.session
        if session is None:
            raise DetachedInstanceError(
                f"{type(root).__name__} {self.key and self.key[1]}: {path} was not loaded and the object belongs to no "
                "session; add it to one, or load it whole"
            )
        session.load_missing(root, path)

    def may_hold_more(self, keys: Sequence[str]) -> bool:
        """Tell whether an object that is committed under these keys may not be loaded, or not as a whole."""
        value: Any = self.committed
        for key in keys:
            if type(value) is not dict:
                return False
            if key not in value:
                break
            value = value[key]
        else:
            if type(value) is not dict:
                return False
        return self.partial and not self.knows(keys)


class Untouched(Document):
    """Stands for the state of all entities of a session that were only read: most never need one of their own."""

    __slots__ = ("owner",)

    def __init__(self, owner: ref[Owner]) -> None:
        super().__init__()
        self.owner = owner

    def changing(self, root: View) -> Document:
        """Give the entity a state of its own, which goes on."""
        return self.state_for(root).changing(root)

    def state_for(self, entity: Any) -> EntityState:
        """Return the state of an entity that had none, from its document."""
        state = EntityState(entity._data, (entity.__path__, entity._data["id"]), self.owner)
        _set_document(entity, state)
        return state


def hydrate(cls: type[V], current: JSONObject, state: EntityState | Untouched) -> V:
    """Return an entity over a document; nothing of it is read yet."""
    return make_root(cls, current, state)


def hydrate_all(cls: type[V], documents: Sequence[JSONObject], state: Untouched) -> list[V]:
    """Return what `hydrate` returns for each of many documents."""
    return make_roots(cls, documents, state)


def state_of(entity: MappingView) -> EntityState:
    """Return the state beside an entity."""
    state = entity._document
    if isinstance(state, Untouched):
        return state.state_for(entity)
    assert isinstance(state, EntityState)
    return state


def raw_member(entity: MappingView, name: str) -> Any:
    """Return a top-level member as it stands in the document, None when it is not there; loads nothing."""
    return entity._data.get(name)


def awaits_storage(entity: MappingView) -> bool:
    """Tell whether a new entity was accepted by the server and not seen stored yet (contract 4.5)."""
    state = state_of(entity)
    was_seen = version_of(entity) or state.committed.get("registeredAt") is not None
    return bool(state.awaited) and not was_seen


def version_of(entity: MappingView) -> str:
    """Return the newest `updatedAt` of an entity that was seen; empty when none was."""
    state = state_of(entity)
    return max(state.version, str(state.committed.get("updatedAt") or ""))


def is_outdated(entity: MappingView, document: JSONObject) -> bool:
    """Tell whether a document lacks a write that the server accepted, and stores later (contract 4.5)."""
    awaited, seen = state_of(entity).awaited, version_of(entity)
    if not awaited or not seen or shows(document, awaited[-1]):
        return False
    return str(document.get("updatedAt") or "") <= seen or any(shows(document, earlier) for earlier in awaited[:-1])


def expect(entity: MappingView) -> None:
    """Hear that the server accepted the committed document and stores it later."""
    state = state_of(entity)
    accepted = {name: value for name, value in state.committed.items() if name != "updatedAt"}
    state.awaited = (*state.awaited[1 - MOST_AWAITED :], accepted)


def stop_awaiting(entity: MappingView) -> None:
    """Hear that an entity which was accepted may be gone before anybody saw it stored."""
    if awaits_storage(entity):
        state_of(entity).awaited = ()


def is_partial(entity: MappingView) -> bool:
    """Tell whether only a part of an entity's document was loaded."""
    return entity._document is not None and entity._document.incomplete


def changes(entity: MappingView) -> JSONObject:
    """Return the merge patch from the committed document to the current one; empty when nothing changed."""
    if isinstance(entity._document, Untouched):
        return {}
    state = state_of(entity)
    if entity._data is state.committed:
        return {}
    return diff(state.committed, entity._data, state.vivified)


def snapshot(entity: MappingView) -> JSONObject:
    """Return the current document, frozen: edits that follow do not reach it."""
    state_of(entity).freeze()
    return entity._data


def settle(entity: MappingView, committed: JSONObject, sent: JSONObject) -> None:
    """Take a new committed document; what was edited since the `sent` snapshot was taken stays an edit."""
    state = state_of(entity)
    current = committed
    if entity._data is not sent:
        residual = diff(sent, entity._data, state.vivified)
        current = apply(residual, committed) if residual else committed
    state.committed = committed
    _show(entity, current, state)


def rebase(entity: MappingView, committed: JSONObject) -> None:
    """Put the unsent edits on top of a fresher committed document."""
    settle(entity, committed, state_of(entity).committed)


def discard_changes(entity: MappingView) -> None:
    """Go back to the committed document."""
    state = state_of(entity)
    _show(entity, state.committed, state)


def forget_document(entity: MappingView, known: JSONObject) -> None:
    """Forget all but what is `known`; the rest is loaded when it is read."""
    state = state_of(entity)
    state.version = version_of(entity)
    state.partial = True
    state.selected = NOTHING_SELECTED
    replace_document(entity, known)


def complete_document(entity: MappingView, document: JSONObject) -> None:
    """Take the whole document as the server has it now, under the unsent edits."""
    state = state_of(entity)
    state.partial = state.ahead = False
    state.awaited = ()
    rebase(entity, document)


def replace_document(entity: MappingView, committed: JSONObject) -> None:
    """Take a document from the server and drop whatever was edited."""
    state = state_of(entity)
    state.committed = committed
    state.raiseload = False
    _show(entity, committed, state)


def _show(entity: MappingView, current: JSONObject, state: EntityState) -> None:
    state.owned = state.vivified = NONE_YET
    entity._rebind(current)
