"""Children apart: those of customers whose lists are not loaded, and the one request that may wait for each customer.

One change to one child needs no list: its endpoint takes it (contract 2.2). A second one does, because both together
are one PATCH of the whole list; so whoever asks for it has the list loaded, and the first joins it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

import attrs

from contacthub_orm.identifiers import problem_of
from contacthub_orm.mapping.checking import Problem
from contacthub_orm.mapping.children import (
    Child,
    ChildDocument,
    enlist,
    find_child,
    is_list_loaded,
    list_of,
    place_of,
    unlist,
)
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.merge_patch import JSONObject
from contacthub_orm.mapping.state import rebase, state_of

C = TypeVar("C", bound=Child)
Verb = Literal["add", "replace", "delete"]
Stored = WeakValueDictionary[tuple[str, str], Child]
"""Children by the name of their collection and their id."""


@attrs.frozen(slots=True, eq=False)
class ChildRequest:
    """What is to be done with one child of a customer whose list is not loaded."""

    verb: Verb
    customer: Entity
    child: Child

    @property
    def path(self) -> str:
        """How messages name the child: an element of its list."""
        return ".".join(place_of(type(self.customer), type(self.child))) + "[]"


@attrs.define(slots=True, eq=False)
class ChildrenApart:
    """The children of a session that are in no loaded list. `waiting` are requests by the `id()` of their customer."""

    waiting: dict[int, ChildRequest] = attrs.field(factory=dict)
    _stored: WeakKeyDictionary[Entity, Stored] = attrs.field(factory=WeakKeyDictionary)

    def stub(self, customer: Entity, kind: type[C], ident: str) -> C:
        """Return the object that stands for a child of a customer whose list is not loaded; it is not read."""
        waiting, stored = self.waiting.get(id(customer)), self._stored.get(customer)
        found = stored.get((kind.__kind__, ident)) if stored is not None else None
        if waiting is not None and waiting.verb != "delete" and waiting.child._data.get("id") == ident:
            found = waiting.child if isinstance(waiting.child, kind) else found
        if isinstance(found, kind):
            return found
        made = kind(id=ident, customer=customer)
        self._keep(customer, made, unread=True)
        return made

    def holds(self, child: Child) -> bool:
        """Tell whether a child is on the server, or is to be, in a list that is not loaded."""
        waiting = self.waiting.get(id(child.customer))
        asked = waiting is not None and waiting.child is child and waiting.verb != "delete"
        return asked or (not child.is_listed and _document(child).stored)

    def take(self, verb: Verb, child: Child) -> bool:
        """Take a change of a child as a request of its own; False when it is a matter of its list."""
        customer = child.customer
        if child.is_listed or customer is None or not _is_apart(customer, child):
            return False
        waiting = self.waiting.get(id(customer))
        if waiting is not None and waiting.child is child:
            return self._take_again(verb, waiting)
        if verb == "add" and _document(child).stored:
            return True
        if waiting is not None and _document(child).stored:
            _document(child).load_missing(child, "")  # both go into one PATCH of the list, where it stands
        if waiting is not None or (verb == "delete" and not _document(child).stored):
            return False
        self.waiting[id(customer)] = ChildRequest(verb, customer, child)
        return True

    def _take_again(self, verb: Verb, waiting: ChildRequest) -> bool:
        """Change what was asked of a child before: what was not sent yet is forgotten."""
        mark, stored = id(waiting.customer), _document(waiting.child).stored
        if verb == "delete" and stored:
            self.waiting[mark] = attrs.evolve(waiting, verb="delete")
        elif verb == "delete" or (verb == "add" and waiting.verb == "delete"):
            del self.waiting[mark]
        elif verb == "replace" and stored:
            self.waiting[mark] = attrs.evolve(waiting, verb="replace")
        return True

    def join(self, customer: Entity) -> None:
        """Turn what is apart into edits of the lists of a customer that are loaded by now."""
        self.bind(customer)
        waiting = self.waiting.get(id(customer))
        if waiting is None or not is_list_loaded(customer, type(waiting.child)):
            return
        del self.waiting[id(customer)]
        child = waiting.child
        if waiting.verb != "delete" and not child.is_listed:
            put(child)
        elif waiting.verb == "delete" and child.is_listed:
            unlist(child)

    def drop(self, customer: Entity) -> None:
        """Forget what was asked for a child of a customer."""
        self.waiting.pop(id(customer), None)

    def settle(self, request: ChildRequest, answer: JSONObject | None) -> None:
        """Hear that a request was carried out, and what the server answered."""
        customer, child = request.customer, request.child
        self.drop(customer)
        state_of(customer).ahead = True
        if is_list_loaded(customer, type(child)):
            rebase(customer, _with(customer, request, answer))
            list_of(customer, type(child)).show(child, child._data["id"])
        elif request.verb == "delete":
            if (stored := self._stored.get(customer)) is not None:
                stored.pop(_key(child), None)
            child._document = ChildDocument(customer)
        else:
            child._rebind(answer or child._data)
            self._keep(customer, child, unread=False)

    def bind(self, customer: Entity) -> None:
        """Let the objects of stored children show their elements of lists that are loaded by now."""
        stored = self._stored.get(customer)
        if stored is None:
            return
        for key, child in list(stored.items()):
            if is_list_loaded(customer, type(child)):
                del stored[key]
                list_of(customer, type(child)).show(child, key[1])

    def expire(self, customer: Entity, held: Iterable[tuple[Child, str]]) -> None:
        """Hear that the document of a customer is forgotten, lists and all: its children are read again when needed.

        Args:
            customer: whose document it was.
            held: the children that were in its lists, with their ids.
        """
        apart = [(child, ident) for (_, ident), child in self._stored.get(customer, {}).items()]
        for child, ident in (*apart, *held):
            child._rebind({"id": ident})
            self._keep(customer, child, unread=True)

    def _keep(self, customer: Entity, child: Child, *, unread: bool) -> None:
        document = child._document = ChildDocument(customer)
        document.stored, document.unread = True, unread
        self._stored.setdefault(customer, WeakValueDictionary())[_key(child)] = child


def problems_of_request(request: ChildRequest) -> Iterator[Problem]:
    """Yield what keeps a request from being sent: the id of its child is in the path, now or later."""
    ident = request.child._data.get("id")
    if not ident:
        yield f"{request.path}.id", "is missing; an object made of its class chooses one"
    elif problem := problem_of(ident):
        yield f"{request.path}.id", f"{problem}; choose another one"


def put(child: Child) -> None:
    """Put a child into the list of its customer: in the place of the one with its id, or at the end."""
    customer, ident = child.customer, child._data.get("id")
    present = find_child(customer, type(child), ident) if customer is not None and ident else None
    if customer is None or present is None:
        enlist(child)
        return
    siblings = list_of(customer, type(child))
    place = next(index for index, sibling in enumerate(siblings) if sibling is present)
    siblings[place] = child
    siblings.show(child, child._data["id"])


def _is_apart(customer: Entity, child: Child) -> bool:
    state = state_of(customer)
    return state.session is not None and state.key is not None and not is_list_loaded(customer, type(child))


def _document(child: Child) -> ChildDocument:
    assert isinstance(child._document, ChildDocument)
    return child._document


def _key(child: Child) -> tuple[str, str]:
    return child.__kind__, child._data["id"]


def _with(customer: Entity, request: ChildRequest, answer: JSONObject | None) -> JSONObject:
    """Return the committed document of a customer with what a request did to a list that came with another answer."""
    part, name = place_of(type(customer), type(request.child))
    committed = state_of(customer).committed
    content, child = committed.get(part) or {}, request.child._data
    elements = content.get(name) or []
    place = next((index for index, element in enumerate(elements) if element.get("id") == child["id"]), len(elements))
    new = [] if request.verb == "delete" else [answer or child]
    return {**committed, part: {**content, name: [*elements[:place], *new, *elements[place + 1 :]]}}
