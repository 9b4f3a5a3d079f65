"""Ctrl-C during a commit, as a real signal: what the server answered is settled, and nothing is created twice (T68)."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import Counter

import pytest

from contacthub_orm import Customer
from contacthub_orm.sandbox import Sandbox
from contacthub_orm.unit_of_work import settling

CONCURRENCY = [1, 8]

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals"),
    pytest.mark.usefixtures("interruptible"),
]


@pytest.fixture
def ctrl_c():
    """Press Ctrl-C, once."""
    presses = iter([signal.SIGINT])

    def press():
        for number in presses:
            signal.pthread_kill(threading.main_thread().ident, number)
            time.sleep(0.05)  # time for the main thread to hear of it

    return press


def before(call, press):
    def interrupted(*arguments):
        press()
        return call(*arguments)

    return interrupted


def after(call, press):
    def interrupted(*arguments):
        result = call(*arguments)
        press()
        return result

    return interrupted


@pytest.fixture(params=CONCURRENCY)
def pending(request, workspace, sandbox):
    """A session with new customers."""
    with workspace.session(sandbox.node_id, concurrency=request.param) as session:
        session.add_all([Customer(externalId=f"e-{number}") for number in range(20)])
        yield session


def created(server):
    return Counter(document["externalId"] for document in server.documents().values())


def check_goes_on(session, server):
    """The interrupted commit settled what the server has; the next one sends the rest."""
    answered = created(server)
    assert answered
    assert not answered.keys() & {customer.externalId for customer in session.new}
    session.commit()
    assert created(server) == {f"e-{number}": 1 for number in range(20)}


@pytest.mark.parametrize("when", [before, after])
def test_an_interrupt_around_the_settling_of_an_answer_loses_no_answer(pending, server, monkeypatch, ctrl_c, when):
    monkeypatch.setattr(pending, "_settle", when(pending._settle, ctrl_c))
    with pytest.raises(KeyboardInterrupt):
        pending.commit()
    check_goes_on(pending, server)


@pytest.mark.parametrize("when", [before, after])
def test_an_interrupt_inside_the_settling_of_an_answer_leaves_it_settled(pending, server, monkeypatch, ctrl_c, when):
    monkeypatch.setattr(settling, "settle", when(settling.settle, ctrl_c))
    with pytest.raises(KeyboardInterrupt):
        pending.commit()
    check_goes_on(pending, server)


def test_an_interrupt_before_anything_was_sent_sends_nothing(pending, server, monkeypatch, ctrl_c):
    work = type(pending._work)
    monkeypatch.setattr(
        work, "plan", lambda self, *given, _plan=work.plan, **named: (ctrl_c(), _plan(self, *given, **named))[1]
    )
    with pytest.raises(KeyboardInterrupt):
        pending.commit()
    assert server.sent == []
    assert len(pending.new) == 20
    pending.commit()
    assert set(created(server).values()) == {1}


@pytest.mark.parametrize("milliseconds", [20, 50, 80])
def test_an_interrupt_at_any_time_creates_nobody_twice(milliseconds):
    with Sandbox(latency=0.005) as sandbox, sandbox.session() as session:
        session.add_all([Customer(externalId=str(number)) for number in range(150)])
        timer = threading.Timer(milliseconds / 1000, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        try:
            session.commit()
            timer.join()
            time.sleep(1)  # for an interrupt that comes late
        except KeyboardInterrupt:
            session.commit()
        assert session.new == ()
        assert session.query(Customer).count() == 150
