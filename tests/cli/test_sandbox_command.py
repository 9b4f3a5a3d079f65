"""`contacthub sandbox` as a person uses it: start, paste the exports, stop with Ctrl-C."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest
import requests
from click.testing import CliRunner

from contacthub_orm import Customer, Event, Workspace
from contacthub_orm.cli.commands import contacthub

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")


@contextmanager
def running_sandbox(*arguments):
    process = subprocess.Popen(
        [sys.executable, "-m", "contacthub_orm.cli", "sandbox", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        exports = [process.stdout.readline().strip() for _ in range(4)]
        yield process, dict(line.removeprefix("export ").split("=", 1) for line in exports)
    finally:
        process.kill()
        process.communicate()


def count_customers(exports):
    with Workspace.from_env(exports) as workspace, workspace.session(workspace.node_id) as session:
        return session.query(Customer).count()


def test_the_printed_exports_are_enough_to_work_with_it():
    with running_sandbox("--seed-customers", "7") as (_process, exports):
        assert count_customers(exports) == 7


def test_it_says_where_documents_and_requests_can_be_seen():
    with running_sandbox() as (process, exports):
        _announcement, line = (process.stderr.readline().strip() for _ in range(2))

        address = line.rpartition(" ")[2]
        assert exports["CONTACTHUB_BASE_URL"].startswith(address)
        assert "ContactHub sandbox" in requests.get(address, timeout=10).text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_it_cleanly(number):
    with running_sandbox() as (process, _exports):
        process.send_signal(number)
        _out, err = process.communicate(timeout=20)

    assert process.returncode == 0
    assert "Stopped." in err
    assert "Traceback" not in err


INTERRUPTED_WHILE_IT_WAITS = """
import signal
from contacthub_orm.cli.sandbox import listen_for_interrupts, wait_for_one

for round in range(2000):
    interrupts = listen_for_interrupts()
    signal.signal(signal.SIGALRM, signal.getsignal(signal.SIGTERM))
    signal.setitimer(signal.ITIMER_REAL, 1e-6 * (1 + round % 500))
    wait_for_one(interrupts)
"""


def test_an_interrupt_at_any_moment_of_the_wait_is_heard():
    """A handler runs in the middle of what the main thread does, here of waiting for it."""
    command = [sys.executable, "-c", INTERRUPTED_WHILE_IT_WAITS]

    assert subprocess.run(command, timeout=60, check=False).returncode == 0


def test_a_data_file_outlives_the_server(tmp_path):
    data = str(tmp_path / "sandbox.sqlite")
    with running_sandbox("--data", data, "--seed-customers", "3") as (process, _exports):
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)

    with running_sandbox("--data", data) as (_process, exports):
        assert count_customers(exports) == 3


def refused_sandbox(*arguments):
    command = [sys.executable, "-m", "contacthub_orm.cli", "sandbox", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def test_a_data_file_that_is_not_its_own_is_an_error_that_names_it(tmp_path):
    data = tmp_path / "letter.txt"
    data.write_text("Dear reader, this is no database, however long it may get to be in the end.")

    result = refused_sandbox("--data", str(data))

    assert result.returncode == 2
    assert str(data) in result.stderr
    assert "Traceback" not in result.stderr


def test_a_port_that_is_taken_is_an_error_that_says_so():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = refused_sandbox("--port", str(port))

    assert result.returncode == 1
    assert f"port {port}" in result.stderr
    assert "--port 0" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["demo", "sandbox"])
@pytest.mark.parametrize("seconds", ["nan", "inf", "-1"])
def test_a_latency_that_is_no_number_of_seconds_is_refused(command, seconds):
    result = CliRunner().invoke(contacthub, [command, "--latency", seconds])

    assert result.exit_code == 2
    assert "'--latency'" in result.output


def test_events_are_stored_after_the_delay_that_was_asked_for():
    with (
        running_sandbox("--event-delay", "3600") as (_process, exports),
        Workspace.from_env(exports) as workspace,
        workspace.session(workspace.node_id) as session,
    ):
        customer = Customer(externalId="1")
        session.add(Event(customer=customer, type=Event.TYPES.LOGGED_IN, context=Event.CONTEXTS.WEB))
        session.add(customer)
        session.commit()
        assert customer.events.count() == 0
