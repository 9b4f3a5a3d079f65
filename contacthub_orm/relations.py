"""Relations: what belongs to a customer and lives elsewhere on the server, read when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, NoReturn

import attrs

from contacthub_orm.errors import OperationNotPermitted
from contacthub_orm.mapping.criterion import Criterion
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.state import state_of
from contacthub_orm.models.customer import Customer
from contacthub_orm.models.customer_session import CustomerSession
from contacthub_orm.models.event import Event
from contacthub_orm.query import PaginatedList, Query
from contacthub_orm.query.unchangeable import Unchangeable

if TYPE_CHECKING:
    from contacthub_orm.session import Session


class Relation(Unchangeable):
    """What belongs to a customer, read from the server each time it is looked at; iterated, but no list.

    Truth, length and index of a list would be requests in disguise, so they say which call asks the server.
    """

    __slots__ = ()

    _name: ClassVar[str]
    _truth: ClassVar[str]
    _length: ClassVar[str]
    _item: ClassVar[str]

    @classmethod
    def _shown(cls) -> str:
        return cls._name

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{self._name} is neither true nor false until it is read: use {self._truth}.")

    def __len__(self) -> NoReturn:
        raise TypeError(f"{self._name} has no length until it is read: use {self._length}.")

    def __getitem__(self, index: object) -> NoReturn:
        raise TypeError(f"{self._name} has no items until it is read: use {self._item}.")


@attrs.frozen(slots=True, eq=False)
class EventRelation(Relation):
    """The events of a customer, newest reading each time: iterate, filter, count, take pages.

    It is read only; an event joins it by `session.add(Event(customer=customer, …))`. `all()` is a list.
    """

    _name = "customer.events"
    _truth = "customer.events.exists()"
    _length = "customer.events.count(), or len(customer.events.all()) to read them too"
    _item = "customer.events.first(), .page(number, size), or customer.events.all()[index]"
    _adding = "session.add(Event(customer=customer, …)) adds an event"
    _removing = "session.delete(event) deletes an event"
    _ordering = "sorted(customer.events, key=…) is a sorted list of your own"
    _replacing = "change the event itself and commit"

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

    def exists(self) -> bool:
        """Return whether there is any event."""
        return self._query.exists()

    def __iter__(self) -> Iterator[Event]:
        return iter(self._query)


@attrs.frozen(slots=True, eq=False)
class SessionRelation(Relation):
    """The ContactHub sessions of a customer, read anew each time they are looked at (contract 2.3)."""

    _name = "customer.sessions"
    _truth = "customer.sessions.all(), which is a list"
    _length = "len(customer.sessions.all())"
    _item = "customer.sessions.find(value), or customer.sessions.all()[index]"
    _adding = "customer.sessions.add(value) links a session"
    _removing = "customer.sessions.delete(link) takes a link away"
    _ordering = "sorted(customer.sessions, key=…) is a sorted list of your own"
    _replacing = "customer.sessions.delete(link) and customer.sessions.add(value)"

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
        """Take a link away at the next commit; one that is not linked to this customer is refused.

        A value that waits to be linked is not sent then.
        """
        if waiting := [new for new in self._session.new if self._is_link(new, link)]:
            for new in waiting:
                self._session.delete(new)
            return
        found = self.find(link) if isinstance(link, str) else link
        if not isinstance(found, CustomerSession) or not self._is_owner(found.customer):
            raise OperationNotPermitted("customer.sessions.delete: this session is not linked to the customer")
        self._session.delete(found)

    def _is_link(self, entity: Entity, value: object) -> bool:
        return isinstance(entity, CustomerSession) and entity.value == value and self._is_owner(entity.customer)

    def _is_owner(self, customer: Entity | None) -> bool:
        return customer is not None and state_of(customer).key == state_of(self._customer).key
