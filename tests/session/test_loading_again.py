"""Refresh, expire, stubs and partly loaded objects: when a document is read again, and what becomes of edits."""

from __future__ import annotations

import logging

import pytest

from contacthub_orm import Customer, inspect, load_only
from contacthub_orm.errors import InvalidRequestError, OperationNotPermitted


def test_refresh_reads_by_id_and_shows_what_the_server_has(session, server, loaded):
    server.changes(loaded.id, base={"lastName": "Kane"})
    session.refresh(loaded)
    assert loaded.base.lastName == "Kane"
    assert server.sent == [("GET", f"/customers/{loaded.id}", None)]


def test_refresh_drops_the_edits_and_logs_their_paths_without_values(session, server, loaded, caplog):
    """T55."""
    loaded.base.firstName = "Secret"
    loaded.tags.manual.append("Secret")
    with caplog.at_level(logging.INFO, "contacthub_orm"):
        session.refresh(loaded)
    assert loaded.base.firstName == "Bruce"
    assert session.dirty == ()
    assert "base.firstName, tags.manual" in caplog.text
    assert "Secret" not in caplog.text


def test_refresh_keeps_the_views_that_people_hold(session, server, loaded):
    base = loaded.base
    server.changes(loaded.id, base={"firstName": "Kate"})
    session.refresh(loaded)
    assert base.firstName == "Kate"
    base.lastName = "X"
    assert session.dirty == (loaded,)


@pytest.mark.parametrize("call", ["refresh", "expire"])
@pytest.mark.parametrize("state", ["transient", "pending", "detached"])
def test_only_persistent_objects_can_be_read_again(session, server, loaded, call, state):
    """T55."""
    customer = loaded if state == "detached" else Customer(externalId="e")
    if state == "detached":
        session.expunge(customer)
    if state == "pending":
        session.add(customer)
    with pytest.raises(InvalidRequestError, match=f"{call}: Customer .* not a persistent object"):
        getattr(session, call)(customer)
    assert server.sent == []


def test_expire_forgets_the_document_and_the_next_read_loads_it(session, server, loaded):
    loaded.base.firstName = "X"
    server.changes(loaded.id, base={"lastName": "Kane"})
    session.expire(loaded)
    assert session.dirty == ()
    assert server.sent == []
    assert (loaded.base.firstName, loaded.base.lastName) == ("Bruce", "Kane")
    assert server.sent == [("GET", f"/customers/{loaded.id}", None)]


def test_the_id_of_an_expired_object_needs_no_request(session, server, loaded):
    session.expire(loaded)
    assert loaded.id
    assert loaded.id in repr(loaded)
    assert server.sent == []


def test_setting_a_field_of_an_expired_object_sends_it_without_reading(session, server, loaded):
    """T33: also when the server has that very value, which is not known here."""
    session.expire(loaded)
    loaded.base.firstName = "Bruce"
    session.commit()
    assert server.sent == [("PATCH", f"/customers/{loaded.id}", {"base": {"firstName": "Bruce"}})]


def test_a_query_fills_an_expired_object(session, server, loaded):
    """T53: no request beside that of the query."""
    server.changes(loaded.id, base={"firstName": "Kate"})
    session.expire(loaded)
    server.forget()
    assert session.query(Customer).one() is loaded
    assert loaded.base.firstName == "Kate"
    assert [call.path for call in server.sent] == ["/customers"]


@pytest.mark.parametrize("call", ["refresh", "expire"])
def test_reading_again_takes_a_replacement_back(session, server, loaded, call):
    """A PUT of what is not loaded would erase the rest of the customer."""
    session.replace(loaded)
    getattr(session, call)(loaded)
    session.commit()
    assert [call.method for call in server.sent if call.method == "PUT"] == []
    assert server.document(loaded.id)["base"]["firstName"] == "Bruce"


# -- stubs -------------------------------------------------------------------------------------------------------------


def test_a_stub_is_edited_without_reading(session, server, bruce):
    stub = session.stub(Customer, bruce)
    stub.base.firstName = "X"
    del stub.base.lastName
    stub.extended.points = 11
    session.commit()
    body = {"base": {"firstName": "X", "lastName": None}, "extended": {"points": 11}}
    assert server.sent == [("PATCH", f"/customers/{bruce}", body)]


def test_after_its_commit_a_stub_is_loaded(session, server, bruce):
    """The answer to a PATCH is the whole document."""
    stub = session.stub(Customer, bruce)
    stub.extra = "x"
    session.commit()
    assert stub.base.lastName == "Wayne"
    assert not inspect(stub).partial
    assert len(server.sent) == 1


def test_a_stub_without_edits_sends_nothing(session, server, bruce):
    session.stub(Customer, bruce)
    assert session.commit().requests == 0
    assert server.sent == []


def test_reading_a_field_of_a_stub_loads_it_once_and_keeps_its_edits(session, server, bruce):
    stub = session.stub(Customer, bruce)
    stub.base.firstName = "X"
    assert (stub.base.lastName, stub.externalId, stub.base.firstName) == ("Wayne", "bat", "X")
    assert server.sent == [("GET", f"/customers/{bruce}", None)]
    session.commit()
    assert server.sent[-1].body == {"base": {"firstName": "X"}}


def test_appending_to_a_list_of_a_stub_loads_it_because_lists_are_sent_whole(session, server, bruce):
    stub = session.stub(Customer, bruce)
    stub.tags.manual.append("new")
    session.commit()
    assert [call.method for call in server.sent] == ["GET", "PATCH"]
    assert server.sent[-1].body == {"tags": {"manual": ["vip", "night", "new"]}}


def test_a_list_of_a_stub_can_be_set_without_reading(session, server, bruce):
    stub = session.stub(Customer, bruce)
    stub.tags.manual = ["only"]
    session.commit()
    assert server.sent == [("PATCH", f"/customers/{bruce}", {"tags": {"manual": ["only"]}})]


def test_a_stub_of_a_loaded_customer_is_that_customer(session, loaded):
    assert session.stub(Customer, loaded.id) is loaded


def test_a_stub_can_be_deleted_without_reading(session, server, bruce):
    session.delete(session.stub(Customer, bruce))
    session.commit()
    assert server.sent == [("DELETE", f"/customers/{bruce}", None)]


def test_getting_a_stub_gives_it_as_it_is(session, server, bruce):
    stub = session.stub(Customer, bruce)
    assert session.get(Customer, bruce) is stub
    assert server.sent == []
    assert stub.base.firstName == "Bruce"


@pytest.mark.parametrize("look", [repr, bool, hash, inspect], ids=lambda look: look.__name__)
def test_looking_at_a_stub_sends_nothing(session, server, bruce, look):
    """T95."""
    look(session.stub(Customer, bruce))
    assert server.sent == []


# -- partly loaded -----------------------------------------------------------------------------------------------------


@pytest.fixture
def part(session, server, bruce):
    """The customer, of which only the first name and the points were read."""
    customer = session.query(Customer).options(load_only(Customer.base.firstName, Customer.extended.points)).one()
    server.forget()
    return customer


def test_what_was_selected_is_read_without_a_request(server, part):
    assert (part.base.firstName, part.extended.points) == ("Bruce", 10)
    assert inspect(part).partial
    assert server.sent == []


def test_a_field_that_was_not_selected_is_read_with_one_request(server, part):
    """T31: it is not taken for null."""
    assert part.base.lastName == "Wayne"
    assert list(part.tags.manual) == ["vip", "night"]
    assert server.sent == [("GET", f"/customers/{part.id}", None)]


def test_a_field_that_was_not_selected_is_set_without_a_request(session, server, part):
    """T31."""
    part.base.lastName = "X"
    part.extra = "y"
    session.commit()
    assert server.sent == [("PATCH", f"/customers/{part.id}", {"base": {"lastName": "X"}, "extra": "y"})]


def test_unsetting_what_was_not_selected_is_sent(session, server, part):
    part.base.lastName = None
    session.commit()
    assert server.sent[-1].body == {"base": {"lastName": None}}
    assert server.document(part.id)["base"]["lastName"] is None


def test_a_partly_loaded_object_cannot_be_replaced(session, server, part):
    """T31: a PUT would erase what was not loaded."""
    with pytest.raises(OperationNotPermitted, match="loaded in part"):
        session.replace(part)
    assert session.commit().requests == 0


@pytest.mark.parametrize("fields", [(Customer.extended.points,), (Customer.extended,)])
def test_a_loop_over_what_was_selected_sends_no_request_for_those_that_lack_it(session, server, bruce, fields):
    for number in range(3):
        server.has(externalId=f"{number}", extended={"level": number})
    server.forget()
    found = [customer.extended.get("points") for customer in session.query(Customer).options(load_only(*fields))]
    assert sorted(found, key=str) == [10, None, None, None]
    assert [call.path for call in server.sent] == ["/customers"]


def test_a_later_selection_tells_what_is_not_there(session, server, part):
    session.query(Customer).options(load_only(Customer.extended.missing)).one()
    assert part.extended.get("missing") is None
    assert len(server.sent) == 1


def test_an_expired_object_no_longer_knows_what_is_not_there(session, server, bruce):
    customer = session.query(Customer).options(load_only(Customer.extended.missing)).one()
    server.changes(bruce, extended={"missing": 1})
    session.expire(customer)
    assert customer.extended.missing == 1


def test_a_customer_whose_selected_part_lacks_a_member_cannot_be_replaced(session, server, bruce):
    customer = session.query(Customer).options(load_only(Customer.extended.missing)).one()
    assert customer.extended.get("missing") is None
    with pytest.raises(OperationNotPermitted, match="loaded in part"):
        session.replace(customer)


def test_a_whole_query_completes_it_and_keeps_its_edits(session, server, part):
    part.base.firstName = "X"
    server.changes(part.id, base={"lastName": "Kane"})
    server.forget()
    assert session.query(Customer).one() is part
    assert (part.base.firstName, part.base.lastName) == ("X", "Kane")
    assert session.plan()[0].body == {"base": {"firstName": "X"}}
    assert len(server.sent) == 1


def test_a_partial_query_leaves_a_loaded_object_alone(session, server, loaded):
    server.changes(loaded.id, base={"firstName": "Kate"})
    assert session.query(Customer).options(load_only(Customer.base.firstName)).one() is loaded
    assert loaded.base.firstName == "Bruce"
    assert not inspect(loaded).partial


def test_a_partly_loaded_object_is_deleted_without_reading(session, server, part):
    session.delete(part)
    session.commit()
    assert [call.method for call in server.sent] == ["DELETE"]


def test_a_member_of_the_elements_of_a_list_selects_the_list_because_lists_are_sent_whole(session, server, bruce):
    selection = load_only(Customer.base.contacts.otherContacts.name)
    customer = session.query(Customer).options(selection).one()
    server.forget()
    customer.base.contacts.otherContacts.append({"name": "work"})
    session.commit()
    contacts = [{"name": "home", "type": "PHONE", "value": "1"}, {"name": "work"}]
    assert server.sent == [("PATCH", f"/customers/{bruce}", {"base": {"contacts": {"otherContacts": contacts}}})]


def test_a_member_of_the_elements_of_an_undeclared_list_leaves_the_list_to_be_loaded(session, server):
    ident = server.has(extended={"orders": [{"id": "o1", "total": 5}]})
    customer = session.query(Customer).options(load_only(Customer.extended["orders"]["id"])).one()
    customer.extended.orders.append({"id": "o2"})
    session.commit()
    assert server.document(ident)["extended"]["orders"] == [{"id": "o1", "total": 5}, {"id": "o2"}]


def test_a_copy_of_a_partly_loaded_object_says_what_it_needs(session, server, part):
    whole = part.to_dict()
    assert whole["base"]["lastName"] == "Wayne"
    assert [call.method for call in server.sent] == ["GET"]


# -- objects that are assigned ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", ["stub", "expired", "load_only"])
def test_an_assigned_object_replaces_the_one_on_the_server_however_little_was_loaded(session, server, bruce, known):
    customer = session.stub(Customer, bruce)
    if known == "expired":
        session.refresh(customer)
        session.expire(customer)
    if known == "load_only":
        session.expunge(customer)
        customer = session.query(Customer).options(load_only(Customer.base.address.geo.lat)).one()
    server.forget()
    customer.base.address = {"zip": "1"}
    customer.extended["nested"] = {"other": "y"}
    session.commit()
    assert [call.method for call in server.sent] == ["GET", "PATCH"]
    assert server.document(bruce)["base"]["address"]["city"] is None
    assert server.document(bruce)["extended"]["nested"] == {"other": "y"}
