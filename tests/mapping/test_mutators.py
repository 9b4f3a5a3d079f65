"""Every mutator of list and dict is tracked: the cases are held against dir(list) and dir(dict)."""

from __future__ import annotations

import copy
import itertools
import operator
from collections.abc import Callable
from typing import Any

import pytest

from contacthub_orm.mapping import Properties, TrackedList
from contacthub_orm.mapping.merge_patch import is_blank
from contacthub_orm.mapping.state import changes
from tests.mapping.edits import plain
from tests.mapping.loading import loaded
from tests.mapping.reference import brute_force_patch, identical

COMPARISONS = {"__eq__", "__ge__", "__gt__", "__le__", "__lt__", "__ne__"}
OBJECT_NAMES = (frozenset(dir(object)) | {"__class_getitem__"}) - COMPARISONS

READERS = COMPARISONS | {"__contains__", "__getitem__", "__iter__", "__len__", "__reversed__", "copy"}
LIST_READERS = READERS | {"__add__", "__mul__", "__rmul__", "count", "index"}
DICT_READERS = READERS | {"__or__", "__ror__", "fromkeys", "get", "items", "keys", "values"}

Mutator = Callable[[Any, Any], Any]
"""Takes the container and a value to put in; what it returns is compared too."""


def set_item(key: Any, times: int = 0) -> Mutator:
    return lambda target, value: target.__setitem__(key, [value] * times if times else value)


def del_item(key: Any) -> Mutator:
    return lambda target, value: target.__delitem__(key)


def key_of(item: Any) -> str:
    return str(plain(item))


LIST_CASES: dict[str, list[Mutator]] = {
    "append": [lambda target, value: target.append(value)],
    "extend": [
        lambda target, value: target.extend([value, value]),
        lambda target, value: target.extend(iter([value])),
        lambda target, value: target.extend([]),
        lambda target, value: target.extend(target),
    ],
    "insert": [
        lambda target, value: target.insert(0, value),
        lambda target, value: target.insert(-1, value),
        lambda target, value: target.insert(99, value),
    ],
    "pop": [
        lambda target, value: target.pop(),
        lambda target, value: target.pop(0),
        lambda target, value: target.pop(-2),
        lambda target, value: target.pop(99),
    ],
    "remove": [
        lambda target, value: target.remove(plain(target[1]) if len(target) > 1 else value),
        lambda target, value: target.remove("not in it"),
    ],
    "clear": [lambda target, value: target.clear()],
    "reverse": [lambda target, value: target.reverse()],
    "sort": [
        lambda target, value: target.sort(key=key_of),
        lambda target, value: target.sort(key=key_of, reverse=True),
        lambda target, value: target.sort(),
    ],
    "__setitem__": [
        set_item(0),
        set_item(-1),
        set_item(99),
        set_item(slice(0, 2), 1),
        set_item(slice(1, 1), 3),
        set_item(slice(None), 2),
        set_item(slice(None, None, 2), 2),
        set_item(slice(None, None, 2), 5),
        set_item(slice(9, None), 1),
    ],
    "__delitem__": [del_item(0), del_item(-1), del_item(99), del_item(slice(0, 2)), del_item(slice(None, None, 2))],
    "__iadd__": [
        lambda target, value: plain(operator.iadd(target, [value])),
        lambda target, value: plain(operator.iadd(target, (value, value))),
    ],
    "__imul__": [
        lambda target, value: plain(operator.imul(target, 2)),
        lambda target, value: plain(operator.imul(target, 1)),
        lambda target, value: plain(operator.imul(target, 0)),
        lambda target, value: plain(operator.imul(target, -1)),
        lambda target, value: operator.imul(target, "a"),
    ],
}

DICT_CASES: dict[str, list[Mutator]] = {
    "__setitem__": [set_item("a"), set_item("new"), lambda target, value: target.__setitem__("items", None)],
    "__delitem__": [del_item("a"), del_item("missing")],
    "__ior__": [
        lambda target, value: plain(operator.ior(target, {"a": value, "new": 1})),
        lambda target, value: plain(operator.ior(target, [("new", value)])),
    ],
    "clear": [lambda target, value: target.clear()],
    "pop": [
        lambda target, value: target.pop("a"),
        lambda target, value: target.pop("inner"),
        lambda target, value: target.pop("missing", value),
        lambda target, value: target.pop("missing"),
    ],
    "popitem": [lambda target, value: target.popitem()],
    "setdefault": [
        lambda target, value: target.setdefault("a", value),
        lambda target, value: target.setdefault("new", value),
        lambda target, value: target.setdefault("new"),
        lambda target, value: target.setdefault("new", {"x": []})["x"].append(value),
    ],
    "update": [
        lambda target, value: target.update({"a": value, "new": value}),
        lambda target, value: target.update([("new", value)]),
        lambda target, value: target.update(a=value, new=1),
        lambda target, value: target.update({"new": 1}, a=value),
        lambda target, value: target.update(),
    ],
}

TEXTS = ["b", "a", "c"]
LIKES = [{"id": "2", "name": "b"}, {"id": "1", "name": "a"}, {"id": "3"}]
DOCUMENT = {
    "id": "c1",
    "base": {
        "firstName": "Bruce",
        "likes": LIKES,
        "contacts": {"mobileDevices": [{"name": "x"}, {"name": "y"}], "otherContacts": []},
        "subscriptions": [{"id": "s1", "preferences": [{"key": "b"}, {"key": "a"}]}, {"id": "s2", "preferences": None}],
    },
    "extended": {
        "flat": {"a": 1, "inner": {"x": 1}, "items": [1], "z": None},
        "deep": [{"orders": [{"lines": [3, 1, 2]}, {"a": 0, "inner": {"y": 1}, "items": 2}]}],
        "mixed": [[2, 1], [True, 1, 1.0]],
        "empty": {},
    },
    "tags": {"manual": TEXTS, "auto": []},
}
NULLS = {"id": "c1", "base": None, "extended": None, "tags": None}

LISTS: dict[str, tuple[dict[str, Any], list[Any], Any]] = {
    "texts": (DOCUMENT, ["tags", "manual"], "v"),
    "empty": (DOCUMENT, ["tags", "auto"], "v"),
    "typed objects": (DOCUMENT, ["base", "likes"], {"id": "9", "name": "v"}),
    "typed objects without ids": (DOCUMENT, ["base", "contacts", "mobileDevices"], {"name": "v"}),
    "list in a typed element": (DOCUMENT, ["base", "subscriptions", 0, "preferences"], {"key": "v"}),
    "null list in a typed element": (DOCUMENT, ["base", "subscriptions", 1, "preferences"], {"key": "v"}),
    "numbers, deep in an open part": (DOCUMENT, ["extended", "deep", 0, "orders", 0, "lines"], 7),
    "open objects": (DOCUMENT, ["extended", "deep", 0, "orders"], {"n": [1]}),
    "list in a list": (DOCUMENT, ["extended", "mixed", 0], 7),
    "lists": (DOCUMENT, ["extended", "mixed"], [0]),
    "null list": (NULLS, ["tags", "manual"], "v"),
    "null list of objects": (NULLS, ["base", "contacts", "otherContacts"], {"name": "v"}),
}
DICTS: dict[str, tuple[dict[str, Any], list[Any], Any]] = {
    "open object": (DOCUMENT, ["extended", "flat"], [{"v": 1}]),
    "open object in lists": (DOCUMENT, ["extended", "deep", 0, "orders", 1], "v"),
    "empty object": (DOCUMENT, ["extended", "empty"], {"v": {}}),
    "whole open part": (DOCUMENT, ["extended"], {"v": None}),
    "null open part": (NULLS, ["extended"], "v"),
}


def each(cases: dict[str, list[Mutator]]) -> list[Any]:
    return [
        pytest.param(mutator, id=f"{name}-{number}")
        for name, mutators in cases.items()
        for number, mutator in enumerate(mutators)
    ]


def reached(part: Any, steps: list[Any]) -> Any:
    for step in steps:
        part = getattr(part, step) if isinstance(step, str) and step in getattr(part, "__fields__", ()) else part[step]
    return part


def put(document: dict[str, Any], steps: list[Any], value: Any) -> None:
    part: Any = document
    for step, below in itertools.pairwise(steps):
        if isinstance(part, dict) and part.get(step) is None:
            part[step] = {} if isinstance(below, str) else []
        part = part[step]
    part[steps[-1]] = value


def raw_at(document: Any, steps: list[Any]) -> Any:
    for step in steps:
        document = document.get(step) if isinstance(document, dict) else document[step] if document else None
    return document


def attempt(mutator: Mutator, target: Any, value: Any) -> Any:
    """What a mutator returns, or the kind of exception that it raises."""
    try:
        returned = mutator(target, value)
    except (IndexError, KeyError, TypeError, ValueError) as error:
        return type(error)
    return tuple(map(plain, returned)) if isinstance(returned, tuple) else plain(returned)


def check(mutator: Mutator, document: dict[str, Any], steps: list[Any], value: Any, kind: type) -> None:
    committed, kept = copy.deepcopy(document), copy.deepcopy(document)
    customer = loaded(committed)
    expected = copy.deepcopy(raw_at(document, steps))
    was_null = expected is None
    if was_null:
        expected = kind()
    returned = attempt(mutator, reached(customer, steps), copy.deepcopy(value))
    assert identical(returned, attempt(mutator, expected, copy.deepcopy(value)))
    assert identical(plain(reached(customer, steps)), expected)

    after = copy.deepcopy(document)
    if not was_null or not is_blank(expected):  # nothing but nulls in a null branch says nothing
        put(after, steps, expected)
    assert identical(changes(customer), brute_force_patch(kept, after))
    assert identical(committed, kept)


@pytest.mark.parametrize("mutator", each(LIST_CASES))
@pytest.mark.parametrize("where", LISTS)
def test_a_list_mutator_does_what_it_does_in_python_and_is_tracked(mutator, where):
    check(mutator, *LISTS[where], list)


@pytest.mark.parametrize("mutator", each(DICT_CASES))
@pytest.mark.parametrize("where", DICTS)
def test_a_dict_mutator_does_what_it_does_in_python_and_is_tracked(mutator, where):
    check(mutator, *DICTS[where], dict)


@pytest.mark.parametrize("mutator", each(LIST_CASES))
@pytest.mark.parametrize("where", ["texts", "open objects", "null list"])
def test_a_list_mutator_of_a_changed_list_leaves_the_elements_in_hand_as_they_are(mutator, where):
    document, steps, value = LISTS[where]
    customer, expected = loaded(copy.deepcopy(document)), copy.deepcopy(raw_at(document, steps) or [])
    target = reached(customer, steps)
    target.append(copy.deepcopy(value))
    expected.append(copy.deepcopy(value))
    in_hand = list(target)
    values = [plain(view) for view in in_hand]
    returned = attempt(mutator, target, copy.deepcopy(value))
    assert identical(returned, attempt(mutator, expected, copy.deepcopy(value)))
    assert identical(plain(target), expected)
    assert identical([plain(view) for view in in_hand], values)


# -- nothing is left out ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("builtin", "readers", "cases"), [(list, LIST_READERS, LIST_CASES), (dict, DICT_READERS, DICT_CASES)]
)
def test_every_name_of_the_builtin_is_known_here_as_reader_or_as_mutator(builtin, readers, cases):
    names = set(dir(builtin)) - OBJECT_NAMES
    assert names == readers | set(cases)
    assert not readers & set(cases)


@pytest.mark.parametrize(("tracked", "cases"), [(TrackedList, LIST_CASES), (Properties, DICT_CASES)])
def test_every_mutator_is_there(tracked, cases):
    assert [name for name in cases if not callable(getattr(tracked, name, None))] == []


def test_every_reader_of_lists_is_there():
    assert [name for name in LIST_READERS if not hasattr(TrackedList, name)] == []
