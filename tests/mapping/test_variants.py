"""Variants: the class of a member follows from its sibling, whatever becomes of the sibling and of the views."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref

import pytest

from contacthub_orm.errors import UnknownFieldError, ValidationError
from contacthub_orm.mapping import Entity, EntityField, Properties, inspect
from contacthub_orm.mapping.state import EntityState, discard_changes, hydrate, replace_document
from contacthub_orm.mapping.variants import VariantField


class Sum(Properties):
    total = EntityField(float)


class Line(Properties):
    price = EntityField(float)


class Order(Properties):
    number = EntityField(str)
    sum = EntityField(Sum)
    lines = EntityField(list[Line])
    note = EntityField(list[str])


class Weighing(Properties):
    sum = EntityField(float)
    lines = EntityField(Sum)
    note = EntityField(str)


class Mixin:
    """Without `__slots__`, as people write them."""


class Roomy(Mixin, Properties):
    number = EntityField(str)


class Happening(Entity):
    __path__ = "happenings"
    kind = EntityField(str)
    details = VariantField("kind", {"order": Order, "weighing": Weighing, "roomy": Roomy})


def loaded(**document):
    return hydrate(Happening, document, EntityState(document, ("happenings", "h1")))


# -- the class follows the sibling -----------------------------------------------------------------------------------


def test_the_sibling_names_the_class():
    assert type(Happening(kind="order", details={}).details) is Order
    assert type(loaded(kind="weighing", details={"note": "x"}).details) is Weighing


@pytest.mark.parametrize("kind", [None, "unknown", 7])
def test_without_a_known_name_the_member_is_open(kind):
    happening = loaded(kind=kind, details={"anything": {"goes": 1}})
    happening.details.more = 2
    assert happening.details.anything.goes == 1
    assert happening.to_dict()["details"] == {"anything": {"goes": 1}, "more": 2}


def test_an_absent_member_comes_into_being_when_it_is_written_to():
    happening = Happening(kind="order")
    happening.details.sum.total = 3
    happening.details.lines.append({"price": 2})
    assert happening.to_dict() == {"kind": "order", "details": {"sum": {"total": 3}, "lines": [{"price": 2}]}}


def test_reading_an_absent_member_changes_nothing():
    happening = loaded(kind="order")
    assert happening.details.sum.total is None
    assert not inspect(happening).modified


def test_the_same_view_is_seen_as_long_as_somebody_holds_it():
    happening = loaded(kind="order", details={"number": "1"})
    details = happening.details
    happening.kind = "weighing"
    assert happening.details is details
    assert type(details) is Weighing
    happening.kind = "order"
    assert happening.details is details
    assert type(details) is Order


@pytest.mark.parametrize(
    "change",
    [
        lambda happening: setattr(happening, "kind", "order"),
        lambda happening: replace_document(happening, {**happening.to_dict(), "kind": "order"}),
    ],
)
def test_a_sibling_that_is_set_or_loaded_makes_an_open_view_a_checked_one(change):
    happening = Happening(details={"number": "1"})
    details = happening.details
    change(happening)
    happening.details.sum.total = 2
    assert type(details) is Order
    with pytest.raises(ValidationError, match=r"details\.number: expects text"):
        details.number = 7


def test_a_sibling_that_is_unset_opens_the_view():
    happening = loaded(kind="order", details={"number": "1"})
    details = happening.details
    del happening.kind
    happening.details.anything = 1
    assert details.anything == 1


def test_taking_the_sibling_back_takes_the_class_back():
    happening = loaded(kind="order", details={"number": "1"})
    details = happening.details
    happening.kind = "weighing"
    assert type(happening.details) is Weighing
    discard_changes(happening)
    assert type(happening.details) is Order
    assert happening.details is details


# -- what is below follows too ---------------------------------------------------------------------------------------


def test_held_views_below_follow_and_still_write_into_the_document():
    happening = loaded(kind="order", details={"sum": {"total": 1}, "lines": [{"price": 1}], "note": ["a"]})
    total, lines, line = happening.details.sum, happening.details.lines, happening.details.lines[0]
    happening.kind = "elsewhere"
    assert happening.details.sum is total
    assert happening.details.lines is lines
    total.anything = "goes"
    line.price = "any"
    lines.append(7)
    assert happening.to_dict()["details"] == {
        "sum": {"total": 1, "anything": "goes"},
        "lines": [{"price": "any"}, 7],
        "note": ["a"],
    }
    happening.kind = "order"
    assert type(happening.details.sum) is Sum
    assert type(happening.details.lines[0]) is Line
    with pytest.raises(ValidationError):
        line.price = "other"
    with pytest.raises(ValidationError):
        lines.append({"price": "any"})


def test_what_the_new_class_declares_otherwise_is_kept_and_shown_as_it_is():
    happening = loaded(kind="order", details={"sum": {"total": 1}, "lines": [{"price": 1}]})
    total, lines = happening.details.sum, happening.details.lines
    happening.kind = "weighing"
    assert happening.details.sum is total
    assert happening.details.sum.to_dict() == {"total": 1}
    assert happening.details.lines is lines
    assert happening.details.lines.to_list() == [{"price": 1}]


def test_views_of_what_is_not_there_give_way_to_those_of_another_kind():
    happening = Happening(kind="order", details={})
    nothing = happening.details.lines
    happening.kind = "weighing"
    happening.details.lines.total = 3
    assert happening.to_dict()["details"] == {"lines": {"total": 3}}
    assert nothing.to_list() == []


def test_a_class_with_a_layout_of_its_own_gets_a_view_of_its_own():
    happening = loaded(kind="order", details={"number": "1"})
    before = happening.details
    happening.kind = "roomy"
    assert type(happening.details) is Roomy
    assert type(before) is Order
    happening.details.number = "2"
    before.number = "3"
    assert happening.to_dict()["details"] == {"number": "2"}


def test_a_view_that_nobody_holds_goes_without_the_garbage_collector():
    happening = loaded(kind="order", details={"sum": {"total": 1}})
    gc.disable()
    try:
        gone = weakref.ref(happening.details)
        happening.kind = "weighing"
        gone_too = weakref.ref(happening.details)
        assert gone() is None
        assert gone_too() is None
    finally:
        gc.enable()


# -- what is taken in ------------------------------------------------------------------------------------------------


def test_whole_values_are_taken_in_as_they_are():
    happening = Happening(kind="order", details={"number": 7, "unknown": [1]})
    happening.details = Weighing(note="x")
    assert happening.to_dict() == {"kind": "order", "details": {"note": "x"}}


def test_a_value_of_the_class_is_checked_when_it_is_made_and_copied_in():
    with pytest.raises(UnknownFieldError, match="numbr"):
        Order(numbr="1")
    order = Order(number="1", sum={"total": 2})
    happening = Happening(kind="order", details=order)
    order.number = "2"
    assert happening.details.number == "1"


@pytest.mark.parametrize("value", ["text", 7, ["list"], object()])
def test_what_is_no_object_is_refused(value):
    with pytest.raises(ValidationError, match="details: expects a mapping or Properties"):
        Happening(details=value)


def test_a_value_of_the_server_that_is_no_object_is_given_back():
    happening = loaded(kind="order", details=["odd"])
    assert list(happening.details) == ["odd"]
    assert loaded(kind="order", details="odd").details == "odd"


# -- edits and copies ------------------------------------------------------------------------------------------------


def test_edits_are_tracked_through_a_change_of_class():
    happening = loaded(kind="order", details={"number": "1", "sum": {"total": 1}})
    happening.details.sum.total = 2
    happening.kind = "elsewhere"
    happening.details.extra = True
    assert inspect(happening).diff() == {"kind": "elsewhere", "details": {"sum": {"total": 2}, "extra": True}}
    assert inspect(happening).committed["details"] == {"number": "1", "sum": {"total": 1}}
    del happening.details.extra
    happening.kind = "order"
    happening.details.sum.total = 1
    assert not inspect(happening).modified


@pytest.mark.parametrize("twin_of", [copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
def test_copies_have_members_of_the_right_class(twin_of):
    twin = twin_of(Happening(kind="order", details={"number": "1"}))
    assert type(twin.details) is Order
    twin.kind = "weighing"
    assert type(twin.details) is Weighing


def test_on_the_class_any_path_below_is_an_expression():
    assert Happening.details.sum.total.path == "details.sum.total"
    assert Happening.details["whatever"].below.path == "details.whatever.below"
