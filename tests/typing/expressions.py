"""What type checkers see of the model. Checked by mypy in test_typing.py, never run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, assert_type

from contacthub_orm import (
    Customer,
    EntityField,
    Event,
    Job,
    Properties,
    Session,
    Workspace,
    and_,
    between_,
    in_,
    load_only,
    not_,
    or_,
    sessionmaker,
)
from contacthub_orm.mapping import ClosedProperties, Criterion, Ordering, TrackedList
from contacthub_orm.models import Contacts, Education, Tags, Timezone
from contacthub_orm.models.event_properties import CompletedOrder
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


def assignments_of_what_a_field_takes(customer: Customer, event: Event, order: CompletedOrder) -> None:
    customer.base.timezone = Timezone.EUROPE_ROME
    customer.base.timezone = "Europe/Rome"
    customer.base.contacts = Contacts(email="bruce@example.com")
    customer.base.contacts = None
    customer.base.jobs = [Job(companyName="Wayne"), {"companyName": "Enterprises"}]
    customer.base.address.geo.lat = 45
    customer.extended = {"points": 1}
    customer.extended = Properties(points=1)
    event.date = date(2026, 1, 1)
    event.date = "2026-01-01T00:00:00Z"
    event.properties = order
    order.amount.total = 10


def constructors(customer: Customer, document: dict[str, Any]) -> None:
    Customer(externalId="c-1", base={"firstName": "Bruce"}, tags=Tags(manual=["vip"]))
    Customer(**document)
    Shopper(extended=Loyalty(points=3))
    Event(customer=customer, type=Event.TYPES.LOGGED_IN, context="WEB", date=date(2026, 1, 1), properties={})
    Event(**document)
    Job(customer=customer, companyName="Wayne", startDate="1938-01-01")
    Job(document)


class Preferences(Properties, open=True):
    colour = EntityField(str)


class Reader(Customer):
    extended = EntityField(Preferences)


class Level(ClosedProperties):
    name = EntityField(str)


def open_parts_of_ones_own(reader: Reader) -> None:
    reader.extended.shape = "round"
    print(reader.extended.shape, Reader.extended.shape == "round")


def what_belongs_to_a_customer(session: Session, customer: Customer, job: Job, pair: tuple[str, str]) -> None:
    assert_type(job.customer, Customer | None)
    assert_type(session.add_customer_session(customer).customer, Customer | None)
    assert_type(session.get(Job, pair), Job | None)
    assert_type(session.get_one(Job, pair), Job)
    assert_type(session.get_one(Customer, "c-1"), Customer)


def options(workspace: Workspace) -> None:
    assert_type(workspace.session(concurrency=1, echo=True), Session)
    assert_type(sessionmaker(workspace, node_id="n", autoflush=True)(retry=None), Session)


def mistakes(customer: Customer, session: Session) -> None:
    print(customer.bse)  # type: ignore[attr-defined]
    session.query(Customer).filter("base.firstName")  # type: ignore[arg-type]
    session.query(int)  # type: ignore[type-var]


def names_that_a_closed_part_lacks(customer: Customer, job: Job, level: Level) -> None:
    print(customer.base.fristName, job.companyNam, level.nmae)  # type: ignore[attr-defined]
    customer.base.fristName = "Bruce"  # type: ignore[attr-defined]
    del customer.base.contacts.emial  # type: ignore[attr-defined]
    customer.fooBar = 3  # type: ignore[attr-defined]
    print(Customer.fooBar == 3)  # type: ignore[attr-defined]
    print(Customer.base.fristName == "Bruce")  # type: ignore[attr-defined]
    Customer(foo=3)  # type: ignore[call-arg]
    Job(customer=customer, companyNam="Wayne")  # type: ignore[call-arg]
    Event(dat="2026-01-01")  # type: ignore[arg-type]


def values_that_a_field_does_not_take(customer: Customer, event: Event, shopper: Shopper) -> None:
    customer.base.firstName = 42  # type: ignore[assignment]
    customer.enabled = "yes"  # type: ignore[assignment]
    shopper.extended.points = "many"  # type: ignore[assignment]
    customer.base.dob = 42  # type: ignore[call-overload]
    customer.base.timezone = 42  # type: ignore[call-overload]
    customer.base.contacts = 42  # type: ignore[call-overload]
    customer.tags.manual = 42  # type: ignore[call-overload]
    event.date = 42  # type: ignore[call-overload]
    Customer(externalId=42)  # type: ignore[arg-type]


def wrong_options_and_arguments(workspace: Workspace, session: Session, event: Event) -> None:
    workspace.session(concurency=3)  # type: ignore[call-arg]
    sessionmaker(workspace, concurency=3)  # type: ignore[call-arg]
    session.events_of(event)  # type: ignore[arg-type]
    session.add_customer_session(event)  # type: ignore[arg-type]
