"""Pending: the new entities of a session, and which of them belong to which object."""

from __future__ import annotations

from collections.abc import Sequence

from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.state import state_of


class Pending(dict[int, Entity]):
    """New entities by `id()`, in the order they came in. Enter them by `put`, take them out by `pop`."""

    def __init__(self) -> None:
        super().__init__()
        self._owners: dict[int, int] = {}
        self._belonging: dict[int, dict[int, Entity]] = {}

    def put(self, entity: Entity) -> None:
        """Enter an entity; one that is there keeps its place."""
        self[id(entity)] = entity
        self.moved(entity)

    def pop(self, mark: int, default: Entity | None = None) -> Entity | None:  # type: ignore[override]
        """Take an entity out, if it is there."""
        self._leave(mark)
        return super().pop(mark, default)

    def moved(self, entity: Entity) -> None:
        """Hear that an entity may belong to another object than before."""
        mark = id(entity)
        self._leave(mark)
        owner = state_of(entity).parent
        if owner is not None and mark in self:
            self._owners[mark] = id(owner)
            self._belonging.setdefault(id(owner), {})[mark] = entity

    def of(self, owner: Entity) -> Sequence[Entity]:
        """Return those that were made for an object, also when they name another customer by its id since."""
        return tuple(self._belonging.get(id(owner), {}).values())

    def _leave(self, mark: int) -> None:
        owner = self._owners.pop(mark, None)
        if owner is None:
            return
        belonging = self._belonging[owner]
        del belonging[mark]
        if not belonging:
            del self._belonging[owner]
