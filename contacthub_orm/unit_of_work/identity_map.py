"""Identity map: same id, same object, for as long as somebody holds the object."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import ItemsView, Iterator, Mapping, Sequence, ValuesView
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
        # By collection and id, because the hash of a text is remembered and that of a pair is not.
        self._refs: defaultdict[str, dict[str, ref[Entity]]] = defaultdict(dict)
        self._sweep_at: defaultdict[str, int] = defaultdict(lambda: SWEEP_FROM)
        self._recent: deque[Entity | None] = deque([None], maxlen=max(warm, 1))
        self._warm = warm > 0
        self._fresh: TTLCache[IdentityKey, bool] | None = TTLCache(FRESH_KEYS, ttl) if ttl is not None else None

    def find(self, key: IdentityKey) -> Entity | None:
        """Return the entity of a key, or None; counts as a use."""
        path, ident = key
        found = self._refs[path].get(ident)
        if found is None:
            return None
        entity = found()
        if self._warm and entity is not None and entity is not self._recent[-1]:
            self._recent.append(entity)
        return entity

    def peek(self, key: IdentityKey) -> Entity | None:
        """Return the entity of a key, or None, without counting it as used."""
        path, ident = key
        found = self._refs[path].get(ident)
        return found() if found is not None else None

    def put(self, key: IdentityKey, entity: Entity) -> None:
        """Enter an entity under its key."""
        path, ident = key
        self.put_all(path, (ident,), (entity,))
        if self._warm:
            self._recent.append(entity)

    def put_all(self, path: str, idents: Sequence[str], entities: Sequence[Entity]) -> None:
        """Enter the entities of a page, each under its id; none counts as used, a scan must not push others out."""
        refs = self._refs[path]
        refs.update(zip(idents, map(ref, entities), strict=True))
        for ident in idents if self._fresh is not None else ():
            self.touch((path, ident))
        if len(refs) >= self._sweep_at[path]:
            self._sweep(path)

    def knows_any(self, path: str, idents: Sequence[str]) -> bool:
        """Tell whether there may be an entity under one of these ids, or two of them are the same."""
        return len(set(idents)) < len(idents) or not self._refs[path].keys().isdisjoint(idents)

    def cool(self) -> None:
        """Let go of the entities that only their recent use keeps."""
        self._recent.clear()
        self._recent.append(None)

    def _sweep(self, path: str) -> None:
        """Drop the entries of collected entities, once they may be half of all: cheaper than a callback for each."""
        living = {ident: found for ident, found in self._refs[path].items() if found() is not None}
        self._refs[path] = living
        self._sweep_at[path] = max(SWEEP_FROM, 2 * len(living))

    def touch(self, key: IdentityKey) -> None:
        """Count an entity as just confirmed by the server."""
        if self._fresh is not None:
            self._fresh[key] = True

    def is_stale(self, key: IdentityKey, entity: Entity) -> bool:
        """Tell whether a clean entity was read longer ago than the time to live."""
        return self._fresh is not None and key not in self._fresh and not changes(entity)

    def discard(self, key: IdentityKey) -> None:
        """Take an entity out, if it is there."""
        path, ident = key
        entry = self._refs[path].pop(ident, None)
        entity = entry() if entry is not None else None
        while entity is not None and entity in self._recent:
            self._recent.remove(entity)
        if not self._recent:
            self._recent.append(None)

    def make_room(self, key: IdentityKey) -> bool:
        """Let go of the entity of a key if only its recent use keeps it; tell whether the key is free now."""
        path, ident = key
        entry = self._refs[path].get(ident)
        if entry is not None:
            self._recent = deque((kept for kept in self._recent if kept is not entry()), self._recent.maxlen)
            if not self._recent:
                self._recent.append(None)
        return entry is None or entry() is None

    def clear(self) -> None:
        """Take all entities out."""
        self._refs.clear()
        self.cool()

    def __getitem__(self, key: IdentityKey) -> Entity:
        entity = self.peek(key)
        if entity is None:
            raise KeyError(key)
        return entity

    def __iter__(self) -> Iterator[IdentityKey]:
        return iter([key for key, _ in self._living()])

    def __len__(self) -> int:
        return len(self._living())

    def values(self) -> ValuesView[Entity]:
        """Return a view of the living entities."""
        return _Values(self)

    def items(self) -> ItemsView[IdentityKey, Entity]:
        """Return a view of the keys with the living entities."""
        return _Items(self)

    def _living(self) -> list[tuple[IdentityKey, Entity]]:
        pairs = [((path, ident), found()) for path, refs in self._refs.items() for ident, found in refs.copy().items()]
        return [(key, entity) for key, entity in pairs if entity is not None]

    def __contains__(self, key: Any) -> bool:
        return self.peek(key) is not None

    def __repr__(self) -> str:
        return f"<IdentityMap of {len(self)} objects>"


# Python's own views look up each entity when its turn comes; some would be gone by then.


class _Values(ValuesView[Entity]):
    _mapping: IdentityMap

    def __iter__(self) -> Iterator[Entity]:
        return iter([entity for _, entity in self._mapping._living()])


class _Items(ItemsView[IdentityKey, Entity]):
    _mapping: IdentityMap

    def __iter__(self) -> Iterator[tuple[IdentityKey, Entity]]:
        return iter(self._mapping._living())
