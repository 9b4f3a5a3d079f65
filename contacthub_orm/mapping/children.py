"""Children: elements of an entity's lists that are resources of their own, with an identity (entity, id)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Self, TypeVar
from uuid import uuid4
from weakref import ref

from contacthub_orm.errors import ArgumentError, InvalidRequestError, ObjectDeletedError
from contacthub_orm.mapping.documents import ClosedProperties, MappingType
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.fields import EntityField
from contacthub_orm.mapping.lists import ListType, TrackedList
from contacthub_orm.mapping.state import discard_changes, is_partial, raw_member, state_of
from contacthub_orm.mapping.views import Document, View

C = TypeVar("C", bound="Child")


class ChildDocument(Document):
    """The document of a child that is in no list at hand: whose it is, and at which place it stood.

    It may be `stored` on the server all the same, in a list that is not loaded. Then the first change, or the first
    look at one that is `unread`, loads that list, and the child is an element of it from then on.
    """

    __slots__ = ("holder", "place", "stored", "unread")

    def __init__(self, holder: Entity | None, place: int | None = None) -> None:
        super().__init__()
        self.holder = holder
        self.place = place
        self.stored = self.unread = False

    def changing(self, root: View) -> Document:
        """Let a stored child become an element of its list, where changes are tracked."""
        if self.stored:
            self.load_missing(root, "")
        return super().changing(root)

    @property
    def incomplete(self) -> bool:
        """Tell whether the server has more of it than is known here."""
        return self.unread

    def load_missing(self, root: View, path: str) -> None:
        """Load the list of the customer and let the child show its element of it."""
        assert isinstance(root, Child)
        assert self.holder is not None
        siblings, ident = list_of(self.holder, type(root)), root._data["id"]
        if not root.is_listed:
            siblings.show(root, ident)
        if root.is_listed:
            return
        name = f"{type(root).__name__} {ident}"
        if find_child(self.holder, type(root), ident) is not None:
            raise InvalidRequestError(f"{name}: another object stands for it; session.get returns that one")
        raise ObjectDeletedError(f"{name}: its customer has none with this id")


class Child(ClosedProperties):
    """An element of a list of an entity, addressed by an `id` that the client chooses; a UUID when none is given here.

    A subclass declares its fields and says by `__kind__` how the API calls its collection. `Child(customer=…)` tells
    whose it is going to be; `session.add` then puts it into the list.
    """

    __kind__: ClassVar[str] = ""

    id = EntityField(str)

    def __init__(
        self, values: Mapping[str, Any] | Entity | None = None, /, *, customer: Entity | None = None, **attributes: Any
    ) -> None:
        if isinstance(values, Entity):
            name = type(self).__name__
            raise ArgumentError(f"{name} takes its customer by name: {name}(customer=customer, …)")
        super().__init__({**(values or {}), **attributes})
        self._choose_id()
        self._document = ChildDocument(customer)

    @classmethod
    def from_dict(cls, attributes: Mapping[str, Any] | None = None) -> Self:
        """Return what `Properties.from_dict` returns; one that is given no id chooses its own."""
        made = super().from_dict(attributes)
        made._choose_id()
        return made

    def _choose_id(self) -> None:
        if self._data.get("id") in (None, ""):
            self._data["id"] = str(uuid4())

    @property
    def customer(self) -> Entity | None:
        """The customer that the child belongs to, None when that is not known."""
        root = self._root()
        if isinstance(root, Entity):
            return root
        return root._document.holder if isinstance(root._document, ChildDocument) else None

    def _cut(self) -> None:
        holder = self.customer
        super()._cut()
        self._document = ChildDocument(holder)

    def _leave(self) -> None:
        self._depart()

    def _store(self, key: str, raw: Any, unset: bool = False) -> None:
        if key == "id" and raw != self._data.get("id"):
            self._depart()
        super()._store(key, raw, unset)

    def _remove(self, key: str) -> None:
        if key == "id":
            self._depart()
        super()._remove(key)

    def _depart(self) -> None:
        """Let the customer remember which element of its list this is: the edit that ends it may be taken back."""
        root, ident = self._root(), self._data.get("id")
        if not isinstance(root, Entity) or not ident or not _is_at_home(self, root):
            return
        state = state_of(root)
        departed = state.departed = {} if state.departed is None else state.departed
        known = departed.get(id(self))
        if state.key is not None and (known is None or known[0]() is not self):
            departed[id(self)] = ref(self), ident

    @property
    def is_listed(self) -> bool:
        """True when the child stands in the list of its customer."""
        return isinstance(self._root(), Entity)


def child_class(declared: object) -> type[Child] | None:
    """Return the class of the elements of a field, when they are children."""
    item = declared.item if isinstance(declared, ListType) else None
    properties = item.properties if isinstance(item, MappingType) else None
    return properties if properties is not None and issubclass(properties, Child) else None


@cache
def child_kinds(entity: type[Entity]) -> Mapping[str, Mapping[str, type[Child]]]:
    """Return the classes of children by the part of the document and the list in it that hold them."""
    found: dict[str, dict[str, type[Child]]] = {}
    for part, field in entity.__fields__.items():
        if isinstance(field.value_type, MappingType):
            for name, inner in field.value_type.properties.__fields__.items():
                kind = child_class(inner.value_type)
                if kind is not None:
                    found.setdefault(part, {})[name] = kind
    return found


def place_of(entity: type[Entity], kind: type[Child]) -> tuple[str, str]:
    """Return where the children of a class are: the part of the document, and the list in it.

    Raises InvalidRequestError when there is no such list.
    """
    place = _find_place(entity, kind)
    if place is None:
        raise InvalidRequestError(f"{entity.__name__} has no list of {kind.__name__} objects")
    return place


@cache
def _find_place(entity: type[Entity], kind: type[Child]) -> tuple[str, str] | None:
    for part, kinds in child_kinds(entity).items():
        for name, found in kinds.items():
            if issubclass(kind, found):
                return part, name
    return None


def _is_at_home(child: Child, entity: Entity) -> bool:
    """Tell whether a child below an entity is in the list of its class: others may hold such elements as well."""
    place = _find_place(type(entity), type(child))
    return place is not None and child._path() == f"{'.'.join(place)}[]"


def place_of_collection(entity: type[Entity], collection: str) -> tuple[str, str]:
    """Return where the children of a collection of the API are, as `place_of` does for their class."""
    kinds = (kind for found in child_kinds(entity).values() for kind in found.values())
    return place_of(entity, next(kind for kind in kinds if kind.__kind__ == collection))


def list_of(entity: Entity, kind: type[Child]) -> TrackedList[Any]:
    """Return the list of an entity that holds children of a class; loads it when it is not loaded."""
    part, name = place_of(type(entity), kind)
    listed: TrackedList[Any] = getattr(getattr(entity, part), name)
    return listed


def is_list_loaded(entity: Entity, kind: type[Child]) -> bool:
    """Tell whether the list of an entity that holds children of a class can be seen without loading it."""
    part, name = place_of(type(entity), kind)
    return not is_partial(entity) or name in (raw_member(entity, part) or {}) or state_of(entity).knows((part, name))


def committed_list(entity: Entity, kind: type[Child]) -> list[Any] | None:
    """Return the elements that the server has in the list of a class, null being none; None when it is not known."""
    found: Any = state_of(entity).committed
    place = place_of(type(entity), kind)
    for key in place:
        if key not in found:
            return None if is_partial(entity) and not state_of(entity).knows(place) else []
        found = found[key]
        if found is None:
            return []
    return found if type(found) is list else None


def is_committed(entity: Entity, kind: type[Child], ident: object) -> bool:
    """Tell whether the server is known to have a child with this id."""
    elements = committed_list(entity, kind) or ()
    return any(type(element) is dict and element.get("id") == ident for element in elements)


def find_child(entity: Entity, kind: type[C], ident: str) -> C | None:
    """Return the child with an id from its list, None when it is not there."""
    for child in list_of(entity, kind):
        if isinstance(child, kind) and child.id == ident:
            return child
    return None


def enlist(child: Child) -> None:
    """Put a child into the list of its customer: at the end, or at the place that it was taken out of.

    The object itself is the tracked element from then on.
    """
    holder = child.customer
    if holder is None:
        name = type(child).__name__
        raise InvalidRequestError(f"whose {name} is it? Make it with {name}(customer=…), or append it to the list")
    if not child.is_listed:
        siblings = list_of(holder, type(child))
        place = child._document.place if isinstance(child._document, ChildDocument) else None
        siblings.insert_view(len(siblings) if place is None else place, child)


def unlist(child: Child) -> None:
    """Take a child out of the list of its customer; InvalidRequestError when it is in none."""
    holder, siblings = child.customer, child._parent
    if holder is None or not isinstance(siblings, TrackedList):
        raise InvalidRequestError(
            f"this {type(child).__name__} is in no list of a customer, there is nothing to delete"
        )
    place = siblings.remove_view(child)
    child._document = ChildDocument(holder, place)


def discard_changes_and_relist(entity: Entity) -> None:
    """Go back to the committed document: the children that left their lists, or changed ids, are what they were."""
    departed = _departed(entity)
    ids = {id(child): ident for child, ident in departed}
    left = {(child.__kind__, ident) for child, ident in departed}
    for child in _in_hand(entity) if departed else ():
        own, shown = ids.get(id(child)), child._data.get("id")
        if own != shown and (own is not None or (child.__kind__, shown) in left):
            _free(child)  # it would go on as an element that is not its own
    discard_changes(entity)
    relist(entity)


def relist(entity: Entity) -> None:
    """Let children that left their lists show their elements again, where the lists have them; the rest is gone."""
    departed = _departed(entity)
    state_of(entity).departed = None
    for child, ident in departed:
        if not child.is_listed and is_list_loaded(entity, type(child)):
            list_of(entity, type(child)).show(child, ident)
        if child._parent is None and isinstance(child._document, ChildDocument):
            child._document.place = None


def take_stored(entity: Entity) -> list[tuple[Child, str]]:
    """Take the children that somebody holds out of an entity whose document is to be forgotten, with their ids.

    Only those that the server has: what was added here goes with the other edits.
    """
    held = {id(child): (child, child._data.get("id")) for child in _in_hand(entity)}
    held.update((id(child), (child, ident)) for child, ident in _departed(entity))
    stored = [(child, ident) for child, ident in held.values() if ident and is_committed(entity, type(child), ident)]
    for child, _ in stored:
        _free(child)
    return stored


def _departed(entity: Entity) -> list[tuple[Child, str]]:
    pairs = [(found(), ident) for found, ident in (state_of(entity).departed or {}).values()]
    return [(child, ident) for child, ident in pairs if isinstance(child, Child)]


def _in_hand(entity: Entity) -> list[Child]:
    """Return the children in the lists of an entity whose objects somebody holds."""
    below: list[View] = [entity]
    found = []
    while below:
        view = below.pop()
        if not isinstance(view, Child):
            below += [child for _, child in view._live_children()]
        elif _is_at_home(view, entity):
            found.append(view)
    return found


def _free(child: Child) -> None:
    """Make a child the root of a document of its own."""
    if child._parent is not None:
        child._parent._forget(id(child._data))
