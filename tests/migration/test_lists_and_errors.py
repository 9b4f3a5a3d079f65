"""Lists, pages, errors, and the tools that are gone."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
import requests

import contacthub_orm
from contacthub_orm import Customer, PaginatedList, Properties, ReadOnlyList
from contacthub_orm.errors import (
    APIError,
    CommitError,
    Conflict,
    ContactHubError,
    NotFound,
    OperationNotPermitted,
    Unauthorized,
)


def test_read_only_list(as_stated):
    items = ReadOnlyList([1, 2])
    with as_stated:
        for refused in (
            lambda: items.append(3),
            lambda: items.extend([3]),
            lambda: items.insert(0, 3),
            lambda: items.pop(),
            lambda: items.remove(1),
            lambda: items.reverse(),
            lambda: items.__setitem__(0, 3),
            lambda: items.__setitem__(slice(0, 1), [3]),
            lambda: items.__delitem__(0),
            lambda: items.sort(),
            lambda: items.clear(),
            lambda: items.__iadd__([3]),
            lambda: items.__imul__(2),
        ):
            with pytest.raises(OperationNotPermitted, match="read-only"):
                refused()
    assert items == [1, 2]
    assert list(items) == [1, 2]
    assert not isinstance(items, list)


def test_read_only_list_not_implemented():
    assert not hasattr(ReadOnlyList, "not_implemented")


@pytest.mark.usefixtures("twelve")
def test_paginated_list(session):
    query = session.query(Customer)
    assert isinstance(query.page(0), PaginatedList)
    assert isinstance(query.all(), PaginatedList)
    with pytest.raises(TypeError):
        PaginatedList(node=session, function=query.page, entity_class=Customer)


@pytest.mark.usefixtures("twelve")
def test_paginated_list_attributes(as_stated, session):
    page = session.query(Customer).page(1, size=5)
    with as_stated:
        assert (page.size, page.page_number) == (5, 1)
        assert (page.total_elements, page.total_pages) == (12, 3)
        assert isinstance(page.total_unfiltered_elements, int)


@pytest.mark.usefixtures("twelve")
def test_paginated_list_turning(as_stated, session):
    first = session.query(Customer).page(0, size=5)
    with as_stated:
        second = first.next_page()
        again = second.previous_page()
    assert (first.page_number, second.page_number, again.page_number) == (0, 1, 0)
    assert list(again) == list(first)
    assert set(first).isdisjoint(second)


@pytest.mark.parametrize("seeded", [0, 12])
def test_paginated_list_ends(as_stated, sandbox, session, seeded):
    sandbox.seed(seeded)
    first = session.query(Customer).page(0, size=6)
    last = first.next_page() if seeded else first
    with as_stated:
        with pytest.raises(OperationNotPermitted, match="First page reached"):
            first.previous_page()
        with pytest.raises(OperationNotPermitted, match="Last page reached"):
            last.next_page()


def test_api_error(as_stated, sandbox):
    with (
        contacthub_orm.Workspace(sandbox.workspace_id, "another-token", sandbox.url) as workspace,
        workspace.session(sandbox.node_id) as session,
        as_stated,
        pytest.raises(APIError) as caught,
    ):
        session.get(Customer, "c-1")
    error = caught.value
    assert type(error) is Unauthorized
    assert (error.status, error.errors, error.data) == (401, [], None)
    assert error.message
    assert error.logref


@pytest.mark.usefixtures("stored")
def test_api_error_of_a_commit(as_stated, sandbox, session):
    sandbox.configure(uniqueness="BLOCK")
    session.add(Customer(base={"contacts": {"email": "bruce@example.com"}}))
    with as_stated, pytest.raises(CommitError) as caught:
        session.commit()
    (entry,) = caught.value.report.conflicts
    assert isinstance(entry.error, APIError)
    assert isinstance(caught.value.__cause__, Conflict)


def test_api_error_text():
    error = NotFound(404, "node not found", errors=[{"message": "m"}], data={"k": "v"}, logref="l-1")
    assert str(error) == (
        "Status code: 404. Message: node not found. Errors: [{'message': 'm'}]. Data: {'k': 'v'}. Logref: l-1"
    )


def test_api_error_base():
    assert not issubclass(APIError, requests.HTTPError)
    assert issubclass(APIError, ContactHubError)


def test_operation_not_permitted(session):
    with pytest.raises(OperationNotPermitted):
        session.query(Customer).all().next_page()


def test_utils_date_encoder():
    customer = Customer(base={"dob": date(1939, 5, 27)})
    customer.extended.seen = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    found = json.loads(json.dumps(customer.to_dict()))
    assert found["base"]["dob"] == "1939-05-27"
    assert found["extended"]["seen"].startswith("2026-01-02T03:04:05")


def test_utils_convert_properties():
    customer = Customer(extended={"many": [Properties(inner=Properties(k="v"))]})
    assert customer.to_dict() == {"extended": {"many": [{"inner": {"k": "v"}}]}}


def test_utils_generate_mutation_tracker(customer):
    customer.base.contacts = Properties(email="another@example.com")
    del customer.base.firstName
    customer.base.jobs = None
    patch = {"base": {"contacts": {"email": "another@example.com", "phone": None}, "firstName": None, "jobs": []}}
    assert customer.get_mutation_tracker() == patch


def test_utils_dictionary_paths():
    assert Customer.base.contacts.email.path == "base.contacts.email"


def test_utils_resolve_mutation_tracker(customer):
    customer.extended["a.b"] = {"a": {"b": {"a": 1}}}
    assert customer.get_mutation_tracker() == {"extended": {"a.b": {"a": {"b": {"a": 1}}}}}


def test_utils_remove_empty_attributes(session, customer):
    session.add(Customer(externalId="02", base={"firstName": "Clark"}))
    session.replace(customer)
    bodies = {operation.method: operation.body for operation in session.plan()}
    assert bodies["POST"] == {"nodeId": session.node_id, "externalId": "02", "base": {"firstName": "Clark"}}
    assert "consents" not in bodies["PUT"]
    assert None not in bodies["PUT"]["base"].values()
