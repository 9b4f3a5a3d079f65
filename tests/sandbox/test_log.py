"""The request log."""

import pytest

from contacthub_orm.errors import ArgumentError
from contacthub_orm.sandbox import Sandbox
from contacthub_orm.sandbox.log import LogEntry, RequestLog
from contacthub_orm.sandbox.messages import Request, Response


def test_every_answered_request_is_logged_in_order(client, sandbox):
    customer = client.create(externalId="a")
    client.patch(customer["id"], {"foo": 1})
    client.delete(customer["id"])

    assert [(entry.method, entry.status) for entry in sandbox.requests] == [
        ("POST", 201),
        ("PATCH", 400),
        ("DELETE", 200),
    ]


def test_the_path_is_logged_as_it_was_sent(client, sandbox):
    client.send("GET", "/customers/a%2Fb%20c")

    assert sandbox.requests[0].path == f"/hub/v1/workspaces/{sandbox.workspace_id}/customers/a%2Fb%20c"


def test_the_query_is_decoded(client, sandbox):
    client.listed(query='{"query": {"type": "simple"}}', sort=["registeredAt", "id,desc"], externalId="è +&")

    assert sandbox.requests[0].query == {
        "nodeId": sandbox.node_id,
        "query": '{"query": {"type": "simple"}}',
        "sort": ["registeredAt", "id,desc"],
        "externalId": "è +&",
    }


def test_the_body_is_decoded(client, sandbox):
    client.create(externalId="a", extended={"x": [1, None]})
    client.listed()

    assert sandbox.requests[0].body == {"nodeId": sandbox.node_id, "externalId": "a", "extended": {"x": [1, None]}}
    assert sandbox.requests[1].body is None


def test_a_body_that_is_no_json_is_kept_as_bytes(client, sandbox):
    client.send("POST", "/customers", data=b"{oops")

    assert sandbox.requests[0].body == b"{oops"


def test_header_names_have_no_case(client, sandbox):
    client.send("GET", "/customers", headers={"X-Thing": "1"})

    headers = sandbox.requests[0].headers
    assert headers["x-thing"] == headers["X-THING"] == "1"


def test_the_token_is_nowhere_in_the_log(client, sandbox):
    client.listed()

    entry = sandbox.requests[0]
    assert entry.headers["Authorization"] == "Bearer [redacted]"
    assert sandbox.token not in repr([getattr(entry, name) for name in dir(entry) if not name.startswith("__")])


def test_the_repr_shows_no_data_of_customers(client, sandbox):
    client.create(externalId="secret")
    client.listed(externalId="secret")

    assert "secret" not in repr(sandbox.requests)
    assert "POST" in repr(sandbox.requests)


def test_the_log_behaves_like_a_list(client, sandbox):
    for name in "abc":
        client.create(externalId=name)

    log = sandbox.requests
    assert len(log) == 3
    assert log[-1].body["externalId"] == "c"
    assert [entry.body["externalId"] for entry in log[1:]] == ["b", "c"]
    assert [entry.body["externalId"] for entry in reversed(log)] == ["c", "b", "a"]

    log.clear()
    assert list(log) == []


def test_entries_stay_as_they_were_when_the_log_goes_on(client, sandbox):
    client.listed()
    seen = list(sandbox.requests)
    sandbox.requests.clear()
    client.listed()

    assert len(seen) == 1


def test_requests_without_the_right_token_are_logged_too(client, sandbox):
    client.send("GET", "/customers", headers={"Authorization": "Bearer wrong"})

    assert sandbox.requests[0].status == 401


def test_a_bug_of_the_sandbox_is_logged_too(client, sandbox, monkeypatch):
    monkeypatch.setattr(sandbox._running(), "require_node", lambda node_id: 1 / 0)
    client.list()

    assert sandbox.requests[0].status == 500


@pytest.mark.parametrize(
    ("rest", "status"),
    [(b"Content-Length: 99999999\r\n\r\n", 413), (b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400)],
)
def test_a_request_that_is_refused_after_its_head_was_read_is_logged_too(dial, sandbox, rest, status):
    connection = dial()
    connection.send(b"POST /x?a=b HTTP/1.1\r\nHost: localhost\r\n" + rest)
    connection.response()

    [entry] = sandbox.requests
    assert (entry.method, entry.path, entry.query, entry.status) == ("POST", "/x", {"a": "b"}, status)


def test_a_query_with_a_broken_escape_is_logged_as_it_was_sent(dial, sandbox):
    connection = dial()
    connection.send(b"GET /x?nodeId=a+b&x=%zz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    connection.response()

    assert sandbox.requests[0].query == {"nodeId": "a+b", "x": "%zz"}


def test_the_oldest_entries_go_when_the_log_is_full():
    log = RequestLog(limit=20)
    for number in range(25):
        log.append(LogEntry.of(Request("GET", f"/{number}"), Response(200)))

    assert len(log) <= 20
    assert log[-1].path == "/24"


def test_the_oldest_entries_go_when_their_bodies_are_too_large_together():
    log = RequestLog(most_bytes=1000)
    for number in range(25):
        log.append(LogEntry.of(Request("POST", f"/{number}", body=b"x" * 100), Response(200)))

    assert 5 < len(log) < 10
    assert log[-1].path == "/24"


def test_headers_count_as_well():
    log = RequestLog(most_bytes=1000)
    for number in range(25):
        log.append(LogEntry.of(Request("GET", f"/{number}", (("x-cookie-jar", "x" * 100),)), Response(200)))

    assert 5 < len(log) < 10


@pytest.mark.parametrize("limit", [0, -1, 1.5, "10", None, True])
def test_a_limit_that_is_no_number_of_requests_is_refused(limit):
    with pytest.raises(ArgumentError, match="log_limit is a whole number, 1 or more"):
        Sandbox(log_limit=limit)


def test_the_latest_entry_stays_however_large_it_is():
    log = RequestLog(most_bytes=10)
    for number in range(3):
        log.append(LogEntry.of(Request("POST", f"/{number}", body=b"x" * 100), Response(200)))

    assert [entry.path for entry in log] == ["/2"]


def test_how_many_requests_are_kept_can_be_chosen(connect):
    with Sandbox(log_limit=10) as sandbox:
        client = connect(sandbox)
        for _ in range(12):
            client.listed()

        assert len(sandbox.requests) <= 10


@pytest.mark.parametrize("header", ["cookie", "proxy-authorization"])
def test_other_credentials_are_redacted(header):
    entry = LogEntry.of(Request("GET", "/", ((header, "s3cret"),)), Response(200))

    assert entry.headers[header] == "[redacted]"
