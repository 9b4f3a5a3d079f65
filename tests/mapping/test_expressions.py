"""Fields of a class are expressions: every operator builds its condition, and nothing is true or false by accident."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from contacthub_orm.errors import ArgumentError, UnknownFieldError, ValidationError
from contacthub_orm.mapping import Composite, Condition, EntityField, Operator, Ordering
from contacthub_orm.mapping.criterion import NO_VALUE
from contacthub_orm.models import Contacts, Customer, Like

NAME = Customer.base.firstName


@pytest.mark.parametrize(
    ("expression", "path", "operator", "value"),
    [
        (NAME == "x", "base.firstName", "EQUALS", "x"),
        (NAME != "x", "base.firstName", "NOT_EQUALS", "x"),
        (NAME > "x", "base.firstName", "GT", "x"),
        (NAME >= "x", "base.firstName", "GTE", "x"),
        (NAME < "x", "base.firstName", "LT", "x"),
        (NAME <= "x", "base.firstName", "LTE", "x"),
        ("x" < NAME, "base.firstName", "GT", "x"),  # noqa: SIM300
        ("x" == NAME, "base.firstName", "EQUALS", "x"),  # noqa: SIM300
        (NAME.in_(["x", "y"]), "base.firstName", "IN", ["x", "y"]),
        (NAME.in_(name for name in "xy"), "base.firstName", "IN", ["x", "y"]),
        (NAME.in_({"x"}), "base.firstName", "IN", ["x"]),
        (NAME.in_([]), "base.firstName", "IN", []),
        (NAME.not_in(("x",)), "base.firstName", "NOT_IN", ["x"]),
        (NAME.between("a", "b"), "base.firstName", "BETWEEN", ["a", "b"]),
        (NAME.like("B%"), "base.firstName", "LIKE", "B%"),
        (NAME.is_(None), "base.firstName", "IS_NULL", NO_VALUE),
        (NAME.is_not(None), "base.firstName", "IS_NOT_NULL", NO_VALUE),
        (NAME == None, "base.firstName", "IS_NULL", NO_VALUE),  # noqa: E711
        (NAME != None, "base.firstName", "IS_NOT_NULL", NO_VALUE),  # noqa: E711
        (Customer.enabled.is_(False), "enabled", "EQUALS", False),
        (Customer.enabled.is_not(True), "enabled", "NOT_EQUALS", True),
        (Customer.tags.manual.contains("vip"), "tags.manual", "IN", "vip"),
        (Customer.extended.colours.contains("red"), "extended.colours", "IN", "red"),
        (Customer.base.likes.name.contains("jazz"), "base.likes.name", "IN", "jazz"),
        (Customer.base.likes.name == "jazz", "base.likes.name", "EQUALS", "jazz"),
        (Customer.extended["items"] == 0, "extended.items", "EQUALS", 0),
        (Customer.extended.a.b["like"] == "", "extended.a.b.like", "EQUALS", ""),
        (Customer.base.address.geo.lat > 1.5, "base.address.geo.lat", "GT", 1.5),
        (Customer.base.timezone == Customer.TIMEZONES.EUROPE_ROME, "base.timezone", "EQUALS", "Europe/Rome"),
        (Customer.base.timezone == "Mars/Olympus", "base.timezone", "EQUALS", "Mars/Olympus"),
        (Customer.base.dob == date(2000, 1, 2), "base.dob", "EQUALS", "2000-01-02"),
        (Customer.base.dob < datetime(2000, 1, 2), "base.dob", "LT", "2000-01-02T00:00:00.000+0000"),
        (Customer.updatedAt >= datetime(2000, 1, 2, tzinfo=UTC), "updatedAt", "GTE", "2000-01-02T00:00:00.000+0000"),
        (Customer.registeredAt.between(date(2000, 1, 1), "2001"), "registeredAt", "BETWEEN", ["2000-01-01", "2001"]),
        (Customer.id == UUID(int=1), "id", "EQUALS", str(UUID(int=1))),
        (Customer.id.in_([UUID(int=1), "x"]), "id", "IN", [str(UUID(int=1)), "x"]),
        (Customer.extended.ref.between("a", UUID(int=1)), "extended.ref", "BETWEEN", ["a", str(UUID(int=1))]),
        (Customer.field("base.newThing") == 1, "base.newThing", "EQUALS", 1),
        (Customer.field("newRoot.deep.er") == 1, "newRoot.deep.er", "EQUALS", 1),
        (Customer.field("base.dob") == date(2000, 1, 2), "base.dob", "EQUALS", "2000-01-02"),
        (Customer.field("base.likes.newThing").contains(1), "base.likes.newThing", "IN", 1),
    ],
)  # fmt: skip
def test_the_condition_of_an_expression(expression, path, operator, value):
    assert expression == Condition(path, Operator(operator), value)
    assert type(expression.value) is type(value)
    assert expression.entity is Customer


@pytest.mark.parametrize(
    ("field", "many"),
    [
        (Customer.base.firstName, False),
        (Customer.tags.manual, True),
        (Customer.base.likes, True),
        (Customer.base.likes.name, True),
        (Customer.base.subscriptions.preferences.key, True),
        (Customer.field("base.likes.newThing"), True),
        (Customer.extended.x, False),
    ],
)
def test_a_field_knows_whether_its_path_crosses_a_list(field, many):
    assert field.many is many
    assert (field == "x").many is many


def test_ranges_over_a_list_have_no_complement_also_for_newer_members():
    with pytest.raises(ArgumentError, match="EXCEPT"):
        ~(Customer.field("base.likes.newThing") > 1)


def test_expressions_combine():
    combined = (NAME == "x") & ~(NAME == "y") | Customer.base.lastName.is_(None)
    assert combined == Composite(
        "or",
        (
            Composite("and", (NAME == "x", Condition("base.firstName", Operator.NOT_EQUALS, "y"))),
            Condition("base.lastName", Operator.IS_NULL),
        ),
    )


@pytest.mark.parametrize(
    ("ordering", "wire"), [(NAME.asc(), "base.firstName,asc"), (Customer.registeredAt.desc(), "registeredAt,desc")]
)
def test_orderings_show_their_wire_form(ordering, wire):
    assert str(ordering) == wire
    assert isinstance(ordering, Ordering)


# -- mistakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: (NAME == "x") and (NAME == "y"),
        lambda: (NAME == "x") or (NAME == "y"),
        lambda: not (NAME == "x"),  # noqa: SIM201
        lambda: 1 < Customer.base.address.geo.lat < 5,
        lambda: bool(NAME == "x"),
        lambda: [1 for _ in [0] if NAME.is_(None)],
    ],
)
def test_python_logic_on_criteria_is_refused_with_a_hint(mistake):
    with pytest.raises(TypeError, match=r"& \| ~"):
        mistake()


def test_the_in_operator_is_refused_with_a_hint():
    with pytest.raises(TypeError, match=r"Customer\.tags\.manual\.contains\(value\) or \.in_\(values\)"):
        _ = "x" in Customer.tags.manual
    with pytest.raises(TypeError):
        list(Customer.tags.manual)


@pytest.mark.parametrize("name", ["email", "otherContacts"])
def test_a_field_without_an_entity_cannot_be_compared(name):
    field = getattr(Contacts, name)
    for mistake in (
        lambda: field == "x",
        lambda: field.is_(None),
        lambda: field.in_(["x"]),
        lambda: field.contains("x"),
    ):
        with pytest.raises(ArgumentError):
            mistake()
    with pytest.raises(ArgumentError, match="does not say whose field it is; start from the entity"):
        _ = Like.name == "x"


def test_a_field_without_an_entity_has_no_members():
    with pytest.raises((UnknownFieldError, AttributeError)):
        _ = Contacts.otherContacts.type


@pytest.mark.parametrize(
    ("mistake", "hint"),
    [
        (lambda: NAME < None, r"LT takes no None; ask with \.is_\(None\)"),
        (lambda: NAME.between(None, "x"), "BETWEEN takes no None"),
        (lambda: NAME.like(None), "LIKE takes no None"),
        (lambda: NAME.in_(["x", None]), r"take no None; add \| field\.is_\(None\)"),
        (lambda: NAME.in_("xy"), "take a collection of values; use == for a single one"),
        (lambda: NAME.not_in(5), "take a collection of values; use == for a single one"),
        (lambda: NAME.contains("x"), r"is no list; .* \.like\(pattern\)"),
        (lambda: Customer.base.lastName == NAME, "with a value, not with another field"),
        (lambda: NAME.in_(["x", Customer.base.lastName]), "with a value, not with another field"),
        (lambda: NAME.not_in(Customer.tags.manual), "with a value, not with another field"),
        (lambda: NAME.between("a", NAME), "with a value, not with another field"),
        (lambda: Customer.tags.manual.contains(NAME), "with a value, not with another field"),
        (lambda: Customer.base == {"firstName": "x"}, "cannot be compared with an object; compare its members"),
    ],
)
def test_comparisons_that_the_language_lacks_are_refused(mistake, hint):
    with pytest.raises(ArgumentError, match=hint):
        mistake()


@pytest.mark.parametrize("value", [float("nan"), Decimal("1"), {"secret"}, b"secret", object(), "secret\0"])
def test_values_without_json_form_are_refused_with_the_path_and_without_the_value(value):
    for compare in (lambda: NAME.like(value), lambda: NAME.in_([value]), lambda: NAME.between("a", value)):
        with pytest.raises(ValidationError, match=r"base\.firstName") as caught:
            compare()
        assert "secret" not in str(caught.value)


# -- fields themselves -----------------------------------------------------------------------------------------------


def test_a_field_is_one_object_with_a_repr_and_a_hash():
    assert Customer.base.firstName is NAME
    assert repr(NAME) == "Customer.base.firstName"
    assert len({NAME, Customer.base.lastName, Customer.base.firstName}) == 2
    assert isinstance(NAME, EntityField)
    assert (NAME.path, NAME.entity) == ("base.firstName", Customer)


def test_the_fields_of_a_subclass_are_its_own():
    class Shopper(Customer):
        pass

    assert Shopper.base.firstName is not NAME
    assert (Shopper.base.firstName == "x").entity is Shopper


def test_encode_gives_the_wire_form():
    assert Customer.base.dob.encode(date(2000, 1, 2)) == "2000-01-02"
    assert Customer.registeredAt.encode(datetime(2000, 1, 2)) == "2000-01-02T00:00:00.000+0000"
    assert Customer.base.timezone.encode(Customer.TIMEZONES.ASIA_TOKYO) == "Asia/Tokyo"
