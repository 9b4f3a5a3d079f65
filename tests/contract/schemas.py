"""The published schemas, corrected where the contract says that they are wrong (contract sections 0.1 and 10.2)."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema

Schema = dict[str, Any]

ROOT = Path(__file__).parents[2]
KINDS = {"educations": "education", "likes": "like", "jobs": "job", "subscriptions": "subscription"}
CONTEXTS = (
    "CONTACT_CENTER", "DIGITAL_CAMPAIGN", "ECOMMERCE", "IOT", "MOBILE", "OTHER", "RETAIL", "SOCIAL", "WEB",
)  # fmt: skip
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")


def contract_folder() -> Path | None:
    """Where the contract files are: beside the repository, or where CONTACTHUB_CONTRACT_DIR says; None without them."""
    given = os.environ.get("CONTACTHUB_CONTRACT_DIR")
    folder = Path(given) if given else ROOT.parent / "shared"
    for found in (folder / "contract", folder):
        if (found / "openapi-1.51.yaml").is_file():
            return found
    return None


def load(folder: Path, name: str) -> Schema:
    schema: Schema = json.loads((folder / name).read_text(encoding="utf-8"))
    return schema


def members_of_customers(folder: Path) -> dict[str, Schema]:
    """The schemas of `base`, `consents` and `tags`, with everything that they refer to put in its place."""
    consents = load(folder, "schemas-2018/customer/consents.json")["properties"]
    known = load(folder, "schemas-2019/enums.json")["definitions"]
    known["consent.json"] = {**consents["profiling"]["properties"]["classic"], "type": "object"}
    known |= {f"{KINDS[kind]}.json": schema for kind, schema in children(folder).items()}
    return {
        "base": inlined(load(folder, "schemas-2019/base-property.base-properties.json"), known),
        "consents": inlined(load(folder, "schemas-2019/consents.consents.json"), known),
        "tags": load(folder, "schemas-2018/customer/tags.json"),
    }


def children(folder: Path) -> dict[str, Schema]:
    """The schemas of the elements that have an id; the OpenAPI file is wrong about one of them (10.2 #9)."""
    base = load(folder, "schemas-2018/customer/base.json")["properties"]
    return {kind: base[kind]["items"] for kind in KINDS}


def event_body(folder: Path, type_: str, *, with_id: bool) -> Schema:
    """The schema of the body of an event of one type; an impossible one for a type that there is not."""
    name = f"schemas-2019/event.{type_}.post.json"
    if not (folder / name).is_file():
        return {"properties": {"type": {"enum": ["a type that the contract knows"]}}}
    known = load(folder, "schemas-2019/enums.json")["definitions"]
    known["tracking.json"] = load(folder, "schemas-2019/event.tracking.json")
    known["user.json"] = load(folder, "schemas-2018/context/web.json")["properties"]["user"]
    known["empty-extended-properties.json"] = {"type": "object"}
    schema: Schema = inlined(load(folder, name), known)
    places = {context: f"schemas-2019/event.context.{context.lower().replace('_', '-')}.json" for context in CONTEXTS}
    of_context = [
        {"properties": {"context": {"enum": [context]}, "contextInfo": inlined(load(folder, place), known)}}
        for context, place in places.items()
    ]
    schema["anyOf"] = of_context
    if with_id:  # contract 6.6
        instant = {"type": "string", "format": "date-time"}
        schema["properties"] |= {"id": {"type": "string"}, "registeredAt": instant, "updatedAt": instant}
        schema["required"] = [*schema["required"], "id", "registeredAt", "updatedAt"]
    return schema


def inlined(schema: Any, known: dict[str, Schema]) -> Any:
    """A schema with what it refers to, found by the last part of the address; some files misspell `$ref` (4.4)."""
    if isinstance(schema, list):
        return [inlined(item, known) for item in schema]
    if not isinstance(schema, dict):
        return schema
    for spelling in ("$ref", "ref"):
        if isinstance(schema.get(spelling), str):
            return known[schema[spelling].rpartition("/")[2]]
    return {key: inlined(value, known) for key, value in schema.items() if key != "$schema"}


def partial(schema: Schema) -> Schema:
    """What a PATCH may say of something: any part of an object, null for whatever is no list (contract 6.1)."""
    if schema.get("type") == "array":
        return schema  # lists are sent whole
    relaxed = {key: value for key, value in schema.items() if key != "required"}
    if "properties" in schema:
        relaxed["properties"] = {name: partial(member) for name, member in schema["properties"].items()}
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        relaxed["type"] = list({*types, "null"})
    if "enum" in schema:
        relaxed["enum"] = [*schema["enum"], None]
    return relaxed  # what is left are choices with `oneOf`, which have null among them already


def query_schema(folder: Path) -> Schema:
    """The schema of the query language, with what the contract adds to it.

    `required: true` is a spelling of draft 3, while `oneOf` is of draft 4: neither draft validates the file as it is.
    The names are optional (10.2 #18, #19), LIKE exists (5.3), a boolean is a value (#20), IS_NULL needs none (#21).
    """
    schema = load(folder, "query.schema.json")
    parts = schema["definitions"]
    parts["AtomicCondition"]["properties"]["operator"]["enum"].append("LIKE")
    parts["AtomicCondition"]["properties"]["value"]["type"].append("boolean")
    del schema["properties"]["name"]["required"], parts["AtomicCondition"]["properties"]["value"]["required"]
    for part in ("SimpleQuery", "CombinedQuery"):
        parts[part]["properties"]["name"] = {"type": "string"}
    modern: Schema = with_required_lists(schema)
    modern["required"] = ["query"]
    needs_value = {"not": {"properties": {"operator": {"enum": ["IS_NULL", "IS_NOT_NULL"]}}}}
    modern["definitions"]["AtomicCondition"]["anyOf"] = [{"required": ["value"]}, {"not": needs_value}]
    return modern


def with_required_lists(schema: Any) -> Any:
    """A schema whose `required: true` members are listed by the object that they belong to."""
    if isinstance(schema, list):
        return [with_required_lists(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    turned = {
        key: with_required_lists(value) for key, value in schema.items() if key != "required" or value is not True
    }
    members = schema.get("properties")
    if isinstance(members, dict):
        needed = [
            name for name, member in members.items() if isinstance(member, dict) and member.get("required") is True
        ]
        if needed:
            turned["required"] = needed
    return turned


class Validator:
    """Holds values to a schema, with the formats that the API enforces (contract 10.2 #30)."""

    def __init__(self, schema: Schema) -> None:
        formats = jsonschema.FormatChecker(formats=("date",))
        formats.checks("date-time")(lambda value: not isinstance(value, str) or bool(INSTANT.fullmatch(value)))
        formats.checks("email")(lambda value: not isinstance(value, str) or "@" in value)
        self._judge = jsonschema.Draft4Validator(schema, format_checker=formats)

    def complaints(self, value: Any, where: str) -> list[str]:
        """What is wrong with a value: paths and rules, never the value itself."""
        return [
            f"{'.'.join([where, *map(str, error.absolute_path)])} breaks {error.validator}"
            for error in self._judge.iter_errors(value)
        ]
