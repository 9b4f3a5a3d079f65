"""EntityField: on an instance the value, on the class an expression that builds criteria."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, get_args, get_origin, overload

import attrs

from contacthub_orm.errors import ArgumentError, ReadOnlyFieldError, UnknownFieldError
from contacthub_orm.identifiers import text_of
from contacthub_orm.mapping import codecs
from contacthub_orm.mapping.codecs import Check, ValueType, join, refuse
from contacthub_orm.mapping.criterion import Condition, Criterion, Operator
from contacthub_orm.mapping.lists import ListType, TrackedList
from contacthub_orm.mapping.merge_patch import MISSING, same
from contacthub_orm.mapping.suggestions import did_you_mean
from contacthub_orm.mapping.views import OPEN, ContainerType, MappingView, View

if TYPE_CHECKING:
    from contacthub_orm.mapping.documents import Properties
    from contacthub_orm.mapping.entity import Entity

T = TypeVar("T")
R = TypeVar("R", covariant=True)
V = TypeVar("V")
P = TypeVar("P", bound="Properties")

_SCALARS: dict[type, ValueType] = {
    str: codecs.TextType(),
    bool: codecs.BooleanType(),
    int: codecs.IntegerType(),
    float: codecs.NumberType(),
    date: codecs.DateType(),
    datetime: codecs.DateTimeType(),
    object: OPEN,
}


def value_type(declared: Any) -> ValueType:
    """Return how values of a declared Python type are written and read.

    Raises ArgumentError for a type that has no place in a document.
    """
    if isinstance(declared, ValueType):
        return declared
    if get_origin(declared) is list:
        return ListType(value_type(*get_args(declared)))
    if declared in _SCALARS:
        return _SCALARS[declared]
    if isinstance(declared, type):
        if hasattr(declared, "_value_type"):
            found: ValueType = declared._value_type()
            return found
        if issubclass(declared, Enum):
            return codecs.EnumType(declared)
    raise ArgumentError(
        f"EntityField cannot hold {declared!r}; use str, int, float, bool, date, datetime, an enumeration, "
        "a Properties class, list[one of these], or object for any JSON value"
    )


@attrs.frozen(slots=True)
class Ordering:
    """One sort key of a query: `str()` is its form on the wire (contract 2.7)."""

    path: str
    descending: bool = False
    entity: type[Any] | None = attrs.field(default=None, eq=False)

    def __str__(self) -> str:
        return f"{self.path},{'desc' if self.descending else 'asc'}"


class _FieldOf(Generic[R]):
    """For type checkers: the field of a class of one's own is one of `Properties`, too."""

    __slots__ = ()


class EntityField(_FieldOf[T], Generic[T]):
    """A declared member of an entity or of Properties.

    Args:
        declared: str, int, float, bool, date, datetime, an enumeration, a Properties class, list[…] or object.
        read_only: True for what only the server (or the constructor) sets.
        required: True for what the API wants in every object of this kind; see `mapping.checking`.
        pattern: regular expression that a text has to match from end to end.
        check, spelling: return why a wire value cannot be sent, or None; `spelling` also why it is not compared with.

    >>> from contacthub_orm.mapping.documents import Properties
    >>> class Loyalty(Properties):
    ...     points = EntityField(int)
    >>> Loyalty(points=3).points
    3
    """

    __slots__ = (
        "__weakref__", "_check", "_decode", "_name", "_pattern", "_read_only", "_spelling", "_viewed", "entity", "many",
        "path", "required", "value_type",
    )  # fmt: skip

    @overload
    def __init__(self, declared: ValueType, *, read_only: bool = ..., required: bool = ...) -> None: ...
    @overload
    def __init__(self: EntityField[P], declared: type[P], *, read_only: bool = ..., required: bool = ...) -> None: ...
    @overload
    def __init__(
        self: EntityField[TrackedList[V]], declared: type[list[V]], *, read_only: bool = ..., check: Check | None = ...
    ) -> None: ...
    @overload
    def __init__(
        self: EntityField[V | None],
        declared: type[V],
        *,
        read_only: bool = ...,
        required: bool = ...,
        pattern: str | None = ...,
        check: Check | None = ...,
        spelling: Check | None = ...,
    ) -> None: ...
    def __init__(
        self,
        declared: Any,
        *,
        read_only: bool = False,
        required: bool = False,
        pattern: str | None = None,
        check: Check | None = None,
        spelling: Check | None = None,
    ) -> None:
        self.value_type = value_type(declared)
        self.path = ""
        self.required = required
        self.entity: type[Entity] | None = None
        self.many = isinstance(self.value_type, ListType)
        self._name = ""
        self._read_only = read_only
        self._pattern = re.compile(pattern) if pattern is not None else None
        self._check = check
        self._spelling = spelling
        self._viewed = isinstance(self.value_type, ContainerType) and self.value_type is not OPEN
        self._decode = self.value_type.decode

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = self.path = name

    # -- on the instance -----------------------------------------------------------------------------------------

    if TYPE_CHECKING:

        @overload
        def __get__(self: EntityField[Properties], view: None, owner: type | None = ...) -> FieldExpression: ...
        @overload
        def __get__(self: EntityField[P], view: None, owner: type | None = ...) -> type[P]: ...
        @overload
        def __get__(self, view: None, owner: type | None = ...) -> EntityField[T]: ...
        @overload
        def __get__(self, view: View, owner: type | None = ...) -> T: ...
        def __get__(self, view: View | None, owner: type | None = None) -> Any: ...

    else:

        def __get__(self, view, owner=None):
            if view is None:
                return self._of_class(owner)
            if self._viewed:
                children = view._children
                if children is not None:
                    found = children.get(self._name)
                    if found is not None:
                        child = found()
                        if child is not None:
                            return child
                return self._view(view)
            try:
                raw = view._data[self._name]
            except KeyError:
                raw = view._data[self._name] if view._load_missing(self._name) else None
            kind = raw.__class__
            if kind is dict or kind is list:
                return view._member(raw, self._name, self._name, OPEN)
            decode = self._decode
            return raw if decode is None or raw is None else decode(raw)

    if TYPE_CHECKING:
        # What a field takes is wider than what it gives.
        @overload
        def __set__(self: _FieldOf[Properties], view: Any, value: Mapping[str, Any] | None) -> None: ...
        @overload
        def __set__(self: _FieldOf[TrackedList[Any]], view: Any, value: Iterable[Any] | None) -> None: ...
        @overload
        def __set__(self: _FieldOf[date | None], view: Any, value: date | str | None) -> None: ...
        @overload
        def __set__(self: _FieldOf[Enum | None], view: Any, value: Enum | str | None) -> None: ...
        @overload
        def __set__(self, view: Any, value: T) -> None: ...
        def __set__(self, view: Any, value: Any) -> None: ...

    def _set(self, view: MappingView, value: Any) -> None:
        if self._read_only:
            raise self.read_only_error(view, view._path(), "changed")
        if isinstance(value, View) and value._parent is view and value._key == self._name:
            return  # `c.tags.manual += [...]` ends here: the list is in its place already
        kind = type(value)
        if kind is not dict and kind is not list and same(view._data.get(self._name, MISSING), value):
            return  # what stands there may stay, also a value of the server that is refused from anybody else
        self.put(view, None if value is None else self.encode_at(value, join(view._path(), self._name)))

    if not TYPE_CHECKING:
        __set__ = _set

    def __delete__(self, view: MappingView) -> None:
        if self._read_only:
            raise self.read_only_error(view, view._path(), "removed")
        if view._may_have(self._name):
            self.put(view, None)  # its absence would mean "not loaded"
        elif self._name in view._data:
            view._remove(self._name)

    def read_only_error(self, holder: Any, above: str, what: str) -> ReadOnlyFieldError:
        """Return the error for an attempt to write a read-only field of a holder, an object or its class."""
        setter = "is fixed when the object is made (by its constructor, or filled in by the session)"
        if self._name in getattr(holder, "__server_owned__", (self._name,)):
            setter = "is set by the server"
        return ReadOnlyFieldError(f"{join(above, self._name)} {setter} and cannot be {what}")

    def put(self, view: MappingView, raw: Any) -> None:
        """Put a value that is in its wire form already; None unsets."""
        if raw is None:
            view._store(self._name, self._unset(), unset=True)
            return
        if self._decode is not None:
            old = view._data.get(self._name)
            if old is not None and same(self._decode(old), self._decode(raw)):
                return  # the same date in another spelling is no change
        view._store(self._name, raw)

    def _unset(self) -> Any:
        """Return what unsets the field: the API takes no null for a list."""
        return [] if isinstance(self.value_type, ListType) else None

    def _view(self, view: MappingView) -> Any:
        """Make the view of a nested part; of nothing when it is null, so that writing into it makes it."""
        raw = view._data.get(self._name)
        if raw is None and self.many and self._name not in view._data and view._load_missing(self._name):
            raw = view._data[self._name]
            if (made := view._live_child(self._name)) is not None:
                return made  # whoever loaded it looked at it first
        assert isinstance(self.value_type, ContainerType)
        child = self.value_type.view(raw, view, self._name)
        if child is None:
            return view._member(raw, self._name, self._name, OPEN)
        view._remember(self._name, child)
        return child

    def encode_at(self, value: Any, path: str, active: frozenset[int] = frozenset()) -> Any:
        """Return the wire form of a value at a path; ValidationError when it cannot be sent there."""
        if value is None:
            return self._unset()
        if isinstance(self.value_type, ContainerType):
            raw = self.value_type.encode(value, path, active)
        else:
            raw = self.value_type.encode(value, path)
        if self._pattern is not None and not self._pattern.fullmatch(raw):
            raise refuse(path, f"the text does not match the pattern {self._pattern.pattern}")
        for check in (self._spelling, self._check):
            reason = check(raw) if check is not None else None
            if reason is not None:
                raise refuse(path, reason)
        return raw

    # -- on the class --------------------------------------------------------------------------------------------

    def _of_class(self, owner: Any) -> EntityField[Any]:
        expressions: dict[str, FieldExpression] | None = owner.__expressions__
        if expressions is None:
            return self
        found = expressions.get(self._name)
        if found is None:
            found = expressions[self._name] = self._bind(owner, self._name, False)
        return found

    def _bind(self, entity: type[Entity], path: str, many: bool) -> FieldExpression:
        bound = FieldExpression.__new__(FieldExpression)
        for slot in _COPIED:
            setattr(bound, slot, getattr(self, slot))
        bound.entity, bound.path, bound._bound = entity, path, {}
        bound.many = many or isinstance(self.value_type, ListType)
        return bound

    def __repr__(self) -> str:
        owner = self.entity.__name__ if self.entity is not None else "unbound"
        return f"{owner}.{self.path}"

    # -- expressions ---------------------------------------------------------------------------------------------

    def encode(self, value: Any) -> Any:
        """Return the wire form of a value that is compared with this field.

        Dates and date-times may stand for each other (contract 1.5), and UUIDs for their texts; closed enumerations are
        not checked, because the server may hold newer values.
        """
        comparable = list(map(text_of, value)) if isinstance(value, list | tuple) else text_of(value)
        raw = codecs.copy_in(comparable, self.path)
        if isinstance(raw, dict):
            raise ArgumentError(f"{self!r} cannot be compared with an object; compare its members")
        return raw

    def _condition(self, operator: Operator, *values: Any) -> Criterion:
        if self.entity is None:
            raise ArgumentError(f"{self!r} does not say whose field it is; start from the entity: Customer.base.…")
        if any(value is None for value in values):
            raise ArgumentError(f"{self!r}: {operator} takes no None; ask with .is_(None) or .is_not(None)")
        for value in values:
            self._refuse_fields(value if isinstance(value, list) else [value])
        if self._spelling is not None:
            self._check_spelling(values)
        if operator is Operator.BETWEEN:
            return Condition(
                self.path, operator, [self.encode(value) for value in values], entity=self.entity, many=self.many
            )
        encoded = [self.encode(value) for value in values]
        return Condition(self.path, operator, *encoded, entity=self.entity, many=self.many)

    def _refuse_fields(self, values: Iterable[object]) -> None:
        if any(isinstance(value, EntityField) for value in values):
            raise ArgumentError(
                f"{self!r}: the API compares a field with a value, not with another field; compare the fields of the "
                "objects: [x for x in query if ...]"
            )

    def _check_spelling(self, values: Iterable[Any]) -> None:
        assert self._spelling is not None
        for value in values:
            if isinstance(value, list):
                self._check_spelling(value)
            elif isinstance(value, str) and (reason := self._spelling(value)) is not None:
                raise ArgumentError(f"{self!r}: {reason}")

    def __eq__(self, value: object) -> Criterion:  # type: ignore[override]
        return self.is_(None) if value is None else self._condition(Operator.EQUALS, value)

    def __ne__(self, value: object) -> Criterion:  # type: ignore[override]
        return self.is_not(None) if value is None else self._condition(Operator.NOT_EQUALS, value)

    __hash__ = object.__hash__

    def __lt__(self, value: Any) -> Criterion:
        return self._condition(Operator.LT, value)

    def __le__(self, value: Any) -> Criterion:
        return self._condition(Operator.LTE, value)

    def __gt__(self, value: Any) -> Criterion:
        return self._condition(Operator.GT, value)

    def __ge__(self, value: Any) -> Criterion:
        return self._condition(Operator.GTE, value)

    def is_(self, value: bool | None) -> Criterion:
        """Match documents without the field (`is_(None)`), or with this boolean."""
        return self._condition(Operator.IS_NULL) if value is None else self._condition(Operator.EQUALS, value)

    def is_not(self, value: bool | None) -> Criterion:
        """Match documents with the field (`is_not(None)`), or without this boolean."""
        return self._condition(Operator.IS_NOT_NULL) if value is None else self._condition(Operator.NOT_EQUALS, value)

    def in_(self, values: Iterable[Any]) -> Criterion:
        """Match when the value, or any element of a list field, is one of these. No values: nothing matches.

        All of them travel in the address of one request: several thousand are better split into several queries.
        """
        return self._condition(Operator.IN, self._many_values(values))

    def not_in(self, values: Iterable[Any]) -> Criterion:
        """Match what `in_` does not match, documents without the field included."""
        return self._condition(Operator.NOT_IN, self._many_values(values))

    def contains(self, value: Any) -> Criterion:
        """Match when a list field has this element. Parts of a text: see `like`."""
        if not self.many and self.value_type is not OPEN:
            raise ArgumentError(f"{self!r} is no list; the API has no search for parts of a text but .like(pattern)")
        return self._condition(Operator.IN, value)

    def between(self, low: Any, high: Any) -> Criterion:
        """Match values from low to high, both included."""
        return self._condition(Operator.BETWEEN, low, high)

    def like(self, pattern: str) -> Criterion:
        """Match a text pattern with the LIKE operator; its syntax is not documented by the API (contract 5.3)."""
        return self._condition(Operator.LIKE, pattern)

    def asc(self) -> Ordering:
        """Sort by this field, smallest first."""
        return Ordering(self.path, False, self.entity)

    def desc(self) -> Ordering:
        """Sort by this field, largest first."""
        return Ordering(self.path, True, self.entity)

    def _many_values(self, values: Iterable[Any]) -> list[Any]:
        self._refuse_fields([values])
        if isinstance(values, str | bytes) or not isinstance(values, Iterable):
            raise ArgumentError(f"{self!r}: in_ and not_in take a collection of values; use == for a single one")
        found = list(values)
        if any(value is None for value in found):
            raise ArgumentError(f"{self!r}: in_ and not_in take no None; add | field.is_(None)")
        return found

    def __contains__(self, value: object) -> NoReturn:
        raise TypeError(f"the `in` operator cannot ask the server; use {self!r}.contains(value) or .in_(values)")

    __iter__ = None


_COPIED = ("_name", "_read_only", "_pattern", "_check", "_spelling", "_viewed", "_decode", "required", "value_type")
_OPERATORS = ("is_", "is_not", "in_", "not_in", "contains", "between", "like", "asc", "desc")
_PARTS_OF_TEXTS = ("startswith", "endswith", "ilike", "icontains", "istartswith", "iendswith", "match", "regexp_match")


def _operator_hint(name: str) -> str:
    if name in _PARTS_OF_TEXTS:
        return "; parts of a text are searched by .like(pattern)"
    return did_you_mean(name, _OPERATORS)


class FieldExpression(EntityField[Any]):
    """The field of an entity class with its whole path: `Customer.base.contacts.email`.

    Members are reached as attributes, or as items where a member is spelt like a method: `Customer.extended["like"]`.
    """

    __slots__ = ("_bound",)
    _bound: dict[str, FieldExpression]

    def __getattr__(self, name: str) -> Any:
        if name[:1] == "_":
            raise AttributeError(f"'FieldExpression' object has no attribute {name!r}")
        return self[name]

    def __getitem__(self, name: str) -> FieldExpression:
        if self.entity is None or not isinstance(name, str):
            raise UnknownFieldError(f"{self!r} has no members here; start from the entity: Customer.base.{name}")
        found = self._bound.get(name)
        if found is None:
            found = self._bound[name] = self._declared(name)._bind(self.entity, f"{self.path}.{name}", self.many)
        return found

    def _declared(self, name: str) -> EntityField[Any]:
        inner = self.value_type.item if isinstance(self.value_type, ListType) else self.value_type
        properties = getattr(inner, "properties", None)
        if inner is OPEN or (properties is not None and properties.__open__ and name not in properties.__fields__):
            return _ANY
        if properties is None:
            raise UnknownFieldError(f"{self!r} is a single value and has no member {name!r}{_operator_hint(name)}")
        if name not in properties.__fields__:
            hint = did_you_mean(name, properties.__fields__)
            entity = self.entity.__name__ if self.entity is not None else "Entity"
            raise UnknownFieldError(
                f"{self!r} has no field {name!r}{hint} (a field newer than this package is reached by "
                f"{entity}.field('{self.path}.{name}'))"
            )
        field: EntityField[Any] = properties.__fields__[name]
        return field


_ANY: EntityField[Any] = EntityField(object)
