"""The results of the latest lists, so that the next page does not evaluate the query again."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable

from cachetools import LRUCache

_KEPT = 16


class ResultCache:
    """Row numbers of whole lists by the question they answer; good until the next write clears them."""

    def __init__(self) -> None:
        self._results: LRUCache[Hashable, array[int]] = LRUCache(_KEPT)

    @staticmethod
    def make(versions: Iterable[int]) -> array[int]:
        """Pack row numbers tightly."""
        return array("q", versions)

    def get(self, question: Hashable) -> array[int] | None:
        """The kept result, or None."""
        return self._results.get(question)

    def keep(self, question: Hashable, versions: array[int]) -> None:
        """Keep a result for the pages to come."""
        self._results[question] = versions

    def clear(self) -> None:
        """Forget all results, because the data changed."""
        self._results.clear()
