"""Questions about what customers did: the `did` part of the query language (contract 5.1)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import reduce

import pytest

from contacthub_orm.errors import ArgumentError
from contacthub_orm.mapping import Entity, EntityField
from contacthub_orm.mapping.criterion import Composite, Condition, Operator
from contacthub_orm.models.customer import Customer
from contacthub_orm.models.event import Event
from contacthub_orm.query import Query, and_, did, not_, or_
from contacthub_orm.query.did import Did

NAME = Customer.base.firstName == "Bruce"
CITY = Customer.base.address.city == "Gotham"
TOTAL = Event.properties.amount.total
ORDERED, VISITED, LEFT = did("completedOrder"), did("viewedPage"), did("loggedOut")

ANY_EVENT = {"type": "atomic", "attribute": "id", "operator": "IS_NOT_NULL", "value": ""}
ANY_TIME = {"type": "atomic", "attribute": "date", "operator": "IS_NOT_NULL", "value": ""}


@pytest.fixture
def sent(source, query):
    """The query that goes over the wire for a criterion or a query."""

    def send(asked):
        (asked if isinstance(asked, Query) else query.filter(asked)).first()
        return json.loads(source.params()["query"])["query"]

    return send


def shape(node):
    """A query in short: conditions as their attribute, questions as `?type`, both in one simple query as a pair."""
    if node["type"] == "combined":
        return node["conjunction"], *map(shape, node["queries"])
    are = shape_of_condition(node["are"]["condition"]) if "are" in node else None
    did = f"?{node['did']['event']['name']}" if "did" in node else None
    return (are, did) if are and did else are or did


def shape_of_condition(condition):
    if condition["type"] == "atomic":
        return condition["attribute"]
    return condition["conjunction"], *map(shape_of_condition, condition["conditions"])


N, C = "base.firstName", "base.address.city"


# -- one question ----------------------------------------------------------------------------------------------------


def test_who_did_something_at_all(sent):
    assert sent(did("completedOrder")) == {
        "type": "simple",
        "did": {"event": {"name": "completedOrder"}, "condition": ANY_EVENT, "timeframe": ANY_TIME},
    }


@pytest.mark.parametrize("event", [Event.TYPES.COMPLETED_ORDER, "completedOrder", "boughtAtFair"])
def test_the_type_is_one_of_the_known_or_ones_own(sent, event):
    name = sent(did(event))["did"]["event"]["name"]
    assert name == event
    assert type(name) is str


@pytest.mark.parametrize("wrong", ["", "  ", None, 3, Event, Event.type])
def test_what_is_no_type_is_refused(wrong):
    with pytest.raises(ArgumentError, match=r"did\(\) takes the type of an event"):
        did(wrong)


def test_where_asks_for_more_with_paths_from_the_root_of_the_event(sent):
    assert sent(ORDERED.where(TOTAL > 100))["did"]["condition"] == {
        "type": "atomic",
        "attribute": "properties.amount.total",
        "operator": "GT",
        "value": 100,
    }


def test_several_criteria_are_about_one_and_the_same_event(sent):
    expected = ["properties.amount.total", "context", "contextInfo.store.id"]
    chained = ORDERED.where(TOTAL > 100, Event.context == "WEB").where(Event.field("contextInfo.store.id") == "s")
    condition = sent(chained)["did"]["condition"]
    assert condition["conjunction"] == "and"
    assert [part["attribute"] for part in condition["conditions"]] == expected


def test_criteria_may_be_joined_by_or_and_negated(sent):
    condition = sent(ORDERED.where((TOTAL > 100) | ~(Event.context == "WEB")))["did"]["condition"]
    assert shape_of_condition(condition) == ("or", "properties.amount.total", "context")
    assert condition["conditions"][1]["operator"] == "NOT_EQUALS"


def test_between_gives_the_timeframe_both_ends_included(sent):
    asked = ORDERED.between(datetime(2026, 1, 1, 12), datetime(2026, 1, 31, tzinfo=UTC))
    assert sent(asked)["did"]["timeframe"] == {
        "type": "atomic",
        "attribute": "date",
        "operator": "BETWEEN",
        "value": ["2026-01-01T12:00:00.000+0000", "2026-01-31T00:00:00.000+0000"],
    }


def test_dates_are_whole_days(sent):
    timeframe = sent(ORDERED.between(date(2026, 1, 1), "2026-01-31"))["did"]["timeframe"]
    assert timeframe["value"] == ["2026-01-01T00:00:00.000+0000", "2026-01-31T23:59:59.999+0000"]


@pytest.mark.parametrize(
    ("asked", "operator", "value"),
    [
        (ORDERED.since("2026-01-01"), "GTE", "2026-01-01T00:00:00.000+0000"),
        (ORDERED.until("2026-01-31"), "LTE", "2026-01-31T23:59:59.999+0000"),
    ],
)
def test_since_and_until_leave_one_end_open(sent, asked, operator, value):
    timeframe = sent(asked)["did"]["timeframe"]
    assert (timeframe["attribute"], timeframe["operator"], timeframe["value"]) == ("date", operator, value)


def test_further_timeframes_narrow(sent):
    asked = ORDERED.between("2026-01-01", "2026-12-31").since("2026-06-01").between("2025-01-01", "2026-06-30")
    assert sent(asked)["did"]["timeframe"]["value"] == ["2026-06-01T00:00:00.000+0000", "2026-06-30T23:59:59.999+0000"]


def test_what_is_no_date_is_refused():
    with pytest.raises(ArgumentError, match=r"^did\(\.\.\.\)\.between: a period is given by"):
        ORDERED.between("soon", "later")


DAY = date(2026, 3, 31)
FIRST, LAST = "2026-03-31T00:00:00.000+0000", "2026-03-31T23:59:59.999+0000"


def bounds(sent, *criteria):
    condition = sent(ORDERED.where(*criteria))["did"]["condition"]
    return condition["operator"], condition["value"]


@pytest.mark.parametrize("day", [DAY, "2026-03-31"], ids=["date", "text"])
def test_a_date_in_where_is_a_whole_day_as_in_a_timeframe(sent, day):
    assert bounds(sent, Event.date <= day) == ("LTE", LAST)
    assert bounds(sent, Event.date < day) == ("LT", FIRST)
    assert bounds(sent, Event.date >= day) == ("GTE", FIRST)
    assert bounds(sent, Event.date > day) == ("GT", LAST)
    assert bounds(sent, Event.date.between(day, day)) == ("BETWEEN", [FIRST, LAST])
    assert bounds(sent, Event.date == day) == ("BETWEEN", [FIRST, LAST])
    assert bounds(sent, Condition("date", Operator.LTE, "2026-03-31")) == ("LTE", LAST)


def test_other_days_than_one_are_before_or_after_it(sent):
    parts = sent(ORDERED.where(Event.date != DAY))["did"]["condition"]["conditions"]
    assert [(part["operator"], part["value"]) for part in parts] == [("LT", FIRST), ("GT", LAST), ("IS_NULL", "")]
    assert sent(ORDERED.where(~(Event.date == DAY))) == sent(ORDERED.where(Event.date != DAY))


def test_a_complement_of_days_is_made_of_whole_days(sent):
    parts = sent(ORDERED.where(~(Event.date <= DAY)))["did"]["condition"]["conditions"]
    assert [(part["operator"], part["value"]) for part in parts] == [("GT", LAST), ("IS_NULL", "")]


def test_days_and_instants_in_a_set_of_values(sent):
    noon = datetime(2026, 1, 1, 12)
    assert bounds(sent, Event.date.in_([noon, noon])) == ("IN", ["2026-01-01T12:00:00.000+0000"] * 2)
    parts = sent(ORDERED.where(Event.date.in_([noon, DAY])))["did"]["condition"]["conditions"]
    assert [part["value"] for part in parts] == [["2026-01-01T12:00:00.000+0000"], [FIRST, LAST]]


@pytest.mark.parametrize("moment", [datetime(2026, 3, 31, 12), "2026-03-31T12:00", "2026-03-31T14:00+02:00"])
def test_instants_in_where_are_sent_in_utc(sent, moment):
    assert bounds(sent, Event.date == moment) == ("EQUALS", "2026-03-31T12:00:00.000+0000")
    assert bounds(sent, Event.date <= moment) == ("LTE", "2026-03-31T12:00:00.000+0000")


def test_numbers_in_where_are_left_to_the_server(sent):
    assert bounds(sent, Event.date.between(0, 1_700_000_000_000)) == ("BETWEEN", [0, 1_700_000_000_000])


def test_what_is_no_date_in_where_is_refused_without_showing_it():
    with pytest.raises(ArgumentError, match=r"^Event\.date: a period is given by") as caught:
        ORDERED.where(Event.date <= "secret")
    assert "secret" not in str(caught.value)


def test_days_below_a_nest_that_is_too_deep_are_refused_like_everything_in_it():
    with pytest.raises(ArgumentError, match="nested too deeply"):
        ORDERED.where(reduce(or_, [Event.date <= DAY] * 5000))


def test_a_question_is_immutable():
    question = did("completedOrder")
    assert question.where(TOTAL > 100) is not question
    assert question.since("2026-01-01") is not question
    assert question == did("completedOrder")
    assert len({question, did("completedOrder"), question.where(TOTAL > 1), ~question}) == 3


# -- what the event is asked -----------------------------------------------------------------------------------------


class Device(Entity):
    __path__ = "devices"
    id = EntityField(str)


@pytest.mark.parametrize("foreign", [NAME, (TOTAL > 1) & NAME, Device.id == "x"])
def test_criteria_about_others_than_events_are_refused_and_the_message_says_where_they_go(foreign):
    with pytest.raises(ArgumentError, match=r"is no field of an event\. Put it beside: filter\(did\(\.\.\.\)"):
        ORDERED.where(foreign)


@pytest.mark.parametrize("wrong", [True, None, "context", Event.context, VISITED, (TOTAL > 1) & VISITED])
def test_what_is_no_criterion_about_an_event_is_refused(wrong):
    with pytest.raises(ArgumentError, match=r"did\(\.\.\.\)\.where\(\) takes criteria about the event"):
        ORDERED.where(wrong)


def test_the_mode_is_not_in_the_document_and_is_refused():
    with pytest.raises(ArgumentError, match="hold no mode"):
        ORDERED.where(Event.mode == "ACTIVE")


def test_handmade_conditions_and_subclasses_are_accepted(sent):
    class OwnEvent(Event):
        pass

    asked = ORDERED.where(Condition("properties.storeCode", Operator.EQUALS, "s"), OwnEvent.context == "RETAIL")
    assert shape_of_condition(sent(asked)["did"]["condition"]) == ("and", "properties.storeCode", "context")


def test_a_negated_question_is_complete():
    for change in (lambda q: q.where(TOTAL > 1), lambda q: q.since("2026-01-01")):
        with pytest.raises(ArgumentError, match="say first which events"):
            change(~ORDERED)


# -- beside other criteria -------------------------------------------------------------------------------------------


def test_one_question_stands_beside_the_conditions_in_one_simple_query(sent, query):
    assert shape(sent(NAME & ORDERED)) == (N, "?completedOrder")
    assert shape(sent(query.filter(ORDERED).filter(NAME, CITY))) == (("and", N, C), "?completedOrder")
    assert shape(sent(and_(ORDERED, NAME | CITY))) == (("or", N, C), "?completedOrder")


def test_conditions_joined_pairwise_are_sent_flat(sent):
    assert shape(sent((NAME & ORDERED) & CITY)) == (("and", N, C), "?completedOrder")


def test_several_questions_intersect(sent):
    assert shape(sent(ORDERED & VISITED)) == ("INTERSECT", "?completedOrder", "?viewedPage")
    assert shape(sent(and_(ORDERED, NAME, VISITED, LEFT))) == (
        "INTERSECT",
        (N, "?completedOrder"),
        "?viewedPage",
        "?loggedOut",
    )


def test_two_events_of_one_type_may_be_different_ones(sent):
    both = ORDERED.where(TOTAL > 100) & ORDERED.where(Event.context == "WEB")
    assert shape(sent(both)) == ("INTERSECT", "?completedOrder", "?completedOrder")


def test_or_is_a_union(sent):
    assert shape(sent(ORDERED | VISITED)) == ("UNION", "?completedOrder", "?viewedPage")
    assert shape(sent(or_(NAME, ORDERED, CITY))) == ("UNION", ("or", N, C), "?completedOrder")


def test_who_did_not_is_everybody_but_those_who_did(sent):
    assert shape(sent(~ORDERED)) == ("EXCEPT", "id", "?completedOrder")
    assert sent(not_(~ORDERED)) == sent(ORDERED)


def test_who_did_not_is_taken_away_from_the_rest(sent):
    assert shape(sent(NAME & ~ORDERED)) == ("EXCEPT", N, "?completedOrder")
    assert shape(sent(VISITED & ~ORDERED & NAME & ~LEFT)) == (
        "EXCEPT",
        (N, "?viewedPage"),
        ("UNION", "?completedOrder", "?loggedOut"),
    )


def test_not_in_an_or_is_an_except_of_its_own(sent):
    assert shape(sent(NAME | ~ORDERED)) == ("UNION", N, ("EXCEPT", "id", "?completedOrder"))


def test_negation_reaches_the_question_through_and_and_or(sent):
    assert shape(sent(~(NAME | ORDERED))) == ("EXCEPT", N, "?completedOrder")
    assert shape(sent(~(NAME & ORDERED))) == ("UNION", N, ("EXCEPT", "id", "?completedOrder"))


def test_and_and_or_nest(sent):
    assert shape(sent(NAME & (ORDERED | VISITED))) == ("INTERSECT", N, ("UNION", "?completedOrder", "?viewedPage"))
    assert shape(sent(NAME | (CITY & ORDERED))) == ("UNION", N, (C, "?completedOrder"))


def test_combined_queries_take_questions_as_their_members(sent, query):
    named, ordered = query.filter(NAME), query.filter(ORDERED)
    assert shape(sent(named & ordered)) == ("INTERSECT", N, "?completedOrder")
    assert shape(sent(named | ordered)) == ("UNION", N, "?completedOrder")
    assert shape(sent(named - ordered)) == ("EXCEPT", N, "?completedOrder")
    assert shape(sent(named - query.filter(CITY, ~ORDERED))) == ("EXCEPT", N, ("EXCEPT", C, "?completedOrder"))


def test_an_exact_external_id_beside_a_question_is_a_condition(sent):
    assert shape(sent((Customer.externalId == "c-42") & ORDERED)) == ("externalId", "?completedOrder")


# -- questions without an answer -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "impossible",
    [
        ORDERED.where(Event.context.in_([])),
        ORDERED.between("2026-02-01", "2026-01-01"),
        NAME & ORDERED.where(TOTAL.in_([])),
    ],
    ids=["no values", "empty period", "beside others"],
)
def test_what_nobody_can_have_done_is_not_asked(source, query, impossible):
    assert query.filter(impossible).all() == []
    assert source.requests == []


def test_what_nobody_can_have_done_leaves_the_other_side_of_an_or(sent):
    assert shape(sent(NAME | ORDERED.where(TOTAL.in_([])))) == N


def test_everybody_did_not_do_what_nobody_can_have_done(source, query):
    query.filter(~ORDERED.between("2026-02-01", "2026-01-01")).first()
    assert "query" not in source.params()


def test_a_condition_that_always_holds_is_left_out(sent):
    assert sent(ORDERED.where(Event.context.not_in([]))) == sent(ORDERED)


# -- showing ---------------------------------------------------------------------------------------------------------


def test_repr_shows_types_and_paths_and_no_values(query):
    asked = ORDERED.where(TOTAL > 100).since("2026-01-01")
    assert repr(asked) == "did(completedOrder where properties.amount.total GT <int> within <period>)"
    assert repr(NAME & ~VISITED) == "(base.firstName EQUALS <str> and not did(viewedPage))"
    assert repr(query.filter(ORDERED)) == "<Query of Customer where did(completedOrder)>"


def test_a_question_is_neither_true_nor_false():
    with pytest.raises(TypeError, match=r"& \| ~"):
        bool(ORDERED)


def test_questions_join_criteria_only():
    with pytest.raises(TypeError, match="joins criteria"):
        ORDERED & True
    assert Composite("and", (ORDERED, NAME)) == ORDERED & NAME
    assert isinstance(~ORDERED, Did)


@pytest.mark.parametrize(
    "criterion",
    [
        lambda: did("LoggedIn"),
        lambda: (Customer.base.firstName == "x") & ~did("logged-in"),
    ],
)
def test_a_known_type_that_is_spelt_otherwise_is_refused(query, criterion):
    with pytest.raises(ArgumentError, match="did you mean 'loggedIn'"):
        query.filter(criterion())


def test_a_type_of_the_workspaces_own_is_asked_for(query):
    query.filter(did("Bought a house"))
