"""What the server returns for what a client wrote (contract 3.1, 1.5)."""

import re

import pytest

EMPTY_BASE = {
    "pictureUrl": None,
    "title": None,
    "prefix": None,
    "firstName": None,
    "lastName": None,
    "middleName": None,
    "gender": None,
    "dob": None,
    "locale": None,
    "timezone": None,
    "contacts": None,
    "address": None,
    "credential": None,
    "educations": [],
    "likes": [],
    "socialProfile": None,
    "jobs": [],
    "subscriptions": [],
}
EMPTY_CONTACTS = {
    "email": None,
    "fax": None,
    "mobilePhone": None,
    "phone": None,
    "otherContacts": [],
    "mobileDevices": [],
}
CONSENT = {"status": None, "limitation": None, "objection": None}


def test_a_customer_with_an_email_only_has_the_recorded_shape(client, sandbox):
    customer = client.create(base={"contacts": {"email": "a@example.com"}})

    generated = {name: customer.pop(name) for name in ("id", "registeredAt", "updatedAt")}
    assert customer == {
        "nodeId": sandbox.node_id,
        "externalId": None,
        "extra": None,
        "enabled": True,
        "base": EMPTY_BASE | {"contacts": EMPTY_CONTACTS | {"email": "a@example.com"}},
        "extended": None,
        "consents": None,
        "tags": None,
        "sourceInfo": {"registeredBy": sandbox.source_id, "updatedBy": sandbox.source_id},
    }
    assert generated["registeredAt"] == generated["updatedAt"]


def test_members_come_in_the_recorded_order(client):
    customer = client.create(base={"contacts": {}})

    assert " ".join(customer) == (
        "id nodeId externalId extra registeredAt updatedAt enabled base extended consents tags sourceInfo"
    )
    assert list(customer["base"]) == list(EMPTY_BASE)
    assert list(customer["base"]["contacts"]) == list(EMPTY_CONTACTS)


def test_ids_are_uuids(client):
    customer = client.create(externalId="a")

    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", customer["id"])


def test_dates_have_milliseconds_and_an_offset_without_colon(client):
    customer = client.create(externalId="a")

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", customer["registeredAt"])


def test_base_is_null_for_a_customer_without_base(client):
    assert client.create(extended={"points": 3})["base"] is None


def test_an_empty_base_shows_all_its_members(client):
    assert client.create(base={})["base"] == EMPTY_BASE


@pytest.mark.parametrize(
    ("group", "sent", "shown"),
    [
        ("credential", {"username": "x"}, {"username": "x", "password": None}),
        (
            "address",
            {"city": "Roma"},
            {
                "street": None,
                "city": "Roma",
                "country": None,
                "region": None,
                "province": None,
                "zip": None,
                "geo": None,
            },
        ),
        (
            "socialProfile",
            {"twitter": "@x"},
            {
                "facebook": None,
                "google": None,
                "instagram": None,
                "linkedin": None,
                "qzone": None,
                "twitter": "@x",
            },
        ),
    ],
)
def test_a_group_with_one_member_shows_all_its_scalars(client, group, sent, shown):
    assert client.create(base={group: sent})["base"][group] == shown


def test_elements_of_lists_keep_only_what_was_sent(client):
    devices = [{"identifier": "1", "name": "phone", "type": "IOS"}]
    likes = [{"id": "1", "name": "Jazz"}]

    base = client.create(base={"contacts": {"mobileDevices": devices}, "likes": likes})["base"]

    assert base["contacts"]["mobileDevices"] == devices
    assert base["likes"] == likes


def test_consents_are_a_full_tree_of_nulls_once_set(client):
    sent = {"softSpam": {"email": {"status": True}}}

    assert client.create(externalId="a", consents=sent)["consents"] == {
        "disclaimer": {"date": None, "version": None},
        "marketing": {
            "traditional": {"telephonic": CONSENT, "papery": CONSENT},
            "automatic": dict.fromkeys(("sms", "email", "push", "im", "telephonic"), CONSENT),
        },
        "profiling": {"classic": CONSENT, "online": CONSENT},
        "softSpam": {"email": CONSENT | {"status": True}, "papery": CONSENT},
        "thirdPartyTransfer": {"profiling": CONSENT, "marketing": CONSENT},
    }


def test_tags_show_both_lists_once_set(client):
    assert client.create(externalId="a", tags={"manual": ["x"]})["tags"] == {"auto": [], "manual": ["x"]}


def test_extended_is_kept_as_it_is_sent_without_its_unset_members(client):
    sent = {"points": 0, "empty": "", "off": False, "list": [None, {"a": None}], "gone": None, "deep": {"gone": None}}

    shown = client.create(extended=sent)["extended"]

    assert shown == {"points": 0, "empty": "", "off": False, "list": [None, {"a": None}], "deep": {}}


def test_an_empty_extended_stays_an_empty_object(client):
    assert client.create(externalId="a", extended={})["extended"] == {}


def test_null_means_unset_for_every_member(client):
    customer = client.create(externalId="a", base=None, extended=None, consents=None, tags=None, extra=None)

    shown = [customer[name] for name in ("base", "extended", "consents", "tags", "extra")]
    assert shown == [None] * 5


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2018-05-25T14:05:00Z", "2018-05-25T14:05:00.000+0000"),
        ("2018-05-25T14:05:00.1Z", "2018-05-25T14:05:00.100+0000"),
        ("2018-05-25T14:05:00.123456789Z", "2018-05-25T14:05:00.123+0000"),
        ("2018-05-25T14:05:00+0000", "2018-05-25T14:05:00.000+0000"),
        ("2018-05-25T14:05:00+02:00", "2018-05-25T12:05:00.000+0000"),
        ("2018-12-31T23:30:00-0100", "2019-01-01T00:30:00.000+0000"),
        ("2018-05-25T14:05Z", "2018-05-25T14:05:00.000+0000"),
    ],
)
def test_instants_are_stored_in_utc_with_milliseconds(client, sent, shown):
    customer = client.create(
        base={"likes": [{"id": "1", "createdTime": sent}]}, consents={"disclaimer": {"date": sent}}
    )

    assert customer["base"]["likes"][0]["createdTime"] == shown
    assert customer["consents"]["disclaimer"]["date"] == shown


def test_every_text_comes_back_as_it_was_sent(client):
    name = "Zoë \u0000 \U0001f600 <b>&\"'\\ \u2028"

    assert client.create(base={"firstName": name})["base"]["firstName"] == name


def test_numbers_come_back_exactly(client):
    numbers = [0, -1, 0.1, 2**53 + 1, 2**80, 1e300]

    assert client.create(extended={"numbers": numbers})["extended"]["numbers"] == numbers


def test_reading_gives_what_writing_answered(client):
    created = client.create(base={"firstName": "Bruce"})

    assert client.read(created["id"]) == created
