"""The feed of updates: contract 2.5, 10.2 #37 and #38."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from contacthub_orm.sandbox import ManualClock, Sandbox


@pytest.fixture
def updates(client):
    """Read the feed."""

    def updates(**parameters):
        response = client.send("GET", "/updates", params=parameters)
        assert response.status_code == 200, response.text
        return response.json()

    return updates


@pytest.fixture
def last_offset(client):
    def last_offset(**parameters):
        response = client.send("GET", "/updates/last-offset", params=parameters)
        assert response.status_code == 200, response.text
        return response.json()["lastOffset"]

    return last_offset


@pytest.fixture
def post_event(client):
    """Post an event and return its id."""

    def post_event(**members):
        event = {"type": "viewedPage", "context": "WEB", "properties": {}, **members}
        response = client.send("POST", "/events", event)
        assert response.status_code == 202, response.text
        return response.json()["id"]

    return post_event


def operations(page):
    return [update["operation"] for update in page["updates"]]


def names(page):
    return [update["entity"]["data"]["externalId"] for update in page["updates"]]


# -- what is written ---------------------------------------------------------------------------------------------------


def test_a_new_customer_is_a_create_with_the_document(client, updates):
    customer = client.create(externalId="a")

    assert updates() == {
        "nextOffset": 1,
        "updates": [{"operation": "CREATE", "entity": {"type": "CUSTOMER", "data": customer}}],
    }


def test_patch_and_put_are_updates_with_the_document_after_them(client, updates):
    customer = client.create(externalId="a")
    patched = client.patched(customer["id"], extra="1")
    client.put(customer["id"], {"id": customer["id"], "nodeId": customer["nodeId"], "externalId": "b"})

    page = updates()

    assert operations(page) == ["CREATE", "UPDATE", "UPDATE"]
    assert [update["entity"]["data"] for update in page["updates"]] == [customer, patched, client.read(customer["id"])]


def test_a_delete_carries_the_last_document(client, updates):
    customer = client.create(externalId="a")
    last = client.patched(customer["id"], extra="1")
    client.delete(customer["id"])

    update = updates(offset=2)["updates"][0]

    assert update == {"operation": "DELETE", "entity": {"type": "CUSTOMER", "data": last}}


def test_a_post_that_is_merged_is_an_update(client, updates):
    base = {"contacts": {"email": "a@example.com"}}
    client.create(base=base)
    client.create(base=base, externalId="a")

    assert operations(updates()) == ["CREATE", "UPDATE"]


def test_lists_may_lag_the_feed_does_not(sandbox, client, updates):
    sandbox.configure(index_delay=30)
    customer = client.create(externalId="a")
    client.patched(customer["id"], extra="1")
    client.delete(customer["id"])

    assert operations(updates()) == ["CREATE", "UPDATE", "DELETE"]
    assert client.listed_names() == []


def test_a_refused_request_leaves_no_trace(sandbox, client, updates):
    sandbox.configure(uniqueness="BLOCK")
    base = {"contacts": {"email": "a@example.com"}}
    customer = client.create(base=base)
    assert client.post(base=base).status_code == 409
    assert client.patch(customer["id"], {"base": {"nickname": "x"}}).status_code == 400
    assert client.delete("nobody").status_code == 404

    client.create(externalId="b")

    assert updates()["nextOffset"] == 2


def test_seeds_are_creates_and_updates_when_they_are_sown_again(sandbox, updates):
    sandbox.seed(2)
    sandbox.seed(3)

    assert operations(updates()) == ["CREATE", "CREATE", "UPDATE", "UPDATE", "CREATE"]


def test_reset_starts_again_at_one(sandbox, client, updates, last_offset):
    client.create(externalId="a")
    sandbox.reset()
    assert last_offset() == 0

    client.create(externalId="b")

    assert updates()["nextOffset"] == 1


def test_numbers_have_no_gaps_under_concurrent_writes(sandbox, connect, updates, last_offset):
    def write(writer):
        client = connect(sandbox)
        for number in range(10):
            client.create(externalId=f"{writer}-{number}")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))

    assert last_offset() == 40
    assert len(set(names(updates()))) == 40


def test_a_file_keeps_the_feed(tmp_path, connect):
    sandbox = Sandbox(tmp_path / "data.sqlite")
    with sandbox:
        connect(sandbox).create(externalId="a")
    with sandbox:
        page = connect(sandbox).send("GET", "/updates").json()

    assert names(page) == ["a"]


# -- events ------------------------------------------------------------------------------------------------------------


def test_events_are_created_updated_and_deleted(client, updates, post_event):
    customer = client.create(externalId="a")
    event_id = post_event(customerId=customer["id"])
    event = client.send("GET", f"/events/{event_id}").json()
    body = {name: value for name, value in event.items() if value is not None}
    client.send("PUT", f"/events/{event_id}", {**body, "properties": {"title": "Home"}})
    changed = client.send("GET", f"/events/{event_id}").json()
    client.send("DELETE", f"/events/{event_id}")

    page = updates(entity="EVENT")

    assert operations(page) == ["CREATE", "UPDATE", "DELETE"]
    assert [update["entity"]["data"] for update in page["updates"]] == [event, changed, changed]


def test_an_event_is_told_of_when_it_is_stored(connect):
    clock = ManualClock()
    with Sandbox(clock=clock, event_delay=30) as sandbox:
        client = connect(sandbox)
        event = {"type": "loggedIn", "context": "WEB", "properties": {}, "customerId": "nobody"}
        client.send("POST", "/events", event)
        assert client.send("GET", "/updates/last-offset").json() == {"lastOffset": 0}
        clock.advance(30)

        assert operations(client.send("GET", "/updates").json()) == ["CREATE"]


def test_an_anonymous_event_that_finds_its_customer_is_updated(sandbox, client, updates, post_event):
    post_event(bringBackProperties={"type": "SESSION_ID", "value": "s", "nodeId": sandbox.node_id})
    customer = client.create(externalId="a")
    client.send("POST", f"/customers/{customer['id']}/sessions", {"value": "s"})

    page = updates(entity="EVENT")

    assert operations(page) == ["CREATE", "UPDATE"]
    assert [update["entity"]["data"]["customerId"] for update in page["updates"]] == [None, customer["id"]]


@pytest.mark.parametrize("index_delay", [0.0, 5.0])
def test_only_the_events_that_a_session_brings_are_updated(
    sandbox, client, updates, last_offset, post_event, index_delay
):
    sandbox.configure(index_delay=index_delay)
    anonymous = {"bringBackProperties": {"type": "SESSION_ID", "value": "s", "nodeId": sandbox.node_id}}
    customer = client.create(externalId="a")
    post_event(**anonymous)
    link = client.link_session(customer["id"], "s")
    client.send("DELETE", f"/customers/{customer['id']}/sessions/{link}")
    new = post_event(**anonymous)
    before = last_offset()

    client.link_session(customer["id"], "s")

    [update] = updates(offset=before)["updates"]
    assert (update["operation"], update["entity"]["data"]["id"]) == ("UPDATE", new)
    assert update["entity"]["data"]["customerId"] == customer["id"]


def test_a_customer_that_an_event_makes_is_told_of_before_it(sandbox, updates, post_event):
    post_event(bringBackProperties={"type": "EXTERNAL_ID", "value": "new", "nodeId": sandbox.node_id})

    page = updates()

    assert operations(page) == ["CREATE", "CREATE"]
    assert [update["entity"]["type"] for update in page["updates"]] == ["CUSTOMER", "EVENT"]


def test_the_events_of_a_deleted_customer_are_deleted_before_it(client, updates, post_event):
    customer = client.create(externalId="a")
    events = [post_event(customerId=customer["id"]) for _ in range(2)]
    client.delete(customer["id"])

    page = updates(offset=3)

    assert operations(page) == ["DELETE", "DELETE", "DELETE"]
    assert [update["entity"]["data"]["id"] for update in page["updates"]] == [*events, customer["id"]]


# -- reading on --------------------------------------------------------------------------------------------------------


def test_the_offset_is_exclusive(client, updates):
    for name in "abc":
        client.create(externalId=name)

    assert names(updates(offset=0)) == ["a", "b", "c"]
    assert names(updates(offset=1)) == ["b", "c"]
    assert names(updates(offset=3)) == []


def test_walking_with_next_offset_sees_everything_once(client, updates):
    for name in "abcde":
        client.create(externalId=name)

    seen, offset = [], 0
    while (page := updates(offset=offset, size=2))["updates"]:
        seen += names(page)
        offset = page["nextOffset"]

    assert (seen, offset) == (list("abcde"), 5)


def test_next_offset_of_an_empty_page_is_the_given_one(client, updates):
    client.create(externalId="a")

    assert updates(offset=7) == {"nextOffset": 7, "updates": []}


def test_an_empty_feed_begins_at_zero(updates, last_offset):
    assert updates() == {"nextOffset": 0, "updates": []}
    assert last_offset() == 0


def test_a_page_has_50_updates_unless_asked_otherwise(sandbox, updates):
    sandbox.seed(60)

    assert len(updates()["updates"]) == 50
    assert len(updates(size=4000)["updates"]) == 60
    assert updates(size=0) == {"nextOffset": 0, "updates": []}


@pytest.mark.parametrize(
    "wrong",
    [{"size": 4001}, {"size": -1}, {"size": "x"}, {"offset": -1}, {"offset": "x"}, {"timestamp": "x"}, {"entity": "X"}],
)
def test_what_cannot_be_is_refused(client, problem, wrong):
    problem(client.send("GET", "/updates", params=wrong), 400)


def test_offsets_beyond_every_number_are_empty_pages(updates):
    assert updates(offset=10**17)["updates"] == []


# -- since a time ------------------------------------------------------------------------------------------------------


@pytest.fixture
def timed(connect):
    """A client of a sandbox in which `a` was written at 1,000 s, `b` at 1,010 s, `c` at 1,020 s."""
    clock = ManualClock(1000.0)
    with Sandbox(clock=clock) as sandbox:
        client = connect(sandbox)
        for name in "abc":
            client.create(externalId=name)
            clock.advance(10)
        yield client


@pytest.mark.parametrize(
    ("timestamp", "found"),
    [(0, "abc"), (1_000_000, "abc"), (1_000_001, "bc"), (1_010_000, "bc"), (1_020_000, "c"), (1_020_001, "")],
)
def test_the_timestamp_is_that_of_the_first_wanted_update_in_milliseconds(timed, timestamp, found):
    page = timed.send("GET", "/updates", params={"timestamp": timestamp}).json()

    assert names(page) == list(found)


def test_the_timestamp_is_ignored_beside_an_offset(timed):
    page = timed.send("GET", "/updates", params={"timestamp": 1_020_000, "offset": 1}).json()

    assert names(page) == ["b", "c"]


def test_reading_on_after_an_empty_page_since_a_time_brings_only_what_is_new(timed):
    page = timed.send("GET", "/updates", params={"timestamp": 1_100_000}).json()
    timed.create(externalId="d")

    assert names(timed.send("GET", "/updates", params={"offset": page["nextOffset"]}).json()) == ["d"]


# -- parts of the feed -------------------------------------------------------------------------------------------------


def test_the_updates_of_one_node_keep_their_numbers(sandbox, client, updates, last_offset):
    other = sandbox.add_node()
    client.create(externalId="a")
    client.create(externalId="b", nodeId=other)
    client.create(externalId="c")

    page = updates(nodeId=other)

    assert (names(page), page["nextOffset"]) == (["b"], 2)
    assert [last_offset(nodeId=node) for node in (other, sandbox.node_id)] == [2, 3]


def test_the_updates_of_one_kind(client, updates, last_offset, post_event):
    customer = client.create(externalId="a")
    event_id = post_event(customerId=customer["id"])

    event = client.send("GET", f"/events/{event_id}").json()
    assert updates(entity="EVENT") == {
        "nextOffset": 2,
        "updates": [{"operation": "CREATE", "entity": {"type": "EVENT", "data": event}}],
    }
    assert names(updates(entity="CUSTOMER")) == ["a"]
    assert [last_offset(entity=entity) for entity in ("CUSTOMER", "EVENT")] == [1, 2]


def test_an_unknown_node_is_not_found(client, problem):
    for path in ("/updates", "/updates/last-offset"):
        assert problem(client.send("GET", path, params={"nodeId": "x"}), 404)["message"] == "node not found x"


def test_an_untrusted_token_reads_no_feed(sandbox, client, problem):
    sandbox.configure(trusted=False)

    for path in ("/updates", "/updates/last-offset"):
        problem(client.send("GET", path), 403)
