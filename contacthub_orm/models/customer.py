"""Customer: the document at the heart of ContactHub (contract 3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from contacthub_orm.errors import DetachedInstanceError, ObjectDeletedError
from contacthub_orm.mapping import ClosedProperties, Entity, EntityField, Properties, inspect
from contacthub_orm.mapping.listing import Equal, Listing
from contacthub_orm.mapping.patching import apply_patch
from contacthub_orm.models.base import Base
from contacthub_orm.models.consents import Consents
from contacthub_orm.models.enums import MobileDeviceType, NotificationService, OtherContactType
from contacthub_orm.models.event_checks import spelt_as
from contacthub_orm.models.event_types import EventType
from contacthub_orm.models.timezones import Timezone

if TYPE_CHECKING:
    from contacthub_orm.relations import EventRelation, SessionRelation


class Tags(ClosedProperties):
    """Labels of a customer: `auto` is meant for automations, `manual` for people (contract 3.5)."""

    auto = EntityField(list[str])
    manual = EntityField(list[str])


class SourceInfo(ClosedProperties):
    """Ids of the sources that created and last changed a customer; the server's to set."""

    registeredBy = EntityField(str, read_only=True)
    updatedBy = EntityField(str, read_only=True)


class Customer(Entity):
    """A customer of a node (contract 3.2).

    `nodeId` can be given to the constructor only; a session fills it in. `extended` takes any name; declare the
    schema of your workspace by subclassing::

        class LoyaltyExtended(Properties):
            points = EntityField(int)

        class Shopper(Customer):
            extended = EntityField(LoyaltyExtended)
    """

    __path__ = "customers"
    __server_owned__ = ("id", "registeredAt", "updatedAt", "sourceInfo")
    __sections__ = ("base", "extended", "extra")  # 64 KB each, contract 2.9
    __unique__ = ("id", "externalId", "base.contacts.email", "base.credential.username")  # the usual keys, contract 6.3
    __any_of__ = ("externalId", "base", "extended")  # contract 3.7
    __listing__ = Listing((Equal("externalId"),), spelling=spelt_as(EventType))  # contract 2.1

    id = EntityField(str, read_only=True)
    nodeId = EntityField(str, read_only=True)
    externalId = EntityField(str)
    extra = EntityField(str)
    registeredAt = EntityField(datetime, read_only=True)
    updatedAt = EntityField(datetime, read_only=True)
    enabled = EntityField(bool)
    base = EntityField(Base)
    extended = EntityField(Properties)
    consents = EntityField(Consents)
    tags = EntityField(Tags)
    sourceInfo = EntityField(SourceInfo, read_only=True)

    TIMEZONES = Timezone
    OTHER_CONTACT_TYPES = OtherContactType
    MOBILE_DEVICE_TYPES = MobileDeviceType
    NOTIFICATION_SERVICES = NotificationService

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            id: str | None = None,
            nodeId: str | None = None,
            externalId: str | None = None,
            extra: str | None = None,
            registeredAt: date | str | None = None,
            updatedAt: date | str | None = None,
            enabled: bool | None = None,
            base: Base | Mapping[str, Any] | None = None,
            extended: Mapping[str, Any] | None = None,
            consents: Consents | Mapping[str, Any] | None = None,
            tags: Tags | Mapping[str, Any] | None = None,
            sourceInfo: SourceInfo | Mapping[str, Any] | None = None,
        ) -> None: ...

    @property
    def events(self) -> EventRelation:
        """The events of this customer, read when they are looked at; InvalidRequestError for a new customer."""
        found: EventRelation = _session_of(self, "events").events_of(self)
        return found

    @property
    def sessions(self) -> SessionRelation:
        """The ContactHub sessions of this customer, read when they are looked at."""
        found: SessionRelation = _session_of(self, "sessions").sessions_of(self)
        return found

    def add_tag(self, tag: str) -> None:
        """Add a manual tag, unless it is there already.

        >>> customer = Customer()
        >>> customer.add_tag("vip")
        >>> customer.add_tag("vip")
        >>> list(customer.tags.manual)
        ['vip']
        """
        if tag not in self.tags.manual:
            self.tags.manual.append(tag)

    def remove_tag(self, tag: str) -> None:
        """Remove a manual tag; ValueError when the customer does not have it."""
        if tag not in self.tags.manual:
            raise ValueError("this customer has no such manual tag")
        self.tags.manual.remove(tag)

    def get_mutation_tracker(self) -> dict[str, Any]:
        """Return the merge patch of the local edits: what a commit would send for this customer."""
        return inspect(self).diff()

    def apply_patch(self, patch: Mapping[str, Any]) -> None:
        """Make the changes of a merge patch, such as `get_mutation_tracker` returns.

        Objects are merged by name, everything else is set; None unsets. Sends nothing and reads nothing, also of an
        object that is not loaded. A patch with a mistake in it changes nothing: names are unknown as they are to the
        constructor, unless the customer has them.

        >>> customer = Customer(base={"firstName": "Ada", "contacts": {"phone": "1"}})
        >>> customer.apply_patch({"base": {"contacts": {"email": "ada@example.com"}}})
        >>> customer.to_dict()
        {'base': {'firstName': 'Ada', 'contacts': {'phone': '1', 'email': 'ada@example.com'}}}
        """
        apply_patch(self, patch)


def _session_of(customer: Customer, what: str) -> Any:
    state = inspect(customer)
    if state.deleted:
        raise ObjectDeletedError(f"{customer!r} was deleted, and its {what} with it")
    if state.session is None:
        raise DetachedInstanceError(f"{customer!r}: its {what} are on the server; add the customer to a session first")
    return state.session
