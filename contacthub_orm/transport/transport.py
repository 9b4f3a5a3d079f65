"""`Transport`: sends one request, with its retries, and gives back a decoded answer or one exception."""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn
from uuid import uuid4

import attrs
import requests
from requests.structures import CaseInsensitiveDict

from contacthub_orm._version import __version__
from contacthub_orm.errors import APIError, ArgumentError, ConfigurationError, TransportError
from contacthub_orm.transport import jsontext
from contacthub_orm.transport.adapter import KeepAliveAdapter
from contacthub_orm.transport.answers import Response, UnusableAnswer, api_error, decode_success, read_body
from contacthub_orm.transport.auth import BearerAuth
from contacthub_orm.transport.failures import NETWORK_ERRORS, Trouble, explain
from contacthub_orm.transport.retry import Failure, Repeat, RetryPolicy
from contacthub_orm.transport.urls import encode_path, encode_query, host_of, is_loopback

MAX_RESPONSE_BYTES = 16 * 2**20
MAX_ERROR_BYTES = 256 * 2**10
DEFAULT_CONNECTIONS = 10

_SHORTEST_TIMEOUT = 0.001
_IDEMPOTENT = {"GET": True, "PUT": True, "PATCH": True, "DELETE": True, "POST": False}
# 423 and 429 say that the request was not carried out; the rest may have been, before the answer was lost.
_REPEATABLE = {
    423: Repeat.ALWAYS,
    429: Repeat.ALWAYS,
    502: Repeat.IF_IDEMPOTENT,
    503: Repeat.IF_IDEMPOTENT,
    504: Repeat.IF_IDEMPOTENT,
}
_THROTTLED = (423, 429)

Observer = Callable[[str], None]
"""Gets one line for each request that was sent: method, path, status and time, never content."""

logger = logging.getLogger("contacthub_orm.transport")


@attrs.frozen
class _Call:
    """One request, the same over all its attempts."""

    method: str
    path: str
    url: str = attrs.field(repr=False)
    body: bytes | None = attrs.field(repr=False)
    tracing_id: str
    idempotent: bool


@attrs.frozen
class _Received:
    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)


class Transport:
    """The HTTP side of one workspace; made by `Workspace.transport` and shared by all its threads.

    Args:
        base_url: API root, normalised.
        root: Path of the workspace below it, encoded, such as `/workspaces/w`.
        auth: Holds the token.
        timeout: Seconds for (connecting, each wait for data).
        retry: Used by requests that bring no policy of their own.
        app_info: Added to the User-Agent.
    """

    def __init__(
        self,
        base_url: str,
        root: str,
        auth: BearerAuth,
        *,
        timeout: tuple[float, float],
        retry: RetryPolicy,
        app_info: str | None = None,
    ) -> None:
        self._root = base_url + root
        self._host = host_of(base_url)
        self._auth = auth
        self._timeout = timeout
        self._retry = retry
        self._headers = _fixed_headers(app_info)
        self._session = requests.Session()
        self._settings = _environment_settings(self._session, base_url, self._host)
        self._adapter = KeepAliveAdapter(DEFAULT_CONNECTIONS)
        self._session.mount("https://", self._adapter)
        self._session.mount("http://", self._adapter)
        self._observer: Observer | None = None

    def observed_by(self, observer: Observer) -> Transport:
        """Return this transport as one that tells an observer of each of its requests; connections are shared."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__, _observer=observer)
        return twin

    def request(
        self,
        method: str,
        segments: Sequence[str],
        *,
        params: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
        body: Mapping[str, Any] | None = None,
        retry: RetryPolicy | None = None,
        idempotent: bool | None = None,
    ) -> Response:
        """Send a request below the workspace and return its answer.

        Args:
            method: GET, POST, PUT, PATCH or DELETE.
            segments: Raw path segments such as `("customers", customer_id)`; each is checked and percent-encoded.
            params: Query parameters.
            body: Sent as JSON.
            retry: Instead of the workspace's policy.
            idempotent: Whether it may be repeated when its fate is unknown; by default every method but POST.

        Raises:
            ArgumentError: A segment, parameter or body cannot be sent; nothing was.
            APIError: The server answered with an error status (contract 7); the subclass says which.
            TransportError: No usable answer; `sent` tells whether the request can have been applied.
        """
        call = self._call(method, segments, params, body, idempotent)
        policy = self._retry if retry is None else retry
        started = policy.clock()
        attempt, in_doubt = 1, False
        while True:
            outcome = self._attempt(call, attempt, policy, started)
            if isinstance(outcome, Response):
                return outcome
            elapsed = policy.clock() - started
            wait = policy.wait_after(outcome, attempt=attempt, elapsed=elapsed, idempotent=call.idempotent)
            if wait is None:
                break
            in_doubt = in_doubt or outcome.repeat is Repeat.IF_IDEMPOTENT
            policy.sleep(wait)
            attempt += 1
        outcome.error.attempts, outcome.error.in_doubt = attempt, in_doubt
        raise outcome.error

    def ensure_pool(self, connections: int) -> None:
        """Keep at least this many connections open for reuse; call it with the number of threads that will send."""
        self._adapter.grow(connections)

    def close(self) -> None:
        """Close the idle connections. The transport stays usable and connects again when needed."""
        self._session.close()

    def __repr__(self) -> str:
        return f"<Transport to {self._host}>"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a Transport holds open connections and a token; it is not pickled or copied")

    def _call(
        self,
        method: str,
        segments: Sequence[str],
        params: Mapping[str, str] | Sequence[tuple[str, str]] | None,
        body: Mapping[str, Any] | None,
        idempotent: bool | None,
    ) -> _Call:
        if method not in _IDEMPOTENT:
            raise ArgumentError(f"the method must be one of {', '.join(_IDEMPOTENT)}")
        path, query = encode_path(segments), encode_query(params)
        return _Call(
            method=method,
            path=path,
            url=f"{self._root}{path}{'?' if query else ''}{query}",
            body=None if body is None else jsontext.dumps(body),
            tracing_id=str(uuid4()),
            idempotent=_IDEMPOTENT[method] if idempotent is None else idempotent,
        )

    def _attempt(self, call: _Call, attempt: int, policy: RetryPolicy, started: float) -> Response | Failure:
        # Failures are returned, not raised: an exception raised where the library's own is being handled would carry it
        # along as its context, and with it the token.
        began = policy.clock()
        received = self._exchange(call, policy, started + policy.deadline)
        ended = policy.clock()
        if self._observer is not None:
            self._observer(_line(call, received, attempt, ended - began))
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("%s", _line(call, received, attempt, ended - began))
        if isinstance(received, Trouble):
            return self._failure(call, received)
        if received.status >= 400:
            return self._refusal(call, received)
        if not 200 <= received.status < 300:
            return self._failure(call, self._redirect(call, received))
        try:
            body = decode_success(call.method, received.status, received.headers, received.body)
        except UnusableAnswer as error:
            trouble = explain(error)
        else:
            return Response(received.status, body, received.headers, attempt, ended - started)
        return self._failure(call, trouble)

    def _exchange(self, call: _Call, policy: RetryPolicy, ends: float) -> _Received | Trouble:
        remaining = max(ends - policy.clock(), _SHORTEST_TIMEOUT)
        connect, read = self._timeout
        body = bytearray()
        answer: requests.Response | None = None
        try:
            # The adapter is called directly: `Session.send` would read the body of a redirect whole, keep cookies, and
            # look at the environment again for each request.
            answer = self._session.get_adapter(call.url).send(
                self._prepared(call),
                stream=True,
                timeout=(min(connect, remaining), min(read, remaining)),
                **self._settings,
            )
            if answer.status_code < 200:
                answer.close()  # the final answer is still to come; it must not be taken for the next request's
            read_body(
                answer.raw,
                body,
                limit=MAX_RESPONSE_BYTES if answer.status_code < 300 else MAX_ERROR_BYTES,
                out_of_time=lambda: policy.clock() >= ends,
            )
        except NETWORK_ERRORS as error:
            # The status of an error counts, however little of its body arrived.
            if answer is None or answer.status_code < 300:
                return explain(error)
        return _Received(answer.status_code, answer.headers, bytes(body))

    def _prepared(self, call: _Call) -> requests.PreparedRequest:
        # Put together here and not by `Session.prepare_request`, which costs as much again as sending: the root was
        # normalised once, the rest consists of percent-encoded segments, which no later step changes.
        prepared = requests.PreparedRequest()
        prepared.method = call.method
        prepared.url = call.url
        prepared.headers = self._headers.copy()
        prepared.headers["Contactlab-Tracing-ID"] = call.tracing_id
        if call.body is not None:
            prepared.body = call.body
            prepared.headers["Content-Type"] = "application/json"
            prepared.headers["Content-Length"] = str(len(call.body))
        return self._auth(prepared)

    def _failure(self, call: _Call, trouble: Trouble) -> Failure:
        if not trouble.sent:
            text = f"{call.method} {call.path}: nothing was sent to {self._host}: {trouble.reason}"
        else:
            unknown = "" if call.method == "GET" else ". It is not known whether it was applied"
            text = f"{call.method} {call.path}: no usable answer from {self._host}: {trouble.reason}{unknown}"
        return Failure(
            TransportError(text, method=call.method, path=call.path, sent=trouble.sent),
            trouble.repeat,
        )

    def _refusal(self, call: _Call, received: _Received) -> Failure:
        error: APIError = api_error(
            received.status,
            received.headers,
            self._auth.scrub(received.body),
            method=call.method,
            path=call.path,
            address=call.url,
        )
        repeat = _REPEATABLE.get(received.status, Repeat.NEVER)
        return Failure(error, repeat, throttled=received.status in _THROTTLED)

    def _redirect(self, call: _Call, received: _Received) -> Trouble:
        location = received.headers.get("Location")
        if location is None:
            reason = f"the unexpected status {received.status}"
        else:
            host = host_of(location, base=call.url)
            reason = (
                f"status {received.status} redirects to host {host}, which was not followed, so that neither the token "
                "nor a write goes astray; check base_url"
            )
        return Trouble(reason, repeat=Repeat.NEVER)


def _fixed_headers(app_info: str | None) -> CaseInsensitiveDict[str]:
    version = ".".join(platform.python_version_tuple()[:2])
    agent = f"contacthub-orm/{__version__} python/{version} requests/{requests.__version__}"
    return CaseInsensitiveDict(
        {
            "User-Agent": f"{agent} {app_info}" if app_info else agent,
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
        }
    )


def _environment_settings(session: requests.Session, base_url: str, host: str) -> dict[str, Any]:
    """Proxies and certificates from the environment, looked up once: requests would do it for each request."""
    found = session.merge_environment_settings(base_url, {}, None, None, None)
    session.trust_env = False
    verify = found["verify"]
    if isinstance(verify, str) and not os.path.exists(verify):
        raise ConfigurationError(
            f"REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names the file {verify}, which does not exist; correct or unset it"
        )
    return {"proxies": {} if is_loopback(host) else dict(found["proxies"]), "verify": verify, "cert": found["cert"]}


def _line(call: _Call, received: _Received | Trouble, attempt: int, seconds: float) -> str:
    status, size = ("failed", 0) if isinstance(received, Trouble) else (str(received.status), len(received.body))
    time_taken = f"{1000 * seconds:.1f} ms"
    return f"{call.method} {call.path} -> {status} in {time_taken} (attempt {attempt}, {size} bytes)"
