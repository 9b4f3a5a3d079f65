"""The event schemas of the sandbox beside the published ones, member by member."""

import pytest

from contacthub_orm.sandbox import event_schema as own
from tests.contract.schemas import contract_folder
from tests.models.event_schemas import EventSchemas

FOLDER = contract_folder()
if FOLDER is None:
    pytest.skip("the contract files are not there (CONTACTHUB_CONTRACT_DIR)", allow_module_level=True)

ENFORCED_FORMATS = ("date", "date-time", "email")


@pytest.fixture(scope="module")
def published():
    return EventSchemas(FOLDER)


def flattened(schema, path=""):
    """What is said about each path."""
    types = set(schema["type"] if isinstance(schema["type"], list) else [schema["type"]])
    said = {
        path: {
            "types": types,
            "enum": set(schema.get("enum", ())) - {None},
            "format": schema["format"] if schema.get("format") in ENFORCED_FORMATS else None,
            **{word: schema.get(word) for word in ("pattern", "minLength", "minimum", "maximum")},
            # One list has the word that belongs to its elements, where it means nothing.
            "closed": "object" in types and schema.get("additionalProperties", True) is False,
            "required": set(schema.get("required", ())),
        }
    }
    for name, member in schema.get("properties", {}).items():
        said |= flattened(member, f"{path}.{name}")
    if "items" in schema:
        said |= flattened(schema["items"], f"{path}[]")
    return said


def test_the_types_are_the_published_ones(published):
    assert sorted(own.EVENT_TYPES) == published.types()


@pytest.mark.parametrize("kind", own.EVENT_TYPES)
def test_properties_follow_the_published_schema(published, kind):
    assert flattened(own.EVENT_TYPES[kind].properties) == flattened(published.properties(kind))


def test_the_contexts_are_the_published_ones(published):
    assert sorted(own.EVENT_CONTEXTS) == published.contexts()


@pytest.mark.parametrize("context", own.EVENT_CONTEXTS)
def test_the_surroundings_follow_the_published_schema(published, context):
    assert flattened(own.EVENT_CONTEXTS[context]) == flattened(published.context_info(context))


def test_tracking_and_bring_back_properties_follow_the_published_schemas(published):
    def without_null(schema):
        return {**schema, "type": "object"}

    assert flattened(without_null(own.TRACKING)) == flattened(published.tracking())
    assert flattened(without_null(own.BRING_BACK)) == flattened(published.bring_back())


def test_every_type_has_the_mode_that_the_models_say():
    from contacthub_orm.models.event_types import EVENT_MODES

    assert {kind: type_.mode for kind, type_ in own.EVENT_TYPES.items()} == dict(EVENT_MODES)
