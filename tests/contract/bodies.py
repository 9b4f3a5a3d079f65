"""The schema of every body that the library sends, and what a body breaks."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.contract.schemas import KINDS, Schema, Validator, children, event_body, members_of_customers, partial

SECTION_LIMIT = 64 * 1024
_SECTIONS = ("base", "extended", "extra", "properties", "contextInfo")


class Bodies:
    """Judges bodies by the OpenAPI file, which leaves the insides open, and by the JSON schemas of these.

    Args:
        api: the OpenAPI file.
        folder: where the JSON schemas are.
    """

    def __init__(self, api: Schema, folder: Path) -> None:
        self._api = api
        self._folder = folder
        self._children = children(folder)
        self._of = cache(self._validator)

    def complaints(self, method: str, template: str, content: bytes, declared: Schema | None) -> list[str]:
        """What is wrong with a body; `declared` is its schema in the OpenAPI file, None when it has none."""
        if declared is None and not (method == "PUT" and template.endswith("/events/{id}")):  # contract 2.4
            return ["there is a body where none is declared"] if content else []
        try:
            body = json.loads(content)
        except ValueError:
            return ["the body is not JSON"]
        if not isinstance(body, dict):
            return ["the body is not an object"]
        return self._of(method, template, str(body.get("type"))).complaints(body, "body") + _too_large(body)

    def _validator(self, method: str, template: str, type_: str) -> Validator:
        *_, collection, last = template.split("/")
        if last.startswith("{"):
            last = collection
        if last == "events":
            return Validator(event_body(self._folder, type_, with_id=method == "PUT"))
        if last in KINDS:
            return Validator(self._children[last])
        if last == "sessions":
            value: Schema = {"type": "string", "minLength": 1}
            return Validator(closed({"value": value}, ["value"]))
        return Validator(self._customer(method))

    def _customer(self, method: str) -> Schema:
        """The declared schema, closed (contract 3.2), with the real schemas of its members."""
        declared = self._flat(self._api["definitions"][f"{method.title()}Customer"])
        members = {**declared["properties"], **members_of_customers(self._folder)}
        if method != "PATCH":
            return closed(members, [*declared["required"], *(["id"] if method == "PUT" else [])])  # 6.2
        content = {name: partial(member) for name, member in members.items()}
        return closed({**content, "enabled": members["enabled"], "id": {"type": "string"}})

    def _flat(self, schema: Schema) -> Schema:
        """A schema without references and `allOf`."""
        found = self._api["definitions"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        merged: Schema = {"properties": {}, "required": []}
        for part in [*map(self._flat, found.get("allOf", ())), found]:
            merged["properties"].update(part.get("properties", {}))
            merged["required"] += part.get("required", [])
        return merged


def closed(members: dict[str, Schema], required: list[str] | None = None) -> Schema:
    """An object of these members and no others."""
    schema: Schema = {"type": "object", "properties": members, "additionalProperties": False}
    return {**schema, "required": required} if required else schema


def _too_large(body: dict[str, Any]) -> list[str]:
    """Contract 2.9."""
    found = []
    for name in _SECTIONS:
        section = body.get(name) or ""
        text = section if isinstance(section, str) else json.dumps(section, ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) > SECTION_LIMIT:
            found.append(f"body.{name} is larger than 64 KB")
    return found
