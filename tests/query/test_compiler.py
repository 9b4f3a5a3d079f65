"""From criteria to what goes over the wire."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from functools import reduce
from operator import or_ as either

import pytest

from contacthub_orm.errors import ArgumentError
from contacthub_orm.mapping.criterion import Condition, Operator
from contacthub_orm.models import Customer
from contacthub_orm.query import or_
from contacthub_orm.query.compiler import compile_condition, compile_query, compile_selection
from contacthub_orm.query.selection import combine


def test_an_atomic_condition():
    assert compile_condition(Customer.base.lastName == "Verdi") == {
        "type": "atomic",
        "attribute": "base.lastName",
        "operator": "EQUALS",
        "value": "Verdi",
    }


def test_a_composite_condition_keeps_the_order_and_the_nesting():
    criterion = (Customer.base.dob >= date(1980, 1, 1)) & (Customer.extra == "x") | (Customer.extra == "y")
    compiled = compile_condition(criterion)
    assert compiled["conjunction"] == "or"
    assert compiled["conditions"][0]["conjunction"] == "and"
    assert [part["value"] for part in compiled["conditions"][0]["conditions"]] == ["1980-01-01", "x"]


def test_the_container_has_a_name_and_its_members_have_none():
    compiled = compile_query(combine("UNION", Customer.extra == "x", Customer.extra == "y"))
    assert compiled["name"] == "query"
    assert set(compiled["query"]) == {"type", "conjunction", "queries"}
    assert set(compiled["query"]["queries"][0]) == {"type", "are"}


@pytest.mark.parametrize("value", [0, False, "", 0.0])
def test_falsy_values_are_sent(value):
    (_, text), *_ = compile_selection(Customer.extended.something == value, Customer)
    sent = json.loads(text)["query"]["are"]["condition"]["value"]
    assert sent == value
    assert type(sent) is type(value)


@pytest.mark.parametrize("value", ['say "hi"', "back\\slash", "Zoë 東京 🦇", "a&b=c#d?", "new\nline"])
def test_text_arrives_as_it_is(value):
    (_, text), *_ = compile_selection(Customer.base.firstName == value, Customer)
    assert json.loads(text)["query"]["are"]["condition"]["value"] == value


@pytest.mark.parametrize(
    ("criterion", "operator"),
    [(Customer.base.firstName == None, "IS_NULL"), (Customer.base.firstName != None, "IS_NOT_NULL")],  # noqa: E711
)
def test_none_asks_for_missing_values_with_the_empty_value_that_the_schema_requires(criterion, operator):
    assert compile_condition(criterion) == {
        "type": "atomic",
        "attribute": "base.firstName",
        "operator": operator,
        "value": "",
    }


def test_datetimes_are_sent_in_utc():
    rome = timezone(timedelta(hours=2))
    compiled = compile_condition(Customer.updatedAt > datetime(2017, 7, 1, 12, 30, tzinfo=rome))
    assert compiled["value"] == "2017-07-01T10:30:00.000+0000"
    assert compile_condition(Customer.updatedAt > datetime(2017, 7, 1, 10, 30, tzinfo=UTC)) == compiled


def test_contains_sends_the_bare_value():
    assert compile_condition(Customer.tags.manual.contains("vip"))["value"] == "vip"


def test_like_is_sent():
    assert compile_condition(Customer.base.firstName.like("Br%"))["operator"] == "LIKE"


def test_no_selection_needs_no_parameter():
    assert compile_selection(None, Customer) == ()


def test_an_empty_set_of_values_selects_nothing():
    assert compile_selection(Customer.externalId.in_([]), Customer) is None


def test_the_complement_of_an_empty_set_selects_everything():
    assert compile_selection(Customer.externalId.not_in([]), Customer) == ()


def test_an_impossible_part_of_an_or_is_left_out():
    selection = Customer.externalId.in_([]) | (Customer.extra == "x")
    assert compile_selection(selection, Customer) == compile_selection(Customer.extra == "x", Customer)


def test_an_exact_external_id_uses_the_parameter_that_the_list_has_for_it():
    assert compile_selection(Customer.externalId == "c-42", Customer) == (("externalId", "c-42"),)


@pytest.mark.parametrize(
    "selection",
    [
        Customer.externalId == "",
        Customer.externalId != "c-42",
        Customer.externalId.in_(["c-42"]),
        (Customer.externalId == "c-42") & (Customer.extra == "x"),
        Customer.field("extended.externalId") == "c-42",
    ],
    ids=["empty text", "not equals", "in", "with more", "other attribute"],
)
def test_everything_else_about_external_ids_is_a_query(selection):
    ((name, _),) = compile_selection(selection, Customer)
    assert name == "query"


def test_many_values_joined_pairwise_are_refused_with_the_flat_form_named():
    pairwise = reduce(either, (Condition("a", Operator.EQUALS, number) for number in range(5000)))
    with pytest.raises(ArgumentError, match="or_"):
        compile_selection(pairwise, Customer)


def test_many_values_joined_flat_are_sent():
    flat = or_(*(Condition("a", Operator.EQUALS, number) for number in range(5000)))
    ((name, _),) = compile_selection(flat, Customer)
    assert name == "query"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "secret \ud800 text"])
def test_what_is_not_json_is_refused_without_showing_it(value):
    with pytest.raises(ArgumentError, match="not JSON") as caught:
        compile_selection(Condition("a", Operator.EQUALS, value), Customer)
    assert "secret" not in str(caught.value)
