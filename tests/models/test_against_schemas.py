"""The model against the published schemas, path by path."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

from contacthub_orm.mapping import codecs
from contacthub_orm.mapping.documents import MappingType
from contacthub_orm.mapping.lists import ListType
from contacthub_orm.models import Base, Consents, Customer, Tags, Timezone

KINDS = {
    codecs.TextType: "string",
    codecs.BooleanType: "boolean",
    codecs.IntegerType: "integer",
    codecs.NumberType: "number",
    codecs.DateType: "date",
    codecs.DateTimeType: "date-time",
}


def model_kinds(properties: Any, prefix: str = "") -> dict[str, Any]:
    """Every path of a model class with its kind; enumerations as their set of values."""
    found: dict[str, Any] = {}
    for name, field in properties.__fields__.items():
        found |= _kind_of(field.value_type, f"{prefix}{name}")
    return found


def _kind_of(value_type: Any, path: str) -> dict[str, Any]:
    if isinstance(value_type, ListType):
        return {path: "array"} | _kind_of(value_type.item, f"{path}[]")
    if isinstance(value_type, MappingType):
        return {path: "object"} | model_kinds(value_type.properties, f"{path}.")
    if isinstance(value_type, codecs.EnumType):
        return {path: {member.value for member in value_type.enumeration}}
    return {path: KINDS[type(value_type)]}


def schema_kinds(schema: dict[str, Any], refs: dict[str, Any], path: str = "") -> dict[str, Any]:
    """The same of a JSON schema."""
    for choice in schema.get("oneOf", []):
        if choice != {"type": "null"}:
            return schema_kinds(choice, refs, path)
    if "$ref" in schema:
        return schema_kinds(refs[schema["$ref"].rpartition("/")[2]], refs, path)
    if "enum" in schema:
        return {path: set(schema["enum"]) - {None}}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    (kind,) = set(types) - {"null"}
    found: dict[str, Any] = {path: kind} if path else {}
    for name, member in schema.get("properties", {}).items():
        found |= schema_kinds(member, refs, f"{path}.{name}" if path else name)
    if kind == "array":
        found |= schema_kinds(schema["items"], refs, f"{path}[]")
    if kind == "string" and schema.get("format") in ("date", "date-time"):
        found[path] = schema["format"]
    return found


@pytest.fixture(scope="module")
def refs(contract):
    """The schemas that others refer to, by the last part of their address; list elements from the older files."""
    older = json.loads((contract / "schemas-2018/customer/base.json").read_text())["properties"]
    members = {
        f"{one}.json": older[many]["items"]
        for one, many in [
            ("education", "educations"),
            ("like", "likes"),
            ("job", "jobs"),
            ("subscription", "subscriptions"),
        ]
    }
    flag = {"type": ["boolean", "null"]}
    consent = {"type": "object", "properties": dict.fromkeys(("status", "limitation", "objection"), flag)}
    enums = json.loads((contract / "schemas-2019/enums.json").read_text())["definitions"]
    return {**members, "consent.json": consent, **enums}


@pytest.fixture(scope="module")
def base_schema(contract):
    return json.loads((contract / "schemas-2019/base-property.base-properties.json").read_text())


def test_base_has_exactly_the_paths_types_and_values_of_the_schema(base_schema, refs):
    assert model_kinds(Base) == schema_kinds(base_schema, refs)


def test_consents_have_exactly_the_paths_and_types_of_the_schema(contract, refs):
    schema = json.loads((contract / "schemas-2019/consents.consents.json").read_text())
    assert model_kinds(Consents) == schema_kinds(schema, refs)


def test_tags_have_exactly_the_paths_and_types_of_the_schema(contract, refs):
    schema = json.loads((contract / "schemas-2018/customer/tags.json").read_text())
    assert model_kinds(Tags) == schema_kinds(schema, refs)


def test_every_base_property_that_the_configuration_knows_is_a_field(refs):
    names = refs["BaseProperty"]["enum"]
    assert len(names) == 41
    assert {Customer.field(f"base.{name}").path for name in names} <= {f"base.{path}" for path in model_kinds(Base)}


def test_timezones_are_those_of_the_schema(refs):
    assert [zone.value for zone in Timezone] == refs["Timezone"]["enum"]


def test_the_locale_pattern_is_that_of_the_schema(base_schema):
    pattern = Base.__fields__["locale"]._pattern.pattern
    assert f"^{pattern}$" == base_schema["properties"]["locale"]["pattern"]


SAMPLES = {
    "string": "text",
    "boolean": True,
    "integer": 1994,
    "number": 41.9,
    "date": date(1994, 9, 1),
    "date-time": datetime(2017, 3, 9, 11, 31),
}
SHAPED = {"email": "bruce@example.com", "locale": "it_IT"}


def complete(properties: Any) -> dict[str, Any]:
    """An object with a value in every field there is."""
    return {name: SHAPED.get(name) or sample(field.value_type) for name, field in properties.__fields__.items()}


def sample(value_type: Any) -> Any:
    if isinstance(value_type, ListType):
        return [sample(value_type.item)]
    if isinstance(value_type, MappingType):
        return complete(value_type.properties)
    if isinstance(value_type, codecs.EnumType):
        return next(iter(value_type.enumeration))
    return SAMPLES[KINDS[type(value_type)]]


def test_a_profile_with_every_field_set_is_valid(base_schema, refs):
    jsonschema = pytest.importorskip("jsonschema")
    schema = inlined(base_schema, refs) | {"$schema": "http://json-schema.org/draft-04/schema#"}
    profile = Customer(base=complete(Base)).to_dict()["base"]
    assert len(profile) == len(base_schema["properties"])
    jsonschema.Draft4Validator(schema).validate(profile)


def inlined(schema: Any, refs: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [inlined(item, refs) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return refs[schema["$ref"].rpartition("/")[2]]
    return {key: inlined(value, refs) for key, value in schema.items()}
