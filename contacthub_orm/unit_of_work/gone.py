"""Gone: what is known to be no longer on the server, although lists may show it for some time (contract 2.8)."""

from __future__ import annotations

from collections.abc import Container, Sequence

import attrs

from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.merge_patch import JSONObject
from contacthub_orm.mapping.state import IdentityKey

REMEMBERED = 100_000
"""How many keys are remembered; the index has caught up with older ones."""

PARENTS = "customers"


@attrs.frozen(slots=True, eq=False)
class Gone:
    """Keys of resources that the session deleted, or that a 404 said to be gone."""

    _keys: dict[IdentityKey, None] = attrs.field(factory=dict, init=False)

    def add(self, key: IdentityKey) -> None:
        """Hear that a resource is gone."""
        self._keys[key] = None
        if len(self._keys) > REMEMBERED:
            del self._keys[next(iter(self._keys))]

    def discard(self, key: IdentityKey) -> None:
        """Hear that a resource is there: an answer that is not late showed it."""
        self._keys.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        self._keys.clear()

    def without(
        self, entity: type[Entity], documents: Sequence[JSONObject], held: Container[IdentityKey]
    ) -> Sequence[JSONObject]:
        """Return the documents of a list but for those that are gone, alone or with the customer they belong to.

        One that is `held` did not go with that customer: it may belong to another one since.
        """
        if not self._keys:
            return documents
        path, member = entity.__path__, entity.__parent_member__
        left = [document for document in documents if (path, document["id"]) not in self._keys]
        if not member:
            return left
        return [
            document
            for document in left
            if (PARENTS, str(document.get(member))) not in self._keys or (path, document["id"]) in held
        ]
