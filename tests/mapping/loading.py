"""Entities as they come from the server, without a server."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar
from weakref import ref

from contacthub_orm.mapping import Entity
from contacthub_orm.mapping.projection import selection
from contacthub_orm.mapping.state import EntityState, hydrate, rebase, state_of
from contacthub_orm.models import Customer

E = TypeVar("E", bound=Entity)


class Owner:
    """A session as far as the mapping knows one: it hears of changes and completes partly loaded entities."""

    def __init__(self, whole: dict[str, Any] | None = None) -> None:
        self.whole = whole
        self.heard: list[Entity] = []
        self.loads: list[str] = []

    def entity_changing(self, entity: Entity) -> None:
        self.heard.append(entity)

    def load_missing(self, entity: Entity, path: str) -> None:
        self.loads.append(path)
        assert self.whole is not None
        state_of(entity).partial = False
        rebase(entity, self.whole)


def loaded(document: dict[str, Any], cls: type[E] = Customer, owner: Owner | None = None) -> E:  # type: ignore[assignment]
    """A clean, whole entity over a document; the document is its committed one."""
    key = (cls.__path__, document.get("id", "c1"))
    return hydrate(cls, document, EntityState(document, key, ref(owner) if owner is not None else None))


def partly_loaded(document: dict[str, Any], owner: Owner | None = None, selected: Iterable[str] = ()) -> Customer:
    """A clean customer of which only a part was read: what is absent and was not selected may exist on the server."""
    customer = loaded(document, Customer, owner)
    state = state_of(customer)
    state.partial, state.selected = True, selection(selected)
    return customer
