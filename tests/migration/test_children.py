"""Educations, jobs, likes and subscriptions."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from contacthub_orm import Customer, Education, Job, Like, Subscription
from contacthub_orm.errors import InvalidRequestError, UnknownFieldError

KINDS = [
    pytest.param(
        Education,
        "educations",
        {
            "schoolType": Education.SCHOOL_TYPES.COLLEGE,
            "schoolName": "schoolName",
            "schoolConcentration": "schoolConcentration",
            "isCurrent": False,
            "startYear": 1994,
            "endYear": 2000,
        },
        {"schoolConcentration": "updated"},
        id="education",
    ),
    pytest.param(
        Job,
        "jobs",
        {
            "jobTitle": "jobTitle",
            "companyName": "companyName",
            "companyIndustry": "companyIndustry",
            "isCurrent": True,
            "startDate": date(1994, 10, 6),
            "endDate": "1994-10-06",
        },
        {"jobTitle": "updated"},
        id="job",
    ),
    pytest.param(
        Like,
        "likes",
        {"name": "name", "category": "category", "createdTime": datetime(2026, 1, 2, tzinfo=UTC)},
        {"name": "updated"},
        id="like",
    ),
    pytest.param(
        Subscription,
        "subscriptions",
        {
            "name": "name",
            "kind": Subscription.KINDS.SERVICE,
            "subscriberId": "id",
            "subscribed": True,
            "preferences": [{"key": "colour", "value": "red"}],
        },
        {"name": "updated"},
        id="subscription",
    ),
]
of_every_kind = pytest.mark.parametrize(("kind", "collection", "attributes", "change"), KINDS)


@pytest.fixture
def on_the_server(document):
    """The children of a collection that the server holds, by id."""
    return lambda collection: {child["id"]: child for child in document()["base"][collection]}


@of_every_kind
def test_node_get_child(as_stated, session, stored, kind, collection, attributes, change):
    with as_stated:
        child = session.get(kind, (stored, f"{collection[0]}1"))
    assert child is getattr(session.get(Customer, stored).base, collection)[0]
    assert session.get(kind, (stored, "nothing")) is None


@of_every_kind
def test_node_get_child_spelling(session, stored, kind, collection, attributes, change):
    assert not hasattr(session, f"get_{kind.__name__.lower()}")
    assert isinstance(session.get(kind, (stored, f"{collection[0]}1")), kind)


@of_every_kind
def test_node_add_child(as_stated, session, stored, on_the_server, kind, collection, attributes, change):
    child = kind(customer=session.stub(Customer, stored), id="01", **attributes)
    with as_stated:
        session.add(child)
        session.commit()
    assert list(on_the_server(collection)) == [f"{collection[0]}1", "01"]
    assert on_the_server(collection)["01"].items() >= child.to_dict().items()
    getattr(session.get(Customer, stored).base, collection).append(kind(**attributes))
    assert [operation.method for operation in session.plan()] == ["POST"]


@of_every_kind
def test_node_update_child(as_stated, session, stored, on_the_server, kind, collection, attributes, change):
    ident = f"{collection[0]}1"
    with as_stated:
        session.replace(kind(customer=session.stub(Customer, stored), id=ident, **change))
        session.commit()
    assert {name: value for name, value in on_the_server(collection)[ident].items() if value not in (None, [])} == {
        "id": ident,
        **change,
    }
    child = session.get(kind, (stored, ident))
    for name, value in attributes.items():
        setattr(child, name, value)
    assert [operation.method for operation in session.plan()] == ["PUT"]


@of_every_kind
def test_node_remove_child(as_stated, session, stored, on_the_server, kind, collection, attributes, change):
    with as_stated:
        session.delete(session.stub(kind, (stored, f"{collection[0]}1")))
        session.commit()
    assert on_the_server(collection) == {}


@of_every_kind
def test_child_constructor(as_stated, customer, kind, collection, attributes, change):
    with as_stated:
        child = kind(customer=customer, id="01", **attributes)
    assert child.customer is customer
    assert child.id == "01"


@pytest.mark.parametrize("kind", [Education, Job, Like, Subscription])
@pytest.mark.parametrize("name", ["parent_attr", "properties_class"])
def test_child_internal_arguments(customer, kind, name):
    with pytest.raises(UnknownFieldError, match=name):
        kind(customer=customer, **{name: "base.x"})
    with pytest.raises(TypeError):
        kind.from_dict({"id": "01"}, **{name: "base.x"})


@of_every_kind
def test_child_from_dict(as_stated, customer, kind, collection, attributes, change):
    with as_stated:
        child = kind({"id": "01", **attributes}, customer=customer)
    assert child.customer is customer
    assert child == kind.from_dict({"id": "01", **attributes})


@of_every_kind
def test_child_to_dict(as_stated, customer, kind, collection, attributes, change):
    with as_stated:
        document = getattr(customer.base, collection)[0].to_dict()
    assert document["id"] == f"{collection[0]}1"
    assert type(document) is dict


@of_every_kind
def test_child_post(as_stated, session, customer, on_the_server, kind, collection, attributes, change):
    child = kind(customer=customer, id="01", **attributes)
    with as_stated:
        session.add(child)
        session.commit()
    assert "01" in on_the_server(collection)
    assert child in getattr(customer.base, collection)


@of_every_kind
def test_child_put(as_stated, session, customer, on_the_server, kind, collection, attributes, change):
    (child,) = getattr(customer.base, collection)
    child.update(change)
    with as_stated:
        session.commit()
    assert on_the_server(collection)[child.id].items() >= change.items()


@of_every_kind
def test_child_put_unknown(as_stated, session, customer, kind, collection, attributes, change):
    stranger = kind(customer=customer, id="unknown", **attributes)
    with as_stated:
        stranger.update(change)
        session.commit()
    assert not stranger.is_listed
    with pytest.raises(InvalidRequestError, match="in no list"):
        session.delete(stranger)


@of_every_kind
def test_child_delete(as_stated, session, customer, on_the_server, kind, collection, attributes, change):
    (child,) = getattr(customer.base, collection)
    with as_stated:
        session.delete(child)
        session.commit()
    assert on_the_server(collection) == {}
    assert list(getattr(customer.base, collection)) == []


def test_several_children(as_stated, session, customer, on_the_server):
    educations = customer.base.educations
    educations.append(Education(id="e2"))
    session.commit()
    with as_stated:
        educations[0].schoolName = "changed"
        session.delete(educations[1])
        session.add(Education(customer=customer, id="e3"))
        session.commit()
    found = on_the_server("educations")
    assert list(found) == ["e1", "e3"]
    assert found["e1"]["schoolName"] == "changed"
