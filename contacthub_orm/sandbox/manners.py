"""The ways in which an answer reaches its client in pieces, late or not at all, byte by byte on the socket."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from collections.abc import Callable
from typing import Literal, Protocol

import attrs

Part = Literal["body", "head"]

_END_OF_HEAD = b"\r\n\r\n"
_LINGER = "hh" if os.name == "nt" else "ii"


class Line(Protocol):
    """A connection with an answer that is to be sent on it."""

    connection: socket.socket
    message: Callable[[], bytes]
    """Makes the bytes of the whole answer."""

    def pause(self, seconds: float) -> None:
        """Wait, unless there is a hurry."""

    def wait_for_the_end(self) -> None:
        """Wait until the client closes the connection, unless there is a hurry."""


Manner = Callable[[Line], None]
"""Sends an answer; the connection ends afterwards."""


def whole(line: Line) -> None:
    """The answer as it is."""
    line.connection.sendall(line.message())


def close(line: Line) -> None:
    """No answer: the connection is closed in order."""
    hang_up(line.connection)


def reset(line: Line) -> None:
    """No answer: the connection is reset."""
    with contextlib.suppress(OSError):
        line.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(_LINGER, 1, 0))
    line.connection.close()


def silence(line: Line) -> None:
    """No answer, until the client gives up."""
    line.wait_for_the_end()


def half(line: Line) -> None:
    """The headers and half of the body that they announce; half of the first line when there is no body."""
    head, end, body = line.message().partition(_END_OF_HEAD)
    first_line = head.partition(b"\r\n")[0]
    line.connection.sendall(head + end + body[: len(body) // 2] if body else first_line[: len(first_line) // 2])


@attrs.frozen
class Drip:
    """The body, or everything, byte by byte with a pause after each."""

    seconds: float
    part: Part

    def __call__(self, line: Line) -> None:
        """Send the answer."""
        head, end, body = line.message().partition(_END_OF_HEAD)
        drops = head + end + body
        if self.part == "body":
            line.connection.sendall(head + end)
            drops = body
        for drop in drops:
            line.connection.sendall(bytes((drop,)))
            line.pause(self.seconds)


@attrs.frozen
class Bytes:
    """These bytes instead of an answer."""

    data: bytes = attrs.field(repr=False)

    def __call__(self, line: Line) -> None:
        """Send the bytes."""
        line.connection.sendall(self.data)


def hang_up(connection: socket.socket) -> None:
    """Close a connection in order; nothing happens to one that is closed already."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
