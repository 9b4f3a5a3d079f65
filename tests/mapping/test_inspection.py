"""inspect(): exactly one state at a time, the identity, and the net change."""

from __future__ import annotations

import copy
import gc

import pytest

from contacthub_orm.errors import UnmappedInstanceError
from contacthub_orm.mapping import inspect
from contacthub_orm.mapping.state import EntityState, hydrate, state_of
from contacthub_orm.models import Customer, Job
from tests.mapping.loading import Owner, loaded, partly_loaded

STATES = ("transient", "pending", "persistent", "deleted", "detached")
DOCUMENT = {"id": "c1", "base": {"firstName": "Bruce"}}


def states_of(customer: Customer) -> list[str]:
    return [name for name in STATES if getattr(inspect(customer), name)]


def pending(owner: Owner) -> Customer:
    customer = Customer(externalId="e")
    state_of(customer).owner = loaded(copy.deepcopy(DOCUMENT), owner=owner)._document.owner
    return customer


def gone(owner: Owner) -> Customer:
    customer = loaded(copy.deepcopy(DOCUMENT))
    state_of(customer).deleted = True
    return customer


@pytest.mark.parametrize(
    ("make", "state"),
    [
        (lambda owner: Customer(externalId="e"), "transient"),
        (lambda owner: Customer(id="c1"), "transient"),
        (pending, "pending"),
        (lambda owner: loaded(copy.deepcopy(DOCUMENT), owner=owner), "persistent"),
        (lambda owner: loaded(copy.deepcopy(DOCUMENT)), "detached"),
        (gone, "deleted"),
    ],
)
def test_an_object_is_in_exactly_one_state(make, state):
    owner = Owner()
    customer = make(owner)
    assert states_of(customer) == [state]
    assert inspect(customer).object is customer


def test_an_object_of_a_session_that_is_gone_is_detached():
    owner = Owner()
    customer = loaded(copy.deepcopy(DOCUMENT), owner=owner)
    assert inspect(customer).session is owner
    del owner
    gc.collect()
    assert states_of(customer) == ["detached"]
    assert inspect(customer).session is None
    customer.base.firstName = "B"
    assert inspect(customer).modified


def test_the_identity_is_what_the_server_gave():
    assert inspect(Customer(id="x")).identity is None
    assert inspect(Customer()).identity_key is None
    customer = loaded(copy.deepcopy(DOCUMENT))
    assert inspect(customer).identity == "c1"
    assert inspect(customer).identity_key == ("customers", "c1")


def test_modified_is_exact():
    customer = loaded(copy.deepcopy(DOCUMENT))
    assert not inspect(customer).modified
    customer.base.firstName = "B"
    assert inspect(customer).modified
    customer.base.firstName = "Bruce"
    assert not inspect(customer).modified


def test_what_inspection_gives_is_a_copy():
    document = copy.deepcopy(DOCUMENT)
    customer = loaded(document)
    customer.extended.rows = [{"x": 1}]
    inspect(customer).diff()["extended"]["rows"][0]["x"] = 2
    inspect(customer).committed["base"]["firstName"] = "x"
    assert inspect(customer).diff() == {"extended": {"rows": [{"x": 1}]}}
    assert document == DOCUMENT


def test_partial_tells_whether_something_was_not_loaded():
    assert inspect(partly_loaded({"id": "c1"})).partial
    assert not inspect(loaded({"id": "c1"})).partial


@pytest.mark.parametrize("foreign", [5, "c1", None, {}, Customer, object()])
def test_only_mapped_objects_can_be_inspected(foreign):
    with pytest.raises(UnmappedInstanceError, match="expected a mapped object such as a Customer"):
        inspect(foreign)


def test_parts_have_no_state_of_their_own():
    with pytest.raises(UnmappedInstanceError, match="expected a mapped object such as a Customer, not a Base"):
        inspect(Customer().base)


def test_a_child_is_inspected_with_its_customer():
    with pytest.raises(UnmappedInstanceError, match=r"pass its customer: job\.customer"):
        inspect(Job(companyName="Acme"))


def test_an_entity_over_a_document_reads_nothing_of_it():
    class Unread(dict):
        def __getitem__(self, key):
            raise AssertionError("read")

    assert states_of(hydrate(Customer, Unread(id="c1"), EntityState(Unread(id="c1"), ("customers", "c1")))) == [
        "detached"
    ]
