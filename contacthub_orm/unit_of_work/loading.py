"""Loading: documents from the server become entities of the session, one object per id."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import attrs

from contacthub_orm.errors import InvalidRequestError, NotFound, NotVisibleYet, ObjectDeletedError, TransportError
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.merge_patch import JSONObject, leaves
from contacthub_orm.mapping.projection import Selection, project, selection, supplement
from contacthub_orm.mapping.state import (
    IdentityKey,
    awaits_storage,
    changes,
    complete_document,
    is_outdated,
    is_partial,
    rebase,
    replace_document,
    state_of,
    version_of,
)
from contacthub_orm.transport import Response
from contacthub_orm.unit_of_work.identity import and_its_own, label
from contacthub_orm.unit_of_work.operations import resource_of
from contacthub_orm.unit_of_work.unit_of_work import UnitOfWork

E = TypeVar("E", bound=Entity)

Get = Callable[[Sequence[str]], Response]
"""Sends one GET; the argument are the path segments below the workspace."""

logger = logging.getLogger(__name__)


@attrs.frozen(slots=True, eq=False)
class Loader:
    """Reads resources into a unit of work.

    Args:
        work: the books to enter them in.
        get: how to reach the server.
    """

    work: UnitOfWork
    get: Get

    def by_key(self, entity: type[E], key: IdentityKey) -> E | None:
        """Return the entity of a key by one GET, None when the server has none. It must not be mapped yet."""
        try:
            document = self._document(key)
        except NotFound as error:
            if not error.is_from_api:
                raise
            if entity.__echoed__:  # else it may be accepted, and stored later
                self.work.gone.add(key)
            return None
        self.work.gone.discard(key)
        return typed(self.work.load(entity, document, key), entity)

    def refresh(self, instance: Entity) -> None:
        """Read a persistent entity again; its unsent edits are dropped, and their paths logged."""
        state = state_of(instance)
        assert state.key is not None
        dropped = changes(instance)
        document = self._again(instance)
        if dropped:
            logger.info("refresh of %s dropped the edits of %s", label(instance), ", ".join(leaves(dropped)))
        replace_document(instance, document)
        complete_document(instance, document)
        self.work.drop_edits(instance)
        self.work.identity_map.touch(state.key)

    def complete(self, instance: Entity, path: str) -> None:
        """Read the rest of a partly loaded entity, because `path` was asked for; its edits stay.

        Raises InvalidRequestError when the query that loaded it forbade that.
        """
        state = state_of(instance)
        assert state.key is not None
        if state.raiseload:
            raise InvalidRequestError(
                f"{label(instance)}: {'the whole document' if path == '*' else path} was not loaded, and "
                "load_only(..., raiseload=True) forbids to load it on access; name it in load_only, or call "
                "session.refresh(object)"
            )
        logger.info("%s: %s was not loaded; reading the whole document", label(instance), path)
        complete_document(instance, self._again(instance))
        self.work.join_lists(instance)

    def page(
        self,
        entity: type[E],
        documents: Sequence[JSONObject],
        fields: tuple[str, ...] | None,
        *,
        raiseload: bool = False,
    ) -> list[E]:
        """Return the entities of a page: an id that is known gives its object, as it is.

        A page never changes a loaded object: its edits are safe, and the index lags behind what was read by id
        (contract 2.8). It only fills what was not loaded, unless the object is newer than the page. What is known to
        be gone is left out.
        """
        documents = self.work.gone.without(entity, documents, self.work.identity_map)
        path = entity.__path__
        idents = [document["id"] for document in documents]
        if fields is None and not self.work.identity_map.knows_any(path, idents):
            return self.work.load_all(entity, documents, idents)
        found: list[Any] = []
        selected = selection(fields or ())
        for ident, document in zip(idents, documents, strict=True):
            instance = self.work.identity_map.peek((path, ident))
            if instance is None:
                made = self._enter(entity, document, ident, fields, selected)
                if raiseload:
                    state_of(made).raiseload = True
                found.append(made)
                continue
            if is_partial(instance):
                fill(instance, document, fields)
                self.work.join_lists(instance)
                if not changes(instance):
                    state_of(instance).raiseload = raiseload and is_partial(instance)
            found.append(typed(instance, entity))
        return found

    def below(self, parent: Entity, entity: type[E], key: IdentityKey) -> list[E]:
        """Return all the entities of a collection below another one, by one GET; their parent is known then."""
        body = self.get((*key, entity.__path__)).body
        elements = body.get("elements") if isinstance(body, dict) else None
        if not isinstance(elements, list):
            raise TransportError("the answer is not a list", method="GET", path="/".join(("", *key, entity.__path__)))
        for element in elements:
            self.work.gone.discard((entity.__path__, element["id"]))  # this list is not late
        found = self.page(entity, elements, None)
        for instance in found:
            state_of(instance).parent = parent
        return found

    def _enter(
        self, entity: type[E], document: JSONObject, ident: str, fields: tuple[str, ...] | None, selected: Selection
    ) -> E:
        part = document if fields is None else project(document, ("id", "nodeId", "updatedAt", *fields))
        (instance,) = self.work.load_all(entity, (part,), (ident,))
        if fields is not None:
            state = state_of(instance)
            state.partial, state.selected = True, selected
        return instance

    def _again(self, instance: Entity) -> JSONObject:
        try:
            document = self._document(resource_of(instance))
        except NotFound as error:
            if not error.is_from_api:
                raise
            if awaits_storage(instance):
                raise NotVisibleYet(
                    f"{label(instance)} was accepted and is stored later; it cannot be read or edited before that"
                ) from error
            own = and_its_own(self.work.lose(instance))
            raise ObjectDeletedError(
                f"{label(instance)} is no longer on the server; the object is detached now and keeps its content{own}"
            ) from error
        if (key := state_of(instance).key) is not None:
            self.work.gone.discard(key)
        if is_outdated(instance, document):
            raise NotVisibleYet(
                f"an edit of {label(instance)} was accepted and is stored later; it cannot be read again before that. "
                "What is there now is in a new object: expunge this one and get it again"
            )
        return document

    def _document(self, segments: Sequence[str]) -> JSONObject:
        document = self.get(segments).body
        if not isinstance(document, dict):
            raise TransportError("the answer is not a document", method="GET", path="/" + "/".join(segments))
        return document


def fill(instance: Entity, document: JSONObject, fields: tuple[str, ...] | None = None) -> None:
    """Complete a partly loaded entity from a document of a list that is not older than what is known of it.

    With `fields`, only they were asked for: what the entity lacks of them is added.
    """
    state = state_of(instance)
    if state.ahead or version_of(instance) > str(document.get("updatedAt") or "") or is_outdated(instance, document):
        return
    if fields is None:
        complete_document(instance, document)
    else:
        rebase(instance, supplement(state.committed, project(document, fields)))
        state.selected |= selection(fields)


def typed(instance: Entity, entity: type[E]) -> E:
    """Return an instance as one of a class; InvalidRequestError when the session holds it as another class."""
    if not isinstance(instance, entity):
        raise InvalidRequestError(
            f"{label(instance)} was loaded as {type(instance).__name__}, not as {entity.__name__}; "
            "expunge it to load it differently"
        )
    return instance
