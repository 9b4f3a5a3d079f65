"""The closed schema of a customer (contract 3.3 to 3.5), in the vocabulary of JSON schema.

The order of the properties is the order in which the API writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contacthub_orm.sandbox.zones import TIMEZONES

Schema = Mapping[str, Any]

_LOCALE = "^[a-z]{2}(_([a-zA-Z]{2}){1,2})?_[A-Z]{2}$"

_TEXT: Schema = {"type": ["string", "null"]}
_INTEGER: Schema = {"type": ["integer", "null"]}
_FLAG: Schema = {"type": ["boolean", "null"]}
_DAY: Schema = {"type": ["string", "null"], "format": "date"}
_INSTANT: Schema = {"type": ["string", "null"], "format": "date-time"}


def _one_of(*values: str) -> Schema:
    return {"type": ["string", "null"], "enum": [*values, None]}


def _closed(**properties: Schema) -> Schema:
    return {"type": ["object", "null"], "additionalProperties": False, "properties": properties}


def _texts(*names: str) -> Schema:
    return _closed(**dict.fromkeys(names, _TEXT))


def _list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _member(**properties: Schema) -> Schema:
    """An element of `base.<kind>`: open, and addressed by the id that its client chose."""
    return {"type": "object", "properties": {"id": {"type": "string"}, **properties}, "required": ["id"]}


def _strict_item(**properties: Schema) -> Schema:
    return {**_closed(**properties), "type": "object"}


_CONTACTS = _closed(
    email={"type": ["string", "null"], "format": "email"},
    fax=_TEXT,
    mobilePhone=_TEXT,
    phone=_TEXT,
    otherContacts=_list_of(
        _strict_item(
            name={"type": "string"},
            type=_one_of("MOBILE", "PHONE", "EMAIL", "FAX", "OTHER"),
            value=_TEXT,
        )
    ),
    mobileDevices=_list_of(
        _strict_item(
            identifier=_TEXT,
            appId=_TEXT,
            name=_TEXT,
            type=_one_of("IOS", "ANDROID", "WINDOWS_PHONE", "FIREOS"),
            notificationService=_one_of("APN", "GCM", "WNS", "ADM", "SNS"),
        )
    ),
)

_GEO: Schema = {**_closed(lat={"type": "number"}, lon={"type": "number"}), "required": ["lat", "lon"]}

_ADDRESS = _closed(
    street=_TEXT,
    city=_TEXT,
    country=_TEXT,
    region=_TEXT,
    province=_TEXT,
    zip=_TEXT,
    geo=_GEO,
)

EDUCATION = _member(
    schoolType=_one_of("PRIMARY_SCHOOL", "SECONDARY_SCHOOL", "HIGH_SCHOOL", "COLLEGE", "OTHER"),
    schoolName=_TEXT,
    schoolConcentration=_TEXT,
    startYear=_INTEGER,
    endYear=_INTEGER,
    isCurrent=_FLAG,
)

LIKE = _member(category=_TEXT, name=_TEXT, createdTime=_INSTANT)

JOB = _member(
    companyIndustry=_TEXT,
    companyName=_TEXT,
    jobTitle=_TEXT,
    startDate=_DAY,
    endDate=_DAY,
    isCurrent=_FLAG,
)

SUBSCRIPTION = _member(
    name=_TEXT,
    type=_TEXT,
    kind=_one_of("DIGITAL_MESSAGE", "SERVICE", "OTHER"),
    subscribed=_FLAG,
    startDate=_INSTANT,
    endDate=_INSTANT,
    subscriberId=_TEXT,
    registeredAt=_INSTANT,
    updatedAt=_INSTANT,
    preferences=_list_of({"type": "object", "properties": {"key": _TEXT, "value": _TEXT}}),
)

BASE = _closed(
    pictureUrl=_TEXT,
    title=_TEXT,
    prefix=_TEXT,
    firstName=_TEXT,
    lastName=_TEXT,
    middleName=_TEXT,
    gender=_TEXT,
    dob=_DAY,
    locale={"type": ["string", "null"], "pattern": _LOCALE},
    timezone=_one_of(*TIMEZONES),
    contacts=_CONTACTS,
    address=_ADDRESS,
    credential=_texts("username", "password"),
    educations=_list_of(EDUCATION),
    likes=_list_of(LIKE),
    socialProfile=_texts("facebook", "google", "instagram", "linkedin", "qzone", "twitter"),
    jobs=_list_of(JOB),
    subscriptions=_list_of(SUBSCRIPTION),
)

_CONSENT = _closed(status=_FLAG, limitation=_FLAG, objection=_FLAG)


def _consents(*names: str) -> Schema:
    return _closed(**dict.fromkeys(names, _CONSENT))


CONSENTS = _closed(
    disclaimer=_closed(date=_INSTANT, version=_TEXT),
    marketing=_closed(
        traditional=_consents("telephonic", "papery"),
        automatic=_consents("sms", "email", "push", "im", "telephonic"),
    ),
    profiling=_consents("classic", "online"),
    softSpam=_consents("email", "papery"),
    thirdPartyTransfer=_consents("profiling", "marketing"),
)

TAGS = _closed(auto=_list_of({"type": "string"}), manual=_list_of({"type": "string"}))

OPEN: Schema = {"type": ["object", "null"]}
"""`extended` of a workspace that configured no schema for it."""

IDENTITY: Mapping[str, Schema] = {"id": {"type": "string"}, "nodeId": {"type": "string"}}
STAMPS: Mapping[str, Schema] = {"registeredAt": _INSTANT, "updatedAt": _INSTANT}

CONTENT_MEMBERS = ("externalId", "extra", "enabled", "base", "extended", "consents", "tags")
"""The members of a customer that a client writes."""


def content_schemas(extended: Schema = OPEN) -> Mapping[str, Schema]:
    """The schema of every member that a client writes; `extended` is the workspace's own."""
    schemas: tuple[Schema, ...] = (_TEXT, _TEXT, _FLAG, BASE, extended, CONSENTS, TAGS)
    return dict(zip(CONTENT_MEMBERS, schemas, strict=True))
