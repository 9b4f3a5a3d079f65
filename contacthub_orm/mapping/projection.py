"""Projection: the part of a document that a selection of fields covers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contacthub_orm.mapping.merge_patch import JSONObject

Selection = frozenset[tuple[str, ...]]
"""Selected paths, each by its steps; what is below one is selected, too."""


def selection(paths: Iterable[str]) -> Selection:
    """Return the selection of some dotted paths."""
    return frozenset(tuple(path.split(".")) for path in paths)


def project(document: JSONObject, paths: Iterable[str]) -> JSONObject:
    """Return the part of a document under the dotted paths.

    The server answers a selection with nulls for what was not selected (contract 2.7). Without them, an absent member
    means "not loaded" and is never taken for null.

    >>> project({"id": "1", "base": {"firstName": "A", "lastName": None}}, ["id", "base.firstName"])
    {'id': '1', 'base': {'firstName': 'A'}}
    """
    selected: JSONObject = {}
    for path in paths:
        _copy_path(document, selected, path.split("."))
    return selected


def supplement(document: JSONObject, part: JSONObject) -> JSONObject:
    """Return a document with what it lacks taken from a part of the same document; what it has stays.

    >>> supplement({"id": "1", "base": {"firstName": "A"}}, {"base": {"firstName": "B", "lastName": "C"}})
    {'id': '1', 'base': {'firstName': 'A', 'lastName': 'C'}}
    """
    whole = {**document, **{key: value for key, value in part.items() if key not in document}}
    for key, value in part.items():
        present = whole[key]
        if type(value) is dict and type(present) is dict and present is not value:
            whole[key] = supplement(present, value)
    return whole


def _copy_path(source: JSONObject, target: JSONObject, steps: list[str]) -> None:
    head, *rest = steps
    if head not in source:
        return
    value: Any = source[head]
    if rest and type(value) is list:
        return  # its elements came in part, and lists are sent whole
    if rest and type(value) is dict:
        inner = target.setdefault(head, {})
        if inner is not value:
            _copy_path(value, inner, rest)
    else:
        target[head] = value
