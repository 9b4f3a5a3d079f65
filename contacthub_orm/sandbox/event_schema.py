"""The closed schemas of events (contract 4.1 to 4.4), in the vocabulary of JSON schema."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from contacthub_orm.models.currencies import Currency
from contacthub_orm.sandbox.schema import Schema

ACTIVE = "ACTIVE"
PASSIVE = "PASSIVE"
MODES = (ACTIVE, PASSIVE)

Members = dict[str, Schema]

_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_NUMBER: Schema = {"type": "number"}
_NUMBER_OR_NULL: Schema = {"type": ["number", "null"]}
_NOT_NEGATIVE: Schema = {"type": "number", "minimum": 0}
_INTEGER: Schema = {"type": "integer"}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_EMAIL: Schema = {"type": "string", "format": "email"}
_FREE: Schema = {"type": "object"}
_FREE_OR_NULL: Schema = {"type": ["object", "null"]}
_LATITUDE: Schema = {"type": "number", "minimum": -90, "maximum": 90}
_LONGITUDE: Schema = {"type": "number", "minimum": -180, "maximum": 180}
_CURRENCY: Schema = {"type": "string", "enum": [currency.value for currency in Currency]}


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def _texts(names: str, schema: Schema = _TEXT) -> Members:
    return dict.fromkeys(names.split(), schema)


def _object(members: Members, *required: str) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": members, "required": list(required)}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _opened(schema: Schema) -> Schema:
    return {**schema, "additionalProperties": True}


def _list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}


_LIST_OF_TEXTS = _list_of(_TEXT)
_POINT = _object({"lat": _LATITUDE, "lon": _LONGITUDE}, "lat", "lon")

# -- products and orders ---------------------------------------------------------------------------------------------

_CATALOG_PRODUCT: Members = {
    "category": _LIST_OF_TEXTS,
    "shortDescription": _TEXT,
    "classifications": _list_of(_object(_texts("key value"), "key", "value")),
    **_texts("id sku name"),
    "price": _NUMBER,
    **_texts("imageUrl linkUrl"),
}
_PRODUCT: Members = {
    **_CATALOG_PRODUCT,
    "vendor": _TEXT_OR_NULL,
    "weight": _NUMBER_OR_NULL,
    "itemQuantity": _NUMBER_OR_NULL,
}
_MEASURED: Members = {"unitOfMeasure": _TEXT_OR_NULL}
_QUANTITY: Members = {**_PRODUCT, **_MEASURED, "quantity": _NUMBER}
_LINE = _object(
    {
        **_QUANTITY,
        **_texts("discount subtotal tax", _NUMBER),
        "type": _one_of("sale", "return"),
        "orderLineId": _INTEGER,
        "coupon": _TEXT,
        "extended": _FREE_OR_NULL,
    }
)
_AMOUNT = _object(
    {
        **_texts("total revenue shipping tax discount", _NUMBER),
        "local": _object({"currency": _CURRENCY, "exchangeRate": _NUMBER}),
    }
)
_REWARD: Members = {"rewardAmount": _NOT_NEGATIVE, **_texts("rewardTypeId rewardDescription rewardType")}
_DELIVERY = _object(_texts("id name description"), "id")

# -- campaigns -------------------------------------------------------------------------------------------------------

_CHANNELS = ("SMS", "EMAIL", "PUSH", "FAX")
_MORE_CHANNELS = _one_of(*_CHANNELS, "IM")
_CAMPAIGN: Members = {
    **_texts("subscriberId campaignSubject campaignId campaignName listName listId mailDomain recipient"),
    **_texts("sendImmediateId"),
    "campaignTags": _LIST_OF_TEXTS,
    "userdbId": _INTEGER,
}
_REACTION: Members = {
    **_CAMPAIGN,
    "channel": _one_of(*_CHANNELS),
    **_texts("isWirelessDevice isMobile isTablet", _INTEGER),
}
_SENDING: Members = {**_CAMPAIGN, "channel": _MORE_CHANNELS, "channelType": _TEXT}
_MAILING_LIST: Members = {**_texts("subscriberId listId listName channelType"), "channel": _MORE_CHANNELS}
_CONTENT = _object(
    {
        "type": _one_of("CONTENT", "IMG", "OTHER"),
        **_texts("subType name description url imgUrl"),
        "price": _NOT_NEGATIVE,
        "currency": _CURRENCY,
        "tags": _LIST_OF_TEXTS,
        "products": _list_of(
            _opened(
                _object(
                    {
                        **_PRODUCT,
                        "price": _NOT_NEGATIVE,
                        **_texts("weight itemQuantity", _or_null(_NOT_NEGATIVE)),
                        "extraProperties": _FREE,
                    },
                    "id",
                )
            )
        ),
    },
    "type",
)

# -- events where people meet, services, tickets, pages --------------------------------------------------------------

_PLACES = ("STORE", "VENUE", "STADIUM", "MUSEUM", "HEADQUARTERS", "PALACE", "CLUB", "ROOM", "OTHER")
_ADDRESS = _object(
    {**_texts("street city country province region zip", _TEXT_OR_NULL), "geo": _or_null(_POINT)},
)
_CLOSED_LOCATION = _or_null(
    _object(
        {
            "type": {"type": ["string", "null"], "enum": [*_PLACES, None]},
            **_texts("id name"),
            "address": _or_null(_ADDRESS),
        }
    )
)
_GATHERING: Members = {
    **_texts("eventId eventName eventType"),
    "eventDate": _INSTANT,
    "eventLocation": _opened(_CLOSED_LOCATION),
}
_HOST = _object(
    {**_texts("firstName lastName title"), "contacts": _object({"email": _EMAIL, **_texts("phone mobilePhone")})}
)
_TICKET: Members = {**_texts("ticketId subject text"), "category": _LIST_OF_TEXTS}
_SERVICE: Members = {
    **_texts("subscriberId serviceId serviceName serviceType"),
    **_texts("startDate endDate", _INSTANT),
}
_PAGE: Members = _texts("path referer search title url")


# -- types -----------------------------------------------------------------------------------------------------------


@attrs.frozen
class EventType:
    """A type of events: who acts in it, and the schema of its `properties`."""

    mode: str
    properties: Schema


def _type(mode: str, members: Members, *required: str) -> EventType:
    return EventType(mode, _object({**members, "extraProperties": _FREE, "extended": _FREE_OR_NULL}, *required))


EVENT_TYPES: Mapping[str, EventType] = {
    "abandonedCart": _type(
        PASSIVE, {**_texts("orderId abandonedCartUrl storeCode"), "amount": _AMOUNT, "products": _list_of(_LINE)}
    ),
    "abandonedSession": _type(
        PASSIVE, {"abandonedSessionUrl": _TEXT, "products": _list_of(_object({**_PRODUCT, **_MEASURED}))}
    ),
    "addedCompare": _type(ACTIVE, _PRODUCT),
    "addedProduct": _type(ACTIVE, _QUANTITY),
    "addedReward": _type(ACTIVE, _REWARD, "rewardAmount", "rewardTypeId"),
    "addedWishlist": _type(ACTIVE, _PRODUCT),
    "campaignBlacklisted": _type(ACTIVE, _REACTION),
    "campaignBounced": _type(PASSIVE, _REACTION),
    "campaignLinkClicked": _type(ACTIVE, {**_REACTION, **_texts("linkUrl linkId"), "linkTags": _LIST_OF_TEXTS}),
    "campaignMarkedSpam": _type(ACTIVE, _REACTION),
    "campaignOpened": _type(ACTIVE, _REACTION),
    "campaignOptinRequested": _type(
        PASSIVE, {**_MAILING_LIST, "invitationChannel": _MORE_CHANNELS, "invitationChannelType": _TEXT}
    ),
    "campaignSent": _type(PASSIVE, {**_SENDING, "contents": _list_of(_CONTENT)}),
    "campaignSubscribed": _type(ACTIVE, _MAILING_LIST),
    "campaignUnsubscribed": _type(ACTIVE, _SENDING),
    "changedSetting": _type(
        ACTIVE,
        {
            "setting": _one_of("LANGUAGE", "TIMEZONE", "CURRENCY", "EMAIL", "PASSWORD", "USERNAME", "OTHER"),
            **_texts("oldValue newValue"),
        },
    ),
    "clickedLink": _type(ACTIVE, {**_PAGE, "linkTags": _LIST_OF_TEXTS}),
    "closedTicket": _type(ACTIVE, _TICKET),
    "completedOrder": _type(
        ACTIVE,
        {
            "orderId": _TEXT,
            "type": _one_of("sale", "return", "sale-return"),
            "storeCode": _TEXT,
            "paymentMethod": _one_of("cash", "creditcard", "debitcard", "paypal", "other"),
            "shippingMethod": _TEXT,
            "amount": _AMOUNT,
            "products": _list_of(_LINE),
        },
    ),
    "eventConfirmed": _type(ACTIVE, _GATHERING),
    "eventDeclined": _type(ACTIVE, _GATHERING),
    "eventEligible": _type(PASSIVE, _GATHERING),
    "eventInvited": _type(PASSIVE, _GATHERING),
    "eventNoShow": _type(ACTIVE, _GATHERING),
    "eventNotInvited": _type(PASSIVE, {**_GATHERING, "eventLocation": _CLOSED_LOCATION}),
    "eventParticipated": _type(ACTIVE, {**_GATHERING, **_texts("checkIn checkOut", _INSTANT), "host": _HOST}),
    "eventRegistered": _type(ACTIVE, _GATHERING),
    "formCompiled": _type(ACTIVE, {**_texts("formName formId"), "data": _FREE}),
    "genericActiveEvent": _type(ACTIVE, {"name": _TEXT}),
    "genericPassiveEvent": _type(PASSIVE, {"name": _TEXT}),
    "grantedCoupon": _type(
        PASSIVE,
        {
            **_texts("code campaignId campaignName campaignDescription status type"),
            **_texts("redeemDate startValidityDate redemptionDate", _INSTANT),
            **_texts("redeemedAmount totalAmount remainingAmount", _NOT_NEGATIVE),
            "deliveryChannel": _DELIVERY,
            "deliveryMedium": _DELIVERY,
            "category": _LIST_OF_TEXTS,
        },
        "totalAmount",
        "startValidityDate",
    ),
    "loggedIn": _type(ACTIVE, {}),
    "loggedOut": _type(ACTIVE, {}),
    "openedTicket": _type(ACTIVE, _TICKET),
    "orderShipped": _type(
        PASSIVE,
        {**_texts("orderId type carrier trackingCode trackingUrl"), "weight": _NUMBER, "packages": _INTEGER},
    ),
    "removedCompare": _type(ACTIVE, _PRODUCT),
    "removedProduct": _type(ACTIVE, _QUANTITY),
    "removedReward": _type(ACTIVE, _REWARD, "rewardAmount", "rewardTypeId"),
    "removedWishlist": _type(ACTIVE, _PRODUCT),
    "repliedTicket": _type(PASSIVE, _TICKET),
    "reviewedProduct": _type(ACTIVE, {**_CATALOG_PRODUCT, "rating": _TEXT}),
    "searched": _type(ACTIVE, {"keyword": _TEXT, "resultCount": _INTEGER}),
    "serviceSubscribed": _type(ACTIVE, _SERVICE),
    "serviceUnsubscribed": _type(ACTIVE, _SERVICE),
    "viewedPage": _type(ACTIVE, {**_PAGE, "pageCategories": _LIST_OF_TEXTS, "pageTags": _LIST_OF_TEXTS}),
    "viewedProduct": _type(ACTIVE, _PRODUCT),
    "viewedProductCategory": _type(ACTIVE, {"category": _TEXT}),
}
"""The 47 types that every workspace has."""

# -- contexts --------------------------------------------------------------------------------------------------------

_LOCALIZATION = _object(
    {**_texts("city country region province zip"), "geo": _object({"lat": _LATITUDE, "lon": _LONGITUDE})}
)
_CONTACTS = _or_null(
    _object({"email": _or_null(_EMAIL), **_texts("mobilePhone phone", _TEXT_OR_NULL)}),
)
_USER = _object(
    {"id": _TEXT, **_texts("externalId username firstName lastName", _TEXT_OR_NULL), "contacts": _CONTACTS}, "id"
)
_ANYWHERE: Members = {
    "client": _object({"userAgent": _TEXT_OR_NULL, "ip": _TEXT, "localization": _or_null(_LOCALIZATION)}),
    "user": _USER,
}
_DEVICE = _object(
    {
        **_texts("bundleIdentifier versionNumber buildNumber identifierForVendor systemVersion model deviceVendor"),
        **_texts("locale language"),
    }
)
_STORE = _object(
    {
        **_texts("id name street city country province region zip website"),
        "type": _one_of(
            *("AIRPORT", "ECOMMERCE", "FLAGSHIP", "FREE-STANDING", "MALL"),
            *("OUTLET", "RESORT", "SIS", "WAREHOUSE", "NOT-DEFINED"),
        ),
        "geo": _POINT,
    }
)
_ASSISTANT = _or_null(
    _object({"id": _TEXT, **_texts("firstName lastName", _TEXT_OR_NULL), "contacts": _CONTACTS}, "id")
)

EVENT_CONTEXTS: Mapping[str, Schema] = {
    "CONTACT_CENTER": _object(_ANYWHERE),
    "WEB": _object(_ANYWHERE),
    "MOBILE": _object({**_ANYWHERE, "device": _DEVICE}),
    "ECOMMERCE": _object({**_ANYWHERE, "store": _STORE}),
    "RETAIL": _object({**_ANYWHERE, "store": _STORE, "salesAssistant": _ASSISTANT}),
    "IOT": _object(_ANYWHERE),
    "SOCIAL": _object(_ANYWHERE),
    "DIGITAL_CAMPAIGN": _object(_ANYWHERE),
    "OTHER": _object(_ANYWHERE),
}
"""The schema of `contextInfo` in each of the 9 contexts."""

# -- the event itself ------------------------------------------------------------------------------------------------

TRACKING = _or_null(_object({"ga": _object(_texts("utm_source utm_medium utm_term utm_content utm_campaign"))}))

_NOT_EMPTY: Schema = {"type": "string", "minLength": 1}
BRING_BACK = _or_null(
    _object(
        {"type": _one_of("SESSION_ID", "EXTERNAL_ID"), "value": _NOT_EMPTY, "nodeId": _NOT_EMPTY},
        *("type", "value", "nodeId"),
    )
)
