"""Configuration and models of a workspace: contract 2.6."""

import jsonschema
import pytest

from contacthub_orm import Customer
from contacthub_orm.mapping.documents import MappingType
from contacthub_orm.models import Base, Event
from contacthub_orm.models.event_types import EVENT_MODES, EventType


@pytest.fixture
def read(client):
    def read(path, **parameters):
        response = client.send("GET", path, params=parameters)
        assert response.status_code == 200, response.text
        return response.json()

    return read


@pytest.fixture
def change(client):
    def change(path, **body):
        return client.send("PUT", path, body)

    return change


@pytest.fixture
def changed(change):
    def changed(path, **body):
        response = change(path, **body)
        assert response.status_code == 200, response.text
        return response.json()

    return changed


# -- the workspace -----------------------------------------------------------------------------------------------------


def test_a_workspace_merges_duplicates_by_default(read):
    assert read("/configuration") == {
        "name": "sandbox",
        "industry": "NotDefined",
        "logo": None,
        "timezone": "Europe/Rome",
        "currency": "EUR",
        "customerUniquenessPolicy": "MERGE",
        "tier": None,
    }


def test_what_is_put_is_what_is_read(read, changed):
    new = {**read("/configuration"), "name": "Shop", "currency": "USD", "industry": "FASHION", "logo": "logo.png"}

    assert changed("/configuration", **new) == new
    assert read("/configuration") == new


def test_what_is_not_put_stays(read, changed):
    changed("/configuration", name="Shop")
    changed("/configuration", customerUniquenessPolicy="BLOCK")

    configuration = read("/configuration")

    assert (configuration["name"], configuration["customerUniquenessPolicy"]) == ("Shop", "BLOCK")


@pytest.mark.parametrize(("policy", "status"), [("BLOCK", 409), ("MERGE", 201), ("NO_CHECK", 201)])
def test_the_uniqueness_policy_is_in_force_at_once(sandbox, client, changed, policy, status):
    changed("/configuration", customerUniquenessPolicy=policy)
    base = {"contacts": {"email": "a@example.com"}}
    client.create(base=base)

    assert client.post(base=base).status_code == status
    assert sandbox.settings.uniqueness == policy


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"customerUniquenessPolicy": "SOMETIMES"}, "/customerUniquenessPolicy"),
        ({"industry": "Fishing"}, "/industry"),
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"currency": "XXXX"}, "/currency"),
        ({"name": 1}, "/name"),
        ({"nickname": "x"}, "/nickname"),
    ],
)
def test_what_a_workspace_cannot_be_is_refused(read, change, paths, wrong, path):
    before = read("/configuration")

    assert paths(change("/configuration", **wrong)) == [path]
    assert read("/configuration") == before


def test_reset_restores_the_configuration(sandbox, read, changed):
    before = read("/configuration")
    changed("/configuration", name="Shop", customerUniquenessPolicy="BLOCK")

    sandbox.reset()

    assert read("/configuration") == before


def test_the_knobs_of_the_sandbox_survive_a_change(sandbox, changed):
    sandbox.configure(index_delay=7)
    changed("/configuration", customerUniquenessPolicy="BLOCK")

    assert sandbox.settings.index_delay == 7


# -- base properties ---------------------------------------------------------------------------------------------------


def names_in(properties, prefix=""):
    for name, field in properties.__fields__.items():
        yield prefix + name
        if type(field.value_type) is MappingType:
            yield from names_in(field.value_type.properties, f"{prefix}{name}.")


def test_the_base_properties_are_the_41_of_the_model(read):
    elements = read("/configuration/properties/base")["elements"]

    assert len(elements) == 41
    assert {element["name"] for element in elements} == set(names_in(Base))
    assert {frozenset(element) for element in elements} == {frozenset({"name", "description", "enabled"})}
    assert all(element["enabled"] for element in elements)


def test_a_base_property_can_be_switched_off_and_on(read, changed):
    def enabled(name):
        return {it["name"]: it["enabled"] for it in read("/configuration/properties/base")["elements"]}[name]

    answer = changed("/configuration/properties/base/contacts.fax", enabled=False)
    assert answer == {"name": "contacts.fax", "description": "Contacts / Fax", "enabled": False}
    assert not enabled("contacts.fax")
    model = read("/models/properties/base")["schema"]["properties"]["contacts"]["properties"]["fax"]
    assert model["contactlabProperties"] == {"label": "Fax", "enabled": False}

    changed("/configuration/properties/base/contacts.fax", **{**answer, "enabled": True})
    assert enabled("contacts.fax")


def test_a_base_property_is_switched_with_a_boolean_under_its_own_name(change, paths):
    path = "/configuration/properties/base/dob"

    assert paths(change(path, enabled="no")) == ["/enabled"]
    assert paths(change(path)) == ["/enabled"]
    assert paths(change(path, name="gender", enabled=True)) == ["/name"]


def test_an_unknown_base_property_is_not_found(change, problem):
    problem(change("/configuration/properties/base/nickname", enabled=True), 404)


# -- extended properties -----------------------------------------------------------------------------------------------

LOYALTY = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "points": {
            "type": "integer",
            "contactlabProperties": {"label": "Points", "enabled": True, "mergePolicy": "MATH_SUM"},
        },
        "memberSince": {"type": "string", "format": "date"},
    },
}


def test_without_a_schema_extended_is_open(read, client):
    schema = read("/configuration/properties/extended")["schema"]

    assert (schema["type"], schema["properties"]) == ("object", {})
    assert client.create(extended={"anything": [1]})["extended"] == {"anything": [1]}


def test_the_extended_schema_is_in_force_at_once(sandbox, client, changed, paths):
    changed("/configuration/properties/extended", schema=LOYALTY)

    assert client.create(extended={"points": 3})["extended"] == {"points": 3}
    assert paths(client.post(extended={"points": "3", "memberSince": "soon", "level": 1})) == [
        "/extended/points",
        "/extended/memberSince",
        "/extended/level",
    ]


def test_every_extended_property_tells_its_label_state_and_merge_policy(read, changed):
    changed("/configuration/properties/extended", schema=LOYALTY)

    properties = read("/configuration/properties/extended")["schema"]["properties"]

    assert properties["points"] == LOYALTY["properties"]["points"]
    assert properties["memberSince"]["contactlabProperties"] == {
        "label": "Member since",
        "enabled": True,
        "mergePolicy": "OBJ_PRIORITY",
    }


def test_the_extended_schema_may_be_a_text(client, changed, paths):
    changed("/configuration/properties/extended", schema='{"properties": {"points": {"type": "integer"}}}')

    assert paths(client.post(extended={"points": "3"})) == ["/extended/points"]


def test_an_extended_schema_can_be_read_changed_and_put_back(read, changed):
    changed("/configuration/properties/extended", schema=LOYALTY)
    schema = read("/configuration/properties/extended")["schema"]
    schema["properties"]["level"] = {"type": "string"}

    assert changed("/configuration/properties/extended", schema=schema)["schema"]["properties"].keys() == {
        "points",
        "memberSince",
        "level",
    }


@pytest.mark.parametrize("wrong", [1, "{", "[]", {"type": "array"}, {"properties": None}])
def test_what_is_no_schema_of_an_object_is_refused(change, paths, wrong):
    assert paths(change("/configuration/properties/extended", schema=wrong)) == ["/schema"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"pattern": "("},
        {"pattern": "a{99999999999999999999}"},
        {"type": "text"},
        {"type": []},
        {"minimum": "x"},
        {"maxLength": -1},
        {"enum": []},
        {"enum": "A"},
        {"required": True},
        {"items": [{}]},
        {"additionalProperties": "no"},
        {"format": "colour"},
        {"contactlabProperties": "x"},
        {"contactlabProperties": None},
        {"properties": {"b": {"type": 5}}},
        {"items": {"properties": {"b": []}}},
        {"$ref": "#/definitions/x"},
        {"anyOf": [{}]},
        {"uniqueItems": True},
        {"exclusiveMinimum": 3},
    ],
)
def test_a_schema_that_the_sandbox_would_not_honour_is_refused_and_changes_nothing(read, change, problem, wrong):
    before = read("/configuration/properties/extended")

    response = change("/configuration/properties/extended", schema={"properties": {"a": wrong}})

    [error] = problem(response, 400)["errors"]
    assert error["path"] == "/schema"
    assert "/properties/a" in error["message"]
    assert read("/configuration/properties/extended") == before


def test_words_for_people_and_unknown_keywords_are_taken(changed):
    words = {"title": "A", "description": "a", "default": [1], "$schema": "x", "definitions": {}, "x-colour": "red"}

    changed("/configuration/properties/extended", schema={**words, "properties": {"a": words}})


@pytest.mark.parametrize(
    ("schema", "right", "wrong"),
    [
        ({"enum": ["A", 1, {"b": [1]}]}, ["A", 1, {"b": [1]}], ["B", 1.5, True, {"b": 1}, [1]]),
        ({"minLength": 2, "maxLength": 3}, ["ab", "abc", 5], ["a", "abcd"]),
        ({"minItems": 1, "maxItems": 2}, [[1], [1, 2], "x"], [[], [1, 2, 3]]),
        ({"additionalProperties": {"type": "integer"}}, [{"x": 1}, {}], [{"x": "1"}]),
        ({"format": "ipv4"}, ["127.0.0.1"], ["127.0.0.256", "::1", "x"]),
        ({"format": "ipv6"}, ["::1"], ["127.0.0.1", "x"]),
        ({"format": "hostname"}, ["example.com", "a-b"], ["-a", "a..b", "a b"]),
        ({"format": "uri"}, ["not looked at"], []),
    ],
)
def test_keywords_hold_values_to_them(sandbox, client, paths, schema, right, wrong):
    sandbox.configure(extended_schema={"properties": {"a": schema}})

    for value in right:
        client.create(extended={"a": value})
    for value in wrong:
        assert paths(client.post(extended={"a": value}))[0].startswith("/extended/a")


def test_what_a_schema_of_other_properties_requires_is_missed_after_a_patch(sandbox, client, paths):
    others = {"type": "object", "required": ["at"]}
    sandbox.configure(extended_schema={"properties": {"visits": {"additionalProperties": others}}})
    customer = client.create(externalId="a", extended={"visits": {"first": {"at": 1}}})

    client.patched(customer["id"], extended={"visits": {"first": {"by": 2}}})
    assert paths(client.patch(customer["id"], {"extended": {"visits": {"next": {"by": 2}}}})) == [
        "/extended/visits/next/at"
    ]


def test_stored_customers_are_left_alone_by_a_new_schema(client, changed):
    customer = client.create(extended={"anything": 1})
    changed("/configuration/properties/extended", schema=LOYALTY)

    assert client.read(customer["id"]) == customer


# -- the matching policy -----------------------------------------------------------------------------------------------

MATCHING = "/configuration/unique-customer-matching-policy"


def test_customers_match_by_email_by_default(read):
    assert read(MATCHING) == {"properties": ["contacts.email"], "caseSensitive": True}


def test_the_matching_policy_is_in_force_at_once_for_those_who_are_there(sandbox, client, changed):
    sandbox.configure(uniqueness="BLOCK")
    client.create(externalId="a")

    assert changed(MATCHING, properties=["externalId"], caseSensitive=False)["properties"] == ["externalId"]
    assert client.post(externalId="A").status_code == 409


def test_the_case_rule_stays_when_it_is_not_put(sandbox, changed):
    sandbox.configure(case_sensitive=False)

    assert changed(MATCHING, properties=["dob"]) == {"properties": ["dob"], "caseSensitive": False}


@pytest.mark.parametrize("names", [["contacts.email"], ["base.contacts.email"]])
def test_base_properties_are_taken_with_and_without_prefix(sandbox, changed, names):
    changed(MATCHING, properties=names)

    assert sandbox.settings.matching == ("base.contacts.email",)


def test_extended_properties_match_when_they_are_declared(sandbox, changed, change, paths):
    sandbox.configure(extended_schema=LOYALTY)

    assert changed(MATCHING, properties=["extended.points"])["properties"] == ["extended.points"]
    assert paths(change(MATCHING, properties=["externalId", "extended.level"])) == ["/properties/1"]


@pytest.mark.parametrize("name", ["nickname", "base.nickname", "tags", "extended", ""])
def test_what_customers_do_not_have_cannot_match(change, paths, name):
    assert paths(change(MATCHING, properties=[name])) == ["/properties/0"]


def test_a_matching_policy_has_a_list(change, paths):
    assert paths(change(MATCHING, caseSensitive=True)) == ["/properties"]
    assert paths(change(MATCHING, properties="externalId")) == ["/properties"]


# -- events ------------------------------------------------------------------------------------------------------------


def test_the_types_of_events_come_in_pages_of_20(read):
    pages = [read("/configuration/events", page=number) for number in range(4)]

    assert [len(page["elements"]) for page in pages] == [20, 20, 7, 0]
    assert pages[0]["page"] == {
        "size": 20,
        "totalElements": 47,
        "totalUnfilteredElements": 0,
        "totalPages": 3,
        "number": 0,
    }
    assert {element["id"] for page in pages for element in page["elements"]} == {kind.value for kind in EventType}
    assert len(read("/configuration/events", size=50)["elements"]) == 47


def test_a_type_of_events(read):
    event = read("/configuration/events/completedOrder")

    schema = event.pop("propertiesSchema")
    assert event == {
        "id": "completedOrder",
        "type": "completedOrder",
        "mode": "ACTIVE",
        "label": "Completed order",
        "description": "An order was completed.",
        "enabled": True,
    }
    assert schema["$schema"] == "http://json-schema.org/draft-04/schema#"
    jsonschema.validate({"orderId": "1", "amount": {"total": 10}}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"orderNumber": "1"}, schema)


def test_types_have_the_modes_properties_and_schemas_of_the_model(read):
    for event in read("/configuration/events", size=50)["elements"]:
        jsonschema.Draft4Validator.check_schema(event["propertiesSchema"])
        assert event["mode"] == EVENT_MODES[event["type"]]
        model = Event(type=event["type"]).properties
        assert set(event["propertiesSchema"]["properties"]) == set(type(model).__fields__), event["type"]


def test_a_type_of_events_can_be_switched_off_and_on(read, changed):
    event = changed("/configuration/events/loggedIn", enabled=False)

    assert not event["enabled"]
    assert read("/configuration/events/loggedIn") == event
    assert changed("/configuration/events/loggedIn", **{**event, "enabled": True})["enabled"]


def test_the_types_of_the_workspace_s_own_are_open(sandbox, read):
    sandbox.configure(event_types={"tookOff": "PASSIVE"})

    assert read("/configuration/events")["page"]["totalElements"] == 48
    event = read("/configuration/events/tookOff")
    assert (event["mode"], event["label"], event["propertiesSchema"]["type"]) == ("PASSIVE", "Took off", "object")
    jsonschema.validate({"anything": 1}, event["propertiesSchema"])


def test_an_unknown_type_of_events_is_not_found(client, change, problem):
    problem(client.send("GET", "/configuration/events/levitated"), 404)
    problem(change("/configuration/events/levitated", enabled=False), 404)


# -- entry nodes -------------------------------------------------------------------------------------------------------


def test_the_entry_nodes(sandbox, read):
    sandbox.configure(mandatory=["base.lastName", "externalId"])
    other = sandbox.add_node(name="shop")

    listed = read("/configuration/nodes/entries")

    assert (listed["page"]["size"], listed["page"]["totalElements"]) == (20, 2)
    assert [node["id"] for node in listed["elements"]] == [sandbox.node_id, other]
    assert listed["elements"][1] == {
        "id": other,
        "name": "shop",
        "description": None,
        "imageUrl": None,
        "sourcePriority": [sandbox.source_id],
        "mandatoryProperties": ["lastName", "externalId"],
    }
    assert read(f"/configuration/nodes/entries/{other}") == listed["elements"][1]


def test_entry_nodes_are_paged(sandbox, read):
    other = sandbox.add_node()

    page = read("/configuration/nodes/entries", page=1, size=1)

    assert [node["id"] for node in page["elements"]] == [other]


def test_an_unknown_entry_node_is_not_found(client, problem):
    assert problem(client.send("GET", "/configuration/nodes/entries/x"), 404)["message"] == "node not found x"


# -- models ------------------------------------------------------------------------------------------------------------


def test_the_schema_of_base_is_what_the_sandbox_holds_customers_to(read, client):
    schema = read("/models/properties/base")["schema"]
    customer = client.create(
        base={"firstName": "Ada", "contacts": {"email": "ada@example.com"}, "jobs": [{"id": "j-1", "isCurrent": True}]}
    )

    jsonschema.Draft4Validator.check_schema(schema)
    jsonschema.validate(customer["base"], schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"nickname": "Ada"}, schema)
    assert set(schema["properties"]) == set(Base.__fields__)
    assert schema["properties"]["contacts"]["properties"]["mobilePhone"] == {
        "type": ["string", "null"],
        "contactlabProperties": {"label": "Mobile phone", "enabled": True},
    }


def test_elements_of_lists_are_labelled_too(read):
    job = read("/models/properties/base")["schema"]["properties"]["jobs"]["items"]

    assert job["required"] == ["id"]
    assert job["properties"]["jobTitle"]["contactlabProperties"] == {"label": "Job title", "enabled": True}
    assert set(job["properties"]) == set(Customer.base.jobs.value_type.item.properties.__fields__)


def test_the_contexts(read):
    elements = read("/models/contexts")["elements"]

    assert {element["id"] for element in elements} == {context.value for context in Event.CONTEXTS}
    for element in elements:
        assert list(element) == ["id", "label", "description", "propertiesSchema"]
        jsonschema.Draft4Validator.check_schema(element["propertiesSchema"])
        model = Event(context=element["id"]).contextInfo
        assert set(element["propertiesSchema"]["properties"]) == set(type(model).__fields__), element["id"]


def test_the_contexts_of_the_workspace_s_own_are_open(sandbox, read):
    sandbox.configure(event_contexts=["ORBIT"])

    [orbit] = [element for element in read("/models/contexts")["elements"] if element["id"] == "ORBIT"]
    assert (orbit["label"], orbit["propertiesSchema"].get("additionalProperties", True)) == ("Orbit", True)


def test_the_providers_of_sources(read):
    elements = read("/models/providers")["elements"]
    assert [set(element) for element in elements] == [{"id", "description", "propertiesSchema"}] * 11
    assert elements[0]["id"] == "API"


def test_the_merge_policies(read):
    elements = read("/models/merge-policies")["elements"]

    assert {element["id"] for element in elements} == {
        *("OBJ_PRIORITY", "OBJ_CONCATENATE", "ARRAY_UNION", "ARRAY_INTERSECTION"),
        *("MATH_SUM", "MATH_AVG", "MATH_DIFF", "MATH_MIN", "MATH_MAX"),
    }
    assert all(list(element) == ["id", "description", "supportedTypes"] for element in elements)


# -- roles -------------------------------------------------------------------------------------------------------------

READABLE = [
    "/configuration",
    "/configuration/properties/base",
    "/configuration/properties/extended",
    "/configuration/events",
    "/configuration/events/loggedIn",
    "/configuration/unique-customer-matching-policy",
    "/configuration/nodes/entries",
    "/models/properties/base",
    "/models/contexts",
    "/models/merge-policies",
]
CHANGEABLE = [
    "/configuration",
    "/configuration/properties/base/dob",
    "/configuration/properties/extended",
    "/configuration/events/loggedIn",
    "/configuration/unique-customer-matching-policy",
]


@pytest.mark.parametrize("path", READABLE)
def test_an_untrusted_token_reads_no_configuration(sandbox, client, problem, path):
    sandbox.configure(trusted=False)

    assert problem(client.send("GET", path), 403)["message"] == "Access is denied"


@pytest.mark.parametrize("path", CHANGEABLE)
def test_an_untrusted_token_changes_no_configuration(sandbox, change, problem, path):
    sandbox.configure(trusted=False)

    problem(change(path, enabled=False), 403)


@pytest.mark.parametrize("path", CHANGEABLE)
def test_a_body_that_is_no_object_is_refused(client, problem, path):
    problem(client.send("PUT", path, [1]), 400)


def test_the_configuration_cannot_be_deleted(client, problem):
    assert problem(client.send("DELETE", "/configuration"), 405)["message"] == "Request method 'DELETE' not supported"
