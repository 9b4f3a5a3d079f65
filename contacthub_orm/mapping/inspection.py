"""inspect(): the one door to the state beside an entity."""

from __future__ import annotations

from typing import Any

import attrs

from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.mapped_class import unmapped
from contacthub_orm.mapping.merge_patch import JSONObject
from contacthub_orm.mapping.state import EntityState, IdentityKey, changes, state_of
from contacthub_orm.mapping.views import plain


@attrs.frozen(slots=True, eq=False)
class Inspection:
    """What the unit of work knows of one entity. Exactly one of the five lifecycle states is true."""

    object: Entity

    @property
    def _state(self) -> EntityState:
        return state_of(self.object)

    @property
    def transient(self) -> bool:
        """New, and unknown to any session."""
        return self._state.key is None and self.session is None

    @property
    def pending(self) -> bool:
        """New, and waiting for the next flush."""
        return self._state.key is None and self.session is not None

    @property
    def persistent(self) -> bool:
        """Known to the server and to a session."""
        return self._state.key is not None and self.session is not None and not self._state.deleted

    @property
    def deleted(self) -> bool:
        """Deleted on the server."""
        return self._state.deleted

    @property
    def detached(self) -> bool:
        """Known to the server once, and to no session now."""
        return self._state.key is not None and self.session is None and not self._state.deleted

    @property
    def session(self) -> Any:
        """The session that the object belongs to, or None."""
        return self._state.session

    @property
    def identity(self) -> str | None:
        """The id, or None as long as the server gave none."""
        return self._state.key[1] if self._state.key is not None else None

    @property
    def identity_key(self) -> IdentityKey | None:
        """The key in the identity map."""
        return self._state.key

    @property
    def partial(self) -> bool:
        """True when only some fields were loaded."""
        return self._state.partial

    @property
    def modified(self) -> bool:
        """True when there is something to send; exact: an edit that was taken back does not count."""
        return bool(self.diff())

    @property
    def committed(self) -> JSONObject:
        """A copy of the document as the server last confirmed it."""
        copied: JSONObject = plain(self._state.committed)
        return copied

    def diff(self) -> JSONObject:
        """Return a copy of the merge patch that a commit would send for the local edits."""
        patch: JSONObject = plain(changes(self.object))
        return patch


def inspect(instance: Any) -> Inspection:
    """Return the inspection of an entity.

    Raises UnmappedInstanceError for anything else, also for a child: its state is that of its customer.

    >>> from contacthub_orm import Customer
    >>> inspect(Customer(externalId="e-1")).transient
    True
    """
    if not isinstance(instance, Entity):
        raise unmapped(instance)
    return Inspection(instance)
