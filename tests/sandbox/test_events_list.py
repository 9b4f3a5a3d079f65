"""GET /events: filters, order, pages (contract 2.4, 10.2 #35 and #36)."""

import pytest

from contacthub_orm.sandbox import event_schema


@pytest.fixture
def customer_id(client):
    return client.create(externalId="c")["id"]


@pytest.fixture
def on(client, customer_id):
    """Create an event of a day in January 2020."""

    def on(day, **content):
        return client.create_event(**{"customerId": customer_id, "date": f"2020-01-{day:02}T12:00:00Z", **content})

    return on


def test_the_latest_event_comes_first(client, on):
    first, third, second = on(1), on(3), on(2)

    assert client.listed_events() == [third, second, first]


def test_of_events_at_one_time_the_one_that_came_last_is_first(client, on):
    first, second = on(1), on(1)

    assert client.listed_events() == [second, first]


def test_a_list_shows_whole_documents_in_a_page_of_ten(client, on):
    for day in range(1, 13):
        on(day)

    page = client.list_events(page=1).json()

    assert page["page"] == {
        "size": 10,
        "totalElements": 12,
        "totalUnfilteredElements": 0,
        "totalPages": 2,
        "number": 1,
    }
    assert [element["date"][:10] for element in page["elements"]] == ["2020-01-02", "2020-01-01"]
    assert page["elements"][0] == client.read_event(page["elements"][0]["id"])


def test_a_page_past_the_end_is_empty(client, on):
    on(1)

    page = client.list_events(page=7).json()

    assert (page["elements"], page["page"]["number"]) == ([], 7)


@pytest.mark.parametrize("size", ["0", "51", "x"])
def test_a_size_that_cannot_be_is_refused(client, problem, size):
    problem(client.list_events(size=size), 400)


def test_events_of_a_customer(client, on):
    other = client.create(externalId="other")["id"]
    on(1)
    event_id = on(2, customerId=other)

    assert client.listed_events(customerId=other) == [event_id]


def test_events_of_a_customer_that_nobody_knows_are_none(client, on):
    on(1)

    assert client.listed_events(customerId="nobody") == []


def test_events_of_a_node(client, sandbox, on):
    elsewhere = sandbox.add_node()
    other = client.create(nodeId=elsewhere, externalId="other")["id"]
    here, there = on(1), on(2, customerId=other)

    assert client.listed_events(nodeId=sandbox.node_id) == [here]
    assert client.listed_events(nodeId=elsewhere) == [there]


def test_an_unknown_node_is_not_found(client, problem):
    assert problem(client.list_events(nodeId="nowhere"), 404)["message"] == "node not found nowhere"


def test_events_of_types(client, on):
    one, two = on(1, type="loggedIn"), on(2, type="loggedOut")
    on(3, type="viewedPage")

    assert client.listed_events(type="loggedIn") == [one]
    assert client.listed_events(type="loggedIn,loggedOut") == [two, one]


def test_events_of_contexts(client, on):
    one, two = on(1, context="WEB"), on(2, context="RETAIL")
    on(3, context="OTHER")

    assert client.listed_events(context="RETAIL") == [two]
    assert client.listed_events(context="WEB,RETAIL") == [two, one]


@pytest.mark.parametrize("mode", event_schema.MODES)
def test_the_mode_is_that_of_the_type(client, sandbox, on, mode):
    sandbox.configure(event_types={"own": "PASSIVE"})
    by_mode = {"ACTIVE": [on(2, type="viewedPage"), on(1)], "PASSIVE": [on(2, type="own"), on(1, type="campaignSent")]}

    assert client.listed_events(mode=mode) == by_mode[mode]


def test_an_unknown_mode_is_refused(client, problem):
    problem(client.list_events(mode="active"), 400)


def test_both_ends_of_a_period_belong_to_it(client, on):
    days = [on(day) for day in (1, 2, 3, 4)]

    assert client.listed_events(dateFrom="2020-01-02T12:00:00Z", dateTo="2020-01-03T12:00:00.000+0000") == [
        days[2],
        days[1],
    ]
    assert client.listed_events(dateFrom="2020-01-03T12:00:00.001Z") == [days[3]]
    assert client.listed_events(dateTo="2020-01-01T13:00:00+01:00") == [days[0]]


@pytest.mark.parametrize("name", ["dateFrom", "dateTo"])
def test_a_bound_is_a_date_time_with_its_offset(client, problem, name):
    problem(client.list_events(**{name: "2020-01-01"}), 400)


def test_filters_are_joined_by_and(client, customer_id, on):
    wanted = on(2, type="viewedPage")
    on(2, type="viewedPage", customerId=client.create(externalId="other")["id"])
    on(1, type="viewedPage")
    on(2)
    on(2, type="viewedPage", context="OTHER")

    found = client.listed_events(
        customerId=customer_id, type="viewedPage", context="WEB", mode="ACTIVE", dateFrom="2020-01-02T00:00:00Z"
    )
    assert found == [wanted]
