"""The connection pool: keep-alive, no retries of its own, sized to the number of threads that share it."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from requests import Response
from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    from requests import PreparedRequest
    from urllib3.connectionpool import ConnectionPool


class KeepAliveAdapter(HTTPAdapter):
    """An `HTTPAdapter` for one origin that remembers its pool, can grow, and is safe to use after a fork.

    Choosing the pool and looking for a proxy anew is a fifth of the cost of a small request; here neither changes.
    """

    def __init__(self, connections: int) -> None:
        self._changing = threading.Lock()
        self._pool: ConnectionPool | None = None
        self._process = os.getpid()
        self._size = connections
        super().__init__(pool_connections=1, pool_maxsize=connections, max_retries=0)

    @property
    def connections(self) -> int:
        """How many idle connections are kept."""
        return self._size

    def grow(self, connections: int) -> None:
        """Keep at least this many connections. Requests under way finish on the ones they have."""
        with self._changing:
            if connections > self._size:
                self._start_over(connections)

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: Any = None,
    ) -> ConnectionPool:
        """Return the pool; chosen as `HTTPAdapter` does, once."""
        if self._process != os.getpid():
            self._leave_parent()
        pool = self._pool
        if pool is not None:
            return pool
        with self._changing:
            pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
            self._pool = pool
            return pool

    def request_url(self, request: PreparedRequest, proxies: Mapping[str, str] | None) -> str:
        """Return what stands in the request line: the path, unless a proxy needs the whole address."""
        return super().request_url(request, proxies) if proxies else request.path_url

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:
        """Return what the transport looks at; cookies and encodings, which it does not, cost a tenth of a request."""
        response = Response()
        response.status_code = resp.status
        response.headers = resp.headers
        response.reason = resp.reason
        response.raw = resp
        response.url = req.url or ""
        response.request = req
        return response

    def close(self) -> None:
        """Close the idle connections; the next request opens new ones."""
        with self._changing:
            self._pool = None
            super().close()

    def _start_over(self, connections: int) -> None:
        # The old pool is dropped, not cleared: clearing would break the requests that are about to use it. Its idle
        # connections are closed as soon as the last of those lets go of it.
        self._pool = None
        self._size = connections
        self.proxy_manager = {}
        self.init_poolmanager(1, connections)

    def _leave_parent(self) -> None:
        # Two processes writing to one inherited socket would read each other's answers.
        self._changing = threading.Lock()
        self._start_over(self._size)
        self._process = os.getpid()
