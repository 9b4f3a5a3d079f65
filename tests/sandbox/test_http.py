"""The HTTP side: keep-alive, strictness against broken and hostile requests."""

import contextlib
import json
import socket
import threading
import time

import pytest

from contacthub_orm.sandbox import Sandbox, http


@pytest.fixture
def request_bytes(sandbox):
    """The bytes of a request to the customers of the workspace."""

    def request_bytes(method="GET", path=None, headers=(), body=b"", version="1.1", authorized=True):
        path = f"?nodeId={sandbox.node_id}" if path is None else path
        target = f"/hub/v1/workspaces/{sandbox.workspace_id}/customers{path}"
        lines = [f"{method} {target} HTTP/{version}", "Host: localhost"]
        lines += [f"Authorization: Bearer {sandbox.token}"] if authorized else []
        lines += [f"Content-Length: {len(body)}"] if body else []
        return "\r\n".join([*lines, *headers, "", ""]).encode() + body

    return request_bytes


def test_a_connection_serves_many_requests(dial, request_bytes):
    connection = dial()

    for _ in range(3):
        connection.send(request_bytes())
        assert connection.response()[0] == 200


def test_pipelined_requests_are_answered_in_order(dial, request_bytes):
    connection = dial()
    connection.send(request_bytes() + request_bytes("DELETE", "") + request_bytes())

    assert [connection.response()[0] for _ in range(3)] == [200, 405, 200]


def test_a_request_may_arrive_byte_by_byte(dial, request_bytes):
    connection = dial()
    for byte in request_bytes():
        connection.send(bytes([byte]))

    assert connection.response()[0] == 200


def test_the_body_of_a_get_does_not_become_the_next_request(dial, request_bytes):
    connection = dial()
    connection.send(request_bytes(body=b"GET / HTTP/1.1\r\n\r\n") + request_bytes())

    assert [connection.response()[0] for _ in range(2)] == [200, 200]


def test_a_refused_request_with_a_body_does_not_disturb_the_next_one(dial, request_bytes):
    connection = dial()
    connection.send(request_bytes("POST", "", body=b'{"x": 1}', authorized=False) + request_bytes())

    assert [connection.response()[0] for _ in range(2)] == [401, 200]


def test_chunked_bodies_are_read(dial, request_bytes, sandbox):
    body = f'{{"nodeId": "{sandbox.node_id}", "externalId": "a"}}'.encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:7], body[7:])) + b"0\r\n\r\n"
    connection = dial()
    connection.send(request_bytes("POST", "", ["Transfer-Encoding: chunked"]) + chunks + request_bytes())

    assert [connection.response()[0] for _ in range(2)] == [201, 200]


def test_a_client_that_waits_before_the_body_is_told_to_go_on(dial, request_bytes, sandbox):
    body = f'{{"nodeId": "{sandbox.node_id}", "externalId": "a"}}'.encode()
    whole = request_bytes("POST", "", ["Expect: 100-continue"], body)
    connection = dial()

    connection.send(whole.removesuffix(body))
    assert connection.response()[0] == 100
    connection.send(body)
    assert connection.response()[0] == 201


def test_a_response_is_one_piece(dial, request_bytes, sandbox):
    sandbox.seed(1)
    connection = dial()
    connection.send(request_bytes())

    data = connection.socket.recv(65536)

    head, _, body = data.partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head.lower()


def test_http_1_0_gets_an_answer_and_the_end(dial, request_bytes):
    connection = dial()
    connection.send(request_bytes(version="1.0"))

    assert connection.response()[0] == 200
    assert connection.is_closed()


def test_connection_close_is_obeyed(dial, request_bytes):
    connection = dial()
    connection.send(request_bytes(headers=["Connection: close"]))

    assert connection.response()[0] == 200
    assert connection.is_closed()


def test_head_is_a_get_without_its_body(dial, request_bytes):
    connection = dial()
    connection.send(request_bytes("HEAD") + request_bytes("DELETE", ""))

    head = connection.socket.recv(65536)
    assert head.startswith(b"HTTP/1.1 200")
    assert b"elements" not in head


def test_a_target_may_be_a_whole_url(dial, request_bytes, sandbox):
    connection = dial()
    connection.send(request_bytes().replace(b"GET /hub", b"GET http://x/hub", 1))

    assert connection.response()[0] == 200
    assert sandbox.requests[-1].path == f"/hub/v1/workspaces/{sandbox.workspace_id}/customers"


HOSTILE = {
    "length and chunks": (
        "POST / HTTP/1.1",
        "Host: x",
        "Content-Length: 3",
        "Transfer-Encoding: chunked",
        "",
        "0",
        "",
        "",
    ),
    "two lengths": ("POST / HTTP/1.1", "Host: x", "Content-Length: 2", "Content-Length: 3", "", "{}"),
    "a list of lengths": ("POST / HTTP/1.1", "Host: x", "Content-Length: 2, 3", "", "{}"),
    "a length with a sign": ("POST / HTTP/1.1", "Host: x", "Content-Length: +2", "", "{}"),
    "a length that is no number": ("POST / HTTP/1.1", "Host: x", "Content-Length: two", "", "{}"),
    "a blank in a header name": ("GET / HTTP/1.1", "Host: x", "X Y: 1", "", ""),
    "a blank before the colon": ("GET / HTTP/1.1", "Host: x", "X : 1", "", ""),
    "a continued header": ("GET / HTTP/1.1", "Host: x", "X: 1", "\tfoo bar", "Y", "", ""),
    "a header without colon": ("GET / HTTP/1.1", "Host: x", "foo", "", ""),
    "no host": ("GET / HTTP/1.1", "", ""),
    "two hosts": ("GET / HTTP/1.1", "Host: x", "Host: y", "", ""),
    "no version": ("GET /", "", ""),
    "a blank in the target": ("GET /a b HTTP/1.1", "Host: x", "", ""),
    "no method": ("/ HTTP/1.1", "Host: x", "", ""),
    "nonsense": ("\x16\x03\x01\x02", "", ""),
    "a broken chunk": ("POST / HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", "", "zz", "", ""),
    "a character outside of ASCII in the target": ("GET /è HTTP/1.1", "Host: x", "", ""),
}


@pytest.mark.parametrize("lines", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_clean_http_is_400_and_the_connection_ends(dial, lines, sandbox):
    connection = dial()
    connection.send("\r\n".join(lines).encode("utf-8"))

    assert connection.response()[0] == 400
    assert connection.is_closed()
    assert all(entry.status == 400 for entry in sandbox.requests)


def test_a_refusal_of_what_is_no_clean_http_has_the_body_of_every_error(dial):
    connection = dial()
    connection.send(b"nonsense\r\n\r\n")

    _, headers, body = connection.response()
    assert headers["content-type"].startswith("application/json")
    assert list(json.loads(body)) == ["message", "logref", "data", "errors"]


def test_a_refused_head_gets_no_body(dial, request_bytes):
    connection = dial()
    connection.send(request_bytes("HEAD", headers=["Content-Length: 99999999"]))

    received = b"".join(iter(lambda: connection.socket.recv(65536), b""))
    assert received.startswith(b"HTTP/1.1 413")
    assert received.endswith(b"\r\n\r\n")


def test_another_version_of_http_is_505(dial):
    connection = dial()
    connection.send(b"GET / HTTP/2.0\r\nHost: x\r\n\r\n")

    assert connection.response()[0] == 505
    assert connection.is_closed()


def test_an_unknown_transfer_coding_is_501(dial):
    connection = dial()
    connection.send(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")

    assert connection.response()[0] == 501
    assert connection.is_closed()


def test_headers_over_the_limit_are_431(dial):
    connection = dial()
    connection.send(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100_000 + b"\r\n\r\n")

    assert connection.response()[0] == 431
    assert connection.is_closed()


def test_an_endless_request_line_is_431(dial):
    connection = dial()
    connection.send(b"GET /" + b"a" * 100_000)

    assert connection.response()[0] == 431


def test_a_query_of_many_kilobytes_fits(dial, request_bytes, sandbox):
    connection = dial()
    connection.send(request_bytes(path=f"?nodeId={sandbox.node_id}&externalId={'x' * 50_000}"))

    assert connection.response()[0] == 200


def test_a_body_that_announces_too_much_is_413_before_it_is_sent(dial):
    connection = dial()
    connection.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")

    assert connection.response()[0] == 413
    assert connection.is_closed()


def test_a_refused_client_that_sends_on_and_on_is_cut_off(dial, monkeypatch):
    monkeypatch.setattr(http, "LONGEST_LINGER", 0.05, raising=False)
    connection = dial()
    connection.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")

    def send_on_and_on():
        for _ in range(100):
            connection.send(b"x")
            time.sleep(0.02)

    with pytest.raises(OSError):
        send_on_and_on()


def test_chunks_without_end_are_413(dial, monkeypatch):
    monkeypatch.setattr(http, "LARGEST_BODY", 1024 * 1024)
    connection = dial()
    connection.send(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with contextlib.suppress(OSError):
        for _ in range(17):
            connection.send(chunk)

    assert connection.response()[0] == 413


def test_half_sent_requests_do_not_keep_others_waiting(dial, request_bytes):
    for _ in range(16):
        dial().send(b"GET / HTTP/1.1\r\nHost")
    connection = dial()
    connection.send(request_bytes())

    assert connection.response()[0] == 200


def test_a_silent_connection_is_closed_after_the_timeout(dial, monkeypatch):
    monkeypatch.setattr(http, "READ_TIMEOUT", 0.01)

    assert dial().is_closed()


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"])
def test_peers_that_vanish_leave_no_trace_in_the_log(dial, sent, caplog, request_bytes):
    connection = dial()
    connection.send(sent)
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.socket.close()

    other = dial()
    other.send(request_bytes())
    assert other.response()[0] == 200
    assert caplog.records == []


def test_a_bug_of_the_sandbox_is_500_and_logged(dial, request_bytes, sandbox, caplog, monkeypatch):
    monkeypatch.setattr(sandbox.requests, "append", lambda entry: 1 / 0)
    connection = dial()
    connection.send(request_bytes())

    assert connection.response()[0] == 500
    assert "ZeroDivisionError" in caplog.text
    assert sandbox.token not in caplog.text


def test_a_section_of_more_than_a_megabyte_is_400_with_its_path(client, paths):
    assert paths(client.post(externalId="a", extra="x" * 1_100_000)) == ["/extra"]


def test_an_answer_without_content_has_no_length(client):
    response = client.delete_event(client.create_event())

    assert response.status_code == 204
    assert "Content-Length" not in response.headers


def test_a_tracing_id_outside_of_ascii_comes_back_as_it_was(dial, request_bytes):
    connection = dial()
    connection.send(request_bytes().replace(b"Host:", b"Contactlab-Tracing-ID: caf\xe9\r\nHost:", 1))

    status, headers, _ = connection.response()
    assert (status, headers["contactlab-tracing-id"]) == (200, "caf\xe9")


def test_requests_on_many_connections_are_served_side_by_side(sandbox, dial, request_bytes):
    sandbox.seed(5)
    statuses = []

    def work(connection):
        for _ in range(10):
            connection.send(request_bytes())
            statuses.append(connection.response()[0])

    threads = [threading.Thread(target=work, args=(dial(),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 80


def test_the_server_is_reached_from_this_machine_only():
    with Sandbox() as sandbox:
        assert sandbox.url.startswith("http://127.0.0.1:")


def test_closing_cuts_open_connections(dial, request_bytes):
    with Sandbox() as sandbox:
        connection = dial(sandbox.port)
        connection.send(request_bytes(authorized=False))
        connection.response()

    assert connection.is_closed()
