"""The facade: one object that is a running ContactHub server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

import attrs

from contacthub_orm.errors import ArgumentError, IllegalStateError
from contacthub_orm.sandbox.app import API_ROOT, App
from contacthub_orm.sandbox.browsers import Browsers
from contacthub_orm.sandbox.clock import Clock
from contacthub_orm.sandbox.customers import record_of
from contacthub_orm.sandbox.faults import Faults
from contacthub_orm.sandbox.http import HttpServer
from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.identifiers import TimeOrderedIds
from contacthub_orm.sandbox.log import LogEntry, RequestLog
from contacthub_orm.sandbox.messages import Request, Response, Unanswered
from contacthub_orm.sandbox.page import Page
from contacthub_orm.sandbox.problems import unknown_host, unreadable
from contacthub_orm.sandbox.profile import Profile
from contacthub_orm.sandbox.seeds import seed_customers
from contacthub_orm.sandbox.settings import Settings, SettingsOptions
from contacthub_orm.sandbox.store import Store

if TYPE_CHECKING:
    from contacthub_orm.session import Session
    from contacthub_orm.session_options import SessionOptions
    from contacthub_orm.workspace import Workspace, WorkspaceOptions

WORKSPACE_ID = "5a4dbc01-0f6e-4c59-9d1a-000000000001"
NODE_ID = "5a4dbc01-0f6e-4c59-9d1a-000000000002"
SOURCE_ID = "5a4dbc01-0f6e-4c59-9d1a-000000000003"
TOKEN = "sandbox-token"

_POLL = 0.1


class Sandbox:
    """A local ContactHub server, started by `with` or `start()`.

    Args:
        path: `:memory:`, or an SQLite file that keeps the data.
        host: address to listen on; everyone who reaches it and knows the token can use the server.
        port: 0 takes a free one.
        workspace_id: the only workspace.
        node_id: the first node.
        token: the only token.
        source_id: the source of that token.
        allowed_hosts: names by which clients may call the server, besides those of this machine; `*` for all.
        clock: gives the time in seconds since 1970; `ManualClock` for tests of delays.
        sleep: waits for the latency.
        ids: makes ids and logrefs; version 7 UUIDs by default.
        log_limit: most requests that the log keeps.
        **settings: latency, index_delay, uniqueness, matching and more: see `Settings`.

    Example:
        >>> with Sandbox(uniqueness="BLOCK") as sandbox:
        ...     [len(sandbox.seed(3)), len(sandbox.requests)]
        [3, 0]
    """

    def __init__(
        self,
        path: str | Path = ":memory:",
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        workspace_id: str = WORKSPACE_ID,
        node_id: str = NODE_ID,
        token: str = TOKEN,
        source_id: str = SOURCE_ID,
        allowed_hosts: Iterable[str] = (),
        clock: Clock = time.time,
        sleep: Callable[[float], None] = time.sleep,
        ids: Callable[[], str] | None = None,
        log_limit: int = 100_000,
        **settings: Unpack[SettingsOptions],
    ) -> None:
        self.workspace_id = workspace_id
        self.node_id = node_id
        self.token = token
        self.source_id = source_id
        self.requests = RequestLog(log_limit)
        self.faults = Faults()
        self._browsers = Browsers(host, allowed_hosts, open_to_all=token != TOKEN)
        self._path = path
        self._host = host
        self._port = port
        self._clock = clock
        self._sleep = sleep
        self._ids = ids or TimeOrderedIds(clock)
        self._first_settings = _settings(Settings(), settings)
        self._hub: Hub | None = None
        self._server: HttpServer | None = None
        self._workspace: Workspace | None = None
        self._resets = 0

    def start(self) -> Self:
        """Open the data and listen; the port stays the same when a closed sandbox is started again.

        Raises:
            ConfigurationError: the file cannot be used.
            OSError: the port cannot be had.
        """
        if self._server is not None:
            raise IllegalStateError("The sandbox is running already. Close it before starting it again.")
        store = Store(self._path)
        try:
            self._hub = self._make_hub(store)
            self._app = App(self._hub)
            self._page = Page(self._hub, self.requests, self.faults, self._browsers)
            self._server = HttpServer(self._serve, self._refuse, self._host, self._port)
        except BaseException:
            self._hub = None
            store.close()
            raise
        self._port = self._server.port
        self._hub.root_url = self.url
        return self

    def close(self) -> None:
        """Stop; data in a file stay, data in memory are gone. Closing twice does nothing."""
        server, hub, workspace = self._server, self._hub, self._workspace
        if server is None or hub is None:
            return
        self._server = self._hub = self._workspace = None
        if workspace is not None:
            workspace.close()
        self.faults.drop()
        server.close()
        hub.store.close()

    def serve_forever(self) -> None:
        """Run until Ctrl-C or until another thread calls `close()`; starts the sandbox if need be."""
        if self._server is None:
            self.start()
        server = self._server
        try:
            while self._server is server:
                time.sleep(_POLL)  # no lock, which an interrupt could leave locked for good
        except KeyboardInterrupt:
            self.close()

    def __enter__(self) -> Self:
        return self.start() if self._server is None else self

    def __exit__(
        self, type_: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Sandbox {self.url if self._server else 'not running'}>"

    @property
    def url(self) -> str:
        """The root of the API, as a `base_url` for clients."""
        self._running()
        host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self._port}{API_ROOT}"

    @property
    def page_url(self) -> str:
        """A page for your browser on this machine that shows the documents and the request log live."""
        return self.url.removesuffix(API_ROOT) + "/"

    @property
    def port(self) -> int:
        """The port that is listened on."""
        self._running()
        return self._port

    @property
    def settings(self) -> Settings:
        """The policies and knobs in force."""
        return self._running().settings

    def configure(self, **settings: Unpack[SettingsOptions]) -> None:
        """Change policies and knobs from the next request on, until `reset()`.

        Args:
            **settings: see `Settings`; what is not named stays.
        """
        hub = self._running()
        with hub.store.lock:
            hub.configure(_settings(hub.settings, settings))

    def add_node(self, node_id: str | None = None, name: str = "") -> str:
        """Add a node to the workspace and return its id."""
        hub = self._running()
        node_id = node_id or hub.ids()
        hub.store.add_node(node_id, name)
        return node_id

    def reset(self) -> None:
        """Be as after the first start: no customers, one node, no faults, an empty log, the first settings.

        Requests not carried out yet, because of the latency or a fault, get no answer and change nothing.
        """
        hub = self._running()
        self.faults.drop()
        with hub.store.lock:
            self._resets += 1
            hub.store.clear()
            hub.store.add_node(self.node_id)
            if hub.settings is not self._first_settings:
                hub.configure(self._first_settings)
            hub.profile = Profile()
            self.requests.clear()

    def seed(self, n: int, *, seed: int = 0, node_id: str | None = None) -> list[str]:
        """Add `n` fictional customers and return their ids.

        The same `seed` gives the same customers, ids and times included; the first ones are the same for every `n`.

        Args:
            n: how many.
            seed: which ones.
            node_id: where; the first node by default.

        Raises:
            ArgumentError: there is no such node, or `n` is negative.
        """
        hub = self._running()
        node_id = node_id or self.node_id
        if n < 0:
            raise ArgumentError(f"seed() makes 0 customers or more; got {n}.")
        documents = seed_customers(n, seed=seed, node_id=node_id, source_id=self.source_id)
        with hub.store.lock:
            if node_id not in hub.store.nodes():
                raise ArgumentError(f"The sandbox has no node {node_id!r}. Add it with add_node() before seed().")
            records = [record_of(hub, document) for document in documents]
            hub.store.put_many(records, now=hub.clock())
        return [record.id for record in records]

    def workspace(self, *, node_id: str | None = None, **options: Unpack[WorkspaceOptions]) -> Workspace:
        """A `Workspace` with the credentials of this sandbox, for the caller to close.

        Args:
            node_id: the default node of its sessions; the first one by default.
            **options: go to `Workspace`.
        """
        from contacthub_orm.workspace import Workspace

        return Workspace(self.workspace_id, self.token, self.url, node_id=node_id or self.node_id, **options)

    def session(self, node_id: str | None = None, **options: Unpack[SessionOptions]) -> Session:
        """A `Session` of this sandbox. Its connections last until the sandbox is closed.

        Args:
            node_id: its node; the first one by default.
            **options: go to `Session`.
        """
        if self._workspace is None:
            self._workspace = self.workspace()
        return self._workspace.session(node_id, **options)

    def _make_hub(self, store: Store) -> Hub:
        store.add_node(self.node_id)
        return Hub(
            store,
            self._first_settings,
            workspace_id=self.workspace_id,
            token=self.token,
            source_id=self.source_id,
            clock=self._clock,
            ids=self._ids,
        )

    def _serve(self, request: Request) -> Response:
        began = time.perf_counter()
        hub, resets = self._hub, self._resets
        if hub is None:
            raise Unanswered
        if not self._browsers.may_ask(request):
            response = unknown_host().response(self._ids())
            self.requests.append(LogEntry.of(request, response, began=began))
            return response
        aside = self._page(request) or self._browsers.preflight(request)
        if aside is not None:
            return aside
        return self._browsers.shared(request, self._handle(request, hub, resets, began))

    def _handle(self, request: Request, hub: Hub, resets: int, began: float) -> Response:
        latency = hub.settings.latency
        self._travel(began, latency / 2)
        step = partial(self._step, hub, resets)
        entry = LogEntry.arrived(request, began=began)
        with step():
            play = self.faults.meet(request)
            if play is None:
                response = self._answer(request, entry)
        self._travel(began, latency)
        if play is not None:
            return play.respond(request, self._app, self.requests, step, began=began)
        entry.finish()
        return response

    def _travel(self, began: float, latency: float) -> None:
        """Wait until a request is that many seconds old; the work on it is part of its latency."""
        if latency:
            self._sleep(max(0.0, began + latency - time.perf_counter()))

    @contextmanager
    def _step(self, hub: Hub, resets: int) -> Iterator[None]:
        """Makes a request one step: it happens before a reset, a change of settings or the end, or not at all."""
        with hub.store.lock:
            if hub is not self._hub or resets != self._resets:
                raise Unanswered
            yield

    def _answer(self, request: Request, entry: LogEntry) -> Response:
        response = Response(500)
        try:
            response = self._app(request)
        finally:
            entry.note(response)
            self.requests.append(entry)
        return response

    def _refuse(self, status: int, request: Request | None) -> Response:
        """Answer what is no clean HTTP; it is logged when at least its head was."""
        response = unreadable(status).response(self._ids())
        if request is not None:
            self.requests.append(LogEntry.of(request, response))
        return response

    def _running(self) -> Hub:
        if self._hub is None:
            raise IllegalStateError("The sandbox is not running. Use `with Sandbox() as sandbox:` or call start().")
        return self._hub


def _settings(current: Settings, changes: SettingsOptions) -> Settings:
    known = {field.name for field in attrs.fields(Settings)}
    unknown = sorted(set(changes) - known)
    if unknown:
        raise ArgumentError(f"A sandbox has no setting {unknown[0]!r}. It has: {', '.join(sorted(known))}.")
    return attrs.evolve(current, **changes)
