"""What type checkers see of the model. Checked by mypy in test_typing.py, never run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, assert_type

from contacthub_orm import Customer, EntityField, Properties, Session, and_, between_, in_, load_only, not_, or_
from contacthub_orm.mapping import Criterion, Ordering, TrackedList
from contacthub_orm.models import Contacts, Education, Timezone
from contacthub_orm.query import PaginatedList, Query


def values_of_an_instance(customer: Customer) -> None:
    assert_type(customer.id, str | None)
    assert_type(customer.base.firstName, str | None)
    assert_type(customer.base.dob, date | None)
    assert_type(customer.registeredAt, datetime | None)
    assert_type(customer.base.timezone, Timezone | None)
    assert_type(customer.base.address.geo.lat, float | None)
    assert_type(customer.base.contacts, Contacts)
    assert_type(customer.base.educations, TrackedList[Education])
    assert_type(customer.base.educations[0].startYear, int | None)
    assert_type(customer.consents.marketing.automatic.sms.status, bool | None)
    assert_type(customer.tags.manual, TrackedList[str])
    assert_type(customer.extended, Properties)


def expressions_of_the_class() -> None:
    assert_type(Customer.base.firstName, EntityField[str | None])
    assert_type(Customer.base.firstName == "x", Criterion)
    assert_type(Customer.base.firstName != None, Criterion)  # noqa: E711
    assert_type(Customer.base.dob < date(2000, 1, 1), Criterion)
    assert_type(Customer.base.contacts.email.in_(["a", "b"]), Criterion)
    assert_type(Customer.tags.manual.contains("vip"), Criterion)
    assert_type(Customer.base.lastName.desc(), Ordering)
    assert_type((Customer.id == "a") & (Customer.extra == "b") | ~(Customer.extra == "c"), Criterion)
    assert_type(and_(Customer.id == "a", or_(in_("vip", Customer.tags.manual))), Criterion)
    assert_type(not_(between_(Customer.base.dob, date(1980, 1, 1), "1989-12-31")), Criterion)


def queries(session: Session) -> None:
    query = session.query(Customer)
    assert_type(query, Query[Customer])
    assert_type(query.filter(Customer.id == "a").filter_by(extra="b").order_by(Customer.id, None), Query[Customer])
    assert_type(query.options(load_only(Customer.base.firstName, Customer.base.contacts)), Query[Customer])
    assert_type(query & query | query - query, Query[Customer])
    assert_type(query.all(), PaginatedList[Customer])
    assert_type(query.page(0, 10).next_page(), PaginatedList[Customer])
    assert_type(query.all()[0], Customer)
    assert_type(query.all()[1:3], list[Customer])
    assert_type(query.first(), Customer | None)
    assert_type(query.one(), Customer)
    assert_type(query[0], Customer)
    assert_type(query[0:2], list[Customer])
    assert_type(query.count(), int)
    assert_type(query.exists(), bool)
    assert_type(iter(query), Iterator[Customer])


class Loyalty(Properties):
    points = EntityField(int)


class Shopper(Customer):
    extended = EntityField(Loyalty)


def a_workspace_of_ones_own(shopper: Shopper) -> None:
    assert_type(shopper.extended.points, int | None)
    assert_type(shopper.base.firstName, str | None)
    assert_type(Shopper.extended.points >= 10, Criterion)


def free_parts(customer: Customer) -> Any:
    customer.extended.anything = 1
    return customer.extended.anything


def assignments(customer: Customer) -> None:
    customer.base.firstName = "Bruce"
    customer.base.firstName = None
    customer.base.dob = date(1915, 4, 17)
    customer.base.dob = "1915-04-17"
    customer.base.contacts = {"email": "bruce@example.com"}
    customer.tags.manual = ["vip"]
    customer.tags.manual += ["new"]


def mistakes(customer: Customer, session: Session) -> None:
    print(customer.bse)  # type: ignore[attr-defined]
    session.query(Customer).filter("base.firstName")  # type: ignore[arg-type]
    session.query(int)  # type: ignore[type-var]
