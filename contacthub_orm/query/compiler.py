"""From criteria to the wire: conditions, the query container and the URL parameters of a list request. Pure.

Three decisions, all valid against the published schema of the query language (contract 5):

* the container is named `query`, its members have no names (the schema forbids them);
* `IS_NULL` and `IS_NOT_NULL` carry an empty `value`: the schema requires one, the server ignores it;
* booleans are sent as booleans; the schema does not list them, the server takes them (contract 10.2).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from contacthub_orm.errors import ArgumentError
from contacthub_orm.mapping.criterion import NO_VALUE, Composite, Condition, Criterion, Operator
from contacthub_orm.query.selection import Combination, Selection, fold

Parameters = tuple[tuple[str, str], ...]

CONTAINER_NAME = "query"


def compile_condition(criterion: Criterion) -> dict[str, Any]:
    """The JSON condition of a criterion (contract 5.1). Falsy values (0, False, empty text) are values."""
    if isinstance(criterion, Composite):
        return {
            "type": "composite",
            "conjunction": criterion.conjunction,
            "conditions": [compile_condition(condition) for condition in criterion.conditions],
        }
    if not isinstance(criterion, Condition):
        raise TypeError(f"Cannot compile {type(criterion).__name__}: it is not a criterion.")
    return {
        "type": "atomic",
        "attribute": criterion.attribute,
        "operator": criterion.operator.value,
        "value": "" if criterion.value is NO_VALUE else criterion.value,
    }


def compile_query(selection: Selection) -> dict[str, Any]:
    """The container that the `query` parameter holds: `{"name": …, "query": …}` (contract 5.1)."""
    return {"name": CONTAINER_NAME, "query": _compile_member(selection)}


def _compile_member(selection: Selection) -> dict[str, Any]:
    if isinstance(selection, Combination):
        members = [_compile_member(member) for member in selection.members]
        return {"type": "combined", "conjunction": selection.conjunction, "queries": members}
    return {"type": "simple", "are": {"condition": compile_condition(selection)}}


def compile_selection(selection: Selection | None, shortcuts: Mapping[str, str]) -> Parameters | None:
    """The URL parameters that select the wanted documents; None when nothing can match and nothing need be asked.

    Args:
        selection: None selects everything.
        shortcuts: attribute -> URL parameter that holds an exact value of it, e.g. `externalId` (contract 2.1). Used
            when an equality is all there is to say; never with an empty text, which would read as no filter at all.

    Raises:
        ArgumentError: the criteria are nested too deeply, or hold text that is not Unicode.
    """
    if selection is None:
        return ()
    try:
        folded = fold(selection)
        if isinstance(folded, bool):
            return () if folded else None
        shortcut = _shortcut(folded, shortcuts)
        if shortcut is not None:
            return (shortcut,)
        text = json.dumps(compile_query(folded), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode()
    except RecursionError:
        raise ArgumentError(
            "The criteria are nested too deeply to be sent. Join many of them flat, with or_(*criteria) or "
            "and_(*criteria), or compare with a set of values: field.in_(values)."
        ) from None
    except ValueError:  # NaN, infinity, lone surrogates: the value itself must not appear in the message
        raise ArgumentError("A value of the query is not JSON: NaN, an infinity or broken Unicode text.") from None
    return (("query", text),)


def _shortcut(selection: Selection, shortcuts: Mapping[str, str]) -> tuple[str, str] | None:
    if not isinstance(selection, Condition) or selection.operator is not Operator.EQUALS:
        return None
    value = selection.value
    if selection.attribute not in shortcuts or not isinstance(value, str) or not value:
        return None
    return shortcuts[selection.attribute], value
