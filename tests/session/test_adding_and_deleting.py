"""New objects, deletions, and what they cancel of each other (T35 to T40)."""

from __future__ import annotations

import logging

import pytest

from contacthub_orm import Customer, inspect
from contacthub_orm.errors import ContactHubError, FlushError, InvalidRequestError, ObjectDeletedError


def test_a_new_object_is_pending_then_persistent(session, server):
    customer = Customer(externalId="e")
    assert inspect(customer).transient
    session.add(customer)
    assert inspect(customer).pending
    assert session.new == (customer,)
    assert server.sent == []
    session.commit()
    assert inspect(customer).persistent
    assert session.new == ()


def test_a_new_object_with_edits_is_one_request_with_the_last_values(session, server):
    """T35."""
    customer = Customer(externalId="e", base={"firstName": "a"})
    session.add(customer)
    for name in "bcd":
        customer.base.firstName = name
    customer.tags.manual.append("t")
    session.commit()
    body = {
        "nodeId": session.node_id,
        "externalId": "e",
        "base": {"firstName": "d"},
        "tags": {"manual": ["t"]},
    }
    assert server.sent == [("POST", "/customers", body)]


def test_a_new_object_says_no_more_than_was_written_into_it(session, server):
    """Looking into parts, and writing something that is taken back, is not content; neither is null."""
    customer = Customer(externalId="e", base={"firstName": None}, extra=None)
    assert customer.base.contacts.email is None
    customer.base.address.city = "x"
    customer.base.address.city = None
    customer.tags.manual.append("x")
    customer.tags.manual.remove("x")
    session.add(customer)
    session.commit()
    body = {key: value for key, value in server.sent[0].body.items() if value != {}}
    assert body == {"nodeId": session.node_id, "externalId": "e"}


def test_a_created_object_shows_what_the_server_made_of_it(session, server):
    customer = Customer(externalId="e", base={"firstName": "a"})
    session.add(customer)
    session.commit()
    assert customer.to_dict() == server.document(customer.id)
    assert customer.nodeId == session.node_id
    assert customer.enabled is True
    assert session.dirty == ()


def test_an_edit_after_the_creation_is_a_patch(session, server):
    customer = Customer(externalId="e")
    session.add(customer)
    session.commit()
    server.forget()
    customer.base.firstName = "X"
    session.commit()
    assert server.sent == [("PATCH", f"/customers/{customer.id}", {"base": {"firstName": "X"}})]


def test_adding_twice_is_adding_once(session, server):
    """T50 in effect: however often a constructor adds its object."""
    customer = Customer(externalId="e")
    session.add(customer)
    session.add_all([customer, customer])
    session.commit()
    assert len(server.sent) == 1


def test_an_object_that_adds_itself_in_every_constructor_is_added_once(session, server):
    """T50."""

    class Base(Customer):
        def __init__(self, **fields):
            super().__init__(**fields)
            session.add(self)

    class Shopper(Base):
        def __init__(self, **fields):
            super().__init__(**fields)
            session.add(self)

    shopper = Shopper(externalId="e")
    assert session.new == (shopper,)
    session.commit()
    assert len(server.sent) == 1


@pytest.mark.parametrize("letting_go", ["delete", "expunge"])
def test_a_new_object_that_is_let_go_of_is_never_sent(session, server, letting_go):
    """T36."""
    customer = Customer(externalId="e")
    session.add(customer)
    getattr(session, letting_go)(customer)
    assert inspect(customer).transient
    assert session.commit().requests == 0
    assert server.sent == []


def test_creations_keep_the_order_in_which_they_were_added(sandbox, server):
    session = sandbox.session(concurrency=1)
    names = [f"e-{number}" for number in (3, 1, 2)]
    session.add_all([Customer(externalId=name) for name in names])
    assert [customer.externalId for customer in session.new] == names
    session.commit()
    assert [call.body["externalId"] for call in server.sent] == names


def test_an_empty_new_object_is_refused_before_anything_is_sent(session, server, loaded):
    """Contract 3.7."""
    loaded.extra = "x"
    session.add(Customer(extra="only this"))
    with pytest.raises(ContactHubError, match="externalId, base, extended"):
        session.commit()
    assert server.sent == []


def test_a_new_object_of_another_node_is_refused(session):
    with pytest.raises(InvalidRequestError, match="elsewhere"):
        session.add(Customer(externalId="e", nodeId="elsewhere"))
    assert session.new == ()


# -- deleting ----------------------------------------------------------------------------------------------------------


def test_deleting_is_one_request_at_commit(session, server, loaded):
    session.delete(loaded)
    assert session.deleted == (loaded,)
    assert server.sent == []
    session.commit()
    assert server.sent == [("DELETE", f"/customers/{loaded.id}", None)]
    assert server.document(loaded.id) is None
    assert session.deleted == ()


def test_edited_and_deleted_is_one_delete(session, server, loaded):
    """T37."""
    loaded.base.firstName = "X"
    session.delete(loaded)
    loaded.tags.manual.append("late")
    assert session.dirty == ()
    session.commit()
    assert server.sent == [("DELETE", f"/customers/{loaded.id}", None)]


def test_created_flushed_edited_and_deleted_is_a_post_and_a_delete(session, server):
    """T37."""
    customer = Customer(externalId="e")
    session.add(customer)
    session.flush()
    customer.extra = "x"
    session.delete(customer)
    session.commit()
    assert [call.method for call in server.sent] == ["POST", "DELETE"]


def test_adding_takes_the_mark_for_deletion_back_and_keeps_the_edits(session, server, loaded):
    """T38."""
    loaded.base.firstName = "X"
    session.delete(loaded)
    session.add(loaded)
    assert inspect(loaded).persistent
    assert session.deleted == ()
    session.commit()
    assert server.sent == [("PATCH", f"/customers/{loaded.id}", {"base": {"firstName": "X"}})]


@pytest.mark.parametrize("name", ["id", "externalId"])
def test_deleting_a_customer_and_adding_its_successor_is_no_replacement(session, server, loaded, name):
    """T39: the server could merge the new one into the old one, which is deleted then."""
    session.delete(loaded)
    session.add(Customer(**{"base": {"firstName": "Next"}, name: getattr(loaded, name)}))
    with pytest.raises(FlushError, match="replace"):
        session.commit()
    assert server.sent == []


def test_deleting_twice_is_one_request(session, server, loaded):
    """T40."""
    session.delete(loaded)
    session.delete(loaded)
    session.commit()
    assert len(server.sent) == 1


def test_deleting_what_is_gone_already_succeeds_and_is_logged(session, server, loaded, caplog):
    """T40."""
    server.loses(loaded.id)
    session.delete(loaded)
    with caplog.at_level(logging.INFO, "contacthub_orm"):
        report = session.commit()
    assert [outcome.status for outcome in report.done] == [404]
    assert f"{loaded.id}: was deleted already" in caplog.text
    assert inspect(loaded).deleted


def test_a_deleted_object_cannot_be_added_or_deleted_again(session, server, loaded):
    """T40: a copy of it can."""
    session.delete(loaded)
    session.commit()
    server.forget()
    for call in (session.add, session.delete):
        with pytest.raises(InvalidRequestError, match="was deleted"):
            call(loaded)
    assert loaded not in session
    assert session.commit().requests == 0


def test_a_copy_of_a_deleted_object_is_created_anew(session, server, loaded):
    from copy import copy

    before = loaded.to_dict()
    session.delete(loaded)
    session.commit()
    again = copy(loaded)
    session.add(again)
    session.commit()
    assert again.id != before["id"]
    assert again.base.to_dict() == before["base"]
    assert again.tags.to_dict() == before["tags"]


def test_a_deleted_object_can_still_be_read(session, loaded):
    session.delete(loaded)
    session.commit()
    assert loaded.base.firstName == "Bruce"
    assert loaded.id in repr(loaded)


def test_a_deleted_customer_is_not_found_any_more(session, server, loaded):
    session.delete(loaded)
    session.commit()
    assert session.get(Customer, loaded.id) is None


@pytest.mark.parametrize("relation", ["events", "sessions"])
def test_a_deleted_customer_says_that_its_relations_went_with_it(session, loaded, relation):
    session.delete(loaded)
    session.commit()
    with pytest.raises(ObjectDeletedError, match=f"was deleted, and its {relation} with it"):
        getattr(loaded, relation)


def test_a_new_object_that_was_never_added_cannot_be_deleted(session):
    with pytest.raises(InvalidRequestError, match="nothing to delete"):
        session.delete(Customer(externalId="e"))


def test_new_changed_and_deleted_are_told_apart(session, three):
    kept, changed, deleted = (session.get_one(Customer, ident) for ident in three)
    new = Customer(externalId="e")
    session.add(new)
    changed.extra = "x"
    session.delete(deleted)
    assert (session.new, session.dirty, session.deleted) == ((new,), (changed,), (deleted,))
    assert all(it in session for it in (kept, changed, deleted, new))
    assert set(session) == {kept, changed, deleted, new}


def test_an_object_can_be_found_in_a_set_before_and_after_it_gets_its_id(session):
    """T94."""
    customer = Customer(externalId="e")
    seen = {customer}
    session.add(customer)
    session.commit()
    assert customer in seen
    assert customer != Customer(externalId="e")


def test_the_lists_of_free_data_are_sent_whole_with_a_new_object(session, server):
    session.add(Customer(externalId="1", extended={"none": None, "list": [{"a": None}]}))
    session.commit()
    assert server.sent[0].body["extended"] == {"list": [{"a": None}]}
