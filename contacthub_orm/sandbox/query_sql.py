"""The query language of lists, compiled to an SQL condition (contract 5).

Semantics where the contract is silent, all of them judgements: an operator on a list is met when an element meets it;
NOT_EQUALS and NOT_IN are the exact complements of EQUALS and IN, so they match customers without the attribute; values
compare within their JSON type only; dates compare as instants; LIKE knows `%` and `_` and matches the whole text;
`did` is met by one event that meets its condition and its timeframe both, whose attributes are those of the event.

A limit of SQLite: a stored text that holds U+0000 is compared only up to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from contacthub_orm.sandbox.attributes import Attribute, Attributes, Kind
from contacthub_orm.sandbox.event_attributes import attributes_of_events
from contacthub_orm.sandbox.event_store import visible
from contacthub_orm.sandbox.folding import fold, folded
from contacthub_orm.sandbox.operands import Operand, operand, pattern
from contacthub_orm.sandbox.problems import Problem, bad_request
from contacthub_orm.sandbox.sql import ALWAYS, NEVER, PRESENT, Sql, bind, concat, join

INVALID_QUERY = "query is not valid"

_ORDER_SIGNS = {"GT": ">", "GTE": ">=", "LT": "<", "LTE": "<="}


def compile_query(container: Any, catalog: Attributes, *, ignore_case: bool = False) -> Sql:
    """Compile the decoded `query` parameter.

    Raises:
        Problem: 400 that points at the part that is wrong.
    """
    members = _object(container, "", {"query"}, {"name"})
    return _Compiler(catalog, ignore_case).query(members["query"], "/query")


class _Compiler:
    def __init__(self, catalog: Attributes, ignore_case: bool) -> None:
        self._catalog = catalog
        self._ignore_case = ignore_case

    def query(self, node: Any, path: str) -> Sql:
        kind = _type(node, path, ("simple", "combined"))
        return self._simple(node, path) if kind == "simple" else self._combined(node, path)

    def _simple(self, node: Any, path: str) -> Sql:
        members = _object(node, path, {"type"}, {"name", "are", "did"})
        parts = []
        if "are" in members:
            are = _object(members["are"], f"{path}/are", {"condition"})
            parts.append(self._condition(are["condition"], f"{path}/are/condition"))
        if "did" in members:
            parts.append(self._did(members["did"], f"{path}/did"))
        return join("AND", parts or [ALWAYS])

    def _did(self, node: Any, path: str) -> Sql:
        """The customer has an event of a type that meets both conditions, and lists show it."""
        members = _object(node, path, {"event", "condition", "timeframe"})
        name = _object(members["event"], f"{path}/event", {"name"})["name"]
        if not isinstance(name, str):
            raise _wrong(f"{path}/event/name", "must be the type of an event")
        of_event = _Compiler(attributes_of_events(name), self._ignore_case)
        tests = [
            concat("event.customer_id = customer.id AND event.type = ", bind(name)),
            visible(PRESENT),
            *(of_event._condition(members[each], f"{path}/{each}") for each in ("condition", "timeframe")),
        ]
        return concat("EXISTS (SELECT 1 FROM event WHERE ", join("AND", tests), ")")

    def _combined(self, node: Any, path: str) -> Sql:
        members = _object(node, path, {"type", "conjunction", "queries"}, {"name"})
        conjunction = _choice(members, "conjunction", path, ("INTERSECT", "UNION", "EXCEPT"))
        queries = _list(members["queries"], f"{path}/queries")
        parts = [self.query(query, f"{path}/queries/{index}") for index, query in enumerate(queries)]
        if conjunction == "EXCEPT":
            return join("AND", [parts[0], *(part.negated() for part in parts[1:])])
        return join("AND" if conjunction == "INTERSECT" else "OR", parts)

    def _condition(self, node: Any, path: str) -> Sql:
        kind = _type(node, path, ("atomic", "composite"))
        return self._atomic(node, path) if kind == "atomic" else self._composite(node, path)

    def _composite(self, node: Any, path: str) -> Sql:
        members = _object(node, path, {"type", "conjunction", "conditions"})
        conjunction = _choice(members, "conjunction", path, ("and", "or"))
        conditions = _list(members["conditions"], f"{path}/conditions")
        parts = [self._condition(condition, f"{path}/conditions/{index}") for index, condition in enumerate(conditions)]
        return join(conjunction.upper(), parts)

    def _atomic(self, node: Any, path: str) -> Sql:
        members = _object(node, path, {"type", "attribute", "operator"}, {"value"})
        compile_operator = _OPERATORS.get(members["operator"]) if isinstance(members["operator"], str) else None
        if compile_operator is None:
            raise _wrong(f"{path}/operator", f"must be one of {', '.join(_OPERATORS)}")
        if not isinstance(members["attribute"], str):
            raise _wrong(f"{path}/attribute", "must be a dotted path")
        try:
            attribute = self._catalog.attribute(members["attribute"])
        except ValueError as error:
            raise _wrong(f"{path}/attribute", str(error)) from None
        try:
            return compile_operator(self, attribute, members.get("value"))
        except ValueError as error:
            raise _wrong(f"{path}/value", str(error)) from None

    def _is_null(self, attribute: Attribute, value: Any) -> Sql:
        return attribute.is_null

    def _is_not_null(self, attribute: Attribute, value: Any) -> Sql:
        return attribute.is_null.negated()

    def _equals(self, attribute: Attribute, value: Any) -> Sql:
        return self._among(attribute, [value])

    def _not_equals(self, attribute: Attribute, value: Any) -> Sql:
        return self._equals(attribute, value).negated()

    def _in(self, attribute: Attribute, value: Any) -> Sql:
        return self._among(attribute, value if isinstance(value, list) else [value])

    def _not_in(self, attribute: Attribute, value: Any) -> Sql:
        return self._in(attribute, value).negated()

    def _among(self, attribute: Attribute, values: Sequence[Any]) -> Sql:
        """Some value of the attribute is one of `values`; these are grouped by how they have to be compared."""
        groups: dict[Operand, list[Any]] = {}
        for value in values:
            how, wanted = self._operand(attribute, value)
            if how is not None:
                groups.setdefault(how, []).append(wanted)
        if not groups:
            return NEVER
        tests = [_guarded(how, _one_of(how.expression, wanted)) for how, wanted in groups.items()]
        return attribute.any_value(join("OR", tests))

    def _ordered(self, attribute: Attribute, *bounds: tuple[str, Any]) -> Sql:
        """Some value of the attribute stands in every (sign, value) relation of `bounds`."""
        tests = []
        for sign, value in bounds:
            if isinstance(value, bool):
                raise ValueError("true and false have no order")
            how, wanted = self._operand(attribute, value)
            if how is None:
                return NEVER
            tests.append(_guarded(how, concat(how.expression, f" {sign} ", bind(wanted))))
        return attribute.any_value(join("AND", tests))

    def _between(self, attribute: Attribute, value: Any) -> Sql:
        if not isinstance(value, list) or len(value) != 2:
            raise ValueError("must be a list of two values")
        return self._ordered(attribute, (">=", value[0]), ("<=", value[1]))

    def _like(self, attribute: Attribute, value: Any) -> Sql:
        if not isinstance(value, str):
            raise ValueError("must be a text")
        if attribute.kind in (Kind.NUMBER, Kind.BOOLEAN, Kind.OBJECT):
            return NEVER
        expression, wanted = attribute.value, pattern(value)
        if self._ignore_case:
            expression, wanted = folded(expression), pattern(fold(value))
        test = concat(expression, " GLOB ", bind(wanted))
        if attribute.json_type is not None:
            test = concat(attribute.json_type, " = 'text' AND ", test)
        return attribute.any_value(test)

    def _operand(self, attribute: Attribute, value: Any) -> tuple[Operand | None, Any]:
        return operand(attribute, value, ignore_case=self._ignore_case)


def _comparison(sign: str) -> Callable[[_Compiler, Attribute, Any], Sql]:
    return lambda compiler, attribute, value: compiler._ordered(attribute, (sign, value))


_OPERATORS: Mapping[str, Callable[[_Compiler, Attribute, Any], Sql]] = {
    "EQUALS": _Compiler._equals,
    "NOT_EQUALS": _Compiler._not_equals,
    **{name: _comparison(sign) for name, sign in _ORDER_SIGNS.items()},
    "IN": _Compiler._in,
    "NOT_IN": _Compiler._not_in,
    "IS_NULL": _Compiler._is_null,
    "IS_NOT_NULL": _Compiler._is_not_null,
    "BETWEEN": _Compiler._between,
    "LIKE": _Compiler._like,
}


def _guarded(how: Operand, test: Sql) -> Sql:
    return test if how.guard is None else concat("(", how.guard, " AND ", test, ")")


def _one_of(expression: Sql, wanted: Sequence[Any]) -> Sql:
    if len(wanted) == 1:
        return concat(expression, " = ", bind(wanted[0]))
    return concat(expression, f" IN ({','.join('?' * len(wanted))})", Sql("", tuple(wanted)))


def _wrong(path: str, reason: str) -> Problem:
    return bad_request(INVALID_QUERY, (path, reason))


def _object(node: Any, path: str, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Any]:
    if not isinstance(node, dict):
        raise _wrong(path, "must be an object")
    for name in node:
        if name not in required and name not in optional:
            raise _wrong(f"{path}/{name}", "unknown property")
    for name in sorted(required):
        if name not in node:
            raise _wrong(f"{path}/{name}", "is required")
    return node


def _list(node: Any, path: str) -> list[Any]:
    if not isinstance(node, list) or not node:
        raise _wrong(path, "must be a list with at least one element")
    return node


def _choice(members: Mapping[str, Any], name: str, path: str, choices: tuple[str, ...]) -> str:
    value = members[name]
    if value not in choices:
        raise _wrong(f"{path}/{name}", f"must be one of {', '.join(choices)}")
    return str(value)


def _type(node: Any, path: str, choices: tuple[str, ...]) -> str:
    if not isinstance(node, dict) or "type" not in node:
        raise _wrong(f"{path}/type", "is required")
    return _choice(node, "type", path, choices)
