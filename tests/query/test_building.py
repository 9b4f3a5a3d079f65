"""Building a query: immutable, checked at once, nothing sent."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

import pytest

from contacthub_orm.errors import (
    ArgumentError,
    InvalidRequestError,
    OperationNotPermitted,
    UnknownFieldError,
)
from contacthub_orm.mapping import Entity, EntityField, Properties
from contacthub_orm.mapping.criterion import Composite, Condition
from contacthub_orm.models import Customer
from contacthub_orm.query import Query, load_only

NAME = Customer.base.firstName == "Bruce"
CITY = Customer.base.address.city == "Gotham"
AGE = Customer.extended.age > 40


class Device(Entity):
    __path__ = "devices"
    id = EntityField(str)
    label = EntityField(str)


class Unlisted(Entity):
    id = EntityField(str)


def sent_condition(source, query):
    query.first()
    return source.condition()


# -- filter ----------------------------------------------------------------------------------------------------------


def test_every_step_gives_a_new_query_and_leaves_the_old_one_as_it_is(source, query):
    steps = [
        query.filter(NAME),
        query.order_by(Customer.base.lastName),
        query.limit(3),
        query.offset(3),
        query.options(load_only(Customer.base)),
    ]
    assert all(step is not query for step in steps)
    query.first()
    assert dict(source.requests[0].params) == {"nodeId": "node-1", "page": "0", "size": "1"}


def test_a_query_can_be_run_again_and_is_a_new_search_each_time(source, query):
    assert query.limit(2).all() == query.limit(2).all()
    assert len(source.requests) == 2


def test_the_first_filter_is_the_bare_condition(source, query):
    assert sent_condition(source, query.filter(NAME))["type"] == "atomic"


def test_a_second_filter_joins_by_and(source, query):
    condition = sent_condition(source, query.filter(NAME).filter(CITY))
    assert condition["conjunction"] == "and"
    assert [part["attribute"] for part in condition["conditions"]] == ["base.firstName", "base.address.city"]


def test_further_filters_are_appended_flat(source, query):
    condition = sent_condition(source, query.filter(NAME).filter(CITY).filter(AGE))
    assert [part["type"] for part in condition["conditions"]] == ["atomic"] * 3


def test_a_filter_after_an_or_keeps_the_or_whole(source, query):
    condition = sent_condition(source, query.filter(NAME | CITY).filter(AGE))
    assert condition["conjunction"] == "and"
    assert condition["conditions"][0]["conjunction"] == "or"


def test_several_criteria_in_one_filter_are_the_same_as_several_filters(source, query):
    several = sent_condition(source, query.filter(NAME, CITY, AGE))
    assert several == sent_condition(source, query.where(NAME).where(CITY).where(AGE))


def test_filter_without_criteria_changes_nothing(source, query):
    query.filter().first()
    assert "query" not in source.params()


@pytest.mark.parametrize("wrong", [True, None, "base.firstName", Customer.base.firstName])
def test_what_is_no_criterion_is_refused_at_once(query, wrong):
    with pytest.raises(ArgumentError, match="filter\\(\\) takes criteria"):
        query.filter(wrong)


@pytest.mark.parametrize(
    ("criterion", "reason"),
    [
        (Customer.extra == ["a"], r"Customer\.extra: EQUALS compares with single values.*field\.in_\(values\)"),
        (Customer.tags.manual != ["a"], "NOT_EQUALS compares with single values"),
        (Customer.extra.in_([["a"]]), "IN compares with single values"),
        (Customer.extra.between(["a"], "b"), "BETWEEN compares with single values"),
        (Customer.extra.like(5), r"Customer\.extra: a pattern is a text, not int"),
        (Customer.base.contacts == "x", r"Customer\.base\.contacts holds objects.*compare a field inside it"),
        (Customer.base.jobs == "x", r"Customer\.base\.jobs holds objects"),
        (NAME & ~(Customer.extended == "x"), r"Customer\.extended holds objects"),
    ],
)
def test_comparisons_that_mean_nothing_are_refused_at_once(query, criterion, reason):
    with pytest.raises(ArgumentError, match=f"^{reason}" if reason[0] == "C" else reason):
        query.filter(criterion)


def test_objects_are_asked_whether_they_are_there(source, query):
    assert sent_condition(source, query.filter(Customer.base.contacts.is_not(None)))["operator"] == "IS_NOT_NULL"


def test_criteria_of_another_class_are_refused_at_once(query):
    with pytest.raises(ArgumentError, match=r"Device\.label is no field of Customer"):
        query.filter(NAME & (Device.label == "x"))


def test_criteria_of_a_base_class_or_a_subclass_are_accepted(make_source):
    class Loyalty(Properties):
        points = EntityField(int)

    class Shopper(Customer):
        extended = EntityField(Loyalty)

    source = make_source()
    assert Query(source, Shopper).filter(NAME, Shopper.extended.points > 3).first() is None
    assert Query(source, Customer).filter(Shopper.extended.points > 3).first() is None


def test_handmade_conditions_are_accepted(source, query):
    assert sent_condition(source, query.filter(Condition("base.newThing", "EQUALS", 1)))["attribute"] == "base.newThing"


@pytest.mark.parametrize(
    ("criterion", "operator", "value"),
    [
        (Customer.registeredAt <= date(2026, 3, 31), "LTE", "2026-03-31T23:59:59.999+0000"),
        (Customer.updatedAt >= "2026-03-31", "GTE", "2026-03-31T00:00:00.000+0000"),
        (Customer.base.subscriptions.startDate > date(2026, 3, 31), "GT", "2026-03-31T23:59:59.999+0000"),
        (Customer.base.dob <= date(2026, 3, 31), "LTE", "2026-03-31"),
        (Customer.extended.since <= date(2026, 3, 31), "LTE", "2026-03-31"),
    ],
    ids=["date", "text", "in a list", "field of dates", "open field"],
)
def test_a_date_is_a_whole_day_where_a_field_holds_instants(source, query, criterion, operator, value):
    condition = sent_condition(source, query.filter(criterion))
    assert (condition["operator"], condition["value"]) == (operator, value)


@pytest.mark.parametrize("cut", [lambda q: q.limit(5), lambda q: q.offset(5)])
@pytest.mark.parametrize(
    "step",
    [lambda q: q.filter(NAME), lambda q: q.filter_by(extra="x"), lambda q: q.order_by(Customer.id)],
)
def test_narrowing_or_ordering_after_a_limit_is_refused(query, cut, step):
    with pytest.raises(InvalidRequestError, match="before"):
        step(cut(query))


def test_a_limit_that_was_taken_back_does_not_count(query):
    query.limit(5).offset(5).limit(None).offset(None).filter(NAME)


# -- filter_by -------------------------------------------------------------------------------------------------------


def test_filter_by_compares_fields_of_the_top_level(source, query):
    assert sent_condition(source, query.filter_by(extra="x", enabled=False))["conditions"] == [
        {"type": "atomic", "attribute": "extra", "operator": "EQUALS", "value": "x"},
        {"type": "atomic", "attribute": "enabled", "operator": "EQUALS", "value": False},
    ]


def test_filter_by_an_external_id_alone_uses_its_own_parameter(source, query):
    query.filter_by(externalId="c-42").first()
    assert source.params()["externalId"] == "c-42"
    assert "query" not in source.params()


def test_filter_by_takes_an_id_as_a_uuid(source, query):
    condition = sent_condition(source, query.filter_by(id=UUID(int=1)))
    assert condition == {"type": "atomic", "attribute": "id", "operator": "EQUALS", "value": str(UUID(int=1))}


def test_filter_by_an_unknown_name_proposes_the_nearest(query):
    with pytest.raises(UnknownFieldError, match="did you mean 'externalId'"):
        query.filter_by(externalID="c-42")


@pytest.mark.parametrize("name", ["base", "tags", "extended", "consents"])
def test_filter_by_an_object_points_to_its_fields(query, name):
    with pytest.raises(ArgumentError, match=rf"filter\(Customer\.{name}\.… == value\)"):
        query.filter_by(**{name: {"x": 1}})


# -- order, limit, options -------------------------------------------------------------------------------------------


def sorts(source):
    return [value for name, value in source.requests[-1].params if name == "sort"]


def test_fields_sort_ascending_and_desc_descending_in_the_order_given(source, query):
    query.order_by(Customer.base.lastName, Customer.registeredAt.desc()).order_by(Customer.id.asc()).first()
    assert sorts(source) == ["base.lastName,asc", "registeredAt,desc", "id,asc"]


def test_none_takes_the_ordering_back(source, query):
    query.order_by(Customer.base.lastName).order_by(None).first()
    assert sorts(source) == []


@pytest.mark.parametrize("wrong", ["base.lastName", 1, NAME])
def test_what_is_no_field_cannot_order(query, wrong):
    with pytest.raises(ArgumentError, match="order_by"):
        query.order_by(wrong)


@pytest.mark.parametrize(
    "field",
    [Customer.tags.manual, Customer.base.contacts, Customer.base.jobs.id.desc(), Customer.extended["a,desc"]],
    ids=["list", "object", "below a list", "comma"],
)
def test_fields_without_an_order_cannot_order(query, field):
    with pytest.raises(ArgumentError, match=r"^order_by: "):
        query.order_by(field)


@pytest.mark.parametrize("foreign", [Device.label, Device.label.desc()])
def test_fields_of_another_class_cannot_order(query, foreign):
    with pytest.raises(ArgumentError, match=r"Device\.label is no field of Customer"):
        query.order_by(foreign)


@pytest.mark.parametrize("count", [-1, True, 1.5, "3"])
@pytest.mark.parametrize("step", ["limit", "offset"])
def test_impossible_limits_and_offsets_are_refused(query, step, count):
    with pytest.raises(ArgumentError, match=f"{step} must be an integer >= 0"):
        getattr(query, step)(count)


def test_load_only_selects_fields_beside_what_identifies_an_object(source, query):
    query.options(load_only(Customer.base.firstName, Customer.base.contacts)).first()
    assert source.params()["fields"] == "id,updatedAt,base.firstName,base.contacts"
    assert source.hydrated[-1][1] == ("id", "updatedAt", "base.firstName", "base.contacts")


def test_several_load_only_options_add_up(source, query):
    query.options(load_only(Customer.extra), load_only(Customer.id)).options(load_only(Customer.extra)).first()
    assert source.params()["fields"] == "updatedAt,extra,id"


def test_whole_documents_are_loaded_without_options(source, query):
    query.first()
    assert "fields" not in source.params()
    assert source.hydrated[-1][1] is None


@pytest.mark.parametrize("wrong", [(), ("base.firstName",), (NAME,), (Customer.field("extended.a,b"),)])
def test_load_only_takes_fields_only(wrong):
    with pytest.raises(ArgumentError, match="load_only"):
        load_only(*wrong)


def test_load_only_of_another_class_is_refused(query):
    with pytest.raises(ArgumentError, match=r"Device\.label is no field of Customer"):
        query.options(load_only(Device.label))


def test_unknown_options_are_refused(query):
    with pytest.raises(ArgumentError, match="load_only"):
        query.options("lazy")


# -- what can be queried ---------------------------------------------------------------------------------------------


def test_an_entity_without_a_list_is_refused_at_once(source):
    with pytest.raises(OperationNotPermitted, match="query: Unlisted has no collection of its own"):
        Query(source, Unlisted)


@pytest.mark.parametrize("wrong", [Properties, int, "Customer", None])
def test_what_is_not_mapped_is_refused_at_once(source, wrong):
    with pytest.raises(ArgumentError, match="mapped class"):
        Query(source, wrong)


# -- combined queries ------------------------------------------------------------------------------------------------


@pytest.fixture
def a(query):
    return query.filter(NAME)


@pytest.fixture
def b(query):
    return query.filter(CITY)


@pytest.fixture
def c(query):
    return query.filter(AGE)


def shape(source, query):
    """A combined query as (conjunction, members), conditions as their attribute."""

    def reduced(part):
        if part["type"] == "simple":
            return part["are"]["condition"]["attribute"]
        return part["conjunction"], *map(reduced, part["queries"])

    query.first()
    return reduced(json.loads(source.params()["query"])["query"])


A, B, C = "base.firstName", "base.address.city", "extended.age"


def test_queries_combine_as_sets(source, a, b):
    assert shape(source, a & b) == ("INTERSECT", A, B)
    assert shape(source, a | b) == ("UNION", A, B)
    assert shape(source, a - b) == ("EXCEPT", A, B)


def test_a_right_member_that_is_combined_alike_grows_at_its_end(source, a, b, c):
    assert shape(source, a & (b & c)) == ("INTERSECT", B, C, A)
    assert shape(source, a | (b | c)) == ("UNION", B, C, A)


def test_a_left_member_that_is_combined_alike_grows_at_its_end(source, a, b, c):
    assert shape(source, a & b & c) == ("INTERSECT", A, B, C)
    assert shape(source, a | b | c) == ("UNION", A, B, C)


def test_members_combined_otherwise_are_nested(source, a, b, c):
    assert shape(source, (a | b) & c) == ("INTERSECT", ("UNION", A, B), C)


def test_differences_are_always_nested_as_their_order_matters(source, a, b, c):
    assert shape(source, a - b - c) == ("EXCEPT", ("EXCEPT", A, B), C)
    assert shape(source, a - (b - c)) == ("EXCEPT", A, ("EXCEPT", B, C))


def test_a_combined_query_cannot_be_filtered_and_says_what_to_do(a, b):
    with pytest.raises(OperationNotPermitted, match=r"Cannot apply a filter on a combined query\..*before combining"):
        (a & b).filter(AGE)
    with pytest.raises(OperationNotPermitted, match="combined query"):
        (a & b).filter_by(extra="x")


@pytest.mark.parametrize("combined", [lambda q, a: q & a, lambda q, a: a | q, lambda q, a: q - a])
def test_empty_queries_cannot_be_combined_and_the_message_says_how_to_mean_all(query, a, combined):
    with pytest.raises(OperationNotPermitted, match=r"Cannot combine empty queries.*is_not\(None\)"):
        combined(query, a)


@pytest.mark.parametrize(
    "finished",
    [
        lambda q: q.limit(1),
        lambda q: q.offset(1),
        lambda q: q.order_by(Customer.id),
        lambda q: q.options(load_only(Customer.extra)),
    ],
)
def test_queries_are_combined_before_they_are_ordered_limited_or_reduced(a, b, finished):
    with pytest.raises(InvalidRequestError, match="Combine queries first"):
        finished(a) & b
    with pytest.raises(InvalidRequestError, match="Combine queries first"):
        a | finished(b)


def test_a_combined_query_can_be_ordered_limited_and_reduced(source, a, b):
    (a | b).order_by(Customer.id).options(load_only(Customer.extra)).limit(3).all()
    assert {"query", "sort", "fields"} <= set(source.params())


def test_queries_of_other_sources_or_classes_do_not_combine(source, make_source, a):
    with pytest.raises(ArgumentError, match="one session"):
        a & make_source().query().filter(CITY)
    with pytest.raises(ArgumentError, match="one class"):
        a & Query(source, Device).filter(Device.label == "x")


def test_a_criterion_is_no_query(a):
    with pytest.raises(TypeError, match="filter"):
        a & CITY


def test_the_truth_value_of_a_query_is_refused(query):
    with pytest.raises(TypeError, match="exists"):
        bool(query)


# -- showing ---------------------------------------------------------------------------------------------------------


def test_str_shows_the_request_for_people_and_sends_nothing(source, query):
    shown = str(query.filter(Customer.base.firstName == "Zoë").order_by(Customer.id.desc()).limit(10))
    line, _, body = shown.partition("\n")
    assert line == "GET /customers?nodeId=node-1&sort=id,desc&page=0&size=10"
    assert json.loads(body.removeprefix("query = "))["query"]["are"]["condition"]["value"] == "Zoë"
    assert '\n  "name": "query"' in shown
    assert source.requests == []


def test_str_of_a_query_that_cannot_match_says_so(query):
    assert str(query.filter(Customer.id.in_([]))) == "Nothing is sent: no Customer can match."


def test_repr_shows_no_values(query):
    secret = query.filter(Customer.base.contacts.email == "bruce@example.com")
    assert repr(secret) == "<Query of Customer where base.contacts.email EQUALS <str>>"
    assert repr(query) == "<Query of Customer>"


def test_repr_of_a_request_shows_no_values(source, query):
    query.filter_by(externalId="secret").first()
    assert "secret" not in repr(source.requests[0])
    assert "externalId" in repr(source.requests[0])


def test_filters_keep_what_was_built_by_the_operators(query):
    assert query.filter(NAME, CITY)._selection == Composite("and", (NAME, CITY))
