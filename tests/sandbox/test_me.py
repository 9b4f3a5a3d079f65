"""GET /me: contract 2.6."""

import requests


def get_me(sandbox, method="GET", token=None):
    headers = {"Authorization": f"Bearer {token or sandbox.token}"}
    return requests.request(method, f"{sandbox.url}/me", headers=headers)


def test_it_tells_the_workspaces_and_nodes_of_the_token(sandbox):
    other = sandbox.add_node(name="shop")

    body = get_me(sandbox).json()

    assert list(body) == ["id", "name", "surname", "groups"]
    [group] = body["groups"]
    assert list(group) == ["id", "name", "workspaces"]
    [workspace] = group["workspaces"]
    assert workspace["id"] == sandbox.workspace_id
    assert workspace["nodes"] == [{"id": node, "permission": "RW"} for node in (sandbox.node_id, other)]


def test_an_untrusted_token_may_ask(sandbox):
    sandbox.configure(trusted=False)

    assert get_me(sandbox).status_code == 200


def test_a_wrong_token_may_not(sandbox, problem):
    problem(get_me(sandbox, token="wrong"), 401)


def test_it_can_only_be_read(sandbox, problem):
    response = get_me(sandbox, "PUT")

    assert problem(response, 405)["message"] == "Request method 'PUT' not supported"
    assert response.headers["Allow"] == "GET"


def test_it_is_not_below_a_workspace(client):
    response = client.send("GET", "/me")

    assert (response.status_code, response.json()["error"]) == (404, "Not Found")
