"""The function forms: and_ or_ not_ in_ not_in_ between_."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from contacthub_orm.errors import ArgumentError
from contacthub_orm.mapping.criterion import Composite, Condition, Operator
from contacthub_orm.models import Customer
from contacthub_orm.query import and_, between_, in_, not_, not_in_, or_

A, B, C = (Condition(name, Operator.EQUALS, 1) for name in "abc")


@pytest.mark.parametrize(("function", "conjunction"), [(and_, "and"), (or_, "or")])
def test_functions_join_any_number_flat(function, conjunction):
    assert function(A, B, C) == Composite(conjunction, (A, B, C))


@pytest.mark.parametrize("function", [and_, or_])
def test_a_single_criterion_stays_itself(function):
    assert function(A) == A


@pytest.mark.parametrize("function", [and_, or_])
def test_no_criterion_is_refused(function):
    with pytest.raises(ArgumentError, match="at least one"):
        function()


@pytest.mark.parametrize("function", [and_, or_])
def test_what_is_no_criterion_is_refused(function):
    with pytest.raises(TypeError, match="parentheses"):
        function(True)


def test_not_is_the_complement():
    assert not_(A) == ~A


def test_in_takes_values_first_and_then_the_field():
    criterion = in_(["Gotham", "Rome"], Customer.base.address.city)
    assert criterion == Condition("base.address.city", Operator.IN, ["Gotham", "Rome"])


def test_in_with_a_single_value_asks_a_list_whether_it_contains_it():
    assert in_("vip", Customer.tags.manual) == Condition("tags.manual", Operator.IN, "vip")


def test_in_with_a_single_value_and_a_plain_field_is_a_set_of_one():
    assert in_("Rome", Customer.base.address.city) == Condition("base.address.city", Operator.IN, ["Rome"])


def test_not_in_is_the_complement_of_in():
    assert not_in_(["a", "b"], Customer.tags.manual) == ~in_(["a", "b"], Customer.tags.manual)


@pytest.mark.parametrize("values", [("a", "b"), ["a", "b"], (letter for letter in "ab"), {"a": 1, "b": 2}.keys()])
def test_any_collection_of_values_will_do(values):
    assert in_(values, Customer.externalId) == Condition("externalId", Operator.IN, ["a", "b"])


def test_between_accepts_dates():
    criterion = between_(Customer.base.dob, date(1980, 1, 1), date(1989, 12, 31))
    assert criterion == Condition("base.dob", Operator.BETWEEN, ["1980-01-01", "1989-12-31"])


def test_between_accepts_aware_and_naive_datetimes_as_utc():
    criterion = between_(Customer.registeredAt, datetime(2017, 1, 1), datetime(2018, 1, 1, tzinfo=UTC))
    assert criterion == Condition(
        "registeredAt", Operator.BETWEEN, ["2017-01-01T00:00:00.000+0000", "2018-01-01T00:00:00.000+0000"]
    )


def test_between_accepts_iso_text():
    criterion = between_(Customer.base.dob, "1980-01-01", "1989-12-31")
    assert criterion == Condition("base.dob", Operator.BETWEEN, ["1980-01-01", "1989-12-31"])


@pytest.mark.parametrize(
    "swapped",
    [
        lambda: in_(Customer.tags.manual, "vip"),
        lambda: not_in_(Customer.tags.manual, "vip"),
        lambda: between_(1, Customer.base.dob, 2),
    ],
)
def test_swapped_arguments_are_refused_with_the_right_order(swapped):
    with pytest.raises(ArgumentError, match="field"):
        swapped()


@pytest.mark.parametrize(
    "ask",
    [
        lambda: in_(None, Customer.externalId),
        lambda: in_(["a", None], Customer.externalId),
        lambda: in_(None, Customer.tags.manual),
        lambda: not_in_(None, Customer.externalId),
        lambda: not_in_(["a", None], Customer.externalId),
        lambda: between_(Customer.base.dob, None, "1989-12-31"),
        lambda: between_(Customer.base.dob, "1980-01-01", None),
    ],
)
def test_none_is_no_value_to_compare_with(ask):
    with pytest.raises(ArgumentError, match=r"no None.*is_"):
        ask()
