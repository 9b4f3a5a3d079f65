"""When a request is sent again, and after how long. No test waits: the clock, the sleep and the dice are given."""

from __future__ import annotations

import math
from email.utils import formatdate

import pytest

from contacthub_orm.errors import (
    APIError,
    ArgumentError,
    NotFound,
    RateLimited,
    ReindexingInProgress,
    ServerError,
    TransportError,
)
from contacthub_orm.transport import RetryPolicy
from contacthub_orm.transport.retry import Failure, Repeat, retry_after

IDEMPOTENT = ["GET", "PUT", "PATCH", "DELETE"]


@pytest.mark.parametrize("status", [423, 429, 502, 503, 504])
@pytest.mark.parametrize("method", IDEMPOTENT)
def test_a_passing_refusal_of_an_idempotent_request_is_retried(server, transport, step, method, status):
    server.play(step.answer(status), step.answer(status))
    assert transport.request(method, ["customers"]).attempts == 3


@pytest.mark.parametrize("status", [423, 429])
def test_a_refusal_that_was_certainly_not_applied_is_retried_for_a_post(server, transport, step, status):
    server.play(step.answer(status))
    assert transport.request("POST", ["events"], body={}).attempts == 2


@pytest.mark.parametrize(("status", "in_doubt"), [(423, False), (429, False), (502, True), (503, True), (504, True)])
def test_an_error_tells_whether_an_earlier_attempt_may_have_been_applied(server, transport, step, status, in_doubt):
    server.play(step.answer(status), step.answer(404))
    with pytest.raises(NotFound) as caught:
        transport.request("DELETE", ["events", "e"])
    assert (caught.value.attempts, caught.value.in_doubt) == (2, in_doubt)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_failure_that_may_have_been_applied_is_not_retried_for_a_post(server, transport, step, status):
    server.play(step.answer(status, Retry_After="1"))
    with pytest.raises(ServerError) as caught:
        transport.request("POST", ["events"], body={})
    assert (caught.value.attempts, caught.value.retry_after) == (1, 1.0)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 409, 413, 422, 500, 501])
def test_a_definitive_answer_is_not_retried(server, transport, step, status):
    server.play(step.answer(status))
    with pytest.raises(APIError) as caught:
        transport.request("GET", ["customers"])
    assert (caught.value.attempts, len(server.requests)) == (1, 1)


@pytest.mark.parametrize(("status", "kind"), [(503, ServerError), (423, ReindexingInProgress), (429, RateLimited)])
def test_attempts_are_bounded_and_counted_in_the_error(server, transport, step, status, kind):
    server.play(*[step.answer(status)] * 9)
    with pytest.raises(kind) as caught:
        transport.request("GET", ["customers"])
    assert (caught.value.attempts, len(server.requests)) == (4, 4)


def test_connection_failures_and_refusals_share_one_count(server, transport, step):
    server.play(step.reset, step.answer(503), step.hang_up, step.answer(429))
    with pytest.raises(RateLimited) as caught:
        transport.request("GET", ["customers"])
    assert caught.value.attempts == 4


def test_one_attempt_means_no_retry(server, make_workspace, step, fake_time):
    server.play(step.answer(503))
    with pytest.raises(ServerError):
        make_workspace(retry=fake_time.policy(attempts=1)).transport.request("GET", ["customers"])
    assert fake_time.slept == []


def test_a_request_may_bring_its_own_policy(server, transport, step, fake_time):
    server.play(step.answer(503))
    with pytest.raises(ServerError):
        transport.request("GET", ["customers"], retry=fake_time.policy(attempts=1))


def test_backoff_doubles_and_is_jittered_in_full(server, transport, step, fake_time):
    server.play(*[step.answer(503)] * 3)
    transport.request("GET", ["customers"])
    assert fake_time.slept == [0.125, 0.25, 0.5]


def test_throttling_backs_off_by_at_least_half(server, transport, step, fake_time):
    fake_time.random = 0.0
    server.play(step.answer(429), step.answer(423), step.answer(429))
    transport.request("GET", ["customers"])
    assert fake_time.slept == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    ("attempt", "throttled", "random", "seconds"),
    [
        (1, False, 0.0, 0.0),
        (1, False, 1.0, 0.25),
        (2, False, 1.0, 0.5),
        (5, False, 1.0, 4.0),
        (6, False, 1.0, 8.0),
        (7, False, 1.0, 8.0),
        (9999, False, 1.0, 8.0),
        (1, True, 0.0, 0.5),
        (1, True, 1.0, 1.0),
        (3, True, 0.5, 3.0),
        (9999, True, 0.0, 4.0),
    ],
)
def test_the_backoff_table(attempt, throttled, random, seconds):
    policy = RetryPolicy(rng=lambda: random)
    assert policy.backoff(attempt, throttled=throttled) == seconds


@pytest.mark.parametrize("status", [423, 429, 502, 503, 504])
def test_retry_after_is_waited_for(server, transport, step, fake_time, status):
    server.play(step.answer(status, Retry_After="17"))
    transport.request("GET", ["customers"])
    assert fake_time.slept == [17.0]


def test_a_shorter_retry_after_does_not_shorten_the_backoff(server, transport, step, fake_time):
    server.play(step.answer(429, Retry_After="0"))
    transport.request("GET", ["customers"])
    assert fake_time.slept == [0.75]


def test_retry_after_as_a_date_counts_from_the_date_of_the_answer(server, transport, step, fake_time):
    sent = 1_000_000_000
    server.play(
        step.answer(503, Retry_After=formatdate(sent + 20, usegmt=True), Date=formatdate(sent, usegmt=True)),
    )
    transport.request("GET", ["customers"])
    assert fake_time.slept == [20.0]


@pytest.mark.parametrize("header", ["61", "86400", "999999999999999", formatdate(1_000_000_000 + 3600, usegmt=True)])
def test_a_retry_after_beyond_the_limit_ends_the_request_with_the_error_that_carries_it(
    server, transport, step, fake_time, header
):
    server.play(step.answer(429, Retry_After=header, Date=formatdate(1_000_000_000, usegmt=True)))
    with pytest.raises(RateLimited) as caught:
        transport.request("GET", ["customers"])
    assert caught.value.retry_after > 60
    assert (caught.value.attempts, fake_time.slept) == (1, [])


NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("1", 1.0),
        ("60", 60.0),
        ("1.5", 1.5),
        ("  2  ", 2.0),
        (formatdate(NOW + 30, usegmt=True), 30.0),
        (formatdate(NOW + 30), 30.0),
        (formatdate(NOW - 30, usegmt=True), 0.0),
        ("Tue, 14 Nov 2023 22:13:50 -0000", 30.0),
        ("", None),
        ("inf", None),
        ("nan", None),
        ("-5", None),
        ("+5", None),
        ("1e3", None),
        ("soon", None),
        ("5, 7", None),
        ("0x10", None),
        ("٣", None),
        ("9" * 400, None),
        ("Xyz, 99 Foo 2023 99:99:99 GMT", None),
        ("Tue, 14 Nov 99999999999999999999 22:13:50 GMT", None),
    ],
    ids=repr,
)
def test_retry_after_is_seconds_or_a_date_or_nothing(value, seconds):
    assert retry_after({"Retry-After": value}, now=lambda: NOW) == seconds


def test_no_retry_after_is_none():
    assert retry_after({}) is None


def test_a_broken_date_of_the_answer_leaves_this_machines_clock():
    headers = {"Retry-After": formatdate(NOW + 30, usegmt=True), "Date": "yesterday"}
    assert retry_after(headers, now=lambda: NOW) == 30.0


@pytest.mark.parametrize("header", ["inf", "nan", "-5", "soon", ""])
def test_a_nonsense_retry_after_leaves_the_backoff(server, transport, step, fake_time, header):
    server.play(step.answer(503, Retry_After=header))
    transport.request("GET", ["customers"])
    assert fake_time.slept == [0.125]


def test_no_wait_reaches_beyond_the_deadline(server, make_workspace, step, fake_time):
    server.play(*[step.answer(503, Retry_After="4")] * 9)
    workspace = make_workspace(retry=fake_time.policy(attempts=9, deadline=10.0))
    with pytest.raises(ServerError) as caught:
        workspace.transport.request("GET", ["customers"])
    assert (caught.value.attempts, fake_time.slept) == (3, [4.0, 4.0])


def test_time_spent_in_attempts_counts_towards_the_deadline(server, make_workspace, step, fake_time):
    def slow(connection, seen):
        fake_time.now += 10.0
        step.answer(503)(connection, seen)

    server.play(slow)
    with pytest.raises(ServerError) as caught:
        make_workspace(retry=fake_time.policy(deadline=10.0)).transport.request("GET", ["customers"])
    assert caught.value.attempts == 1


def test_the_last_attempts_timeouts_are_cut_to_what_is_left(server, make_workspace, step, fake_time, monkeypatch):
    timeouts = []
    workspace = make_workspace(retry=fake_time.policy(deadline=20.0), timeout=(5.0, 30.0))
    adapter = workspace.transport._adapter
    send = adapter.send

    def watched(request, **options):
        timeouts.append(options["timeout"])
        return send(request, **options)

    monkeypatch.setattr(adapter, "send", watched)
    server.play(step.answer(503, Retry_After="17"))
    workspace.transport.request("GET", ["customers"])
    assert timeouts == [(5.0, 20.0), (3.0, 3.0)]


def test_a_clock_that_runs_past_the_deadline_while_sleeping_still_gives_a_valid_timeout(
    server, make_workspace, step, fake_time
):
    def oversleep(seconds):
        fake_time.now += seconds + 100.0

    policy = RetryPolicy(clock=lambda: fake_time.now, sleep=oversleep, rng=lambda: 0.5)
    server.play(step.answer(503), step.hang_up)
    with pytest.raises(TransportError):
        make_workspace(retry=policy).transport.request("GET", ["customers"])


def test_an_interrupt_while_waiting_is_passed_on(server, make_workspace, step):
    def interrupt(_seconds):
        raise KeyboardInterrupt

    server.play(step.answer(503))
    with pytest.raises(KeyboardInterrupt):
        make_workspace(retry=RetryPolicy(sleep=interrupt)).transport.request("GET", ["customers"])


@pytest.mark.parametrize("repeat", list(Repeat))
@pytest.mark.parametrize("idempotent", [True, False])
def test_what_may_be_repeated(repeat, idempotent):
    failure = Failure(TransportError("x", method="GET", path="/x"), repeat)
    wait = RetryPolicy(rng=lambda: 0.0).wait_after(failure, attempt=1, elapsed=0.0, idempotent=idempotent)
    assert (wait is not None) == (repeat is Repeat.ALWAYS or (repeat is Repeat.IF_IDEMPOTENT and idempotent))


@pytest.mark.parametrize(
    "options",
    [
        {"attempts": 0},
        {"attempts": 1.5},
        {"attempts": True},
        {"attempts": math.inf},
        {"base": -1},
        {"cap": math.nan},
        {"throttle_base": "1"},
        {"max_retry_after": -0.1},
        {"deadline": 0},
        {"deadline": None},
    ],
    ids=repr,
)
def test_a_policy_that_makes_no_sense_is_refused(options):
    with pytest.raises(ArgumentError, match=next(iter(options))):
        RetryPolicy(**options)


def test_policies_compare_by_their_numbers_and_show_only_those():
    assert RetryPolicy(rng=lambda: 0.0) == RetryPolicy()
    assert repr(RetryPolicy()) == (
        "RetryPolicy(attempts=4, base=0.25, cap=8.0, throttle_base=1.0, max_retry_after=60.0, deadline=60.0)"
    )
