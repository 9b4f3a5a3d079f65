"""A call that no interrupt cuts in two: interrupts are real signals here, sent at chosen moments."""

from __future__ import annotations

import signal
import sys
import threading
import time
from contextvars import ContextVar

import pytest

from contacthub_orm.unit_of_work import uninterrupted as module
from contacthub_orm.unit_of_work.uninterrupted import uninterrupted

NAME = ContextVar("NAME", default="")

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals"),
    pytest.mark.usefixtures("interruptible"),
]


def press_ctrl_c():
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)


def never():
    raise AssertionError("nobody interrupts")


@pytest.fixture
def stopped():
    """Counts how often the call was asked to stop."""
    return threading.Semaphore(0)


def starting(monkeypatch, before=lambda: None, after=lambda: None):
    """Let something happen before or after the start of the thread."""

    class Thread(threading.Thread):
        def start(self):
            before()
            super().start()
            after()

    monkeypatch.setattr(module, "Thread", Thread)


def failing(error):
    def fail():
        raise error

    return fail


def test_it_returns_what_the_call_returns():
    assert uninterrupted(lambda: "x", never) == "x"


def test_it_raises_what_the_call_raises():
    with pytest.raises(ValueError, match="x"):
        uninterrupted(failing(ValueError("x")), never)


def test_the_call_sees_the_context_of_its_caller():
    NAME.set("x")
    assert uninterrupted(NAME.get, never) == "x"


@pytest.mark.parametrize("times", [1, 3])
def test_an_interrupt_is_raised_when_the_call_has_ended(stopped, times):
    ended = []

    def call():
        for _ in range(times):
            press_ctrl_c()
            assert stopped.acquire(timeout=5)
            time.sleep(0.02)  # until it waits again
        ended.append(True)

    with pytest.raises(KeyboardInterrupt):
        uninterrupted(call, stopped.release)
    assert ended


def test_an_interrupt_before_the_call_begins_prevents_it(monkeypatch, stopped):
    calls = []
    starting(monkeypatch, before=failing(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        uninterrupted(lambda: calls.append("called"), stopped.release)
    assert not calls


def test_an_interrupt_just_when_the_call_has_begun_waits_for_its_end(monkeypatch, stopped):
    begun, ended = threading.Event(), []

    def interrupt():
        assert begun.wait(5)
        raise KeyboardInterrupt

    def call():
        begun.set()
        assert stopped.acquire(timeout=5)
        ended.append(True)

    starting(monkeypatch, after=interrupt)
    with pytest.raises(KeyboardInterrupt):
        uninterrupted(call, stopped.release)
    assert ended


def test_where_no_thread_can_be_started_it_runs_in_this_one(monkeypatch):
    starting(monkeypatch, before=failing(RuntimeError("can't start new thread")))
    assert uninterrupted(threading.current_thread, never) is threading.current_thread()
