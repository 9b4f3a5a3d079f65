"""Relations: what belongs to a customer and lives elsewhere on the server, read when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import attrs

from contacthub_orm.errors import OperationNotPermitted
from contacthub_orm.mapping.criterion import Criterion
from contacthub_orm.models.customer import Customer
from contacthub_orm.models.customer_session import CustomerSession
from contacthub_orm.models.event import Event
from contacthub_orm.query import PaginatedList, Query

if TYPE_CHECKING:
    from contacthub_orm.session import Session


@attrs.frozen(slots=True, eq=False)
class EventRelation:
    """The events of a customer, newest reading each time: iterate, filter, count, take pages.

    It is read only; an event joins it by `session.add(Event(customer=customer, …))`.
    """

    _query: Query[Event]

    def filter(self, *criteria: Criterion) -> Query[Event]:
        """Return a query for those of the events that meet the criteria."""
        return self._query.filter(*criteria)

    def all(self) -> PaginatedList[Event]:
        """Return all the events, as `query.all()` does."""
        return self._query.all()

    def page(self, number: int, size: int = 10) -> PaginatedList[Event]:
        """Return one page of the events, counted from 0."""
        return self._query.page(number, size)

    def first(self) -> Event | None:
        """Return the first event, None when there is none."""
        return self._query.first()

    def count(self) -> int:
        """Return how many events there are."""
        return self._query.count()

    def __iter__(self) -> Iterator[Event]:
        return iter(self._query)

    def append(self, event: object) -> NoReturn:
        """Refuse: relations are read only."""
        raise OperationNotPermitted("customer.events is read only; use session.add(Event(customer=customer, …))")

    extend = insert = remove = append


@attrs.frozen(slots=True, eq=False)
class SessionRelation:
    """The ContactHub sessions of a customer, read anew each time they are looked at (contract 2.3)."""

    _session: Session
    _customer: Customer
    _read: Callable[[], Sequence[CustomerSession]] = attrs.field(repr=False)

    def all(self) -> list[CustomerSession]:
        """Return the sessions that are linked, by one GET."""
        return list(self._read())

    def __iter__(self) -> Iterator[CustomerSession]:
        return iter(self.all())

    def find(self, value: str) -> CustomerSession | None:
        """Return the link of a session value, None when it is not linked."""
        return next((link for link in self if link.value == value), None)

    def add(self, value: str | None = None) -> CustomerSession:
        """Link a session value (a new one if none is given) at the next commit."""
        return self._session.add_customer_session(self._customer, value)

    def delete(self, link: CustomerSession | str) -> None:
        """Take a link away at the next commit; a value that is not linked is refused."""
        found: Any = self.find(link) if isinstance(link, str) else link
        if found is None:
            raise OperationNotPermitted("this session value is not linked to the customer")
        self._session.delete(found)
