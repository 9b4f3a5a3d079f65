"""The published schemas of events: where they are, what their references mean, and which values they take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Schema = dict[str, Any]


class EventSchemas:
    """The 2019 files; `user.json` is not among them and comes from the older ones, closed as the rest is."""

    def __init__(self, contract: Path) -> None:
        self._folder = contract / "schemas-2019"
        self.definitions: dict[str, Schema] = self._read("enums.json")["definitions"]
        older = json.loads((contract / "schemas-2018/context/web.json").read_text())
        self._refs: dict[str, Schema] = {
            **self.definitions,
            "user.json": _closed(older["properties"]["user"]),
            "tracking.json": self._read("event.tracking.json"),
            "empty-extended-properties.json": {"type": "object"},
        }

    def types(self) -> list[str]:
        return sorted(path.name.split(".")[1] for path in self._folder.glob("event.*.post.json"))

    def contexts(self) -> list[str]:
        names = (path.name.split(".")[2] for path in self._folder.glob("event.context.*.json"))
        return sorted(name.upper().replace("-", "_") for name in names)

    def post(self, kind: str) -> Schema:
        """The whole body of a POST, without references."""
        return self._inlined(self._read(f"event.{kind}.post.json"))

    def properties(self, kind: str) -> Schema:
        return self.post(kind)["properties"]["properties"]

    def context_info(self, context: str) -> Schema:
        return self._inlined(self._read(f"event.context.{context.lower().replace('_', '-')}.json"))

    def tracking(self) -> Schema:
        return self._inlined(self._refs["tracking.json"])

    def bring_back(self) -> Schema:
        return self.definitions["EventBringBackProperties"]

    def _read(self, name: str) -> Schema:
        return json.loads((self._folder / name).read_text(encoding="utf-8"))

    def _inlined(self, schema: Any) -> Any:
        """The schema with `$ref`, also where it is misspelt `ref`, put in its place; "null or x" as a nullable x."""
        if isinstance(schema, list):
            return [self._inlined(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        reference = schema.get("$ref") or schema.get("ref")
        if isinstance(reference, str):
            return self._inlined(self._refs[reference.rpartition("/")[2]])
        if "oneOf" in schema:
            null, other = schema["oneOf"]
            assert null == {"type": "null"}
            found = self._inlined(other)
            return {**found, "type": [found["type"], "null"]}
        return {key: self._inlined(value) for key, value in schema.items()}


def _closed(schema: Schema) -> Schema:
    members = {name: _closed(member) for name, member in schema.get("properties", {}).items()}
    return {**schema, "properties": members, "additionalProperties": False} if members else schema


def nullable(schema: Schema) -> bool:
    return isinstance(schema["type"], list)


def kind_of(schema: Schema) -> str:
    types = schema["type"] if nullable(schema) else [schema["type"]]
    (kind,) = set(types) - {"null"}
    return kind
