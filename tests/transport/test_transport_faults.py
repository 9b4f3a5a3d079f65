"""Broken connections: what is raised, whether it was sent, and that nothing secret is reachable from it."""

from __future__ import annotations

import errno
import socket
import ssl
import threading

import pytest
import requests
import urllib3

from contacthub_orm.errors import TransportError
from contacthub_orm.transport.answers import UnusableAnswer
from contacthub_orm.transport.failures import explain
from contacthub_orm.transport.retry import Repeat


def fail(transport, method="POST"):
    with pytest.raises(TransportError) as caught:
        transport.request(method, ["customers"], **({"body": {}} if method == "POST" else {}))
    return caught.value


@pytest.fixture
def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield probe.getsockname()[1]  # bound, but nobody listens


def test_a_refused_connection_was_not_sent_and_is_tried_again_whatever_the_method(
    make_workspace, closed_port, fake_time
):
    error = fail(make_workspace(base_url=f"http://127.0.0.1:{closed_port}").transport)
    assert (error.sent, error.attempts, len(fake_time.slept)) == (False, 4, 3)
    assert str(error) == (
        "POST /customers: nothing was sent to 127.0.0.1: the connection was refused or the host is unreachable"
    )


def test_a_name_that_does_not_resolve_was_not_sent(make_workspace, monkeypatch):
    def unknown(*_args, **_options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    workspace = make_workspace(base_url="https://api.example.test/hub/v1")
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = fail(workspace.transport)
    assert (error.sent, error.attempts) == (False, 4)
    assert "api.example.test: the host name could not be resolved" in str(error)


def test_a_connect_timeout_was_not_sent(make_workspace, monkeypatch):
    def too_slow(*_args, **_options):
        raise TimeoutError("timed out")

    monkeypatch.setattr("urllib3.util.connection.create_connection", too_slow)
    error = fail(make_workspace().transport)
    assert (error.sent, error.attempts) == (False, 4)
    assert "connect timeout" in str(error)


@pytest.mark.parametrize("how", ["reset", "hang_up"])
def test_an_ambiguous_failure_of_a_post_is_never_repeated(server, transport, step, how):
    server.play(getattr(step, how))
    error = fail(transport)
    assert (error.sent, error.attempts, len(server.requests)) == (True, 1, 1)
    assert "not known whether it was applied" in str(error)
    assert (error.method, error.path) == ("POST", "/customers")


@pytest.mark.parametrize("how", ["reset", "hang_up"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_the_same_failure_of_an_idempotent_request_is(server, transport, step, how, method):
    server.play(getattr(step, how), getattr(step, how))
    assert transport.request(method, ["customers"]).attempts == 3


def test_a_caller_may_vouch_for_a_post(server, transport, step):
    server.play(step.reset)
    assert transport.request("POST", ["customers"], body={}, idempotent=True).attempts == 2


def test_a_caller_may_forbid_repeating_a_patch(server, transport, step):
    server.play(step.reset)
    with pytest.raises(TransportError) as caught:
        transport.request("PATCH", ["customers"], idempotent=False)
    assert caught.value.attempts == 1


def test_a_read_that_failed_does_not_speak_of_applying(server, transport, step):
    server.play(*[step.hang_up] * 4)
    error = fail(transport, "GET")
    assert error.attempts == 4
    assert "applied" not in str(error)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1 20",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{",
        b'HTTP/1.1 200 OK\r\n\r\n{"cut',
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n{}",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/2.0 200 OK\r\n\r\n",
    ],
    ids=[
        "nothing",
        "status",
        "garbage",
        "short",
        "chunk",
        "bad chunk",
        "no length",
        "headers",
        "header",
        "two",
        "http2",
    ],
)
def test_half_an_answer_is_ambiguous(server, transport, step, data):
    server.play(step.raw(data, then_close=True))
    error = fail(transport)
    assert (error.sent, error.attempts) == (True, 1)
    assert error.__cause__ is None
    assert error.__context__ is None


@pytest.mark.parametrize("data", [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", b'HTTP/1.1 200 OK\r\n\r\n{"cut'])
def test_half_an_answer_to_an_idempotent_request_is_asked_for_again(server, transport, step, data):
    server.play(step.raw(data, then_close=True))
    assert transport.request("PATCH", ["customers"]).attempts == 2


def test_no_answer_within_the_read_timeout_is_ambiguous(server, make_workspace):
    silent = threading.Event()
    server.play(lambda _connection, _seen: silent.wait(5))
    error = fail(make_workspace(timeout=(1.0, 0.02)).transport)
    silent.set()
    assert (error.sent, error.attempts) == (True, 1)
    assert "read timeout" in str(error)


def test_a_server_that_does_not_speak_tls_is_an_error_without_another_attempt(server, make_workspace):
    error = fail(make_workspace(base_url=f"https://{server.address}/hub/v1").transport, "GET")
    assert error.attempts == 1
    assert "TLS" in str(error)


def test_a_stale_connection_is_noticed_before_it_is_used(server, transport, step):
    server.play(step.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", then_close=True))
    transport.request("POST", ["customers"], body={})
    server.wait_until_all_closed()
    assert transport.request("POST", ["customers"], body={}).attempts == 1
    assert server.connections == 2


def test_an_interrupt_while_reading_leaves_no_half_read_connection_behind(server, transport, step, monkeypatch):
    server.play(step.answer(200, {"first": 1}), step.answer(200, {"second": 2}))
    with monkeypatch.context() as patch:
        patch.setattr("urllib3.response.HTTPResponse.read1", lambda *_args, **_options: interrupt())
        with pytest.raises(KeyboardInterrupt):
            transport.request("GET", ["customers"])
    assert transport.request("GET", ["customers"]).body == {"second": 2}
    assert server.connections == 2


def interrupt():
    raise KeyboardInterrupt


def test_an_error_raised_inside_an_except_block_brings_nothing_of_the_http_library(server, transport, step):
    server.play(step.reset)
    try:
        raise LookupError("the caller's own")
    except LookupError:
        error = fail(transport)
    assert isinstance(error.__context__, LookupError)
    assert error.__context__.__context__ is None


def wrapped(reason):
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(None, "/", reason))


@pytest.mark.parametrize(
    ("error", "sent", "repeat", "words"),
    [
        (wrapped(urllib3.exceptions.NewConnectionError(None, "x")), False, Repeat.ALWAYS, "refused"),
        (
            wrapped(urllib3.exceptions.NameResolutionError("h", None, socket.gaierror())),
            False,
            Repeat.ALWAYS,
            "resolved",
        ),
        (wrapped(urllib3.exceptions.ConnectTimeoutError()), False, Repeat.ALWAYS, "connect timeout"),
        (wrapped(urllib3.exceptions.ProxyError("x", OSError("407"))), False, Repeat.ALWAYS, "proxy"),
        (requests.ConnectionError(urllib3.exceptions.ClosedPoolError(None, "x")), False, Repeat.ALWAYS, "closed"),
        (
            requests.exceptions.SSLError(urllib3.exceptions.SSLError(ssl.SSLCertVerificationError("x"))),
            False,
            Repeat.NEVER,
            "certificate",
        ),
        (urllib3.exceptions.SSLError("x"), True, Repeat.NEVER, "TLS"),
        (ssl.SSLEOFError(), True, Repeat.NEVER, "TLS"),
        (urllib3.exceptions.ReadTimeoutError(None, "/", "x"), True, Repeat.IF_IDEMPOTENT, "read timeout"),
        (
            urllib3.exceptions.ProtocolError("x", ConnectionResetError(errno.ECONNRESET, "x")),
            True,
            Repeat.IF_IDEMPOTENT,
            "reset",
        ),
        (urllib3.exceptions.ProtocolError("x", BrokenPipeError()), True, Repeat.IF_IDEMPOTENT, "being sent"),
        (requests.ConnectionError(TimeoutError()), True, Repeat.IF_IDEMPOTENT, "timed out"),
        (requests.exceptions.InvalidHeader("x"), True, Repeat.IF_IDEMPOTENT, "failed"),
        (OSError("x"), True, Repeat.IF_IDEMPOTENT, "failed"),
        (UnusableAnswer("its own words"), True, Repeat.NEVER, "its own words"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_what_a_failure_means(error, sent, repeat, words):
    trouble = explain(error)
    assert (trouble.sent, trouble.repeat) == (sent, repeat)
    assert words in trouble.reason


def test_the_meaning_is_found_through_pythons_own_context_and_in_circles():
    inner = ConnectionResetError()
    outer = OSError("outer")
    outer.__context__ = inner
    inner.__cause__ = outer
    assert "reset" in explain(outer).reason
