"""PATCH /customers/{id}: the merge (contract 6.1)."""

import pytest


@pytest.fixture
def customer(client):
    return client.create(
        externalId="a",
        base={
            "firstName": "Bruce",
            "contacts": {"email": "b@example.com", "phone": "1"},
            "likes": [{"id": "1", "name": "Jazz"}],
        },
        extended={"loyalty": {"points": 1, "tier": "GOLD"}},
        tags={"auto": ["new"], "manual": ["vip"]},
    )


def test_one_leaf_changes_and_everything_else_stays(client, customer):
    patched = client.patched(customer["id"], base={"contacts": {"email": "c@example.com"}})

    customer["base"]["contacts"]["email"] = "c@example.com"
    assert patched == customer | {"updatedAt": patched["updatedAt"]}


def test_the_answer_is_the_full_document(client, customer):
    patched = client.patched(customer["id"], base={"lastName": "Wayne"})

    assert patched == client.read(customer["id"])


@pytest.mark.parametrize("section", ["base", "extended", "consents", "tags", "externalId", "extra"])
def test_null_unsets_a_section(client, customer, section):
    assert client.patched(customer["id"], **{section: None})[section] is None


def test_null_unsets_a_leaf(client, customer):
    contacts = client.patched(customer["id"], base={"contacts": {"email": None}})["base"]["contacts"]

    assert (contacts["email"], contacts["phone"]) == (None, "1")


def test_null_removes_a_group(client, customer):
    assert client.patched(customer["id"], base={"contacts": None})["base"]["contacts"] is None


def test_null_removes_a_member_of_extended(client, customer):
    assert client.patched(customer["id"], extended={"loyalty": {"tier": None}})["extended"] == {
        "loyalty": {"points": 1}
    }


def test_lists_are_replaced_as_a_whole(client, customer):
    likes = [{"id": "2", "name": "Rock"}]

    assert client.patched(customer["id"], base={"likes": likes})["base"]["likes"] == likes


def test_lists_are_cleared_with_an_empty_list(client, customer):
    assert client.patched(customer["id"], base={"likes": []})["base"]["likes"] == []


@pytest.mark.parametrize("body", [{"base": {"likes": None}}, {"tags": {"manual": None}}])
def test_lists_are_not_nullable(client, customer, paths, body):
    [(section, members)] = body.items()

    assert paths(client.patch(customer["id"], body)) == [f"/{section}/{next(iter(members))}"]


def test_one_list_of_tags_leaves_the_other_alone(client, customer):
    assert client.patched(customer["id"], tags={"manual": []})["tags"] == {"auto": ["new"], "manual": []}


def test_a_branch_that_is_null_comes_into_being(client, customer):
    patched = client.patched(
        customer["id"], base={"address": {"city": "Gotham"}}, consents={"softSpam": {"email": {"status": True}}}
    )

    assert patched["base"]["address"]["city"] == "Gotham"
    assert patched["consents"]["softSpam"]["email"]["status"] is True


def test_a_scalar_of_extended_becomes_an_object_and_back(client, customer):
    client.patched(customer["id"], extended={"loyalty": 5})

    assert client.patched(customer["id"], extended={"loyalty": {"a": 1}})["extended"] == {"loyalty": {"a": 1}}


def test_nulls_that_arrive_in_a_new_branch_are_not_stored(client, customer):
    assert client.patched(customer["id"], extended={"new": {"a": None, "b": 1}})["extended"]["new"] == {"b": 1}


def test_enabled_can_be_switched_off_and_the_customer_stays_listed(client, customer):
    assert client.patched(customer["id"], enabled=False)["enabled"] is False
    assert client.listed_names() == ["a"]


def test_updated_at_advances_with_every_patch_even_when_the_clock_stands_still(client, customer):
    stamps = [customer["updatedAt"], *(client.patched(customer["id"])["updatedAt"] for _ in range(3))]

    assert stamps == sorted(set(stamps))


def test_registered_at_and_the_first_source_stay(client, customer):
    patched = client.patched(customer["id"], extra="x")

    assert (patched["registeredAt"], patched["sourceInfo"]) == (customer["registeredAt"], customer["sourceInfo"])


def test_the_node_must_not_be_sent(client, customer, paths, sandbox):
    assert paths(client.patch(customer["id"], {"nodeId": sandbox.node_id})) == ["/nodeId"]


def test_an_id_is_tolerated_and_ignored(client, customer):
    assert client.patched(customer["id"], id="whatever", extra="x")["id"] == customer["id"]


@pytest.mark.parametrize("member", ["registeredAt", "updatedAt", "sourceInfo", "foo"])
def test_other_members_are_refused(client, customer, paths, member):
    assert paths(client.patch(customer["id"], {member: "x"})) == [f"/{member}"]


def test_a_refused_patch_changes_nothing(client, customer, paths):
    assert paths(client.patch(customer["id"], {"extra": "x", "base": {"dob": "x"}})) == ["/base/dob"]

    assert client.read(customer["id"]) == customer


def test_what_is_required_may_come_from_the_stored_part(client):
    customer = client.create(base={"address": {"geo": {"lat": 1, "lon": 2}}})

    patched = client.patched(customer["id"], base={"address": {"geo": {"lat": 3}}})

    assert patched["base"]["address"]["geo"] == {"lat": 3, "lon": 2}


@pytest.mark.parametrize("geo", [{"lat": 3}, {"lat": None}])
def test_what_is_required_must_be_there_after_the_merge(client, customer, paths, geo):
    refused = paths(client.patch(customer["id"], {"base": {"address": {"geo": geo}}}))

    assert refused
    assert all(path.startswith("/base/address/geo/") for path in refused)


def test_elements_of_lists_have_to_be_complete(client, customer, paths):
    assert paths(client.patch(customer["id"], {"base": {"likes": [{"name": "x"}]}})) == ["/base/likes/0/id"]


def test_the_size_limit_holds_for_the_merged_section(client, paths):
    half = "x" * 40_000
    customer = client.create(extended={"a": half})

    assert paths(client.patch(customer["id"], {"extended": {"b": half}})) == ["/extended"]
    assert client.patch(customer["id"], {"extended": {"a": None, "b": half}}).status_code == 200


def test_mandatory_properties_cannot_be_unset(client, customer, sandbox, paths):
    sandbox.configure(mandatory=["base.firstName"])

    assert paths(client.patch(customer["id"], {"base": None})) == ["/base/firstName"]


@pytest.mark.parametrize("customer_id", ["123", "not-existing", "a%2Fb", "%2E%2E"])
def test_an_unknown_customer_is_not_found(client, problem, customer_id):
    problem(client.patch(customer_id, {"extra": "x"}), 404)


def test_a_session_id_is_accepted(client, customer):
    response = client.send("PATCH", f"/customers/{customer['id']}", {"extra": "x"}, params={"sessionId": "s1"})

    assert response.status_code == 200


def test_null_unsets_a_property_of_extended_whatever_its_type(client, sandbox, paths):
    types = {
        "points": {"type": "integer"},
        "tier": {"enum": ["A"]},
        "box": {"type": "object"},
        "list": {"type": "array"},
    }
    sandbox.configure(extended_schema={"properties": types})
    extended = {"points": 1, "tier": "A", "box": {}, "list": [1]}
    customer = client.create(externalId="a", extended=extended)

    for name in ("points", "tier", "box"):
        del extended[name]
        assert client.patched(customer["id"], extended={name: None})["extended"] == extended
    assert paths(client.patch(customer["id"], {"extended": {"list": None}})) == ["/extended/list"]


def test_null_does_not_unset_what_the_schema_requires(client, sandbox, paths):
    sandbox.configure(extended_schema={"properties": {"points": {"type": "integer"}}, "required": ["points"]})
    customer = client.create(externalId="a", extended={"points": 1})

    assert paths(client.patch(customer["id"], {"extended": {"points": None}})) == ["/extended/points"]
