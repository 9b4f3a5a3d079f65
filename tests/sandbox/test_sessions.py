"""Sessions of customers (contract 2.3, 10.2 #14 and #15)."""

import pytest


@pytest.fixture
def customer_id(client):
    return client.create(externalId="c")["id"]


def sessions(client, customer_id):
    response = client.send("GET", f"/customers/{customer_id}/sessions")
    assert response.status_code == 200, response.text
    return response.json()


def values(client, customer_id):
    return [element["value"] for element in sessions(client, customer_id)["elements"]]


def test_a_link_has_an_id_of_the_server_and_the_value_of_the_client(client, customer_id):
    response = client.post_session(customer_id, "my session")

    assert response.status_code == 201
    link = response.json()
    assert list(link) == ["id", "value"]
    assert link["value"] == "my session"
    assert link["id"] != "my session"


def test_the_list_holds_all_sessions_without_pages(client, customer_id):
    ids = [client.link_session(customer_id, value) for value in ("a", "b")]

    assert sessions(client, customer_id) == {
        "elements": [{"id": ids[0], "value": "a"}, {"id": ids[1], "value": "b"}],
    }


def test_a_customer_without_sessions_has_an_empty_list(client, customer_id):
    assert sessions(client, customer_id) == {"elements": []}


def test_a_session_is_read_by_its_id_and_not_by_its_value(client, customer_id, problem):
    session_id = client.link_session(customer_id, "s")

    assert client.send("GET", f"/customers/{customer_id}/sessions/{session_id}").json() == {
        "id": session_id,
        "value": "s",
    }
    problem(client.send("GET", f"/customers/{customer_id}/sessions/s"), 404)


def test_a_session_is_found_under_its_customer_only(client, customer_id, problem):
    session_id = client.link_session(customer_id, "s")
    other = client.create(externalId="other")["id"]

    problem(client.send("GET", f"/customers/{other}/sessions/{session_id}"), 404)


def test_a_deleted_session_is_gone_and_its_value_free(client, customer_id, problem):
    session_id = client.link_session(customer_id, "s")

    response = client.send("DELETE", f"/customers/{customer_id}/sessions/{session_id}")

    assert (response.status_code, response.content) == (200, b"")
    problem(client.send("DELETE", f"/customers/{customer_id}/sessions/{session_id}"), 404)
    assert client.post_session(customer_id, "s").status_code == 201


def test_a_value_is_linked_once(client, customer_id, paths):
    client.link_session(customer_id, "s")
    other = client.create(externalId="other")["id"]

    assert paths(client.post_session(customer_id, "s")) == ["/value"]
    assert paths(client.post_session(other, "s")) == ["/value"]


def test_a_value_is_unique_inside_a_node(client, sandbox, customer_id):
    elsewhere = client.create(nodeId=sandbox.add_node(), externalId="elsewhere")["id"]
    client.link_session(customer_id, "s")

    assert client.post_session(elsewhere, "s").status_code == 201


@pytest.mark.parametrize(
    ("body", "path"),
    [({}, "/value"), ({"value": ""}, "/value"), ({"value": 1}, "/value"), ({"value": "s", "id": "i"}, "/id")],
)
def test_a_link_needs_a_value_and_nothing_else(client, customer_id, paths, body, path):
    assert paths(client.send("POST", f"/customers/{customer_id}/sessions", body)) == [path]


def test_the_sessions_of_an_unknown_customer_are_not_found(client, problem):
    for response in (
        client.send("GET", "/customers/nobody/sessions"),
        client.post_session("nobody", "s"),
        client.send("GET", "/customers/nobody/sessions/s"),
        client.send("DELETE", "/customers/nobody/sessions/s"),
    ):
        assert problem(response, 404)["message"] == "customer not found nobody"


def test_links_go_with_their_customer(client, customer_id):
    client.link_session(customer_id, "s")

    client.delete(customer_id)

    assert client.post_session(client.create(externalId="other")["id"], "s").status_code == 201


def test_an_untrusted_source_links_sessions_and_does_not_read_them(client, sandbox, customer_id, problem):
    session_id = client.link_session(customer_id, "s")
    sandbox.configure(trusted=False)

    assert client.post_session(customer_id, "other").status_code == 201
    problem(client.send("GET", f"/customers/{customer_id}/sessions"), 403)
    problem(client.send("GET", f"/customers/{customer_id}/sessions/{session_id}"), 403)
    problem(client.send("DELETE", f"/customers/{customer_id}/sessions/{session_id}"), 403)


# -- the sessionId parameter of customer writes ------------------------------------------------------------------------


def write(client, method, path, body, session_id):
    return client.send(method, path, body, params={"sessionId": session_id})


def test_a_post_links_the_session_that_it_names(client, sandbox):
    bring_back = {"type": "SESSION_ID", "value": "s", "nodeId": sandbox.node_id}
    event_id = client.create_event(bringBackProperties=bring_back)

    response = write(client, "POST", "/customers", {"nodeId": sandbox.node_id, "externalId": "new"}, "s")

    assert response.status_code == 201
    customer_id = response.json()["id"]
    assert values(client, customer_id) == ["s"]
    assert client.read_event(event_id)["customerId"] == customer_id


def test_a_patch_links_the_session_that_it_names(client, customer_id):
    assert write(client, "PATCH", f"/customers/{customer_id}", {"extra": "x"}, "s").status_code == 200

    assert values(client, customer_id) == ["s"]


def test_a_put_links_the_session_that_it_names(client, sandbox, customer_id):
    body = {"id": customer_id, "nodeId": sandbox.node_id, "externalId": "c"}

    assert write(client, "PUT", f"/customers/{customer_id}", body, "s").status_code == 200

    assert values(client, customer_id) == ["s"]


def test_a_merge_links_the_session_to_the_customer_that_was_there(client, sandbox):
    contacts = {"base": {"contacts": {"email": "a@example.com"}}}
    customer_id = client.create(**contacts)["id"]

    write(client, "POST", "/customers", {"nodeId": sandbox.node_id, **contacts}, "s")

    assert values(client, customer_id) == ["s"]


def test_a_write_that_names_a_session_that_the_customer_has_is_refused_as_a_whole(client, customer_id, paths):
    """As a link of its own is (contract 10.2 #15)."""
    client.link_session(customer_id, "s")

    assert paths(write(client, "PATCH", f"/customers/{customer_id}", {"extra": "x"}, "s")) == ["/sessionId"]

    assert client.read(customer_id)["extra"] is None


def test_a_write_that_names_the_session_of_another_is_refused_as_a_whole(client, customer_id, paths):
    client.link_session(client.create(externalId="other")["id"], "s")

    assert paths(write(client, "PATCH", f"/customers/{customer_id}", {"extra": "x"}, "s")) == ["/sessionId"]

    assert client.read(customer_id)["extra"] is None


def test_a_refused_write_links_nothing(client, sandbox, customer_id, paths):
    assert paths(write(client, "PATCH", f"/customers/{customer_id}", {"base": {"nonsense": 1}}, "s"))

    assert values(client, customer_id) == []
