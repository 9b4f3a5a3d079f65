"""The facade: starting, stopping, resetting, configuring, files."""

import shutil
import sqlite3
import threading
import time

import pytest
import requests

from contacthub_orm import Customer
from contacthub_orm.errors import ArgumentError, ConfigurationError, IllegalStateError
from contacthub_orm.sandbox import Fault, ManualClock, Sandbox


def test_the_url_is_the_root_of_the_api(sandbox):
    assert sandbox.url == f"http://127.0.0.1:{sandbox.port}/hub/v1"


def test_start_and_close_work_without_with():
    sandbox = Sandbox().start()
    url = sandbox.url
    assert requests.get(url, timeout=5).status_code == 404

    sandbox.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)


def test_closing_twice_does_nothing():
    sandbox = Sandbox().start()
    sandbox.close()
    sandbox.close()


def test_a_started_sandbox_may_enter_with():
    with Sandbox().start() as sandbox:
        assert sandbox.port


def test_starting_twice_is_an_error(sandbox):
    with pytest.raises(IllegalStateError, match="running already"):
        sandbox.start()


@pytest.mark.parametrize("name", ["url", "port", "settings"])
def test_a_sandbox_that_does_not_run_says_how_to_start_it(name):
    with pytest.raises(IllegalStateError, match=r"with Sandbox\(\)"):
        getattr(Sandbox(), name)


def test_the_port_stays_the_same_after_a_restart():
    sandbox = Sandbox()
    with sandbox:
        port = sandbox.port
    with sandbox:
        assert sandbox.port == port


def test_a_taken_port_is_an_os_error(sandbox):
    with pytest.raises(OSError, match="in use"):
        Sandbox(port=sandbox.port).start()


def test_a_sandbox_that_could_not_start_does_not_run(sandbox):
    other = Sandbox(port=sandbox.port)
    with pytest.raises(OSError, match="in use"):
        other.start()

    assert "not running" in repr(other)
    with pytest.raises(IllegalStateError):
        other.seed(1)
    with pytest.raises(IllegalStateError):
        _ = other.url


def test_two_sandboxes_know_nothing_of_each_other(client, sandbox, connect):
    client.create(externalId="a")

    with Sandbox() as other:
        assert connect(other).listed_names() == []


def test_serve_forever_runs_until_closed():
    sandbox = Sandbox().start()
    thread = threading.Thread(target=sandbox.serve_forever)
    thread.start()
    assert requests.get(sandbox.url, timeout=5).status_code == 404

    sandbox.close()
    thread.join(timeout=5)
    assert not thread.is_alive()


def test_serve_forever_ends_quietly_on_ctrl_c(monkeypatch):
    sandbox = Sandbox().start()

    def interrupt(_seconds):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(time, "sleep", interrupt)
        sandbox.serve_forever()

    assert "not running" in repr(sandbox)


def test_the_repr_does_not_show_the_token():
    with Sandbox(token="s3cret") as sandbox:
        assert "s3cret" not in repr(sandbox) + repr(vars(sandbox)["_hub"])


def test_credentials_can_be_chosen(connect):
    with Sandbox(workspace_id="w", node_id="n", token="t", source_id="s") as sandbox:
        customer = connect(sandbox).create(externalId="a")

        assert (customer["nodeId"], customer["sourceInfo"]["registeredBy"]) == ("n", "s")
        assert "/workspaces/w/customers" in sandbox.requests[0].path


def test_ids_can_be_chosen(connect):
    numbers = iter(range(100))
    with Sandbox(ids=lambda: f"id-{next(numbers)}") as sandbox:
        client = connect(sandbox)

        assert client.create(externalId="a")["id"] == "id-0"
        assert client.delete("x").json()["logref"] == "id-1"


def test_the_clock_can_be_chosen(connect):
    with Sandbox(clock=ManualClock(0.0)) as sandbox:
        assert connect(sandbox).create(externalId="a")["registeredAt"] == "1970-01-01T00:00:00.000+0000"


def test_a_request_takes_at_least_the_latency(connect):
    with Sandbox(latency=0.05) as sandbox:
        client = connect(sandbox)
        began = time.perf_counter()
        client.listed()
        client.delete("x")
        ended = time.perf_counter()

    assert ended - began >= 0.1
    assert all(entry.duration >= 0.05 for entry in sandbox.requests)


def test_half_of_the_latency_passes_before_a_request_is_carried_out_and_the_rest_after_it(connect):
    carried_out = []
    with Sandbox(latency=1, sleep=lambda seconds: carried_out.append(len(sandbox.requests))) as sandbox:
        connect(sandbox).create(externalId="a")

    assert carried_out == [0, 1]


def test_the_work_on_a_request_is_part_of_its_latency(connect):
    waits = []
    with Sandbox(latency=0.1, sleep=lambda seconds: (waits.append(seconds), time.sleep(0.08))) as sandbox:
        connect(sandbox).listed()

    assert waits[0] <= 0.05
    assert waits[1] <= 0.02


def test_requests_wait_for_the_latency_side_by_side(connect):
    everyone_waits = threading.Barrier(4, timeout=5)
    with Sandbox(latency=1, sleep=lambda seconds: everyone_waits.wait()) as sandbox:
        threads = [threading.Thread(target=connect(sandbox).listed) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=5)

    assert len(sandbox.requests) == 4


@pytest.fixture
def held_request(connect):
    """Send a request that the server holds back in the latency; gives the server, and what it answers when released."""
    waits, released = threading.Event(), threading.Event()

    def sleep(seconds):
        waits.set()
        released.wait(timeout=5)

    def release():
        released.set()
        thread.join(timeout=5)
        return outcome

    def post():
        try:
            outcome.append(client.post(externalId="late").status_code)
        except requests.ConnectionError:
            outcome.append("no answer")

    outcome = []
    with Sandbox(latency=1, sleep=sleep) as sandbox:
        client = connect(sandbox)
        thread = threading.Thread(target=post)
        thread.start()
        assert waits.wait(timeout=5)
        yield sandbox, release
        released.set()


def test_a_request_that_waits_for_the_latency_does_not_outlive_a_reset(held_request, connect):
    sandbox, release = held_request
    sandbox.reset()

    assert release() == ["no answer"]
    assert len(sandbox.requests) == 0
    assert connect(sandbox).listed_names() == []


def test_a_request_from_before_a_reset_uses_up_no_later_fault(held_request):
    sandbox, release = held_request
    sandbox.reset()
    rule = sandbox.faults.add(Fault.answer(503))

    assert release() == ["no answer"]
    assert rule.hits == 0


def test_a_request_that_waits_for_the_latency_does_not_outlive_a_restart(held_request, connect):
    sandbox, release = held_request
    sandbox.close()
    sandbox.start()

    assert release() == ["no answer"]
    assert len(sandbox.requests) == 0
    assert connect(sandbox).listed_names() == []


def test_a_write_waits_while_customers_get_keys_of_a_new_policy(client, sandbox, monkeypatch):
    customer = client.create(externalId="old")
    writer = threading.Thread(target=client.patch, args=(customer["id"], {"externalId": "new"}))
    store = sandbox._running().store
    set_keys = store.set_keys

    def set_keys_late(keys, policy):
        writer.start()
        writer.join(timeout=0.2)
        set_keys(keys, policy)

    monkeypatch.setattr(store, "set_keys", set_keys_late)
    sandbox.configure(matching=["externalId"], uniqueness="BLOCK")
    writer.join(timeout=5)

    assert client.post(externalId="new").status_code == 409
    assert client.post(externalId="old").status_code == 201


def test_configure_changes_what_it_names_only(sandbox):
    sandbox.configure(latency=0.0, uniqueness="BLOCK")
    sandbox.configure(mandatory=["base.firstName"])

    assert (sandbox.settings.uniqueness, sandbox.settings.mandatory) == ("BLOCK", ("base.firstName",))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"uniqueness": "SOMETIMES"}, "BLOCK, MERGE or NO_CHECK"),
        ({"latency": -1}, "latency"),
        ({"latency": "1"}, "latency"),
        ({"index_delay": float("nan")}, "index_delay"),
        ({"matching": "externalId"}, r"\('externalId',\)"),
        ({"matching": ["fristName"]}, "no property 'base.fristName'; did you mean 'base.firstName'"),
        ({"mandatory": ["externalID"]}, "did you mean 'externalId'"),
        ({"mandatory": ["base.likes.id"]}, "no property"),
        ({"extended_schema": {"type": "text"}}, "JSON schema"),
        ({"extended_schema": {"properties": {"a": {"minimum": float("inf")}}}}, "/properties/a/minimum"),
        ({"extended_schema": {"properties": {"a": {"minimum": 10**400}}}}, "/properties/a/minimum"),
        ({"extended_schema": {"properties": {"a": {"default": object()}}}}, "no JSON"),
        ({"lag": 1}, "no setting 'lag'"),
    ],
)
def test_settings_that_cannot_be_are_refused(sandbox, settings, message):
    with pytest.raises(ArgumentError, match=message):
        Sandbox(**settings)
    with pytest.raises(ArgumentError, match=message):
        sandbox.configure(**settings)


def test_reset_forgets_everything(client, sandbox):
    client.create(externalId="a")
    node = sandbox.add_node()
    sandbox.configure(uniqueness="BLOCK", latency=0.0, index_delay=5.0)

    sandbox.reset()

    assert len(sandbox.requests) == 0
    assert (sandbox.settings.uniqueness, sandbox.settings.index_delay) == ("MERGE", 0.0)
    assert client.listed_names() == []
    assert client.list(nodeId=node).status_code == 404


def test_reset_forgets_deletions_under_way(client, sandbox, clock):
    sandbox.configure(index_delay=5.0)
    client.delete(client.create(externalId="a")["id"])

    sandbox.reset()
    clock.advance(60)

    assert client.listed_names() == []


def test_a_node_may_bring_its_id(client, sandbox):
    assert sandbox.add_node("my node") == "my node"
    assert client.listed_names(nodeId="my node") == []


def test_adding_a_node_twice_keeps_its_customers(client, sandbox):
    sandbox.add_node("n")
    client.create(externalId="a", nodeId="n")
    sandbox.add_node("n")

    assert client.listed_names(nodeId="n") == ["a"]


class TestFile:
    @pytest.fixture
    def path(self, tmp_path):
        return tmp_path / "data.sqlite"

    def test_customers_and_nodes_survive_a_restart(self, path, connect):
        with Sandbox(path) as sandbox:
            node = sandbox.add_node()
            created = [connect(sandbox).create(externalId="a", nodeId=node_id) for node_id in (sandbox.node_id, node)]

        with Sandbox(str(path)) as sandbox:
            client = connect(sandbox)
            assert [client.read(customer["id"]) for customer in created] == created
            assert client.listed(nodeId=node)["elements"] == created[1:]

    def test_lists_have_caught_up_after_a_restart(self, path, connect):
        with Sandbox(path, index_delay=1000.0) as sandbox:
            client = connect(sandbox)
            gone, changed = (client.create(externalId=name) for name in ("gone", "changed"))
            client.delete(gone["id"])
            client.patched(changed["id"], externalId="new")
            assert client.listed_names() == []

        with Sandbox(path, index_delay=1000.0) as sandbox:
            assert connect(sandbox).listed_names() == ["new"]

    def test_another_matching_policy_holds_for_stored_customers(self, path, connect):
        with Sandbox(path) as sandbox:
            connect(sandbox).create(externalId="a")

        with Sandbox(path, matching=["externalId"], uniqueness="BLOCK") as sandbox:
            assert connect(sandbox).post(externalId="a").status_code == 409

    def test_data_are_on_the_disk_as_soon_as_they_are_answered(self, path, connect):
        with Sandbox(path) as sandbox:
            connect(sandbox).create(externalId="a")
            copy = shutil.copytree(path.parent, path.parent / "copy") / path.name

        other = sqlite3.connect(copy)
        rows = other.execute("SELECT external_id FROM customer").fetchall()
        other.close()
        assert rows == [("a",)]

    def test_a_file_that_another_sandbox_uses_is_refused(self, path, connect):
        with Sandbox(path) as sandbox:
            with pytest.raises(ConfigurationError, match="in use"):
                Sandbox(path).start()
            connect(sandbox).create(externalId="a")

        with Sandbox(path) as sandbox:
            assert connect(sandbox).listed_names() == ["a"]

    def test_a_refused_write_leaves_nothing(self, path, connect):
        with Sandbox(path, uniqueness="BLOCK", index_delay=1.0) as sandbox:
            client = connect(sandbox)
            client.create(base={"contacts": {"email": "a@example.com"}})
            client.post(base={"contacts": {"email": "a@example.com"}})

        with Sandbox(path) as sandbox:
            assert connect(sandbox).listed()["page"]["totalElements"] == 1

    def test_a_file_that_is_no_database_is_refused(self, path):
        path.write_text("not a database, and long enough to be taken for one" * 50)

        with pytest.raises(ConfigurationError, match=r"data\.sqlite"):
            Sandbox(path).start()

    def test_the_database_of_another_program_is_left_alone(self, path):
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE precious (x)")
        other.commit()

        with pytest.raises(ConfigurationError, match="no data file of this sandbox"):
            Sandbox(path).start()
        tables = [row[0] for row in other.execute("SELECT name FROM sqlite_master")]
        other.close()
        assert tables == ["precious"]

    def test_a_newer_layout_is_refused(self, path):
        Sandbox(path).start().close()
        database = sqlite3.connect(path)
        database.execute("PRAGMA user_version = 999")
        database.close()

        with pytest.raises(ConfigurationError):
            Sandbox(path).start()

    def test_a_folder_that_does_not_exist_is_named(self, tmp_path):
        with pytest.raises(ConfigurationError, match="nowhere"):
            Sandbox(tmp_path / "nowhere" / "data.sqlite").start()


def test_a_workspace_and_a_session_come_with_the_sandbox(sandbox):
    with sandbox.workspace() as workspace, sandbox.session(concurrency=1) as session:
        assert (workspace.workspace_id, workspace.node_id) == (sandbox.workspace_id, sandbox.node_id)
        assert session.node_id == sandbox.node_id


def test_a_session_can_be_on_another_node(sandbox):
    berlin = sandbox.add_node()
    with sandbox.session(berlin) as session, sandbox.session(node_id=berlin) as named, sandbox.session() as first:
        session.add(Customer(externalId="1"))
        session.commit()
        assert (session.query(Customer).count(), named.query(Customer).count(), first.query(Customer).count()) == (
            1,
            1,
            0,
        )


def test_sessions_of_a_sandbox_share_their_connections(sandbox):
    with sandbox.session() as first, sandbox.session() as second:
        assert first.workspace is second.workspace
