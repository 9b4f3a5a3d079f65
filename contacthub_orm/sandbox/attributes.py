"""Attributes of documents as SQL: where the value of a dotted path is found, and of which kind it is.

An attribute stands for the values at its path: one for a scalar, any number for a list or for a path through a list of
objects. What the schema knows is read directly; everything else is looked at with its JSON type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

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
    """Follows a path through the schema, opening lists on the way."""

    def __init__(self, root: Schema) -> None:
        self._schema = root
        self._document = Sql("document")
        self._path = "$"
        self._sources: list[Sql] = []

    def to(self, names: list[str]) -> Attribute:
        for position, name in enumerate(names):
            if not self._enter_list() or name not in self._schema.get("properties", {}):
                self._path += "".join(f'."{rest}"' for rest in names[position:])
                return self._of_any_kind()
            self._schema = self._schema["properties"][name]
            self._path += f'."{name}"'
        return self._here()

    def _enter_list(self) -> bool:
        """Step into the elements when this is a list; False when they are not known to be objects."""
        if self._schema["type"] != "array":
            return True
        item: Schema = self._schema.get("items", {})
        if item.get("type") != "object":
            return False
        self._open_elements()
        self._schema = item
        return True

    def _open_elements(self) -> str:
        alias = f"e{len(self._sources)}"
        self._sources.append(concat("json_each(", self._document, ", ", bind(self._path), f") AS {alias}"))
        self._document = Sql(f"{alias}.value")
        self._path = "$"
        return alias

    def _here(self) -> Attribute:
        kind = _kind(self._schema)
        if kind is Kind.ANY:
            return self._of_any_kind()
        if self._schema["type"] == "array":
            return self._list_of(kind)
        value = self._function("json_extract")
        if not self._sources:
            return _scalar(kind, value, sortable=kind is not Kind.OBJECT)
        return self._through_lists(kind, value)

    def _list_of(self, kind: Kind) -> Attribute:
        if self._sources:
            alias = self._open_elements()
            return self._through_lists(kind, Sql(f"{alias}.value"))
        empty = self._is_empty()
        alias = self._open_elements()
        return Attribute(kind, Sql(f"{alias}.value"), empty, self._from())

    def _through_lists(self, kind: Kind, value: Sql) -> Attribute:
        source = self._from()
        nothing = concat("NOT EXISTS (SELECT 1 FROM ", source, " WHERE ", value, " IS NOT NULL)")
        return Attribute(kind, value, nothing, source)

    def _of_any_kind(self) -> Attribute:
        scalar = None if self._sources else self._function("json_extract")
        empty = None if self._sources else self._is_empty()
        # json_each would go into the members of an object, which are attributes of their own.
        self._document = concat("iif(", self._function("json_type"), " = 'object', NULL, ", self._document, ")")
        alias = self._open_elements()
        source = self._from()
        value = Sql(f"{alias}.atom")
        if empty is None:
            empty = concat("NOT EXISTS (SELECT 1 FROM ", source, " WHERE ", value, " IS NOT NULL)")
        return Attribute(Kind.ANY, value, empty, source, Sql(f"{alias}.type"), scalar)

    def _is_empty(self) -> Sql:
        json_type = self._function("json_type")
        length = self._function("json_array_length")
        return concat(
            "(coalesce(", json_type, ", 'null') = 'null' OR (", json_type, " = 'array' AND ", length, " = 0))"
        )

    def _function(self, name: str) -> Sql:
        return concat(f"{name}(", self._document, ", ", bind(self._path), ")")

    def _from(self) -> Sql:
        return join_with(" JOIN ", self._sources)


def _scalar(kind: Kind, value: Sql, *, sortable: bool = True) -> Attribute:
    return Attribute(kind, value, concat(value, " IS NULL"), sort_key=value if sortable else None)


def _kind(schema: Mapping[str, Any]) -> Kind:
    if schema.get("type") == "array":
        items = schema.get("items", {})
        return Kind.ANY if items.get("type") == "array" else _kind(items)
    declared = schema.get("type", ())
    names = ({declared} if isinstance(declared, str) else set(declared)) - {"null"}
    if names == {"string"}:
        written = schema.get("format")
        return Kind.DATE if written == "date" else Kind.INSTANT if written == "date-time" else Kind.STRING
    if names and names <= {"integer", "number"}:
        return Kind.NUMBER
    return Kind(names.pop()) if names in ({"boolean"}, {"object"}) else Kind.ANY
