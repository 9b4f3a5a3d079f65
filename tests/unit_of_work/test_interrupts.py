"""Interrupts in the middle of a flush: nothing new starts, what was answered is settled, the rest keeps its edits."""

from __future__ import annotations

import threading

import pytest

from contacthub_orm.mapping import inspect
from contacthub_orm.mapping.state import changes
from contacthub_orm.unit_of_work.flush import Flush
from contacthub_orm.unit_of_work.settling import Settlement

INTERRUPTS = [KeyboardInterrupt, SystemExit]


def edited(session, count: int):
    customers = [session.loaded(f"c{number}") for number in range(count)]
    for customer in customers:
        customer.externalId = "x"
    return customers


@pytest.mark.parametrize("interrupt", INTERRUPTS)
@pytest.mark.parametrize("concurrency", [1, 2, 8])
def test_an_interrupt_in_a_request_starts_nothing_new_and_is_raised(make_session, concurrency, interrupt):
    session = make_session(concurrency=concurrency)
    customers = edited(session, 10)
    under_way = threading.Barrier(min(concurrency, 10), timeout=5)

    def answer(method, segments, body):
        number = int(segments[1][1:])
        if number < concurrency:
            under_way.wait()
        return interrupt() if number == 0 else None

    session.transport.answer = answer
    with pytest.raises(interrupt):
        session.flush()
    sent = {path.rsplit("/", 1)[1] for path in session.transport.sent}
    assert changes(customers[0]) == {"externalId": "x"}
    for customer in customers[1:]:
        assert bool(changes(customer)) is (customer.id not in sent)

    session.transport.answer = lambda *request: None
    session.flush()
    assert session.work.is_idle
    assert session.transport.documents["c0"]["externalId"] == "x"


def test_an_interrupted_creation_is_not_sent_twice(session):
    customer, other = session.new(externalId="x"), session.loaded("c1")
    other.externalId = "y"
    session.transport.answer = lambda *request: KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        session.flush()
    session.transport.answer = lambda *request: None
    assert [outcome.object for outcome in session.flush()] == [other]
    assert inspect(customer).pending
    assert session.transport.sent == ["POST /customers", "PATCH /customers/c1"]


def test_an_interrupt_between_requests_leaves_the_confirmed_ones_clean(session):
    customers = edited(session, 4)
    settlement = Settlement(session.work)

    def settle(outcome):
        settled = settlement(outcome)
        if outcome.object is customers[1]:
            raise KeyboardInterrupt
        return settled

    with pytest.raises(KeyboardInterrupt):
        Flush(session.transport, settle, concurrency=1).run(session.plan())
    assert session.work.dirty() == customers[2:]
    assert [outcome.object for outcome in session.flush()] == customers[2:]


def test_an_interrupt_while_settling_ends_the_threads_before_it_is_raised(make_session):
    session = make_session(concurrency=2)
    customers = edited(session, 20)
    settlement, settled = Settlement(session.work), []

    def settle(outcome):
        settled.append(outcome.object)
        result = settlement(outcome)
        if len(settled) == 1:
            raise KeyboardInterrupt
        return result

    with pytest.raises(KeyboardInterrupt) as caught:
        Flush(session.transport, settle, concurrency=2).run(session.plan())
    sent = len(session.transport.requests)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("contacthub-flush")]
    assert sorted(settled, key=customers.index) == customers
    assert len(session.work.dirty()) == 20 - sent
    assert caught.value.__traceback__ is not None
    session.flush()
    assert len(session.transport.requests) == 20
