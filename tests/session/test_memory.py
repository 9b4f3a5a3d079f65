"""What a session keeps in memory: changed objects always, clean ones for as long as somebody holds them (T10 to T14).

The last hundred clean ones that were used stay warm (DESIGN 5); `warm=0` shows what is held without that.
"""

from __future__ import annotations

import gc
from weakref import ref

import pytest

from contacthub_orm import Customer


@pytest.fixture
def cold(sandbox):
    with sandbox.session(warm=0) as session:
        yield session


def test_a_clean_object_goes_with_its_last_holder(cold, bruce):
    """T10."""
    customer = cold.get(Customer, bruce)
    assert len(cold.identity_map) == 1
    del customer
    assert len(cold.identity_map) == 0


def test_an_object_that_was_only_read_leaves_no_cycle_behind(cold, bruce):
    """T14: it goes at once, also when its parts were read, and needs no garbage collector for it."""
    customer = cold.get(Customer, bruce)
    assert customer.base.contacts.email
    assert list(customer.tags.manual)
    gone = ref(customer)
    gc.disable()
    try:
        del customer
        assert gone() is None
    finally:
        gc.enable()


def test_an_edited_object_stays_until_it_is_committed(cold, server, bruce):
    """T11."""
    cold.get(Customer, bruce).base.firstName = "X"
    gc.collect()
    server.forget()
    assert [customer.id for customer in cold.dirty] == [bruce]
    cold.commit()
    assert server.sent == [("PATCH", f"/customers/{bruce}", {"base": {"firstName": "X"}})]


def test_an_edited_object_goes_after_the_commit(cold, bruce):
    """T12."""
    cold.get(Customer, bruce).base.firstName = "X"
    cold.commit()
    gc.collect()
    assert len(cold.identity_map) == 0


def test_an_object_whose_edit_was_taken_back_goes_too(cold, bruce):
    customer = cold.get(Customer, bruce)
    customer.base.firstName = "X"
    customer.base.firstName = "Bruce"
    assert cold.dirty == ()
    del customer
    gc.collect()
    assert len(cold.identity_map) == 0


@pytest.mark.parametrize("part", [lambda c: c.base, lambda c: c.base.contacts, lambda c: c.extended.nested.deep])
def test_a_part_keeps_its_object_alive(cold, server, bruce, part):
    """T13: an edit through a part whose object nobody holds is not lost."""
    held = part(cold.get(Customer, bruce))
    gc.collect()
    held["phone" if "phone" in held else "firstName" if "firstName" in held else "er"] = None
    server.forget()
    cold.commit()
    assert [(call.method, call.path) for call in server.sent] == [("PATCH", f"/customers/{bruce}")]


def test_a_list_keeps_its_object_alive(cold, server, bruce):
    """T13."""
    tags = cold.get(Customer, bruce).tags.manual
    gc.collect()
    tags.append("new")
    server.forget()
    cold.commit()
    assert server.sent == [("PATCH", f"/customers/{bruce}", {"tags": {"manual": ["vip", "night", "new"]}})]


def test_reading_a_large_result_keeps_about_a_page_of_it(cold, sandbox):
    """T14."""
    sandbox.seed(400)
    most = 0
    for customer in cold.query(Customer):
        assert customer.base.contacts
        most = max(most, len(cold.identity_map))
    assert most <= 101


def test_editing_a_large_result_keeps_all_of_it(cold, sandbox, server):
    """T14."""
    ids = sandbox.seed(120)
    for customer in cold.query(Customer):
        customer.extra = "x"
    assert {customer.id for customer in cold.dirty} == set(ids)
    server.forget()
    cold.commit()
    assert {(call.method, call.path) for call in server.sent} == {("PATCH", f"/customers/{ident}") for ident in ids}
    assert len(server.sent) == 120


def test_the_objects_used_last_stay_warm(sandbox, server):
    ids = sandbox.seed(5)
    session = sandbox.session(warm=2)
    for ident in ids:
        session.get(Customer, ident)
    gc.collect()
    server.forget()
    for ident in ids[-2:]:
        session.get(Customer, ident)
    assert server.sent == []
    assert {key[1] for key in session.identity_map} == set(ids[-2:])


def test_a_hundred_objects_stay_warm_when_nothing_is_said(session, sandbox):
    for ident in sandbox.seed(130):
        session.get(Customer, ident)
    gc.collect()
    assert len(session.identity_map) == 100


def test_a_scan_keeps_nothing_warm_and_pushes_nothing_out(session, sandbox):
    first, *_ = sandbox.seed(130)
    session.get(Customer, first)
    for customer in session.query(Customer):
        assert customer.id
    del customer
    gc.collect()
    assert [key[1] for key in session.identity_map] == [first]


def test_an_object_that_is_used_again_stays_warm_longer(sandbox):
    first, *others = sandbox.seed(4)
    session = sandbox.session(warm=2)
    session.get(Customer, first)
    for ident in others:
        session.get(Customer, ident)
        session.get(Customer, first)
    gc.collect()
    assert ("customers", first) in session.identity_map


def test_a_closed_session_holds_nothing(sandbox, bruce):
    session = sandbox.session()
    gone = ref(session.get(Customer, bruce))
    session.close()
    gc.collect()
    assert gone() is None


def test_a_session_goes_with_its_last_holder_whatever_its_objects_do(sandbox, bruce):
    """T98: an object does not keep its session."""
    session = sandbox.session()
    customer = session.get(Customer, bruce)
    gone = ref(session)
    del session
    gc.collect()
    assert gone() is None
    assert customer.base.firstName == "Bruce"
