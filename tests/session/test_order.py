"""The order of requests is the order of the work; many at a time change how fast it goes and nothing else (T101)."""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
import threading

import pytest

from contacthub_orm import Customer
from contacthub_orm.unit_of_work.settling import Settlement


def work(session, ids):
    """Something of everything, in an order that no sorting would give."""
    third, first, second, fourth = ids[2], ids[0], ids[1], ids[3]
    session.delete(session.stub(Customer, fourth))
    session.stub(Customer, third).extra = "x"
    session.add(Customer(externalId="z"))
    session.stub(Customer, first).tags.manual = ["t"]
    session.stub(Customer, second).base.firstName = "y"
    session.add(Customer(externalId="a", base={"contacts": {"email": "a@example.com"}}))
    session.delete(session.stub(Customer, ids[4]))


def test_creations_come_first_then_edits_then_deletions_each_in_the_order_of_the_work(sandbox, server):
    ids = sandbox.seed(5)
    session = sandbox.session(concurrency=1)
    work(session, ids)
    planned = [(operation.method, operation.path) for operation in session.plan()]
    session.commit()
    assert [(call.method, call.path) for call in server.sent] == planned
    assert planned == [
        ("POST", "/customers"),
        ("POST", "/customers"),
        ("PATCH", f"/customers/{ids[2]}"),
        ("PATCH", f"/customers/{ids[0]}"),
        ("PATCH", f"/customers/{ids[1]}"),
        ("DELETE", f"/customers/{ids[3]}"),
        ("DELETE", f"/customers/{ids[4]}"),
    ]
    assert [call.body["externalId"] for call in server.sent[:2]] == ["z", "a"]


SCRIPT = """
from contacthub_orm.sandbox import Sandbox
from tests.session.test_order import work
with Sandbox() as sandbox, sandbox.session(concurrency=1) as session:
    work(session, sandbox.seed(5))
    session.commit()
    for entry in sandbox.requests:
        print(entry.method, entry.path, entry.content)
"""


def test_the_order_and_the_bodies_do_not_depend_on_the_hash_seed():
    """T101: byte for byte, in processes whose sets and dicts of texts differ."""
    runs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(runs) == 1
    assert runs.pop().count("\n") == 7


@pytest.mark.parametrize("concurrency", [1, 8])
def test_the_same_is_sent_and_reported_however_many_go_at_a_time(sandbox, server, concurrency):
    ids = sandbox.seed(60)
    session = sandbox.session(concurrency=concurrency)
    for number, ident in enumerate(ids):
        if number % 5 == 4:
            session.delete(session.stub(Customer, ident))
        else:
            session.stub(Customer, ident).extra = str(number)
    session.add_all([Customer(externalId=f"e-{number}") for number in range(20)])
    plan = session.plan()
    report = session.commit()
    assert [outcome.operation.path for outcome in report] == [operation.path for operation in plan]
    assert [outcome.operation.entity for outcome in report] == [operation.entity for operation in plan]
    assert report.is_done
    planned = [(operation.method, operation.path, operation.body) for operation in plan]
    assert sorted(map(repr, map(tuple, server.sent))) == sorted(map(repr, planned))
    assert len(server.documents()) == 60 - 12 + 20


def test_as_many_requests_as_allowed_are_under_way_at_a_time(sandbox, workspace, monkeypatch):
    """All of them meet at a barrier, so they can only get through together."""
    session = workspace.session(sandbox.node_id, concurrency=6)
    given, barrier = workspace.transport.request, threading.Barrier(6, timeout=10)

    def request(*arguments, **options):
        barrier.wait()
        return given(*arguments, **options)

    monkeypatch.setattr(workspace.transport, "request", request)
    session.add_all([Customer(externalId=f"e-{number}") for number in range(18)])
    assert len(session.commit().done) == 18


def test_one_at_a_time_sends_in_one_thread_and_reads_in_that_of_the_caller(sandbox, workspace, monkeypatch):
    session = workspace.session(sandbox.node_id, concurrency=1)
    given, threads = workspace.transport.request, set()

    def request(*arguments, **options):
        threads.add(threading.current_thread())
        return given(*arguments, **options)

    monkeypatch.setattr(workspace.transport, "request", request)
    sandbox.seed(60)
    session.add_all([Customer(externalId=f"e-{number}") for number in range(3)])
    session.commit()
    assert len(threads) == 1
    threads.clear()
    assert len(list(session.query(Customer))) == 63
    assert threads == {threading.current_thread()}


def test_no_thread_is_left_after_a_commit(session):
    before = set(threading.enumerate())
    session.add_all([Customer(externalId=f"e-{number}") for number in range(20)])
    session.commit()
    assert [thread for thread in set(threading.enumerate()) - before if "contacthub" in thread.name] == []


def test_states_change_in_one_thread_which_no_interrupt_hits(sandbox, session, monkeypatch):
    threads = set()
    settle = Settlement.__call__

    def noted(settlement, outcome):
        threads.add(threading.current_thread())
        return settle(settlement, outcome)

    monkeypatch.setattr(Settlement, "__call__", noted)
    session.add_all([Customer(externalId=f"e-{number}") for number in range(20)])
    session.commit()
    assert len(threads) == 1
    assert threading.main_thread() not in threads


def test_a_connection_serves_many_requests(sandbox, session, monkeypatch):
    """As many connections as requests at a time, not one for each request."""
    from contacthub_orm.sandbox import http

    made = []
    setup = http._Connection.handle
    monkeypatch.setattr(http._Connection, "handle", lambda connection: (made.append(1), setup(connection)))
    session.add_all([Customer(externalId=f"e-{number}") for number in range(100)])
    session.commit()
    assert len(made) <= 8


def test_interpreters_end_quietly_with_objects_and_sessions_alive():
    """T98."""
    script = """
from contacthub_orm import Customer
from contacthub_orm.sandbox import Sandbox
sandbox = Sandbox().start()
sandbox.seed(60)
session = sandbox.session()
kept = session.query(Customer).all()
first = kept[0]
first.extra = "x"
session.add(Customer(externalId="e"))
query = iter(session.query(Customer))
next(query), next(query)
"""
    run = subprocess.run([sys.executable, "-X", "dev", "-c", script], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "")
    assert "Exception" not in run.stderr


def test_the_plan_reads_like_a_table(sandbox, session):
    """Issue, point 7: verb, path, why, body."""
    ids = sandbox.seed(1)
    session.stub(Customer, ids[0]).base.firstName = "X"
    session.add(Customer(externalId="e"))
    head, create, edit = str(session.plan()).splitlines()
    assert head == "2 requests: 1 POST, 1 PATCH"
    created, edited = (re.split(r" {2,}", line) for line in (create, edit))
    assert created[:3] == ["POST", "/customers", "new Customer"]
    assert edited == ["PATCH", f"/customers/{ids[0]}", "changed base.firstName", '{"base":{"firstName":"X"}}']
    assert '"X"' not in repr(session.plan())
    session.rollback()


@pytest.mark.parametrize("send", ["add", "replace"])
def test_a_plan_stays_as_it_was_made_when_the_object_is_edited_after_it(sandbox, workspace, send):
    """Bodies share what the object holds, which is copied before it is written to."""
    sandbox.seed(1)
    with workspace.session(sandbox.node_id) as session:
        customer = Customer(base={"contacts": {"email": "a@example.com"}}, tags={"manual": ["a"]}, extended={"l": [{}]})
        if send == "replace":
            customer = session.query(Customer).one()
            customer.base.contacts.email, customer.tags.manual, customer.extended.l = "a@example.com", ["a"], [{}]
        getattr(session, send)(customer)
        (operation,) = session.plan()
        body = copy.deepcopy(operation.body)

        customer.base.contacts.email = "b@example.com"
        customer.tags.manual.append("b")
        customer.extended.l[0]["k"] = 1

    assert operation.body == body
