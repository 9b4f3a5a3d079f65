"""Identity map: same id, same object, for as long as somebody holds the object."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any
from weakref import ref

from cachetools import TTLCache

from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.state import IdentityKey, changes

FRESH_KEYS = 100_000
"""How many keys a map with a time to live remembers as fresh; an older one just counts as stale."""

SWEEP_FROM = 1_000
"""How many entries a map may have before it looks for those of collected entities."""


class IdentityMap(Mapping[IdentityKey, Entity]):
    """Entities by (collection, id). Clean ones are held weakly; the last `warm` ones that were used are kept.

    Args:
        warm: how many uses back an entity stays in memory although nobody else holds it.
        ttl: seconds after which a clean entity counts as stale; None for never.
    """

    def __init__(self, warm: int, ttl: float | None = None) -> None:
        self._refs: dict[IdentityKey, ref[Entity]] = {}
        self._sweep_at = SWEEP_FROM
        self._recent: deque[Entity | None] = deque([None], maxlen=max(warm, 1))
        self._warm = warm > 0
        self._fresh: TTLCache[IdentityKey, bool] | None = TTLCache(FRESH_KEYS, ttl) if ttl is not None else None

    def find(self, key: IdentityKey) -> Entity | None:
        """Return the entity of a key, or None; counts as a use."""
        found = self._refs.get(key)
        if found is None:
            return None
        entity = found()
        if self._warm and entity is not None and entity is not self._recent[-1]:
            self._recent.append(entity)
        return entity

    def peek(self, key: IdentityKey) -> Entity | None:
        """Return the entity of a key, or None, without counting it as used."""
        found = self._refs.get(key)
        return found() if found is not None else None

    def put(self, key: IdentityKey, entity: Entity) -> None:
        """Enter an entity under its key."""
        refs = self._refs
        refs[key] = ref(entity)
        if self._warm:
            self._recent.append(entity)
        if self._fresh is not None:
            self._fresh[key] = True
        if len(refs) >= self._sweep_at:
            self._sweep()

    def _sweep(self) -> None:
        """Drop the entries of collected entities, once they may be half of all: cheaper than a callback for each."""
        self._refs = {key: found for key, found in self._refs.items() if found() is not None}
        self._sweep_at = max(SWEEP_FROM, 2 * len(self._refs))

    def touch(self, key: IdentityKey) -> None:
        """Count an entity as just confirmed by the server."""
        if self._fresh is not None:
            self._fresh[key] = True

    def is_stale(self, key: IdentityKey, entity: Entity) -> bool:
        """Tell whether a clean entity was read longer ago than the time to live."""
        return self._fresh is not None and key not in self._fresh and not changes(entity)

    def discard(self, key: IdentityKey) -> None:
        """Take an entity out, if it is there."""
        entry = self._refs.pop(key, None)
        entity = entry() if entry is not None else None
        while entity is not None and entity in self._recent:
            self._recent.remove(entity)
        if not self._recent:
            self._recent.append(None)

    def make_room(self, key: IdentityKey) -> bool:
        """Let go of the entity of a key if only its recent use keeps it; tell whether the key is free now."""
        entry = self._refs.get(key)
        if entry is not None:
            self._recent = deque((kept for kept in self._recent if kept is not entry()), self._recent.maxlen)
            if not self._recent:
                self._recent.append(None)
        return entry is None or entry() is None

    def clear(self) -> None:
        """Take all entities out."""
        self._refs.clear()
        self._recent.clear()
        self._recent.append(None)

    def __getitem__(self, key: IdentityKey) -> Entity:
        entity = self.peek(key)
        if entity is None:
            raise KeyError(key)
        return entity

    def __iter__(self) -> Iterator[IdentityKey]:
        return iter([key for key, found in list(self._refs.items()) if found() is not None])

    def __len__(self) -> int:
        return sum(found() is not None for found in list(self._refs.values()))

    def __contains__(self, key: Any) -> bool:
        return self.peek(key) is not None

    def __repr__(self) -> str:
        return f"<IdentityMap of {len(self)} objects>"
