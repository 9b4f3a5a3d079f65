"""What the issue asks to be shown: a thousand customers, many edits, and exactly the requests that are needed."""

from __future__ import annotations

import json

import pytest

from contacthub_orm import Customer


def edits_for(ids):
    """Edits for customers in turn; each returns what it ought to send, worked out from the document by hand."""

    def new_name(customer, document):
        customer.base.firstName = "Edited"
        return {"base": {"firstName": "Edited"}}

    def longer_tags(customer, document):
        customer.tags.manual.append("reviewed")
        return {"tags": {"manual": [*((document["tags"] or {}).get("manual") or []), "reviewed"]}}

    def other_points(customer, document):
        customer.extended.loyalty = {**((document["extended"] or {}).get("loyalty") or {}), "points": -1}
        return {"extended": {"loyalty": {"points": -1}}}

    def unset_street(customer, document):
        del customer.base.address.street
        return {"base": {"address": {"street": None}}}

    def two_sections(customer, document):
        customer.extra, customer.base.gender = "note", "unknown"
        return {"extra": "note", "base": {"gender": "unknown"}}

    def twice(customer, document):
        customer.base.lastName = "First"
        customer.base.lastName = "Second"
        return {"base": {"lastName": "Second"}}

    def reverted(customer, document):
        before = customer.base.firstName
        customer.base.firstName = "Temporary"
        customer.tags.manual.append("temporary")
        customer.base.firstName = before
        customer.tags.manual.remove("temporary")
        return {}

    def partly_reverted(customer, document):
        before = customer.base.contacts.mobilePhone
        customer.base.contacts.mobilePhone = "+0"
        customer.enabled = not document["enabled"]
        customer.base.contacts.mobilePhone = before
        return {"enabled": not document["enabled"]}

    def already_so(customer, document):
        customer.base.lastName = document["base"]["lastName"]
        customer.base.contacts = document["base"]["contacts"]
        return {}

    edits = [
        new_name, longer_tags, other_points, unset_street, two_sections, twice, reverted, partly_reverted,
        new_name, already_so,
    ]  # fmt: skip
    return [(ident, edits[number % len(edits)]) for number, ident in enumerate(ids)]


def without_blanks(value):
    """Where an edit was taken back, an empty part may stand for null."""
    if isinstance(value, dict):
        members = {key: without_blanks(item) for key, item in value.items()}
        return {key: item for key, item in members.items() if item not in (None, [], {})}
    return value


@pytest.mark.parametrize("concurrency", [1, 8])
def test_a_thousand_loaded_three_hundred_edited_fifty_deleted_twenty_added(sandbox, server, concurrency):
    ids = sandbox.seed(1_000, seed=7)
    before = server.documents()
    session = sandbox.session(concurrency=concurrency)
    customers = {customer.id: customer for customer in session.query(Customer)}
    assert sorted(customers) == sorted(ids)
    server.forget()

    expected = {}
    for ident, edit in edits_for(ids[100:400]):
        body = edit(customers[ident], before[ident])
        if body:
            expected[("PATCH", f"/customers/{ident}")] = body
    assert len(expected) == 240, "every fifth edit changes nothing in the end"
    for ident in ids[380:430]:  # some of them were edited before
        session.delete(customers[ident])
        expected.pop(("PATCH", f"/customers/{ident}"), None)
        expected[("DELETE", f"/customers/{ident}")] = None
    added = [Customer(externalId=f"new-{number}", base={"firstName": f"N{number}"}) for number in range(21)]
    session.add_all(added)
    session.delete(added.pop(3))  # never sent

    report = session.commit()

    posts = [call.body for call in server.sent if call.method == "POST"]
    others = {(call.method, call.path): call.body for call in server.sent if call.method != "POST"}
    assert others == expected
    assert len(server.sent) == report.requests == len(expected) + 20
    names = [f"new-{number}" for number in range(21) if number != 3]
    assert sorted(json.dumps(body) for body in posts) == sorted(
        json.dumps({"nodeId": session.node_id, "externalId": name, "base": {"firstName": f"N{name[4:]}"}})
        for name in names
    )

    after = server.documents()
    assert len(after) == 1_000 - 50 + 20
    untouched = set(ids[:100]) | set(ids[430:])
    assert {ident: after[ident] for ident in untouched} == {ident: before[ident] for ident in untouched}
    patched = {path.rpartition("/")[2] for method, path in expected if method == "PATCH"}
    assert all(customers[ident].to_dict() == after[ident] for ident in patched | untouched)
    assert all(
        without_blanks(customers[ident].to_dict()) == without_blanks(after[ident]) for ident in ids if ident in after
    )
    assert all(customer.to_dict() == after[customer.id] for customer in added)
    server.forget()
    assert session.commit().requests == 0
    assert server.sent == []
