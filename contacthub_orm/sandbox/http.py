"""HTTP/1.1 on a TCP port: strict h11 over one thread per connection (DESIGN 8).

Bytes that are no clean HTTP are refused (400, 413, 431, 501, 505), and the connection is closed, since what follows
cannot be trusted any more.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import socketserver
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import attrs

from contacthub_orm.sandbox.messages import Request, Response, Unanswered

try:
    import h11
except ModuleNotFoundError as missing:
    message = "The sandbox needs the package h11. Install it with: pip install 'contacthub-orm[sandbox]'"
    raise ModuleNotFoundError(message, name=missing.name) from missing

Handler = Callable[[Request], Response]
"""Makes the response to a request; raises `Unanswered` when there shall be none."""
Refuse = Callable[[int, Request | None], Response]
"""`refuse(status, request)` answers bytes that are no clean HTTP; the request is their head, if that could be read."""

READ_TIMEOUT = 30.0
"""Seconds that a connection may be silent."""
LARGEST_BODY = 16 * 1024 * 1024
"""Bytes; sections of documents are far smaller, and what is larger is refused with its path (contract 2.9)."""
LARGEST_HEAD = 64 * 1024
"""Bytes of request line and headers; queries travel in the request line."""
LONGEST_LINGER = 10.0
"""Seconds for which what a refused client still sends is read."""

_CHUNK = 16 * 1024
_POLL = 0.02
_LINGER = 1.0
_NO_CONTENT = 204

_log = logging.getLogger(__name__)


class _Refused(Exception):
    """The request cannot be read; answer with `status` and close."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class HttpServer:
    """Serves `handler` on a port until closed.

    Args:
        handler: makes the response to each request; called from many threads.
        refuse: makes the response to what cannot be read.
        host: address to listen on.
        port: 0 takes a free one.

    Raises:
        OSError: the port cannot be had.
    """

    def __init__(self, handler: Handler, refuse: Refuse, host: str = "127.0.0.1", port: int = 0) -> None:
        self._server = _Server((host, port), handler, refuse)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": _POLL}, name="contacthub-sandbox", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop listening and cut all connections."""
        self._server.closing = True
        self._server.shutdown()
        self._server.server_close()
        self._server.cut_connections()
        self._thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    # Elsewhere the option would let two servers listen on one port.
    allow_reuse_address = os.name == "posix"

    def __init__(self, address: tuple[str, int], handler: Handler, refuse: Refuse) -> None:
        self.handler = handler
        self.refuse = refuse
        self.closing = False
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def cut_connections(self) -> None:
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        _log.exception("The sandbox failed to serve a connection.")


class _Connection(socketserver.BaseRequestHandler):
    """One keep-alive connection."""

    server: _Server
    request: socket.socket

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request.settimeout(READ_TIMEOUT)
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)
        # A peer that resets the connection or falls silent is everyday life, not an error of the server.
        with contextlib.suppress(OSError):
            while self._exchange():
                self._http.start_next_cycle()

    def _exchange(self) -> bool:
        """Serve one request; False when no other can follow on this connection."""
        self._head: Request | None = None
        try:
            request = self._read()
        except h11.RemoteProtocolError as error:
            self._refuse(error.error_status_hint)
            return False
        except _Refused as refused:
            self._refuse(refused.status)
            return False
        if request is None:
            return False
        try:
            response = self._answer(request)
        except Unanswered:
            return False
        if response.delivery is not None:
            response.delivery(self.request, partial(self._encoded, response))
            return False
        self._send(response)
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    def _answer(self, request: Request) -> Response:
        try:
            return self.server.handler(request)
        except Unanswered:
            raise
        except Exception:
            # A bug of the sandbox; the client shall see a server error instead of a dead connection. Data that are
            # closed under a late request are no bug.
            if not self.server.closing:
                _log.exception("The sandbox failed to answer %s %s.", request.method, request.path)
            return Response(500)

    def _read(self) -> Request | None:
        """The next request, None when the peer is done."""
        head = self._next_event()
        if not isinstance(head, h11.Request):
            return None
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
        target = _origin_form(head.target.decode("ascii"))
        self._head = Request(head.method.decode("ascii"), target, headers, address=self.client_address[0])
        names = [name for name, _ in headers]
        if head.http_version not in (b"1.0", b"1.1"):
            raise _Refused(505)
        if "transfer-encoding" in names and "content-length" in names:
            raise _Refused(400)  # two lengths for one body: request smuggling starts like this
        body = self._read_body(next((int(value) for name, value in headers if name == "content-length"), 0))
        return attrs.evolve(self._head, body=body)

    def _read_body(self, announced: int) -> bytes:
        if announced > LARGEST_BODY:
            raise _Refused(413)
        body = bytearray()
        while isinstance(event := self._next_event(), h11.Data):
            body += event.data
            if len(body) > LARGEST_BODY:
                raise _Refused(413)
        return bytes(body)

    def _next_event(self) -> Any:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                self.request.sendall(self._http.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            self._http.receive_data(self.request.recv(_CHUNK))
        return event

    def _send(self, response: Response) -> None:
        self.request.sendall(self._encoded(response))

    def _encoded(self, response: Response) -> bytes:
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
        if response.status != _NO_CONTENT:  # which has no length either
            headers.append((b"Content-Length", b"%d" % len(response.body)))
        head = h11.Response(status_code=response.status, reason=response.reason.encode(), headers=headers)
        bodiless = self._head is not None and self._head.method == "HEAD"
        body = b"" if bodiless else response.body  # a HEAD gets the headers of the body, not the body
        return b"".join(self._http.send(event) or b"" for event in (head, h11.Data(data=body), h11.EndOfMessage()))

    def _refuse(self, status: int) -> None:
        if self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        self._send(self.server.refuse(status, self._head).with_headers([("Connection", "close")]))
        self._linger()

    def _linger(self) -> None:
        """Read what is still under way; closing at once would reset the connection before the refusal is read."""
        self.request.shutdown(socket.SHUT_WR)
        self.request.settimeout(_LINGER)
        end = time.monotonic() + LONGEST_LINGER
        while time.monotonic() < end and self.request.recv(_CHUNK):
            pass


def _origin_form(target: str) -> str:
    """The path and query of a target; proxies send it with scheme and host."""
    scheme, separator, rest = target.partition("://")
    if separator and scheme.lower() in ("http", "https"):
        return "/" + rest.partition("/")[2]
    return target
