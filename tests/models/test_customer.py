"""The customer model: what it accepts, refuses, and shows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from contacthub_orm.errors import ReadOnlyFieldError, UnknownFieldError, ValidationError
from contacthub_orm.mapping import EntityField, Properties
from contacthub_orm.mapping.state import EntityState, hydrate
from contacthub_orm.models import Consent, Customer, Education, MobileDevice, Timezone


def loaded(**document):
    """A customer as it comes from the server."""
    return hydrate(Customer, document, EntityState(document, ("customers", "c1")))


# -- what it has -----------------------------------------------------------------------------------------------------


def test_a_customer_is_made_of_nested_values():
    customer = Customer(externalId="c-42", base={"firstName": "Bruce", "contacts": {"email": "bruce@example.com"}})
    assert customer.base.contacts.email == "bruce@example.com"
    assert customer.to_dict() == {
        "externalId": "c-42",
        "base": {"firstName": "Bruce", "contacts": {"email": "bruce@example.com"}},
    }


def test_deep_parts_come_into_being_when_written():
    customer = Customer()
    customer.base.address.geo.lat = 41.9
    customer.consents.marketing.automatic.sms.status = True
    customer.tags.manual.append("vip")
    assert customer.to_dict() == {
        "base": {"address": {"geo": {"lat": 41.9}}},
        "consents": {"marketing": {"automatic": {"sms": {"status": True}}}},
        "tags": {"manual": ["vip"]},
    }


def test_dates_are_read_as_dates_and_date_times_as_aware_datetimes():
    customer = loaded(registeredAt="2017-03-09T11:31:31.842+0000", base={"dob": "1915-04-17"})
    assert customer.base.dob == date(1915, 4, 17)
    assert customer.registeredAt == datetime(2017, 3, 9, 11, 31, 31, 842000, tzinfo=UTC)


def test_lists_hold_typed_elements():
    customer = Customer()
    customer.base.contacts.mobileDevices.append(MobileDevice(identifier="d1", type=Customer.MOBILE_DEVICE_TYPES.IOS))
    customer.base.educations.append({"id": "e1", "schoolType": Education.SCHOOL_TYPES.COLLEGE, "startYear": 1994})
    assert customer.base.contacts.mobileDevices[0].type == "IOS"
    assert customer.base.educations[0].startYear == 1994


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        (lambda: Customer.base.contacts.email, "base.contacts.email"),
        (lambda: Customer.base.address.geo.lat, "base.address.geo.lat"),
        (lambda: Customer.consents.marketing.automatic.sms.status, "consents.marketing.automatic.sms.status"),
        (lambda: Customer.tags.manual, "tags.manual"),
        (lambda: Customer.base.subscriptions.preferences.key, "base.subscriptions.preferences.key"),
        (lambda: Customer.extended.anything.below, "extended.anything.below"),
        (lambda: Customer.sourceInfo.registeredBy, "sourceInfo.registeredBy"),
        (lambda: Customer.registeredAt, "registeredAt"),
    ],
)
def test_class_access_gives_the_field_with_its_path(expression, path):
    assert expression().path == path


@pytest.mark.parametrize(
    "typo",
    [
        lambda: Customer.base.frstName,
        lambda: Customer.bse,
        lambda: Customer(bse={}),
        lambda: setattr(Customer().base.contacts, "emial", "x"),
        lambda: setattr(Customer(), "externalID", "x"),
        lambda: Customer.consents.marketting,
    ],
)
def test_misspelt_names_of_closed_parts_are_refused_with_the_right_one(typo):
    with pytest.raises(UnknownFieldError, match="did you mean"):
        typo()


def test_extended_takes_any_name():
    customer = Customer(extended={"points": 3})
    customer.extended.level = {"name": "gold"}
    assert customer.extended.level.name == "gold"


def test_a_workspace_declares_its_extended_schema_by_subclassing():
    class Loyalty(Properties):
        points = EntityField(int)

    class Shopper(Customer):
        extended = EntityField(Loyalty)

    with pytest.raises(UnknownFieldError, match="did you mean 'points'"):
        Shopper().extended.point = 1
    with pytest.raises(ValidationError, match=r"extended\.points"):
        Shopper().extended.points = "many"
    assert Shopper.extended.points.path == "extended.points"
    assert Shopper.base.firstName.entity is Shopper


# -- what only the server sets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["id", "nodeId", "registeredAt", "updatedAt", "sourceInfo"])
def test_what_the_server_sets_cannot_be_changed(name):
    with pytest.raises(ReadOnlyFieldError, match=name):
        setattr(Customer(), name, None)


def test_source_info_cannot_be_changed_inside_either():
    with pytest.raises(ReadOnlyFieldError, match=r"sourceInfo\.registeredBy"):
        Customer().sourceInfo.registeredBy = "me"


def test_the_node_can_be_given_at_construction():
    assert Customer(nodeId="node-1").nodeId == "node-1"


# -- what is refused where it is set ---------------------------------------------------------------------------------


def set_email(value):
    Customer().base.contacts.email = value


@pytest.mark.parametrize(
    "address",
    [
        "bruce@example.com",
        "bruce.wayne+bat@mail.example.co.uk",
        "o'hara@example.com",
        "zoë@exämple.com",
        "root@localhost",
        '"a b"@example.com'.replace(" ", "."),
        None,
    ],
)
def test_email_addresses_in_use_are_accepted(address):
    set_email(address)


@pytest.mark.parametrize(
    "address",
    ["", "bruce", "@example.com", "bruce@", "bruce@ example.com", "a b@example.com", "bruce@example..com", "b@.com"],
)
def test_what_has_not_the_shape_of_an_email_address_is_refused(address):
    with pytest.raises(ValidationError, match=r"base\.contacts\.email: .*name@domain"):
        set_email(address)


def test_a_refused_value_does_not_show_in_the_message():
    with pytest.raises(ValidationError) as caught:
        set_email("secret value")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("locale", ["it_IT", "zh_Hans_CN", "sr_Latn_RS", None])
def test_locales_of_the_pattern_are_accepted(locale):
    Customer().base.locale = locale


@pytest.mark.parametrize("locale", ["it", "IT_it", "it-IT", "it_IT ", "italian", "it_IT\n"])
def test_other_locales_are_refused(locale):
    with pytest.raises(ValidationError, match=r"base\.locale"):
        Customer().base.locale = locale


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (lambda: setattr(Customer().base, "timezone", "Europe/Kyiv"), r"base\.timezone: .*Europe/Kiev"),
        (lambda: setattr(Customer().base, "dob", "17/04/1915"), r"base\.dob"),
        (lambda: setattr(Customer().base, "firstName", 5), r"base\.firstName"),
        (lambda: setattr(Customer().base.address.geo, "lat", "north"), r"base\.address\.geo\.lat"),
        (lambda: Customer(base={"contacts": {"otherContacts": [{"type": "PIGEON"}]}}), r"otherContacts\[0\]\.type"),
        (lambda: Customer(consents={"softSpam": {"email": {"status": "yes"}}}), r"consents\.softSpam\.email\.status"),
        (lambda: Customer(tags={"manual": ["vip", 3]}), r"tags\.manual\[1\]"),
        (lambda: Consent(status=1), "status"),
    ],
)
def test_values_outside_the_schema_are_refused_with_their_path(wrong, path):
    with pytest.raises(ValidationError, match=path):
        wrong()


def test_enumerations_accept_members_and_their_texts():
    customer = Customer(base={"timezone": "Europe/Rome"})
    customer.base.timezone = Timezone.ASIA_TOKYO
    assert customer.to_dict()["base"]["timezone"] == "Asia/Tokyo"


def test_unknown_values_and_keys_of_the_server_are_kept():
    document = {"id": "c1", "base": {"timezone": "Mars/Olympus", "newThing": 1}, "newSection": {"x": 1}}
    customer = loaded(**document)
    assert customer.base.timezone == "Mars/Olympus"
    assert customer.base["newThing"] == 1
    assert customer.to_dict() == document


def test_sections_that_are_null_read_as_empty():
    customer = loaded(base=None, extended=None, tags=None, consents=None)
    assert customer.base.contacts.email is None
    assert list(customer.tags.manual) == []
