"""The event model against the published schemas: members, types, required ones, values, ranges, what is open."""

from __future__ import annotations

from typing import Any

import pytest

from contacthub_orm.mapping import codecs
from contacthub_orm.mapping.checking import check_members
from contacthub_orm.mapping.documents import MappingType
from contacthub_orm.mapping.lists import ListType
from contacthub_orm.models.checks import email_shape, not_empty
from contacthub_orm.models.currencies import Currency
from contacthub_orm.models.event import BringBackProperties
from contacthub_orm.models.event_checks import latitude, longitude, not_negative
from contacthub_orm.models.event_contexts import CONTEXT_INFO
from contacthub_orm.models.event_properties import EVENT_PROPERTIES
from contacthub_orm.models.event_types import BringBackType, EventContext, EventType
from contacthub_orm.models.tracking import Tracking
from tests.models.event_schemas import EventSchemas, Schema, kind_of

KINDS = {
    codecs.TextType: "string",
    codecs.BooleanType: "boolean",
    codecs.IntegerType: "integer",
    codecs.NumberType: "number",
    codecs.DateTimeType: "date-time",
}
CHECKS = {
    None: {},
    email_shape: {"format": "email"},
    not_empty: {"minLength": 1},
    not_negative: {"minimum": 0},
    latitude: {"minimum": -90, "maximum": 90},
    longitude: {"minimum": -180, "maximum": 180},
}
LENIENT = {"uri", "url", "ipv4"}  # contract 10.2, 30: the server is not strict about these


@pytest.fixture(scope="module")
def schemas(contract):
    return EventSchemas(contract)


# -- the model as a list of facts ------------------------------------------------------------------------------------


def facts_of_model(value_type: Any, path: str, rules: dict[str, Any]) -> dict[str, Any]:
    if isinstance(value_type, ListType):
        return {path: {"is": "array"} | rules} | facts_of_model(value_type.item, f"{path}[]", {})
    if isinstance(value_type, MappingType):
        model = value_type.properties
        found = {path: {"is": "object", "open": model.__open__} | rules}
        for name, field in model.__fields__.items():
            inner = CHECKS[field._check] | ({"required": True} if field.required else {})
            found |= facts_of_model(field.value_type, f"{path}.{name}", inner)
        return found
    if isinstance(value_type, codecs.EnumType):
        return {path: {"is": frozenset(member.value for member in value_type.enumeration)} | rules}
    return {path: {"is": KINDS[type(value_type)]} | rules}


def facts_of_schema(schema: Schema, path: str, rules: dict[str, Any]) -> dict[str, Any]:
    kind = kind_of(schema)
    rules = rules | {key: schema[key] for key in ("minimum", "maximum", "minLength") if key in schema}
    if "enum" in schema:
        return {path: {"is": frozenset(schema["enum"]) - {None}} | rules}
    if kind == "array":
        return {path: {"is": "array"} | rules} | facts_of_schema(schema["items"], f"{path}[]", {})
    if kind == "object":
        found = {path: {"is": "object", "open": schema.get("additionalProperties") is not False} | rules}
        for name, member in schema.get("properties", {}).items():
            inner = {"required": True} if name in schema.get("required", ()) else {}
            found |= facts_of_schema(member, f"{path}.{name}", inner)
        return found
    form = schema.get("format")
    if form == "date-time":
        return {path: {"is": form} | rules}
    return {path: {"is": kind} | rules | ({"format": form} if form and form not in LENIENT else {})}


def facts(model: Any) -> dict[str, Any]:
    return facts_of_model(model._value_type(), "", {})


# -- equal, path by path ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(EventType))
def test_the_properties_of_a_type_are_those_of_its_schema(schemas, kind):
    assert facts(EVENT_PROPERTIES[kind]) == facts_of_schema(schemas.properties(kind), "", {})


@pytest.mark.parametrize("context", list(EventContext))
def test_the_surroundings_in_a_context_are_those_of_its_schema(schemas, context):
    assert facts(CONTEXT_INFO[context]) == facts_of_schema(schemas.context_info(context), "", {})


def test_tracking_is_that_of_its_schema(schemas):
    assert facts(Tracking) == facts_of_schema(schemas.tracking(), "", {})


def test_bring_back_properties_are_those_of_the_schema(schemas):
    assert facts(BringBackProperties) == facts_of_schema(schemas.bring_back(), "", {})


def test_types_contexts_and_currencies_are_those_of_the_schema(schemas):
    assert [kind.value for kind in EventType] == schemas.definitions["EventType"]["enum"] == schemas.types()
    assert [context.value for context in EventContext] == schemas.contexts()
    assert {context.value for context in EventContext} == set(schemas.definitions["EventContext"]["enum"])
    assert [currency.value for currency in Currency] == schemas.definitions["Currency"]["enum"]
    bring_back = schemas.bring_back()["properties"]["type"]["enum"]
    assert {kind.value for kind in BringBackType} == set(bring_back)


# -- the same judgement ----------------------------------------------------------------------------------------------

SAMPLES = {"string": "text", "integer": 3, "number": 41.9, "boolean": True}


def sample(schema: Schema) -> Any:
    """A value with every member there is."""
    kind = kind_of(schema)
    if "enum" in schema:
        return schema["enum"][-1]
    if kind == "object":
        return {name: sample(member) for name, member in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(schema["items"])]
    return {"date-time": "2026-03-09T11:31:31.842+0000", "email": "b@example.com", "ipv4": "127.0.0.1"}.get(
        schema.get("format", ""), SAMPLES[kind]
    )


def spoilt(value: Any, schema: Schema) -> list[Any]:
    """Variants of a value with one fault each, at every place; some are no fault where the schema is open."""
    kind = kind_of(schema)
    if kind == "object":
        members = schema.get("properties", {})
        found: list[Any] = [["no object"], {**value, "noSuchMember": 1}]
        found += [{key: item for key, item in value.items() if key != name} for name in members]
        for name, member in members.items():
            found += [{**value, name: bad} for bad in spoilt(value[name], member)]
        return found
    if kind == "array":
        return ["no list", *([bad] for bad in spoilt(value[0], schema["items"]))]
    if kind in ("number", "integer"):
        return ["1", True, -0.5, -91, -181, 181, 7]
    return [7, *(["no such text"] if "enum" in schema or schema.get("format") in ("date-time", "email") else [])]


def the_validator(schema: Schema) -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    formats = jsonschema.FormatChecker(formats=())

    @formats.checks("date-time")
    def _is_date_time(value: Any) -> bool:
        return not isinstance(value, str) or value[:4].isdigit()

    @formats.checks("email")
    def _is_email(value: Any) -> bool:
        return not isinstance(value, str) or "@" in value

    return jsonschema.Draft4Validator(schema, format_checker=formats)


def same_judgement(model: Any, schema: Schema) -> None:
    validator = the_validator(schema)
    whole = sample(schema)
    validator.validate(whole)
    assert list(check_members(model, whole)) == []
    for document in spoilt(whole, schema):
        if isinstance(document, dict):
            problems = list(check_members(model, document))
            assert validator.is_valid(document) is (not problems), (document, problems)


@pytest.mark.parametrize("kind", list(EventType))
def test_properties_have_problems_exactly_when_the_schema_refuses_them(schemas, kind):
    same_judgement(EVENT_PROPERTIES[kind], schemas.properties(kind))


@pytest.mark.parametrize("context", list(EventContext))
def test_surroundings_have_problems_exactly_when_the_schema_refuses_them(schemas, context):
    same_judgement(CONTEXT_INFO[context], schemas.context_info(context))


@pytest.mark.parametrize("model", [Tracking, BringBackProperties])
def test_the_other_parts_have_problems_exactly_when_the_schema_refuses_them(schemas, model):
    same_judgement(model, schemas.tracking() if model is Tracking else schemas.bring_back())
