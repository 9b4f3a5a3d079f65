"""Listing: what the list request of an entity can do beside paging; declared by the entity, read by queries.

The list of customers takes the query language, sort keys and a selection of fields; the list of events takes nothing
but a few URL parameters (contract 2.1, 2.4, 2.7). A parameter has the name of the attribute that it filters, except
where an attribute has two.
"""

from __future__ import annotations

from typing import ClassVar, TypeAlias

import attrs

from contacthub_orm.mapping.codecs import Check


@attrs.frozen(slots=True)
class Equal:
    """A parameter that holds one exact value."""

    attribute: str
    said_by: ClassVar[str] = "=="


@attrs.frozen(slots=True)
class OneOf:
    """A parameter that holds one value or several, separated by commas; any of them will do."""

    attribute: str
    said_by: ClassVar[str] = "==, in_"


@attrs.frozen(slots=True)
class Between:
    """Two parameters that hold the first and the last instant of a period, both included (contract 10.2)."""

    attribute: str
    lower: str
    upper: str
    said_by: ClassVar[str] = ">=, <=, between"


ListFilter: TypeAlias = Equal | OneOf | Between


@attrs.frozen(slots=True)
class Listing:
    """The list request of an entity.

    Args:
        filters: what has a URL parameter of its own.
        searchable: True when the list takes the query language, sort keys and a selection of fields; then a filter
            that holds one exact value serves as the short form of a query for it. False when there are only filters.
        spelling: tells what is wrong with how a type of event is spelt, in questions about what was done.

    >>> Listing((Equal("customerId"), OneOf("type"), Between("date", "dateFrom", "dateTo")), searchable=False).summary
    'customerId (==), type (==, in_), date (>=, <=, between)'
    """

    filters: tuple[ListFilter, ...] = ()
    searchable: bool = attrs.field(default=True, kw_only=True)
    spelling: Check | None = attrs.field(default=None, kw_only=True)

    @property
    def summary(self) -> str:
        """The attributes that have parameters and how they are compared, for messages."""
        return ", ".join(f"{each.attribute} ({each.said_by})" for each in self.filters)
