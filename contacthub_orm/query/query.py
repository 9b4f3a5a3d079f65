"""Query: an immutable builder of list requests; it talks to the server only when objects are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Generic, NoReturn, overload

import attrs

from contacthub_orm.errors import (
    ArgumentError,
    InvalidRequestError,
    MultipleResultsFound,
    NoResultFound,
    OperationNotPermitted,
)
from contacthub_orm.mapping.criterion import Criterion
from contacthub_orm.mapping.fields import EntityField, Ordering
from contacthub_orm.mapping.mapped_class import mapped_class
from contacthub_orm.query.checks import check_criterion, check_field, checked_ordering, equality, named
from contacthub_orm.query.compiler import compile_selection
from contacthub_orm.query.filters import Parameters, refuse
from contacthub_orm.query.instants import with_instants
from contacthub_orm.query.options import ALWAYS_LOADED, LoadOnly
from contacthub_orm.query.pages import PaginatedList
from contacthub_orm.query.paging import DEFAULT_PAGE_SIZE, Page, Window, check_count, check_page, read_page
from contacthub_orm.query.selection import Combination, Selection, SetConjunction, combine, narrow
from contacthub_orm.query.source import E, ListRequest, PageSource
from contacthub_orm.query.streaming import ObjectStream, PageStream


def _node_of_source(query: Query[Any]) -> str | None:
    return query._source.node_id


@attrs.frozen(slots=True, eq=False, repr=False, str=False)
class Query(Generic[E]):
    """The customers or events of a session's node that meet some criteria.

    Every method that narrows, orders or cuts returns a new query; this one stays as it is and can be run again, each
    run being a new search. The search index lags behind writes by tens of seconds (contract 2.8). The list of events
    knows a few filters only (contract 2.4); what it cannot do is refused when the query is built.

    A commit while a result is read may take objects out of it, and the rest still comes. Where commits change what the
    result is sorted by, read it whole first: `list(query)`.

    Example:
        `session.query(Customer).filter(Customer.base.address.city == "Gotham").order_by(Customer.base.lastName)`
    """

    _source: PageSource
    _entity: type[E]
    _selection: Selection | None = attrs.field(default=None, kw_only=True)
    _orderings: tuple[Ordering, ...] = attrs.field(default=(), kw_only=True)
    _window: Window = attrs.field(default=Window(), kw_only=True)
    _only: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    _raiseload: bool = attrs.field(default=False, kw_only=True)
    _node_id: str | None = attrs.field(default=attrs.Factory(_node_of_source, takes_self=True), kw_only=True)

    def __attrs_post_init__(self) -> None:
        mapped_class(self._entity, "query")

    # -- building --------------------------------------------------------------------------------------------------

    def filter(self, *criteria: Criterion) -> Query[E]:
        """Keep what meets all the criteria and those given before.

        A date that is compared with a date-time, such as `Customer.registeredAt`, stands for its whole day in UTC. A
        UUID stands for its text.

        Raises:
            ArgumentError: not a criterion, one about fields of another mapped class, or one that the list cannot
                filter.
            InvalidRequestError: the query is limited already: filter first.
            OperationNotPermitted: this is a combined query: filter its parts.
        """
        self._refuse_when_limited("filter")
        if isinstance(self._selection, Combination):
            raise OperationNotPermitted(
                "Cannot apply a filter on a combined query. Filter its parts before combining them, or intersect it: "
                "combined & session.query(Customer).filter(criterion)."
            )
        selection, searchable = self._selection, self._entity.__listing__.searchable
        for criterion in criteria:
            check_criterion(self._entity, criterion)
            selection = narrow(selection, with_instants(criterion) if searchable else criterion)
        if not searchable:
            compile_selection(selection, self._entity)  # refuses what the parameters of the list cannot say
        return attrs.evolve(self, selection=selection)

    where = filter

    def filter_by(self, **values: Any) -> Query[E]:
        """Keep what has exactly these values in fields of the document's top level, e.g. `externalId="c-42"`.

        Raises:
            UnknownFieldError: the entity has no such field; the message proposes the nearest.
            ArgumentError: the field holds an object or a list; use `filter` with a field inside it.
        """
        return self.filter(*(equality(self._entity, name, value) for name, value in values.items()))

    def order_by(self, *orderings: EntityField[Any] | Ordering | None) -> Query[E]:
        """Let the server sort: by these fields (ascending) or `field.desc()`, after those given before.

        A sole `None` takes back all ordering. Without any, the order is the server's own.
        """
        self._refuse_when_limited("order_by")
        if len(orderings) == 1 and orderings[0] is None:
            return attrs.evolve(self, orderings=())
        self._refuse_unless_searchable("sort; its order is its own, sorted(query, key=...) makes another")
        added = tuple(checked_ordering(self._entity, ordering) for ordering in orderings)
        return attrs.evolve(self, orderings=self._orderings + added)

    def limit(self, count: int | None) -> Query[E]:
        """At most `count` objects; None takes the limit back."""
        if count is None:
            return attrs.evolve(self, window=Window(self._window.start))
        check_count("limit", count)
        return attrs.evolve(self, window=Window(self._window.start, self._window.start + count))

    def offset(self, count: int | None) -> Query[E]:
        """Leave out the first `count` objects; None takes the offset back."""
        start = 0 if count is None else count
        check_count("offset", start)
        stop = self._window.stop
        return attrs.evolve(self, window=Window(start, None if stop is None else start + stop - self._window.start))

    def options(self, *options: LoadOnly) -> Query[E]:
        """Load only a part of each document: `options(load_only(Customer.base.firstName))`."""
        only, raiseload = self._only, self._raiseload
        for option in options:
            if not isinstance(option, LoadOnly):
                raise ArgumentError("options() takes load_only(field, ...).")
            self._refuse_unless_searchable("load a part of the documents")
            for field in option.fields:
                check_field(self._entity, field.path, field.entity)
            only += tuple(path for path in option.paths if path not in only)
            raiseload = raiseload or option.raiseload
        return attrs.evolve(self, only=only, raiseload=raiseload)

    def __and__(self, other: Query[E]) -> Query[E]:
        return self._combine("INTERSECT", "&", other)

    def __or__(self, other: Query[E]) -> Query[E]:
        return self._combine("UNION", "|", other)

    def __sub__(self, other: Query[E]) -> Query[E]:
        return self._combine("EXCEPT", "-", other)

    # -- running ---------------------------------------------------------------------------------------------------

    def page(self, number: int, size: int = DEFAULT_PAGE_SIZE) -> PaginatedList[E]:
        """One page, by one request: `number` counted from 0 as on the wire, `size` 1 to 50.

        Raises:
            ArgumentError: no such page can be asked for.
            InvalidRequestError: the query has a limit or an offset; a page is both.
        """
        check_page(number, size)
        if not self._window.is_whole:
            raise InvalidRequestError("page() after limit() or offset(): a page is both already. Use one or the other.")
        page = self._fetch(number, size)
        objects = self._hydrate(page.documents)
        return PaginatedList(page.without_documents(), objects, turn=lambda turned: self.page(turned, size))

    def all(self) -> PaginatedList[E]:
        """The whole result: the first page now, the others as the list is read; each object once."""
        pages = self._stream(self._window, remember_all=True)
        objects = pages.read() or []
        told = pages.told
        total = self._window.length(told.total_elements)
        whole = attrs.evolve(told, number=0, total_elements=total, total_pages=-(-total // told.size))
        return PaginatedList(whole, objects, rest=pages)

    def __iter__(self) -> Iterator[E]:
        return ObjectStream(self._stream(self._window))

    def first(self) -> E | None:
        """The first object, or None; by a page of one."""
        return next(iter(self._part(0, 1)), None)

    def one_or_none(self) -> E | None:
        """The only object, or None; by a page of two.

        Raises:
            MultipleResultsFound: there are more.
        """
        found = self._part(0, 2)
        if len(found) > 1:
            raise MultipleResultsFound(
                f"Several objects match where at most one was expected: {self!r}. Narrow the filter, or use first()."
            )
        return found[0] if found else None

    def one(self) -> E:
        """The only object; by a page of two.

        Raises:
            NoResultFound: there is none (yet: the search index lags behind writes).
            MultipleResultsFound: there are more.
        """
        found = self.one_or_none()
        if found is None:
            raise NoResultFound(f"Nothing matches: {self!r}. A new object shows up in searches after some seconds.")
        return found

    def count(self) -> int:
        """How many objects there are, as the search index counts; by a page of one. Honours limit and offset.

        It can differ from `len(all())` while the index catches up: it counts what the session knows to be deleted.
        """
        if self._window.is_empty:
            return 0
        page = self._fetch(0, 1)
        return self._window.length(page.total_elements) if page.counted else len(self.all())

    def exists(self) -> bool:
        """Whether there is any object; by a page of one."""
        return bool(self._part(0, 1))

    @overload
    def __getitem__(self, index: int) -> E: ...

    @overload
    def __getitem__(self, index: slice) -> list[E]: ...

    def __getitem__(self, index: int | slice) -> E | list[E]:
        if isinstance(index, slice):
            start, step = (0 if index.start is None else index.start), (1 if index.step is None else index.step)
            check_count("start of a slice", start)
            check_count("stop of a slice", start if index.stop is None else index.stop)
            check_count("step of a slice", step)
            if step == 0:
                raise ArgumentError("The step of a slice cannot be 0.")
            return self._part(start, index.stop)[::step]
        check_count("index", index)
        found = self._part(index, index + 1)
        if not found:
            raise IndexError("query index out of range")
        return found[0]

    # -- showing ---------------------------------------------------------------------------------------------------

    def __str__(self) -> str:
        """The request that reads the first page, decoded for people; values included, nothing is sent."""
        parameters = self._parameters()
        if parameters is None or self._window.is_empty:
            return f"Nothing is sent: no {self._entity.__name__} can match."
        size = self._window.page_size()
        return str(self._request(parameters, self._window.start // size, size))

    def __repr__(self) -> str:
        where = "" if self._selection is None else f" where {self._selection!r}"
        return f"<Query of {self._entity.__name__}{where}>"

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "A query is neither true nor false until it is run: use query.exists(), or combine queries with & | -."
        )

    # -- inside ----------------------------------------------------------------------------------------------------

    @property
    def _fields(self) -> tuple[str, ...] | None:
        """What to select in the documents; None for all of it."""
        if not self._only:
            return None
        return (*(path for path in ALWAYS_LOADED if path not in self._only), *self._only)

    def _parameters(self) -> Parameters | None:
        """The parameters that all pages share; None when nothing can match."""
        selected = compile_selection(self._selection, self._entity)
        if selected is None:
            return None
        fields = (("fields", ",".join(self._fields)),) if self._fields else ()
        sort = tuple(("sort", str(ordering)) for ordering in self._orderings)
        node = (("nodeId", self._node_id),) if self._node_id is not None else ()
        return (*node, *selected, *fields, *sort)

    def _request(self, parameters: Parameters, number: int, size: int) -> ListRequest:
        segments = tuple(self._entity.__path__.split("/"))
        return ListRequest(segments, (*parameters, ("page", str(number)), ("size", str(size))))

    def _fetch(self, number: int, size: int) -> Page:
        parameters = self._parameters()
        if parameters is None:
            return Page.nothing(size, number)
        request = self._request(parameters, number, size)
        self._source.prepare()
        return read_page(self._source.fetch(request), request.path, number, size)

    def _hydrate(self, documents: list[dict[str, Any]]) -> list[E]:
        return self._source.hydrate(self._entity, documents, self._fields, raiseload=self._raiseload)

    def _stream(self, window: Window, *, remember_all: bool = False) -> PageStream[E]:
        parameters = self._parameters()
        if parameters is None:
            parameters, window = (), Window(0, 0)

        def request(number: int, size: int) -> ListRequest:
            return self._request(parameters, number, size)

        return PageStream(self._source, request, self._hydrate, window, remember_all=remember_all)

    def _part(self, start: int, stop: int | None) -> list[E]:
        """The objects at these positions; the first ones without those that are left out, whatever comes before."""
        pages = self._stream(self._window.part(start, stop), remember_all=True)
        found: list[E] = []
        while (objects := pages.read(read_on=True)) is not None:
            found += objects
        if pages.left_out and start == 0 and stop is not None:
            return list(islice(ObjectStream(self._stream(self._window)), stop))
        return found

    def _refuse_when_limited(self, what: str) -> None:
        if not self._window.is_whole:
            raise InvalidRequestError(
                f"{what}() after limit() or offset() would change which objects they cut: call {what}() before them."
            )

    def _refuse_unless_searchable(self, what: str) -> None:
        if not self._entity.__listing__.searchable:
            refuse(what, self._entity)

    def _combine(self, conjunction: SetConjunction, symbol: str, other: object) -> Query[E]:
        if not isinstance(other, Query):
            raise TypeError(f"{symbol} joins two queries, not {named(other)}. A criterion is added by query.filter().")
        if other._source is not self._source or other._entity is not self._entity:
            raise ArgumentError(f"{symbol} joins queries of one session for one class; these are of different ones.")
        self._refuse_unless_searchable("combine queries")
        for query in (self, other):
            if query._orderings or query._only or not query._window.is_whole:
                raise InvalidRequestError("Combine queries first; order, limit and load_only the combined query.")
        if self._selection is None or other._selection is None:
            raise OperationNotPermitted(
                "Cannot combine empty queries. Filter both; all objects are query.filter(Customer.id.is_not(None))."
            )
        return attrs.evolve(self, selection=combine(conjunction, self._selection, other._selection))
