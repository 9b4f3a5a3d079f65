"""What of a document stands in the body of a POST or PUT (contract 6.2)."""

from __future__ import annotations

from contacthub_orm import Customer, Event, Properties
from contacthub_orm.mapping.sending import without_nulls


def test_null_members_are_left_out_at_every_depth():
    assert without_nulls(Properties, {"a": None, "b": {"c": None, "d": 1}}) == {"b": {"d": 1}}


def test_nulls_in_the_lists_of_open_parts_stay():
    document = {"extended": {"gone": None, "list": [None, {"a": None, "l": [{"b": None}]}]}}
    assert without_nulls(Customer, document) == {"extended": {"list": [None, {"a": None, "l": [{"b": None}]}]}}


def test_null_members_in_the_lists_of_closed_parts_are_left_out():
    document = {
        "base": {
            "jobs": [{"id": "1", "jobTitle": None}],
            "subscriptions": [{"id": "1", "preferences": [{"key": "k", "value": None}]}],
        }
    }
    assert without_nulls(Customer, document) == {
        "base": {"jobs": [{"id": "1"}], "subscriptions": [{"id": "1", "preferences": [{"key": "k"}]}]}
    }


def test_what_is_free_in_an_element_of_a_closed_part_keeps_its_lists():
    product = {"id": "p", "price": None, "extended": {"none": None, "list": [{"a": None}]}}
    event = {"type": "completedOrder", "properties": {"products": [product]}}
    assert without_nulls(Event, event)["properties"] == {"products": [{"id": "p", "extended": {"list": [{"a": None}]}}]}


def test_the_properties_of_an_unknown_type_keep_their_lists():
    event = {"type": "myType", "properties": {"none": None, "products": [{"price": None}]}}
    assert without_nulls(Event, event)["properties"] == {"products": [{"price": None}]}


def test_null_members_of_extra_properties_are_left_out_and_their_lists_stay():
    event = {"type": "loggedIn", "properties": {"extraProperties": {"a": None, "b": [{"c": None}]}}}
    assert without_nulls(Event, event)["properties"] == {"extraProperties": {"b": [{"c": None}]}}
