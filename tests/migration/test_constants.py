"""The constants of the published SDK."""

from __future__ import annotations

import re

from contacthub_orm import Customer, Education, Event, Subscription
from tests.migration.guide import checklist


def published(slug):
    """The members that the checklist has for a row; the first name is the enumeration's."""
    return {name for name in checklist()[slug] if "." not in name}


def names_and_values(members):
    """The names of the members, each of which is its value too."""
    assert {member.name: str(member) for member in members} == {member.name: member.name for member in members}
    return {member.name for member in members}


def camel_case(name):
    head, *rest = name.lower().split("_")
    return head + "".join(word.capitalize() for word in rest)


def test_notification_services():
    assert names_and_values(Customer.NOTIFICATION_SERVICES) == published("notification_services")


def test_other_contact_types():
    assert names_and_values(Customer.OTHER_CONTACT_TYPES) == published("other_contact_types")


def test_mobile_device_types():
    assert set(Customer.MOBILE_DEVICE_TYPES) == {"IOS", "ANDROID", "WINDOWS_PHONE", "FIREOS"}
    assert published("mobile_device_types").isdisjoint(Customer.MOBILE_DEVICE_TYPES.__members__)


def test_timezones():
    members = Customer.TIMEZONES.__members__
    assert len(members) == 342
    assert [re.sub("[/-]", "_", str(zone)).upper() for zone in members.values()] == list(members)
    assert Customer.TIMEZONES.AMERICA_PORT_AU_PRINCE == "America/Port-au-Prince"


def test_subscription_kinds():
    assert names_and_values(Subscription.KINDS) == published("subscription_kinds")
    assert not hasattr(Customer, "SUBSCRPTION_KINDS")


def test_school_types():
    assert names_and_values(Education.SCHOOL_TYPES) == published("school_types")


def test_event_contexts():
    assert names_and_values(Event.CONTEXTS) == published("event_contexts")


def test_event_modes():
    assert names_and_values(Event.MODES) == published("event_modes")


def test_event_types():
    names = published("event_types")
    assert len(names) == 34
    assert {name: str(Event.TYPES[name]) for name in names} == {name: camel_case(name) for name in names}
    assert len(Event.TYPES) == 34 + 3 + 10


def test_event_types_misspelt():
    assert Event.TYPES.ADDED_WISH_LIST is Event.TYPES.ADDED_WISHLIST
    assert Event.TYPES.ADDED_WISHLIST == "addedWishlist"
    assert Event.TYPES.REMOVED_WISHLIST == "removedWishlist"
    assert Event.TYPES.EVENT_PARTECIPATED is Event.TYPES.EVENT_PARTICIPATED
    assert Event.TYPES.EVENT_PARTICIPATED == "eventParticipated"
