"""What the node did with customers."""

from __future__ import annotations

import uuid

import pytest

from contacthub_orm import Customer, load_only
from contacthub_orm.errors import (
    ArgumentError,
    MultipleResultsFound,
    NoResultFound,
)

STRUCTURE = {
    "externalId": "07",
    "extra": "extra",
    "base": {"timezone": "Europe/Rome", "firstName": "Selina", "contacts": {"email": "selina@example.com"}},
}


def test_node_add_customer(as_stated, session, http):
    customer = Customer(**STRUCTURE)
    with as_stated:
        session.add(customer)
        session.commit()
    assert http("GET", f"/customers/{customer.id}")["base"]["firstName"] == "Selina"


def test_node_add_customer_force_update(as_stated, sandbox, session, stored, document):
    sandbox.configure(uniqueness="BLOCK")
    customer = Customer(base={"contacts": {"email": "bruce@example.com"}}, extra="new")
    with as_stated:
        session.add(customer, force_update=True)
        session.commit()
    found = document()
    assert customer.id == stored
    assert (found["extra"], found["base"]["lastName"], found["tags"]["manual"]) == ("new", "Wayne", ["vip", "night"])


def test_force_update_spelling(session):
    with pytest.raises(TypeError, match="forceUpdate"):
        session.add(Customer(**STRUCTURE), forceUpdate=True)


def test_node_get_customer(as_stated, session, stored):
    with as_stated:
        customer = session.get(Customer, stored)
    assert customer.base.firstName == "Bruce"
    assert session.get(Customer, stored) is customer
    assert session.get(Customer, "nobody") is None
    with pytest.raises(NoResultFound):
        session.get_one(Customer, "nobody")


def test_node_get_customer_by_external_id(as_stated, sandbox, session, stored, http):
    with as_stated:
        customer = session.get(Customer, external_id="01")
    assert customer.id == stored
    assert session.get(Customer, external_id="nobody") is None
    sandbox.configure(uniqueness="NO_CHECK")
    http("POST", "/customers", {"nodeId": sandbox.node_id, "externalId": "01"})
    with pytest.raises(MultipleResultsFound):
        session.get(Customer, external_id="01")
    assert len(session.query(Customer).filter_by(externalId="01").all()) == 2


@pytest.mark.parametrize(("arguments", "options"), [(["c-1"], {"external_id": "01"}), ([], {})], ids=["both", "none"])
def test_node_get_customer_arguments(as_stated, session, arguments, options):
    with as_stated, pytest.raises(ArgumentError) as caught:
        session.get(Customer, *arguments, **options)
    assert isinstance(caught.value, ValueError)


@pytest.mark.usefixtures("twelve")
def test_node_get_customers(as_stated, session):
    with as_stated:
        customers = session.query(Customer).page(0)
    assert len(customers) == customers.size == 10
    assert len(session.query(Customer).all()) == len(list(session.query(Customer))) == 12


@pytest.mark.usefixtures("twelve")
def test_node_get_customers_external_id(as_stated, session):
    with as_stated:
        (customer,) = session.query(Customer).filter_by(externalId="n-3").page(0)
    assert customer.externalId == "n-3"


@pytest.mark.usefixtures("twelve")
def test_node_get_customers_page(as_stated, session):
    with as_stated:
        customers = session.query(Customer).page(2, size=5)
    assert (len(customers), customers.page_number, customers.total_pages) == (2, 2, 3)


@pytest.mark.usefixtures("stored")
def test_node_get_customers_fields(as_stated, sandbox, session):
    query = session.query(Customer).options(load_only(Customer.base.firstName, Customer.field("base.lastName")))
    with as_stated:
        (customer,) = query.page(0)
        assert (customer.base.firstName, customer.base.lastName) == ("Bruce", "Wayne")
    assert {"base.firstName", "base.lastName"} <= set(sandbox.requests[-1].query["fields"].split(","))


def test_node_update_customer(as_stated, sandbox, session, stored, document):
    with as_stated:
        customer = session.stub(Customer, stored)
        customer.extra = "new"
        customer.apply_patch({"base": {"contacts": {"email": "another@example.com"}}})
        session.commit()
    assert sandbox.requests[-1].body == {"extra": "new", "base": {"contacts": {"email": "another@example.com"}}}
    assert document()["base"]["contacts"]["phone"] == "555-1"
    assert customer.base.lastName == "Wayne"


def test_node_update_customer_mutations(as_stated, sandbox, session, stored):
    draft = Customer()
    draft.base.contacts.email = "another@example.com"
    mutations = {**draft.get_mutation_tracker(), "extra": None, "tags": {"manual": []}}
    mutations["extended"] = {"my_object": {"key": "value"}}
    with as_stated:
        session.stub(Customer, stored).apply_patch(mutations)
        session.commit()
    assert sandbox.requests[-1].body == mutations


def test_node_update_customer_full_update(as_stated, sandbox, session, customer, document):
    content = customer.to_dict()
    del content["extra"]
    content["base"]["contacts"]["email"] = "another@example.com"
    session.expunge(customer)
    with as_stated:
        session.replace(Customer.from_dict(content))
        session.commit()
    body = sandbox.requests[-1].body
    assert (body["id"], body["nodeId"]) == (customer.id, sandbox.node_id)
    assert document()["extra"] is None
    assert document()["base"]["contacts"] == {**content["base"]["contacts"]}


def test_node_delete_customer(as_stated, session, stored):
    with as_stated:
        session.delete(session.stub(Customer, stored))
        session.commit()
    assert session.get(Customer, stored) is None


def test_node_add_tag(as_stated, session, stored, document):
    with as_stated:
        customer = session.get(Customer, stored)
        customer.add_tag("manual_tag")
        customer.add_tag("vip")
        session.commit()
    assert document()["tags"] == {"manual": ["vip", "night", "manual_tag"], "auto": ["a"]}
    customer.tags.manual.append("another")
    assert [operation.method for operation in session.plan()] == ["PATCH"]


def test_node_remove_tag(as_stated, session, stored, document):
    with as_stated:
        customer = session.get(Customer, stored)
        customer.remove_tag("vip")
        session.commit()
    assert document()["tags"]["manual"] == ["night"]
    with pytest.raises(ValueError, match="no such manual tag"):
        customer.remove_tag("vip")


def test_node_query(as_stated, session):
    with as_stated:
        assert repr(session.query(Customer)) == "<Query of Customer>"


def test_node_create_session_id(as_stated, session):
    with as_stated:
        value = session.create_session_id()
    assert uuid.UUID(value).version == 4


def test_node_add_customer_session(as_stated, session, stored, http):
    value = session.create_session_id()
    with as_stated:
        link = session.add_customer_session(session.stub(Customer, stored), value)
        session.commit()
    assert link.value == value
    assert [found["value"] for found in http("GET", f"/customers/{stored}/sessions")["elements"]] == [value]
    assert [found.value for found in session.get(Customer, stored).sessions] == [value]


def test_node_add_customer_session_with_customer(as_stated, sandbox, session, http):
    customer, value = Customer(**STRUCTURE), session.create_session_id()
    with as_stated:
        session.add(customer)
        session.add_customer_session(customer, value)
        session.commit()
    assert sandbox.requests[-1].query == {"sessionId": value}
    assert [found["value"] for found in http("GET", f"/customers/{customer.id}/sessions")["elements"]] == [value]
