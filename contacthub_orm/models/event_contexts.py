"""What is known of the surroundings of an event: the `contextInfo` of each context (contract 4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from contacthub_orm.mapping import ClosedProperties, EntityField
from contacthub_orm.models.checks import email_shape
from contacthub_orm.models.event_checks import latitude, longitude
from contacthub_orm.models.event_enums import StoreType
from contacthub_orm.models.event_types import EventContext


class GeoPoint(ClosedProperties):
    """A place on earth, in degrees."""

    lat = EntityField(float, check=latitude, required=True)
    lon = EntityField(float, check=longitude, required=True)


class ClientGeo(ClosedProperties):
    """Where a client seems to be, in degrees."""

    lat = EntityField(float, check=latitude)
    lon = EntityField(float, check=longitude)


class Localization(ClosedProperties):
    """Where a client seems to be."""

    city = EntityField(str)
    country = EntityField(str)
    region = EntityField(str)
    province = EntityField(str)
    zip = EntityField(str)
    geo = EntityField(ClientGeo)


class Client(ClosedProperties):
    """The program that an event came from; the server fills in what its request shows."""

    userAgent = EntityField(str)
    ip = EntityField(str)
    localization = EntityField(Localization)


class ContextContacts(ClosedProperties):
    """How to reach a person of a context."""

    email = EntityField(str, check=email_shape)
    mobilePhone = EntityField(str)
    phone = EntityField(str)


class User(ClosedProperties):
    """Who was logged in."""

    id = EntityField(str, required=True)
    externalId = EntityField(str)
    username = EntityField(str)
    firstName = EntityField(str)
    lastName = EntityField(str)
    contacts = EntityField(ContextContacts)


class Device(ClosedProperties):
    """The device that an app runs on."""

    bundleIdentifier = EntityField(str)
    versionNumber = EntityField(str)
    buildNumber = EntityField(str)
    identifierForVendor = EntityField(str)
    systemVersion = EntityField(str)
    model = EntityField(str)
    deviceVendor = EntityField(str)
    locale = EntityField(str)
    language = EntityField(str)


class Store(ClosedProperties):
    """A shop, of bricks or on the web."""

    id = EntityField(str)
    name = EntityField(str)
    type = EntityField(StoreType)
    street = EntityField(str)
    city = EntityField(str)
    country = EntityField(str)
    province = EntityField(str)
    region = EntityField(str)
    zip = EntityField(str)
    geo = EntityField(GeoPoint)
    website = EntityField(str)


class SalesAssistant(ClosedProperties):
    """Who served the customer in a shop."""

    id = EntityField(str, required=True)
    firstName = EntityField(str)
    lastName = EntityField(str)
    contacts = EntityField(ContextContacts)


class ContextInfo(ClosedProperties):
    """The surroundings of an event in any context."""

    client = EntityField(Client)
    user = EntityField(User)


class MobileContextInfo(ContextInfo):
    """The surroundings of an event in an app."""

    device = EntityField(Device)


class EcommerceContextInfo(ContextInfo):
    """The surroundings of an event in a shop on the web."""

    store = EntityField(Store)


class RetailContextInfo(ContextInfo):
    """The surroundings of an event in a shop of bricks."""

    store = EntityField(Store)
    salesAssistant = EntityField(SalesAssistant)


CONTEXT_INFO: Final[Mapping[str, type[ContextInfo]]] = MappingProxyType(
    {
        **dict.fromkeys(EventContext, ContextInfo),
        EventContext.MOBILE: MobileContextInfo,
        EventContext.ECOMMERCE: EcommerceContextInfo,
        EventContext.RETAIL: RetailContextInfo,
    }
)
"""The class of `contextInfo` in each context that the API knows."""
