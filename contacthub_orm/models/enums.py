"""Closed enumerations of the customer document (contract 3.3). Members are strings, spelt as on the wire."""

from __future__ import annotations

from enum import StrEnum


class OtherContactType(StrEnum):
    """Kinds of an entry of `base.contacts.otherContacts`."""

    EMAIL = "EMAIL"
    FAX = "FAX"
    MOBILE = "MOBILE"
    OTHER = "OTHER"
    PHONE = "PHONE"


class MobileDeviceType(StrEnum):
    """Platforms of an entry of `base.contacts.mobileDevices`."""

    ANDROID = "ANDROID"
    FIREOS = "FIREOS"
    IOS = "IOS"
    WINDOWS_PHONE = "WINDOWS_PHONE"


class NotificationService(StrEnum):
    """Push services of Amazon, Apple, Google, Amazon SNS and Windows, for a mobile device."""

    ADM = "ADM"
    APN = "APN"
    GCM = "GCM"
    SNS = "SNS"
    WNS = "WNS"


class SchoolType(StrEnum):
    """Kinds of school of an entry of `base.educations`."""

    COLLEGE = "COLLEGE"
    HIGH_SCHOOL = "HIGH_SCHOOL"
    OTHER = "OTHER"
    PRIMARY_SCHOOL = "PRIMARY_SCHOOL"
    SECONDARY_SCHOOL = "SECONDARY_SCHOOL"


class SubscriptionKind(StrEnum):
    """Kinds of an entry of `base.subscriptions`."""

    DIGITAL_MESSAGE = "DIGITAL_MESSAGE"
    OTHER = "OTHER"
    SERVICE = "SERVICE"
