"""Values: what fields accept and how it stands on the wire; what is refused when it is set, and what the error says."""

from __future__ import annotations

import math
from collections import OrderedDict, UserDict, deque
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given

from contacthub_orm.errors import ValidationError
from contacthub_orm.mapping import EntityField, Properties
from contacthub_orm.mapping.codecs import MAX_DEPTH
from contacthub_orm.mapping.state import changes
from contacthub_orm.models import Customer, Like
from contacthub_orm.models.consents import Disclaimer
from tests.mapping.loading import loaded
from tests.mapping.reference import identical
from tests.strategies import MODERATE, days, instant_texts, instants, json_objects


class Colour(StrEnum):
    RED = "red"


class Size(IntEnum):
    BIG = 3


class Plain(Enum):
    ONE = "one"


# -- dates -----------------------------------------------------------------------------------------------------------

NOON = datetime(2018, 5, 25, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2018-05-25T12:05:00.000+0000", NOON),
        ("2018-05-25T12:05:00.000+00:00", NOON),
        ("2018-05-25T12:05:00.000Z", NOON),
        ("2018-05-25T12:05:00Z", NOON),
        ("2018-05-25T12:05:00+0000", NOON),
        ("2018-05-25T12:05:00", NOON),
        ("2018-05-25T14:05:00.000+0200", NOON),
        ("2018-05-25T14:05:00+02:00", NOON),
        ("2018-05-25T12:05:00.1Z", NOON + timedelta(milliseconds=100)),
        ("2018-05-25T12:05:00.123456789Z", NOON + timedelta(microseconds=123456)),
        ("2018-05-25", datetime(2018, 5, 25, tzinfo=UTC)),
        ("2018-05-25 12:05", NOON),
    ],
)
def test_date_times_of_every_spelling_are_read_as_aware_datetimes(text, moment):
    read = loaded({"id": "c1", "updatedAt": text}).updatedAt
    assert read == moment
    assert read.tzinfo is not None


@pytest.mark.parametrize("junk", ["1994-02-11T14:05M", "", "yesterday", "2018-13-01T00:00:00Z", 1527249900000, True])
def test_what_is_no_date_is_given_back_as_it_came(junk):
    customer = loaded({"id": "c1", "updatedAt": junk, "base": {"dob": junk}})
    assert identical(customer.updatedAt, junk)
    assert identical(customer.base.dob, junk)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (NOON, "2018-05-25T12:05:00.000+0000"),
        (datetime(2018, 5, 25, 12, 5), "2018-05-25T12:05:00.000+0000"),
        (NOON.astimezone(timezone(timedelta(hours=-3))), "2018-05-25T12:05:00.000+0000"),
        (NOON.replace(microsecond=999_999), "2018-05-25T12:05:00.999+0000"),
        ("2018-05-25T12:05:00Z", "2018-05-25T12:05:00.000+0000"),
        ("2018-05-25T12:05:00", "2018-05-25T12:05:00.000+0000"),
        ("2018-05-25 14:05+02:00", "2018-05-25T12:05:00.000+0000"),
    ],
)
def test_date_times_are_written_in_utc_with_milliseconds(value, text):
    assert Disclaimer(date=value).to_dict() == {"date": text}
    if isinstance(value, datetime):
        assert Properties(at=value, all=[value]).to_dict() == {"at": text, "all": [text]}


@pytest.mark.parametrize("day", [date(2018, 5, 25), "2018-05-25"], ids=["date", "text"])
def test_a_date_for_a_date_time_is_midnight_in_utc(day):
    assert Disclaimer(date=day).to_dict() == {"date": "2018-05-25T00:00:00.000+0000"}


@pytest.mark.parametrize("hours", [None, -12, 0, 14])
def test_a_datetime_for_a_date_is_the_day_that_it_shows(hours):
    zone = None if hours is None else timezone(timedelta(hours=hours))
    customer = Customer(base={"dob": datetime(1990, 1, 1, 23, 30, tzinfo=zone)})
    assert customer.to_dict() == {"base": {"dob": "1990-01-01"}}


@MODERATE
@given(instants)
def test_a_datetime_is_read_as_it_was_written(moment):
    assert Disclaimer(date=moment).date == moment


@MODERATE
@given(instant_texts)
def test_a_date_time_of_the_server_is_written_as_it_came(text):
    assert Disclaimer(date=text).to_dict() == {"date": text}


@MODERATE
@given(days)
def test_a_date_is_read_as_it_was_written(day):
    customer = Customer(base={"dob": day})
    assert customer.base.dob == day
    assert customer.to_dict() == {"base": {"dob": day.isoformat()}}
    assert Customer(base={"dob": day.isoformat()}).base.dob == day


def test_the_same_instant_in_another_spelling_is_no_change():
    customer = loaded({"id": "c1", "base": {"dob": "1915-04-17", "likes": [{"createdTime": "2018-05-25T12:05:00Z"}]}})
    customer.base.likes[0].createdTime = NOON
    customer.base.likes[0].createdTime = "2018-05-25T14:05:00.000+02:00"
    customer.base.dob = date(1915, 4, 17)
    assert changes(customer) == {}


@pytest.mark.parametrize(
    ("set_value", "reason"),
    [
        (lambda: Customer(base={"dob": "25/05/2018"}), r"base\.dob: .*YYYY-MM-DD"),
        (lambda: Customer(base={"dob": "2018-02-30"}), r"base\.dob: .*YYYY-MM-DD"),
        (lambda: Customer(base={"dob": "2018-W21-5"}), r"base\.dob: .*YYYY-MM-DD"),
        (lambda: Customer(base={"dob": 20180525}), r"base\.dob: expects a date"),
        (lambda: Disclaimer(date="2018-W21-5"), "date: .*ISO 8601 date-time"),
        (lambda: Disclaimer(date="2018-02-30"), "date: .*ISO 8601 date-time"),
        (lambda: Disclaimer(date="soon"), "date: .*ISO 8601 date-time"),
        (lambda: Disclaimer(date=1527249900000), "date: expects a datetime"),
        (lambda: Disclaimer(date=datetime.max.replace(tzinfo=timezone(-timedelta(hours=5)))), "years 1 to 9999"),
    ],
)
def test_what_is_no_date_is_refused(set_value, reason):
    with pytest.raises(ValidationError, match=reason):
        set_value()


# -- enumerations ----------------------------------------------------------------------------------------------------


def test_enumerations_take_members_and_texts_and_read_as_text():
    customer = Customer(base={"timezone": Customer.TIMEZONES.EUROPE_ROME})
    assert customer.base.timezone == "Europe/Rome" == Customer.TIMEZONES.EUROPE_ROME
    assert type(customer.to_dict()["base"]["timezone"]) is str
    customer.base.timezone = "Asia/Tokyo"
    assert customer.base.timezone is not None


def test_unknown_members_are_refused_with_the_nearest_known_one():
    with pytest.raises(ValidationError, match=r"base\.timezone: not a member of Timezone .*did you mean 'Europe/Rome'"):
        Customer().base.timezone = "Europe/Roma"


def test_enumerations_refuse_what_is_no_text():
    with pytest.raises(ValidationError, match=r"base\.timezone: expects a member of Timezone, not int"):
        Customer().base.timezone = 5


# -- free JSON -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (True, True),
        (Colour.RED, "red"),
        (Size.BIG, 3),
        ((1, (2,)), [1, [2]]),
        (range(3), [0, 1, 2]),
        (deque([1]), [1]),
        (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (UserDict(a=[1]), {"a": [1]}),
        (MappingProxyType({"a": None}), {"a": None}),
        ({Colour.RED: Colour.RED}, {"red": "red"}),
        (date(2018, 5, 25), "2018-05-25"),
        (Properties(a={"b": 1}), {"a": {"b": 1}}),
        ([Properties(a=1), Properties(tags=["x"]).tags], [{"a": 1}, ["x"]]),
        ("é\u2028\U0001f600", "é\u2028\U0001f600"),
        (2**70, 2**70),
        (-0.5, -0.5),
    ],
)
def test_values_of_open_parts_become_json(value, wire):
    customer = Customer(extended={"x": value})
    assert identical(customer.to_dict(), {"extended": {"x": wire}})
    customer.extended.y = [value]
    customer.extended["z"] = {"deep": value}
    assert identical(customer.extended.to_dict(), {"x": wire, "y": [wire], "z": {"deep": wire}})


@MODERATE
@given(json_objects)
def test_json_is_taken_as_it_is_and_copied(value):
    assert identical(Properties(value).to_dict(), value)


def cycle() -> dict[str, Any]:
    endless: dict[str, Any] = {"a": [1]}
    endless["a"].append(endless)
    return endless


def nested(depth: int) -> Any:
    value: Any = "secret"
    for _ in range(depth):
        value = [value]
    return value


REFUSED = [
    (math.nan, "NaN"),
    (math.inf, "infinity"),
    (-math.inf, "infinity"),
    (Decimal("1.5"), "Decimal has no JSON form"),
    (Fraction(1, 2), "Fraction has no JSON form"),
    (b"secret", "bytes has no JSON form"),
    (bytearray(b"secret"), "bytearray has no JSON form"),
    (memoryview(b"secret"), "memoryview has no JSON form"),
    ({"secret"}, r"set has no JSON form; use list\(…\)"),
    (frozenset(), r"frozenset has no JSON form; use list\(…\)"),
    ((letter for letter in "secret"), r"generator has no JSON form; use list\(…\)"),
    ({"a": 1}.keys(), r"dict_keys has no JSON form; use list\(…\)"),
    (timedelta(days=1), "timedelta has no JSON form; send a number"),
    (UUID(int=1), "UUID has no JSON form"),
    (1j, "complex has no JSON form"),
    (object(), "object has no JSON form"),
    (Customer, "has no JSON form"),
    (Plain.ONE, "Plain has no JSON form"),
    (cycle(), "contains itself"),
    (nested(MAX_DEPTH + 1), "nested deeper than 64 levels"),
    ("secret\ud800", "lone surrogate"),
    ("secret\0", "NUL"),
    ({"\ud800": 1}, "lone surrogate"),
    ({"a\0": 1}, "NUL"),
    ({1: "secret"}, "keys must be text, not int"),
    ({None: "secret"}, "keys must be text, not NoneType"),
    (10**5000, "too many digits"),
]


@pytest.mark.parametrize(("value", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_what_has_no_json_form_is_refused_when_it_is_set(value, reason):
    customer = loaded({"id": "c1", "extended": {"rows": [1]}})
    for set_value, path in [
        (lambda: setattr(customer.extended, "x", value), r"extended\.x"),
        (lambda: customer.extended.update(x={"y": [0, value]}), r"extended\.x\.y\[1\]"),
        (lambda: customer.extended.rows.append(value), r"extended\.rows\[\]"),
        (lambda: setattr(customer, "extended", {"x": value}), r"extended\.x"),
        (lambda: Customer(extended={"x": value}), r"extended\.x"),
        (lambda: Properties(x=value), "x"),
    ]:
        with pytest.raises(ValidationError, match=f"^{path}.*: .*{reason}") as caught:
            set_value()
        assert "secret" not in str(caught.value)
    assert changes(customer) == {}


@pytest.mark.parametrize("depth", [1, MAX_DEPTH - 1])
def test_deep_values_are_taken_up_to_a_limit(depth):
    assert Properties(x=nested(depth)).to_dict() == {"x": nested(depth)}


@pytest.mark.parametrize("key", [1, None, b"x", ("a",)])
def test_keys_of_items_must_be_text(key):
    with pytest.raises(ValidationError, match="keys must be text"):
        Properties()[key] = 1


# -- typed fields ----------------------------------------------------------------------------------------------------


class Typed(Properties):
    text = EntityField(str)
    whole = EntityField(int)
    number = EntityField(float)
    flag = EntityField(bool)
    anything = EntityField(object)
    texts = EntityField(list[str])
    part = EntityField(Like)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("text", 5, r"text: expects text \(str\), not int"),
        ("text", b"secret", r"text: expects text \(str\), not bytes"),
        ("text", "secret\ud800", "text: .*surrogate"),
        ("whole", "5", r"whole: expects a whole number \(int\), not str"),
        ("whole", True, r"whole: expects a whole number \(int\), not bool"),
        ("whole", 5.0, r"whole: expects a whole number \(int\), not float"),
        ("number", "5", r"number: expects a number \(int or float\), not str"),
        ("number", False, r"number: expects a number \(int or float\), not bool"),
        ("number", math.nan, "number: NaN"),
        ("number", Decimal("5"), "number: expects a number .*not Decimal"),
        ("flag", 1, "flag: expects True or False, not int"),
        ("flag", "true", "flag: expects True or False, not str"),
        ("anything", {1, 2}, "anything: set has no JSON form"),
        ("texts", "secret", "texts: expects a list, not str"),
        ("texts", {"secret"}, "texts: expects a list, not set"),
        ("texts", {"secret": 1}, "texts: expects a list, not dict"),
        ("texts", ["a", 5], r"texts\[1\]: expects text \(str\), not int"),
        ("texts", ["a", None], r"texts\[1\]: expects text \(str\), not None"),
        ("part", "secret", "part: expects a mapping or Properties, not str"),
        ("part", ["secret"], "part: expects a mapping or Properties, not list"),
        ("part", {"name": 5}, r"part\.name: expects text"),
    ],
)
def test_values_of_another_type_are_refused_with_both_types_and_never_the_value(name, value, reason):
    typed = Typed()
    for set_value in (
        lambda: setattr(typed, name, value),
        lambda: typed.update({name: value}),
        lambda: Typed({name: value}),
    ):
        with pytest.raises(ValidationError, match=f"^{reason}") as caught:
            set_value()
        assert "secret" not in str(caught.value)
    assert typed.to_dict() == {}


def test_every_list_mutator_checks_what_it_puts_in():
    texts = Typed(texts=["a"]).texts
    for put in (
        lambda: texts.append(5),
        lambda: texts.insert(0, 5),
        lambda: texts.extend(["b", 5]),
        lambda: texts.__iadd__([5]),
        lambda: texts.__setitem__(0, 5),
        lambda: texts.__setitem__(slice(0, 1), [5]),
    ):
        with pytest.raises(ValidationError, match=r"^texts\[\]: expects text"):
            put()
    assert list(texts) == ["a"]


def test_numbers_keep_their_kind():
    assert identical(Typed(number=1).to_dict(), {"number": 1})
    assert identical(Typed(number=1.0).to_dict(), {"number": 1.0})
    assert identical(Typed(whole=Size.BIG, text=Colour.RED).to_dict(), {"whole": 3, "text": "red"})


def test_a_refused_value_leaves_the_object_as_it_was():
    customer = loaded({"id": "c1", "base": {"firstName": "Bruce", "likes": [{"id": "1"}]}})
    for edit in (
        lambda: setattr(customer.base, "firstName", 5),
        lambda: setattr(customer, "base", {"firstName": "B", "lastName": 5}),
        lambda: customer.base.likes.extend([{"id": "2"}, {"id": 3}]),
        lambda: setattr(customer.base.address, "city", 5),
    ):
        with pytest.raises(ValidationError):
            edit()
    assert customer.to_dict() == {"id": "c1", "base": {"firstName": "Bruce", "likes": [{"id": "1"}]}}
