"""Checking: all problems of a document at once, each with its path, none with a value."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import pytest

from contacthub_orm.mapping import Entity, EntityField, Properties
from contacthub_orm.mapping.checking import check_members
from contacthub_orm.mapping.variants import VariantField


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Part(Properties):
    name = EntityField(str, required=True)
    weight = EntityField(float, check=lambda number: "too heavy" if number > 9 else None)


class Free(Properties, open=True):
    count = EntityField(int)


class Thing(Properties):
    colour = EntityField(Colour)
    made = EntityField(datetime)
    code = EntityField(str, pattern="[a-z]+")
    parts = EntityField(list[Part])
    labels = EntityField(list[str])
    main = EntityField(Part)
    free = EntityField(Free)
    extra = EntityField(Properties)
    any = EntityField(object)


class Box(Entity):
    __path__ = "boxes"
    kind = EntityField(str, required=True)
    content = VariantField("kind", {"thing": Thing}, required=True)


def problems(**document: Any) -> list[tuple[str, str]]:
    return list(check_members(Thing, document))


def test_a_document_that_is_what_its_class_declares_has_no_problems():
    assert (
        problems(
            colour="red",
            made="2026-01-01T00:00:00.000+0000",
            code="abc",
            parts=[{"name": "a", "weight": 1}],
            labels=["x"],
            main={"name": "b"},
            free={"count": 1, "other": [{}]},
            extra={"a": {"b": [1]}},
            any=[1, "2", {}],
        )
        == []
    )


@pytest.mark.parametrize(
    ("document", "path", "reason"),
    [
        ({"color": "red"}, "color", "is unknown to Thing; did you mean 'colour'?"),
        ({"colour": "green"}, "colour", "not a member of Colour (blue, red)"),
        ({"colour": 1}, "colour", "expects a member of Colour, not int"),
        ({"made": "yesterday"}, "made", "the text is not an ISO 8601 date-time"),
        ({"made": "2024-05-01"}, "made", "expects a date-time, not a date; say at what time"),
        ({"code": "ABC"}, "code", "the text does not match the pattern [a-z]+"),
        ({"main": {}}, "main.name", "is required"),
        ({"main": {"name": None}}, "main.name", "is required"),
        ({"main": {"name": "x", "weight": 10}}, "main.weight", "too heavy"),
        ({"main": {"name": "x", "weight": True}}, "main.weight", "expects a number (int or float), not bool"),
        ({"main": "x"}, "main", "expects an object, not str"),
        ({"parts": {"name": "x"}}, "parts", "expects a list, not dict"),
        ({"parts": [{"name": "x"}, {}]}, "parts[1].name", "is required"),
        ({"parts": [7]}, "parts[0]", "expects an object, not int"),
        ({"labels": ["x", 7]}, "labels[1]", "expects text (str), not int"),
        ({"free": {"count": "x"}}, "free.count", "expects a whole number (int), not str"),
        ({"extra": []}, "extra", "expects an object, not list"),
    ],
)
def test_every_kind_of_problem_has_its_path(document, path, reason):
    assert problems(**document) == [(path, reason)]


def test_all_problems_are_found_at_once():
    found = problems(colour="green", parts=[{}, {"name": 1, "x": 2}], labels=[1])
    assert [path for path, _ in found] == ["colour", "parts[0].name", "parts[1].name", "parts[1].x", "labels[0]"]


def test_a_null_counts_as_absent():
    assert problems(colour=None, main=None, parts=[{"name": "a", "weight": None}], extra=None) == []


def test_reasons_never_quote_a_value():
    secret = "s3cret-value"
    found = problems(colour=secret, made=secret, code=secret.upper(), parts=secret, main=secret, labels=[{"x": secret}])
    assert len(found) == 6
    assert secret not in repr(found).lower()


def test_a_member_is_held_to_the_class_that_its_sibling_names():
    assert list(check_members(Box, {"kind": "thing", "content": {"code": 1}})) == [
        ("content.code", "expects text (str), not int")
    ]
    assert list(check_members(Box, {"kind": "own", "content": {"code": 1}})) == []
    assert list(check_members(Box, {"content": {"code": 1}})) == [("kind", "is required")]
    assert list(check_members(Box, {"kind": "thing"})) == [("content", "is required")]
    assert list(check_members(Box, {"kind": "own", "content": 1})) == [("content", "expects an object, not int")]


def test_an_entity_without_rules_of_its_own_finds_no_problems():
    assert list(Box.check_document({"nonsense": 1})) == []


def test_checking_leaves_the_document_alone():
    document = {"colour": "red", "parts": [{"name": "a"}], "extra": {}}
    assert list(check_members(Thing, document)) == []
    assert document == {"colour": "red", "parts": [{"name": "a"}], "extra": {}}
