"""Running a query: how many requests, of which pages, and what comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacthub_orm.errors import (
    ArgumentError,
    InvalidRequestError,
    MultipleResultsFound,
    NoResultFound,
    TransportError,
)
from contacthub_orm.models import Customer

IMPOSSIBLE = Customer.id.in_([])


def ids(objects):
    return [customer.id for customer in objects]


def numbered(start, stop):
    return [f"c{number}" for number in range(start, stop)]


# -- the whole result ------------------------------------------------------------------------------------------------


def test_iteration_streams_pages_of_fifty(source, query):
    assert ids(query) == numbered(0, 120)
    assert source.pages() == [(0, 50), (1, 50), (2, 50)]


def test_no_page_is_asked_for_past_the_end(make_source):
    source = make_source(100)
    assert len(ids(source.query())) == 100
    assert source.pages() == [(0, 50), (1, 50)]


def test_an_empty_result_costs_one_request(make_source):
    source = make_source(0)
    assert ids(source.query()) == []
    assert len(source.requests) == 1


def test_objects_are_those_of_the_session(source, query):
    assert list(query.limit(3)) == [source.known[name] for name in ("c0", "c1", "c2")]


@given(
    total=st.integers(0, 130),
    offset=st.integers(0, 120),
    limit=st.none() | st.integers(0, 120),
    concurrent=st.booleans(),
)
def test_any_limit_and_offset_give_exactly_their_part(make_source, total, offset, limit, concurrent):
    source = make_source(total, concurrent=concurrent)
    expected = numbered(0, total)[offset:][:limit]
    query = source.query().offset(offset).limit(limit)
    assert ids(query) == expected
    assert ids(query.all()) == expected
    assert query.count() == len(expected)


@pytest.mark.parametrize(
    ("offset", "limit", "pages"),
    [
        (0, 10, [(0, 10)]),
        (20, 10, [(2, 10)]),
        (5, 10, [(0, 15)]),
        (40, 20, [(2, 20)]),
        (0, 100, [(0, 50), (1, 50)]),
        (0, 60, [(0, 50), (1, 50)]),
        (30, None, [(0, 50), (1, 50), (2, 50)]),
        (0, 0, []),
    ],
)
def test_a_part_costs_the_fewest_requests_that_pages_allow(source, query, offset, limit, pages):
    list(query.offset(offset).limit(limit))
    assert source.pages() == pages


def test_a_later_limit_replaces_an_earlier_one(query):
    assert ids(query.limit(5).limit(2)) == numbered(0, 2)
    assert ids(query.limit(2).offset(5).offset(10)) == numbered(10, 12)


def test_a_customer_that_moves_to_the_next_page_comes_once(make_source):
    source = make_source(60)

    def shift(position):
        if position == 1:
            source.documents.insert(0, {"id": "new"})

    source.before = shift
    assert ids(source.query()) == numbered(0, 60)


def test_all_gives_every_object_once_wherever_it_comes_again(make_source):
    source = make_source(numbered_documents(0, 100) + numbered_documents(0, 30))
    assert ids(source.query().all()) == numbered(0, 100)


def read_and_delete(source, query):
    """The ids of a result, each object deleted as soon as it is had: the index forgets it at once."""
    for found in query:
        source.documents.remove({"id": found.id})
        yield found.id


@pytest.mark.parametrize("concurrent", [False, True], ids=["one at a time", "with a page ahead"])
@pytest.mark.parametrize("how", [lambda query: query, lambda query: query.all()], ids=["iterated", "all"])
@pytest.mark.parametrize("total", [50, 51, 120, 777])
def test_a_result_that_shrinks_while_it_is_read_is_read_to_its_end(make_source, concurrent, how, total):
    source = make_source(numbered_documents(0, total), concurrent=concurrent)
    assert list(read_and_delete(source, how(source.query()))) == numbered(0, total)
    assert source.documents == []


def test_what_moves_by_several_pages_is_found_and_nothing_comes_twice(make_source):
    source = make_source(numbered_documents(0, 500))

    def shrink(position):
        if position == 4:
            del source.documents[:130]

    source.before = shrink
    assert ids(source.query()) == numbered(0, 500)


def test_going_back_costs_one_page_more_than_it_reads(make_source):
    source = make_source(numbered_documents(0, 150))

    def shrink(position):
        if position == 1:
            del source.documents[3]

    source.before = shrink
    assert ids(source.query()) == numbered(0, 150)
    assert [number for number, _ in source.pages()] == [0, 1, 0, 1, 2]


def test_servers_that_disagree_about_the_total_do_not_hold_up_a_result(make_source):
    source = make_source(numbered_documents(0, 200))

    def disagree(answer):
        answer["page"]["totalElements"] -= len(source.requests) % 2
        return answer

    source.rewrite = disagree
    assert ids(source.query()) == numbered(0, 200)
    assert len(source.pages()) <= 6


def numbered_documents(start, stop):
    return [{"id": name} for name in numbered(start, stop)]


# -- one object ------------------------------------------------------------------------------------------------------


def test_first_asks_for_a_page_of_one(source, query):
    assert query.first().id == "c0"
    assert source.pages() == [(0, 1)]


def test_first_honours_the_offset(source, query):
    assert query.offset(7).first().id == "c7"
    assert source.pages() == [(7, 1)]


def test_first_of_nothing_is_none(make_source):
    assert make_source(0).query().first() is None


@pytest.mark.parametrize("method", ["one", "one_or_none"])
def test_the_only_object_is_found_by_a_page_of_two(make_source, method):
    source = make_source(1)
    assert getattr(source.query(), method)().id == "c0"
    assert source.pages() == [(0, 2)]


@pytest.mark.parametrize("method", ["one", "one_or_none"])
def test_several_objects_are_refused_after_one_page_of_two_at_most(source, query, method):
    with pytest.raises(MultipleResultsFound, match=r"first\(\)"):
        getattr(query, method)()
    assert source.pages() == [(0, 2)]


def test_none_at_all_is_an_error_or_none(make_source):
    query = make_source(0).query().filter(Customer.base.firstName == "secret")
    assert query.one_or_none() is None
    with pytest.raises(NoResultFound, match=r"base\.firstName") as caught:
        query.one()
    assert "secret" not in str(caught.value)


def test_one_honours_the_limit(query):
    assert query.limit(1).one().id == "c0"


# -- counting --------------------------------------------------------------------------------------------------------


def test_count_is_the_servers_by_a_page_of_one(source, query):
    assert query.count() == 120
    assert source.pages() == [(0, 1)]


def test_count_goes_through_the_pages_when_the_server_does_not_count(source, query):
    source.rewrite = lambda answer: {"elements": answer["elements"]}
    assert query.count() == 120


def test_count_may_differ_from_the_objects_while_the_index_catches_up(source, query):
    source.rewrite = lambda answer: answer | {"page": answer["page"] | {"totalElements": 125, "totalPages": 3}}
    assert (query.count(), len(query.all())) == (125, 120)


def test_exists_is_a_plain_bool_by_a_page_of_one(make_source):
    full, empty = make_source(60), make_source(0)
    assert full.query().exists() is True
    assert empty.query().exists() is False
    assert full.pages() == empty.pages() == [(0, 1)]


def test_exists_honours_the_offset(query):
    assert query.offset(119).exists() is True
    assert query.offset(120).exists() is False


# -- positions -------------------------------------------------------------------------------------------------------


def test_an_index_gives_one_object(source, query):
    assert query[7].id == "c7"
    assert source.pages() == [(7, 1)]


def test_an_index_past_the_end_is_an_index_error(query):
    with pytest.raises(IndexError):
        query[120]


@pytest.mark.parametrize("part", [slice(0, 3), slice(5, 30), slice(45, 115), slice(100, None), slice(3, 20, 4)])
def test_a_slice_gives_a_list(query, part):
    found = query[part]
    assert type(found) is list
    assert ids(found) == numbered(0, 120)[part]


def test_positions_are_counted_inside_limit_and_offset(query):
    part = query.offset(10).limit(20)
    assert part[3].id == "c13"
    assert ids(part[15:40]) == numbered(25, 30)
    with pytest.raises(IndexError):
        part[20]


def test_an_empty_slice_sends_nothing(source, query):
    assert query[5:5] == query[7:3] == []
    assert source.requests == []


@pytest.mark.parametrize("position", [-1, slice(-3, None), slice(0, -1), slice(None, None, -1), "x"])
def test_positions_from_the_end_are_refused(query, position):
    with pytest.raises(ArgumentError, match="from the start only"):
        query[position]


@pytest.mark.parametrize("part", [slice(0, 5, 0), slice(None, None, 0), slice("", 5), slice(False, 5)])
def test_slices_that_are_none_are_refused(source, query, part):
    with pytest.raises(ArgumentError):
        query[part]
    assert source.requests == []


def test_a_query_has_no_length(query):
    with pytest.raises(TypeError):
        len(query)


# -- what cannot match -----------------------------------------------------------------------------------------------


def test_a_condition_that_cannot_hold_sends_nothing(source, query):
    nothing = query.filter(IMPOSSIBLE)
    assert list(nothing) == nothing[:3] == []
    assert nothing.all() == []
    assert nothing.page(0, 10) == []
    assert nothing.first() is None
    assert nothing.one_or_none() is None
    assert nothing.count() == 0
    assert nothing.exists() is False
    assert source.requests == []


# -- failures --------------------------------------------------------------------------------------------------------


def test_a_page_that_fails_fails_the_iteration_and_earlier_objects_stay(source, query):
    def fail(position):
        if position == 1:
            raise TransportError("no answer", method="GET", path="/customers")

    source.before = fail
    iterator = iter(query)
    assert ids(next(iterator) for _ in range(50)) == numbered(0, 50)
    with pytest.raises(TransportError):
        next(iterator)
    assert list(source.known) == numbered(0, 50)


@pytest.mark.parametrize("answer", [{}, {"elements": None}, {"elements": [1]}, {"elements": [{"no": "id"}]}, [], None])
def test_an_answer_that_is_no_list_of_documents_is_not_taken_for_an_empty_result(source, query, answer):
    source.rewrite = lambda _: answer
    with pytest.raises(TransportError, match="GET /customers: the answer holds no list"):
        query.all()


@pytest.mark.parametrize(("number", "size"), [(-1, 10), (0, 0), (0, 51), (0, -1), ("0", 10), (0, True), (1.0, 10)])
def test_pages_that_the_api_does_not_have_are_refused(query, number, size):
    with pytest.raises(ArgumentError):
        query.page(number, size)


@pytest.mark.parametrize("cut", [lambda q: q.limit(5), lambda q: q.offset(5)])
def test_a_page_of_a_limited_query_is_refused(query, cut):
    with pytest.raises(InvalidRequestError, match="one or the other"):
        cut(query).page(0)
