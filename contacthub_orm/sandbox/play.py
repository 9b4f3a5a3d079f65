"""One request that a rule met, from its arrival until nothing more becomes of it."""

from __future__ import annotations

import contextlib
import enum
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import attrs

from contacthub_orm.sandbox import manners
from contacthub_orm.sandbox.log import LogEntry, RequestLog
from contacthub_orm.sandbox.messages import Request, Response, Unanswered

if TYPE_CHECKING:
    from contacthub_orm.sandbox.app import App
    from contacthub_orm.sandbox.fault import Fault

_CLOSING = (("Connection", "close"),)
_CHUNK = 16 * 1024


class Stage(enum.IntEnum):
    """How patient a play is."""

    PATIENT = 0
    HURRIED = 1
    """Everything goes on without waiting."""
    DROPPED = 2
    """Nothing goes on."""


class Play:
    """Plays a fault for one request.

    Args:
        fault: what goes wrong.
        changed: guards the stage, and is notified of its changes.
        ended: is told when nothing more becomes of the request; called with `changed` held.
    """

    connection: socket.socket
    message: Callable[[], bytes]

    def __init__(self, fault: Fault, changed: threading.Condition, ended: Callable[[Play], None]) -> None:
        self.fault = fault
        self._changed = changed
        self._ended = ended
        self._stage = Stage.PATIENT
        self._to_shut: dict[Stage, socket.socket] = {}

    def respond(
        self,
        request: Request,
        app: App,
        log: RequestLog,
        step: Callable[[], AbstractContextManager[None]],
        *,
        began: float | None = None,
    ) -> Response:
        """Make the answer to a request, or what stands for none.

        Args:
            request: it.
            app: the API.
            log: gets an entry, which is kept up to date.
            step: makes what is done inside one step for others, unless the sandbox was reset or closed.
            began: what `perf_counter` said when the request arrived.

        Raises:
            Unanswered: the sandbox was reset or closed meanwhile.
        """
        self._request, self._app, self._step = request, app, step
        self._entry = LogEntry.arrived(request, self.fault, began=began)
        delivered = False
        try:
            with step():
                log.append(self._entry)
            response = self._response()
            delivered = response.delivery is not None
            return response
        finally:
            if not delivered:
                self._end()

    def go_on(self, stage: Stage) -> None:
        """Be in a hurry, or stop; called with `changed` held."""
        self._stage = max(self._stage, stage)
        if stage in self._to_shut:
            with contextlib.suppress(OSError):
                self._to_shut[stage].shutdown(socket.SHUT_RDWR)
        self._changed.notify_all()

    def pause(self, seconds: float) -> None:
        """Wait, unless there is a hurry."""
        with self._changed:
            limit = None if seconds == float("inf") else min(seconds, threading.TIMEOUT_MAX)
            self._changed.wait_for(lambda: self._stage > Stage.PATIENT, limit)
            self._heed()

    def wait_for_the_end(self) -> None:
        """Wait until the client closes the connection, unless there is a hurry."""
        with self._changed:
            self._heed()
            if self._stage is Stage.HURRIED:
                return
            self._to_shut[Stage.HURRIED] = self.connection
        self.connection.settimeout(None)
        with contextlib.suppress(OSError):
            while self.connection.recv(_CHUNK):
                pass

    def _response(self) -> Response:
        fault = self.fault
        response = self._apply() if fault.when == "after" else None
        if fault.when != "late":
            self.pause(fault.seconds)
        if fault.made is not None:
            with self._step():
                response = fault.made.response(self._request, self._app.hub)
        elif response is None and fault.manner is None:
            response = self._apply()
        if response is None or not fault.answers:
            response = Response(204)  # is never sent
        else:
            self._entry.status, self._entry.answer = response.status, response.body
        if fault.manner is None and fault.when != "late":
            return response
        return attrs.evolve(response.with_headers(_CLOSING), delivery=self._deliver)

    def _deliver(self, connection: socket.socket, message: Callable[[], bytes]) -> None:
        self.connection, self.message = connection, message
        send = self.fault.manner or manners.whole
        try:
            with self._changed:
                self._heed()
                self._to_shut[Stage.DROPPED] = connection
            with contextlib.suppress(OSError):  # the client may be gone
                send(self)
            manners.hang_up(connection)
            if self.fault.when == "late":
                self.pause(self.fault.seconds)
                self._apply()
        except Unanswered:
            manners.hang_up(connection)
        finally:
            self._end()

    def _apply(self) -> Response:
        with self._step():
            response = self._app(self._request)
        self._entry.applied = response.status < 400
        return response

    def _heed(self) -> None:
        if self._stage is Stage.DROPPED:
            raise Unanswered

    def _end(self) -> None:
        self._entry.finish()
        with self._changed:
            self._ended(self)
