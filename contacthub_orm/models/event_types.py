"""Types, contexts and modes of events, and what brings an anonymous one back to its customer (contract 4)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class EventType(StrEnum):
    """The 47 types that the API knows; a workspace may have more.

    `ADDED_WISH_LIST` and `EVENT_PARTECIPATED` are the names that the published SDK gives to `ADDED_WISHLIST` and
    `EVENT_PARTICIPATED`; its values for the wish list are refused by the API, these are the right ones.
    """

    ABANDONED_CART = "abandonedCart"
    ABANDONED_SESSION = "abandonedSession"
    ADDED_COMPARE = "addedCompare"
    ADDED_PRODUCT = "addedProduct"
    ADDED_REWARD = "addedReward"
    ADDED_WISHLIST = "addedWishlist"
    ADDED_WISH_LIST = "addedWishlist"
    CAMPAIGN_BLACKLISTED = "campaignBlacklisted"
    CAMPAIGN_BOUNCED = "campaignBounced"
    CAMPAIGN_LINK_CLICKED = "campaignLinkClicked"
    CAMPAIGN_MARKED_SPAM = "campaignMarkedSpam"
    CAMPAIGN_OPENED = "campaignOpened"
    CAMPAIGN_OPTIN_REQUESTED = "campaignOptinRequested"
    CAMPAIGN_SENT = "campaignSent"
    CAMPAIGN_SUBSCRIBED = "campaignSubscribed"
    CAMPAIGN_UNSUBSCRIBED = "campaignUnsubscribed"
    CHANGED_SETTING = "changedSetting"
    CLICKED_LINK = "clickedLink"
    CLOSED_TICKET = "closedTicket"
    COMPLETED_ORDER = "completedOrder"
    EVENT_CONFIRMED = "eventConfirmed"
    EVENT_DECLINED = "eventDeclined"
    EVENT_ELIGIBLE = "eventEligible"
    EVENT_INVITED = "eventInvited"
    EVENT_NO_SHOW = "eventNoShow"
    EVENT_NOT_INVITED = "eventNotInvited"
    EVENT_PARTICIPATED = "eventParticipated"
    EVENT_PARTECIPATED = "eventParticipated"
    EVENT_REGISTERED = "eventRegistered"
    FORM_COMPILED = "formCompiled"
    GENERIC_ACTIVE_EVENT = "genericActiveEvent"
    GENERIC_PASSIVE_EVENT = "genericPassiveEvent"
    GRANTED_COUPON = "grantedCoupon"
    LOGGED_IN = "loggedIn"
    LOGGED_OUT = "loggedOut"
    OPENED_TICKET = "openedTicket"
    ORDER_SHIPPED = "orderShipped"
    REMOVED_COMPARE = "removedCompare"
    REMOVED_PRODUCT = "removedProduct"
    REMOVED_REWARD = "removedReward"
    REMOVED_WISHLIST = "removedWishlist"
    REPLIED_TICKET = "repliedTicket"
    REVIEWED_PRODUCT = "reviewedProduct"
    SEARCHED = "searched"
    SERVICE_SUBSCRIBED = "serviceSubscribed"
    SERVICE_UNSUBSCRIBED = "serviceUnsubscribed"
    VIEWED_PAGE = "viewedPage"
    VIEWED_PRODUCT = "viewedProduct"
    VIEWED_PRODUCT_CATEGORY = "viewedProductCategory"


class EventContext(StrEnum):
    """Where an event happened: the 9 contexts that the API knows."""

    CONTACT_CENTER = "CONTACT_CENTER"
    DIGITAL_CAMPAIGN = "DIGITAL_CAMPAIGN"
    ECOMMERCE = "ECOMMERCE"
    IOT = "IOT"
    MOBILE = "MOBILE"
    OTHER = "OTHER"
    RETAIL = "RETAIL"
    SOCIAL = "SOCIAL"
    WEB = "WEB"


class EventMode(StrEnum):
    """Who acted: the customer, or somebody towards the customer."""

    ACTIVE = "ACTIVE"
    PASSIVE = "PASSIVE"


class BringBackType(StrEnum):
    """What names the customer of an event that has no customer id."""

    EXTERNAL_ID = "EXTERNAL_ID"
    SESSION_ID = "SESSION_ID"


_PASSIVE: Final = frozenset(
    {
        EventType.ABANDONED_CART,
        EventType.ABANDONED_SESSION,
        EventType.CAMPAIGN_BOUNCED,
        EventType.CAMPAIGN_OPTIN_REQUESTED,
        EventType.CAMPAIGN_SENT,
        EventType.EVENT_ELIGIBLE,
        EventType.EVENT_INVITED,
        EventType.EVENT_NOT_INVITED,
        EventType.GENERIC_PASSIVE_EVENT,
        EventType.GRANTED_COUPON,
        EventType.ORDER_SHIPPED,
        EventType.REPLIED_TICKET,
    }
)

EVENT_MODES: Final[Mapping[str, EventMode]] = MappingProxyType(
    {kind: EventMode.PASSIVE if kind in _PASSIVE else EventMode.ACTIVE for kind in EventType}
)
"""The mode of each type; it is a property of the type and no part of an event (contract 4.3)."""
