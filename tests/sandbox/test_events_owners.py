"""Whose an event is: customerId and bringBackProperties (contract 4.2, 10.2 #31 and #32)."""

import pytest


@pytest.fixture
def brought_back(client, sandbox):
    """Create an event by what brings it back to its customer."""

    def brought_back(kind, value, node_id=None, **content):
        bring_back = {"type": kind, "value": value, "nodeId": node_id or sandbox.node_id}
        return client.create_event(bringBackProperties=bring_back, **content)

    return brought_back


def owner(client, event_id):
    return client.read_event(event_id)["customerId"]


# -- customerId --------------------------------------------------------------------------------------------------------


def test_an_event_for_nobody_is_stored_and_listed_under_nobody(client):
    event_id = client.create_event(customerId="nobody")

    assert owner(client, event_id) == "nobody"
    assert client.listed_events(customerId="nobody") == []
    assert client.listed_events() == [event_id]


def test_an_event_may_have_neither_customer_nor_bring_back_properties(client, sandbox):
    event_id = client.create_event()

    assert owner(client, event_id) is None
    assert client.listed_events() == [event_id]
    assert client.listed_events(nodeId=sandbox.node_id) == []


def test_a_customer_id_goes_before_bring_back_properties(client, brought_back):
    [one, other] = [client.create(externalId=name)["id"] for name in ("one", "other")]

    event_id = brought_back("EXTERNAL_ID", "other", customerId=one)

    assert owner(client, event_id) == one
    assert client.listed_events(customerId=other) == []


# -- EXTERNAL_ID -------------------------------------------------------------------------------------------------------


def test_an_external_id_finds_its_customer(client, brought_back):
    customer_id = client.create(externalId="shop-1")["id"]

    event = client.read_event(brought_back("EXTERNAL_ID", "shop-1"))

    assert event["customerId"] == customer_id
    assert event["bringBackProperties"]["value"] == "shop-1"
    assert client.listed_events(customerId=customer_id) == [event["id"]]


def test_an_external_id_of_nobody_makes_an_empty_customer(client, sandbox, brought_back):
    event_id = brought_back("EXTERNAL_ID", "new")

    customer = client.read(owner(client, event_id))
    assert (customer["externalId"], customer["nodeId"]) == ("new", sandbox.node_id)
    assert [customer[name] for name in ("base", "extended", "extra", "consents", "tags")] == [None] * 5
    assert client.listed_names() == ["new"]


def test_further_events_find_that_customer(client, brought_back):
    first, second = brought_back("EXTERNAL_ID", "new"), brought_back("EXTERNAL_ID", "new")

    assert owner(client, first) == owner(client, second)


def test_an_external_id_counts_in_its_node_only(client, sandbox, brought_back):
    customer_id = client.create(externalId="same")["id"]
    elsewhere = sandbox.add_node()

    event_id = brought_back("EXTERNAL_ID", "same", elsewhere)

    assert owner(client, event_id) != customer_id
    assert client.read(owner(client, event_id))["nodeId"] == elsewhere


def test_of_several_customers_with_an_external_id_the_oldest_gets_the_event(client, brought_back):
    first = client.create(externalId="twice")["id"]
    client.create(externalId="twice")

    assert owner(client, brought_back("EXTERNAL_ID", "twice")) == first


def test_an_external_id_that_is_a_key_without_regard_to_case_makes_no_second_customer(client, sandbox, brought_back):
    sandbox.configure(matching=["externalId"], case_sensitive=False, uniqueness="BLOCK")
    customer_id = client.create(externalId="Shop")["id"]

    assert owner(client, brought_back("EXTERNAL_ID", "shop")) == customer_id


def test_the_empty_customer_needs_no_mandatory_properties(client, sandbox, brought_back):
    sandbox.configure(mandatory=["base.firstName"])

    assert owner(client, brought_back("EXTERNAL_ID", "new")) is not None


# -- SESSION_ID --------------------------------------------------------------------------------------------------------


def test_an_event_of_a_session_is_anonymous(client, sandbox, brought_back):
    event_id = brought_back("SESSION_ID", "s")

    assert owner(client, event_id) is None
    assert client.listed_events(nodeId=sandbox.node_id) == [event_id]


def test_linking_the_session_gives_earlier_events_to_the_customer(client, brought_back):
    customer_id = client.create(externalId="c")["id"]
    events = [brought_back("SESSION_ID", "s") for _ in range(3)]

    client.link_session(customer_id, "s")

    assert {owner(client, event_id) for event_id in events} == {customer_id}
    assert sorted(client.listed_events(customerId=customer_id)) == sorted(events)


def test_linking_the_session_gives_later_events_to_the_customer(client, brought_back):
    customer_id = client.create(externalId="c")["id"]
    client.link_session(customer_id, "s")

    event = client.read_event(brought_back("SESSION_ID", "s"))

    assert event["customerId"] == customer_id
    assert event["bringBackProperties"]["type"] == "SESSION_ID"
    assert client.listed_events(customerId=customer_id) == [event["id"]]


def test_linking_changes_nothing_else_in_an_event(client, brought_back):
    properties = {"formName": 'ß "\\ \u0000\u2028', "data": {"n": 1e300, "i": 12345678901234567890, "d": 0.1}}
    event = client.read_event(brought_back("SESSION_ID", "s", type="formCompiled", properties=properties))
    customer_id = client.create(externalId="c")["id"]

    client.link_session(customer_id, "s")

    assert client.read_event(event["id"]) == {**event, "customerId": customer_id}
    assert list(client.read_event(event["id"])) == list(event)


def test_linking_leaves_other_sessions_and_nodes_alone(client, sandbox, brought_back):
    elsewhere = sandbox.add_node()
    others = [brought_back("SESSION_ID", "other"), brought_back("SESSION_ID", "s", elsewhere)]

    client.link_session(client.create(externalId="c")["id"], "s")

    assert [owner(client, event_id) for event_id in others] == [None, None]


def test_linking_leaves_events_of_customers_alone(client, brought_back):
    [one, other] = [client.create(externalId=name)["id"] for name in ("one", "other")]
    event_id = brought_back("SESSION_ID", "s", customerId=other)
    stray = brought_back("SESSION_ID", "s", customerId="nobody")

    client.link_session(one, "s")

    assert owner(client, event_id) == other
    assert owner(client, stray) == "nobody"


def test_unlinking_leaves_events_with_the_customer(client, brought_back):
    customer_id = client.create(externalId="c")["id"]
    session_id = client.link_session(customer_id, "s")
    event_id = brought_back("SESSION_ID", "s")

    client.send("DELETE", f"/customers/{customer_id}/sessions/{session_id}")

    assert owner(client, event_id) == customer_id
    assert owner(client, brought_back("SESSION_ID", "s")) is None
