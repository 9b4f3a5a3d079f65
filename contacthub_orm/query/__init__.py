"""Queries: criteria, the immutable builder, and the pages of a result."""

from __future__ import annotations

from contacthub_orm.query.criteria import and_, between_, in_, not_, not_in_, or_
from contacthub_orm.query.did import Did, did
from contacthub_orm.query.options import LoadOnly, load_only
from contacthub_orm.query.pages import PaginatedList, ReadOnlyList
from contacthub_orm.query.query import Query
from contacthub_orm.query.source import ListRequest, PageSource

__all__ = [
    "Did",
    "ListRequest",
    "LoadOnly",
    "PageSource",
    "PaginatedList",
    "Query",
    "ReadOnlyList",
    "and_",
    "between_",
    "did",
    "in_",
    "load_only",
    "not_",
    "not_in_",
    "or_",
]
