"""Variants: members whose class follows from a sibling, such as the properties of an event from its type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from contacthub_orm.mapping.codecs import ValueType
from contacthub_orm.mapping.documents import MappingType, Properties
from contacthub_orm.mapping.fields import EntityField
from contacthub_orm.mapping.lists import ListType, TrackedList
from contacthub_orm.mapping.views import OPEN, ContainerType, MappingView, View, make_view


class VariantType(MappingType):
    """The value type of a member whose class depends on the text in a sibling.

    Values are taken in as open JSON, whatever the sibling says: it may still be changed, and it may name a variant
    that only the workspace knows. `mapping.checking` holds the whole to the class that the sibling names in the end.

    Args:
        sibling: name of the member beside it that names the variant.
        variants: the class of each known variant; the others are open.
    """

    def __init__(self, sibling: str, variants: Mapping[str, type[Properties]]) -> None:
        super().__init__(Properties._value_type().properties)
        self.sibling = sibling
        self.variants = dict(variants)

    def variant(self, siblings: Mapping[str, Any]) -> type[Properties]:
        """Return the class of the member in an object that has these raw members."""
        name = siblings.get(self.sibling)
        return self.variants.get(name, self.properties) if isinstance(name, str) else self.properties

    def view(self, raw: Any, parent: View | None, key: str) -> View | None:
        """Return a view of the class that the parent's sibling names."""
        if raw is not None and type(raw) is not dict:
            return None
        siblings = parent._data if isinstance(parent, MappingView) else {}
        return make_view(self.variant(siblings), raw, parent, key)


class VariantField(EntityField[Properties]):
    """A declared member whose class follows from a sibling.

    >>> from contacthub_orm.mapping import Entity
    >>> class Login(Properties):
    ...     device = EntityField(str)
    >>> class Happening(Entity):
    ...     type = EntityField(str)
    ...     properties = VariantField("type", {"login": Login})
    >>> type(Happening(type="login", properties={"device": "phone"}).properties).__name__
    'Login'
    """

    __slots__ = ()

    def __init__(self, sibling: str, variants: Mapping[str, type[Properties]], *, required: bool = False) -> None:
        super().__init__(VariantType(sibling, variants), required=required)

    if not TYPE_CHECKING:

        def __get__(self, view, owner=None):
            found = EntityField.__get__(self, view, owner)
            if view is None or found.__class__ is self.value_type.variant(view._data):
                return found
            if not isinstance(found, Properties):
                return found
            # The sibling was changed since the view was made; people may hold it, so it becomes one of the new class.
            _turn_into(self.value_type, found, self._name)
            return EntityField.__get__(self, view, owner)


def declared_type(field: EntityField[Any], siblings: Mapping[str, Any]) -> ValueType:
    """Return the value type of a member in an object that has these raw members."""
    declared = field.value_type
    return declared.variant(siblings)._value_type() if isinstance(declared, VariantType) else declared


def _turn_into(value_type: ValueType, view: View, key: Any) -> None:
    """Make a view, and those below it, what they would be if they were made now."""
    parent = view._parent
    assert parent is not None
    made = value_type.view(view._data, parent, view._key) if isinstance(value_type, ContainerType) else None
    if made is None and view._data is view._nothing:
        parent._forget(key)  # nothing of another kind than what is to be there
        return
    made = made if made is not None else OPEN.view(view._data, parent, view._key)
    assert made is not None
    try:
        view.__class__ = type(made)
    except TypeError:  # a class of the user's with a layout of its own
        parent._forget(key)
        return
    if isinstance(value_type, ListType) and isinstance(view, TrackedList):
        view._item = value_type.item
    for inner, child in view._live_children():
        _turn_into(_type_below(view, inner), child, inner)


def _type_below(view: View, key: Any) -> ValueType:
    if isinstance(view, TrackedList):
        return view._item
    field = view.__fields__.get(key) if isinstance(view, Properties) else None
    return OPEN if field is None else field.value_type
