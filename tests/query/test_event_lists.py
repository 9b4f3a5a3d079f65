"""Queries of a list that takes URL parameters only: the events of a node (contract 2.4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from contacthub_orm.errors import ArgumentError, InvalidRequestError, OperationNotPermitted
from contacthub_orm.mapping import Entity, EntityField
from contacthub_orm.mapping.criterion import Condition, Operator
from contacthub_orm.mapping.listing import Between, Equal, Listing, OneOf
from contacthub_orm.models.customer import Customer
from contacthub_orm.models.event import Event
from contacthub_orm.query import Query, and_, between_, did, in_, load_only

PAGING = {"page": "0", "size": "1"}
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def events(source):
    return Query(source, Event)


def asked(source, query):
    """The parameters of the request beside node and paging."""
    query.first()
    params = source.params()
    assert params.pop("nodeId") == "node-1"
    return {name: value for name, value in params.items() if name not in PAGING}


# -- what the parameters say -----------------------------------------------------------------------------------------


def test_all_events_of_the_node_need_no_parameter_but_the_node(source, events):
    assert asked(source, events) == {}
    assert source.requests[0].path == "/events"


def test_every_filter_has_its_parameter_and_they_are_sent_in_one_order(source, events):
    events.filter(
        Event.date.between(JANUARY, FEBRUARY),
        Event.mode == Event.MODES.ACTIVE,
        Event.context == Event.CONTEXTS.WEB,
        Event.type.in_([Event.TYPES.LOGGED_IN, Event.TYPES.LOGGED_OUT]),
        Event.customerId == "c-1",
    ).first()
    assert source.requests[0].params == (
        ("nodeId", "node-1"),
        ("customerId", "c-1"),
        ("type", "loggedIn,loggedOut"),
        ("context", "WEB"),
        ("mode", "ACTIVE"),
        ("dateFrom", "2026-01-01T00:00:00.000Z"),
        ("dateTo", "2026-02-01T00:00:00.000Z"),
        ("page", "0"),
        ("size", "1"),
    )


@pytest.mark.parametrize("field", [Event.type, Event.context], ids=["type", "context"])
def test_types_and_contexts_are_comma_lists_in_the_order_given_and_each_once(source, events, field):
    assert asked(source, events.filter(field.in_(["B", "A", "B"]))) == {field.path: "B,A"}


def test_types_of_ones_own_are_sent_as_they_are(source, events):
    assert asked(source, events.filter(Event.type == "boughtAtFair")) == {"type": "boughtAtFair"}


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        (Event.date >= JANUARY, {"dateFrom": "2026-01-01T00:00:00.000Z"}),
        (Event.date <= FEBRUARY, {"dateTo": "2026-02-01T00:00:00.000Z"}),
        (
            between_(Event.date, JANUARY, JANUARY),
            {"dateFrom": "2026-01-01T00:00:00.000Z", "dateTo": "2026-01-01T00:00:00.000Z"},
        ),
    ],
    ids=["from", "to", "one instant"],
)
def test_bounds_of_the_date_are_included(source, events, criterion, expected):
    assert asked(source, events.filter(criterion)) == expected


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 1, 12, 30),
        datetime(2026, 1, 1, 14, 30, tzinfo=timezone(timedelta(hours=2))),
        "2026-01-01T12:30:00Z",
        "2026-01-01T14:30:00+0200",
        "2026-01-01T12:30",
    ],
    ids=["naive", "aware", "Z", "offset", "naive text"],
)
def test_instants_are_sent_in_utc_whatever_their_zone(source, events, moment):
    assert asked(source, events.filter(Event.date >= moment)) == {"dateFrom": "2026-01-01T12:30:00.000Z"}


def test_a_date_stands_for_its_whole_day(source, events):
    january = events.filter(Event.date.between(date(2026, 1, 1), "2026-01-31"))
    assert asked(source, january) == {"dateFrom": "2026-01-01T00:00:00.000Z", "dateTo": "2026-01-31T23:59:59.999Z"}


def test_filter_by_and_the_functions_say_the_same(source, events):
    expected = {"customerId": "c-1", "type": "loggedIn"}
    assert asked(source, events.filter_by(customerId="c-1", type="loggedIn")) == expected
    assert asked(source, events.filter(and_(Event.customerId == "c-1", in_("loggedIn", Event.type)))) == expected


def test_handmade_conditions_are_read_alike(source, events):
    assert asked(source, events.filter(Condition("type", Operator.IN, "loggedIn"))) == {"type": "loggedIn"}


def test_str_shows_the_request_and_repr_no_values(events):
    query = events.filter(Event.customerId == "secret")
    assert str(query) == "GET /events?nodeId=node-1&customerId=secret&page=0&size=50"
    assert repr(query) == "<Query of Event where customerId EQUALS <str>>"


# -- filters that add up ---------------------------------------------------------------------------------------------


def test_later_filters_narrow_a_set_of_values(source, events):
    query = events.filter(Event.type.in_(["a", "b", "c"])).filter(Event.type.in_(["c", "b", "d"]))
    assert asked(source, query) == {"type": "b,c"}
    assert asked(source, query.filter(Event.type == "c")) == {"type": "c"}


def test_later_filters_narrow_a_period(source, events):
    query = events.filter(Event.date >= JANUARY).filter(Event.date >= FEBRUARY, Event.date <= date(2026, 12, 31))
    query = query.filter(Event.date.between(JANUARY, date(2026, 6, 30)))
    assert asked(source, query) == {"dateFrom": "2026-02-01T00:00:00.000Z", "dateTo": "2026-06-30T23:59:59.999Z"}


@pytest.mark.parametrize(
    "impossible",
    [
        [Event.type == "a", Event.type == "b"],
        [Event.customerId == "a", Event.customerId == "b"],
        [Event.date >= FEBRUARY, Event.date <= JANUARY],
        [Event.date.between(FEBRUARY, JANUARY)],
        [Event.type.in_([])],
    ],
    ids=["types", "customers", "period", "between", "no values"],
)
def test_filters_that_exclude_each_other_find_nothing_and_send_nothing(source, events, impossible):
    query = events.filter(*impossible)
    assert (list(query), query.first(), query.count(), query.exists()) == ([], None, 0, False)
    assert source.requests == []


def test_one_value_of_a_set_is_an_exact_value(source, events):
    assert asked(source, events.filter(Event.customerId.in_(["c-1"]))) == {"customerId": "c-1"}


def test_what_always_holds_needs_no_parameter(source, events):
    assert asked(source, events.filter(Event.type.not_in([]))) == {}
    assert asked(source, events.filter(Event.type.in_([]) | (Event.context == "WEB"))) == {"context": "WEB"}


# -- what the list cannot do -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("criterion", "cannot"),
    [
        ((Event.type == "a") | (Event.type == "b"), r"join criteria by or .*field\.in_\(values\)"),
        (~((Event.type != "a") & (Event.context != "WEB")), "join criteria by or"),
        (Event.type != "a", "compare type by NOT_EQUALS"),
        (~Event.type.in_(["a"]), "compare type by NOT_IN"),
        (Event.type == None, "compare type by IS_NULL"),  # noqa: E711
        (Event.type > "a", "compare type by GT"),
        (Event.type.like("a%"), "compare type by LIKE"),
        (Event.customerId != "a", "compare customerId by NOT_EQUALS"),
        (Event.customerId.in_(["a", "b"]), "filter by several values of customerId at once; run a query for each"),
        (Event.mode.in_(["ACTIVE", "PASSIVE"]), "filter by several values of mode at once"),
        (Event.date > JANUARY, "leave out the bounds of date; use >= and <="),
        (Event.date < JANUARY, "leave out the bounds of date; use >= and <="),
        (~(Event.date >= JANUARY), "join criteria by or"),
        (Event.date == JANUARY, "compare date by EQUALS"),
        (Event.id == "e-1", "filter by id"),
        (Event.registeredAt >= JANUARY, "filter by registeredAt"),
        (Event.field("properties.amount.total") > 3, r"filter by properties\.amount\.total"),
        (Event.field("bringBackProperties.value") == "s", r"filter by bringBackProperties\.value"),
    ],
)
def test_what_the_api_cannot_filter_is_refused_at_once_and_the_message_says_what_it_can(events, criterion, cannot):
    possible = r"customerId \(==\), type \(==, in_\), context \(==, in_\), mode \(==\), date \(>=, <=, between\)"
    with pytest.raises(ArgumentError, match=f"^Event: the API cannot {cannot}.*{possible}"):
        events.filter(criterion)


@pytest.mark.parametrize("value", ["", "  ", 1, True])
def test_values_that_would_read_as_no_filter_or_are_no_text_are_refused(events, value):
    with pytest.raises(ArgumentError, match="compare type with anything but text that is not empty"):
        events.filter(Event.type == value)


def test_a_comma_in_a_value_of_a_comma_list_is_refused(events):
    with pytest.raises(ArgumentError, match="comma"):
        events.filter(Event.type == "a,b")


def test_a_comma_in_an_exact_value_is_just_text(source, events):
    assert asked(source, events.filter(Event.customerId == "a,b")) == {"customerId": "a,b"}


def test_what_is_no_date_is_refused_without_showing_it(events):
    with pytest.raises(ArgumentError, match=r"Event\.date: a period is given by datetimes") as caught:
        events.filter(Event.date >= "secret")
    assert "secret" not in str(caught.value)


def test_every_criterion_is_looked_at_even_when_nothing_can_match(events):
    with pytest.raises(ArgumentError, match="filter by id"):
        events.filter(Event.type == "a", Event.type == "b", Event.id == "x")


def test_a_refused_filter_leaves_the_query_as_it_was(source, events):
    query = events.filter(Event.type == "a")
    with pytest.raises(ArgumentError):
        query.filter(Event.id == "x")
    assert asked(source, query) == {"type": "a"}


@pytest.mark.parametrize("ordering", [Event.date, Event.date.desc()])
def test_the_list_cannot_be_sorted(events, ordering):
    with pytest.raises(ArgumentError, match=r"Event: the API cannot sort.*sorted\(query"):
        events.order_by(ordering)


def test_taking_back_no_ordering_is_allowed(events):
    assert events.order_by(None) is not events


def test_the_list_cannot_load_a_part(events):
    with pytest.raises(ArgumentError, match="Event: the API cannot load a part"):
        events.options(load_only(Event.date))


@pytest.mark.parametrize("combined", [lambda a, b: a & b, lambda a, b: a | b, lambda a, b: a - b])
def test_queries_of_the_list_cannot_be_combined(events, combined):
    with pytest.raises(ArgumentError, match="Event: the API cannot combine queries"):
        combined(events.filter(Event.type == "a"), events.filter(Event.type == "b"))


def test_only_customers_can_be_asked_what_they_did(events):
    with pytest.raises(ArgumentError, match=r"Event: the API cannot .*what customers did"):
        events.filter(did("loggedIn"))


def test_fields_of_customers_do_not_filter_events(events):
    with pytest.raises(ArgumentError, match=r"Customer\.externalId is no field of Event"):
        events.filter(Customer.externalId == "x")


def test_fields_of_events_do_not_filter_customers_and_the_message_points_to_did(query):
    with pytest.raises(ArgumentError, match=r"Event\.type is no field of Customer.*did\(type\)"):
        query.filter(Event.type == "loggedIn")


def test_filters_come_before_limits_as_everywhere(events):
    with pytest.raises(InvalidRequestError, match="before"):
        events.limit(3).filter(Event.type == "a")


# -- running ---------------------------------------------------------------------------------------------------------


def test_pages_are_the_same_as_of_customers(source, events):
    query = events.filter(Event.type == "loggedIn")
    assert [event.id for event in query] == [f"c{number}" for number in range(120)]
    assert source.pages() == [(0, 50), (1, 50), (2, 50)]
    assert (query.count(), len(query.all()), query[7].id, query.page(1, 10)[0].id) == (120, 120, "c7", "c10")
    assert all(dict(request.params)["type"] == "loggedIn" for request in source.requests)


def test_objects_are_events(events):
    assert type(events.first()) is Event


# -- other classes ---------------------------------------------------------------------------------------------------


class Visit(Entity):
    __path__ = "visits"
    __listing__ = Listing((Equal("place"), OneOf("kind"), Between("at", "after", "before")), searchable=False)
    id = EntityField(str)
    updatedAt = EntityField(datetime)
    place = EntityField(str)
    kind = EntityField(str)
    at = EntityField(datetime)


class Note(Entity):
    __path__ = "notes"
    __below_parent__ = True
    id = EntityField(str)


def test_a_class_says_itself_what_its_list_can_filter(source):
    query = Query(source, Visit).filter(Visit.place == "p", Visit.kind.in_(["x", "y"]), Visit.at >= JANUARY)
    assert asked(source, query) == {"place": "p", "kind": "x,y", "after": "2026-01-01T00:00:00.000Z"}
    with pytest.raises(ArgumentError, match=r"Visit: .*place \(==\), kind \(==, in_\), at \(>=, <=, between\)"):
        query.filter(Visit.id == "x")


def test_a_subclass_is_listed_as_its_base(source):
    class OwnEvent(Event):
        pass

    query = Query(source, OwnEvent).filter(OwnEvent.type == "a", Event.context == "WEB")
    assert asked(source, query) == {"type": "a", "context": "WEB"}


def test_what_is_below_its_customer_has_no_list_of_its_own(source):
    with pytest.raises(OperationNotPermitted, match="query: a Note is reached through its customer"):
        Query(source, Note)


@pytest.mark.parametrize(
    "compare",
    [
        lambda: Event.type == "LoggedIn",
        lambda: Event.type != "LoggedIn",
        lambda: Event.type.in_([Event.TYPES.COMPLETED_ORDER, "logged_in"]),
        lambda: Event.context == "web",
    ],
)
def test_a_known_type_or_context_that_is_spelt_otherwise_is_refused(compare):
    """It would find nothing, and nobody would know why."""
    with pytest.raises(ArgumentError, match=r"did you mean '(loggedIn|WEB)'"):
        compare()


def test_a_type_of_the_workspaces_own_is_compared_as_it_is():
    assert repr(Event.type == "Bought a house") == "type EQUALS <str>"
