"""Names that the server answers to, and pages of other origins that call the API (contract 1.3)."""

import pytest
import requests

from contacthub_orm.errors import ArgumentError
from contacthub_orm.sandbox import Fault, Sandbox


@pytest.fixture
def called(client):
    """The status of a list that was asked for under some host name."""
    return lambda host: client.send("GET", "/events", headers={"Host": host}).status_code


@pytest.mark.parametrize(
    "host", ["localhost", "LocalHost:8080", "127.0.0.1", "127.0.0.1:1", "127.9.9.9", "[::1]", "[::1]:8080"]
)
def test_names_of_this_machine_are_answered(called, host):
    assert called(host) == 200


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "example.com:8080",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "localhost@example.com",
        "localhost:80:80",
        "localhost:x",
        "192.168.1.5",
        "0.0.0.0",
        "[::2]",
        "[::1",
        "",
    ],
)
def test_other_names_are_refused(client, called, host, problem):
    """A name of a stranger that resolves to this machine would make the stranger's page one of the same origin."""
    assert called(host) == 403
    assert client.sandbox.requests[-1].status == 403


def test_a_refused_name_is_told_what_to_do(client, problem):
    answer = client.send("GET", "/events", headers={"Host": "example.com"})

    assert "allowed_hosts" in problem(answer, 403)["message"]


def test_a_request_without_a_host_is_answered(dial, sandbox):
    connection = dial()
    connection.send(f"GET /hub/v1/me HTTP/1.0\r\nAuthorization: Bearer {sandbox.token}\r\n\r\n".encode())

    assert connection.response()[0] == 200


@pytest.mark.parametrize(
    ("allowed", "host", "status"),
    [
        (["sandbox.test"], "SANDBOX.test:8080", 200),
        (["Sandbox.test"], "sandbox.test", 200),
        (["sandbox.test"], "example.com", 403),
        (["192.168.1.5"], "192.168.1.5", 200),
        (["*"], "example.com", 200),
    ],
)
def test_other_names_can_be_allowed(connect, allowed, host, status):
    with Sandbox(allowed_hosts=allowed) as sandbox:
        assert connect(sandbox).send("GET", "/events", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    ("allowed", "message"),
    [
        ("sandbox.test", r"\['sandbox.test'\]"),
        (["http://x"], "without scheme and port"),
        (["x:80"], "without scheme and port"),
        (["*.x"], "without scheme and port"),
        ([""], "without scheme and port"),
    ],
)
def test_names_that_cannot_be_are_refused(allowed, message):
    with pytest.raises(ArgumentError, match=message):
        Sandbox(allowed_hosts=allowed)


# -- pages of other origins --------------------------------------------------------------------------------------------


@pytest.fixture
def preflight(client):
    """What a browser asks before it lets a page send a request with a token."""

    def preflight(origin, path="/customers", sandbox=client.sandbox):
        url = f"{sandbox.url}/workspaces/{sandbox.workspace_id}{path}"
        headers = {
            "Origin": origin,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization,contactlab-clientid,content-type",
        }
        return requests.options(url, headers=headers, timeout=5)

    return preflight


def test_a_page_may_ask_whether_it_may_send_a_request(preflight):
    answer = preflight("http://localhost:3000")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Headers"] == "Authorization, *"
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]


def test_the_question_is_neither_logged_nor_met_by_faults(preflight, sandbox):
    rule = sandbox.faults.add(Fault.cut())

    assert preflight("http://localhost:3000").status_code == 200
    assert (rule.hits, len(sandbox.requests)) == (0, 0)


def test_an_answer_can_be_read_by_the_page(client):
    answer = client.send("GET", "/events", headers={"Origin": "http://127.0.0.1:3000"})

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Vary"] == "Origin"


def test_refusals_and_faults_can_be_read_by_the_page_too(client, sandbox):
    sandbox.faults.add(Fault.answer(503), "POST")
    origin = {"Origin": "http://localhost:3000"}

    for answer in (client.send("GET", "/nowhere", headers=origin), client.send("POST", "/events", headers=origin)):
        assert answer.status_code in (404, 503)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_clients_that_are_no_browsers_get_no_such_headers(client):
    assert not [name for name in client.send("GET", "/events").headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("origin", ["https://shop.example", "http://localhost.example", "null"])
def test_strangers_may_not_use_the_token_that_everybody_knows(client, preflight, origin):
    assert "Access-Control-Allow-Origin" not in preflight(origin).headers
    answer = client.send("GET", "/events", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("options", [{"token": "of my own"}, {"allowed_hosts": ["shop.example"]}])
def test_pages_of_other_machines_may_with_a_token_of_one_s_own_or_when_their_host_is_known(preflight, options):
    with Sandbox(**options) as sandbox:
        answer = preflight("https://shop.example", sandbox=sandbox)

        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_options_without_that_question_are_an_ordinary_request(client):
    assert client.send("OPTIONS", "/customers").status_code == 405
