"""Pages on the wire: which ones cover a part of a result, and what an answer says about itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from contacthub_orm.errors import ArgumentError, TransportError

MAX_PAGE_SIZE: Final = 50
DEFAULT_PAGE_SIZE: Final = 10


def check_page(number: object, size: object) -> None:
    """Refuse a page that the API does not have.

    Raises:
        ArgumentError: the number is not an integer >= 0, or the size is not an integer in 1..50.
    """
    check_count("page number", number)
    if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= MAX_PAGE_SIZE:
        raise ArgumentError(f"A page holds 1 to {MAX_PAGE_SIZE} objects: size must be an integer in that range.")


def check_count(name: str, value: object) -> None:
    """Refuse anything that is not an integer >= 0; `name` is for the message."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ArgumentError(f"The {name} must be an integer >= 0. Positions are counted from 0, from the start only.")


@attrs.frozen(slots=True)
class Window:
    """The part of a result that is wanted: positions `start` up to, not including, `stop` (None: to the end)."""

    start: int = 0
    stop: int | None = None

    @property
    def is_whole(self) -> bool:
        """True when nothing is cut off."""
        return self.start == 0 and self.stop is None

    @property
    def is_empty(self) -> bool:
        """True when no position is wanted, whatever the server has."""
        return self.stop is not None and self.stop <= self.start

    def part(self, start: int, stop: int | None) -> Window:
        """The window of positions counted inside this one."""
        ends = [end for end in (self.stop, None if stop is None else self.start + stop) if end is not None]
        return Window(self.start + start, min(ends) if ends else None)

    def length(self, total: int) -> int:
        """How many of `total` results fall into the window."""
        end = total if self.stop is None else min(self.stop, total)
        return max(0, end - self.start)

    def cut(self, number: int, size: int) -> slice:
        """Which elements of page `number` belong to the window."""
        first = number * size
        return slice(max(0, self.start - first), None if self.stop is None else max(0, self.stop - first))

    def page_size(self) -> int:
        """The size that needs the fewest requests; if one is enough, the smallest one that does it."""
        if self.stop is None or self.stop <= self.start:
            return MAX_PAGE_SIZE
        last = self.stop - 1

        def cost(size: int) -> tuple[int, int]:
            requests = last // size - self.start // size + 1
            return requests, size if requests == 1 else -size

        return min(range(1, MAX_PAGE_SIZE + 1), key=cost)


@attrs.frozen(slots=True)
class Page:
    """One answer of a list request, with the members of `page` that the server left out filled in."""

    documents: list[dict[str, Any]] = attrs.field(repr=False)
    number: int
    size: int
    total_elements: int
    total_pages: int
    total_unfiltered_elements: int
    counted: bool  # the server itself said total_elements
    is_last: bool  # no page follows, by the server's count, or as the page is not full

    @classmethod
    def nothing(cls, size: int, number: int = 0) -> Page:
        """The page of a result that is known to be empty without asking."""
        return cls([], number, size, 0, 0, 0, counted=True, is_last=True)

    def without_documents(self) -> Page:
        """What the page says about the result, for those who hold its objects."""
        return attrs.evolve(self, documents=[])


def read_page(answer: Any, path: str, number: int, size: int) -> Page:
    """Read the envelope of a list (contract 2.7); only `elements` is indispensable.

    Raises:
        TransportError: the answer is not a list of documents; taking it for an empty result would hide that.
    """
    elements = answer.get("elements") if isinstance(answer, Mapping) else None
    if not isinstance(elements, list) or not all(_is_document(element) for element in elements):
        raise TransportError(f"GET {path}: the answer holds no list of documents.", method="GET", path=path)
    told = answer.get("page")
    page = told if isinstance(told, Mapping) else {}
    number, size = _count(page, "number", number), _count(page, "size", size) or size
    proven = number * size + len(elements) if elements else 0
    total = _count(page, "totalElements", proven)
    total_pages = _count(page, "totalPages", -(-total // size))
    counted = _is_count(page.get("totalElements"))
    return Page(
        documents=elements,
        number=number,
        size=size,
        total_elements=total,
        total_pages=total_pages,
        total_unfiltered_elements=_count(page, "totalUnfilteredElements", 0),
        counted=counted,
        is_last=not elements or (number + 1 >= total_pages if counted else len(elements) < size),
    )


def _is_document(element: object) -> bool:
    return isinstance(element, dict) and isinstance(element.get("id"), str)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _count(page: Mapping[str, Any], name: str, default: int) -> int:
    value = page.get(name)
    return value if isinstance(value, int) and _is_count(value) else default
