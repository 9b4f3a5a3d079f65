"""`contacthub sandbox`: a local ContactHub server until Ctrl-C."""

from __future__ import annotations

import signal
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType

import click

from contacthub_orm.cli.seconds import Seconds
from contacthub_orm.errors import ArgumentError
from contacthub_orm.sandbox import Sandbox

_LOG_LIMIT = 1000
"""Requests that the log keeps; the server may run for weeks."""


@click.command(short_help="Run a local ContactHub server.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Port; 0 takes a free one.")
@click.option("--data", type=click.Path(dir_okay=False, path_type=Path), help="SQLite file; without it, memory only.")
@click.option("--latency", type=Seconds(min=0), default=0.0, metavar="SECONDS", help="Wait before an answer.")
@click.option("--index-delay", type=Seconds(min=0), default=0.0, metavar="SECONDS", help="Lag of lists.")
@click.option("--event-delay", type=Seconds(min=0), default=0.0, metavar="SECONDS", help="Until events are stored.")
@click.option(
    "--uniqueness",
    type=click.Choice(["BLOCK", "MERGE", "NO_CHECK"]),
    default="MERGE",
    show_default=True,
    help="What a POST with the key of an existing customer does.",
)
@click.option("--seed-customers", type=click.IntRange(min=0), default=0, metavar="N", help="Begin with N customers.")
def sandbox(
    port: int,
    data: Path | None,
    latency: float,
    index_delay: float,
    event_delay: float,
    uniqueness: str,
    seed_customers: int,
) -> None:
    """Run a local ContactHub server and print its credentials as ready-to-paste exports. Ctrl-C stops it."""
    path = ":memory:" if data is None else str(data)
    try:
        server = Sandbox(
            path,
            port=port,
            latency=latency,
            index_delay=index_delay,
            event_delay=event_delay,
            uniqueness=uniqueness,
            log_limit=_LOG_LIMIT,
        )
        with server:
            server.seed(seed_customers)
            interrupts = listen_for_interrupts()
            _announce(server, path)
            wait_for_one(interrupts)
    except ArgumentError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"The sandbox cannot listen on port {port}: {error.strerror}. Try --port 0."
        ) from error
    click.echo("Stopped.", err=True)


def _announce(server: Sandbox, path: str) -> None:
    click.echo(f"export CONTACTHUB_BASE_URL={server.url}")
    click.echo(f"export CONTACTHUB_WORKSPACE_ID={server.workspace_id}")
    click.echo(f"export CONTACTHUB_NODE_ID={server.node_id}")
    click.echo(f"export CONTACTHUB_TOKEN={server.token}")
    kept = "in memory, gone when it stops" if path == ":memory:" else f"kept in {path}"
    click.echo(f"The sandbox is up; its data are {kept}. Ctrl-C stops it.", err=True)
    click.echo(f"See documents and requests live at {server.page_url}", err=True)


def listen_for_interrupts() -> SimpleQueue[int]:
    """Return a queue that gets the number of each Ctrl-C and termination signal from now on.

    Nothing else will do: the handler runs inside whatever the main thread is doing, and an `Event` is locked for good
    when it is set in the middle of its own `wait`.
    """
    interrupts: SimpleQueue[int] = SimpleQueue()

    def handle(number: int, _frame: FrameType | None) -> None:
        interrupts.put(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)
    return interrupts


def wait_for_one(interrupts: SimpleQueue[int]) -> None:
    """Wait for the first interrupt."""
    while True:
        try:
            interrupts.get(timeout=1.0)  # with a limit, because on Windows an endless wait is deaf to Ctrl-C
        except Empty:
            continue
        return
