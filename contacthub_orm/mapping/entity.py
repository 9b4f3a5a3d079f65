"""Entity: a mapped object with an identity; its state lives in an object beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from contacthub_orm.errors import UnknownFieldError
from contacthub_orm.mapping.codecs import text_keys
from contacthub_orm.mapping.documents import content_of
from contacthub_orm.mapping.fields import EntityField
from contacthub_orm.mapping.listing import Listing
from contacthub_orm.mapping.merge_patch import JSONObject, leaves, written_only
from contacthub_orm.mapping.meta import ClosedMeta
from contacthub_orm.mapping.state import EntityState, IdentityKey, changes, hydrate, state_of
from contacthub_orm.mapping.suggestions import did_you_mean
from contacthub_orm.mapping.views import MappingView, plain


class Entity(MappingView, metaclass=ClosedMeta):
    """Base of the mapped classes: closed, compared by identity, tracked once a session knows it.

    A subclass declares its fields and says how the API treats it: see the class attributes below.

    >>> class Customer(Entity):
    ...     __path__ = "customers"
    ...     externalId = EntityField(str)
    >>> Customer(externalId="e-1").externalId
    'e-1'
    """

    __slots__ = ()

    __fields__: ClassVar[dict[str, EntityField[Any]]]
    __path__: ClassVar[str] = ""
    """Last segment of the path of its collection."""
    __server_owned__: ClassVar[tuple[str, ...]] = ("id", "registeredAt", "updatedAt")
    """Members that no POST and no PATCH holds."""
    __repeated__: ClassVar[tuple[str, ...]] = ("id",)
    """Those of them that a PUT repeats."""
    __sections__: ClassVar[tuple[str, ...]] = ()
    """Members of limited size."""
    __any_of__: ClassVar[tuple[str, ...]] = ()
    """A new one needs at least one of these."""
    __unique__: ClassVar[tuple[str, ...]] = ("id",)
    """Paths of what no two of them may have, as far as this package can know."""
    __edited_by__: ClassVar[Literal["PATCH", "PUT"] | None] = "PATCH"
    """The method that sends edits; PUT sends the whole document, None says that the API knows no edits."""
    __echoed__: ClassVar[bool] = True
    """Whether the answer to a write is the whole document; else it is stored later, and answered with an id at most."""
    __parent_member__: ClassVar[str] = ""
    """The member that holds the id of the customer it belongs to."""
    __below_parent__: ClassVar[bool] = False
    """Whether its collection is below that customer's path."""
    __natural_key__: ClassVar[str] = ""
    """The member by which one that the server refuses as known already is found in the list."""
    __listing__: ClassVar[Listing] = Listing()
    """What the list of its collection can filter."""
    __filters_only__: ClassVar[tuple[str, ...]] = ()
    """Members that only filter that list: no document has them."""

    def __init__(self, /, **fields: Any) -> None:
        raw: JSONObject = {}
        for name, value in text_keys(fields, ""):
            field = self.__fields__.get(name)
            if field is None:
                raise UnknownFieldError(f"{type(self).__name__} has no field {name!r}{self._hint(name)}")
            raw[name] = field.encode_at(value, name)
        self._data, self._parent, self._key, self._children, self._document = raw, None, "", None, EntityState({})

    @classmethod
    def from_dict(cls, attributes: Mapping[str, Any] | None = None) -> Self:
        """Return a new transient object with the content of a mapping, such as `to_dict` gives.

        Names that are unknown and values that do not parse are kept as they are, as in an answer of the server; the
        constructor refuses them.
        """
        return hydrate(cls, content_of(cls, attributes), EntityState({}))

    @classmethod
    def field(cls, path: str) -> EntityField[Any]:
        """Return the expression of a dotted path, also of a field that is newer than this package.

        >>> from contacthub_orm import Customer
        >>> Customer.field("base.newThing") == 1
        base.newThing EQUALS <int>
        """
        head, *rest = path.split(".")
        found: Any = cls.__fields__[head]._of_class(cls) if head in cls.__fields__ else _newer(cls, head)
        for name in rest:
            try:
                found = found[name]
            except UnknownFieldError:
                found = _newer(cls, f"{found.path}.{name}", found.many)
        field: EntityField[Any] = found
        return field

    @classmethod
    def fill_body(cls, body: JSONObject, node_id: str) -> JSONObject:
        """Return the body of a POST or PUT with what the session knows: the node, for those that have one."""
        return {"nodeId": node_id, **body} if "nodeId" in cls.__fields__ else body

    @classmethod
    def owner_key(cls, document: JSONObject, node_id: str) -> tuple[str, str, str] | None:
        """Return the (collection, member, value) by which a document names whom it belongs to, None without one.

        A document that has an id of that one names it by the id.
        """
        return None

    @classmethod
    def check_document(cls, document: JSONObject) -> Iterator[tuple[str, str]]:
        """Yield (path, reason) for what the API would refuse in a body that is about to be sent."""
        yield from ()

    if not TYPE_CHECKING:

        def __setattr__(self, name, value):
            if name[:1] != "_" and name not in self.__fields__ and not hasattr(type(self), name):
                raise UnknownFieldError(f"{type(self).__name__} has no field {name!r}{self._hint(name)}")
            object.__setattr__(self, name, value)

    def _hint(self, name: str) -> str:
        if name == "node":  # the first argument of every object in the published SDK
            return "; the session that the object is added to says the node, see docs/migration.md"
        return did_you_mean(name, self.__fields__.keys() - self.__filters_only__)

    # -- copies --------------------------------------------------------------------------------------------------

    def to_dict(self) -> JSONObject:
        """Return a plain, deep copy of the document as it is now, local edits included."""
        self._load_missing()
        copied: JSONObject = plain(self._data)
        return copied

    def __copy__(self) -> Self:
        """Return a new transient object with the same content and no identity."""
        self._load_missing()
        raw = {key: value for key, value in self._written().items() if key not in self.__server_owned__}
        twin = hydrate(type(self), raw, EntityState({}))
        state_of(twin).parent = state_of(self).parent
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return a detached twin: same identity and unsent edits, tracked by nobody; its customer is the same object.

        So it is with a pickle, which holds of its customer just the id; a new customer, which has none, goes along.
        """
        twin: Self = _restore(type(self), *self._portable())
        state_of(twin).parent = state_of(self).parent
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        committed, current, kept = self._portable()
        member = self.__parent_member__
        parent: Any = state_of(self).parent
        key = state_of(parent).key if isinstance(parent, Entity) else None
        if member and current.get(member) is None and key is not None:
            current[member] = key[1]
        if member and current.get(member) is not None:
            parent = None  # its id suffices
        elif key is not None:
            parent = _Reference(type(parent), key)
        return _restore, (type(self), committed, current, kept, parent)

    def _portable(self) -> tuple[JSONObject, JSONObject, dict[str, Any]]:
        state = state_of(self)
        return plain(state.committed), self._written(), {name: getattr(state, name) for name in _KEPT}

    def _written(self) -> JSONObject:
        written: JSONObject = plain(written_only(self._data, state_of(self).vivified))
        return written

    def __repr__(self) -> str:
        identity = self._data.get("id")
        changed = leaves(changes(self)) if state_of(self).key is not None else []
        edits = f", changed: {', '.join(changed)}" if changed else ""
        return f"<{type(self).__name__} id={identity!r}{edits}>"


def _newer(entity: type[Entity], path: str, many: bool = False) -> EntityField[Any]:
    return EntityField[Any](object)._bind(entity, path, many)


_KEPT = ("ahead", "awaited", "deleted", "key", "partial", "raiseload", "selected", "version")
"""What a twin has in common with its original, beside the content."""


def _restore(
    cls: type[Entity], committed: JSONObject, current: JSONObject, kept: dict[str, Any], parent: Entity | None = None
) -> Any:
    state = EntityState(committed)
    for name, value in kept.items():
        setattr(state, name, value)
    state.parent = parent
    return hydrate(cls, current, state)


class _Reference:
    """Stands in a pickle for an entity on the server; read, it is a detached object that knows no more than its id."""

    def __init__(self, cls: type[Entity], key: IdentityKey) -> None:
        self._cls, self._key = cls, key

    def __reduce__(self) -> tuple[Any, ...]:
        content = {"id": self._key[1]}
        return _restore, (self._cls, content, content, {"key": self._key, "partial": True})
