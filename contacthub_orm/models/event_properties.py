"""The properties of each event type that the API knows (contract 4.3), one class a type.

They check values as they are set, and can be used to make an event:
`Event(type=Event.TYPES.COMPLETED_ORDER, properties=CompletedOrder(orderId="1", amount={"total": 10}), …)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from contacthub_orm.mapping import EntityField, Properties
from contacthub_orm.models.event_checks import not_negative
from contacthub_orm.models.event_enums import Channel, OrderType, PaymentMethod, Setting
from contacthub_orm.models.event_properties_groups import (
    Amount,
    CampaignDeliveryEvent,
    CampaignReactionEvent,
    CatalogProduct,
    Content,
    Delivery,
    EventLocation,
    EventProperties,
    GatheringEvent,
    Host,
    MailingListEvent,
    MeasuredProduct,
    OrderLine,
    ProductEvent,
    QuantityEvent,
    RewardEvent,
    ServiceEvent,
    TicketEvent,
    WebPageEvent,
)
from contacthub_orm.models.event_types import EventType

# -- shopping --------------------------------------------------------------------------------------------------------


class AbandonedCart(EventProperties):
    """A cart was left with something in it."""

    orderId = EntityField(str)
    abandonedCartUrl = EntityField(str)
    storeCode = EntityField(str)
    amount = EntityField(Amount)
    products = EntityField(list[OrderLine])


class AbandonedSession(EventProperties):
    """A visit ended with products looked at and none put into the cart."""

    abandonedSessionUrl = EntityField(str)
    products = EntityField(list[MeasuredProduct])


class AddedCompare(ProductEvent):
    """A product was put into a comparison."""


class RemovedCompare(ProductEvent):
    """A product was taken out of a comparison."""


class AddedProduct(QuantityEvent):
    """A product was put into the cart."""


class RemovedProduct(QuantityEvent):
    """A product was taken out of the cart."""


class AddedWishlist(ProductEvent):
    """A product was put on the wish list."""


class RemovedWishlist(ProductEvent):
    """A product was taken off the wish list."""


class ViewedProduct(ProductEvent):
    """A product was looked at."""


class ViewedProductCategory(EventProperties):
    """A category was looked at; a single text here, unlike the categories of a product."""

    category = EntityField(str)


class ReviewedProduct(EventProperties, CatalogProduct):
    """A product was reviewed; the rating is a text."""

    rating = EntityField(str)


class CompletedOrder(EventProperties):
    """An order was completed."""

    orderId = EntityField(str)
    type = EntityField(OrderType)
    storeCode = EntityField(str)
    paymentMethod = EntityField(PaymentMethod)
    shippingMethod = EntityField(str)
    amount = EntityField(Amount)
    products = EntityField(list[OrderLine])


class OrderShipped(EventProperties):
    """An order left the store."""

    orderId = EntityField(str)
    type = EntityField(str)
    carrier = EntityField(str)
    trackingCode = EntityField(str)
    trackingUrl = EntityField(str)
    weight = EntityField(float)
    packages = EntityField(int)


class AddedReward(RewardEvent):
    """A reward was earned."""


class RemovedReward(RewardEvent):
    """A reward was spent or taken back."""


class GrantedCoupon(EventProperties):
    """A coupon was handed out."""

    code = EntityField(str)
    redeemDate = EntityField(datetime)
    startValidityDate = EntityField(datetime, required=True)
    redemptionDate = EntityField(datetime)
    campaignId = EntityField(str)
    campaignName = EntityField(str)
    campaignDescription = EntityField(str)
    status = EntityField(str)
    type = EntityField(str)
    redeemedAmount = EntityField(float, check=not_negative)
    totalAmount = EntityField(float, check=not_negative, required=True)
    remainingAmount = EntityField(float, check=not_negative)
    deliveryChannel = EntityField(Delivery)
    deliveryMedium = EntityField(Delivery)
    category = EntityField(list[str])


# -- campaigns -------------------------------------------------------------------------------------------------------


class CampaignBlacklisted(CampaignReactionEvent):
    """The recipient of a campaign was put on the blacklist."""


class CampaignBounced(CampaignReactionEvent):
    """A message of a campaign came back."""


class CampaignLinkClicked(CampaignReactionEvent):
    """A link in a message of a campaign was followed."""

    linkUrl = EntityField(str)
    linkId = EntityField(str)
    linkTags = EntityField(list[str])


class CampaignMarkedSpam(CampaignReactionEvent):
    """A message of a campaign was marked as spam."""


class CampaignOpened(CampaignReactionEvent):
    """A message of a campaign was opened."""


class CampaignOptinRequested(MailingListEvent):
    """The customer was asked to agree to be on a mailing list."""

    invitationChannel = EntityField(Channel)
    invitationChannelType = EntityField(str)


class CampaignSent(CampaignDeliveryEvent):
    """A message of a campaign was sent."""

    contents = EntityField(list[Content])


class CampaignSubscribed(MailingListEvent):
    """The customer went on a mailing list."""


class CampaignUnsubscribed(CampaignDeliveryEvent):
    """The customer went off a mailing list."""


# -- events where people meet ----------------------------------------------------------------------------------------


class EventConfirmed(GatheringEvent):
    """The customer said that they will come."""


class EventDeclined(GatheringEvent):
    """The customer said that they will not come."""


class EventEligible(GatheringEvent):
    """The customer may be invited."""


class EventInvited(GatheringEvent):
    """The customer was invited."""


class EventNoShow(GatheringEvent):
    """The customer did not come."""


class ClosedEventLocation(EventLocation, open=False):
    """A place where people meet, in the one type that takes no other members there."""


class EventNotInvited(GatheringEvent):
    """The customer was not invited."""

    eventLocation = EntityField(ClosedEventLocation)


class EventParticipated(GatheringEvent):
    """The customer came."""

    checkIn = EntityField(datetime)
    checkOut = EntityField(datetime)
    host = EntityField(Host)


class EventRegistered(GatheringEvent):
    """The customer put their name down."""


# -- services and help -----------------------------------------------------------------------------------------------


class ServiceSubscribed(ServiceEvent):
    """The customer subscribed to a service."""


class ServiceUnsubscribed(ServiceEvent):
    """The customer ended the subscription to a service."""


class OpenedTicket(TicketEvent):
    """The customer asked for help."""


class RepliedTicket(TicketEvent):
    """A request for help was answered."""


class ClosedTicket(TicketEvent):
    """A request for help was settled."""


# -- on the site or in the app ---------------------------------------------------------------------------------------


class ViewedPage(WebPageEvent):
    """A page was looked at."""

    pageCategories = EntityField(list[str])
    pageTags = EntityField(list[str])


class ClickedLink(WebPageEvent):
    """A link was followed."""

    linkTags = EntityField(list[str])


class Searched(EventProperties):
    """The customer searched."""

    keyword = EntityField(str)
    resultCount = EntityField(int)


class FormCompiled(EventProperties):
    """A form was filled in; `data` takes any names."""

    formName = EntityField(str)
    formId = EntityField(str)
    data = EntityField(Properties)


class ChangedSetting(EventProperties):
    """The customer changed a setting of theirs."""

    setting = EntityField(Setting)
    oldValue = EntityField(str)
    newValue = EntityField(str)


class LoggedIn(EventProperties):
    """The customer logged in."""


class LoggedOut(EventProperties):
    """The customer logged out."""


class GenericActiveEvent(EventProperties):
    """The customer did something that has no type of its own."""

    name = EntityField(str)


class GenericPassiveEvent(EventProperties):
    """Something happened to the customer that has no type of its own."""

    name = EntityField(str)


EVENT_PROPERTIES: Final[Mapping[str, type[EventProperties]]] = MappingProxyType(
    {
        EventType.ABANDONED_CART: AbandonedCart,
        EventType.ABANDONED_SESSION: AbandonedSession,
        EventType.ADDED_COMPARE: AddedCompare,
        EventType.ADDED_PRODUCT: AddedProduct,
        EventType.ADDED_REWARD: AddedReward,
        EventType.ADDED_WISHLIST: AddedWishlist,
        EventType.CAMPAIGN_BLACKLISTED: CampaignBlacklisted,
        EventType.CAMPAIGN_BOUNCED: CampaignBounced,
        EventType.CAMPAIGN_LINK_CLICKED: CampaignLinkClicked,
        EventType.CAMPAIGN_MARKED_SPAM: CampaignMarkedSpam,
        EventType.CAMPAIGN_OPENED: CampaignOpened,
        EventType.CAMPAIGN_OPTIN_REQUESTED: CampaignOptinRequested,
        EventType.CAMPAIGN_SENT: CampaignSent,
        EventType.CAMPAIGN_SUBSCRIBED: CampaignSubscribed,
        EventType.CAMPAIGN_UNSUBSCRIBED: CampaignUnsubscribed,
        EventType.CHANGED_SETTING: ChangedSetting,
        EventType.CLICKED_LINK: ClickedLink,
        EventType.CLOSED_TICKET: ClosedTicket,
        EventType.COMPLETED_ORDER: CompletedOrder,
        EventType.EVENT_CONFIRMED: EventConfirmed,
        EventType.EVENT_DECLINED: EventDeclined,
        EventType.EVENT_ELIGIBLE: EventEligible,
        EventType.EVENT_INVITED: EventInvited,
        EventType.EVENT_NO_SHOW: EventNoShow,
        EventType.EVENT_NOT_INVITED: EventNotInvited,
        EventType.EVENT_PARTICIPATED: EventParticipated,
        EventType.EVENT_REGISTERED: EventRegistered,
        EventType.FORM_COMPILED: FormCompiled,
        EventType.GENERIC_ACTIVE_EVENT: GenericActiveEvent,
        EventType.GENERIC_PASSIVE_EVENT: GenericPassiveEvent,
        EventType.GRANTED_COUPON: GrantedCoupon,
        EventType.LOGGED_IN: LoggedIn,
        EventType.LOGGED_OUT: LoggedOut,
        EventType.OPENED_TICKET: OpenedTicket,
        EventType.ORDER_SHIPPED: OrderShipped,
        EventType.REMOVED_COMPARE: RemovedCompare,
        EventType.REMOVED_PRODUCT: RemovedProduct,
        EventType.REMOVED_REWARD: RemovedReward,
        EventType.REMOVED_WISHLIST: RemovedWishlist,
        EventType.REPLIED_TICKET: RepliedTicket,
        EventType.REVIEWED_PRODUCT: ReviewedProduct,
        EventType.SEARCHED: Searched,
        EventType.SERVICE_SUBSCRIBED: ServiceSubscribed,
        EventType.SERVICE_UNSUBSCRIBED: ServiceUnsubscribed,
        EventType.VIEWED_PAGE: ViewedPage,
        EventType.VIEWED_PRODUCT: ViewedProduct,
        EventType.VIEWED_PRODUCT_CATEGORY: ViewedProductCategory,
    }
)
"""The class of the properties of each type."""
