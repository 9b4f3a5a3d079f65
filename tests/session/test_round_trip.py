"""The property that matters most (DESIGN 9, T100): whatever is edited, the server then holds exactly the local state.

Random documents and random edits go over HTTP to a real sandbox. What has to be sent is worked out beside it, on plain
dicts, by looking at everything.
"""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from contacthub_orm import Customer
from contacthub_orm.sandbox import Sandbox
from tests.mapping.edits import Edit, Model
from tests.mapping.reference import brute_force_patch, merged
from tests.session.conftest import Server
from tests.strategies import bases, customer_documents, edits, json_objects, nullable, tag_lists

CHILDREN = {"educations", "likes", "jobs", "subscriptions"}
"""Lists whose elements have resources of their own; what is sent for them is another test's theme."""
SERVERS_OWN = {"id", "nodeId", "registeredAt", "updatedAt", "sourceInfo"}


def acceptable(base: Any) -> Any:
    """A profile without children, and without a place that has no coordinates, which the server refuses."""
    if not isinstance(base, dict):
        return base
    kept = {key: value for key, value in base.items() if key not in CHILDREN}
    if isinstance(kept.get("address"), dict):
        kept["address"] = {key: value for key, value in kept["address"].items() if key != "geo"}
    return kept


def without_blanks(value: Any) -> Any:
    """The content of a document: null, an empty list and an empty object say the same (contract 3.1).

    Lists are sent whole, with the nulls in them.
    """
    if not isinstance(value, dict):
        return value
    members = {key: without_blanks(item) for key, item in value.items()}
    return {key: item for key, item in members.items() if item not in (None, [], {})}


def without_nulls(value: Any) -> Any:
    """A profile in which null and absent are the same in elements of lists, too: their members are declared (6.2)."""
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return value


def content(document: dict[str, Any]) -> Any:
    kept = {key: value for key, value in document.items() if key not in SERVERS_OWN}
    return without_blanks({**kept, "base": without_nulls(kept.get("base"))})


def _is_acceptable(edit: Edit) -> bool:
    return edit.path.rpartition(".")[2] not in CHILDREN and ".geo" not in edit.path


def _tame(edit: Edit) -> Edit:
    return attrs.evolve(edit, values=(acceptable(edit.values[0]),)) if edit.path == "base" and edit.values else edit


some_edits = st.lists(edits.filter(_is_acceptable).map(_tame), max_size=5)
contents = st.fixed_dictionaries(
    {
        "externalId": st.sampled_from(["one", "two"]),
        "base": bases.map(acceptable),
        "extended": nullable(json_objects),
        "tags": nullable(st.fixed_dictionaries({"manual": tag_lists, "auto": tag_lists})),
    }
)


@attrs.frozen
class Fate:
    """What happens to one customer: edited in two commits, and perhaps deleted in the second."""

    content: dict[str, Any]
    first: list[Edit]
    second: list[Edit]
    deleted: bool


fates = st.lists(st.builds(Fate, contents, some_edits, some_edits, st.booleans()), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def hub():
    with Sandbox(uniqueness="NO_CHECK") as sandbox:
        server = Server(sandbox)
        yield server
        server.close()


def body_of(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if value is not None}


def with_own_keys(fields: dict[str, Any]) -> dict[str, Any]:
    """The content of a new customer: the keys of a deleted one are refused to it."""
    base = fields["base"]
    if ((base or {}).get("contacts") or {}).get("email"):
        base = {**base, "contacts": {**base["contacts"], "email": "new@example.com"}}
    return {**fields, "externalId": "new", "base": base}


@settings(
    max_examples=40,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(fates=fates, new=st.lists(contents, max_size=2), concurrency=st.sampled_from([1, 4]))
def test_the_server_holds_the_local_state_and_was_told_no_more_than_needed(hub, fates, new, concurrency):
    hub.sandbox.reset()
    successors = [with_own_keys(fields) for fields in new]
    ids = [hub.has(**body_of(fate.content)) for fate in fates]
    session = hub.sandbox.session(concurrency=concurrency)
    customers = {customer.id: customer for customer in session.query(Customer)}

    for turn in ("first", "second"):
        before = hub.documents()
        hub.forget()
        expected: dict[tuple[str, str], Any] = {}
        models = {ident: Model(before[ident]) for ident in ids}
        for ident, fate in zip(ids, fates, strict=True):
            for edit in getattr(fate, turn):
                edit.perform(customers[ident])
                edit.mirror(models[ident])
            patch = brute_force_patch(before[ident], models[ident].written())
            note(f"{ident}: {patch}")
            if turn == "second" and fate.deleted:
                session.delete(customers[ident])
                expected["DELETE", f"/customers/{ident}"] = None
            elif patch:
                expected["PATCH", f"/customers/{ident}"] = patch
        added = [Customer(**body_of(fields)) for fields in successors] if turn == "second" else []
        session.add_all(added)

        local = {ident: customers[ident].to_dict() for ident in ids}
        report = session.commit()

        told = {(call.method, call.path): call.body for call in hub.sent if call.method != "POST"}
        assert told == expected
        assert len(hub.sent) == report.requests == len(expected) + len(added)
        after = hub.documents()
        for method, path in expected:
            ident = path.rpartition("/")[2]
            if method == "PATCH":
                assert content(merged(told[method, path], before[ident])) == content(after[ident])
        for ident in ids:
            if ident in after:
                assert content(after[ident]) == content(local[ident]) == content(customers[ident].to_dict())
        for customer, fields in zip(added, successors, strict=bool(added)):
            assert content(after[customer.id]) == content(fields) | {"enabled": True}
        assert set(after) == {ident for ident in ids if ("DELETE", f"/customers/{ident}") not in expected} | {
            customer.id for customer in added
        }
        hub.forget()
        assert session.commit().requests == 0
        assert hub.sent == []


@settings(max_examples=30)
@given(document=customer_documents, fields=contents)
def test_a_replacement_makes_the_server_hold_the_local_state(hub, document, fields):
    hub.sandbox.reset()
    ident = hub.has(**body_of(fields))
    session = hub.sandbox.session(concurrency=1)
    customer = session.get_one(Customer, ident)
    customer.base = acceptable(document["base"])
    customer.extended, customer.tags = document["extended"], document["tags"]
    local = customer.to_dict()
    session.replace(customer)
    session.commit()
    assert content(hub.document(ident)) == content(local) == content(customer.to_dict())
