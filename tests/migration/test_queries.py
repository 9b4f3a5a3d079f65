"""Queries, and what their criteria are made of."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from contacthub_orm import Customer, Query, and_, between_, in_, not_in_, or_
from contacthub_orm.errors import OperationNotPermitted
from contacthub_orm.mapping import Criterion, Operator


def condition(query):
    """The condition that a query sends."""
    return json.loads(str(query).partition("query = ")[2])["query"]["are"]["condition"]


def conditions(criterion, session):
    """The operator and value that each condition of a criterion sends, with the conjunction before them."""
    sent = condition(session.query(Customer).filter(criterion))
    inner = sent.get("conditions", [sent])
    return [*filter(None, [sent.get("conjunction")]), *((each["operator"], each.get("value")) for each in inner)]


def test_query_constructor(as_stated, session):
    with as_stated:
        first = session.query(Customer)
        second = first.filter(Customer.extra == "x")
    assert isinstance(first, Query)
    assert "query" not in str(first)
    assert "query" in str(second)


def test_query_filter(as_stated, session):
    bruce, wayne = Customer.base.firstName == "Bruce", Customer.base.lastName == "Wayne"
    with as_stated:
        again = session.query(Customer).filter(bruce).filter(wayne)
        at_once = session.query(Customer).filter(bruce, wayne)
    assert condition(again) == condition(at_once)
    assert condition(again)["conjunction"] == "and"


@pytest.mark.usefixtures("twelve")
def test_query_all(as_stated, session):
    query = session.query(Customer).filter(Customer.base.lastName == "Doe")
    with as_stated:
        first_page = query.page(0)
    assert len(first_page) == 10
    assert len(query.all()) == 12


@pytest.mark.usefixtures("stored", "twelve")
@pytest.mark.parametrize(("operator", "count"), [("&", 1), ("|", 13), ("-", 12)])
def test_query_combined(as_stated, session, operator, count):
    q1 = session.query(Customer).filter(Customer.base.lastName.in_(["Wayne", "Doe"]))
    q2 = session.query(Customer).filter(Customer.base.firstName == "Bruce")
    with as_stated:
        found = list({"&": q1 & q2, "|": q1 | q2, "-": q1 - q2}[operator])
    assert len(found) == count
    with pytest.raises(OperationNotPermitted, match="Cannot apply a filter on a combined query"):
        (q1 & q2).filter(Customer.extra == "x")
    with pytest.raises(OperationNotPermitted, match="Cannot combine empty queries"):
        q1 & session.query(Customer)


@pytest.mark.parametrize(
    ("criterion", "sent"),
    [
        (Customer.base.firstName == "Bruce", ("EQUALS", "Bruce")),
        (Customer.base.firstName != "Bruce", ("NOT_EQUALS", "Bruce")),
        (Customer.base.dob < date(1994, 6, 10), ("LT", "1994-06-10")),
        (Customer.base.dob <= date(1994, 6, 10), ("LTE", "1994-06-10")),
        (Customer.base.dob > date(1994, 6, 10), ("GT", "1994-06-10")),
        (Customer.registeredAt >= datetime(2010, 6, 10), ("GTE", "2010-06-10T00:00:00.000+0000")),
        (Customer.extended.zero == 0, ("EQUALS", 0)),
        (Customer.extra == "", ("EQUALS", "")),
        (Customer.enabled == False, ("EQUALS", False)),  # noqa: E712
    ],
    ids=lambda case: case[0] if isinstance(case, tuple) else "",
)
def test_query_comparisons(as_stated, session, criterion, sent):
    with as_stated:
        assert conditions(criterion, session) == [sent]


def test_query_null(as_stated, session):
    with as_stated:
        is_null = conditions(Customer.base.firstName == None, session)  # noqa: E711
        is_not_null = conditions(Customer.base.firstName != None, session)  # noqa: E711
    assert is_null == conditions(Customer.base.firstName.is_(None), session) == [("IS_NULL", "")]
    assert is_not_null == conditions(Customer.base.firstName.is_not(None), session) == [("IS_NOT_NULL", "")]


def test_query_and_or(as_stated, session):
    bruce, wayne = Customer.base.firstName == "Bruce", Customer.base.lastName == "Wayne"
    with as_stated:
        assert conditions(bruce & wayne, session) == ["and", ("EQUALS", "Bruce"), ("EQUALS", "Wayne")]
        assert conditions(bruce | wayne, session) == ["or", ("EQUALS", "Bruce"), ("EQUALS", "Wayne")]
        assert conditions(~bruce, session) == [("NOT_EQUALS", "Bruce")]
    with pytest.raises(TypeError, match="&"):
        _ = bruce and wayne
    with pytest.raises(TypeError, match="between"):
        _ = date(1990, 1, 1) < Customer.base.dob < date(1994, 1, 1)


def test_query_in(as_stated, session, customer):
    with as_stated:
        criterion = in_("vip", Customer.tags.manual)
        assert conditions(criterion, session) == [("IN", "vip")]
    assert criterion == Customer.tags.manual.contains("vip")
    assert session.query(Customer).filter(criterion).one() is customer
    assert session.query(Customer).filter(in_(["Bruce", "Clark"], Customer.base.firstName)).one() is customer


def test_query_not_in(as_stated, session, customer):
    with as_stated:
        criterion = not_in_("vip", Customer.tags.manual)
    assert criterion == Customer.tags.manual.not_in(["vip"])
    assert session.query(Customer).filter(criterion).count() == 0


@pytest.mark.parametrize(
    "bounds", [(datetime(1930, 1, 1), datetime(1994, 1, 1)), ("1930-01-01", "1994-01-01")], ids=["datetime", "text"]
)
def test_query_between(as_stated, session, customer, bounds):
    with as_stated:
        criterion = between_(Customer.base.dob, *bounds)
    assert criterion == Customer.base.dob.between(*bounds)
    assert session.query(Customer).filter(criterion).one() is customer


def test_criterion_constructor(as_stated):
    with as_stated:
        criterion = Customer.base.firstName == "Bruce"
    assert isinstance(criterion, Criterion)
    with pytest.raises(TypeError):
        Criterion(Customer.base.firstName, "EQUALS", "Bruce")


def test_criterion_complex_operators():
    bruce, wayne = Customer.base.firstName == "Bruce", Customer.base.lastName == "Wayne"
    assert not hasattr(Criterion, "COMPLEX_OPERATORS")
    assert (and_(bruce, wayne), or_(bruce, wayne)) == (bruce & wayne, bruce | wayne)


def test_criterion_simple_operators():
    published = "EQUALS NOT_EQUALS GT GTE LT LTE IN NOT_IN IS_NULL IS_NOT_NULL BETWEEN".split()  # noqa: SIM905
    assert not hasattr(Criterion, "SIMPLE_OPERATORS")
    assert [str(Operator[name]) for name in published] == published
    assert [*Operator] == [*published, "LIKE"]
