"""What a query selects: everything, the documents that meet a criterion, or a combination of queries. Pure."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import attrs

from contacthub_orm.mapping.criterion import Composite, Condition, Criterion, Operator
from contacthub_orm.query.did import Did

SetConjunction: TypeAlias = Literal["INTERSECT", "UNION", "EXCEPT"]

# Every stored document has an id: how the query language says "all" where it cannot say nothing.
EVERYTHING: Final = Condition("id", Operator.IS_NOT_NULL)


@attrs.frozen(slots=True)
class Combination:
    """Selections joined as sets; `EXCEPT` always has two members, the second is taken away from the first."""

    conjunction: SetConjunction
    members: tuple[Selection, ...]


Selection: TypeAlias = Criterion | Combination


def narrow(present: Criterion | None, added: Criterion) -> Criterion:
    """What a repeated `filter` selects: an `and` grows, anything else is joined with the new criterion by `and`."""
    if present is None:
        return added
    if isinstance(present, Composite) and present.conjunction == "and":
        return Composite("and", (*present.conditions, added))
    return Composite("and", (present, added))


def combine(conjunction: SetConjunction, left: Selection, right: Selection) -> Combination:
    """Join two selections; a member that is joined the same way is extended instead of nested (contract 5.6).

    The right one is looked at first and then keeps its members in front, as in the published SDK. `EXCEPT` depends on
    the order of its members and is always nested.
    """
    if conjunction != "EXCEPT":
        for grown, added in ((right, left), (left, right)):
            if isinstance(grown, Combination) and grown.conjunction == conjunction:
                return Combination(conjunction, (*grown.members, added))
    return Combination(conjunction, (left, right))


def fold(selection: Selection) -> Selection | bool:
    """The same selection without its constant parts: `False` selects nothing, `True` selects everything.

    Constants come from `in_` and `not_in` with no values and from empty periods, which the server is not asked about.
    """
    if isinstance(selection, Condition):
        return _fold_condition(selection)
    if isinstance(selection, Composite):
        absorbing = selection.conjunction == "or"
        criteria: list[Criterion] = []
        for condition in selection.conditions:
            folded = fold(condition)
            if folded is absorbing:
                return absorbing
            if isinstance(folded, Criterion):
                criteria.append(folded)
        if not criteria:
            return not absorbing
        return criteria[0] if len(criteria) == 1 else Composite(selection.conjunction, tuple(criteria))
    if isinstance(selection, Combination):
        return _fold_combination(selection)
    if isinstance(selection, Did):
        return _fold_did(selection)
    raise TypeError(f"Cannot compile {type(selection).__name__}: it is not a criterion.")


def _fold_condition(condition: Condition) -> Condition | bool:
    if condition.value == [] and condition.operator in (Operator.IN, Operator.NOT_IN):
        return condition.operator is Operator.NOT_IN
    return condition


def _fold_did(did: Did) -> Did | bool:
    condition = True if did.condition is None else fold(did.condition)
    if condition is False or did.timeframe.is_empty:
        return did.negated
    return attrs.evolve(did, conditions=(condition,) if isinstance(condition, Criterion) else ())


def _fold_combination(combination: Combination) -> Selection | bool:
    folded = [fold(member) for member in combination.members]
    if combination.conjunction == "EXCEPT":
        whole, removed = folded
        if whole is False or removed is True:
            return False
        if isinstance(removed, bool):
            return whole
        return Combination("EXCEPT", (EVERYTHING if isinstance(whole, bool) else whole, removed))
    absorbing = combination.conjunction == "UNION"
    if absorbing in [member for member in folded if isinstance(member, bool)]:
        return absorbing
    kept = tuple(member for member in folded if not isinstance(member, bool))
    if not kept:
        return not absorbing
    return kept[0] if len(kept) == 1 else Combination(combination.conjunction, kept)
