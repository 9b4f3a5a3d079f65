"""The merge of a PATCH into a document, as the server does it (contract 6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def merge(document: Any, patch: Mapping[str, Any]) -> dict[str, Any]:
    """Merge `patch` into `document`; neither is changed.

    Objects merge member by member, null unsets a member, everything else (lists too) replaces what was there.

    Example:
        >>> merge({"a": {"x": 1, "y": 2}, "l": [1, 2]}, {"a": {"x": None}, "l": [3]})
        {'a': {'y': 2}, 'l': [3]}
    """
    merged = dict(document) if isinstance(document, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            merged[name] = merge(merged.get(name), value)
        else:
            merged[name] = value
    return merged
