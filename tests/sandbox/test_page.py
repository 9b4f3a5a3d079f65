"""The page at `/` and the data that it asks for."""

import json
import math
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from contacthub_orm.sandbox import Fault, Sandbox, page

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def get(sandbox):
    """Ask the page's part of the server."""
    return lambda path, **options: requests.get(f"{sandbox.page_url}{path}", timeout=5, **options)


@pytest.fixture
def changes(get):
    """What is new for a page that knows this much."""

    def changes(known=None, **question):
        given = {"run": known["run"], "after": known["next"], "data": known["data"]} if known else {}
        return get("_sandbox/changes", params={**given, **question}).json()

    return changes


@pytest.fixture
def shown(get, changes):
    """A request as the page shows it, by its place in the log."""
    return lambda place: get(f"_sandbox/requests/{changes()['oldest'] + place}").json()


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_is_at_the_root(sandbox, get):
    answer = get("")

    assert sandbox.page_url == f"http://127.0.0.1:{sandbox.port}/"
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html;charset=UTF-8")
    assert "<h1>ContactHub sandbox</h1>" in answer.text


def test_the_page_needs_nothing_from_elsewhere(get):
    text = get("").text

    assert re.findall(r'(?:src|href)="([^"]*)"', text) == ["data:,"]
    assert re.findall(r"https?:|@import|url\(", text) == []


def test_the_page_holds_neither_token_nor_data(client, sandbox, get):
    client.create(externalId="somebody")

    assert sandbox.token not in get("").text
    assert "somebody" not in get("").text


def test_the_page_makes_no_markup_of_data_and_its_policy_would_run_none(get):
    answer = get("")
    policy = answer.headers["Content-Security-Policy"]

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(| on\w+=", answer.text)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy


def test_the_page_is_only_read(sandbox):
    assert requests.post(sandbox.page_url, timeout=5).status_code == 405
    assert requests.head(sandbox.page_url, timeout=5).status_code == 200


def test_the_page_is_for_browsers_on_this_machine_only(sandbox, get, monkeypatch):
    monkeypatch.setattr("contacthub_orm.sandbox.page.is_loopback", lambda address: address != "127.0.0.1")

    assert get("").status_code == 403
    assert get("_sandbox/changes").status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost:3000"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "example.com"}, 403),
    ],
)
def test_the_data_are_for_the_page_itself_only(get, headers, status):
    answer = get("_sandbox/changes", headers=headers)

    assert answer.status_code == status
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_page_may_name_its_own_origin(sandbox, get):
    assert get("_sandbox/changes", headers={"Origin": sandbox.page_url.rstrip("/")}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("_sandbox/", 404),
        ("_sandbox/nothing", 404),
        ("_sandbox/requests/7", 404),
        ("_sandbox/requests/x", 404),
        ("_sandbox/requests/99999999999999999999", 404),
        ("_sandbox/customers/nobody", 404),
        ("_sandbox/customers/%ff", 400),
        ("_sandbox/changes?search=%ff", 400),
        ("_sandbox/changes?after=x&run=x", 200),
        ("favicon.ico", 404),
    ],
)
def test_addresses_that_lead_nowhere(get, path, status):
    assert get(path).status_code == status


def test_the_page_is_no_part_of_the_api(sandbox, get):
    """It has no faults, no latency, and no place in the log."""
    sandbox.faults.add(Fault.cut())
    sandbox.configure(latency=100.0)

    assert get("").status_code == get("_sandbox/changes").status_code == 200
    assert len(sandbox.requests) == 0


# -- the request log ---------------------------------------------------------------------------------------------------


def test_requests_are_told_once(client, changes):
    client.create(externalId="a")
    first = changes()
    assert [(it["method"], it["status"]) for it in first["requests"]] == [("POST", 201)]

    assert changes(first)["requests"] == []
    client.listed()
    assert [it["number"] for it in changes(first)["requests"]] == [first["next"]]


def test_a_request_shows_its_fault(client, changes, sandbox):
    sandbox.faults.add(Fault.answer(503, when="after"), times=2)
    client.post(externalId="a")

    (told,) = changes()["requests"]
    assert (told["status"], told["fault"], told["applied"]) == (503, "Fault.answer(503, when='after')", True)
    assert changes()["faults"] == ["<FaultRule Fault.answer(503, when='after') for any method any path: met 1 of 2>"]


def test_a_request_that_is_under_way_is_told_until_it_is_not(client, changes, sandbox):
    rule = sandbox.faults.add(Fault.cut(when="late", delay=math.inf))
    with pytest.raises(requests.ConnectionError):
        client.post(externalId="a")
    client.listed()
    known = changes()
    assert [it["milliseconds"] is None for it in known["requests"]] == [True, False]

    rule.release()
    known = changes(known)
    assert [(it["method"], it["applied"]) for it in known["requests"]] == [("POST", True), ("GET", True)]
    assert changes(known)["requests"] == []


def test_the_oldest_request_is_told_so_that_the_page_can_forget(client, changes, sandbox):
    client.listed()
    client.listed()
    known = changes()
    sandbox.reset()
    client.listed()

    news = changes(known)
    assert news["oldest"] == known["next"]
    assert [it["number"] for it in news["requests"]] == [known["next"]]


def test_another_server_tells_everything_anew(connect, changes):
    other = {"run": "another", "next": 7, "data": "1"}

    with Sandbox() as sandbox:
        connect(sandbox).listed()
    news = changes(other)
    assert (news["requests"], news["next"], "customers" in news) == ([], news["oldest"], True)


def test_a_request_is_shown_with_its_bodies_and_without_its_token(client, sandbox, shown):
    client.create(externalId="a")

    request = shown(0)
    assert json.loads(request["body"])["externalId"] == json.loads(request["answer"])["externalId"] == "a"
    assert ["authorization", "Bearer [redacted]"] in request["headers"]
    assert sandbox.token not in json.dumps(request)


def test_bodies_are_shown_as_they_are_if_they_are_no_json(client, shown):
    client.send("POST", "/customers", data=b"\xff{oops")

    assert shown(0)["body"] == "\ufffd{oops"


def test_numbers_are_shown_exactly(client, shown):
    client.create(extended={"n": 12345678901234567890123})

    assert "12345678901234567890123" in shown(0)["answer"]


def test_the_api_answers_while_a_large_body_is_made_ready_to_be_shown(client, shown, monkeypatch):
    client.create(externalId="a")
    begun, finished = threading.Event(), threading.Event()

    def show_slowly(content):
        begun.set()
        assert finished.wait(timeout=10)
        return ""

    monkeypatch.setattr(page, "_pretty", show_slowly)
    with ThreadPoolExecutor() as browsers:
        answer = browsers.submit(shown, 0)
        assert begun.wait(timeout=5)
        try:
            assert client.listed_names() == ["a"]
        finally:
            finished.set()
        assert answer.result(timeout=5)["method"] == "POST"


def test_the_answers_of_long_ago_are_not_kept(client, shown):
    for _ in range(101):
        client.listed()

    assert shown(0)["answer"] is None
    assert shown(1)["answer"] is not None


# -- documents ---------------------------------------------------------------------------------------------------------


def test_customers_are_told_newest_first_with_how_many_there_are(client, changes, sandbox, clock):
    sandbox.seed(60)
    clock.advance(1)
    client.create(externalId="new", base={"firstName": "Ada", "lastName": "B", "contacts": {"email": "a@example.com"}})

    news = changes()
    assert (news["customers"][0]["externalId"], news["customers"][0]["name"]) == ("new", "Ada B")
    assert (len(news["customers"]), news["total"]) == (50, 61)


def test_customers_are_told_when_something_changed(client, changes, sandbox):
    known = changes()
    assert "customers" not in changes(known)

    client.create(externalId="a")
    known = changes(known)
    assert [it["externalId"] for it in known["customers"]] == ["a"]
    client.listed()
    assert "customers" not in changes(known)

    sandbox.reset()
    assert changes(known)["customers"] == []


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("ABC", ["abc-1"]),
        ("@EXAMPLE", ["mail"]),
        ("%", ["100%"]),
        ("_", []),
        ("'", []),
        ("ÉTÉ", ["Été"]),
        ("nobody", []),
    ],
)
def test_customers_are_found_by_parts_of_their_keys(client, changes, search, names):
    client.create(externalId="abc-1")
    client.create(externalId="mail", base={"contacts": {"email": "who@example.com"}})
    client.create(externalId="100%")
    client.create(externalId="Été")

    assert [it["externalId"] for it in changes(search=search)["customers"]] == names


def test_a_customer_is_found_by_id(client, changes):
    customer = client.create(externalId="a")
    client.create(externalId="b")

    assert [it["externalId"] for it in changes(search=customer["id"].upper())["customers"]] == ["a"]


def test_nodes_are_told_with_their_customers(client, changes, sandbox):
    known = changes()
    sandbox.add_node("n", "shop")
    client.create(externalId="a", nodeId="n")

    news = changes(known, node="n")
    assert news["nodes"] == [
        {"id": sandbox.node_id, "name": "", "customers": 0},
        {"id": "n", "name": "shop", "customers": 1},
    ]
    assert (news["total"], changes(node=sandbox.node_id)["total"]) == (1, 0)


def test_a_customer_is_shown_as_it_is_now_with_its_events(client, get, sandbox, clock):
    sandbox.configure(index_delay=60.0, event_delay=5.0)
    customer = client.create(externalId=HOSTILE)
    client.patched(customer["id"], extra="x")
    older, newer = (
        client.create_event(customerId=customer["id"], date=f"2020-01-0{day}T00:00:00.000+0000") for day in (1, 2)
    )
    assert get(f"_sandbox/customers/{customer['id']}").json()["total"] == 0
    clock.advance(6)

    shown = get(f"_sandbox/customers/{customer['id']}").json()
    assert json.loads(shown["document"]) == client.read(customer["id"])
    assert [json.loads(event)["id"] for event in shown["events"]] == [newer, older]
    assert shown["total"] == 2


def test_hostile_data_are_sent_as_json_that_no_browser_takes_for_a_page(client, get):
    client.create(externalId=HOSTILE)
    answer = get("_sandbox/changes")

    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.json()["customers"][0]["externalId"] == HOSTILE
