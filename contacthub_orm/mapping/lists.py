"""TrackedList: the tracked view on a JSON list. A list is changed as a whole on the wire, and in place here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableSequence, Sequence
from operator import index as as_index
from typing import Any, ClassVar, Generic, Self, SupportsIndex, TypeVar, overload

from contacthub_orm.mapping.codecs import ValueType, enter, refuse
from contacthub_orm.mapping.merge_patch import same
from contacthub_orm.mapping.views import OPEN, ContainerType, Document, View, make_view, plain

E = TypeVar("E")


class TrackedList(View, MutableSequence[E], Generic[E]):
    """A list of a document: every mutator of `list` is there and tracked.

    What is put in is copied in; what is taken out lives on by itself. Objects in it are seen as `Properties`.
    """

    __slots__ = ()
    _raw_type: ClassVar[type] = list
    _nothing: ClassVar[list[Any]] = []
    _data: list[Any]

    # -- reading -------------------------------------------------------------------------------------------------

    def _see(self, raw: Any) -> Any:
        kind = type(raw)
        if kind is not dict and kind is not list:
            return self._member(raw, None, "", self._item)
        return self._member(raw, id(raw), "[]", self._item)

    @overload
    def __getitem__(self, index: SupportsIndex) -> E: ...
    @overload
    def __getitem__(self, index: slice) -> list[E]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        if isinstance(index, slice):
            return [self._see(raw) for raw in self._data[index]]
        return self._see(self._data[index])

    def __iter__(self) -> Iterator[E]:
        # By index, as lists iterate: a change during the loop is seen by it.
        index = 0
        while index < len(self._data):
            yield self._see(self._data[index])
            index += 1

    def __reversed__(self) -> Iterator[E]:
        return reversed(self[:])

    def __len__(self) -> int:
        return len(self._data)

    def __contains__(self, value: object) -> bool:
        return any(value is seen or value == seen for seen in self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, TrackedList):
            return same(self._data, other._data)
        return self[:] == other if isinstance(other, list) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: Sequence[Any]) -> bool:
        return self[:] < list(other)

    def __le__(self, other: Sequence[Any]) -> bool:
        return self[:] <= list(other)

    def __gt__(self, other: Sequence[Any]) -> bool:
        return self[:] > list(other)

    def __ge__(self, other: Sequence[Any]) -> bool:
        return self[:] >= list(other)

    def __add__(self, other: Iterable[Any]) -> list[Any]:
        return [*self, *other]

    def __radd__(self, other: Iterable[Any]) -> list[Any]:
        return [*other, *self]

    def __mul__(self, times: SupportsIndex) -> list[E]:
        return self[:] * times

    __rmul__ = __mul__

    # -- writing -------------------------------------------------------------------------------------------------

    def _change(self, mutate: Callable[[list[Any]], Any]) -> Any:
        """Run a mutator on the private raw list, then cut the views of what is no longer in it."""
        self._own()
        result = mutate(self._data)
        if self._children:
            present = {id(raw) for raw in self._data}
            for key in [key for key in self._children if key not in present]:
                self._forget(key)
        return result

    def _encode(self, values: Iterable[Any]) -> list[Any]:
        path = self._path()
        return [_encode_item(self._item, value, f"{path}[]") for value in list(values)]

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            many = self._encode(value)
            self._change(lambda raw: raw.__setitem__(index, many))
        elif not (isinstance(value, View) and value._parent is self and value._data is self._data[index]):
            (one,) = self._encode([value])
            self._change(lambda raw: raw.__setitem__(index, one))

    def __delitem__(self, index: Any) -> None:
        self._data[index]  # an index that is not there must not make a private copy
        self._change(lambda raw: raw.__delitem__(index))

    def insert(self, index: SupportsIndex, value: Any) -> None:
        """Put a copy of a value before the index."""
        (one,) = self._encode([value])
        self._change(lambda raw: raw.insert(index, one))

    def append(self, value: Any) -> None:
        """Put a copy of a value at the end.

        >>> from contacthub_orm.mapping.documents import Properties
        >>> reader = Properties(tags=["a"])
        >>> reader.tags.append("b")
        >>> list(reader.tags)
        ['a', 'b']
        """
        (one,) = self._encode([value])
        self._change(lambda raw: raw.append(one))

    def extend(self, values: Iterable[Any]) -> None:
        """Put copies of several values at the end."""
        many = self._encode(values)
        self._change(lambda raw: raw.extend(many))

    def __iadd__(self, values: Iterable[Any]) -> Self:
        self.extend(values)
        return self

    def __imul__(self, times: SupportsIndex) -> Self:
        count = as_index(times)
        self._change(lambda raw: raw.extend(plain(raw * (count - 1))) if count > 0 else raw.clear())
        return self

    def pop(self, index: SupportsIndex = -1) -> E:
        """Take out and return a value; an object goes on as Properties of its own."""
        taken = self[index]
        self._change(lambda raw: raw.pop(index))
        return taken

    def remove(self, value: Any) -> None:
        """Take out the first equal value; ValueError when there is none."""
        del self[self.index(value)]

    def insert_view(self, index: int, view: View) -> None:
        """Put the content of a view before the index and let that very object show it from then on."""
        (one,) = self._encode([view])
        self._change(lambda raw: raw.insert(index, one))
        self._take(view, one)

    def show(self, view: View, ident: str) -> None:
        """Let a view show the element with an id, if there is one that nobody holds as another object."""
        for raw in self._data:
            if type(raw) is dict and raw.get("id") == ident:
                shown = self._live_child(id(raw))
                if shown is None or shown._data is not raw:
                    self._take(view, raw)
                return

    def _take(self, view: View, raw: Any) -> None:
        before, key = view._parent, id(view._data)
        if before is not None and before._live_child(key) is view:
            assert before._children is not None
            del before._children[key]  # a list that was cut off must not cut this one again
        view._parent, view._key = self, "[]"
        view._rebind(raw)
        self._remember(id(raw), view)

    def remove_view(self, view: View) -> int:
        """Take out the element that a view shows, which need not be the first equal one; returns where it stood."""
        position = next(index for index, raw in enumerate(self._data) if raw is view._data)
        del self[position]
        return position

    def clear(self) -> None:
        """Take out everything."""
        self._change(lambda raw: raw.clear())

    def reverse(self) -> None:
        """Turn the order round."""
        self._change(lambda raw: raw.reverse())

    def sort(self, *, key: Callable[[Any], Any] | None = None, reverse: bool = False) -> None:
        """Sort in place; `key` is given what a person sees: Properties for objects, dates for dates."""
        see = self._see if key is None else lambda raw: key(self._see(raw))
        ordered = sorted(self._data, key=see, reverse=reverse)
        self._change(lambda raw: raw.__setitem__(slice(None), ordered))

    # -- the tree of views ---------------------------------------------------------------------------------------

    def _put_copy(self, child: View, before: Any, copy: Any, document: Document) -> None:
        position = next(index for index, raw in enumerate(self._data) if raw is before)
        self._data[position] = copy
        if self._children is not None:
            self._children[id(copy)] = self._children.pop(id(before))

    def _rebind(self, raw: Any) -> None:
        old, new = self._data, raw if type(raw) is list else self._nothing
        live = self._live_children()
        self._data = new
        if self._children:
            self._children.clear()
        for _, child in live:
            match = _counterpart(child._data, old, new)
            if match is not None and type(match) is child._raw_type and self._live_child(id(match)) is None:
                child._rebind(match)
                self._remember(id(match), child)
            else:
                child._cut()

    # -- copies --------------------------------------------------------------------------------------------------

    def to_list(self) -> list[Any]:
        """Return a plain, deep copy as it would stand on the wire."""
        copied: list[Any] = plain(self._data)
        return copied

    def copy(self) -> list[E]:
        """Return a plain list of what is in it now, as `list.copy` does: objects are still the tracked ones."""
        return self[:]

    def __copy__(self) -> list[E]:
        return self[:]

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        return self.to_list()

    def __reduce__(self) -> tuple[Any, ...]:
        return plain, (self.to_list(),)

    def __repr__(self) -> str:
        return f"<TrackedList ({self._path() or 'detached'}): {len(self._data)} items>"


def _counterpart(element: Any, old: list[Any], new: list[Any]) -> Any:
    """Return the element of a newer list that stands for one of the older: itself, else by `id`, else by position."""
    if any(raw is element for raw in new):
        return element
    position = next((index for index, raw in enumerate(old) if raw is element), len(new))
    there = new[position] if position < len(new) else None
    identity = _identity(element)
    if identity is None or _identity(there) == identity:
        return there
    return next((raw for raw in new if _identity(raw) == identity), None)


def _identity(element: Any) -> Any:
    return element.get("id") if type(element) is dict else None


def _encode_item(item: ValueType, value: Any, path: str, active: frozenset[int] = frozenset()) -> Any:
    if value is None and item is not OPEN:
        raise refuse(path, f"expects {item.expects}, not None; leave the element out")
    return item.encode(value, path, active) if isinstance(item, ContainerType) else item.encode(value, path)


class ListType(ContainerType):
    """The value type of a list whose elements are all of one type."""

    expects = "a list"

    def __init__(self, item: ValueType) -> None:
        self.item = item

    def view(self, raw: Any, parent: View | None, key: str) -> View | None:
        """Return a view on a list, or on nothing: writing into it then makes the list."""
        if raw is not None and type(raw) is not list:
            return None
        view: TrackedList[Any] = make_view(TrackedList, raw, parent, key)
        view._item = self.item
        return view

    def encode(self, value: Any, path: str, active: frozenset[int] = frozenset()) -> list[Any]:
        """Return a checked copy of a list or tuple; ValidationError with the position of what cannot be sent."""
        source = value._data if isinstance(value, TrackedList) else value
        if isinstance(source, str | bytes | bytearray) or not isinstance(source, Sequence):
            raise self.wrong_type(value, path)
        if isinstance(value, TrackedList) and value._item is self.item:
            return list(OPEN.encode(source, path, active))  # checked when it was set, or from the server
        inner = enter(source, path, active)
        return [_encode_item(self.item, item, f"{path}[{index}]", inner) for index, item in enumerate(source)]


class _OpenList(TrackedList[Any]):
    """A list of an open part: its elements are of any type."""

    __slots__ = ()

    @property
    def _item(self) -> ValueType:  # type: ignore[override]
        return OPEN


OPEN.views[list] = _OpenList
