"""Laws of the query algebra, checked against a small evaluator of the query language (contract 5.3)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacthub_orm.mapping.criterion import Composite, Condition, Criterion, Operator, negate
from contacthub_orm.models import Customer
from contacthub_orm.query.compiler import compile_condition, compile_query, compile_selection
from contacthub_orm.query.did import Did
from contacthub_orm.query.period import Period
from contacthub_orm.query.selection import EVERYTHING, Combination, Selection, combine, fold, narrow

NUMBERS = st.integers(0, 4)
LETTERS = st.sampled_from("xyz")
COMPARISONS = st.sampled_from(["EQUALS", "NOT_EQUALS", "GT", "GTE", "LT", "LTE"])

conditions = st.one_of(
    st.builds(Condition, st.sampled_from("ab"), COMPARISONS, NUMBERS),
    st.builds(Condition, st.sampled_from("ab"), st.just("BETWEEN"), st.lists(NUMBERS, min_size=2, max_size=2)),
    st.builds(Condition, st.sampled_from("ab"), st.sampled_from(["IN", "NOT_IN"]), st.lists(NUMBERS, max_size=3)),
    st.builds(Condition, st.just("tags"), st.sampled_from(["IN", "NOT_IN"]), LETTERS | st.lists(LETTERS, max_size=2)),
    st.builds(Condition, st.sampled_from(["a", "tags"]), st.sampled_from(["IS_NULL", "IS_NOT_NULL"])),
)
days = st.sampled_from([None, *(datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3))])
questions = st.builds(
    Did,
    st.sampled_from("pq"),
    st.lists(conditions, max_size=2).map(tuple),
    st.builds(Period, days, days),
    negated=st.booleans(),
)
criteria = st.recursive(
    conditions | questions,
    lambda inner: st.builds(
        Composite, st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=8,
)
selections = st.recursive(
    criteria,
    lambda inner: st.builds(combine, st.sampled_from(["INTERSECT", "UNION", "EXCEPT"]), inner, inner),
    max_leaves=5,
)
content = {"a": st.none() | NUMBERS, "b": NUMBERS, "tags": st.none() | st.lists(LETTERS, max_size=2)}
events = st.fixed_dictionaries(
    {
        "id": st.just("e1"),
        "type": st.sampled_from("pq"),
        "date": st.sampled_from(["2026-01-01T00:00:00.000+0000", "2026-01-02T12:00:00.000+0000"]),
    },
    optional=content,
)
documents = st.fixed_dictionaries(
    {"id": st.just("c1"), "events of it": st.lists(events, max_size=3)},
    optional=content,
)


def meets(document: dict[str, Any], condition: dict[str, Any]) -> bool:
    """Evaluate a condition as it goes over the wire, on a customer or on an event."""
    if condition["type"] == "composite":
        results = [meets(document, part) for part in condition["conditions"]]
        return all(results) if condition["conjunction"] == "and" else any(results)
    value, operand = document.get(condition["attribute"]), condition["value"]
    elements = value if isinstance(value, list) else [] if value is None else [value]
    wanted = operand if isinstance(operand, list) else [operand]
    tests = {
        "EQUALS": lambda x: x == operand,
        "GT": lambda x: x > operand,
        "GTE": lambda x: x >= operand,
        "LT": lambda x: x < operand,
        "LTE": lambda x: x <= operand,
        "IN": lambda x: x in wanted,
        "BETWEEN": lambda x: wanted[0] <= x <= wanted[1],
        "IS_NOT_NULL": lambda x: True,
    }
    complements = {"NOT_EQUALS": "EQUALS", "NOT_IN": "IN", "IS_NULL": "IS_NOT_NULL"}
    operator = condition["operator"]
    if operator in complements:
        return not any(map(tests[complements[operator]], elements))
    return any(map(tests[operator], elements))


def selects(document: dict[str, Any], query: dict[str, Any]) -> bool:
    """Evaluate a simple or combined query as it goes over the wire."""
    if query["type"] == "simple":
        assert {"are", "did"} & query.keys()
        return ("are" not in query or meets(document, query["are"]["condition"])) and (
            "did" not in query or any(answers(event, query["did"]) for event in document["events of it"])
        )
    results = [selects(document, member) for member in query["queries"]]
    match query["conjunction"]:
        case "INTERSECT":
            return all(results)
        case "UNION":
            return any(results)
    return results[0] and not any(results[1:])


def answers(event: dict[str, Any], question: dict[str, Any]) -> bool:
    """Whether an event is one that a question about events asks for."""
    return (
        event["type"] == question["event"]["name"]
        and meets(event, question["condition"])
        and meets(event, question["timeframe"])
    )


def means(selection: Selection | bool, document: dict[str, Any]) -> bool:
    return selection if isinstance(selection, bool) else selects(document, compile_query(selection)["query"])


@given(criteria, documents)
def test_a_complement_holds_exactly_where_the_criterion_does_not(criterion: Criterion, document: dict[str, Any]):
    assert means(negate(criterion), document) is not means(criterion, document)


@given(criteria, documents)
def test_the_complement_of_the_complement_means_the_same(criterion: Criterion, document: dict[str, Any]):
    assert means(negate(negate(criterion)), document) is means(criterion, document)


@given(criteria, criteria, documents)
def test_operators_of_criteria_mean_what_they_say(left: Criterion, right: Criterion, document: dict[str, Any]):
    assert means(left & right, document) is (means(left, document) and means(right, document))
    assert means(left | right, document) is (means(left, document) or means(right, document))


@given(
    st.lists(st.builds(Did, st.sampled_from("pq"), negated=st.booleans()), min_size=1, max_size=3),
    st.lists(conditions, max_size=1),
    st.sampled_from([("and", all), ("or", any)]),
    documents,
)
def test_questions_about_events_join_as_other_criteria_do(
    questions: list[Did], others: list[Condition], how: Any, document: dict[str, Any]
):
    conjunction, of_all = how
    parts = questions + others
    assert means(Composite(conjunction, tuple(parts)), document) is of_all([means(part, document) for part in parts])


@given(st.lists(criteria, min_size=1, max_size=4), documents)
def test_repeated_filters_mean_all_of_them(chain: list[Criterion], document: dict[str, Any]):
    narrowed: Criterion | None = None
    for criterion in chain:
        narrowed = narrow(narrowed, criterion)
    assert narrowed is not None
    assert means(narrowed, document) is all(means(criterion, document) for criterion in chain)


@given(selections, selections, documents)
def test_operators_of_queries_are_those_of_sets(left: Selection, right: Selection, document: dict[str, Any]):
    here, there = means(left, document), means(right, document)
    assert means(combine("INTERSECT", left, right), document) is (here and there)
    assert means(combine("UNION", left, right), document) is (here or there)
    assert means(combine("EXCEPT", left, right), document) is (here and not there)


@given(selections, documents)
def test_folding_keeps_the_meaning(selection: Selection, document: dict[str, Any]):
    assert means(fold(selection), document) is means(selection, document)


@given(selections)
def test_no_empty_set_of_values_is_left_after_folding(selection: Selection):
    folded = fold(selection)
    assert isinstance(folded, bool) or '"value": []' not in json.dumps(compile_query(folded))


@given(selections)
def test_nothing_is_asked_exactly_when_nothing_can_match(selection: Selection):
    assert (compile_selection(selection, Customer) is None) is (fold(selection) is False)


def test_everything_minus_something_can_be_said():
    everything = Condition("a", Operator.NOT_IN, [])
    some = Condition("a", Operator.EQUALS, 1)
    assert fold(combine("EXCEPT", everything, some)) == Combination("EXCEPT", (EVERYTHING, some))


# -- the published schema --------------------------------------------------------------------------------------------


def _modern(schema: Any) -> Any:
    """The schema with `required: true` inside properties, as of draft 3, turned into the list of draft 4."""
    if isinstance(schema, list):
        return [_modern(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    turned = {key: _modern(value) for key, value in schema.items() if key != "required" or value is not True}
    members = schema.get("properties", {})
    required = [name for name, member in members.items() if member.get("required") is True]
    return turned | ({"required": required} if required else {})


@lru_cache(maxsize=1)
def _validator(text: str) -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    return jsonschema.Draft4Validator(_modern(json.loads(text)))


@pytest.fixture(scope="module")
def schema(contract):
    return _validator((contract / "query.schema.json").read_text())


def test_the_schema_check_is_not_blind(schema):
    good = compile_query(Condition("a", Operator.EQUALS, 0))
    assert schema.is_valid(good)
    assert not schema.is_valid(good | {"more": 1})
    del good["query"]["are"]["condition"]["value"]
    assert not schema.is_valid(good)


@given(selection=selections)
def test_compiled_queries_are_valid_against_the_published_schema(schema, selection: Selection):
    schema.validate(compile_query(selection))


@pytest.mark.parametrize("operator", [operator for operator in Operator if operator is not Operator.LIKE])
def test_every_published_operator_compiles_to_a_valid_condition(schema, operator):
    unary = operator in (Operator.IS_NULL, Operator.IS_NOT_NULL)
    value = [["x", "y"]] if operator in (Operator.IN, Operator.NOT_IN, Operator.BETWEEN) else ["x"]
    condition = Condition("base.firstName", operator, *([] if unary else value))
    schema.validate(compile_query(condition))
    assert compile_condition(condition)["operator"] == operator.value
