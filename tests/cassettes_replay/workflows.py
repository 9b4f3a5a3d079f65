"""The main jobs of the library, each as one story that is recorded from the sandbox and replayed without a network.

A workflow does its work through one session and says what has to come of it. It may not depend on the address, the
token or the ids of the server that it talks to.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import attrs
import pytest

from contacthub_orm import Customer, Session, load_only
from contacthub_orm.errors import APIError, CommitError, NotFound, OperationNotPermitted, Unauthorized
from contacthub_orm.sandbox import Sandbox


@attrs.frozen
class Workflow:
    """A story and the server that it needs.

    Attributes:
        run: does the work.
        customers: how many customers are there before.
        prepare: sets the server's policies.
        token_is_known: whether the server knows the token of the workspace.
    """

    run: Callable[[Session], None]
    customers: int = 0
    prepare: Callable[[Sandbox], None] = lambda sandbox: None
    token_is_known: bool = True


def load_edit_commit(session: Session) -> None:
    """A query, edits in place, one commit of two changed customers out of three."""
    found = session.query(Customer).order_by(Customer.base.lastName.asc(), Customer.id.asc()).all()
    first, second, third = found[:3]
    first.base.contacts.email = "moved@example.com"
    first.tags.manual.append("reviewed")
    second.base.dob = date(1980, 2, 29)
    del second.base.address.street
    third.base.firstName, before = "Temporary", third.base.firstName
    third.base.firstName = before
    assert [operation.method for operation in session.plan()] == ["PATCH", "PATCH"]
    report = session.commit()
    assert [outcome.object for outcome in report.done] == [first, second]
    assert (first.base.contacts.email, second.base.address.street) == ("moved@example.com", None)
    session.refresh(first)
    assert "reviewed" in first.tags.manual
    assert session.dirty == ()


def create_with_conflict_and_force_update(session: Session) -> None:
    """A creation that is refused because the address is taken, and then updates the customer that has it."""
    first = Customer(externalId="first", base={"firstName": "Ann", "contacts": {"email": "ann@example.com"}})
    session.add(first)
    session.commit()
    first.tags.manual.append("vip")
    session.commit()
    ident = first.id
    session.expunge(first)

    second = Customer(base={"lastName": "Lee", "contacts": {"email": "ann@example.com"}})
    session.add(second)
    with pytest.raises(CommitError) as caught:
        session.commit()
    (conflict,) = caught.value.report.conflicts
    assert conflict.existing_id == ident
    session.add(second, force_update=True)
    session.commit()
    assert second.id == ident
    assert (second.base.firstName, second.base.lastName, list(second.tags.manual)) == ("Ann", "Lee", ["vip"])


def query_with_paging(session: Session) -> None:
    """Filters, sorting, counting, fields, and pages turned in both directions to the end."""
    page = session.query(Customer).order_by(Customer.base.lastName.desc(), Customer.id.asc()).page(0, 3)
    assert (page.size, page.page_number, page.total_elements, page.total_pages) == (3, 0, 8, 3)
    pages = [page, page.next_page()]
    assert [customer.id for customer in pages[1].previous_page()] == [customer.id for customer in page]
    pages.append(pages[1].next_page())
    names = [customer.base.lastName for page in pages for customer in page]
    assert names == sorted(names, reverse=True)
    assert len(names) == session.query(Customer).count() == 8
    with pytest.raises(OperationNotPermitted):
        pages[2].next_page()

    born = Customer.base.dob
    either = session.query(Customer).filter(
        (born.between(date(1940, 1, 1), date(1979, 12, 31)) | born.is_(None)) & Customer.base.address.city.is_not(None)
    )
    assert all(customer.base.dob is None or customer.base.dob.year < 1980 for customer in either)
    assert not session.query(Customer).filter(Customer.externalId == "nobody").exists()
    named = session.query(Customer).options(load_only(Customer.base.firstName)).limit(2)
    assert all(customer.base.firstName for customer in named)
    women = session.query(Customer).filter(Customer.base.gender == "female")
    tagged = session.query(Customer).filter(Customer.tags.manual.contains("vip"))
    assert {customer.id for customer in women & tagged} <= {customer.id for customer in women | tagged}
    assert all("vip" not in customer.tags.manual for customer in women - tagged)


def delete(session: Session) -> None:
    """Two deletions, one of a customer that is gone already, and that nothing is found afterwards."""
    first, second = session.query(Customer).limit(2)
    session.delete(first)
    session.commit()
    session.delete(session.stub(Customer, "00000000-0000-7000-8000-00000000dead"))
    session.delete(second)
    report = session.commit()
    assert sorted(outcome.status or 0 for outcome in report.done) == [200, 404]
    assert session.get(Customer, first.id) is None
    assert session.query(Customer).count() == 1


def replace_whole(session: Session) -> None:
    """A PUT, and the stub of the same customer edited without reading it."""
    customer = session.query(Customer).first()
    assert customer is not None
    ident = customer.id
    customer.base = {"firstName": "Only", "contacts": {"email": "only@example.com"}}
    customer.extended = None
    session.replace(customer)
    session.commit()
    assert (customer.base.firstName, customer.base.lastName) == ("Only", None)
    session.expunge(customer)
    stub = session.stub(Customer, ident)
    stub.extra = "note"
    session.commit()
    assert stub.base.firstName == "Only"


def error_bodies(session: Session) -> None:
    """Refusals with the bodies of the contract: a missing property, a missing customer, an unknown node."""
    session.add(Customer(externalId="nameless"))
    with pytest.raises(CommitError) as caught:
        session.commit()
    (refused,) = caught.value.report.rejected
    assert (refused.status, refused.message) == (400, "source customer is not valid")
    assert isinstance(refused.error, APIError)
    assert [problem["path"] for problem in refused.error.errors] == ["/base/lastName"]
    session.rollback()
    assert session.get(Customer, "00000000-0000-7000-8000-00000000dead") is None
    with (
        session.workspace.session("no-such-node", concurrency=1) as elsewhere,
        pytest.raises(NotFound, match="Message: node not found no-such-node"),
    ):
        elsewhere.query(Customer).all()


def unknown_token(session: Session) -> None:
    """401, as the API words it."""
    with pytest.raises(Unauthorized, match="Message: The client is not authorized to access the API"):
        session.query(Customer).first()


WORKFLOWS = {
    "load_edit_commit": Workflow(load_edit_commit, customers=3),
    "create_with_conflict_and_force_update": Workflow(
        create_with_conflict_and_force_update, prepare=lambda sandbox: sandbox.configure(uniqueness="BLOCK")
    ),
    "query_with_paging": Workflow(query_with_paging, customers=8),
    "delete": Workflow(delete, customers=3),
    "replace_whole": Workflow(replace_whole, customers=1),
    "error_bodies": Workflow(error_bodies, prepare=lambda sandbox: sandbox.configure(mandatory=["lastName"])),
    "unknown_token": Workflow(unknown_token, token_is_known=False),
}
