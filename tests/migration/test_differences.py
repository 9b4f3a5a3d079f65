"""What behaves differently from the published SDK, on purpose."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from contacthub_orm import Customer, Education, Event, ReadOnlyList, Subscription, Workspace, load_only
from contacthub_orm.errors import CommitError, OperationNotPermitted, UnknownFieldError, ValidationError


def test_nothing_is_sent_before_the_commit(sandbox, session, customer):
    sandbox.requests.clear()
    customer.extra = "new"
    session.add(Customer(externalId="02"))
    session.rollback()
    session.commit()
    assert list(sandbox.requests) == []
    assert customer.extra == "extra"


def test_same_id_same_object(session, customer):
    customer.extra = "new"
    assert session.query(Customer).one() is customer
    assert session.get(Customer, customer.id) is customer
    assert customer.extra == "new"


@pytest.mark.usefixtures("twelve")
def test_pages_are_counted_from_0(sandbox, session):
    page = session.query(Customer).page(1, size=5)
    assert page.page_number == 1
    assert sandbox.requests[-1].query["page"] == "1"


@pytest.mark.usefixtures("twelve")
def test_a_loop_reads_all_pages(session):
    assert len([customer.id for customer in session.query(Customer)]) == 12
    assert len([customer.id for customer in session.query(Customer).all()]) == 12


@pytest.mark.usefixtures("twelve")
def test_a_page_stays_as_it_is(session):
    page = session.query(Customer).page(0, size=5)
    before = list(page)
    page.next_page()
    assert (list(page), page.page_number) == (before, 0)


def test_dates_are_parsed(session, customer):
    assert customer.base.dob == date(1939, 5, 27)
    assert customer.registeredAt.utcoffset() == timedelta(0)
    customer.extended.seen = datetime(2026, 1, 2, tzinfo=UTC)
    assert customer.extended.seen == "2026-01-02T00:00:00.000+0000"


@pytest.mark.parametrize("day", ["2026-11-22", date(2026, 11, 22)])
def test_days_are_whole_in_queries(sandbox, session, day):
    def sent(criterion):
        session.query(Customer).filter(criterion).all()
        condition = json.loads(sandbox.requests[-1].query["query"])["query"]["are"]["condition"]
        return condition["operator"], condition["value"]

    start, end = "2026-11-22T00:00:00.000+0000", "2026-11-22T23:59:59.999+0000"
    assert sent(Customer.registeredAt > day) == ("GT", end)
    assert sent(Customer.registeredAt >= day) == ("GTE", start)
    assert sent(Customer.registeredAt < day) == ("LT", start)
    assert sent(Customer.registeredAt <= day) == ("LTE", end)
    assert sent(Customer.registeredAt == day) == ("BETWEEN", [start, end])
    assert sent(Customer.registeredAt > datetime(2026, 11, 22, tzinfo=UTC)) == ("GT", start)
    assert sent(Customer.base.dob > day) == ("GT", "2026-11-22")


def test_dates_keep_their_zone(session, customer):
    in_rome = datetime(2026, 1, 2, 3, 4, 5, 678000, timezone(timedelta(hours=1)))
    naive = datetime(2026, 1, 2, 3, 4, 5)
    for moment in (in_rome, naive):
        session.add(Event(customer=customer, type="loggedIn", context="WEB", date=moment, properties={}))
    dates = [operation.body["date"] for operation in session.plan()]
    assert [text[:23] for text in dates] == ["2026-01-02T02:04:05.678", "2026-01-02T03:04:05.000"]
    assert session.new[1].date == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_years_are_numbers():
    assert Education(startYear=1994).startYear == 1994
    with pytest.raises(ValidationError, match="startYear"):
        Education(startYear="1994")


def test_preferences_have_key_and_value():
    subscription = Subscription(preferences=[{"key": "colour", "value": "red"}])
    assert subscription.preferences[0].key == "colour"
    with pytest.raises(UnknownFieldError):
        Subscription(preferences=[{"colour": "red"}])


def test_unknown_names_are_refused(customer):
    with pytest.raises(AttributeError, match="secondName"):
        _ = Customer.base.secondName
    with pytest.raises(AttributeError, match="secondName"):
        customer.base.secondName = "x"
    customer.base["newName"] = "x"
    assert customer.get_mutation_tracker() == {"base": {"newName": "x"}}
    assert Customer.field("base.newName").path == "base.newName"


def test_null_branches_can_be_written(session, customer, document):
    assert document()["base"]["address"] is None
    customer.base.address.city = "Gotham"
    session.commit()
    assert document()["base"]["address"]["city"] == "Gotham"


def test_removed_values_are_unset(session, customer, document):
    del customer.base.firstName
    customer.base.lastName = None
    customer.base.jobs = None
    session.commit()
    found = document()["base"]
    assert (found["firstName"], found["lastName"], found["jobs"]) == (None, None, [])


def test_lists_can_be_changed(customer):
    customer.tags.manual.sort()
    customer.tags.manual.append("new")
    assert customer.get_mutation_tracker() == {"tags": {"manual": ["night", "vip", "new"]}}


def test_loaded_customers_stay_as_they_are(sandbox, session, http):
    ident = http("POST", "/customers", {"nodeId": sandbox.node_id, "externalId": "bare"})["id"]
    customer = session.get_one(Customer, ident)
    assert list(customer.tags.manual) == []
    assert customer.base.contacts.email is None
    assert customer.get_mutation_tracker() == {}
    assert customer.to_dict()["tags"] is None


def test_caller_data_stay_as_they_are():
    given = {"base": {"firstName": "Bruce"}, "tags": {"manual": ["vip"]}}
    customer = Customer(**given)
    customer.base.contacts.email = "bruce@example.com"
    customer.tags.manual.append("new")
    assert given == {"base": {"firstName": "Bruce"}, "tags": {"manual": ["vip"]}}


def test_a_put_keeps_the_timezone_unset(session, customer, document):
    session.replace(customer)
    (operation,) = session.plan()
    assert "timezone" not in operation.body["base"]
    session.commit()
    assert document()["base"]["timezone"] is None


@pytest.mark.usefixtures("stored")
def test_a_partly_loaded_customer_is_not_replaced(session):
    customer = session.query(Customer).options(load_only(Customer.base.firstName)).one()
    with pytest.raises(OperationNotPermitted, match="in part"):
        session.replace(customer)


def test_answers_are_taken_over(sandbox, session):
    customer = Customer(externalId="02")
    session.add(customer)
    session.commit()
    assert customer.id
    assert customer.registeredAt
    customer.extra = "new"
    session.commit()
    assert customer.updatedAt >= customer.registeredAt
    session.commit()
    assert [request.method for request in sandbox.requests] == ["POST", "PATCH"]


def test_a_refused_event_is_an_error(sandbox):
    with (
        Workspace(sandbox.workspace_id, "another-token", sandbox.url) as workspace,
        workspace.session(sandbox.node_id) as session,
    ):
        event = Event(customerId="c-1", type="loggedIn", context="WEB", properties={})
        session.add(event)
        with pytest.raises(CommitError) as caught:
            session.commit()
        assert [entry.object for entry in caught.value.report.rejected] == [event]


def test_ids_are_encoded(sandbox, session):
    assert session.get(Customer, "a/b?c d#e") is None
    assert sandbox.requests[-1].path.endswith("/customers/a%2Fb%3Fc%20d%23e")


def test_a_conflict_names_its_customer(sandbox, session, stored):
    sandbox.configure(uniqueness="BLOCK")
    session.add(Customer(base={"contacts": {"email": "bruce@example.com"}}))
    with pytest.raises(CommitError) as caught:
        session.commit()
    assert caught.value.__cause__.customer_id == stored


def test_refusals_of_lists_are_no_value_errors():
    with pytest.raises(OperationNotPermitted) as caught:
        ReadOnlyList([1]).append(2)
    assert not isinstance(caught.value, ValueError)
