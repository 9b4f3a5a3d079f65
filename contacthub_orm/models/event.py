"""Event: what a customer did, or what was done towards one (contract 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Never, TypeAlias

from contacthub_orm.errors import ArgumentError, DetachedInstanceError, InvalidRequestError
from contacthub_orm.mapping import ClosedProperties, Entity, EntityField
from contacthub_orm.mapping.checking import check_members
from contacthub_orm.mapping.listing import Between, Equal, Listing, OneOf
from contacthub_orm.mapping.merge_patch import JSONObject
from contacthub_orm.mapping.state import state_of
from contacthub_orm.mapping.variants import VariantField
from contacthub_orm.models.checks import not_empty
from contacthub_orm.models.customer import Customer
from contacthub_orm.models.customer_session import CustomerSession
from contacthub_orm.models.event_checks import spelt_as
from contacthub_orm.models.event_contexts import CONTEXT_INFO
from contacthub_orm.models.event_properties import EVENT_PROPERTIES
from contacthub_orm.models.event_types import BringBackType, EventContext, EventMode, EventType
from contacthub_orm.models.tracking import Tracking

Moment: TypeAlias = date | str
"""A date, also with a time, or its ISO text."""


class BringBackProperties(ClosedProperties):
    """What names the customer of an event that has no customer id; a session fills in the node."""

    type = EntityField(BringBackType, required=True)
    value = EntityField(str, check=not_empty, required=True)
    nodeId = EntityField(str, check=not_empty, required=True)


class Event(Entity):
    """Something that happened at a time, in a context: a page viewed, an order completed.

    Whose it is: `customer`, also one that is not created yet, or `customerId`, or `bringBackProperties`. `properties`
    follow from the type and `contextInfo` from the context; for types and contexts of your own both take any names.

    >>> event = Event(customerId="c-1", type=Event.TYPES.COMPLETED_ORDER, context=Event.CONTEXTS.WEB)
    >>> event.properties.amount.total = 10
    >>> event.properties
    <CompletedOrder (properties): amount>
    """

    __path__ = "events"
    __server_owned__ = ("id", "registeredAt", "updatedAt", "mode")
    __repeated__ = ("id", "registeredAt", "updatedAt")  # contract 6.6
    __sections__ = ("properties", "contextInfo")  # 64 KB each, contract 2.9
    __edited_by__ = "PUT"
    __echoed__ = False  # 202: stored later, contract 4.5
    __parent_member__ = "customerId"
    __listing__ = Listing(  # contract 2.4
        (
            Equal("customerId"),
            OneOf("type"),
            OneOf("context"),
            Equal("mode"),
            Between("date", "dateFrom", "dateTo"),
        ),
        searchable=False,
    )
    __filters_only__ = ("mode",)

    id = EntityField(str, read_only=True)
    customerId = EntityField(str, check=not_empty)
    bringBackProperties = EntityField(BringBackProperties)
    type = EntityField(str, check=not_empty, spelling=spelt_as(EventType), required=True)
    context = EntityField(str, check=not_empty, spelling=spelt_as(EventContext), required=True)
    date = EntityField(datetime)
    properties = VariantField("type", EVENT_PROPERTIES, required=True)
    contextInfo = VariantField("context", CONTEXT_INFO)
    registeredAt = EntityField(datetime, read_only=True)
    updatedAt = EntityField(datetime, read_only=True)
    tracking = EntityField(Tracking)
    mode = EntityField(EventMode, read_only=True)
    """A property of the type, for filters; `EVENT_MODES` tells that of a type. It is no part of the document."""

    TYPES = EventType
    CONTEXTS = EventContext
    MODES = EventMode

    def __init__(
        self,
        /,
        *,
        customer: Customer | None = None,
        customerId: str | None = None,
        bringBackProperties: Mapping[str, Any] | None = None,
        type: str | None = None,
        context: str | None = None,
        date: Moment | None = None,
        properties: Mapping[str, Any] | None = None,
        contextInfo: Mapping[str, Any] | None = None,
        tracking: Mapping[str, Any] | None = None,
        mode: str | None = None,
        id: str | None = None,
        registeredAt: Moment | None = None,
        updatedAt: Moment | None = None,
        **others: Never,
    ) -> None:
        given = {
            "customerId": _id_of_customer(customer, customerId),
            "bringBackProperties": bringBackProperties,
            "type": type,
            "context": context,
            "date": date,
            "properties": properties,
            "contextInfo": contextInfo,
            "tracking": tracking,
            "mode": mode,
            "id": id,
            "registeredAt": registeredAt,
            "updatedAt": updatedAt,
            **others,
        }
        super().__init__(**{name: value for name, value in given.items() if value is not None})
        state_of(self).parent = customer

    @property
    def customer(self) -> Customer | None:
        """The customer that the event belongs to; None for an anonymous one. 1 GET unless the session knows it.

        Setting it moves the event: to any customer before it is sent, else to one that is on the server.
        """
        state, ident = state_of(self), self.customerId
        if isinstance(state.parent, Customer) and ident in (None, state.parent.id):
            return state.parent
        if ident is None:
            return None
        if state.session is None:
            raise DetachedInstanceError(
                f"{self!r}: its customer is not loaded and it belongs to no session; add it to one, or get the "
                "customer by its customerId"
            )
        found: Customer | None = state.session.get(Customer, ident)
        return found

    @customer.setter
    def customer(self, customer: Customer) -> None:
        ident = _checked(customer).id
        if state_of(customer).deleted:
            raise InvalidRequestError(f"{customer!r} was deleted; an event cannot belong to it")
        if ident is not None:
            self.customerId = ident
        elif state_of(self).key is not None:
            raise InvalidRequestError(
                f"{self!r} can move to a customer that is on the server; commit the new one first"
            )
        elif self.customerId is not None:
            del self.customerId
        state = state_of(self)
        state.parent = customer
        if state.session is not None:
            state.session.entity_moved(self)

    @classmethod
    def fill_body(cls, body: JSONObject, node_id: str) -> JSONObject:
        """Return a body that has properties, and bring-back properties with a node, by default the session's.

        A PUT needs a time of the last change (contract 6.6), which the server does not show of every event (4.1).
        """
        if "registeredAt" in body:
            body = {"updatedAt": body["registeredAt"], **body}
        body = {**body, "properties": body.get("properties") or {}}
        named = body.get("bringBackProperties")
        if not node_id or not named or named.get("nodeId"):
            return body
        return {**body, "bringBackProperties": {**named, "nodeId": node_id}}

    @classmethod
    def owner_key(cls, document: JSONObject, node_id: str) -> tuple[str, str, str] | None:
        """Return what the bring-back properties name on a node: an external id, or a ContactHub session."""
        named = document.get("bringBackProperties")
        if document.get("customerId") or type(named) is not dict or named.get("nodeId") not in (None, node_id):
            return None
        kind, value = named.get("type"), named.get("value")
        return (*_OWNER_KEYS[kind], value) if kind in _OWNER_KEYS and type(value) is str else None

    @classmethod
    def check_document(cls, document: JSONObject) -> Iterator[tuple[str, str]]:
        """Yield (path, reason) for what the API would refuse in the body of a POST or PUT (contract 4.1 to 4.4).

        Properties of unknown types and the surroundings in unknown contexts are not looked into. The customer of a new
        event may get its id in the same flush; any text stands for it until then.
        """
        yield from check_members(cls, document)
        if "id" not in document and not document.get("customerId") and not document.get("bringBackProperties"):
            yield "customerId", "is missing; say whose event it is, with customer, customerId or bringBackProperties"


_OWNER_KEYS = {"EXTERNAL_ID": (Customer.__path__, "externalId"), "SESSION_ID": (CustomerSession.__path__, "value")}


def _id_of_customer(customer: Customer | None, ident: str | None) -> str | None:
    if customer is None:
        return ident
    own = _checked(customer).id
    if ident is not None and ident != own:
        raise ArgumentError("customer and customerId name two customers; give one of them")
    return own


def _checked(customer: object) -> Customer:
    if not isinstance(customer, Customer):
        raise ArgumentError(f"customer expects a Customer, not {type(customer).__name__}; an id goes into customerId")
    return customer
