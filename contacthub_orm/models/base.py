"""The standard profile of a customer: `base` and the objects in it (contract 3.3)."""

from __future__ import annotations

from datetime import date

from contacthub_orm.mapping import ClosedProperties, EntityField
from contacthub_orm.models.checks import LOCALE_PATTERN, email_shape
from contacthub_orm.models.children import Education, Job, Like, Subscription
from contacthub_orm.models.enums import MobileDeviceType, NotificationService, OtherContactType
from contacthub_orm.models.timezones import Timezone


class OtherContact(ClosedProperties):
    """A further way to reach a customer."""

    name = EntityField(str)
    type = EntityField(OtherContactType)
    value = EntityField(str)


class MobileDevice(ClosedProperties):
    """A device that takes push notifications for a customer."""

    identifier = EntityField(str)
    appId = EntityField(str)
    name = EntityField(str)
    type = EntityField(MobileDeviceType)
    notificationService = EntityField(NotificationService)


class Contacts(ClosedProperties):
    """How to reach a customer."""

    email = EntityField(str, check=email_shape)
    fax = EntityField(str)
    mobilePhone = EntityField(str)
    phone = EntityField(str)
    otherContacts = EntityField(list[OtherContact])
    mobileDevices = EntityField(list[MobileDevice])


class Geo(ClosedProperties):
    """A place on earth, in degrees; the newer schema wants both members or none."""

    lat = EntityField(float)
    lon = EntityField(float)


class Address(ClosedProperties):
    """A postal address."""

    street = EntityField(str)
    city = EntityField(str)
    country = EntityField(str)
    region = EntityField(str)
    province = EntityField(str)
    zip = EntityField(str)
    geo = EntityField(Geo)


class Credential(ClosedProperties):
    """A login; the API stores and returns it in clear."""

    username = EntityField(str)
    password = EntityField(str)


class SocialProfile(ClosedProperties):
    """Names or addresses of a customer in social networks."""

    facebook = EntityField(str)
    google = EntityField(str)
    instagram = EntityField(str)
    linkedin = EntityField(str)
    qzone = EntityField(str)
    twitter = EntityField(str)


class Base(ClosedProperties):
    """The standard profile of a customer."""

    pictureUrl = EntityField(str)
    title = EntityField(str)
    prefix = EntityField(str)
    firstName = EntityField(str)
    lastName = EntityField(str)
    middleName = EntityField(str)
    gender = EntityField(str)
    dob = EntityField(date)
    locale = EntityField(str, pattern=LOCALE_PATTERN)
    timezone = EntityField(Timezone)
    contacts = EntityField(Contacts)
    address = EntityField(Address)
    credential = EntityField(Credential)
    educations = EntityField(list[Education])
    likes = EntityField(list[Like])
    socialProfile = EntityField(SocialProfile)
    jobs = EntityField(list[Job])
    subscriptions = EntityField(list[Subscription])
