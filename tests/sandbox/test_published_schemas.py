"""The schema of the sandbox beside the published ones, member by member."""

import pytest

from contacthub_orm.sandbox import schema as own
from tests.contract.schemas import Validator, contract_folder, members_of_customers

FOLDER = contract_folder()
if FOLDER is None:
    pytest.skip("the contract files are not there (CONTACTHUB_CONTRACT_DIR)", allow_module_level=True)

OWN = {"base": own.BASE, "consents": own.CONSENTS, "tags": own.TAGS}
ENFORCED_FORMATS = ("date", "date-time", "email")


@pytest.fixture(scope="module")
def published():
    return members_of_customers(FOLDER)


def flattened(schema, path=""):
    """What is said about each path: types, values, format, pattern, whether it is closed, what it requires."""
    if "oneOf" in schema:
        [choice] = [one for one in schema["oneOf"] if one != {"type": "null"}]
        schema = {**choice, "type": [*as_list(choice["type"]), "null"]}
    types = set(as_list(schema["type"]))
    said = {
        path: {
            "types": types,
            # Whether an enumeration lists null does not matter beside a type that allows it.
            "enum": set(schema.get("enum", ())) - {None},
            "format": schema["format"] if schema.get("format") in ENFORCED_FORMATS else None,
            "pattern": schema.get("pattern"),
            "closed": schema.get("additionalProperties", True) is False,
            "required": set(schema.get("required", ())),
        }
    }
    for name, member in schema.get("properties", {}).items():
        said |= flattened(member, f"{path}.{name}")
    if "items" in schema:
        said |= flattened(schema["items"], f"{path}[]")
    return said


def as_list(value):
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("section", OWN)
def test_nothing_is_missing_and_nothing_is_added(published, section):
    ours, theirs = flattened(OWN[section]), flattened(published[section])

    assert set(ours) == set(theirs)


@pytest.mark.parametrize("section", ["base", "consents"])
def test_every_member_has_the_published_rules(published, section):
    ours, theirs = flattened(OWN[section]), flattened(published[section])

    assert {path: (ours[path], theirs[path]) for path in ours if ours[path] != theirs[path] and path} == {}


def test_seeded_customers_follow_the_published_schemas(published, client, sandbox):
    sandbox.seed(50)
    validators = {name: Validator(schema) for name, schema in published.items()}

    for customer in client.listed(size=50)["elements"]:
        for name in OWN:
            if customer[name] is not None:
                assert validators[name].complaints(customer[name], name) == []
