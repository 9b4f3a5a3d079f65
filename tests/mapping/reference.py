"""The server's merge rules spelt out plainly (contract 6.1), as the yardstick for the patches of the library."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Path = tuple[str, ...]


def identical(a: Any, b: Any) -> bool:
    """Tell whether two JSON values are equal, types included, whatever the order of their keys."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(identical(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(identical, a, b))
    return a == b


def normal_form(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return `after` as a server stores it that had `before`: what is gone is null, or `[]` where a list was."""
    stored = {}
    for key in {**before, **after}:
        old, new = before.get(key), after.get(key)
        if isinstance(old, list) and new is None:
            stored[key] = []
        elif isinstance(old, dict) and isinstance(new, dict):
            stored[key] = normal_form(old, new)
        else:
            stored[key] = copy.deepcopy(new)
    return stored


def merged(patch: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Return the document after a PATCH."""
    result = copy.deepcopy(document)
    for key, value in patch.items():
        if isinstance(value, dict):
            old = result.get(key)
            result[key] = merged(value, old if isinstance(old, dict) else {})
        else:
            result[key] = copy.deepcopy(value)
    return result


def brute_force_patch(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return the patch from one document to another by looking at everything."""
    target = normal_form(before, after)
    patch: dict[str, Any] = {}
    for key, new in target.items():
        old = before.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            if inner := brute_force_patch(old, new):
                patch[key] = inner
        elif key not in before or not identical(old, new):
            patch[key] = new
    return patch


def leaf_paths(patch: dict[str, Any], above: Path = ()) -> Iterator[Path]:
    """Yield the paths of all that a patch writes."""
    for key, value in patch.items():
        if isinstance(value, dict) and value:
            yield from leaf_paths(value, (*above, key))
        else:
            yield (*above, key)


def without_leaf(patch: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return a copy of a patch that no longer writes one leaf."""
    copied = copy.deepcopy(patch)
    part = copied
    for key in path[:-1]:
        part = part[key]
    del part[path[-1]]
    return copied
