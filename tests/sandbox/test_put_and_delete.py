"""PUT and DELETE /customers/{id} (contract 6.2, 6.4)."""

import pytest


@pytest.fixture
def customer(client):
    return client.create(
        externalId="a", base={"firstName": "Bruce", "lastName": "Wayne"}, tags={"manual": ["vip"]}, enabled=False
    )


def identity(customer):
    return {"id": customer["id"], "nodeId": customer["nodeId"]}


def test_put_unsets_what_the_body_does_not_have(client, customer):
    response = client.put(customer["id"], {**identity(customer), "base": {"lastName": "Kent"}})

    replaced = response.json()
    assert response.status_code == 200
    assert (replaced["externalId"], replaced["tags"], replaced["enabled"]) == (None, None, True)
    assert (replaced["base"]["firstName"], replaced["base"]["lastName"]) == (None, "Kent")


def test_put_with_the_whole_document_changes_only_the_time(client, customer):
    replaced = client.put(customer["id"], customer).json()

    assert replaced == customer | {"updatedAt": replaced["updatedAt"]}
    assert replaced["updatedAt"] > customer["updatedAt"]


def test_the_server_keeps_its_own_dates_and_sources(client, customer):
    forged = {
        "registeredAt": "1999-01-01T00:00:00Z",
        "updatedAt": "1999-01-01T00:00:00Z",
        "sourceInfo": {"registeredBy": "me"},
    }

    replaced = client.put(customer["id"], {**identity(customer), "extra": "x", **forged}).json()

    assert replaced["registeredAt"] == customer["registeredAt"]
    assert replaced["updatedAt"] > customer["updatedAt"]
    assert replaced["sourceInfo"] == customer["sourceInfo"]


@pytest.mark.parametrize("member", ["id", "nodeId"])
def test_put_needs_id_and_node(client, customer, paths, member):
    body = {**identity(customer), "extra": "x"}
    del body[member]

    assert paths(client.put(customer["id"], body)) == [f"/{member}"]


def test_the_id_has_to_be_that_of_the_path(client, customer, paths):
    assert paths(client.put(customer["id"], {**customer, "id": "other"})) == ["/id"]


def test_a_customer_cannot_move_to_another_node(client, customer, sandbox, paths):
    assert paths(client.put(customer["id"], {**customer, "nodeId": sandbox.add_node()})) == ["/nodeId"]


def test_put_is_validated_as_a_whole(client, customer, paths):
    body = {**identity(customer), "base": {"address": {"geo": {"lat": 1}}, "foo": 1}}

    assert paths(client.put(customer["id"], body)) == ["/base/address/geo/lon", "/base/foo"]


def test_nulls_in_a_put_mean_unset(client, customer):
    replaced = client.put(customer["id"], {**identity(customer), "base": {"timezone": None, "contacts": None}})

    assert replaced.json()["base"]["timezone"] is None


def test_put_to_an_unknown_customer_is_not_found(client, sandbox, problem):
    problem(client.put("nobody", {"id": "nobody", "nodeId": sandbox.node_id, "extra": "x"}), 404)


def test_put_does_not_create(client, sandbox, problem):
    client.put("nobody", {"id": "nobody", "nodeId": sandbox.node_id, "extra": "x"})

    assert client.listed()["elements"] == []


def test_delete_answers_200_without_a_body(client, customer):
    response = client.delete(customer["id"])

    assert (response.status_code, response.content) == (200, b"")


def test_a_deleted_customer_is_gone(client, customer, problem):
    client.delete(customer["id"])

    problem(client.send("GET", f"/customers/{customer['id']}"), 404)
    problem(client.patch(customer["id"], {"extra": "x"}), 404)
    problem(client.delete(customer["id"]), 404)


def test_the_message_names_the_customer_that_is_not_there(client, problem):
    assert problem(client.delete("123"), 404)["message"] == "customer not found 123"


def test_sources_show_what_the_one_source_told(client, customer, sandbox):
    [source] = client.send("GET", f"/customers/{customer['id']}/sources").json()["elements"]

    assert source == {
        "id": sandbox.source_id,
        **{name: customer[name] for name in customer if name not in ("id", "sourceInfo")},
    }
    assert client.send("GET", f"/customers/{customer['id']}/sources/{sandbox.source_id}").json() == source


@pytest.mark.parametrize("path", ["/customers/nobody/sources", "/customers/{id}/sources/nobody"])
def test_unknown_sources_are_not_found(client, customer, problem, path):
    problem(client.send("GET", path.format(id=customer["id"])), 404)
