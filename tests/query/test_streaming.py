"""One page ahead: when it is asked for, in which thread, and that nothing stays behind."""

from __future__ import annotations

import threading

import pytest

from contacthub_orm.errors import IllegalStateError, TransportError


@pytest.fixture
def source(make_source):
    return make_source(220, concurrent=True)


@pytest.fixture
def gate(source):
    """Holds back the answers to requests of the worker until it is opened; `gate.reached` tells that one waits."""
    opened = threading.Event()
    opened.reached = threading.Event()

    def wait(position):
        if threading.current_thread() is not threading.main_thread():
            opened.reached.set()
            assert opened.wait(10)

    source.before = wait
    yield opened
    opened.set()


def workers(source):
    return [thread for thread in source.threads if thread is not threading.main_thread()]


def assert_no_worker_left(source):
    for thread in workers(source):
        thread.join(10)
    assert not any(thread.is_alive() for thread in workers(source))


def test_the_next_page_is_on_its_way_while_the_current_one_is_used(source, gate):
    objects = iter(source.query())
    next(objects)
    next(objects)
    assert gate.reached.wait(10)
    assert source.pages() == [(0, 50), (1, 50)]
    assert [next(objects).id for _ in range(48)][-1] == "c49"


def test_the_first_page_is_read_in_the_callers_thread_and_the_others_in_a_worker(source):
    assert len(list(source.query())) == 220
    assert [thread is threading.main_thread() for thread in source.threads] == [True, False, False, False, False]


def test_never_more_than_one_page_is_read_ahead(source, gate):
    objects = iter(source.query())
    for _ in range(50):
        next(objects)
    assert gate.reached.wait(10)
    assert len(source.requests) == 2


def test_who_takes_only_the_first_object_pays_for_one_request(source):
    objects = iter(source.query())
    next(objects)
    objects.close()
    assert source.pages() == [(0, 50)]


def test_a_source_that_is_not_concurrent_gets_no_thread(make_source):
    source = make_source(220)
    list(source.query())
    assert not workers(source)


def end_by_close(objects):
    objects.close()


def end_by_dropping(objects):
    del objects


def end_by_error(objects):
    def use(_customer):
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        list(map(use, objects))


@pytest.mark.parametrize("end", [end_by_close, end_by_dropping, end_by_error])
def test_an_iteration_that_ends_early_does_not_wait_and_leaves_no_thread(source, gate, end):
    def use():
        objects = iter(source.query())
        next(objects)
        next(objects)
        assert gate.reached.wait(10)
        end(objects)

    use()
    gate.set()
    assert_no_worker_left(source)
    assert len(source.requests) == 2


def test_no_thread_is_left_after_the_end(source):
    list(source.query())
    assert_no_worker_left(source)


def test_a_list_that_is_kept_keeps_no_thread(source):
    kept = source.query().all()
    assert [customer.id for customer, _ in zip(kept, range(3), strict=False)] == ["c0", "c1", "c2"]
    assert_no_worker_left(source)


def test_an_error_of_the_worker_reaches_the_caller_at_its_place(source):
    def fail(position):
        if position == 1:
            raise TransportError("no answer", method="GET", path="/customers")

    source.before = fail
    objects = iter(source.query())
    assert [next(objects).id for _ in range(50)][-1] == "c49"
    with pytest.raises(TransportError, match="no answer"):
        next(objects)
    assert_no_worker_left(source)


@pytest.mark.parametrize("concurrent", [True, False])
@pytest.mark.parametrize("failing", [1, 4])
@pytest.mark.parametrize("run", [iter, lambda query: iter(query.all())], ids=["query", "list"])
def test_after_a_page_that_failed_an_iteration_goes_on_with_that_page(make_source, concurrent, failing, run):
    """It must not look like the end of the result."""
    source, found = make_source(220, concurrent=concurrent), []

    def fail(position):
        if position == failing:
            raise TransportError("no answer", method="GET", path="/customers")

    source.before = fail
    objects = run(source.query())
    with pytest.raises(TransportError):
        found.extend(objects)
    assert len(found) == failing * 50
    found.extend(objects)
    assert [customer.id for customer in found] == [f"c{number}" for number in range(220)]


@pytest.mark.parametrize("run", [iter, lambda query: iter(query.all())], ids=["query", "list"])
def test_an_iteration_that_was_read_to_its_end_stays_there(make_source, run):
    source = make_source(60)
    objects = run(source.query())
    assert len(list(objects)) == 60
    source.documents.append({"id": "late", "updatedAt": None})
    assert list(objects) == []


def test_a_second_reader_of_a_page_that_is_on_its_way_is_refused(make_source):
    source, told = make_source(60), []

    def intrude(position):
        if position == 1:
            with pytest.raises(IllegalStateError, match="one thread at a time"):
                next(objects)
            told.append(position)

    source.before = intrude
    objects = iter(source.query())
    assert len(list(objects)) == 60
    assert told == [1]


@pytest.mark.parametrize("concurrent", [True, False])
def test_objects_that_were_handed_out_are_not_kept(make_source, concurrent):
    source = make_source(500, concurrent=concurrent)
    source.keep = False
    most = 0
    for _customer in source.query():
        most = max(most, len(source.alive))
    assert most <= 51


def test_two_iterations_of_one_query_do_not_disturb_each_other(source):
    query = source.query()
    both = [(left.id, right.id) for left, right in zip(query, query, strict=True)]
    assert both == [(f"c{number}", f"c{number}") for number in range(220)]
