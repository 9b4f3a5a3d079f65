"""A server that answers from a script over real sockets, a clock that moves when told, and a secret to look for."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import socketserver
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest

from contacthub_orm.transport import RetryPolicy, Transport
from contacthub_orm.workspace import Workspace

TOKEN = "canary-3f9a41c07d5e4b21"
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@attrs.frozen
class Seen:
    """A request as the server read it; header names in lower case."""

    connection: int
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Step = Callable[[socket.socket, Seen], None]


class ScriptedServer:
    """Plays one step for each request, then answers 200 `{}`; a step may also break the connection."""

    def __init__(self) -> None:
        self.requests: list[Seen] = []
        self.connections = 0
        self.script: deque[Step] = deque()
        self.lock = threading.Condition()
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                outer.serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = False
            request_queue_size = 64

            def shutdown_request(self, request: Any) -> None:
                self.close_request(request)  # without the orderly shutdown, which would turn a reset into a close

        self.open: set[socket.socket] = set()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.address}/hub/v1"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.005})
        self.thread.start()

    def play(self, *steps: Step) -> None:
        self.script.extend(steps)

    def serve(self, connection: socket.socket) -> None:
        with self.lock:
            self.connections += 1
            number = self.connections
            self.open.add(connection)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with connection.makefile("rb") as reader:
                while seen := self.read(reader, connection, number):
                    with self.lock:
                        self.requests.append(seen)
                        step = self.script.popleft() if self.script else answer()
                    step(connection, seen)
        except OSError:
            pass  # the connection was broken on purpose, or the client is gone
        finally:
            with self.lock:
                self.open.discard(connection)
                self.lock.notify_all()

    def wait_until_all_closed(self) -> None:
        """Wait until the server has ended all its connections."""
        with self.lock:
            assert self.lock.wait_for(lambda: not self.open, timeout=10)

    @staticmethod
    def read(reader: Any, connection: socket.socket, number: int) -> Seen | None:
        line = reader.readline().decode("latin-1").split()
        if not line:
            return None
        if not line[-1].startswith("HTTP/"):
            connection.sendall(b"HTTP/1.1 400 This is not HTTP\r\n\r\n")
            connection.shutdown(socket.SHUT_WR)
            reader.read()  # closing with unread data would reset the connection
            return None
        headers = {}
        while (header := reader.readline().decode("latin-1").strip()) != "":
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        return Seen(number, line[0], line[1], headers, reader.read(int(headers.get("content-length", 0))))

    def close(self) -> None:
        self.server.shutdown()
        with self.lock:
            for connection in self.open:
                with contextlib.suppress(OSError):  # the client was faster
                    connection.shutdown(socket.SHUT_RDWR)
        self.server.server_close()
        self.thread.join()


def answer(status: int = 200, body: Any = None, **headers: str) -> Step:
    """A step: a well-formed answer; the body as JSON, or as the bytes given. `Retry_After` is a header name."""
    content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
    fields = {"Content-Type": "application/json", "Content-Length": str(len(content))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return raw(f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + content)


def raw(data: bytes, *, then_close: bool = False) -> Step:
    """A step: exactly these bytes."""

    def play(connection: socket.socket, _seen: Seen) -> None:
        connection.sendall(data)
        if then_close:
            connection.shutdown(socket.SHUT_RDWR)

    return play


def reset(connection: socket.socket, _seen: Seen) -> None:
    """A step: the connection is reset after the request was read."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ConnectionAbortedError("the script ends this connection; closing it resets it now")


def hang_up(connection: socket.socket, _seen: Seen) -> None:
    """A step: the connection is closed in order after the request was read."""
    connection.shutdown(socket.SHUT_RDWR)


@attrs.define
class FakeTime:
    """Time for a `RetryPolicy`: sleeping moves the clock and nothing else does."""

    now: float = 1000.0
    random: float = 0.5
    slept: list[float] = attrs.Factory(list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def policy(self, **options: Any) -> RetryPolicy:
        return RetryPolicy(clock=lambda: self.now, sleep=self.sleep, rng=lambda: self.random, **options)


@attrs.frozen
class Play:
    """The steps, for tests to name."""

    answer: Callable[..., Step] = answer
    raw: Callable[..., Step] = raw
    reset: Step = reset
    hang_up: Step = hang_up


@pytest.fixture
def step() -> Play:
    return Play()


@pytest.fixture
def token() -> str:
    return TOKEN


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True)
def no_secret_in_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    for record in caplog.get_records("call"):
        assert TOKEN not in f"{record.getMessage()} {record.__dict__}"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    yield server
    server.close()


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def make_workspace(server: ScriptedServer, fake_time: FakeTime) -> Iterator[Callable[..., Workspace]]:
    """Makes workspaces on the scripted server (or `base_url`), with the fake clock, and closes them."""
    made = []

    def make(**options: Any) -> Workspace:
        options.setdefault("retry", fake_time.policy())
        workspace = Workspace("w-1", TOKEN, options.pop("base_url", server.url), **options)
        made.append(workspace)
        return workspace

    yield make
    for workspace in made:
        workspace.close()


@pytest.fixture
def transport(make_workspace: Callable[..., Workspace]) -> Transport:
    return make_workspace().transport
