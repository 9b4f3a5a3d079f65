"""Same id, same object, one request (T1 to T9)."""

from __future__ import annotations

from uuid import UUID

import pytest

from contacthub_orm import Customer, Like, inspect
from contacthub_orm.errors import ArgumentError, CommitError, MultipleResultsFound, NoResultFound
from contacthub_orm.sandbox import Fault

NOBODY = "00000000-0000-7000-8000-000000000000"


def test_getting_twice_gives_one_object_for_one_request(session, server, bruce):
    """T1."""
    assert session.get(Customer, bruce) is session.get(Customer, bruce)
    assert server.sent == [("GET", f"/customers/{bruce}", None)]


def test_a_query_gives_the_object_that_get_gave(session, bruce):
    """T2."""
    customer = session.get(Customer, bruce)
    assert session.query(Customer).one() is customer


def test_get_gives_the_object_that_a_query_gave_without_a_request(session, server, bruce):
    customer = session.query(Customer).one()
    server.forget()
    assert session.get(Customer, bruce) is customer
    assert server.sent == []


def test_a_customer_that_comes_on_two_pages_is_listed_once(sandbox, server):
    """T3: somebody adds a customer while the newest first are read, so that the last of page 0 moves to page 1."""
    sandbox.seed(60)
    session = sandbox.session(concurrency=1)
    found = session.query(Customer).order_by(Customer.registeredAt.desc()).all()
    last_of_first_page = found[49]
    server.has(externalId="newcomer")
    assert len(found) == 60
    assert len({customer.id for customer in found}) == 60
    assert found[49] is last_of_first_page


@pytest.mark.parametrize("spelling", [UUID, str.upper], ids=["as a UUID", "in upper case"])
def test_every_spelling_of_an_id_finds_the_object(session, server, loaded, bruce, spelling):
    """T4."""
    assert session.get(Customer, spelling(bruce)) is loaded
    assert session.stub(Customer, spelling(bruce)) is loaded
    assert server.sent == []


def test_an_id_in_another_spelling_is_asked_for_as_the_server_spells_it(session, server, bruce):
    session.get(Customer, bruce.upper())
    assert server.sent == [("GET", f"/customers/{bruce}", None)]


@pytest.mark.parametrize("ident", [None, "", " ", 7, b"x", ["x"], ".", ".."], ids=repr)
def test_what_cannot_be_an_id_is_refused_and_nothing_is_sent(session, server, ident):
    """T5: an empty id would read the collection, `..` the resource above it."""
    with pytest.raises(ArgumentError):
        session.get(Customer, ident)
    assert server.sent == []


@pytest.mark.parametrize("ident", ["a/b", "a?b#c", "ü ø", "%2F", "a..b"])
def test_an_id_of_any_characters_reaches_its_own_resource_only(session, server, ident):
    """T5, where DESIGN and the issue win over the case: `/` is percent-encoded, not refused."""
    assert session.get(Customer, ident) is None
    assert server.sent == [("GET", f"/customers/{ident}", None)]


def test_get_gives_none_when_there_is_no_such_customer(session):
    """T6."""
    assert session.get(Customer, NOBODY) is None


def test_get_one_raises_when_there_is_no_such_customer(session):
    """T6."""
    with pytest.raises(NoResultFound, match=NOBODY):
        session.get_one(Customer, NOBODY)


def test_that_there_is_no_such_customer_is_not_remembered(session, server):
    """T6: somebody may create it at any time."""
    session.get(Customer, NOBODY)
    session.get(Customer, NOBODY)
    assert len(server.sent) == 2


def test_a_pending_customer_is_not_found_by_the_id_it_was_given(session, server, bruce):
    """T7."""
    pending = Customer(id=bruce, externalId="new")
    session.add(pending)
    found = session.get(Customer, bruce)
    assert found is not pending
    assert server.sent == [("GET", f"/customers/{bruce}", None)]


def test_a_created_customer_is_found_under_the_id_that_the_server_gave_it(session, server):
    """T8."""
    customer = Customer(externalId="new")
    session.add(customer)
    session.commit()
    server.forget()
    assert session.get(Customer, customer.id) is customer
    assert session.identity_map[("customers", customer.id)] is customer
    assert server.sent == []


def test_a_creation_that_the_server_merges_into_a_loaded_customer_does_not_replace_it(session, server, loaded, fails):
    """T9: a CommitError that names the customer; the object that was there stays the only one, with fresh content."""
    twin = Customer(base={"middleName": "Thomas", "contacts": {"email": "bruce@example.com"}})
    session.add(twin)
    report = fails(session)
    (conflict,) = report.conflicts
    assert conflict.object is twin
    assert conflict.existing_id == loaded.id
    assert loaded.id in conflict.message
    assert session.get(Customer, loaded.id) is loaded
    assert loaded.base.middleName == "Thomas"
    assert twin not in session
    assert inspect(twin).transient
    assert session.commit().requests == 0


def test_edits_of_the_loaded_customer_survive_that_the_server_merged_another_into_it(session, server, loaded):
    """T9."""
    loaded.base.firstName = "edited"
    session.add(Customer(base={"middleName": "Thomas", "contacts": {"email": "bruce@example.com"}}))
    with pytest.raises(CommitError):
        session.commit()
    session.refresh(loaded)
    assert (loaded.base.firstName, loaded.base.middleName) == ("edited", "Thomas")


@pytest.mark.parametrize("delayed", ["POST", "PATCH", "PUT", None])
@pytest.mark.parametrize("how", ["edited", "with a new child", "replaced"])
def test_a_changed_customer_is_clean_after_the_server_merged_another_into_it(
    sandbox, session, server, loaded, fails, how, delayed
):
    if how == "with a new child":
        loaded.base.likes.append(Like(id="l"))
    else:
        loaded.extra = "edited"
    if how == "replaced":
        session.replace(loaded)
    if delayed:
        sandbox.faults.add(Fault.delay(0.05), delayed)
    session.add(Customer(base={"middleName": "Thomas", "contacts": {"email": "bruce@example.com"}}))
    report = fails(session)
    assert (len(report.done), len(report.conflicts)) == (1, 1)
    assert session.dirty == ()
    assert session.commit().requests == 0
    assert loaded.to_dict() == server.document(loaded.id)


def test_an_edited_customer_is_clean_after_a_forced_creation_updated_it(sandbox, server, bruce):
    sandbox.configure(uniqueness="BLOCK")
    with sandbox.session(concurrency=1) as session:
        loaded = session.get_one(Customer, bruce)
        loaded.extra = "edited"
        forced = Customer(base={"middleName": "Thomas", "contacts": {"email": "bruce@example.com"}})
        session.add(forced, force_update=True)
        assert len(session.commit().done) == 2
        assert session.dirty == ()
        assert loaded.to_dict() == server.document(bruce)


def test_a_partly_loaded_customer_is_whole_when_the_server_merged_another_into_it(session, server, bruce, fails):
    stub = session.stub(Customer, bruce)
    session.add(Customer(base={"middleName": "Thomas", "contacts": {"email": "bruce@example.com"}}))
    fails(session)
    server.forget()
    assert (stub.base.firstName, stub.base.middleName) == ("Bruce", "Thomas")
    assert server.sent == []


def test_two_new_customers_that_the_server_merges_are_one_object_and_one_conflict(sandbox, server, fails):
    """T9 inside one commit."""
    session = sandbox.session(concurrency=1)
    first, second = (Customer(base={"firstName": name, "contacts": {"email": "x@example.com"}}) for name in "ab")
    session.add_all([first, second])
    report = fails(session)
    assert [outcome.object for outcome in report.done] == [first]
    assert [outcome.object for outcome in report.conflicts] == [second]
    assert first.base.firstName == "b", "the object shows what the server holds now"
    assert len(server.documents()) == 1


def test_the_identity_map_can_be_read_and_not_written(session, loaded):
    assert dict(session.identity_map) == {("customers", loaded.id): loaded}
    assert not hasattr(session.identity_map, "__setitem__")
    with pytest.raises(KeyError):
        session.identity_map[("customers", "other")]


def test_another_session_has_objects_of_its_own(sandbox, session, loaded):
    other = sandbox.session()
    assert other.get(Customer, loaded.id) is not loaded


# -- by external id ----------------------------------------------------------------------------------------------------


def test_getting_by_external_id_asks_the_list_for_it(session, server, bruce):
    assert session.get(Customer, external_id="bat").id == bruce
    (entry,) = server.entries
    assert entry.query == {"nodeId": server.sandbox.node_id, "externalId": "bat", "page": "0", "size": "2"}


def test_getting_by_an_external_id_that_nobody_has_gives_none(session):
    assert session.get(Customer, external_id="nobody") is None
    with pytest.raises(NoResultFound, match="external id"):
        session.get_one(Customer, external_id="nobody")


def test_getting_by_an_external_id_that_several_have_raises(session, server):
    for _ in range(3):
        server.has(externalId="shared")
    with pytest.raises(MultipleResultsFound):
        session.get(Customer, external_id="shared")


def test_getting_by_external_id_gives_the_object_that_is_loaded_already(session, loaded):
    loaded.base.firstName = "edited"
    assert session.get(Customer, external_id="bat") is loaded
    assert loaded.base.firstName == "edited"


@pytest.mark.parametrize("ident", ["", " ", 5])
def test_an_external_id_that_would_be_no_filter_is_refused(session, server, ident):
    with pytest.raises(ArgumentError):
        session.get(Customer, external_id=ident)
    assert server.sent == []


@pytest.mark.parametrize("call", ["get", "get_one"])
def test_an_id_and_an_external_id_together_are_refused(session, server, bruce, call):
    with pytest.raises(ArgumentError, match="not both"):
        getattr(session, call)(Customer, bruce, external_id="bat")
    assert server.sent == []


@pytest.mark.parametrize("call", ["get", "get_one"])
def test_an_id_that_is_loaded_and_an_external_id_together_are_refused_as_well(session, loaded, call):
    with pytest.raises(ArgumentError, match="not both"):
        getattr(session, call)(Customer, loaded.id, external_id="other")
