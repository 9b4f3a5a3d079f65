"""from_dict: the content of a document, taken as it is; what a constructor refuses is kept."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given

from contacthub_orm.errors import ArgumentError, UnknownFieldError, ValidationError
from contacthub_orm.mapping import Properties, inspect
from contacthub_orm.models import Customer, Event, Job
from contacthub_orm.models.base import Base
from tests.mapping.loading import Owner, loaded, partly_loaded
from tests.mapping.reference import identical
from tests.strategies import MODERATE, customer_documents

# What the API has by now and this package does not know, and what it should never have stored.
ODD: dict[str, Any] = {
    "id": "c1",
    "newSection": {"a": [1]},
    "registeredAt": "long ago",
    "enabled": None,
    "self": "x",
    "base": {
        "newThing": 1,
        "self": "x",
        "dob": "1st of May",
        "timezone": "Mars/Olympus",
        "locale": "Latin",
        "firstName": 5,
        "contacts": {"email": "nobody", "otherContacts": "none", "mobileDevices": [{"type": "NEW", "new": 1}, 7]},
        "jobs": [{"id": "j", "startDate": "soon", "newThing": {}}],
        "likes": None,
        "address": [],
    },
    "extended": {"self": 1, "cls": [{}], "_x": None},
    "tags": {"manual": None},
}


@MODERATE
@given(customer_documents)
def test_what_to_dict_gives_comes_back_as_it_was(document):
    assert identical(Customer.from_dict(loaded(document).to_dict()).to_dict(), document)


@pytest.mark.parametrize("source", [ODD, loaded(ODD).to_dict()])
def test_what_is_unknown_or_does_not_parse_is_kept_as_it_is(source):
    customer = Customer.from_dict(source)
    assert customer.to_dict() == ODD
    assert (customer.base["newThing"], customer.base.dob, customer.registeredAt) == (1, "1st of May", "long ago")
    assert Base.from_dict(ODD["base"]).to_dict() == ODD["base"]
    assert Properties.from_dict(ODD).to_dict() == ODD


def test_the_object_is_new_and_shares_nothing_with_the_mapping():
    given = copy.deepcopy(ODD)
    customer = Customer.from_dict(given)
    assert inspect(customer).transient
    assert type(customer.base) is Base
    customer.base.contacts.phone = "1"
    customer.extended["cls"][0]["a"] = 1
    customer.base.jobs.append({"id": "k"})
    assert given == ODD


def test_python_values_get_their_wire_form():
    rome = Customer.TIMEZONES.EUROPE_ROME
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    base = {"dob": date(2000, 1, 2), "timezone": rome, "likes": ({"id": "1", "createdTime": moment},)}
    customer = Customer.from_dict({"base": base, "extended": Properties(a=[Properties(b=moment)])})
    assert customer.to_dict() == {
        "base": {
            "dob": "2000-01-02",
            "timezone": "Europe/Rome",
            "likes": [{"id": "1", "createdTime": "2026-01-02T03:04:05.000+0000"}],
        },
        "extended": {"a": [{"b": "2026-01-02T03:04:05.000+0000"}]},
    }
    assert customer.base.dob == date(2000, 1, 2)


def test_parts_of_other_objects_are_taken_in_whole():
    odd = loaded(copy.deepcopy(ODD))
    assert Customer.from_dict({"base": odd.base, "extended": odd.extended}).base.to_dict() == ODD["base"]
    owner = Owner(copy.deepcopy(ODD))
    part = partly_loaded({"id": "c1"}, owner)
    assert Customer.from_dict({"base": part.base}).base.to_dict() == ODD["base"]


@pytest.mark.parametrize("cls", [Customer, Event, Properties, Base])
@pytest.mark.parametrize("arguments", [(), (None,), ({},)])
def test_without_content_the_object_is_empty(cls, arguments):
    assert cls.from_dict(*arguments).to_dict() == {}
    assert cls.from_dict(attributes=None).to_dict() == {}


def test_a_child_without_an_id_chooses_one():
    assert len(Job.from_dict().id) == 36
    assert Job.from_dict({"id": "j", "newThing": 1}).to_dict() == {"id": "j", "newThing": 1}


@pytest.mark.parametrize("none", [None, ""])
def test_a_child_whose_id_is_empty_chooses_one_as_the_constructor_does(none):
    assert len(Job.from_dict({"id": none, "jobTitle": "Analyst"}).id) == 36
    assert len(Job(id=none).id) == 36


@pytest.mark.parametrize("cls", [Customer, Event, Properties, Base])
def test_what_is_no_mapping_is_refused(cls):
    with pytest.raises(ArgumentError, match=rf"{cls.__name__}\.from_dict takes a mapping, not list"):
        cls.from_dict([1])


def test_what_is_no_json_is_refused():
    with pytest.raises(ValidationError, match=r"base\.jobs\[0\]\.x"):
        Customer.from_dict({"base": {"jobs": [{"x": {1}}]}})
    endless: dict[str, Any] = {}
    endless["base"] = endless
    with pytest.raises(ValidationError, match="contains itself"):
        Customer.from_dict(endless)


def test_the_constructors_stay_strict():
    with pytest.raises(UnknownFieldError):
        Customer(base={"newThing": 1})
    with pytest.raises(ValidationError):
        Customer(base={"dob": "1st of May"})
    for cls in (Customer, Event):
        with pytest.raises(UnknownFieldError, match=f"{cls.__name__} has no field 'self'"):
            cls(**{"self": 1})
    assert Properties(**{"self": 1}).to_dict() == {"self": 1}
