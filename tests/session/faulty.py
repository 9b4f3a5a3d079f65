"""A server that stands between the library and a sandbox and goes wrong when told to."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import attrs

from contacthub_orm.sandbox import Sandbox


@attrs.frozen
class Fate:
    """What becomes of a write.

    Attributes:
        applied: whether the sandbox gets to see it.
        status: what the library is answered; None for the sandbox's own answer, 0 for no answer at all.
    """

    applied: bool = True
    status: int | None = None
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


PASSED_ON = Fate()
ANSWER_LOST = Fate(applied=True, status=0)
CUT_OFF = Fate(applied=False, status=0)
APPLIED_AND_503 = Fate(applied=True, status=503)


def refused(status: int, message: str = "not now", **headers: str) -> Fate:
    """Refused with an error body of the API, not applied."""
    body = json.dumps({"message": message, "logref": "l-1", "data": None, "errors": []}).encode()
    return Fate(False, status, body, tuple((name.replace("_", "-"), value) for name, value in headers.items()))


class FaultyServer:
    """Hands requests on to a sandbox; each write takes the next of the fates given to `play`."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.fates: deque[Fate] = deque()
        self.writes = 0
        self._lock = threading.Lock()
        address = urlsplit(sandbox.url)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fate = outer.fate_of(self.command)
                status, headers, content = fate.status, dict(fate.headers), fate.body
                if fate.applied:
                    made = outer.hand_on(address.port, self.command, self.path, dict(self.headers), body)
                    if status is None:
                        status, headers, content = made
                if not status:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._handler = Handler
        self._listen(0)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{address.path}"

    def _listen(self, port: int) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.005})
        self._thread.start()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Listen to nobody for a while."""
        port = self._server.server_address[1]
        self.close()
        yield
        self._listen(port)

    def play(self, *fates: Fate) -> None:
        self.fates.extend(fates)

    def fate_of(self, method: str) -> Fate:
        with self._lock:
            if method == "GET":
                return PASSED_ON
            self.writes += 1
            return self.fates.popleft() if self.fates else PASSED_ON

    @staticmethod
    def hand_on(
        port: int | None, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request(method, target, body or None, headers)
            answer = connection.getresponse()
            return answer.status, {"Content-Type": answer.headers.get("Content-Type", "")}, answer.read()
        finally:
            connection.close()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
