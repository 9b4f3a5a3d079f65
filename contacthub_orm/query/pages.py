"""Results as lists that cannot be changed: `ReadOnlyList`, and `PaginatedList` for the pages of a query."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, SupportsIndex, TypeVar, overload

from contacthub_orm.errors import OperationNotPermitted
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.query.paging import Page
from contacthub_orm.query.streaming import PageStream
from contacthub_orm.query.unchangeable import Unchangeable

T = TypeVar("T")
E = TypeVar("E", bound=Entity)

_WHOLE = "all() holds the whole result; query.page(number, size) gives pages to turn."


class ReadOnlyList(Unchangeable, Sequence[T]):
    """A list to look at: everything that reads a list works, everything that changes one is refused.

    Slices, `copy()`, `+` and `*` give plain lists.
    """

    _adding = "session.add(object) stores something new; list(result) is a list of your own to add to"
    _removing = "session.delete(object) deletes it on the server; [x for x in result if ...] leaves it out"
    _ordering = "query.order_by(field.asc()) lets the server sort; sorted(result, key=...) is a sorted list of your own"
    _replacing = "change the object itself and commit, or work on list(result), a list of your own"

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._items: list[T] = list(items)

    def _load(self, count: int) -> None:
        """Make the first `count` items available; nothing to do when all of them are here from the start."""

    @overload
    def __getitem__(self, index: SupportsIndex) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: SupportsIndex | slice) -> T | list[T]:
        if isinstance(index, slice):
            self._load(_reach(index))
            return self._items[index]
        position = operator.index(index)
        self._load(position + 1 if position >= 0 else sys.maxsize)
        return self._items[position]

    def __len__(self) -> int:
        self._load(sys.maxsize)
        return len(self._items)

    def __bool__(self) -> bool:
        self._load(1)
        return bool(self._items)

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ReadOnlyList):
            return self.copy() == other.copy()
        return self.copy() == other if isinstance(other, list) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Iterable[T]) -> list[T]:
        return [*self, *other]

    def __radd__(self, other: Iterable[T]) -> list[T]:
        return [*other, *self]

    def __mul__(self, times: SupportsIndex) -> list[T]:
        return self.copy() * times

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._items!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # A copied or pickled result is a plain list: the session that could turn its pages stays behind.
        return list, (self.copy(),)

    def copy(self) -> list[T]:
        """A plain list with the same objects."""
        self._load(sys.maxsize)
        return self._items.copy()


def _reach(index: slice) -> int:
    """How many items from the start a slice can touch; all of them when it counts from the end."""
    start, stop, step = (None if end is None else operator.index(end) for end in (index.start, index.stop, index.step))
    if stop is None or stop < 0 or (start is not None and start < 0) or (step is not None and step < 0):
        return sys.maxsize
    return stop


class _LazyIterator(Iterator[E]):
    """Iterates over a list that is read on the way. No generator: an error would end that for good."""

    __slots__ = ("_listed", "_position")

    def __init__(self, listed: PaginatedList[E]) -> None:
        self._listed = listed
        self._position = 0

    def __next__(self) -> E:
        position = self._position
        if not self._listed._reach(position):
            raise StopIteration
        self._position = position + 1
        return self._listed._items[position]


class PaginatedList(ReadOnlyList[E], Generic[E]):
    """Objects of a query: one page from `query.page(number, size)`, or the whole result from `query.all()`.

    The whole result is read lazily, page by page, as far as it is looked at; `len()` reads it to the end. A page that
    fails raises, and is asked for again the next time; what was read before stays.

    >>> from contacthub_orm import Customer
    >>> from contacthub_orm.sandbox import Sandbox
    >>> with Sandbox() as sandbox, sandbox.session() as session:
    ...     ids = sandbox.seed(70)
    ...     found = session.query(Customer).all()
    ...     [found.total_elements, len(found[:3]), len(sandbox.requests), len(found), len(sandbox.requests)]
    [70, 3, 1, 70, 2]
    """

    def __init__(
        self,
        page: Page,
        objects: Sequence[E],
        *,
        rest: PageStream[E] | None = None,
        turn: Callable[[int], PaginatedList[E]] | None = None,
    ) -> None:
        super().__init__(objects)
        self._page = page
        self._rest = rest
        self._turn = turn
        self._newest = 0  # position of the first object of the page read last

    def _load(self, count: int) -> None:
        while self._rest is not None and len(self._items) < count:
            loaded = self._rest.read(read_on=count == sys.maxsize)
            if loaded is None:
                self._rest = None
            else:
                self._newest = len(self._items)
                self._items.extend(loaded)

    def _reach(self, position: int) -> bool:
        """Read as far as to a position; tells whether there is an object at it. The second of a page asks for more."""
        self._load(position + 1)
        if self._rest is not None and position > self._newest:
            self._rest.prefetch()
        return position < len(self._items)

    def __iter__(self) -> Iterator[E]:
        return super().__iter__() if self._rest is None else _LazyIterator(self)

    @property
    def size(self) -> int:
        """Objects to a page."""
        return self._page.size

    @property
    def page_number(self) -> int:
        """This page, counted from 0 as on the wire."""
        return self._page.number

    @property
    def total_elements(self) -> int:
        """Objects in the whole result, as the search index counted them with this page."""
        return self._page.total_elements

    @property
    def total_pages(self) -> int:
        """Pages of this size in the whole result; 0 when it is empty."""
        return self._page.total_pages

    @property
    def total_unfiltered_elements(self) -> int:
        """As the server says it; it is 0 nearly always (contract 2.7)."""
        return self._page.total_unfiltered_elements

    def next_page(self) -> PaginatedList[E]:
        """The page after this one, as a new list; this one stays as it is.

        Raises:
            OperationNotPermitted: this is the last page, or the whole result.
        """
        if self._turn is None:
            raise OperationNotPermitted(f"Last page reached. {_WHOLE}")
        if self._page.is_last:
            raise OperationNotPermitted(
                f"Last page reached. This is page {self.page_number} of {self.total_pages}, counted from 0."
            )
        return self._turn(self.page_number + 1)

    def previous_page(self) -> PaginatedList[E]:
        """The page before this one, as a new list; this one stays as it is.

        Raises:
            OperationNotPermitted: this is the first page, or the whole result.
        """
        if self._turn is None:
            raise OperationNotPermitted(f"First page reached. {_WHOLE}")
        if self.page_number == 0:
            raise OperationNotPermitted("First page reached. Pages are counted from 0 and this is page 0.")
        return self._turn(self.page_number - 1)

    def __repr__(self) -> str:
        extent = "whole result" if self._turn is None else f"page {self.page_number} of {self.total_pages}"
        return f"<PaginatedList: {extent}, {len(self._items)} of {self.total_elements} objects loaded>"
