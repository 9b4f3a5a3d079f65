"""PUT, only when asked: an object sent whole (contract 6.2), and force_update, which never erases (contract 6.3)."""

from __future__ import annotations

import pytest

from contacthub_orm import Customer, inspect
from contacthub_orm.errors import InvalidRequestError


def without_nulls(value):
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return value


def test_a_replacement_sends_the_whole_document_without_nulls(session, server, loaded, bruce):
    before = server.document(bruce)
    loaded.base.firstName = "X"
    loaded.base.address = None
    session.replace(loaded)
    session.commit()
    (call,) = server.sent
    assert (call.method, call.path) == ("PUT", f"/customers/{bruce}")
    expected = {name: before[name] for name in ("id", "nodeId", "externalId", "enabled", "base", "extended", "tags")}
    expected["base"] = {**before["base"], "firstName": "X", "address": None}
    assert call.body == without_nulls(expected)
    assert not {"registeredAt", "updatedAt", "sourceInfo"} & set(call.body)


@pytest.mark.parametrize("call", ["replace", "delete"])
def test_what_is_to_be_replaced_or_deleted_counts_as_modified(session, loaded, call):
    assert not session.is_modified(loaded)
    getattr(session, call)(loaded)
    assert session.is_modified(loaded)
    session.commit()
    assert not session.is_modified(loaded)


def test_what_a_replacement_leaves_out_is_unset_on_the_server(session, server, loaded, bruce):
    loaded.base.address = None
    del loaded.extended["points"]
    loaded.tags = None
    session.replace(loaded)
    session.commit()
    document = server.document(bruce)
    assert document["base"]["address"] is None
    assert "points" not in document["extended"]
    assert document["tags"] is None
    assert document["base"]["lastName"] == "Wayne"
    assert loaded.to_dict() == document
    assert session.dirty == ()


def test_a_replacement_is_sent_although_nothing_changed(session, server, loaded):
    """It was asked for: somebody else's changes since the loading are overwritten."""
    server.changes(loaded.id, base={"middleName": "Thomas"})
    session.replace(loaded)
    session.commit()
    assert [call.method for call in server.sent] == ["PUT"]
    assert server.document(loaded.id)["base"]["middleName"] is None


def test_a_replacement_happens_once(session, server, loaded):
    session.replace(loaded)
    session.replace(loaded)
    session.commit()
    assert session.commit().requests == 0
    loaded.extra = "x"
    session.commit()
    assert [call.method for call in server.sent] == ["PUT", "PATCH"]


def test_an_edited_and_replaced_object_is_one_request(session, server, loaded):
    loaded.extra = "x"
    session.replace(loaded)
    loaded.base.firstName = "late"
    assert [operation.method for operation in session.plan()] == ["PUT"]
    session.commit()
    assert server.sent[0].body["base"]["firstName"] == "late"


def test_a_replaced_and_deleted_object_is_one_delete(session, server, loaded):
    session.replace(loaded)
    session.delete(loaded)
    session.commit()
    assert [call.method for call in server.sent] == ["DELETE"]


def test_keys_that_this_package_does_not_know_are_sent_back(session, server, loaded):
    """T26: nothing is erased only because it is newer than the package."""
    loaded.base["nickName"] = "Bat"
    session.replace(loaded)
    assert session.plan()[0].body["base"]["nickName"] == "Bat"
    session.rollback()


def test_an_object_made_with_an_id_replaces_what_is_there_without_reading_it(session, server, bruce):
    successor = Customer(id=bruce, externalId="new", base={"firstName": "Dick"})
    session.replace(successor)
    assert session.get(Customer, bruce) is successor
    session.commit()
    body = {"id": bruce, "nodeId": session.node_id, "externalId": "new", "base": {"firstName": "Dick"}}
    assert server.sent == [("PUT", f"/customers/{bruce}", body)]
    assert server.document(bruce)["extended"] is None
    assert inspect(successor).persistent
    assert successor.base.lastName is None
    assert session.dirty == ()


def test_an_object_made_with_an_id_cannot_replace_one_that_is_loaded(session, server, loaded):
    """T44: and stays what it was."""
    successor = Customer(id=loaded.id, externalId="new")
    with pytest.raises(InvalidRequestError, match="another object"):
        session.replace(successor)
    assert inspect(successor).transient
    assert session.commit().requests == 0


def test_a_new_object_without_an_id_replaces_nothing(session):
    with pytest.raises(InvalidRequestError, match="add it"):
        session.replace(Customer(externalId="e"))


def test_a_replacement_of_what_is_not_there_is_reported(session, server, fails):
    successor = Customer(id="00000000-0000-7000-8000-000000000000", externalId="e")
    session.replace(successor)
    (refused,) = fails(session).rejected
    assert (refused.method, refused.status) == ("PUT", 404)
    assert server.documents() == {}
    assert successor not in session


def test_a_replacement_of_what_is_not_there_leaves_a_new_object(session, server, fails):
    successor = Customer(id="00000000-0000-7000-8000-000000000000", externalId="e")
    session.replace(successor)
    fails(session)
    assert inspect(successor).transient
    session.add(successor)
    session.commit()
    assert server.sent[-1] == ("POST", "/customers", {"nodeId": session.node_id, "externalId": "e"})


def test_an_object_made_with_an_id_and_expunged_is_new_again(session, server, bruce):
    document = server.document(bruce)
    successor = Customer.from_dict(document)
    session.replace(successor)
    session.expunge(successor)
    assert inspect(successor).transient
    session.replace(successor)
    session.commit()
    assert [call.method for call in server.sent] == ["PUT"]


def test_a_new_object_that_waits_for_its_creation_replaces_nothing(session, server, bruce):
    """Else it would be created and sent in the place of another one too."""
    customer = Customer(id=bruce, externalId="e")
    session.add(customer)
    with pytest.raises(InvalidRequestError, match=r"to be created.*expunge"):
        session.replace(customer)
    assert [operation.method for operation in session.plan()] == ["POST"]


def test_a_deleted_object_replaces_nothing(session, server, loaded):
    session.delete(loaded)
    session.commit()
    with pytest.raises(InvalidRequestError, match="was deleted; add a copy"):
        session.replace(loaded)
    assert loaded not in session


def test_replacing_takes_the_mark_for_deletion_back(session, server, loaded):
    session.delete(loaded)
    session.replace(loaded)
    session.commit()
    assert [call.method for call in server.sent] == ["PUT"]


def test_an_object_that_nobody_holds_makes_room_for_its_replacement(session, server, bruce):
    """The session alone keeps it, as one of those that were used last: that must not decide what is possible."""
    document = session.get_one(Customer, bruce).to_dict()
    document["base"]["firstName"] = "Dick"
    successor = Customer.from_dict(document)
    session.replace(successor)
    assert session.get(Customer, bruce) is successor
    session.commit()
    assert server.document(bruce)["base"]["firstName"] == "Dick"


def test_an_object_that_was_edited_and_committed_makes_room_too(session, server, bruce):
    customer = session.get_one(Customer, bruce)
    customer.base.contacts.otherContacts[0].value = "2"
    session.commit()
    document = customer.to_dict()
    del customer
    session.replace(Customer.from_dict(document))
    assert [operation.method for operation in session.plan()] == ["PUT"]


def test_an_edited_object_makes_no_room_for_a_replacement(session, server, bruce):
    session.get_one(Customer, bruce).extra = "x"
    with pytest.raises(InvalidRequestError, match="another object"):
        session.replace(Customer(id=bruce, externalId="e"))


# -- force_update ------------------------------------------------------------------------------------------------------


@pytest.fixture
def blocking(sandbox):
    sandbox.configure(uniqueness="BLOCK")


def twin(**content):
    return Customer(base={"contacts": {"email": "bruce@example.com"}, **content})


@pytest.mark.usefixtures("blocking")
def test_a_collision_becomes_an_edit_of_the_customer_that_is_there(session, server, bruce):
    customer = twin(firstName="X")
    session.add(customer, force_update=True)
    (outcome,) = session.commit().done
    base = {"contacts": {"email": "bruce@example.com"}, "firstName": "X"}
    assert server.sent == [
        ("POST", "/customers", {"nodeId": session.node_id, "base": base}),
        ("PATCH", f"/customers/{bruce}", {"base": base}),
    ]
    assert (outcome.attempts, outcome.existing_id) == (2, bruce)
    assert inspect(customer).persistent
    assert customer.id == bruce
    assert session.get(Customer, bruce) is customer


@pytest.mark.usefixtures("blocking")
def test_nothing_that_was_there_is_erased(session, server, bruce):
    """Contract 6.3: parts that were only looked into, and nulls of the new object, say nothing."""
    before = server.document(bruce)
    customer = twin(lastName=None)
    assert list(customer.tags.manual) == []
    customer.tags.auto.append("x")
    customer.tags.auto.clear()
    customer.extended.points = None
    session.add(customer, force_update=True)
    session.commit()
    after = server.document(bruce)
    assert {**after, "updatedAt": None} == {**before, "updatedAt": None}
    assert customer.tags.manual == ["vip", "night"]
    assert customer.base.lastName == "Wayne"


@pytest.mark.usefixtures("blocking")
def test_without_a_collision_it_is_a_creation(session, server):
    session.add(twin(), force_update=True)
    session.commit()
    assert [call.method for call in server.sent] == ["POST"]


@pytest.mark.usefixtures("blocking")
def test_without_force_update_a_collision_is_a_conflict(session, server, bruce, fails):
    session.add(twin())
    assert len(fails(session).conflicts) == 1
    assert [call.method for call in server.sent] == ["POST"]


@pytest.mark.usefixtures("blocking")
def test_force_update_can_be_asked_for_after_the_conflict(session, server, bruce, fails):
    customer = twin(firstName="X")
    session.add(customer)
    fails(session)
    session.add(customer, force_update=True)
    session.commit()
    assert customer.id == bruce


@pytest.mark.usefixtures("blocking")
def test_where_the_server_does_not_say_who_is_there_it_stays_a_conflict(sandbox, session, bruce, fails):
    sandbox.configure(trusted=False)
    session.add(twin(), force_update=True)
    (conflict,) = fails(session).conflicts
    assert (conflict.attempts, conflict.existing_id) == (1, None)


@pytest.mark.usefixtures("blocking")
def test_a_refused_update_is_reported_and_the_new_object_stays_pending(sandbox, session, server, bruce, fails):
    sandbox.configure(extended_schema={"type": "object", "properties": {"level": {"type": "integer"}}})
    customer = twin()
    customer.extended.level = "high"
    session.add(customer, force_update=True)
    report = fails(session)
    assert [outcome.state for outcome in report] == ["rejected"]
    assert session.new == (customer,)


@pytest.mark.usefixtures("blocking")
def test_a_customer_that_the_session_holds_is_updated_and_stays_its_only_object(session, server, loaded):
    customer = twin(firstName="X")
    session.add(customer, force_update=True)
    (outcome,) = session.commit().done
    assert outcome.existing_id == loaded.id
    assert server.document(loaded.id)["base"]["firstName"] == loaded.base.firstName == "X"
    assert customer not in session


def test_the_mark_is_gone_after_the_creation(sandbox, session, server):
    customer = twin()
    session.add(customer, force_update=True)
    session.commit()
    session.delete(customer)
    session.commit()
    sandbox.configure(uniqueness="BLOCK")
    server.has(base={"contacts": {"email": "bruce@example.com"}})
    again = twin()
    session.add(again)
    with pytest.raises(Exception, match="conflict"):
        session.commit()


@pytest.mark.usefixtures("blocking")
def test_the_empty_branches_of_a_template_erase_nothing(session, server, bruce):
    """Contract 8.1, 25: the published SDK's default template wiped the tags of the customer that was there."""
    template = {"base": {"contacts": {}}, "extended": {}, "consents": {}, "tags": {"manual": [], "auto": []}}
    customer = Customer.from_dict(template)
    customer.base.contacts.email = "bruce@example.com"
    session.add(customer, force_update=True)
    session.commit()
    assert server.sent[-1] == ("PATCH", f"/customers/{bruce}", {"base": {"contacts": {"email": "bruce@example.com"}}})
    assert customer.tags.manual == ["vip", "night"]


def test_a_replacement_of_what_was_not_edited_changes_nothing_in_free_lists(session, server):
    ident = server.has(extended={"o": [{"a": None, "b": 1}, None]})
    before = server.document(ident)
    session.replace(session.get_one(Customer, ident))
    session.commit()
    assert server.document(ident)["extended"] == before["extended"] == {"o": [{"a": None, "b": 1}, None]}
