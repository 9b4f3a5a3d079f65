"""Groups of members that the properties of several event types have in common (contract 4.3)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from contacthub_orm.mapping import ClosedProperties, EntityField, Properties
from contacthub_orm.models.checks import email_shape
from contacthub_orm.models.currencies import Currency
from contacthub_orm.models.event_checks import not_negative
from contacthub_orm.models.event_contexts import GeoPoint
from contacthub_orm.models.event_enums import CampaignChannel, Channel, ContentType, LocationType, OrderLineType


class EventProperties(ClosedProperties):
    """What the properties of every known type have: two members that take any names."""

    extraProperties = EntityField(Properties)
    extended = EntityField(Properties)


# -- products and orders ---------------------------------------------------------------------------------------------


class Classification(ClosedProperties):
    """A key and its value in the classifications of a product."""

    key = EntityField(str, required=True)
    value = EntityField(str, required=True)


class CatalogProduct(ClosedProperties):
    """A product as a catalogue shows it."""

    category = EntityField(list[str])
    shortDescription = EntityField(str)
    classifications = EntityField(list[Classification])
    id = EntityField(str)
    sku = EntityField(str)
    name = EntityField(str)
    price = EntityField(float)
    imageUrl = EntityField(str)
    linkUrl = EntityField(str)


class Product(CatalogProduct):
    """A product."""

    vendor = EntityField(str)
    weight = EntityField(float)
    itemQuantity = EntityField(float)


class MeasuredProduct(Product):
    """A product that is sold by a unit of measure."""

    unitOfMeasure = EntityField(str)


class OrderLine(MeasuredProduct):
    """A line of an order or of a cart."""

    discount = EntityField(float)
    quantity = EntityField(float)
    subtotal = EntityField(float)
    type = EntityField(OrderLineType)
    orderLineId = EntityField(int)
    coupon = EntityField(str)
    tax = EntityField(float)
    extended = EntityField(Properties)


class LocalAmount(ClosedProperties):
    """The currency of an order, and its rate to the default currency."""

    currency = EntityField(Currency)
    exchangeRate = EntityField(float)


class Amount(ClosedProperties):
    """The sums of an order or of a cart."""

    total = EntityField(float)
    revenue = EntityField(float)
    shipping = EntityField(float)
    tax = EntityField(float)
    discount = EntityField(float)
    local = EntityField(LocalAmount)


class ProductEvent(EventProperties, Product):
    """Properties that are those of one product."""


class QuantityEvent(EventProperties, MeasuredProduct):
    """Properties that are those of some quantity of one product."""

    quantity = EntityField(float)


# -- campaigns -------------------------------------------------------------------------------------------------------


class CampaignEvent(EventProperties):
    """Properties that tell of a campaign."""

    subscriberId = EntityField(str)
    campaignSubject = EntityField(str)
    campaignId = EntityField(str)
    campaignName = EntityField(str)
    campaignTags = EntityField(list[str])
    listName = EntityField(str)
    listId = EntityField(str)
    mailDomain = EntityField(str)
    userdbId = EntityField(int)
    recipient = EntityField(str)
    sendImmediateId = EntityField(str)


class CampaignDeliveryEvent(CampaignEvent):
    """Properties that tell of a campaign and what it was sent by."""

    channel = EntityField(Channel)
    channelType = EntityField(str)


class CampaignReactionEvent(CampaignEvent):
    """Properties that tell what became of a message of a campaign, and on what device."""

    channel = EntityField(CampaignChannel)
    isWirelessDevice = EntityField(int)
    isMobile = EntityField(int)
    isTablet = EntityField(int)


class MailingListEvent(EventProperties):
    """Properties that tell of a mailing list and one who is on it."""

    subscriberId = EntityField(str)
    listId = EntityField(str)
    listName = EntityField(str)
    channel = EntityField(Channel)
    channelType = EntityField(str)


class ContentProduct(Product, open=True):
    """A product that a message of a campaign shows."""

    id = EntityField(str, required=True)
    price = EntityField(float, check=not_negative)
    weight = EntityField(float, check=not_negative)
    itemQuantity = EntityField(float, check=not_negative)
    extraProperties = EntityField(Properties)

    if TYPE_CHECKING:  # open, although the product is closed

        def __getattr__(self, name: str) -> Any: ...  # type: ignore[override]
        def __setattr__(self, name: str, value: Any) -> None: ...  # type: ignore[override]


class Content(ClosedProperties):
    """A part of a message of a campaign."""

    type = EntityField(ContentType, required=True)
    subType = EntityField(str)
    name = EntityField(str)
    description = EntityField(str)
    url = EntityField(str)
    imgUrl = EntityField(str)
    price = EntityField(float, check=not_negative)
    currency = EntityField(Currency)
    tags = EntityField(list[str])
    products = EntityField(list[ContentProduct])


# -- events where people meet ----------------------------------------------------------------------------------------


class LocationAddress(ClosedProperties):
    """The address of a place where people meet."""

    street = EntityField(str)
    city = EntityField(str)
    country = EntityField(str)
    province = EntityField(str)
    region = EntityField(str)
    zip = EntityField(str)
    geo = EntityField(GeoPoint)


class EventLocation(Properties, open=True):
    """A place where people meet."""

    type = EntityField(LocationType)
    id = EntityField(str)
    name = EntityField(str)
    address = EntityField(LocationAddress)


class GatheringEvent(EventProperties):
    """Properties that tell of an event where people meet."""

    eventId = EntityField(str)
    eventName = EntityField(str)
    eventDate = EntityField(datetime)
    eventType = EntityField(str)
    eventLocation = EntityField(EventLocation)


class HostContacts(ClosedProperties):
    """How to reach a host."""

    email = EntityField(str, check=email_shape)
    phone = EntityField(str)
    mobilePhone = EntityField(str)


class Host(ClosedProperties):
    """Who received the people at an event."""

    firstName = EntityField(str)
    lastName = EntityField(str)
    title = EntityField(str)
    contacts = EntityField(HostContacts)


# -- the rest --------------------------------------------------------------------------------------------------------


class RewardEvent(EventProperties):
    """Properties that tell of a reward."""

    rewardAmount = EntityField(float, check=not_negative, required=True)
    rewardTypeId = EntityField(str, required=True)
    rewardDescription = EntityField(str)
    rewardType = EntityField(str)


class ServiceEvent(EventProperties):
    """Properties that tell of a subscription to a service."""

    subscriberId = EntityField(str)
    serviceId = EntityField(str)
    serviceName = EntityField(str)
    serviceType = EntityField(str)
    startDate = EntityField(datetime)
    endDate = EntityField(datetime)


class TicketEvent(EventProperties):
    """Properties that tell of a request for help."""

    ticketId = EntityField(str)
    category = EntityField(list[str])
    subject = EntityField(str)
    text = EntityField(str)


class WebPageEvent(EventProperties):
    """Properties that tell of a page on the web."""

    path = EntityField(str)
    referer = EntityField(str)
    search = EntityField(str)
    title = EntityField(str)
    url = EntityField(str)


class Delivery(ClosedProperties):
    """The channel or the medium by which a coupon was handed out."""

    id = EntityField(str, required=True)
    name = EntityField(str)
    description = EntityField(str)
