"""A result page by page, the next page being fetched while the current one is used.

Memory is bounded: one page of objects and one of documents. At most one request is under way ahead of the caller, in a
thread that ends with it, so that a stream can be dropped at any time and leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic

import attrs

from contacthub_orm.query.paging import Page, Window, read_page
from contacthub_orm.query.source import E, ListRequest, PageSource

RequestPage = Callable[[int, int], ListRequest]


class PageStream(Generic[E]):
    """The objects of a window of a result, read page by page; a page that failed is asked for again by the next read.

    A document that comes again, because the index moved while it was read, is left out: always when it was on the
    page before, and wherever it was with `remember_all` (which keeps every id).
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
        self._seen: set[str] = set()
        self._ahead: Future[Page] | None = None
        self._unread: Page | None = None
        self._told = Page.nothing(self._size)

    @property
    def told(self) -> Page:
        """What the answer read last said about the result, without its documents."""
        return self._told

    def read(self, *, read_on: bool = False) -> list[E] | None:
        """The objects of the next page, or None after the last one.

        Args:
            read_on: the caller is going to read further, so the page after it is asked for at once.
        """
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
        stop = self._window.stop
        over = page.is_last or (stop is not None and (number + 1) * self._size >= stop)
        self._number = None if over else number + 1
        self._told = page.without_documents()
        return attrs.evolve(page, documents=page.documents[self._window.cut(number, self._size)])

    def _fetch(self, number: int) -> Page:
        request = self._request(number, self._size)
        return read_page(self._source.fetch(request), request.path, number, self._size)

    def _hydrate(self, page: Page) -> list[E]:
        here: set[str] = set()
        fresh = []
        for document in page.documents:
            identity = document["id"]
            if identity not in self._seen and identity not in here:
                fresh.append(document)
            here.add(identity)
        objects = self._hydrate_documents(fresh)
        if self._remember_all:
            self._seen |= here
        else:
            self._seen = here
        return objects


def stream_objects(pages: PageStream[E]) -> Iterator[E]:
    """One object after the other; an object that was handed out is not held here any more.

    The next page is asked for with the second object of a page: who takes only the first pays for one request.
    """
    try:
        while (page := pages.read()) is not None:
            page.reverse()
            for position in range(len(page)):
                if position == 1:
                    pages.prefetch()
                yield page.pop()
    finally:
        pages.close()
