"""Faults by rule: which requests they meet, what they do, and when, on real sockets (contract 10.3 #10)."""

import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from contacthub_orm.errors import ArgumentError
from contacthub_orm.sandbox import Fault, Sandbox

WHEN = ["before", "after", "late"]
APPLIED_AT_ONCE = {"before": 0, "after": 1, "late": 0}
APPLIED_IN_THE_END = {"before": 0, "after": 1, "late": 1}


@pytest.fixture
def faults(sandbox):
    return sandbox.faults


@pytest.fixture
def lost(client):
    """Send a request that gets no usable answer."""

    def lost(**content):
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            client.post(externalId="a", **content)

    return lost


@pytest.fixture
def statuses(client):
    """The statuses of some requests that create customers."""
    return lambda number: [client.post(externalId="a").status_code for _ in range(number)]


@pytest.fixture
def http_request(sandbox):
    """The bytes of a request for a list."""
    path = f"/hub/v1/workspaces/{sandbox.workspace_id}/customers?nodeId={sandbox.node_id}"
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {sandbox.token}\r\n\r\n".encode()


@pytest.fixture
def eventually():
    """Wait until something holds."""

    def eventually(condition):
        deadline = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.002)

    return eventually


# -- which requests ----------------------------------------------------------------------------------------------------


def test_a_rule_meets_one_request_unless_it_is_told_otherwise(faults, statuses):
    rule = faults.add(Fault.answer(503), "POST", "/customers")

    assert statuses(3) == [503, 201, 201]
    assert rule.hits == 1


def test_a_rule_meets_so_many_after_it_let_some_pass(faults, statuses):
    faults.add(Fault.answer(503), "POST", skip=2, times=2)

    assert statuses(6) == [201, 201, 503, 503, 201, 201]


def test_a_rule_for_ever_holds_until_it_is_removed(faults, statuses):
    rule = faults.add(Fault.answer(503), times=None)

    assert statuses(5) == [503] * 5
    rule.remove()
    rule.remove()
    assert statuses(1) == [201]
    assert rule.hits == 5


def test_rules_are_asked_in_the_order_in_which_they_were_added(faults, statuses):
    faults.add(Fault.answer(500), "POST")
    faults.add(Fault.answer(502), times=2)
    faults.add(Fault.answer(504), "POST")

    assert statuses(5) == [500, 502, 502, 504, 201]


def test_what_one_rule_lets_pass_the_next_one_may_meet(faults, statuses):
    faults.add(Fault.answer(500), skip=1)
    faults.add(Fault.answer(502))

    assert statuses(3) == [502, 500, 201]


def test_a_rule_holds_within_its_block(faults, statuses):
    with faults.add(Fault.answer(503), times=None) as rule:
        assert statuses(2) == [503, 503]

    assert statuses(1) == [201]
    assert (rule.hits, faults.rules) == (2, ())


def test_only_requests_with_the_method_and_the_path_are_met(client, faults):
    customer = client.create(externalId="a")["id"]
    faults.add(Fault.answer(503), ["POST", "PUT"], "/customers/*/jobs", times=None)

    assert client.send("POST", f"/customers/{customer}/jobs", {"id": "1"}).status_code == 503
    assert client.send("GET", f"/customers/{customer}/jobs/1").status_code == 404
    assert client.send("POST", f"/customers/{customer}/likes", {"id": "1"}).status_code == 200
    assert client.patched(customer, externalId="b")


def test_an_id_in_the_path_of_a_rule_is_written_as_it_is(client, faults):
    faults.add(Fault.answer(503), "GET", "/customers/a b", times=None)

    assert client.send("GET", "/customers/a%20b").status_code == 503
    assert client.send("GET", "/customers/a%20c").status_code == 404
    assert client.send("GET", "/customers/%ff").status_code == 400


def test_a_request_outside_of_the_workspace_can_be_met(sandbox, faults):
    faults.add(Fault.answer(503), "GET", "/me")

    assert requests.get(f"{sandbox.url}/me", timeout=5).status_code == 503


def test_a_request_is_met_whatever_its_token_and_workspace(client, faults):
    faults.add(Fault.answer(503), path="/customers")

    answer = client.send("GET", "/customers", workspace_id="x", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 503


def test_rules_that_met_too_few_requests_are_waiting(faults, statuses):
    first = faults.add(Fault.answer(503), times=2)
    second = faults.add(Fault.answer(502), times=None)
    assert faults.waiting == (first, second)

    statuses(2)
    assert faults.waiting == (second,)

    statuses(1)
    assert faults.waiting == ()


def test_a_rule_says_what_it_does_and_what_it_did(faults, statuses):
    rule = faults.add(Fault.answer(503, when="after"), ("PATCH", "POST"), "/customers", skip=1, times=3)
    statuses(2)

    assert repr(rule) == "<FaultRule Fault.answer(503, when='after') for PATCH|POST /customers, after 1: met 1 of 3>"
    assert repr(faults) == f"<Faults [{rule!r}]>"


def test_reset_and_clear_remove_all_rules(sandbox, faults, statuses):
    faults.add(Fault.cut(), times=None)
    sandbox.reset()
    assert statuses(1) == [201]

    faults.add(Fault.cut(), times=None)
    faults.clear()
    assert statuses(1) == [201]


def test_clear_lets_go_of_requests_whose_rule_is_used_up(sandbox, faults, statuses, eventually):
    faults.add(Fault.delay(math.inf))
    with ThreadPoolExecutor() as clients:
        answer = clients.submit(statuses, 1)
        eventually(lambda: len(sandbox.requests) == 1)
        try:
            faults.clear()
            assert answer.result(timeout=5) == [201]
        finally:
            sandbox.reset()


def test_rules_may_be_added_before_the_start(connect):
    sandbox = Sandbox()
    sandbox.faults.add(Fault.answer(503))

    with sandbox:
        assert connect(sandbox).post(externalId="a").status_code == 503


def test_many_clients_at_once_use_a_rule_up_exactly(sandbox, faults, connect):
    rule = faults.add(Fault.answer(503), skip=10, times=30)
    clients = [connect(sandbox) for _ in range(8)]

    def work(client):
        return [client.list().status_code for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        found = [status for statuses in pool.map(work, clients) for status in statuses]

    assert (found.count(503), found.count(200), rule.hits) == (30, 34, 30)


# -- what they do ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", WHEN)
def test_an_answer_takes_the_place_of_the_true_one(client, faults, when):
    with faults.add(Fault.answer(503, when=when)):
        assert client.post(externalId="a").status_code == 503
        answered = len(client.listed_names()) if when != "late" else 0
        assert answered == APPLIED_AT_ONCE[when]

    assert len(client.listed_names()) == APPLIED_IN_THE_END[when]


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("fault", [Fault.cut, Fault.garbage, Fault.half], ids=lambda it: it.__name__)
def test_an_answer_that_does_not_arrive(client, faults, lost, fault, when):
    with faults.add(fault(when=when)):
        lost()

    assert len(client.listed_names()) == APPLIED_IN_THE_END[when]


def test_the_api_s_own_errors(client, faults, problem):
    faults.add(Fault.answer(423))
    faults.add(Fault.answer(401))
    faults.add(Fault.answer(500))

    assert problem(client.list(), 423)["message"] == "Reindexing in progress"
    assert problem(client.list(), 401)["message"] == "The client is not authorized to access the API"
    assert problem(client.list(), 500)["message"] == "Internal Server Error"


def test_an_error_without_errors_and_data(client, faults):
    faults.add(Fault.answer(400, "bare"))

    assert list(client.list().json()) == ["message", "logref"]


def test_an_error_of_the_framework(client, faults):
    faults.add(Fault.answer(500, "spring"))

    body = client.list().json()
    assert (body["status"], body["error"], body["path"]) == (
        500,
        "Internal Server Error",
        f"/hub/v1/workspaces/{client.sandbox.workspace_id}/customers",
    )


def test_the_page_of_a_gateway(client, faults):
    faults.add(Fault.answer(502, "html"))

    answer = client.list()
    assert answer.headers["Content-Type"] == "text/html"
    assert "<h1>502 Bad Gateway</h1>" in answer.text


def test_an_empty_body(client, faults):
    faults.add(Fault.answer(504, "empty"))

    answer = client.list()
    assert (answer.status_code, answer.content) == (504, b"")


@pytest.mark.parametrize(
    ("body", "content"), [({"id": 1}, b'{"id":1}'), ([], b"[]"), ("null", b"null"), (b"{oops", b"{oops"), ("", b"")]
)
def test_a_body_of_one_s_own(client, faults, body, content):
    faults.add(Fault.answer(201, body=body))

    assert client.list().content == content


def test_headers_of_one_s_own_go_before_others(client, faults):
    faults.add(Fault.answer(302, body="x", headers={"content-type": "text/plain", "Location": "http://localhost/"}))

    answer = client.send("GET", "/customers", allow_redirects=False)
    assert (answer.headers["Content-Type"], answer.headers["Location"]) == ("text/plain", "http://localhost/")


@pytest.mark.parametrize(("given", "sent"), [(None, None), (7, "7"), ("soon", "soon"), (math.inf, "inf")])
def test_a_busy_server_may_name_a_time(client, faults, given, sent):
    faults.add(Fault.answer(429, retry_after=given))

    assert client.list().headers.get("Retry-After") == sent


def test_an_answer_leaves_the_connection_open(dial, http_request, faults):
    faults.add(Fault.answer(503))
    faults.add(Fault.delay(0.001))
    connection = dial()
    connection.send(http_request * 3)

    assert [connection.response()[0] for _ in range(3)] == [503, 200, 200]


def test_a_connection_is_closed_in_order(dial, http_request, faults):
    faults.add(Fault.cut())
    connection = dial()
    connection.send(http_request)

    assert connection.socket.recv(1) == b""


def test_a_connection_is_reset(dial, http_request, faults):
    faults.add(Fault.cut(reset=True))
    connection = dial()
    connection.send(http_request)

    with pytest.raises(ConnectionResetError):
        connection.socket.recv(1)


def received(connection):
    """All bytes until the end of the connection."""
    pieces = []
    while piece := connection.socket.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def test_half_an_answer_announces_the_whole(dial, http_request, faults):
    whole = dial()
    whole.send(http_request)
    _, headers, body = whole.response()
    faults.add(Fault.half())
    connection = dial()
    connection.send(http_request)

    head, _, got = received(connection).partition(b"\r\n\r\n")
    assert got == body[: len(body) // 2]
    assert f"content-length: {headers['content-length']}".encode() in head.lower()


def test_half_an_answer_without_a_body_breaks_off_in_its_first_line(client, faults):
    customer = client.create(externalId="a")["id"]
    faults.add(Fault.half(), "DELETE")

    with pytest.raises(requests.ConnectionError):
        client.delete(customer)
    assert client.listed_names() == []


def test_garbage_may_be_chosen(dial, http_request, faults):
    faults.add(Fault.garbage(b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n"))
    connection = dial()
    connection.send(http_request)

    assert received(connection) == b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n"


@pytest.mark.parametrize("part", ["body", "head"])
def test_a_dripping_answer_comes_in_pieces_and_is_whole(dial, http_request, faults, part):
    faults.add(Fault.drip(0.001, part=part))
    connection = dial()
    connection.send(http_request)

    pieces = []
    while piece := connection.socket.recv(65536):
        pieces.append(piece)
    head, _, body = b"".join(pieces).partition(b"\r\n\r\n")
    assert len(pieces) > 20
    assert (len(pieces[0]) == 1) is (part == "head")
    assert head.startswith(b"HTTP/1.1 200")
    assert body.endswith(b"}")


def test_a_client_may_hang_up_on_a_dripping_answer(dial, http_request, faults, eventually, sandbox):
    faults.add(Fault.drip(0.001))
    connection = dial()
    connection.send(http_request)
    connection.socket.recv(1)
    connection.socket.close()

    eventually(lambda: sandbox.requests[0].duration is not None)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delay_stands_before_or_after_the_application(client, sandbox, faults, eventually, connect, when):
    other = connect(sandbox)
    rule = faults.add(Fault.delay(math.inf, when=when), "POST")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.post, externalId="a")
        eventually(lambda: sandbox.requests[:1] and rule.hits and sandbox.requests[0].applied is (when == "after"))
        assert len(other.listed_names()) == APPLIED_AT_ONCE[when]
        rule.release()

        assert answer.result().status_code == 201
    assert len(client.listed_names()) == 1


def test_a_delay_lasts_as_long_as_it_says(client, sandbox, faults):
    faults.add(Fault.delay(0.05))

    assert client.list().status_code == 200
    assert 0.05 <= sandbox.requests[0].duration < 5


def test_a_request_may_be_applied_after_its_client_gave_up(client, faults):
    rule = faults.add(Fault.delay(math.inf), "POST")

    with pytest.raises(requests.ReadTimeout):
        client.send("POST", "/customers", {"nodeId": client.sandbox.node_id, "externalId": "a"}, timeout=0.05)
    assert client.listed_names() == []
    rule.release()
    assert client.listed_names() == ["a"]


@pytest.mark.parametrize("when", WHEN)
def test_silence_lasts_until_the_client_gives_up(client, sandbox, faults, eventually, when):
    faults.add(Fault.silence(when=when), "POST")

    with pytest.raises(requests.ReadTimeout):
        client.send("POST", "/customers", {"nodeId": client.sandbox.node_id, "externalId": "a"}, timeout=0.05)

    eventually(lambda: sandbox.requests[0].duration is not None)
    assert len(client.listed_names()) == APPLIED_IN_THE_END[when]


def test_release_ends_silence(faults, lost, eventually):
    rule = faults.add(Fault.silence())
    with ThreadPoolExecutor(1) as pool:
        request = pool.submit(lost)
        eventually(lambda: rule.hits)
        rule.release()
        request.result()


def test_a_late_request_is_applied_when_it_is_released(client, faults):
    """An older edit arrives after a newer one."""
    customer = client.create(externalId="first")
    rule = faults.add(Fault.cut(when="late", delay=math.inf), "PATCH")
    with pytest.raises(requests.ConnectionError):
        client.patch(customer["id"], {"externalId": "older"})
    client.patched(customer["id"], externalId="newer")
    assert client.read(customer["id"])["externalId"] == "newer"

    rule.release()
    assert client.read(customer["id"])["externalId"] == "older"


def test_the_end_of_the_block_lets_late_requests_through(client, faults, lost):
    with faults.add(Fault.cut(when="late", delay=math.inf)):
        lost()

    assert client.listed_names() == ["a"]


def test_the_api_may_refuse_what_is_applied_late(client, faults, sandbox):
    with faults.add(Fault.answer(504, when="late"), "POST"):
        assert client.post({"nodeId": "nowhere"}).status_code == 504

    assert (sandbox.requests[0].status, sandbox.requests[0].applied) == (504, False)


@pytest.mark.parametrize(
    "fault",
    [
        Fault.cut(when="late", delay=math.inf),
        Fault.answer(504, when="late", delay=math.inf),
        Fault.delay(math.inf),
        Fault.delay(math.inf, when="after"),
        Fault.silence(),
        Fault.silence(when="late"),
        Fault.drip(math.inf),
    ],
    ids=repr,
)
@pytest.mark.parametrize("how", ["reset", "close"])
def test_reset_and_close_drop_what_is_under_way(connect, fault, how, eventually):
    sandbox = Sandbox()
    with sandbox:
        client = connect(sandbox)
        rule = sandbox.faults.add(fault, "POST")

        def post():
            with pytest.raises(requests.RequestException):
                client.post(externalId="a").raise_for_status()

        with ThreadPoolExecutor(1) as pool:
            request = pool.submit(post)
            eventually(lambda: rule.hits)
            getattr(sandbox, how)()
            request.result(timeout=5)

    with sandbox:
        assert client.listed_names() == []


def test_reset_leaves_no_late_request_to_the_next_test(client, sandbox, faults, lost):
    faults.add(Fault.cut(when="late", delay=0.02))
    lost()
    sandbox.reset()
    time.sleep(0.05)

    assert client.listed_names() == []


# -- the log -----------------------------------------------------------------------------------------------------------


def test_the_log_tells_the_fault_and_whether_the_request_was_applied(client, sandbox, faults, lost):
    before, after = Fault.answer(503), Fault.cut(when="after")
    faults.add(before)
    faults.add(after)
    client.post(externalId="a")
    lost()
    client.post(externalId="a")
    client.post({})

    assert [(entry.fault, entry.status, entry.applied) for entry in sandbox.requests] == [
        (before, 503, False),
        (after, 0, True),
        (None, 201, True),
        (None, 400, False),
    ]


def test_the_log_has_a_late_request_before_it_is_applied(sandbox, faults, lost):
    rule = faults.add(Fault.cut(when="late", delay=math.inf))
    lost()
    (entry,) = sandbox.requests
    assert (entry.applied, entry.duration) == (False, None)

    rule.release()
    assert entry.applied
    assert entry.duration > 0


def test_a_request_without_a_fault_is_not_delayed_by_those_that_wait(client, sandbox, faults, connect):
    faults.add(Fault.delay(math.inf), "POST", times=None)
    threads = [threading.Thread(target=connect(sandbox).post, kwargs={"externalId": "a"}) for _ in range(3)]
    for thread in threads:
        thread.start()

    assert client.listed_names() == []
    faults.clear()
    for thread in threads:
        thread.join()
    assert len(client.listed_names()) == 3


# -- mistakes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (["POST"], {}, "first argument is a fault"),
        ([Fault.cut(), "post"], {}, "methods are GET.*got 'post'"),
        ([Fault.cut(), ["POST", "FETCH"]], {}, "got 'FETCH'"),
        ([Fault.cut(), []], {}, "got none"),
        ([Fault.cut(), None, "customers"], {}, "follows the workspace in a URL"),
        ([Fault.cut(), None, "/customers?nodeId=1"], {}, "follows the workspace"),
        ([Fault.cut(), None, "/customer"], {}, "did you mean '/customers'"),
        ([Fault.cut(), None, "/customers/*/job"], {}, r"did you mean '/customers/\*/jobs'"),
        ([Fault.cut(), None, "/hub/v1/workspaces/*/customers"], {}, "below its workspace"),
        ([Fault.cut()], {"times": 0}, "times is a whole number, 1 or more; got 0"),
        ([Fault.cut()], {"times": True}, "times"),
        ([Fault.cut()], {"skip": -1}, "skip is a whole number, 0 or more"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_once(faults, arguments, options, message):
    with pytest.raises(ArgumentError, match=message):
        faults.add(*arguments, **options)
    assert faults.rules == ()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Fault.answer(100), "status from 200 on"),
        (lambda: Fault.answer(599), "status"),
        (lambda: Fault.answer("503"), "status"),
        (lambda: Fault.answer(503, "xml"), "shape is one of api, bare, spring, html, empty; got 'xml'"),
        (lambda: Fault.answer(204, body="x"), "204 has no body"),
        (lambda: Fault.answer(200, body=object()), "body is text, bytes or a value for JSON"),
        (lambda: Fault.answer(200, headers={"X Y": "1"}), "'X Y' is no name of a header"),
        (lambda: Fault.answer(200, headers={"X": "a\r\nb"}), "one line of text"),
        (lambda: Fault.answer(200, headers={"content-length": "9"}), r"Fault\.garbage"),
        (lambda: Fault.cut(when="sometimes"), '"before", "after" or "late"'),
        (lambda: Fault.cut(delay=-1), "number of seconds, 0 or more"),
        (lambda: Fault.cut(delay=math.nan), "number of seconds"),
        (lambda: Fault.delay("1"), "number of seconds"),
        (lambda: Fault.delay(1, when="late"), r"Fault\.silence"),
        (lambda: Fault.drip(0.1, part="tail"), '"body" or "head"'),
        (lambda: Fault.garbage(b""), r"Fault\.cut\(\)"),
        (lambda: Fault.garbage("text"), "data are bytes"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_at_once(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault.answer(503), "Fault.answer(503)"),
        (
            Fault.answer(429, "bare", retry_after=7, when="after", delay=2),
            "Fault.answer(429, shape='bare', retry_after=7, when='after', delay=2)",
        ),
        (Fault.cut(reset=True, when="late"), "Fault.cut(reset=True, when='late')"),
        (Fault.half(), "Fault.half()"),
        (Fault.drip(0.1, part="head"), "Fault.drip(0.1, part='head')"),
        (Fault.garbage(b"x"), "Fault.garbage(b'x')"),
        (Fault.delay(1.5), "Fault.delay(1.5)"),
        (Fault.silence(), "Fault.silence()"),
    ],
)
def test_a_fault_shows_how_it_was_made(fault, text):
    assert repr(fault) == text
    assert eval(text, {"Fault": Fault}) == fault
