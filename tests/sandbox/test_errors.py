"""Bodies of refusals (contract 7) and who may do what (contract 1.2)."""

import re

import pytest
import requests


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer wrong", "bearer sandbox-token", "Basic x"])
def test_a_missing_or_unknown_token_is_401(sandbox, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}

    response = requests.get(f"{sandbox.url}/workspaces/{sandbox.workspace_id}/customers", headers=headers)

    assert response.status_code == 401
    assert response.json()["message"] == "The client is not authorized to access the API"


def test_a_workspace_of_others_is_403_and_not_404(client, problem):
    response = client.send("GET", "/customers", workspace_id="other")

    assert problem(response, 403)["message"] == "workspace not found: other"


def test_an_unknown_node_is_404(client, problem):
    assert problem(client.list(nodeId="fake-node-id"), 404)["message"] == "node not found fake-node-id"
    assert problem(client.post(nodeId="fake", externalId="a"), 404)["message"] == "node not found fake"


def test_a_list_needs_a_node(client, problem):
    message = problem(client.send("GET", "/customers"), 400)["message"]

    assert message == "Required String parameter 'nodeId' is not present"


def test_a_wrong_method_is_405(client, problem):
    response = client.send("DELETE", "/customers")

    assert problem(response, 405)["message"] == "Request method 'DELETE' not supported"
    assert response.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize("path", ["/customer", "/customers/", "/customers/1/unknown", "/customers//sources", ""])
def test_an_unknown_route_has_the_shape_of_the_framework(client, path):
    response = client.send("GET", path)

    body = response.json()
    assert response.status_code == 404
    assert (body["status"], body["error"]) == (404, "Not Found")
    assert body["path"] == f"/hub/v1/workspaces/{client.sandbox.workspace_id}{path}"


@pytest.mark.parametrize("path", ["/x", "/hub/v1", "/hub/v1/", "/hub/v2/workspaces", "/x/hub/v1/workspaces/1/me"])
def test_outside_of_the_api_there_is_nothing(client, path):
    root = client.sandbox.url.removesuffix("/hub/v1")

    assert client.http.get(root + path).json()["status"] == 404


def test_every_refusal_has_its_own_logref(client, problem):
    logrefs = {problem(client.send("GET", "/customers/1"), 404)["logref"] for _ in range(3)}

    assert len(logrefs) == 3
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", logref) for logref in logrefs)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b'{"extra": NaN}',
        b'{"extra": "\xff"}',
        b'{"extra": "\\ud800"}',
        b"[" * 100_000,
        b'{"extended":' + b'{"a":' * 900 + b"1" + b"}" * 901,
    ],
)
def test_a_body_that_is_no_json_object_is_400(client, problem, body):
    customer = client.create(externalId="a")

    response = client.send("PATCH", f"/customers/{customer['id']}", data=body)

    problem(response, 400)
    assert client.read(customer["id"]) == customer


@pytest.mark.parametrize(
    "content",
    [
        '"extended":{"x":1e999}',
        '"extended":{"x":[-1e999]}',
        f'"extended":{{"x":-1{"0" * 309}}}',
        '"base":{"address":{"geo":{"lat":1e999,"lon":0}}}',
    ],
)
def test_a_number_that_no_float_can_hold_is_400(client, problem, content):
    response = client.send("POST", "/customers", data=f'{{"nodeId":"{client.sandbox.node_id}",{content}}}')

    assert "number that is too large" in problem(response, 400)["message"]
    assert client.listed_names() == []


def test_an_event_with_a_number_that_no_float_can_hold_is_400(client, problem):
    event = '{"type":"completedOrder","context":"WEB","properties":{"amount":{"total":1e999}}}'

    problem(client.send("POST", "/events", data=event), 400)


def test_a_body_of_another_type_is_415(client, problem):
    problem(client.send("POST", "/customers", data="{}", headers={"Content-Type": "text/plain"}), 415)


def test_a_body_may_name_its_encoding(client, sandbox):
    data = f'{{"nodeId": "{sandbox.node_id}", "externalId": "è"}}'.encode()

    response = client.send("POST", "/customers", data=data, headers={"Content-Type": "application/json; charset=utf-8"})

    assert response.json()["externalId"] == "è"


@pytest.mark.parametrize("header", ["Contactlab-Tracing-ID", "X-Tracing-ID"])
@pytest.mark.parametrize("path", ["/customers", "/unknown"])
def test_a_tracing_id_is_echoed(client, header, path):
    assert client.send("GET", path, headers={header: "abc-1"}).headers[header] == "abc-1"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/customers?nodeId={node}", 200),
        ("POST", "/customers", 400),
        ("PATCH", "/customers/{id}", 400),
        ("PUT", "/customers/{id}", 400),
        ("GET", "/customers/{id}", 403),
        ("DELETE", "/customers/{id}", 403),
        ("GET", "/customers/{id}/sources", 403),
        ("GET", "/customers/{id}/sources/x", 403),
    ],
)
def test_an_untrusted_source_may_write_and_list_only(client, sandbox, method, path, status):
    customer = client.create(externalId="a")
    sandbox.configure(trusted=False)

    response = client.send(method, path.format(id=customer["id"], node=sandbox.node_id))

    assert response.status_code == status


def test_ids_are_decoded_once(client, problem):
    assert problem(client.send("GET", "/customers/a%252Fb%20%C3%A8"), 404)["message"] == "customer not found a%2Fb è"


def test_no_refusal_repeats_a_value_of_a_customer(client):
    response = client.post(base={"dob": "secret-1", "contacts": {"email": "secret-2"}, "timezone": "secret-3"})

    assert "secret" not in response.text
