"""Lists lag behind writes, everything else is immediate (contract 2.8)."""

import pytest

DELAY = 30.0


@pytest.fixture(autouse=True)
def lagging(sandbox):
    sandbox.configure(index_delay=DELAY)


def test_a_new_customer_is_listed_after_the_delay(client, clock):
    client.create(externalId="a")
    assert client.listed_names() == []

    clock.advance(DELAY - 0.001)
    assert client.listed_names() == []

    clock.advance(0.001)
    assert client.listed_names() == ["a"]


def test_reading_by_id_is_immediate(client):
    customer = client.create(externalId="a")
    patched = client.patched(customer["id"], extra="x")

    assert client.read(customer["id"]) == patched


def test_duplicates_are_found_at_once(client, sandbox):
    sandbox.configure(uniqueness="BLOCK")
    client.create(base={"contacts": {"email": "a@example.com"}})

    assert client.post(base={"contacts": {"email": "a@example.com"}}).status_code == 409


def test_lists_show_each_version_in_its_time(client, clock):
    customer = client.create(externalId="v1")
    for version in ("v2", "v3"):
        clock.advance(10)
        client.patched(customer["id"], externalId=version)

    seen = []
    for _ in range(6):
        seen.append(client.listed_names())
        clock.advance(10)

    assert seen == [[], ["v1"], ["v2"], ["v3"], ["v3"], ["v3"]]


def test_queries_and_external_ids_see_the_old_version_too(client, clock):
    customer = client.create(externalId="old", base={"firstName": "old"})
    clock.advance(DELAY)
    client.patched(customer["id"], externalId="new", base={"firstName": "new"})

    assert client.listed_names(externalId="old") == ["old"]
    assert client.listed_names(externalId="new") == []
    assert client.found("base.firstName", "EQUALS", "old") == ["old"]


def test_a_deleted_customer_stays_listed_until_the_delay_is_over(client, clock):
    customer = client.create(externalId="a")
    clock.advance(DELAY)
    client.delete(customer["id"])

    assert client.send("GET", f"/customers/{customer['id']}").status_code == 404
    assert client.listed_names() == ["a"]
    clock.advance(DELAY)
    assert client.listed_names() == []


def test_a_customer_deleted_before_it_was_listed_is_listed_for_as_long_as_it_lived(client, clock):
    customer = client.create(externalId="a")
    clock.advance(5)
    client.delete(customer["id"])

    clock.advance(DELAY - 5)
    assert client.listed_names() == ["a"]
    clock.advance(5)
    assert client.listed_names() == []


def test_without_delay_a_write_overtakes_those_under_way(client, clock, sandbox):
    customer = client.create(externalId="v1")
    sandbox.configure(index_delay=0.0)

    client.patched(customer["id"], externalId="v2")
    assert client.listed_names() == ["v2"]

    clock.advance(DELAY)
    assert client.listed_names() == ["v2"]


def test_a_seed_is_listed_at_once(client, sandbox):
    sandbox.seed(3)

    assert client.listed()["page"]["totalElements"] == 3


def test_a_page_is_never_older_than_the_last_write(client, sandbox):
    sandbox.configure(index_delay=0.0)
    customer = client.create(externalId="a")

    for extra in ("1", "2", "3"):
        client.patched(customer["id"], extra=extra)
        assert client.listed()["elements"][0]["extra"] == extra
