"""From criteria to the wire: conditions, the query container and the URL parameters of a list request. Pure.

Decisions, all valid against the published schema of the query language (contract 5):

* the container is named `query`, its members have no names (the schema forbids them);
* `IS_NULL` and `IS_NOT_NULL` carry an empty `value`: the schema requires one, the server ignores it;
* booleans are sent as booleans; the schema does not list them, the server takes them (contract 10.2);
* criteria about events (`did`) become simple queries of their own, joined by combined queries; only one that is joined
  by `and` with conditions on the customer stands beside them in one simple query.
"""

from __future__ import annotations

import json
from typing import Any, Final

from contacthub_orm.errors import ArgumentError
from contacthub_orm.mapping.codecs import format_datetime
from contacthub_orm.mapping.criterion import NO_VALUE, Composite, Condition, Conjunction, Criterion, Operator
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.listing import Equal, Listing
from contacthub_orm.query.criteria import NESTED_TOO_DEEPLY
from contacthub_orm.query.did import Did
from contacthub_orm.query.filters import Parameters, compile_filters
from contacthub_orm.query.period import Period
from contacthub_orm.query.selection import EVERYTHING, Combination, Selection, SetConjunction, fold

CONTAINER_NAME = "query"

# Every event has an id and a date: how `did` says that nothing more is asked of it.
ANY_EVENT: Final = Condition("id", Operator.IS_NOT_NULL)
ANY_TIME: Final = Condition("date", Operator.IS_NOT_NULL)


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
    return {"name": CONTAINER_NAME, "query": _member(selection)}


def compile_selection(selection: Selection | None, entity: type[Entity]) -> Parameters | None:
    """The URL parameters that select the wanted documents; None when nothing can match and nothing need be asked.

    Args:
        selection: None selects everything.
        entity: its listing says which parameters there are. An exact value that has one, e.g. `externalId`, is sent
            as such when it is all there is to say; never an empty text, which would read as no filter at all.

    Raises:
        ArgumentError: the list cannot be asked for it, the criteria are nested too deeply, or a value is not JSON.
    """
    if selection is None:
        return ()
    try:
        folded = fold(selection)
        if isinstance(folded, bool):
            return () if folded else None
        return _parameters(folded, entity)
    except RecursionError:
        raise ArgumentError(NESTED_TOO_DEEPLY) from None


def _parameters(selection: Selection, entity: type[Entity]) -> Parameters | None:
    if not entity.__listing__.searchable:
        return compile_filters(selection, entity)
    shortcut = _shortcut(selection, entity.__listing__)
    return (shortcut if shortcut is not None else ("query", _text(compile_query(selection))),)


def _shortcut(selection: Selection, listing: Listing) -> tuple[str, str] | None:
    if not isinstance(selection, Condition) or selection.operator is not Operator.EQUALS:
        return None
    value = selection.value
    if Equal(selection.attribute) not in listing.filters or not isinstance(value, str) or not value:
        return None
    return selection.attribute, value


def _text(query: dict[str, Any]) -> str:
    try:
        text = json.dumps(query, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode()
    except ValueError:  # NaN, infinity, lone surrogates: the value itself must not appear in the message
        raise ArgumentError("A value of the query is not JSON: NaN, an infinity or broken Unicode text.") from None
    return text


# -- members of the query --------------------------------------------------------------------------------------------


def _member(selection: Selection) -> dict[str, Any]:
    if isinstance(selection, Combination):
        return _joined(selection.conjunction, [_member(member) for member in selection.members])
    if isinstance(selection, Did):
        return _all_of([selection])
    if isinstance(selection, Composite) and _asks_for_events(selection):
        parts = _flat(selection)
        return _all_of(parts) if selection.conjunction == "and" else _any_of(parts)
    return _simple(selection)


def _all_of(criteria: list[Criterion]) -> dict[str, Any]:
    """Criteria that all have to hold: what was done is intersected, what was not done is taken away."""
    are, asking = _split("and", criteria)
    done = [each for each in asking if not isinstance(each, Did) or not each.negated]
    undone = [_simple(did=each) for each in asking if isinstance(each, Did) and each.negated]
    first = next((each for each in done if isinstance(each, Did)), None)
    members = [_simple(are, first)] if are is not None or first is not None else []
    members += [_member(each) for each in done if each is not first]
    whole = _joined("INTERSECT", members or [_simple(EVERYTHING)])
    return _joined("EXCEPT", [whole, _joined("UNION", undone)]) if undone else whole


def _any_of(criteria: list[Criterion]) -> dict[str, Any]:
    are, asking = _split("or", criteria)
    members = [_simple(are)] if are is not None else []
    return _joined("UNION", members + [_member(each) for each in asking])


def _joined(conjunction: SetConjunction, members: list[dict[str, Any]]) -> dict[str, Any]:
    if len(members) == 1:
        return members[0]
    return {"type": "combined", "conjunction": conjunction, "queries": members}


def _simple(are: Criterion | None = None, did: Did | None = None) -> dict[str, Any]:
    simple: dict[str, Any] = {"type": "simple"}
    if are is not None:
        simple["are"] = {"condition": compile_condition(are)}
    if did is not None:
        simple["did"] = {
            "event": {"name": did.event},
            "condition": compile_condition(ANY_EVENT if did.condition is None else did.condition),
            "timeframe": compile_condition(_timeframe(did.timeframe)),
        }
    return simple


def _timeframe(period: Period) -> Condition:
    start, end = (None if moment is None else format_datetime(moment) for moment in (period.start, period.end))
    if start is None:
        return ANY_TIME if end is None else Condition("date", Operator.LTE, end)
    return Condition("date", Operator.GTE, start) if end is None else Condition("date", Operator.BETWEEN, [start, end])


def _split(conjunction: Conjunction, criteria: list[Criterion]) -> tuple[Criterion | None, list[Criterion]]:
    """What asks nothing about events, as one criterion; and the criteria that do."""
    plain: list[Criterion] = []
    asking: list[Criterion] = []
    for each in criteria:
        (asking if _asks_for_events(each) else plain).append(each)
    if len(plain) < 2:
        return (plain[0] if plain else None), asking
    return Composite(conjunction, tuple(plain)), asking


def _flat(composite: Composite) -> list[Criterion]:
    """The members of a composite, with those of inner composites that are joined alike in their place."""
    flat: list[Criterion] = []
    waiting: list[Criterion] = [composite]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Composite) and found.conjunction == composite.conjunction:
            waiting += reversed(found.conditions)
        else:
            flat.append(found)
    return flat


def _asks_for_events(criterion: Criterion) -> bool:
    waiting = [criterion]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Did):
            return True
        if isinstance(found, Composite):
            waiting += found.conditions
    return False
