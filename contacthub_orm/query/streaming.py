"""A result page by page, the next page being fetched while the current one is used.

Memory is bounded: one page of objects and one of documents. At most one request is under way ahead of the caller, in a
thread that ends with it, so that a stream can be dropped at any time and leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from threading import Lock
from typing import Any, Final, Generic

import attrs

from contacthub_orm.errors import IllegalStateError
from contacthub_orm.query.paging import Page, Window, read_page
from contacthub_orm.query.source import E, ListRequest, PageSource

RequestPage = Callable[[int, int], ListRequest]

REMEMBERED_PAGES: Final = 10
"""How many pages back a stream knows what it handed out, and can go when the result shrinks."""


class PageStream(Generic[E]):
    """The objects of a window of a result, read page by page; a page that failed is asked for again by the next read.

    The index may move while it is read. A document that comes again is left out: when it was on one of the last pages,
    or wherever it was with `remember_all` (which keeps every id). When a whole result shrinks, what was to come next
    moves to pages that were read already: they are read again for it.
    """

    def __init__(
        self,
        source: PageSource,
        request: RequestPage,
        hydrate: Callable[[list[dict[str, Any]]], list[E]],
        window: Window,
        *,
        remember_all: bool = False,
    ) -> None:
        self._source = source
        self._request = request
        self._hydrate_documents = hydrate
        self._window = window
        self._remember_all = remember_all
        self._size = window.page_size()
        self._number: int | None = None if window.is_empty else window.start // self._size
        self._seen: dict[str, None] = {}  # in the order of their pages
        self._least: int | None = None  # the smallest total that was told
        self._ahead: Future[Page] | None = None
        self._unread: Page | None = None
        self._told = Page.nothing(self._size)
        self.left_out = 0
        """How many documents gave no object so far."""
        self._reading = Lock()

    @property
    def told(self) -> Page:
        """What the answer read last said about the result, without its documents."""
        return self._told

    def read(self, *, read_on: bool = False) -> list[E] | None:
        """The objects of the next page, or None after the last one.

        Args:
            read_on: the caller is going to read further, so the page after it is asked for at once.
        """
        if not self._reading.acquire(blocking=False):
            raise IllegalStateError("this result is being read already; a session belongs to one thread at a time")
        try:
            return self._read(read_on)
        finally:
            self._reading.release()

    def _read(self, read_on: bool) -> list[E] | None:
        if self._unread is None:
            if self._number is None:
                return None
            self._unread = self._next_page(self._number)
        if read_on:
            self.prefetch()
        objects = self._hydrate(self._unread)
        self._unread = None
        return objects

    def prefetch(self) -> None:
        """Ask for the next page in the background, if there is one and the source allows it."""
        if self._number is None or self._ahead is not None or not self._source.concurrent:
            return
        worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="contacthub-prefetch")
        self._ahead = worker.submit(self._fetch, self._number)
        worker.shutdown(wait=False)  # the thread ends after this one request, whatever becomes of the stream

    def close(self) -> None:
        """End the stream; an answer that is still on its way will be ignored."""
        self._number = self._ahead = self._unread = None

    def _next_page(self, number: int) -> Page:
        self._source.prepare()
        ahead, self._ahead = self._ahead, None
        page = self._fetch(number) if ahead is None else ahead.result()
        while back := self._pages_to_go_back(page, number):
            self._number = number = number - back
            page = self._fetch(number)
        stop = self._window.stop
        over = page.is_last or (stop is not None and (number + 1) * self._size >= stop)
        self._number = None if over else number + 1
        self._told = page.without_documents()
        return attrs.evolve(page, documents=page.documents[self._window.cut(number, self._size)])

    def _pages_to_go_back(self, page: Page, number: int) -> int:
        """How many pages back the objects are that were to come next, because the result shrank since it was read.

        Only a total below all before counts: servers that disagree about it must not keep a stream going to and fro.
        """
        if not page.counted or not self._window.is_whole:
            return 0
        least, total = self._least, page.total_elements
        self._least = total if least is None else min(least, total)
        gone = 0 if least is None else max(0, least - total)
        furthest = number if self._remember_all else min(number, REMEMBERED_PAGES)
        return min(furthest, -(-gone // self._size))

    def _fetch(self, number: int) -> Page:
        request = self._request(number, self._size)
        return read_page(self._source.fetch(request), request.path, number, self._size)

    def _hydrate(self, page: Page) -> list[E]:
        here = {document["id"]: document for document in page.documents}
        objects = self._hydrate_documents([here[identity] for identity in here if identity not in self._seen])
        self.left_out += len(page.documents) - len(objects)
        self._seen.update(dict.fromkeys(here))
        if not self._remember_all:
            for forgotten in list(islice(self._seen, max(0, len(self._seen) - REMEMBERED_PAGES * self._size))):
                del self._seen[forgotten]
        return objects


class ObjectStream(Iterator[E]):
    """One object after the other; an object that was handed out is not held here any more.

    The next page is asked for with the second object of a page: who takes only the first pays for one request. No
    generator, which an error would end for good: here the next call asks for the page again.
    """

    __slots__ = ("_is_second", "_objects", "_pages")

    def __init__(self, pages: PageStream[E]) -> None:
        self._pages = pages
        self._objects: list[E] = []  # of the page at hand, the next one last
        self._is_second = False

    def __next__(self) -> E:
        if self._is_second:
            self._is_second = False
            self._pages.prefetch()
        if not self._objects:
            self._turn()
        return self._objects.pop()

    def _turn(self) -> None:
        while not self._objects:
            objects = self._pages.read()
            if objects is None:
                raise StopIteration
            objects.reverse()
            self._objects = objects
            self._is_second = len(objects) > 1

    def close(self) -> None:
        """End the iteration, as that of a generator."""
        self._objects = []
        self._is_second = False
        self._pages.close()
