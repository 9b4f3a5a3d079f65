"""The laws of merge patches under the server's rules (contract 6.1)."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given

from contacthub_orm.mapping.merge_patch import apply, diff, leaves, same
from tests.mapping.reference import brute_force_patch, identical, leaf_paths, merged, normal_form, without_leaf
from tests.strategies import MODERATE, json_objects, json_values, related_objects

# -- laws ------------------------------------------------------------------------------------------------------------


@MODERATE
@given(related_objects())
def test_applying_the_patch_to_the_old_document_gives_the_new_one(pair):
    before, after = pair
    assert identical(apply(diff(before, after), before), normal_form(before, after))


@MODERATE
@given(json_objects, json_objects)
def test_the_law_holds_for_unrelated_documents_too(before, after):
    assert identical(apply(diff(before, after), before), normal_form(before, after))


@MODERATE
@given(related_objects())
def test_the_patch_is_the_one_that_brute_force_finds(pair):
    before, after = pair
    assert identical(diff(before, after), brute_force_patch(before, after))


@MODERATE
@given(related_objects())
def test_no_leaf_of_the_patch_can_be_left_out(pair):
    before, after = pair
    patch = diff(before, after)
    for path in leaf_paths(patch):
        assert not identical(merged(without_leaf(patch, path), before), normal_form(before, after)), path


@MODERATE
@given(json_objects)
def test_a_document_has_no_patch_to_itself_nor_to_its_copy(document):
    assert diff(document, document) == {}
    assert diff(document, copy.deepcopy(document)) == {}


@MODERATE
@given(related_objects())
def test_once_applied_there_is_nothing_left_to_send(pair):
    before, after = pair
    stored = apply(diff(before, after), before)
    assert diff(stored, after) == {}


@MODERATE
@given(related_objects())
def test_diff_and_apply_change_neither_argument(pair):
    before, after = pair
    kept = copy.deepcopy(pair)
    patch = diff(before, after)
    kept_patch = copy.deepcopy(patch)
    apply(patch, before)
    assert identical([before, after, patch], [*kept, kept_patch])


@MODERATE
@given(json_values, json_values)
def test_same_is_equality_with_types(a, b):
    assert same(a, b) is identical(a, b)
    assert same(a, copy.deepcopy(a))


# -- cases -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "patch"),
    [
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1, "b": 1}, {"a": 1}, {"b": None}),
        ({"a": None}, {}, {}),
        ({}, {"a": None}, {"a": None}),
        ({"a": [1]}, {}, {"a": []}),
        ({"a": [1]}, {"a": None}, {"a": []}),
        ({"a": []}, {"a": None}, {}),
        ({"a": []}, {}, {}),
        ({"a": [1, 2]}, {"a": [1, 3]}, {"a": [1, 3]}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, {"a": {"c": 3}}),
        ({"a": {"b": 1}}, {"a": None}, {"a": None}),
        ({"a": {"b": 1}}, {"a": {}}, {"a": {"b": None}}),
        ({"a": None}, {"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 1}}}),
        ({"a": None}, {"a": {}}, {"a": {}}),
        ({"a": {"b": 1}}, {"a": [1]}, {"a": [1]}),
        ({"a": [1]}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": {"b": 1}}, {"a": "x"}, {"a": "x"}),
        ({"a": {"l": [1], "s": 1}}, {"a": {"s": 1}}, {"a": {"l": []}}),
    ],
)
def test_what_is_sent(before, after, patch):
    assert identical(diff(before, after), patch)


@pytest.mark.parametrize(("old", "new"), [(True, 1), (1, True), (1, 1.0), (0, False), ("1", 1), ("", None), (0, None)])
def test_values_of_another_type_are_a_change_at_every_depth(old, new):
    assert identical(diff({"a": old}, {"a": new}), {"a": new})
    assert identical(diff({"a": {"b": old}}, {"a": {"b": new}}), {"a": {"b": new}})
    assert identical(diff({"a": [old]}, {"a": [new]}), {"a": [new]})
    assert identical(diff({"a": [{"b": old}]}, {"a": [{"b": new}]}), {"a": [{"b": new}]})


def test_not_a_number_that_nobody_touched_is_no_change():
    nan = float("nan")
    assert diff({"a": nan, "l": [nan], "x": 1}, {"a": nan, "l": [nan], "x": 2}) == {"x": 2}


def test_subtrees_that_both_documents_share_are_not_looked_at():
    class Unreadable(dict):
        def items(self):
            raise AssertionError("looked at")

    shared = Unreadable()
    assert diff({"a": shared, "b": 1}, {"a": shared, "b": 2}) == {"b": 2}


def test_leaves_are_the_dotted_paths_that_a_patch_writes():
    assert leaves({"base": {"contacts": {"email": "x"}, "likes": []}, "tags": None, "extended": {}}) == [
        "base.contacts.email",
        "base.likes",
        "tags",
        "extended",
    ]
