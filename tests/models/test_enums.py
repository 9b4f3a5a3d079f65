"""Enumerations: strings, spelt as on the wire."""

from __future__ import annotations

import json

import pytest

from contacthub_orm.models import Customer, Education, Subscription, Timezone


def test_members_are_strings():
    assert Timezone.EUROPE_ROME == "Europe/Rome"
    assert f"{Customer.MOBILE_DEVICE_TYPES.IOS}" == "IOS"
    assert json.dumps(Customer.NOTIFICATION_SERVICES.APN) == '"APN"'


def test_there_are_342_timezones():
    assert len(Customer.TIMEZONES) == 342


def test_timezone_members_are_named_after_their_identifiers():
    assert {zone.name for zone in Timezone} == {
        zone.value.upper().replace("/", "_").replace("-", "_") for zone in Timezone
    }
    assert Customer.TIMEZONES.AMERICA_PORT_AU_PRINCE == "America/Port-au-Prince"
    assert Customer.TIMEZONES.ASIA_UST_NERA == "Asia/Ust-Nera"


@pytest.mark.parametrize("name", ["Europe/Kyiv", "UTC", "GMT", "Etc/GMT+1", "US/Eastern"])
def test_names_that_the_api_refuses_are_no_members(name):
    with pytest.raises(ValueError):
        Timezone(name)


@pytest.mark.parametrize(
    ("enumeration", "values"),
    [
        (Customer.OTHER_CONTACT_TYPES, {"MOBILE", "PHONE", "EMAIL", "FAX", "OTHER"}),
        (Customer.MOBILE_DEVICE_TYPES, {"IOS", "ANDROID", "WINDOWS_PHONE", "FIREOS"}),
        (Customer.NOTIFICATION_SERVICES, {"APN", "GCM", "WNS", "ADM", "SNS"}),
        (Education.SCHOOL_TYPES, {"PRIMARY_SCHOOL", "SECONDARY_SCHOOL", "HIGH_SCHOOL", "COLLEGE", "OTHER"}),
        (Subscription.KINDS, {"DIGITAL_MESSAGE", "SERVICE", "OTHER"}),
    ],
)
def test_enumerations_have_the_values_of_the_api_under_their_own_names(enumeration, values):
    assert {member.value for member in enumeration} == values
    assert all(member.name == member.value for member in enumeration)
