"""The merge patch between two JSON documents under the server's merge rules (contract 6.1).

Objects merge by key, lists are replaced whole, null unsets. A list is cleared with `[]`, because the API does not take
null for one. Comparison is strict about types: True is not 1, and 1 is not 1.0.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

JSONObject = dict[str, Any]


class _Missing:
    """The value of a key that is not there; unlike None, it cannot be in a document."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = _Missing()


def same(a: Any, b: Any) -> bool:
    """Tell whether two JSON values are equal, types included."""
    if a is b:
        return True
    kind = type(a)
    if kind is not type(b):
        return False
    if kind is dict:
        return len(a) == len(b) and all(key in b and same(value, b[key]) for key, value in a.items())
    if kind is list:
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


def shows(document: Any, other: Any) -> bool:
    """Tell whether a document has everything that another one says; what is null there may be absent.

    >>> shows({"a": {"b": 1, "c": 2}, "d": None}, {"a": {"b": 1}, "e": None})
    True
    """
    if type(other) is dict:
        found = document if type(document) is dict else {}
        return all(shows(found.get(key), value) for key, value in other.items())
    if type(other) is list and type(document) is list:
        return len(other) == len(document) and all(map(shows, document, other))
    return same(document, other)


def is_blank(value: Any) -> bool:
    """Tell whether a value holds nothing: null, an empty list, or an object of such."""
    if type(value) is dict:
        return all(map(is_blank, value.values()))
    return value is None or value == []


def is_unwritten(value: Any, vivified: Collection[int]) -> bool:
    """Tell whether a container came into being and holds nothing that was put into it: nulls, and such containers."""
    if id(value) not in vivified:
        return False
    if type(value) is dict:
        return all(item is None or is_unwritten(item, vivified) for item in value.values())
    return not value


def diff(committed: Mapping[str, Any], current: Mapping[str, Any], vivified: Collection[int] = ()) -> JSONObject:
    """Return the smallest patch that turns `committed` into `current`; empty when nothing changed.

    `vivified` holds the ids of containers that came into being only to be written into: as long as nothing was, they
    count as unchanged. Subtrees that both documents share are skipped, so the cost follows what was touched. The patch
    shares its values with `current`.

    >>> diff({"a": {"b": 1, "c": 2}, "l": [1]}, {"a": {"b": 1, "c": 3}})
    {'a': {'c': 3}, 'l': []}
    """
    patch: JSONObject = {}
    if vivified and id(committed) in vivified:  # a null in it says nothing and was never sent
        committed = {key: old for key, old in committed.items() if old is not None}
    for key, new in current.items():
        old = committed.get(key, MISSING)
        if new is old:
            continue
        if vivified:
            old, new = _meant(old, new, current, vivified)
            if new is old:
                continue
        if type(new) is dict and type(old) is dict:
            if inner := diff(old, new, vivified):
                patch[key] = inner
        elif new is None and type(old) is list:
            if old:
                patch[key] = []
        elif not same(old, new):
            if not vivified:
                patch[key] = new
            elif not _same_as_written(old, new, vivified):
                patch[key] = written_only(new, vivified)
    if committed.keys() <= current.keys():
        return patch
    for key, old in committed.items():
        if key not in current and old is not None and not is_unwritten(old, vivified):
            if type(old) is not list:
                patch[key] = None
            elif old:
                patch[key] = []
    return patch


def _meant(old: Any, new: Any, into: Mapping[str, Any], vivified: Collection[int]) -> tuple[Any, Any]:
    """Return what two members of an object say: what merely came into being is null, and nulls in it say nothing."""
    if is_unwritten(old, vivified):
        old = MISSING
    if is_unwritten(new, vivified):
        return old, old if old is MISSING or old == [] else None
    if new is None and old is MISSING and id(into) in vivified:
        return old, old
    return old, new


def _same_as_written(old: Any, new: Any, vivified: Collection[int]) -> bool:
    """Tell whether two values are the same but for what merely came into being in the newer one."""
    if is_unwritten(new, vivified):
        return old is MISSING or old is None or old == [] or is_unwritten(old, vivified)
    if type(old) is dict and type(new) is dict:
        return all(_same_as_written(old.get(key, MISSING), new.get(key, MISSING), vivified) for key in {**old, **new})
    if type(old) is list and type(new) is list and len(old) == len(new):
        return all(_same_as_written(*pair, vivified) for pair in zip(old, new, strict=True))
    return same(old, new)


def written_only(value: Any, vivified: Collection[int]) -> Any:
    """Leave out what merely came into being on the way to what was written."""
    if type(value) is list:
        return [written_only(item, vivified) for item in value]
    if type(value) is not dict:
        return value
    made_here = id(value) in vivified
    return {
        key: written_only(item, vivified)
        for key, item in value.items()
        if not (made_here and item is None) and not is_unwritten(item, vivified)
    }


def apply(patch: Mapping[str, Any], document: Mapping[str, Any]) -> JSONObject:
    """Return the document after a patch; neither argument is changed, untouched subtrees are shared.

    >>> apply({"a": {"b": None}}, {"a": {"b": 1, "c": 2}})
    {'a': {'b': None, 'c': 2}}
    """
    merged = dict(document)
    for key, value in patch.items():
        if type(value) is dict:
            inner = merged.get(key)
            merged[key] = apply(value, inner if type(inner) is dict else {})
        else:
            merged[key] = value
    return merged


def leaves(patch: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Return the dotted paths that a patch writes, in order."""
    found: list[str] = []
    for key, value in patch.items():
        path = f"{prefix}{key}"
        if type(value) is dict and value:
            found.extend(leaves(value, f"{path}."))
        else:
            found.append(path)
    return found


def without_blanks(document: Mapping[str, Any]) -> JSONObject:
    """Return an object without what holds nothing, at every depth: as a patch it can only add, never erase.

    >>> without_blanks({"externalId": "e", "tags": {"manual": [], "auto": ["a"]}, "extended": {}})
    {'externalId': 'e', 'tags': {'auto': ['a']}}
    """
    return {
        key: without_blanks(value) if type(value) is dict else value
        for key, value in document.items()
        if not is_blank(value)
    }
