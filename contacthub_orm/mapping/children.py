"""Children: elements of an entity's lists that are resources of their own, with an identity (entity, id)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import uuid4

from contacthub_orm.errors import ArgumentError, InvalidRequestError
from contacthub_orm.mapping.documents import MappingType, Properties
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.fields import EntityField
from contacthub_orm.mapping.lists import ListType, TrackedList
from contacthub_orm.mapping.views import Document, View


class ChildDocument(Document):
    """The document of a child that is in no list yet, or no more: whose it is, and at which place it stood."""

    __slots__ = ("holder", "place")

    def __init__(self, holder: Entity | None, place: int | None = None) -> None:
        super().__init__()
        self.holder = holder
        self.place = place


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
        super().__init__(given if given.get("id") else {"id": str(uuid4()), **given})
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


def list_of(entity: Entity, kind: type[Child]) -> TrackedList[Any]:
    """Return the list of an entity that holds children of a class.

    Raises InvalidRequestError when it has no such list.
    """
    for name, field in entity.__fields__.items():
        part = field.value_type
        if isinstance(part, MappingType):
            for inner_name, inner in part.properties.__fields__.items():
                found = child_class(inner.value_type)
                if found is not None and issubclass(kind, found):
                    listed: TrackedList[Any] = getattr(getattr(entity, name), inner_name)
                    return listed
    raise InvalidRequestError(f"{type(entity).__name__} has no list of {kind.__name__} objects")


def find_child(entity: Entity, kind: type[Child], ident: str) -> Child | None:
    """Return the child with an id from its list, None when it is not there."""
    for child in list_of(entity, kind):
        if isinstance(child, Child) and child.id == ident:
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
