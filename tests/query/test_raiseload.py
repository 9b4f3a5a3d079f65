"""`load_only(..., raiseload=True)`: reading what was not selected is an error, never a request."""

from __future__ import annotations

import pytest

from contacthub_orm import Customer
from contacthub_orm.errors import InvalidRequestError
from contacthub_orm.query import load_only

FIRST = load_only(Customer.base.firstName, Customer.extended.points, raiseload=True)


def requests_of(sandbox):
    return [(entry.method, entry.path.rpartition("/")[2]) for entry in sandbox.requests]


@pytest.fixture
def stored(sandbox, workspace):
    """The id of a customer that another session made."""
    with workspace.session(sandbox.node_id) as other:
        bruce = Customer(
            externalId="bat",
            base={"firstName": "Bruce", "lastName": "Wayne"},
            extended={"points": 3, "level": "gold"},
            tags={"manual": ["vip"]},
        )
        other.add(bruce)
        other.commit()
    sandbox.requests.clear()
    return bruce.id


@pytest.fixture
def part(session, sandbox, stored):
    """The customer, of which only the first name and the points were read."""
    customer = session.query(Customer).options(FIRST).one()
    sandbox.requests.clear()
    return customer


# -- the query -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "run", [list, lambda q: q.all(), lambda q: q.page(0), lambda q: q.first(), lambda q: q[0]], ids=range(5)
)
def test_the_session_is_told_however_the_query_is_run(source, query, run):
    run(query.options(FIRST))
    assert source.raiseload is True


@pytest.mark.parametrize("options", [(), (load_only(Customer.extra),)])
def test_without_it_fields_are_loaded_on_access(source, query, options):
    query.options(*options).first()
    assert source.raiseload is False


def test_one_option_with_it_is_enough_and_fields_add_up(source, query):
    query.options(load_only(Customer.extra, raiseload=True)).options(load_only(Customer.externalId)).first()
    assert source.raiseload is True
    assert source.params()["fields"] == "id,updatedAt,extra,externalId"


# -- the objects -----------------------------------------------------------------------------------------------------


def test_what_was_selected_is_read(sandbox, part, stored):
    assert (part.id, part.base.firstName, part.extended.points) == (stored, "Bruce", 3)
    assert requests_of(sandbox) == []


@pytest.mark.parametrize(
    ("read", "path"),
    [
        (lambda c: c.base.lastName, r"base\.lastName"),
        (lambda c: c.externalId, "externalId"),
        (lambda c: c.extended.level, r"extended\.level"),
        (lambda c: list(c.tags.manual), r"tags\.manual"),
        (lambda c: c.tags.manual.append("x"), r"tags\.manual"),
        (lambda c: c.to_dict(), "the whole document"),
    ],
)
def test_reading_anything_else_is_an_error_that_names_object_and_field(sandbox, part, read, path):
    message = rf"Customer {part.id}: {path} was not loaded, and load_only\(\.\.\., raiseload=True\)"
    with pytest.raises(InvalidRequestError, match=rf"{message} forbids.*session\.refresh"):
        read(part)
    assert requests_of(sandbox) == []


def test_a_loop_over_a_result_sends_no_request_per_object(session, sandbox, stored):
    with pytest.raises(InvalidRequestError):
        [customer.base.lastName for customer in session.query(Customer).options(FIRST)]
    assert requests_of(sandbox) == [("GET", "customers")]


def test_looking_at_it_is_allowed(sandbox, part):
    assert part.id in repr(part)
    assert "firstName" in repr(part.base)
    assert requests_of(sandbox) == []


def test_what_was_not_selected_can_be_set_and_is_the_patch(session, sandbox, part):
    part.base.lastName = "Kane"
    part.externalId = "b-2"
    session.commit()
    (sent,) = sandbox.requests
    assert (sent.method, sent.body) == ("PATCH", {"base": {"lastName": "Kane"}, "externalId": "b-2"})


def test_the_answer_to_a_commit_is_the_whole_document(session, part):
    part.externalId = "b-2"
    session.commit()
    assert part.base.lastName == "Wayne"


@pytest.mark.parametrize("reload", ["refresh", "expire"])
def test_refresh_and_expire_lift_it(session, sandbox, part, reload):
    getattr(session, reload)(part)
    assert part.base.lastName == "Wayne"
    assert requests_of(sandbox) == [("GET", part.id)]
    session.expire(part)
    assert part.base.lastName == "Wayne"


def test_a_query_for_whole_objects_lifts_it(session, part):
    assert session.query(Customer).one() is part
    assert part.base.lastName == "Wayne"


@pytest.mark.parametrize(
    ("field", "read"),
    [
        (Customer.base, lambda c: c.base.firstName),
        (Customer.base.address.city, lambda c: c.base.address.city),
        (Customer.base.contacts.email, lambda c: c.base.contacts.email),
        (Customer.tags, lambda c: c.tags.manual[:] or None),
        (Customer.tags.manual, lambda c: c.tags.manual[:] or None),
        (Customer.extended.points, lambda c: c.extended.get("points")),
        (Customer.consents, lambda c: c.consents.softSpam.email.status),
    ],
)
def test_a_selected_field_is_loaded_also_when_an_object_above_it_is_null(session, sandbox, workspace, field, read):
    with workspace.session(sandbox.node_id) as other:
        other.add(Customer(externalId="bare"))
        other.commit()
    bare = session.query(Customer).options(load_only(field, raiseload=True)).one()
    assert read(bare) is None


def test_an_object_is_not_assigned_over_what_was_not_selected(sandbox, part):
    with pytest.raises(InvalidRequestError, match=r"base\.address was not loaded, and load_only"):
        part.base.address = {"city": "Gotham"}
    assert requests_of(sandbox) == []
    assert part.get_mutation_tracker() == {}


# -- objects that are known already ----------------------------------------------------------------------------------


def test_a_later_selection_adds_its_fields(session, sandbox, part):
    part.base.firstName = "Brucie"
    assert session.query(Customer).options(load_only(Customer.base.lastName, Customer.tags)).one() is part
    assert (part.base.firstName, part.base.lastName, list(part.tags.manual)) == ("Brucie", "Wayne", ["vip"])
    with pytest.raises(InvalidRequestError, match="externalId"):
        part.externalId  # noqa: B018
    assert [operation.body for operation in session.plan()] == [{"base": {"firstName": "Brucie"}}]


def test_a_later_selection_leaves_what_was_loaded(session, workspace, sandbox, part):
    with workspace.session(sandbox.node_id) as other:
        other.get(Customer, part.id).base.firstName = "Kate"
        other.commit()
    session.query(Customer).options(load_only(Customer.base.firstName, Customer.base.lastName)).one()
    assert (part.base.firstName, part.base.lastName) == ("Bruce", "Wayne")


def test_a_whole_object_stays_whole(session, sandbox, stored):
    customer = session.get(Customer, stored)
    assert session.query(Customer).options(FIRST).one() is customer
    assert customer.base.lastName == "Wayne"
