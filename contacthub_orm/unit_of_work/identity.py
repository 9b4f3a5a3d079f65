"""Identities: what people ask for by class and id, checked before anything is looked up or sent."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from contacthub_orm.errors import ArgumentError
from contacthub_orm.identifiers import text_of
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.state import state_of


def checked_identity(entity: type, ident: object) -> str:
    """Return an id as the server spells it: UUIDs in lower case, other texts as they are."""
    ident = text_of(ident)
    if not isinstance(ident, str) or not ident.strip():
        what = "an empty text" if isinstance(ident, str) else type(ident).__name__
        raise ArgumentError(f"the id of a {entity.__name__} is a text that is not empty (or a UUID), not {what}")
    if len(ident) == 36:
        try:
            return str(UUID(ident))
        except ValueError:
            return ident
    return ident


def pair_of_ids(kind: type, ident: object) -> tuple[str, str]:
    """Return the (customer id, own id) that addresses what belongs to a customer; its own is its client's to spell."""
    if not isinstance(ident, tuple) or len(ident) != 2:
        raise ArgumentError(f"a {kind.__name__} is addressed by (customer id, its own id)")
    customer, own = ident
    return checked_identity(kind, customer), own if isinstance(own, str) and own else checked_identity(kind, own)


def label(instance: Entity) -> str:
    """Return how messages name an entity: its class and its id."""
    key = state_of(instance).key
    return f"{type(instance).__name__} {key[1] if key is not None else '(new)'}"


def and_its_own(entities: Sequence[Entity]) -> str:
    """Return what a message adds about the new entities that are let go of with the one they belong to."""
    if not entities:
        return ""
    return f"; {len(entities)} new of its own {'is' if len(entities) == 1 else 'are'} let go of, too"
