"""Criteria: immutable, combined with & | ~, never true or false, silent about values."""

from __future__ import annotations

import copy
import pickle

import pytest

from contacthub_orm.errors import ArgumentError
from contacthub_orm.mapping.criterion import NO_VALUE, Composite, Condition, Operator, negate
from contacthub_orm.models import Customer
from contacthub_orm.query import not_

NAME = Condition("base.firstName", Operator.EQUALS, "Bruce")
CITY = Condition("base.address.city", Operator.EQUALS, "Gotham")
AGE = Condition("extended.age", Operator.GT, 40)


def test_and_makes_a_pair():
    both = NAME & CITY
    assert both == Composite("and", (NAME, CITY))


def test_or_makes_a_pair():
    either = NAME | CITY
    assert either == Composite("or", (NAME, CITY))


def test_chains_nest_to_the_left():
    chain = NAME & CITY & AGE
    assert chain == Composite("and", (Composite("and", (NAME, CITY)), AGE))


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: NAME and CITY,
        lambda: NAME or CITY,
        lambda: not NAME,
        lambda: bool(NAME & CITY),
        lambda: 1 < Customer.base.educations.startYear < 5,
    ],
    ids=["and", "or", "not", "bool", "chained comparison"],
)
def test_truth_value_is_refused_with_a_hint_to_the_operators(mistake):
    with pytest.raises(TypeError, match=r"& \| ~.*between"):
        mistake()


def test_in_operator_is_refused_with_a_hint():
    with pytest.raises(TypeError, match="contains"):
        "vip" in Customer.tags.manual  # noqa: B015


@pytest.mark.parametrize("mistake", [lambda: NAME & True, lambda: True & NAME, lambda: NAME | None, lambda: "x" | NAME])
def test_joining_with_something_else_hints_at_parentheses(mistake):
    with pytest.raises(TypeError, match="parentheses"):
        mistake()


@pytest.mark.parametrize(
    ("operator", "opposite"),
    [("EQUALS", "NOT_EQUALS"), ("IN", "NOT_IN")],
)
def test_complements_that_the_server_has_are_used(operator, opposite):
    value = ["x"] if operator == "IN" else "x"
    assert ~Condition("a", operator, value) == Condition("a", opposite, value)
    assert ~~Condition("a", operator, value) == Condition("a", operator, value)


def test_complement_of_is_null_is_is_not_null():
    assert ~Condition("a", Operator.IS_NULL) == Condition("a", Operator.IS_NOT_NULL)


@pytest.mark.parametrize(("operator", "opposite"), [("GT", "LTE"), ("GTE", "LT"), ("LT", "GTE"), ("LTE", "GT")])
def test_complement_of_a_comparison_includes_documents_without_the_attribute(operator, opposite):
    missing = Condition("a", Operator.IS_NULL)
    assert ~Condition("a", operator, 5) == Composite("or", (Condition("a", opposite, 5), missing))


def test_complement_of_between_is_either_side_or_missing():
    expected = (Condition("a", "LT", 1), Condition("a", "GT", 9), Condition("a", "IS_NULL"))
    assert ~Condition("a", "BETWEEN", [1, 9]) == Composite("or", expected)


def test_complement_of_composites_follows_de_morgan():
    assert not_(NAME & CITY) == Composite("or", (~NAME, ~CITY))
    assert not_(NAME | CITY) == Composite("and", (~NAME, ~CITY))


def test_complement_of_like_is_refused_naming_except():
    with pytest.raises(ArgumentError, match="EXCEPT"):
        negate(Condition("a", Operator.LIKE, "b%"))


@pytest.mark.parametrize("operator", ["GT", "GTE", "LT", "LTE", "BETWEEN"])
def test_complement_of_a_range_over_a_list_is_refused_naming_except(operator):
    value = [1, 2] if operator == "BETWEEN" else 1
    with pytest.raises(ArgumentError, match=r"over a list.*EXCEPT"):
        negate(Condition("base.educations.startYear", operator, value, many=True))


def test_values_of_another_type_make_another_condition():
    assert Condition("a", "EQUALS", 1) != Condition("a", "EQUALS", True)
    assert Condition("a", "EQUALS", 0) != Condition("a", "EQUALS", False)


def test_equal_conditions_have_equal_hashes():
    assert hash(Condition("a", "IN", ["x", "y"])) == hash(Condition("a", "IN", ["x", "y"]))


def test_lists_are_copied_in():
    values = ["x"]
    condition = Condition("a", Operator.IN, values)
    values.append("y")
    assert condition.value == ["x"]


def test_criteria_cannot_be_changed():
    with pytest.raises(AttributeError):
        NAME.value = "Alfred"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c))])
def test_criteria_can_be_copied_and_pickled(copied):
    criterion = (NAME & Condition("a", Operator.IS_NULL)) | AGE
    assert copied(criterion) == criterion
    assert copied(Condition("a", Operator.IS_NULL)).value is NO_VALUE


def test_repr_shows_attributes_operators_and_types_but_no_value():
    criterion = (NAME & Condition("tags.manual", "IN", ["secret", "other"])) | Condition("extra", "IS_NULL")
    assert repr(criterion) == "((base.firstName EQUALS <str> and tags.manual IN <2 str>) or extra IS_NULL)"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Condition("a", "IS_NULL", 1),
        lambda: Condition("a", "EQUALS"),
        lambda: Condition("a", "BETWEEN", [1]),
        lambda: Condition("a", "BETWEEN", 1),
        lambda: Composite("and", ()),
    ],
    ids=["value for IS_NULL", "no value", "one bound", "no bounds", "empty composite"],
)
def test_impossible_conditions_are_refused(wrong):
    with pytest.raises(ArgumentError):
        wrong()
