"""Attributes of documents as SQL: where the value of a dotted path is found, and of which kind it is.

An attribute stands for the values at its path: one for a scalar, any number for a list or for a path through a list of
objects. What the schema knows is read directly; everything else is looked at with its JSON type, and may be a list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

import attrs

from contacthub_orm.sandbox.schema import IDENTITY, OPEN, STAMPS, Schema, content_schemas
from contacthub_orm.sandbox.sql import Sql, bind, concat, join_with

# SQLite compares keys as they are written in JSON and knows no escapes in paths.
_UNWRITABLE = re.compile(r'["\\\x00-\x1f]')


class Kind(StrEnum):
    """What the values of an attribute are."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "date-time"
    OBJECT = "object"
    ANY = "any"


@attrs.frozen
class Attribute:
    """Where the values of a path are.

    Attributes:
        kind: what the schema says of the values; ANY when it says nothing.
        value: SQL of one value.
        is_null: SQL that tells whether there is no value.
        source: FROM clause that gives the values one by one; None for a scalar.
        json_type: SQL of the JSON type of one value, for the kind ANY.
        sort_key: SQL to order by; None for lists and objects.
    """

    kind: Kind
    value: Sql
    is_null: Sql
    source: Sql | None = None
    json_type: Sql | None = None
    sort_key: Sql | None = None

    def any_value(self, condition: Sql) -> Sql:
        """SQL that tells whether some value meets `condition`, which is about `value`."""
        if self.source is None:
            return condition
        return concat("EXISTS (SELECT 1 FROM ", self.source, " WHERE ", condition, ")")


_COLUMNS: Mapping[str, tuple[str, Kind]] = {
    "id": ("id", Kind.STRING),
    "nodeId": ("node", Kind.STRING),
    "externalId": ("external_id", Kind.STRING),
    "base.contacts.email": ("email", Kind.STRING),
    "registeredAt": ("registered_at", Kind.INSTANT),
    "updatedAt": ("updated_at", Kind.INSTANT),
}

_SOURCE_INFO: Schema = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"registeredBy": {"type": "string"}, "updatedBy": {"type": "string"}},
}


class Attributes:
    """Finds the attributes of the documents in a table.

    Args:
        root: the JSON schema of a document.
        columns: paths that have a column of their own, and their kinds.
    """

    def __init__(self, root: Schema, columns: Mapping[str, tuple[str, Kind]]) -> None:
        self._root = root
        self._columns = columns
        self.attribute = lru_cache(maxsize=1024)(self._attribute)

    def knows(self, path: str) -> bool:
        """Whether the schema has a place for `path`; open objects have a place for everything."""
        schema: Schema = self._root
        for name in path.split("."):
            schema = schema.get("items", schema)
            if name in schema.get("properties", {}):
                schema = schema["properties"][name]
            else:
                is_open = schema.get("additionalProperties", True) is not False
                return is_open and "object" in schema.get("type", "object")
        return True

    def _attribute(self, path: str) -> Attribute:
        """Find the attribute at a dotted path.

        Raises:
            ValueError: the path cannot be one.
        """
        names = path.split(".")
        if not all(names):
            raise ValueError("an attribute is a dotted path without empty parts")
        if _UNWRITABLE.search(path):
            raise ValueError("an attribute holds no quotes, backslashes or control characters")
        if path in self._columns:
            column, kind = self._columns[path]
            return _scalar(kind, Sql(column))
        return _Walk(self._root).to(names)


class Catalog(Attributes):
    """Knows every attribute of the customers of a workspace.

    Args:
        extended: the JSON schema of `extended`.
    """

    def __init__(self, extended: Schema = OPEN) -> None:
        members = {**IDENTITY, **STAMPS, **content_schemas(extended), "sourceInfo": _SOURCE_INFO}
        super().__init__({"type": "object", "additionalProperties": False, "properties": members}, _COLUMNS)


class _Walk:
    """Follows a path through the schema, opening lists on the way.

    Where the schema does not tell whether there is an object or a list of objects, either is looked into. A list in a
    list is not.
    """

    def __init__(self, root: Schema) -> None:
        self._schema = root
        self._document = Sql("document")
        self._path = "$"
        self._sources: list[Sql] = []
        self._direct: str | None = "$"  # the path from the root, unless it leads through what is a list for sure

    def to(self, names: list[str]) -> Attribute:
        for name in names:
            self._enter()
            self._schema = _member(self._schema, name)
            self._path += f'."{name}"'
            if self._direct is not None:
                self._direct += f'."{name}"'
        return self._here()

    def _enter(self) -> None:
        """Step to what may have members: the object that is here, or the objects in the list that is here."""
        names = _types(self._schema)
        if names == {"object"}:
            return
        if names == {"array"}:
            self._schema = self._schema.get("items", OPEN)
            self._direct = None
            alias = self._open_elements()
        else:
            alias = self._open(concat("json_each(", self._as_list(), ")"))
        self._document = Sql(f"iif({alias}.type = 'object', {alias}.value, NULL)")

    def _as_list(self) -> Sql:
        """What is here when it is a list, a list of it when it is an object, else NULL."""
        it = self._function("json_extract")
        json_type = self._function("json_type")
        return concat("CASE ", json_type, " WHEN 'array' THEN ", it, " WHEN 'object' THEN json_array(", it, ") END")

    def _open_elements(self) -> str:
        return self._open(concat("json_each(", self._document, ", ", bind(self._path), ")"))

    def _open(self, elements: Sql) -> str:
        alias = f"e{len(self._sources)}"
        self._sources.append(concat(elements, f" AS {alias}"))
        self._path = "$"
        return alias

    def _here(self) -> Attribute:
        kind = _kind(self._schema)
        if kind is Kind.ANY:
            return self._of_any_kind()
        if _types(self._schema) == {"array"}:
            return self._list_of(kind)
        value = self._function("json_extract")
        if not self._sources:
            return _scalar(kind, value, sortable=kind is not Kind.OBJECT)
        return self._through_lists(kind, value, None if kind is Kind.OBJECT else self._sort_key())

    def _list_of(self, kind: Kind) -> Attribute:
        if self._sources:
            alias = self._open_elements()
            return self._through_lists(kind, Sql(f"{alias}.value"))
        empty = self._is_empty()
        alias = self._open_elements()
        return Attribute(kind, Sql(f"{alias}.value"), empty, self._from())

    def _through_lists(self, kind: Kind, value: Sql, sort_key: Sql | None = None) -> Attribute:
        return Attribute(kind, value, self._nowhere(concat(value, " IS NOT NULL")), self._from(), sort_key=sort_key)

    def _of_any_kind(self) -> Attribute:
        empty, sort_key = self._is_empty(), self._sort_key()
        if self._sources:
            empty = self._nowhere(concat("NOT ", empty))
        # json_each would go into the members of an object, which are attributes of their own.
        self._document = concat("iif(", self._function("json_type"), " = 'object', NULL, ", self._document, ")")
        alias = self._open_elements()
        return Attribute(Kind.ANY, Sql(f"{alias}.atom"), empty, self._from(), Sql(f"{alias}.type"), sort_key)

    def _is_empty(self) -> Sql:
        json_type = self._function("json_type")
        length = self._function("json_array_length")
        return concat(
            "(coalesce(", json_type, ", 'null') = 'null' OR (", json_type, " = 'array' AND ", length, " = 0))"
        )

    def _nowhere(self, condition: Sql) -> Sql:
        return concat("NOT EXISTS (SELECT 1 FROM ", self._from(), " WHERE ", condition, ")")

    def _sort_key(self) -> Sql | None:
        return None if self._direct is None else concat("json_extract(document, ", bind(self._direct), ")")

    def _function(self, name: str) -> Sql:
        return concat(f"{name}(", self._document, ", ", bind(self._path), ")")

    def _from(self) -> Sql:
        return join_with(" JOIN ", self._sources)


def _scalar(kind: Kind, value: Sql, *, sortable: bool = True) -> Attribute:
    return Attribute(kind, value, concat(value, " IS NULL"), sort_key=value if sortable else None)


def _member(schema: Schema, name: str) -> Schema:
    """The schema of a member of an object, or of the objects in a list."""
    of_items = schema.get("items")
    for each in (schema, of_items if isinstance(of_items, Mapping) else OPEN):
        if name in each.get("properties", {}):
            found: Schema = each["properties"][name]
            return found
    others = schema.get("additionalProperties")
    return others if isinstance(others, Mapping) else {}


def _types(schema: Schema) -> frozenset[str]:
    """The types of values besides null; none when the schema does not tell."""
    declared = schema.get("type", ())
    return frozenset({declared} if isinstance(declared, str) else declared) - {"null"}


def _kind(schema: Schema) -> Kind:
    names = _types(schema)
    if names == {"array"}:
        items = schema.get("items", {})
        return Kind.ANY if "array" in _types(items) else _kind(items)
    if names == {"string"}:
        written = schema.get("format")
        return Kind.DATE if written == "date" else Kind.INSTANT if written == "date-time" else Kind.STRING
    if names and names <= {"integer", "number"}:
        return Kind.NUMBER
    return Kind(*names) if names in ({"boolean"}, {"object"}) else Kind.ANY
