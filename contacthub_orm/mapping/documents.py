"""Properties: the tracked view on a JSON object, by attribute and by item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Self

from contacthub_orm.errors import ArgumentError, UnknownFieldError, ValidationError
from contacthub_orm.mapping.codecs import ValueType, enter, join, text_keys
from contacthub_orm.mapping.fields import EntityField
from contacthub_orm.mapping.lists import ListType
from contacthub_orm.mapping.merge_patch import MISSING, same
from contacthub_orm.mapping.meta import ClosedMeta, EntityMeta
from contacthub_orm.mapping.suggestions import did_you_mean
from contacthub_orm.mapping.views import OPEN, ContainerType, Document, MappingView, View, make_view, plain


class Properties(MappingView, MutableMapping[str, Any], metaclass=EntityMeta):
    """A JSON object that knows what was changed in it.

    Plain `Properties` are open: any name can be set and read, as attribute or as item. A subclass that declares fields
    is closed: other names are refused as attributes, with a hint (`class X(Properties, open=True)` keeps it open).
    Items (`p["name"]`) reach every key, also those that are spelt like a method of this class.

    >>> loyalty = Properties(points=10, level={"name": "gold"})
    >>> loyalty.level.name
    'gold'
    """

    __slots__ = ()

    __fields__: ClassVar[dict[str, EntityField[Any]]]
    __open__: ClassVar[bool]
    __value_type__: ClassVar[MappingType]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.__open__:
            cls.__getattr__ = _read_undeclared  # type: ignore[method-assign]

    def __new__(cls, /, *values: Any, **attributes: Any) -> Self:
        """Make `Properties(...)` itself an open one, see `_OpenProperties`."""
        return super().__new__(_OpenProperties if cls is Properties else cls)  # type: ignore[return-value]

    def __init__(self, values: Mapping[str, Any] | None = None, /, **attributes: Any) -> None:
        given = {**(values or {}), **attributes}
        self._set_up(type(self)._value_type().encode(given, ""))

    def _set_up(self, raw: dict[str, Any]) -> None:
        self._data, self._parent, self._key, self._children, self._document = raw, None, "", None, Document()

    # -- attributes ----------------------------------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        if name[:1] == "_" or name in self.__fields__:
            object.__setattr__(self, name, value)
            return
        self._refuse_unknown(name)
        self[name] = value

    def __delattr__(self, name: str) -> None:
        if name in self.__fields__:
            object.__delattr__(self, name)
            return
        self._refuse_unknown(name)
        try:
            del self[name]
        except KeyError:
            raise UnknownFieldError(f"{self._label()} has no {name!r}{did_you_mean(name, self._data)}") from None

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def _refuse_unknown(self, name: str) -> None:
        if hasattr(type(self), name):
            raise UnknownFieldError(f"{name!r} is a method of {self._label()}; the key is reached as [{name!r}]")
        if not self.__open__:
            hint = did_you_mean(name, self.__fields__)
            raise UnknownFieldError(
                f"{self._label()} has no field {name!r}{hint} (one newer than this package is reached as [{name!r}])"
            )

    def _label(self) -> str:
        path = self._path()
        name = type(self).__name__.lstrip("_").replace("OpenProperties", "Properties")
        return f"{name} ({path})" if path else name

    # -- items ---------------------------------------------------------------------------------------------------

    def __getitem__(self, key: str) -> Any:
        raw = self._data.get(key, MISSING)
        if raw is MISSING:
            if not self._load_missing(key):
                raise KeyError(key)
            raw = self._data[key]
        field = self.__fields__.get(key)
        return self._member(raw, key, key, OPEN if field is None else field.value_type)

    def __setitem__(self, key: str, value: Any) -> None:
        field = self.__fields__.get(key)
        if field is not None:
            field.__set__(self, value)
        elif not (isinstance(value, View) and value._parent is self and value._key == key):
            path = join(self._path(), str(key))
            ((key, _),) = text_keys({key: None}, path)
            self._store(key, OPEN.encode(value, path))

    def __delitem__(self, key: str) -> None:
        if key not in self._data and not self._load_missing(key):
            raise KeyError(key)
        field = self.__fields__.get(key)
        if field is not None:
            field.__delete__(self)
        elif self._may_have(key):
            self._store(key, None)  # its absence would mean "not loaded"
        else:
            self._remove(key)

    def __iter__(self) -> Iterator[str]:
        self._load_missing()
        return iter(list(self._data))

    def __len__(self) -> int:
        self._load_missing()
        return len(self._data)

    def __contains__(self, key: object) -> bool:
        return key in self._data or self._load_missing(str(key))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Properties):
            if self is not other:
                self._load_missing()
                other._load_missing()
            return same(self._data, other._data)
        return self.to_dict() == other if isinstance(other, Mapping) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __or__(self, other: object) -> dict[str, Any]:
        return self.to_dict() | dict(other) if isinstance(other, Mapping) else NotImplemented

    def __ror__(self, other: object) -> dict[str, Any]:
        return dict(other) | self.to_dict() if isinstance(other, Mapping) else NotImplemented

    def __ior__(self, other: Any) -> Self:  # type: ignore[misc]
        self.update(other)
        return self

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Return a member, put there first when it is missing: never `default` itself, which is copied in."""
        if key not in self:
            self[key] = default
        return self[key]

    def popitem(self) -> tuple[str, Any]:
        """Take out and return the member that came last; KeyError when there is none."""
        self._load_missing()
        if not self._data:
            raise KeyError("popitem(): there is nothing in it")
        key = next(reversed(self._data))
        return key, self.pop(key)

    @classmethod
    def _value_type(cls) -> MappingType:
        found = cls.__dict__.get("__value_type__")
        if found is None:
            found = cls.__value_type__ = MappingType(_OpenProperties if cls is Properties else cls)
        return found

    # -- copies --------------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Return a plain, deep copy as it would stand on the wire.

        >>> Properties(tags=["a"]).to_dict()
        {'tags': ['a']}
        """
        self._load_missing()
        copied: dict[str, Any] = plain(self._data)
        return copied

    @classmethod
    def from_dict(cls, attributes: Mapping[str, Any] | None = None) -> Self:
        """Return new properties with the content of a mapping, such as `to_dict` gives.

        Names that are unknown and values that do not parse are kept as they are, as in an answer of the server; the
        constructor refuses them.
        """
        made = cls()
        made._data = {**made._data, **content_of(cls, attributes)}
        return made

    def copy(self) -> Self:
        """Return an independent copy, tracked by nobody."""
        twin = type(self).__new__(type(self))
        twin._set_up(self.to_dict())
        return twin

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.copy()

    def __reduce__(self) -> tuple[Any, ...]:
        return plain, (self.to_dict(),)

    def __repr__(self) -> str:
        return f"<{self._label()}: {', '.join(map(str, self._data)) or 'empty'}>"


class ClosedProperties(Properties, open=False, metaclass=ClosedMeta):
    """Properties without other members than the declared ones, which type checkers know, too.

    A subclass of `Properties` that declares fields is closed as well when the program runs; type checkers let any name
    pass there, because an open one looks the same to them.
    """

    if TYPE_CHECKING:
        __getattr__: None  # type: ignore[assignment, misc]
        __setattr__: None  # type: ignore[assignment, misc]
        __delattr__: None  # type: ignore[assignment]


class MappingType(ContainerType):
    """The value type of a nested part that is declared as a Properties class."""

    expects = "a mapping or Properties"

    def __init__(self, properties: type[Properties]) -> None:
        self.properties = properties

    def view(self, raw: Any, parent: View | None, key: str) -> View | None:
        """Return a view on a dict, or on nothing: writing into it then makes the dict."""
        return make_view(self.properties, raw, parent, key) if raw is None or type(raw) is dict else None

    def encode(self, value: Any, path: str, active: frozenset[int] = frozenset()) -> dict[str, Any]:
        """Return a checked copy of a mapping; names unknown to a closed part are refused."""
        source = value
        if isinstance(value, Properties):
            value._load_missing()
            source = value._data
        if not isinstance(source, Mapping):
            raise self.wrong_type(value, path)
        if isinstance(value, self.properties):
            # Checked when it was set, or from the server, whose newer names and values are kept.
            return dict(OPEN.encode(source, path, active))
        inner = enter(source, path, active)
        return {key: self._encode_member(key, item, path, inner) for key, item in text_keys(source, path)}

    def _encode_member(self, key: str, value: Any, path: str, active: frozenset[int]) -> Any:
        field = self.properties.__fields__.get(key)
        if field is not None:
            return field.encode_at(value, join(path, key), active)
        if not self.properties.__open__:
            hint = did_you_mean(key, self.properties.__fields__)
            raise UnknownFieldError(f"{self.properties.__name__} ({path or 'new'}) has no field {key!r}{hint}")
        return OPEN.encode(value, join(path, key), active)


def content_of(model: EntityMeta, document: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a copy of a document for an object of a class: in its wire form where it can be, as it is elsewhere."""
    if document is None:
        return {}
    if not isinstance(document, Mapping):
        raise ArgumentError(f"{model.__name__}.from_dict takes a mapping, not {type(document).__name__}")
    return _object_content(model, document, "", frozenset())


def _object_content(model: EntityMeta, source: Mapping[str, Any], path: str, active: frozenset[int]) -> dict[str, Any]:
    inner, content = enter(source, path, active), {}
    for key, value in text_keys(source, path):
        field = model.__fields__.get(key)
        content[key] = _content(OPEN if field is None else field.value_type, value, join(path, key), inner)
    return content


def _content(declared: ValueType, value: Any, path: str, active: frozenset[int]) -> Any:
    if isinstance(value, Properties):
        return value.to_dict()
    if isinstance(declared, MappingType) and isinstance(value, Mapping):
        return _object_content(declared.properties, value, path, active)
    if isinstance(declared, ListType) and isinstance(value, list | tuple):
        inner = enter(value, path, active)
        return [_content(declared.item, item, f"{path}[{index}]", inner) for index, item in enumerate(value)]
    if not isinstance(declared, ContainerType):
        with suppress(ValidationError):
            return declared.encode(value, path)
    return OPEN.encode(value, path, active)


def _read_undeclared(self: Properties, name: str) -> Any:
    """Look up a name that no class declares: the `__getattr__` of open classes.

    Its mere presence slows down every attribute access of a class, which the closed classes are spared.
    """
    if name[:1] == "_":
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
    self._refuse_unknown(name)
    try:
        return self[name]
    except KeyError:
        hint = did_you_mean(name, self._data)
        raise UnknownFieldError(f"{self._label()} has no {name!r}{hint}; .get({name!r}) gives None") from None


class _OpenProperties(Properties, open=True):
    """What `Properties(...)` makes."""


OPEN.views[dict] = _OpenProperties
