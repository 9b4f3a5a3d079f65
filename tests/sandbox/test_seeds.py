"""Seeded customers: repeatable, fictional, valid."""

import pytest

from contacthub_orm.errors import ArgumentError
from contacthub_orm.sandbox import Sandbox


def everyone(client, **parameters):
    pages = -(-client.listed(size=1, **parameters)["page"]["totalElements"] // 50)
    listed = [client.listed(size=50, page=number, **parameters)["elements"] for number in range(pages)]
    return [customer for page in listed for customer in page]


def test_the_ids_of_the_customers_are_returned_in_the_order_of_the_list(client, sandbox):
    ids = sandbox.seed(60)

    assert [customer["id"] for customer in everyone(client)] == ids


def test_the_same_seed_gives_the_same_customers_on_another_server(client, sandbox, connect):
    sandbox.seed(30, seed=7)

    with Sandbox() as other:
        other.seed(30, seed=7)
        assert everyone(connect(other)) == everyone(client)


def test_another_seed_gives_other_customers(sandbox):
    assert not set(sandbox.seed(20, seed=1)) & set(sandbox.seed(20, seed=2))


def test_fewer_customers_are_the_first_ones_of_more(sandbox):
    assert sandbox.seed(5, seed=3) == sandbox.seed(10, seed=3)[:5]


def test_seeding_twice_changes_nothing(client, sandbox):
    sandbox.seed(5)
    before = everyone(client)
    sandbox.seed(5)

    assert everyone(client) == before


def test_seeding_leaves_no_requests_in_the_log(sandbox):
    sandbox.seed(5)

    assert len(sandbox.requests) == 0


def test_another_node_gets_customers_of_its_own(client, sandbox):
    node = sandbox.add_node()
    here, there = sandbox.seed(5), sandbox.seed(5, node_id=node)

    assert not set(here) & set(there)
    assert [customer["id"] for customer in everyone(client, nodeId=node)] == there


def test_addresses_belong_to_nobody(client, sandbox):
    sandbox.seed(100)

    emails = [(customer["base"]["contacts"] or {}).get("email") for customer in everyone(client)]
    domains = {email.partition("@")[2] for email in emails if email}
    assert domains == {"example.com", "example.org", "example.net"}


def test_emails_are_unique_and_some_are_missing(client, sandbox):
    sandbox.seed(200)

    emails = [(customer["base"]["contacts"] or {}).get("email") for customer in everyone(client)]
    known = [email for email in emails if email]
    assert len(known) == len(set(known)) < len(emails)


def test_seeded_customers_are_what_the_server_itself_would_accept(client, sandbox):
    sandbox.seed(100)

    for customer in everyone(client):
        replaced = client.put(customer["id"], customer)
        assert replaced.json() == customer | {"updatedAt": replaced.json()["updatedAt"]}, replaced.text


def test_seeded_customers_are_found_as_duplicates(client, sandbox):
    sandbox.configure(uniqueness="BLOCK")
    sandbox.seed(10)
    base = next(customer["base"] for customer in everyone(client) if customer["base"]["contacts"].get("email"))

    assert client.post(base={"contacts": {"email": base["contacts"]["email"]}}).status_code == 409


def test_seeding_does_not_ask_for_what_the_settings_require(sandbox):
    sandbox.configure(mandatory=["base.credential.username"])

    assert len(sandbox.seed(3)) == 3


def test_nobody_was_updated_before_being_registered(client, sandbox):
    sandbox.seed(50)

    assert all(customer["updatedAt"] >= customer["registeredAt"] for customer in everyone(client))


def test_no_customers_are_fine_and_fewer_are_not(sandbox):
    assert sandbox.seed(0) == []
    with pytest.raises(ArgumentError, match="got -1"):
        sandbox.seed(-1)


def test_customers_of_an_unknown_node_are_refused(sandbox):
    with pytest.raises(ArgumentError, match="no node 'elsewhere'"):
        sandbox.seed(2, node_id="elsewhere")
