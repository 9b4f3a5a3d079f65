"""CustomerSession: a ContactHub session (of a browser, say) that is linked to a customer (contract 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import uuid4

from contacthub_orm.mapping import Entity, EntityField
from contacthub_orm.mapping.state import state_of
from contacthub_orm.models.checks import not_empty

if TYPE_CHECKING:
    from contacthub_orm.models.customer import Customer


class CustomerSession(Entity):
    """The link of a session value to a customer: events under that session become the customer's.

    `value` is what clients choose, `id` is the server's. Make one with `session.add_customer_session(customer, value)`,
    list them with `customer.sessions`, take one away with `session.delete(customer_session)`.

    >>> len(CustomerSession.create_value())
    36
    """

    __path__ = "sessions"
    __server_owned__ = ("id",)
    __edited_by__ = None  # contract 2.3
    __below_parent__ = True
    __natural_key__ = "value"
    __unique__ = ("value",)

    id = EntityField(str, read_only=True)
    value = EntityField(str, read_only=True, check=not_empty)

    @staticmethod
    def create_value() -> str:
        """Return a new session value."""
        return str(uuid4())

    @classmethod
    def of(cls, customer: Customer, value: str) -> CustomerSession:
        """Return a new link of a session value to a customer."""
        link = cls(value=value)
        state_of(link).parent = customer
        return link

    @property
    def customer(self) -> Customer | None:
        """The customer that the session is linked to; after a pickle, a detached object that knows just its id."""
        return cast("Customer | None", state_of(self).parent)
