"""Closed enumerations inside the properties of events. Members are strings, spelt as on the wire."""

from __future__ import annotations

from enum import StrEnum


class CampaignChannel(StrEnum):
    """The medium of a campaign, for what happened to a message of it."""

    EMAIL = "EMAIL"
    FAX = "FAX"
    PUSH = "PUSH"
    SMS = "SMS"


class Channel(StrEnum):
    """The medium of a campaign or of an invitation, instant messages included."""

    EMAIL = "EMAIL"
    FAX = "FAX"
    IM = "IM"
    PUSH = "PUSH"
    SMS = "SMS"


class ContentType(StrEnum):
    """Kinds of an entry of `contents` in `campaignSent`."""

    CONTENT = "CONTENT"
    IMG = "IMG"
    OTHER = "OTHER"


class LocationType(StrEnum):
    """Kinds of place where people meet."""

    CLUB = "CLUB"
    HEADQUARTERS = "HEADQUARTERS"
    MUSEUM = "MUSEUM"
    OTHER = "OTHER"
    PALACE = "PALACE"
    ROOM = "ROOM"
    STADIUM = "STADIUM"
    STORE = "STORE"
    VENUE = "VENUE"


class OrderType(StrEnum):
    """What a completed order is; a changed one is both a sale and a return."""

    RETURN = "return"
    SALE = "sale"
    SALE_RETURN = "sale-return"


class OrderLineType(StrEnum):
    """What a line of an order is."""

    RETURN = "return"
    SALE = "sale"


class PaymentMethod(StrEnum):
    """How an order was paid."""

    CASH = "cash"
    CREDITCARD = "creditcard"
    DEBITCARD = "debitcard"
    OTHER = "other"
    PAYPAL = "paypal"


class Setting(StrEnum):
    """What a customer changed in their settings."""

    CURRENCY = "CURRENCY"
    EMAIL = "EMAIL"
    LANGUAGE = "LANGUAGE"
    OTHER = "OTHER"
    PASSWORD = "PASSWORD"
    TIMEZONE = "TIMEZONE"
    USERNAME = "USERNAME"


class StoreType(StrEnum):
    """Kinds of store in the contexts `ECOMMERCE` and `RETAIL`."""

    AIRPORT = "AIRPORT"
    ECOMMERCE = "ECOMMERCE"
    FLAGSHIP = "FLAGSHIP"
    FREE_STANDING = "FREE-STANDING"
    MALL = "MALL"
    NOT_DEFINED = "NOT-DEFINED"
    OUTLET = "OUTLET"
    RESORT = "RESORT"
    SIS = "SIS"
    WAREHOUSE = "WAREHOUSE"
