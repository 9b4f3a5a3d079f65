"""Events: their documents, their ids, and what a PUT and a DELETE do to them (contract 4.1, 6.6)."""

import pytest

MEMBERS = [
    "id",
    "customerId",
    "bringBackProperties",
    "type",
    "context",
    "date",
    "properties",
    "contextInfo",
    "registeredAt",
    "updatedAt",
    "tracking",
]


@pytest.fixture
def customer_id(client):
    return client.create(externalId="c")["id"]


def as_put(event, **changes):
    """The body that replaces a stored event: what cannot be null is left out."""
    body = {**event, **changes}
    return {name: value for name, value in body.items() if value is not None}


def test_a_post_is_accepted_and_answers_with_the_id_only(client, customer_id):
    response = client.post_event(customerId=customer_id)

    assert response.status_code == 202
    assert list(response.json()) == ["id"]


def test_an_event_has_its_members_in_the_order_of_the_api(client, customer_id):
    assert list(client.read_event(client.create_event(customerId=customer_id))) == MEMBERS


def test_an_event_keeps_what_was_sent(client, customer_id):
    sent = {
        "customerId": customer_id,
        "type": "completedOrder",
        "context": "ECOMMERCE",
        "properties": {"orderId": "1", "amount": {"total": 12.5}, "extraProperties": {"any": [1, None]}},
        "contextInfo": {"store": {"id": "s"}},
        "tracking": {"ga": {"utm_source": "letter"}},
    }

    event = client.read_event(client.create_event(**sent))

    assert {name: event[name] for name in ("customerId", "type", "context", "properties", "tracking")} == {
        name: value for name, value in sent.items() if name != "contextInfo"
    }
    assert event["contextInfo"]["store"] == {"id": "s"}


def test_what_was_not_sent_is_null(client, customer_id):
    event = client.read_event(client.create_event(customerId=customer_id))

    assert event["bringBackProperties"] is None
    assert event["tracking"] is None


def test_dates_are_written_in_utc_with_milliseconds(client, customer_id):
    event = client.read_event(client.create_event(customerId=customer_id, date="2020-02-29T12:00:00+02:00"))

    assert event["date"] == "2020-02-29T10:00:00.000+0000"


def test_dates_in_the_properties_are_written_alike(client, customer_id):
    properties = {"serviceId": "s", "startDate": "2020-01-01T00:00:00Z"}
    event_id = client.create_event(customerId=customer_id, type="serviceSubscribed", properties=properties)

    assert client.read_event(event_id)["properties"]["startDate"] == "2020-01-01T00:00:00.000+0000"


def test_an_event_without_a_date_happened_now(client, customer_id):
    event = client.read_event(client.create_event(customerId=customer_id))

    assert event["date"] == event["registeredAt"] == event["updatedAt"]


def test_the_client_is_taken_from_the_request_when_it_is_missing(client, customer_id):
    event_id = client.send(
        "POST",
        "/events",
        {"customerId": customer_id, "type": "loggedIn", "context": "WEB", "properties": {}},
        headers={"User-Agent": "Netscape/4.0"},
    ).json()["id"]

    assert client.read_event(event_id)["contextInfo"] == {"client": {"userAgent": "Netscape/4.0", "ip": "127.0.0.1"}}


def test_what_was_said_of_the_client_is_kept(client, customer_id):
    said = {"client": {"userAgent": "Lynx", "ip": "10.0.0.1"}, "user": {"id": "u"}}

    assert client.read_event(client.create_event(customerId=customer_id, contextInfo=said))["contextInfo"] == said


def test_an_unknown_event_is_not_found(client, problem):
    for response in (client.get_event("nobody"), client.delete_event("nobody")):
        assert problem(response, 404)["message"] == "event not found nobody"


# -- PUT and DELETE ----------------------------------------------------------------------------------------------------


def test_a_put_is_accepted_and_replaces_the_event(client, customer_id):
    event = client.read_event(client.create_event(customerId=customer_id, tracking={"ga": {"utm_term": "t"}}))

    response = client.put_event(event["id"], as_put(event, tracking=None, context="MOBILE"))

    changed = client.read_event(event["id"])
    assert response.status_code == 202
    assert (changed["context"], changed["tracking"]) == ("MOBILE", None)


def test_a_put_answers_with_the_event_that_was_accepted(client, customer_id):
    event = client.read_event(client.create_event(customerId=customer_id, tracking={"ga": {"utm_term": "t"}}))
    body = as_put(event, tracking=None, date="2020-01-01T01:00:00+01:00", updatedAt="1999-01-01T00:00:00Z")

    accepted = client.put_event(event["id"], body).json()

    assert accepted == {**body, "date": "2020-01-01T00:00:00.000+0000", "updatedAt": event["updatedAt"]}


def test_a_put_advances_updated_at_and_keeps_registered_at(client, customer_id):
    event = client.read_event(client.create_event(customerId=customer_id))

    client.put_event(event["id"], as_put(event, registeredAt="1999-01-01T00:00:00Z", updatedAt="1999-01-01T00:00:00Z"))

    changed = client.read_event(event["id"])
    assert changed["registeredAt"] == event["registeredAt"]
    assert changed["updatedAt"] > event["updatedAt"]


def test_a_put_without_a_date_keeps_it(client, customer_id):
    event = client.read_event(client.create_event(customerId=customer_id, date="2001-01-01T00:00:00Z"))

    client.put_event(event["id"], as_put(event, date=None))

    assert client.read_event(event["id"])["date"] == "2001-01-01T00:00:00.000+0000"


def test_a_put_may_give_an_event_to_another_customer(client, customer_id):
    other = client.create(externalId="other")["id"]
    event = client.read_event(client.create_event(customerId=customer_id))

    client.put_event(event["id"], as_put(event, customerId=other))

    assert client.listed_events(customerId=customer_id) == []
    assert client.listed_events(customerId=other) == [event["id"]]


@pytest.mark.parametrize("name", ["id", "type", "context", "registeredAt", "updatedAt", "properties"])
def test_a_put_needs_what_the_schema_requires(client, customer_id, paths, name):
    event = client.read_event(client.create_event(customerId=customer_id))

    assert f"/{name}" in paths(client.put_event(event["id"], as_put(event, **{name: None})))


def test_a_put_names_the_event_that_its_path_names(client, customer_id, paths):
    event = client.read_event(client.create_event(customerId=customer_id))

    assert paths(client.put_event(event["id"], as_put(event, id="other"))) == ["/id"]


def test_a_put_of_an_unknown_event_is_not_found(client, customer_id, problem):
    event = client.read_event(client.create_event(customerId=customer_id))

    problem(client.put_event("nobody", as_put(event, id="nobody")), 404)


def test_an_event_cannot_be_patched(client, customer_id, problem):
    event_id = client.create_event(customerId=customer_id)

    problem(client.send("PATCH", f"/events/{event_id}", {}), 405)


def test_a_delete_answers_204_without_a_body(client, customer_id, problem):
    event_id = client.create_event(customerId=customer_id)

    response = client.delete_event(event_id)

    assert (response.status_code, response.content) == (204, b"")
    problem(client.get_event(event_id), 404)


def test_events_go_with_their_customer(client, customer_id, problem):
    event_id = client.create_event(customerId=customer_id)

    client.delete(customer_id)

    problem(client.get_event(event_id), 404)
    assert client.listed_events() == []


# -- roles -------------------------------------------------------------------------------------------------------------


def test_an_untrusted_source_writes_events_and_does_not_read_them(client, customer_id, sandbox, problem):
    event = client.read_event(client.create_event(customerId=customer_id))
    sandbox.configure(trusted=False)

    assert client.post_event(customerId=customer_id).status_code == 202
    assert client.put_event(event["id"], as_put(event)).status_code == 202
    for response in (client.get_event(event["id"]), client.delete_event(event["id"]), client.list_events()):
        assert problem(response, 403)["message"] == "Access is denied"
