"""Children: elements of an entity's lists that are resources of their own, with an identity (entity, id)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, TypeVar
from uuid import uuid4

from contacthub_orm.errors import ArgumentError, InvalidRequestError, ObjectDeletedError
from contacthub_orm.mapping.documents import MappingType, Properties
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.fields import EntityField
from contacthub_orm.mapping.lists import ListType, TrackedList
from contacthub_orm.mapping.state import is_partial, raw_member
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
        siblings = list_of(self.holder, type(root))
        if not root.is_listed:
            siblings.show(root, root._data["id"])
        if not root.is_listed:
            raise ObjectDeletedError(f"{type(root).__name__} {root._data['id']}: its customer has none with this id")


class Child(Properties):
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
        given = {**(values or {}), **attributes}
        if given.get("id") in (None, ""):
            given["id"] = str(uuid4())
        super().__init__(given)
        self._document = ChildDocument(customer)

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
    for part, kinds in child_kinds(entity).items():
        for name, found in kinds.items():
            if issubclass(kind, found):
                return part, name
    raise InvalidRequestError(f"{entity.__name__} has no list of {kind.__name__} objects")


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
    return not is_partial(entity) or name in (raw_member(entity, part) or {})


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


def relist(child: Child) -> None:
    """Let a child that was taken out show its element again, if its customer's list has it (after a rollback)."""
    if child.customer is not None and not child.is_listed and child.id is not None:
        list_of(child.customer, type(child)).show(child, child.id)


def has_children_in_hand(view: View) -> bool:
    """Tell whether somebody holds the object of a child below a view."""
    return any(isinstance(below, Child) or has_children_in_hand(below) for _, below in view._live_children())
