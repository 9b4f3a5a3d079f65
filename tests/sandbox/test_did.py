"""Queries on what customers did (contract 5.1): a question about one event each, met in the lists' own time."""

import json

import pytest

from tests.sandbox.conftest import atomic, simple

ANY = atomic("id", "IS_NOT_NULL")
ANY_TIME = atomic("date", "IS_NOT_NULL")
NEW_YEAR = "2020-01-01T00:00:00.000+0000"
LEAP_DAY = "2020-02-29T00:00:00.000+0000"


def did(name, condition=ANY, timeframe=ANY_TIME):
    return {"event": {"name": name}, "condition": condition, "timeframe": timeframe}


def who_did(*question, **options):
    return {"type": "simple", "did": did(*question, **options)}


def combined(conjunction, *queries):
    return {"type": "combined", "conjunction": conjunction, "queries": list(queries)}


@pytest.fixture
def people(client):
    """The ids of three customers by their names."""
    return {name: client.create(externalId=name)["id"] for name in ("ada", "bob", "eve")}


@pytest.fixture
def does(client, people):
    """Let somebody do something."""

    def does(name, type_, date=NEW_YEAR, **content):
        return client.create_event(customerId=people[name], type=type_, date=date, **content)

    return does


@pytest.fixture
def orders(does):
    """Ada ordered for 50 on New Year's Day, Bob for 200 then and 10 on leap day; Eve only logged in."""

    def order(name, total, date, context):
        properties = {"orderId": name, "amount": {"total": total}, "products": [{"sku": f"{name}-1", "quantity": 2}]}
        does(name, "completedOrder", date, properties=properties, context=context)

    order("ada", 50, NEW_YEAR, "WEB")
    order("bob", 200, NEW_YEAR, "RETAIL")
    order("bob", 10, LEAP_DAY, "WEB")
    does("eve", "loggedIn")


@pytest.fixture
def found(client):
    """The names of the customers that a query finds."""
    return lambda query: client.listed_names(query=json.dumps({"query": query}))


def test_customers_with_an_event_of_a_type(found, orders):
    assert found(who_did("completedOrder")) == ["ada", "bob"]
    assert found(who_did("loggedIn")) == ["eve"]


def test_a_type_that_nobody_knows_finds_nobody(found, orders):
    assert found(who_did("flewToTheMoon")) == []


def test_a_customer_is_found_once_however_often_it_was_done(found, does):
    for _ in range(3):
        does("ada", "loggedIn")

    assert found(who_did("loggedIn")) == ["ada"]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        (atomic("properties.amount.total", "GT", 50), ["bob"]),
        (atomic("properties.amount.total", "LTE", 50), ["ada", "bob"]),
        (atomic("properties.amount.total", "BETWEEN", [11, 50]), ["ada"]),
        (atomic("properties.orderId", "EQUALS", "ada"), ["ada"]),
        (atomic("properties.orderId", "IN", ["bob", "eve"]), ["bob"]),
        (atomic("properties.orderId", "LIKE", "%d%"), ["ada"]),
        (atomic("properties.storeCode", "IS_NULL"), ["ada", "bob"]),
        (atomic("properties.storeCode", "IS_NOT_NULL"), []),
        (atomic("properties.products.sku", "EQUALS", "bob-1"), ["bob"]),
        (atomic("properties.nonsense", "EQUALS", 1), []),
        (atomic("context", "EQUALS", "RETAIL"), ["bob"]),
        (atomic("context", "EQUALS", "WEB"), ["ada", "bob"]),
        (atomic("context", "NOT_EQUALS", "WEB"), ["bob"]),
        (atomic("type", "EQUALS", "completedOrder"), ["ada", "bob"]),
        (atomic("type", "EQUALS", "loggedIn"), []),
        (atomic("contextInfo.client.ip", "EQUALS", "127.0.0.1"), ["ada", "bob"]),
        (atomic("tracking.ga.utm_source", "IS_NULL"), ["ada", "bob"]),
        (atomic("bringBackProperties", "IS_NULL"), ["ada", "bob"]),
        (atomic("date", "EQUALS", "2020-02-29"), ["bob"]),
    ],
)
def test_attributes_are_those_of_the_event(found, orders, condition, names):
    assert found(who_did("completedOrder", condition)) == names


def test_an_event_knows_its_node(found, orders, sandbox):
    assert found(who_did("loggedIn", atomic("nodeId", "EQUALS", sandbox.node_id))) == ["eve"]


def test_an_event_knows_its_customer(found, orders, people):
    assert found(who_did("completedOrder", atomic("customerId", "EQUALS", people["bob"]))) == ["bob"]


def test_dates_in_the_properties_compare_as_instants(found, does):
    does("ada", "serviceSubscribed", properties={"startDate": "2020-01-01T01:00:00+01:00"})

    assert found(who_did("serviceSubscribed", atomic("properties.startDate", "EQUALS", NEW_YEAR))) == ["ada"]
    assert found(who_did("serviceSubscribed", atomic("properties.startDate", "GT", NEW_YEAR))) == []


def test_properties_of_own_types_are_looked_at_as_they_are(found, does, sandbox):
    sandbox.configure(event_types=["own"])
    does("ada", "own", properties={"deep": {"n": [1, 2]}})

    assert found(who_did("own", atomic("properties.deep.n", "EQUALS", 2))) == ["ada"]


@pytest.mark.parametrize(
    ("timeframe", "names"),
    [
        (atomic("date", "BETWEEN", [NEW_YEAR, NEW_YEAR]), ["ada", "bob"]),
        (atomic("date", "GTE", LEAP_DAY), ["bob"]),
        (atomic("date", "LTE", "2019-12-31T23:59:59.999+0000"), []),
        (atomic("date", "BETWEEN", [1577836800000, 1577836800000]), ["ada", "bob"]),
    ],
)
def test_the_timeframe_holds_the_date_of_the_event(found, orders, timeframe, names):
    assert found(who_did("completedOrder", timeframe=timeframe)) == names


def test_condition_and_timeframe_are_about_the_same_event(found, orders):
    large = atomic("properties.amount.total", "GT", 100)

    assert found(who_did("completedOrder", large, atomic("date", "GTE", LEAP_DAY))) == []
    assert found(who_did("completedOrder", large, atomic("date", "LT", LEAP_DAY))) == ["bob"]


def test_composite_conditions_are_about_the_same_event(found, orders):
    def both(conjunction):
        conditions = [atomic("properties.amount.total", "GT", 100), atomic("context", "EQUALS", "WEB")]
        return {"type": "composite", "conjunction": conjunction, "conditions": conditions}

    assert found(who_did("completedOrder", both("and"))) == []
    assert found(who_did("completedOrder", both("or"))) == ["ada", "bob"]


def test_are_and_did_in_one_query_mean_both(found, orders):
    assert found({**simple(atomic("externalId", "EQUALS", "bob")), "did": did("completedOrder")}) == ["bob"]
    assert found({**simple(atomic("externalId", "EQUALS", "eve")), "did": did("completedOrder")}) == []


def test_did_inside_combined_queries(found, orders, does):
    does("bob", "loggedIn")
    ordered, logged_in = who_did("completedOrder"), who_did("loggedIn")

    assert found(combined("INTERSECT", ordered, logged_in)) == ["bob"]
    assert found(combined("UNION", ordered, logged_in)) == ["ada", "bob", "eve"]
    assert found(combined("EXCEPT", {"type": "simple"}, ordered)) == ["eve"]
    assert found(combined("UNION", simple(atomic("externalId", "EQUALS", "eve")), ordered)) == ["ada", "bob", "eve"]


def test_events_of_nobody_find_nobody(found, client, sandbox, people):
    client.create_event(customerId="nobody")
    client.create_event(bringBackProperties={"type": "SESSION_ID", "value": "s", "nodeId": sandbox.node_id})

    assert found(who_did("loggedIn")) == []


def test_a_linked_session_counts(found, client, sandbox, people):
    client.create_event(bringBackProperties={"type": "SESSION_ID", "value": "s", "nodeId": sandbox.node_id})

    client.link_session(people["ada"], "s")

    assert found(who_did("loggedIn")) == ["ada"]


def test_a_deleted_event_does_not_count(found, client, does):
    event_id = does("ada", "loggedIn")

    client.delete_event(event_id)

    assert found(who_did("loggedIn")) == []


def test_an_event_counts_when_lists_show_it(found, client, sandbox, does, people, clock):
    sandbox.configure(event_delay=20, index_delay=30)
    does("ada", "loggedIn")

    clock.advance(49)
    assert found(who_did("loggedIn")) == []
    clock.advance(1)
    assert found(who_did("loggedIn")) == ["ada"]


def test_a_deleted_event_counts_as_long_as_lists_show_it(found, client, sandbox, does, clock):
    event_id = does("ada", "loggedIn")
    sandbox.configure(index_delay=30)

    client.delete_event(event_id)

    assert found(who_did("loggedIn")) == ["ada"]
    clock.advance(30)
    assert found(who_did("loggedIn")) == []


def test_did_goes_with_order_fields_and_pages(client, orders):
    query = json.dumps({"query": who_did("completedOrder")})

    page = client.listed(query=query, sort="externalId,desc", fields="externalId", size=1)

    assert [element["externalId"] for element in page["elements"]] == ["bob"]
    assert page["page"]["totalElements"] == 2


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"condition": ANY, "timeframe": ANY_TIME}, "/event"),
        ({"event": {"name": "loggedIn"}, "timeframe": ANY_TIME}, "/condition"),
        ({"event": {"name": "loggedIn"}, "condition": ANY}, "/timeframe"),
        ({**did("loggedIn"), "often": 3}, "/often"),
        ({**did("loggedIn"), "event": {"name": 1}}, "/event/name"),
        ({**did("loggedIn"), "event": {}}, "/event/name"),
        (did("loggedIn", {"type": "simple"}), "/condition/type"),
        (did("loggedIn", atomic("properties..x", "EQUALS", 1)), "/condition/attribute"),
        (did("loggedIn", ANY, atomic("date", "GT", "yesterday")), "/timeframe/value"),
    ],
)
def test_a_wrong_question_is_refused_where_it_is_wrong(client, paths, wrong, path):
    response = client.query({"query": {"type": "simple", "did": wrong}})

    assert paths(response) == [f"/query/did{path}"]
