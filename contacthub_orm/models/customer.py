"""Customer: the document at the heart of ContactHub (contract 3)."""

from __future__ import annotations

from datetime import datetime

from contacthub_orm.mapping import Entity, EntityField, Properties
from contacthub_orm.mapping.listing import Equal, Listing
from contacthub_orm.models.base import Base
from contacthub_orm.models.consents import Consents
from contacthub_orm.models.enums import MobileDeviceType, NotificationService, OtherContactType
from contacthub_orm.models.timezones import Timezone


class Tags(Properties):
    """Labels of a customer: `auto` is meant for automations, `manual` for people (contract 3.5)."""

    auto = EntityField(list[str])
    manual = EntityField(list[str])


class SourceInfo(Properties):
    """Ids of the sources that created and last changed a customer; the server's to set."""

    registeredBy = EntityField(str, read_only=True)
    updatedBy = EntityField(str, read_only=True)


class Customer(Entity):
    """A customer of a node (contract 3.2).

    `nodeId` can be given to the constructor only; a session fills it in. `extended` takes any name; declare the
    schema of your workspace by subclassing:

        class LoyaltyExtended(Properties):
            points = EntityField(int)

        class Shopper(Customer):
            extended = EntityField(LoyaltyExtended)
    """

    __path__ = "customers"
    __server_owned__ = ("id", "registeredAt", "updatedAt", "sourceInfo")
    __sections__ = ("base", "extended", "extra")  # 64 KB each, contract 2.9
    __any_of__ = ("externalId", "base", "extended")  # contract 3.7
    __listing__ = Listing((Equal("externalId"),))  # contract 2.1

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
