"""What a network failure means: in words without secrets, and whether the request can have reached the server.

The exceptions of the HTTP library hold the prepared request, and with it the token. They are read here and dropped.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from http.client import HTTPException

import attrs
from requests import RequestException
from urllib3 import exceptions as urllib3_errors

from contacthub_orm.transport.answers import UnusableAnswer
from contacthub_orm.transport.retry import Repeat

NETWORK_ERRORS = (UnusableAnswer, RequestException, urllib3_errors.HTTPError, HTTPException, OSError)
"""Everything that sending a request and reading its answer is known to raise."""


@attrs.frozen
class Trouble:
    """A network failure: the reason for people, whether the request may have been applied, and may be repeated."""

    reason: str
    sent: bool = True
    repeat: Repeat = Repeat.IF_IDEMPOTENT


_REFUSED = Trouble("the connection was refused or the host is unreachable", sent=False, repeat=Repeat.ALWAYS)
# The most specific first; the exceptions come wrapped into each other, so each row is looked for in the whole chain.
_MEANINGS: tuple[tuple[type[BaseException], Trouble], ...] = (
    (
        urllib3_errors.ProxyError,
        Trouble(
            "the proxy named by the environment (HTTP_PROXY, HTTPS_PROXY) cannot be reached or refused to connect",
            sent=False,
            repeat=Repeat.ALWAYS,
        ),
    ),
    (
        urllib3_errors.NameResolutionError,
        Trouble("the host name could not be resolved", sent=False, repeat=Repeat.ALWAYS),
    ),
    (urllib3_errors.NewConnectionError, _REFUSED),
    (
        urllib3_errors.ConnectTimeoutError,
        Trouble("no connection was made within the connect timeout", sent=False, repeat=Repeat.ALWAYS),
    ),
    (
        urllib3_errors.ClosedPoolError,
        Trouble("the workspace was closed meanwhile", sent=False, repeat=Repeat.ALWAYS),
    ),
    (
        ssl.SSLCertVerificationError,
        Trouble("the certificate of the server could not be verified", sent=False, repeat=Repeat.NEVER),
    ),
    (ssl.SSLError, Trouble("the TLS connection failed", repeat=Repeat.NEVER)),
    (urllib3_errors.SSLError, Trouble("the TLS connection failed", repeat=Repeat.NEVER)),
    (urllib3_errors.ReadTimeoutError, Trouble("no answer arrived within the read timeout")),
    (urllib3_errors.DecodeError, Trouble("the answer is compressed in a way that cannot be undone")),
    (urllib3_errors.IncompleteRead, Trouble("the answer was cut short")),
    (ConnectionResetError, Trouble("the connection was reset")),
    (BrokenPipeError, Trouble("the connection was closed while the request was being sent")),
    (TimeoutError, Trouble("the network timed out")),
    (HTTPException, Trouble("the connection was closed without an answer, or the answer is not HTTP")),
)
_UNKNOWN = Trouble("the connection failed")


def explain(error: BaseException) -> Trouble:
    """Say what a failure from `NETWORK_ERRORS` means."""
    chain = list(_chain(error))
    for cause in chain:
        if isinstance(cause, UnusableAnswer):
            return Trouble(cause.reason, repeat=cause.repeat)
    for kind, trouble in _MEANINGS:
        if any(isinstance(cause, kind) for cause in chain):
            return trouble
    return _UNKNOWN


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and all that it wraps: as `reason`, as an argument, or as Python's own context."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [getattr(cause, "reason", None), *cause.args, cause.__cause__, cause.__context__]
