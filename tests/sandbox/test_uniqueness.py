"""What happens to duplicates (contract 6.3, 7.5)."""

import pytest

EMAIL = {"contacts": {"email": "b@example.com"}}


@pytest.fixture
def first(client):
    return client.create(externalId="first", base=EMAIL, extended={"a": 1}, tags={"manual": ["x"]})


def test_block_answers_409_and_points_at_the_customer(client, sandbox, first, problem):
    sandbox.configure(uniqueness="BLOCK")

    body = problem(client.post(base=EMAIL), 409)

    assert body["message"] == f"Conflict with exiting customer {first['id']}"
    assert body["data"] == {
        "customer": {
            "id": first["id"],
            "href": f"{sandbox.url}/workspaces/{sandbox.workspace_id}/customers/{first['id']}",
        }
    }
    assert body["errors"] == []


def test_the_href_of_a_conflict_leads_to_the_customer(client, sandbox, first):
    sandbox.configure(uniqueness="BLOCK")

    href = client.post(base=EMAIL).json()["data"]["customer"]["href"]

    assert client.http.get(href).json() == first


def test_an_untrusted_source_is_not_told_which_customer_it_is(client, sandbox, first, problem):
    sandbox.configure(uniqueness="BLOCK", trusted=False)

    response = client.post(base=EMAIL)

    assert problem(response, 409)["data"] is None
    assert first["id"] not in response.text


def test_merge_is_the_default_and_works_like_a_patch(client, first):
    merged = client.create(
        externalId=None, base={**EMAIL, "firstName": "Bruce"}, extended={"b": 2}, tags={"manual": ["y"]}
    )

    assert merged["id"] == first["id"]
    assert merged["updatedAt"] > first["updatedAt"]
    assert (merged["externalId"], merged["extended"], merged["tags"]["manual"]) == (None, {"a": 1, "b": 2}, ["y"])
    assert client.listed()["page"]["totalElements"] == 1


def test_no_check_makes_duplicates(client, sandbox, first):
    sandbox.configure(uniqueness="NO_CHECK")

    assert client.create(base=EMAIL)["id"] != first["id"]
    assert client.listed()["page"]["totalElements"] == 2


@pytest.mark.parametrize("policy", ["BLOCK", "MERGE"])
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_change_may_not_take_the_key_of_another_customer(client, sandbox, first, problem, policy, method):
    sandbox.configure(uniqueness=policy)
    other = client.create(externalId="other", base={"contacts": {"email": "other@example.com"}})

    body = {"base": EMAIL} if method == "PATCH" else {**other, "base": EMAIL}
    response = client.send(method, f"/customers/{other['id']}", body)

    assert problem(response, 409)["data"]["customer"]["id"] == first["id"]
    assert client.read(other["id"]) == other


def test_without_a_check_a_change_may_take_any_key(client, sandbox, first):
    sandbox.configure(uniqueness="NO_CHECK")
    other = client.create(externalId="other")

    assert client.patch(other["id"], {"base": EMAIL}).status_code == 200


def test_a_customer_does_not_conflict_with_itself(client, sandbox, first):
    sandbox.configure(uniqueness="BLOCK")

    assert client.patch(first["id"], {"base": {**EMAIL, "firstName": "x"}}).status_code == 200
    assert client.put(first["id"], first).status_code == 200


@pytest.mark.parametrize("policy", ["BLOCK", "MERGE"])
def test_a_duplicate_of_other_times_may_be_changed_as_long_as_its_key_stays(client, sandbox, first, policy):
    sandbox.configure(uniqueness="NO_CHECK")
    other = client.create(base=EMAIL)
    sandbox.configure(uniqueness=policy)

    assert client.patch(other["id"], {"base": {"firstName": "x"}}).status_code == 200
    assert client.put(other["id"], other).status_code == 200
    assert client.patch(other["id"], {"base": {"contacts": {"email": "new@example.com"}}}).status_code == 200
    assert client.patch(other["id"], {"base": EMAIL}).status_code == 409


def test_customers_without_the_key_are_not_compared(client, sandbox):
    sandbox.configure(uniqueness="BLOCK")

    assert [client.post(externalId="same").status_code for _ in range(2)] == [201, 201]


def test_all_parts_of_a_key_have_to_match(client, sandbox):
    sandbox.configure(uniqueness="BLOCK", matching=["externalId", "base.contacts.email"])
    client.create(externalId="a", base=EMAIL)

    assert client.post(externalId="b", base=EMAIL).status_code == 201
    assert client.post(base=EMAIL).status_code == 201
    assert client.post(externalId="a", base=EMAIL).status_code == 409


def test_a_key_may_be_any_path(client, sandbox):
    sandbox.configure(uniqueness="BLOCK", matching=["extended.card.number"])
    client.create(extended={"card": {"number": 7}})

    assert client.post(extended={"card": {"number": 7}}).status_code == 409
    assert client.post(extended={"card": {"number": "7"}}).status_code == 201


def test_keys_compare_with_their_case_unless_the_policy_says_otherwise(client, sandbox, first):
    sandbox.configure(uniqueness="BLOCK")
    upper = {"contacts": {"email": "B@example.com"}}
    assert client.post(base=upper).status_code == 201

    sandbox.configure(case_sensitive=False)
    assert client.post(base={"contacts": {"email": "b@EXAMPLE.com"}}).status_code == 409


def test_keys_are_compared_within_one_node(client, sandbox, first):
    sandbox.configure(uniqueness="BLOCK")

    assert client.post(nodeId=sandbox.add_node(), base=EMAIL).status_code == 201


def test_the_key_of_a_deleted_customer_is_free(client, sandbox, first):
    sandbox.configure(uniqueness="BLOCK")
    client.delete(first["id"])

    assert client.post(base=EMAIL).status_code == 201


def test_a_new_policy_holds_for_customers_that_are_there(client, sandbox):
    client.create(externalId="same")

    sandbox.configure(uniqueness="BLOCK", matching=["externalId"])

    assert client.post(externalId="same").status_code == 409
