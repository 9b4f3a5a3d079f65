"""Many clients at once: nothing is lost, nothing is done twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from contacthub_orm.sandbox import Sandbox


@pytest.fixture(params=["memory", "file"])
def shared(request, tmp_path):
    path = ":memory:" if request.param == "memory" else tmp_path / "data.sqlite"
    with Sandbox(path, uniqueness="BLOCK") as sandbox:
        yield sandbox


@pytest.fixture
def at_once(connect, shared):
    """Run a function in eight threads with clients of their own; gives the results."""

    def at_once(work):
        clients = [connect(shared) for _ in range(8)]
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(work, clients, range(8)))

    return at_once


def test_patches_of_one_customer_do_not_overwrite_each_other(at_once, connect, shared):
    client = connect(shared)
    customer = client.create(externalId="a")

    def work(client, number):
        return [client.patched(customer["id"], extended={f"{number}-{turn}": turn})["updatedAt"] for turn in range(5)]

    stamps = [stamp for stamps in at_once(work) for stamp in stamps]

    assert len(client.read(customer["id"])["extended"]) == 40
    assert len(set(stamps)) == 40


def test_a_key_is_given_away_once(at_once, connect, shared):
    base = {"contacts": {"email": "a@example.com"}}

    statuses = at_once(lambda client, number: client.post(base=base).status_code)

    assert sorted(statuses) == [201] + [409] * 7


def test_lists_read_while_others_write_are_whole(at_once, connect, shared):
    shared.seed(30)

    def work(client, number):
        if number % 2:
            return [client.create(externalId=f"{number}-{turn}") and 0 for turn in range(5)]
        return [len({one["id"] for one in client.listed(size=50)["elements"]}) for _ in range(5)]

    counts = [count for counts in at_once(work)[::2] for count in counts]

    assert all(30 <= count <= 50 for count in counts)
    assert connect(shared).listed()["page"]["totalElements"] == 50
