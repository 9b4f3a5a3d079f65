"""A query never changes an object that is loaded, and the index lags behind (T51, T52, T57, T58, T60, T81, T82)."""

from __future__ import annotations

import pytest

from contacthub_orm import Customer
from contacthub_orm.errors import BadRequest, InvalidRequestError, TransportError
from contacthub_orm.sandbox import ManualClock, Sandbox


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def sandbox(clock):
    """A server whose lists show a write thirty seconds late, on a clock that stands still."""
    with Sandbox(index_delay=30.0, clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
def indexed(loaded, clock):
    clock.advance(31)
    return loaded


def test_a_query_keeps_the_edits_of_what_it_finds(session, server, indexed):
    """T51."""
    indexed.base.firstName = "X"
    assert session.query(Customer).one() is indexed
    assert indexed.base.firstName == "X"
    assert session.dirty == (indexed,)


def test_a_query_does_not_refresh_a_clean_object_either(session, server, clock, indexed):
    """T52: refresh does."""
    server.changes(indexed.id, base={"firstName": "Kate"})
    clock.advance(31)
    assert session.query(Customer).one() is indexed
    assert indexed.base.firstName == "Bruce"
    session.refresh(indexed)
    assert indexed.base.firstName == "Kate"


def test_the_old_document_of_a_lagging_index_does_not_come_back(session, indexed):
    """T57."""
    indexed.base.firstName = "X"
    session.commit()
    assert session.query(Customer).filter(Customer.base.firstName == "Bruce").one() is indexed
    assert indexed.base.firstName == "X"
    assert session.dirty == ()


def test_a_partly_loaded_object_is_not_completed_from_an_older_page(session, server, clock, indexed):
    """T57: what is known of it is newer than the page; the rest is read by id."""
    session.expunge(indexed)
    stub = session.stub(Customer, indexed.id)
    stub.base.firstName = "X"
    session.commit()
    session.expire(stub)
    session.refresh(stub)
    assert session.query(Customer).one() is stub
    assert stub.base.firstName == "X"


def test_a_created_customer_is_found_by_id_before_the_index_has_it(session, server, clock):
    """T58."""
    customer = Customer(base={"contacts": {"email": "new@example.com"}})
    session.add(customer)
    session.commit()
    by_email = session.query(Customer).filter(Customer.base.contacts.email == "new@example.com")
    assert by_email.all() == []
    assert session.get(Customer, customer.id) is customer
    clock.advance(31)
    assert by_email.one() is customer


def test_a_local_edit_does_not_change_what_the_server_finds(session, indexed):
    """T60: the server knows nothing of it."""
    indexed.base.firstName = "X"
    assert session.query(Customer).filter(Customer.base.firstName == "Bruce").one() is indexed
    assert session.query(Customer).filter(Customer.base.firstName == "X").all() == []


def test_counting_and_listing_may_differ_and_nothing_minds(session, server, clock, indexed):
    """T81: both say what the index says at their time."""
    query = session.query(Customer)
    before = query.count()
    server.has(externalId="late")
    clock.advance(31)
    assert (before, len(query.all())) == (1, 2)


def test_a_page_that_fails_leaves_the_objects_before_it_valid(sandbox, workspace, server, monkeypatch):
    """T82: they are in the session and can be edited; the next look goes on where it failed."""
    sandbox.seed(120)
    session = workspace.session(sandbox.node_id, concurrency=1)
    given, failing = workspace.transport.request, []

    def request(method, segments, *, params=None, **options):
        if dict(params or {}).get("page") == "1" and not failing:
            failing.append(True)
            raise TransportError("gone", method=method, path="/customers")
        return given(method, segments, params=params, **options)

    monkeypatch.setattr(workspace.transport, "request", request)
    found = session.query(Customer).all()
    with pytest.raises(TransportError):
        len(found)
    first = found[0]
    first.extra = "x"
    assert session.dirty == (first,)
    assert session.get(Customer, first.id) is first
    assert len(found) == 120


def test_objects_may_be_edited_and_committed_while_a_result_is_read(sandbox, session, server):
    ids = sandbox.seed(110)
    for number, customer in enumerate(session.query(Customer)):
        customer.extra = str(number)
        if number % 50 == 49:
            session.commit()
    session.commit()
    assert sorted(int(server.document(ident)["extra"]) for ident in ids[::25]) == [0, 25, 50, 75, 100]


class Shopper(Customer):
    pass


def test_a_customer_is_loaded_as_one_class_only(session, indexed):
    with pytest.raises(InvalidRequestError, match="loaded as Customer, not as Shopper"):
        session.get(Shopper, indexed.id)
    with pytest.raises(InvalidRequestError, match="loaded as Customer, not as Shopper"):
        session.query(Shopper).all()
    session.expunge(indexed)
    assert isinstance(session.get(Shopper, indexed.id), Shopper)


def test_an_object_of_a_subclass_is_found_as_its_base(session, bruce):
    shopper = session.get_one(Shopper, bruce)
    assert session.get(Customer, bruce) is shopper


def test_a_query_for_more_values_than_the_server_takes_says_what_to_do(session):
    query = session.query(Customer).filter(Customer.externalId.in_(map(str, range(20_000))))
    with pytest.raises(BadRequest, match=r"split a list of values \(as of in_\)"):
        query.all()
