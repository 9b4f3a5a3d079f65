"""Events arrive later than they are accepted, and lists see them later still (contract 2.8, 4.5, 10.2 #34)."""

import sqlite3

import pytest

from contacthub_orm.sandbox import ManualClock, Sandbox


@pytest.fixture
def customer_id(client):
    return client.create(externalId="c")["id"]


@pytest.fixture
def slow(sandbox):
    sandbox.configure(event_delay=20, index_delay=30)


def bring_back(sandbox, kind, value):
    return {"type": kind, "value": value, "nodeId": sandbox.node_id}


def test_an_event_is_not_found_until_it_is_stored(client, customer_id, slow, clock, problem):
    event_id = client.create_event(customerId=customer_id)

    problem(client.get_event(event_id), 404)
    clock.advance(19.9)
    problem(client.get_event(event_id), 404)
    clock.advance(0.1)
    assert client.read_event(event_id)["id"] == event_id


def test_lists_lag_behind_the_store(client, customer_id, slow, clock):
    event_id = client.create_event(customerId=customer_id)

    clock.advance(49.9)
    assert client.listed_events() == []
    clock.advance(0.1)
    assert client.listed_events() == [event_id]


def test_the_lag_counts_from_the_moment_when_the_event_was_stored(client, customer_id, slow, clock):
    event_id = client.create_event(customerId=customer_id)

    clock.advance(1000)

    assert client.listed_events() == [event_id]


def test_an_event_is_registered_when_it_is_stored(client, customer_id, slow, clock):
    event_id = client.create_event(customerId=customer_id, date="2020-01-01T00:00:00Z")
    other = client.create(externalId="other")

    clock.advance(1000)

    assert client.read_event(event_id)["registeredAt"] > other["registeredAt"]


def test_the_default_date_is_that_of_the_request(client, customer_id, slow, clock):
    event_id = client.create_event(customerId=customer_id)

    clock.advance(20)

    event = client.read_event(event_id)
    assert event["date"] < event["registeredAt"]


def test_events_are_stored_in_the_order_of_their_acceptance(client, customer_id, slow, clock):
    events = [client.create_event(customerId=customer_id, date="2020-01-01T00:00:00Z") for _ in range(3)]

    clock.advance(50)

    assert client.listed_events() == events[::-1]


def test_a_put_takes_as_long(client, customer_id, clock, sandbox):
    event = client.read_event(client.create_event(customerId=customer_id))
    sandbox.configure(event_delay=20, index_delay=30)

    client.put_event(
        event["id"], {**{name: value for name, value in event.items() if value is not None}, "context": "IOT"}
    )

    assert client.read_event(event["id"]) == event
    clock.advance(20)
    assert client.read_event(event["id"])["context"] == "IOT"
    assert client.list_events().json()["elements"] == [event]
    assert client.listed_events(context="IOT") == []
    clock.advance(30)
    assert client.listed_events(context="IOT") == [event["id"]]


def test_a_delete_does_not_wait_and_lists_show_the_event_for_a_while(client, customer_id, clock, sandbox, problem):
    event_id = client.create_event(customerId=customer_id)
    sandbox.configure(event_delay=20, index_delay=30)

    client.delete_event(event_id)

    problem(client.get_event(event_id), 404)
    assert client.listed_events() == [event_id]
    clock.advance(30)
    assert client.listed_events() == []


def test_a_delete_overtakes_a_put(client, customer_id, clock, sandbox, problem):
    event = client.read_event(client.create_event(customerId=customer_id))
    sandbox.configure(event_delay=20)
    client.put_event(event["id"], {name: value for name, value in event.items() if value is not None})

    client.delete_event(event["id"])
    clock.advance(20)

    problem(client.get_event(event["id"]), 404)


def test_a_put_without_delay_overtakes_an_earlier_one(client, customer_id, clock, sandbox):
    event = client.read_event(client.create_event(customerId=customer_id))
    body = {name: value for name, value in event.items() if value is not None}
    sandbox.configure(event_delay=20)
    client.put_event(event["id"], {**body, "context": "IOT"})
    sandbox.configure(event_delay=0)

    client.put_event(event["id"], {**body, "context": "SOCIAL"})
    clock.advance(20)

    assert client.read_event(event["id"])["context"] == "SOCIAL"


def test_an_event_that_is_not_stored_yet_cannot_be_deleted(client, customer_id, slow, clock, problem):
    event_id = client.create_event(customerId=customer_id)

    problem(client.delete_event(event_id), 404)
    clock.advance(20)
    assert client.read_event(event_id)


def test_the_customer_of_an_unknown_external_id_comes_with_the_event(client, sandbox, slow, clock):
    event_id = client.create_event(bringBackProperties=bring_back(sandbox, "EXTERNAL_ID", "new"))

    clock.advance(20)
    customer = client.read(client.read_event(event_id)["customerId"])
    assert customer["externalId"] == "new"
    assert client.listed_names() == []
    clock.advance(30)
    assert client.listed_names() == ["new"]


def test_a_customer_made_in_the_meantime_gets_the_event(client, sandbox, slow, clock):
    event_id = client.create_event(bringBackProperties=bring_back(sandbox, "EXTERNAL_ID", "new"))
    customer_id = client.create(externalId="new")["id"]

    clock.advance(20)

    assert client.read_event(event_id)["customerId"] == customer_id


def test_a_session_linked_in_the_meantime_counts(client, sandbox, customer_id, slow, clock):
    event_id = client.create_event(bringBackProperties=bring_back(sandbox, "SESSION_ID", "s"))
    client.link_session(customer_id, "s")

    clock.advance(20)

    assert client.read_event(event_id)["customerId"] == customer_id


def test_an_event_of_a_customer_deleted_in_the_meantime_is_nobodys(client, customer_id, slow, clock):
    event_id = client.create_event(customerId=customer_id)
    client.delete(customer_id)

    clock.advance(1000)

    assert client.read_event(event_id)["customerId"] == customer_id
    assert client.listed_events(customerId=customer_id) == []


def test_lists_see_a_linked_session_later_than_reads_by_id(client, sandbox, customer_id, clock):
    event_id = client.create_event(bringBackProperties=bring_back(sandbox, "SESSION_ID", "s"))
    sandbox.configure(index_delay=30)

    client.link_session(customer_id, "s")

    assert client.read_event(event_id)["customerId"] == customer_id
    assert client.listed_events(customerId=customer_id) == []
    assert client.list_events().json()["elements"][0]["customerId"] is None
    clock.advance(30)
    assert client.listed_events(customerId=customer_id) == [event_id]
    assert client.listed_events() == [event_id]


def test_lists_show_the_events_of_a_deleted_customer_for_a_while(client, sandbox, customer_id, clock, problem):
    event_id = client.create_event(customerId=customer_id)
    sandbox.configure(index_delay=30)

    client.delete(customer_id)

    problem(client.get_event(event_id), 404)
    assert client.listed_events() == [event_id]
    clock.advance(30)
    assert client.listed_events() == []


def test_a_write_without_delay_overtakes_those_on_their_way_to_the_lists(client, sandbox, customer_id):
    sandbox.configure(index_delay=30)
    event_id = client.create_event(customerId=customer_id)
    event = {name: value for name, value in client.read_event(event_id).items() if value is not None}
    sandbox.configure(index_delay=0)

    client.put_event(event_id, {**event, "context": "IOT"})

    assert client.listed_events(context="IOT") == [event_id]


def test_a_list_shows_one_version_of_an_event_when_the_delay_becomes_shorter(client, sandbox, customer_id, clock):
    event = client.read_event(client.create_event(customerId=customer_id))
    body = {name: value for name, value in event.items() if value is not None}
    sandbox.configure(index_delay=30)
    client.put_event(event["id"], {**body, "context": "IOT"})
    sandbox.configure(index_delay=5)
    client.put_event(event["id"], {**body, "context": "SOCIAL"})

    clock.advance(5)

    assert [element["context"] for element in client.list_events().json()["elements"]] == ["SOCIAL"]


def test_a_linked_session_shows_one_version_of_its_events_when_the_delay_becomes_shorter(
    client, sandbox, customer_id, clock
):
    event_id = client.create_event(bringBackProperties=bring_back(sandbox, "SESSION_ID", "s"))
    event = {name: value for name, value in client.read_event(event_id).items() if value is not None}
    sandbox.configure(index_delay=30)
    client.put_event(event_id, event)
    sandbox.configure(index_delay=5)
    client.link_session(customer_id, "s")

    clock.advance(5)

    assert [element["customerId"] for element in client.list_events().json()["elements"]] == [customer_id]


# -- reset and files ---------------------------------------------------------------------------------------------------


def test_a_reset_forgets_events_that_are_on_their_way(client, sandbox, slow, customer_id, clock, problem):
    event_id = client.create_event(customerId=customer_id)

    sandbox.reset()
    clock.advance(100)

    problem(client.get_event(event_id), 404)
    assert client.listed_events() == []


def test_a_reset_forgets_events_and_sessions(client, sandbox, customer_id):
    client.create_event(customerId=customer_id)
    client.link_session(customer_id, "s")

    sandbox.reset()

    assert client.listed_events() == []
    assert client.post_session(client.create(externalId="c")["id"], "s").status_code == 201


def test_a_file_keeps_events_and_sessions(tmp_path, connect):
    path = tmp_path / "hub.db"
    with Sandbox(path) as sandbox:
        client = connect(sandbox)
        customer_id = client.create(externalId="c")["id"]
        event_id = client.create_event(customerId=customer_id)
        session_id = client.link_session(customer_id, "s")

    with Sandbox(path) as sandbox:
        client = connect(sandbox)
        assert client.listed_events(customerId=customer_id) == [event_id]
        assert client.send("GET", f"/customers/{customer_id}/sessions/{session_id}").status_code == 200


def test_a_file_from_before_there_were_events_gets_their_tables(tmp_path, connect):
    path = tmp_path / "hub.db"
    with Sandbox(path) as sandbox:
        customer_id = connect(sandbox).create(externalId="c")["id"]
    database = sqlite3.connect(path)
    database.executescript("DROP TABLE event; DROP TABLE arrival; DROP TABLE session; PRAGMA user_version = 1;")
    database.close()

    with Sandbox(path) as sandbox:
        client = connect(sandbox)
        event_id = client.create_event(customerId=customer_id)
        assert client.listed_events(customerId=customer_id) == [event_id]


def test_events_on_their_way_have_arrived_when_a_file_is_opened_again(tmp_path, connect):
    path = tmp_path / "hub.db"
    with Sandbox(path, clock=ManualClock(), event_delay=20, index_delay=30) as sandbox:
        client = connect(sandbox)
        event_id = client.create_event(customerId=client.create(externalId="c")["id"])

    with Sandbox(path, clock=ManualClock()) as sandbox:
        client = connect(sandbox)
        assert client.listed_events() == [event_id]
        assert client.read_event(event_id)["registeredAt"] >= "2023"
