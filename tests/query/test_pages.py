"""ReadOnlyList and PaginatedList: lists to look at, and pages to turn."""

from __future__ import annotations

import copy
import pickle

import pytest

from contacthub_orm.errors import OperationNotPermitted, TransportError
from contacthub_orm.models import Customer
from contacthub_orm.query import PaginatedList, ReadOnlyList

WORDS = ["b", "a", "c", "a"]

READING = {
    "__add__": lambda items: items + ["d"],  # noqa: RUF005
    "__contains__": lambda items: ("a" in items, "z" in items),
    "__eq__": lambda items: (items == ["b", "a", "c", "a"], items == ["b"], items == "bac"),
    "__getitem__": lambda items: (items[0], items[-1], items[1:3], items[:], items[-2:], items[::-1]),
    "__iter__": lambda items: list(iter(items)),
    "__len__": lambda items: len(items),
    "__mul__": lambda items: items * 2,
    "__ne__": lambda items: (items != ["b"], items != ["b", "a", "c", "a"]),
    "__reversed__": lambda items: list(reversed(items)),
    "__rmul__": lambda items: 2 * items,
    "copy": lambda items: items.copy(),
    "count": lambda items: items.count("a"),
    "index": lambda items: (items.index("a"), items.index("a", 2), items.index("a", 0, 2)),
}
CHANGING = {
    "__delitem__": lambda items: items.__delitem__(0),
    "__iadd__": lambda items: items.__iadd__(["d"]),
    "__imul__": lambda items: items.__imul__(2),
    "__setitem__": lambda items: items.__setitem__(0, "z"),
    "append": lambda items: items.append("d"),
    "clear": lambda items: items.clear(),
    "extend": lambda items: items.extend(["d"]),
    "insert": lambda items: items.insert(0, "d"),
    "pop": lambda items: items.pop(),
    "remove": lambda items: items.remove("a"),
    "reverse": lambda items: items.reverse(),
    "sort": lambda items: items.sort(),
}
NOT_OFFERED = {"__lt__", "__le__", "__gt__", "__ge__"}  # lists of customers have no order
OF_EVERY_OBJECT = set(dir(object)) - set(READING)


def test_every_name_of_a_list_is_either_readable_or_refused():
    names = set(dir(list)) - OF_EVERY_OBJECT - {"__class_getitem__"}
    assert names - NOT_OFFERED == set(READING) | set(CHANGING)


@pytest.mark.parametrize("name", READING)
def test_reading_is_the_same_as_with_a_list(name):
    assert READING[name](ReadOnlyList(WORDS)) == READING[name](list(WORDS))


@pytest.mark.parametrize("index", ["0", 1.0, None, slice("0", 2), slice(0, 1.0)], ids=repr)
def test_what_is_no_index_is_refused_as_by_a_list(index):
    with pytest.raises(TypeError):
        ReadOnlyList(WORDS)[index]


@pytest.mark.parametrize("name", CHANGING)
def test_changing_is_refused_with_what_to_do_instead(name):
    items = ReadOnlyList(WORDS)
    with pytest.raises(OperationNotPermitted, match=r"read-only\. Instead: "):
        CHANGING[name](items)
    assert items == WORDS


def test_augmented_assignment_is_refused():
    items = ReadOnlyList(WORDS)
    with pytest.raises(OperationNotPermitted):
        items += ["d"]
    with pytest.raises(OperationNotPermitted):
        items *= 2


def test_a_list_plus_a_read_only_list_is_a_list():
    assert ["z", *WORDS] == ["z"] + ReadOnlyList(WORDS)  # noqa: RUF005


def test_read_only_lists_are_not_hashable():
    with pytest.raises(TypeError):
        hash(ReadOnlyList())


# -- one page --------------------------------------------------------------------------------------------------------


def ids(objects):
    return [customer.id for customer in objects]


def test_a_page_is_one_request_counted_from_zero(source, query):
    page = query.page(1, 25)
    assert source.pages() == [(1, 25)]
    assert ids(page) == [f"c{number}" for number in range(25, 50)]
    assert len(source.requests) == 1


def test_a_page_has_the_size_of_the_api_if_none_is_said(source, query):
    query.page(0)
    assert source.pages() == [(0, 10)]


def test_a_page_says_what_the_server_said(query):
    page = query.page(2, 50)
    assert (page.size, page.page_number, page.total_elements, page.total_pages) == (50, 2, 120, 3)
    assert page.total_unfiltered_elements == 0


def test_turning_pages_gives_new_lists(query):
    first = query.page(0, 50)
    second = first.next_page()
    assert second is not first
    assert (first.page_number, second.page_number, second.previous_page().page_number) == (0, 1, 0)
    assert ids(second)[0] == "c50"
    assert ids(first)[0] == "c0"


def test_turning_past_the_last_page_is_refused_and_sends_nothing(source, query):
    last = query.page(2, 50)
    with pytest.raises(OperationNotPermitted, match=r"Last page reached\. This is page 2 of 3"):
        last.next_page()
    assert len(source.requests) == 1


def test_turning_before_the_first_page_is_refused_and_sends_nothing(source, query):
    first = query.page(0, 50)
    with pytest.raises(OperationNotPermitted, match="First page reached"):
        first.previous_page()
    assert len(source.requests) == 1


def test_an_empty_result_has_no_pages_to_turn(make_source):
    page = make_source(0).query().page(0, 10)
    assert (len(page), page.total_pages, page.total_elements) == (0, 0, 0)
    with pytest.raises(OperationNotPermitted, match="Last page reached"):
        page.next_page()
    with pytest.raises(OperationNotPermitted, match="First page reached"):
        page.previous_page()


def test_a_page_past_the_end_is_empty_and_leads_back(query):
    page = query.page(9, 50)
    assert (len(page), page.page_number) == (0, 9)
    assert page.previous_page().page_number == 8
    with pytest.raises(OperationNotPermitted):
        page.next_page()


def test_a_turn_that_fails_leaves_the_page_as_it_is(source, query):
    page = query.page(0, 50)

    def fail(position):
        raise TransportError("no answer", method="GET", path="/customers")

    source.before = fail
    with pytest.raises(TransportError):
        page.next_page()
    assert (page.page_number, len(page)) == (0, 50)


@pytest.mark.parametrize("told", [None, {}, {"size": 50, "number": 0}, "nonsense", {"totalElements": None, "size": -1}])
def test_page_members_that_the_server_leaves_out_are_filled_in(source, query, told):
    source.rewrite = lambda answer: {"elements": answer["elements"], "page": told}
    page = query.page(0, 50)
    assert (page.size, page.page_number, page.total_elements, page.total_pages) == (50, 0, 50, 1)
    assert page.total_unfiltered_elements == 0


def test_without_counts_a_full_page_may_have_a_next_one_and_a_short_one_has_none(source, query):
    source.rewrite = lambda answer: {"elements": answer["elements"]}
    assert ids(query) == [f"c{number}" for number in range(120)]
    last = query.page(1, 50).next_page()
    with pytest.raises(OperationNotPermitted, match="Last page reached"):
        last.next_page()


# -- the whole result ------------------------------------------------------------------------------------------------


def test_all_reads_the_first_page_at_once_and_no_more(source, query):
    query.all()
    assert source.pages() == [(0, 50)]


def test_pages_are_read_as_far_as_the_list_is_looked_at(source, query):
    result = query.all()
    assert result[49].id == "c49"
    assert len(source.requests) == 1
    assert result[50].id == "c50"
    assert len(source.requests) == 2
    assert ids(result[10:20])[0] == "c10"
    assert len(source.requests) == 2
    assert result[-1].id == "c119"
    assert len(source.requests) == 3


def test_the_length_is_that_of_the_whole_result_and_every_page_is_read_once(source, query):
    result = query.all()
    assert len(result) == len(result) == 120
    assert ids(result) == ids(result)
    assert len(source.requests) == 3


def test_looking_whether_there_is_anything_reads_nothing_more(source, query, make_source):
    assert query.all()
    assert len(source.requests) == 1
    assert not make_source(0).query().all()


def test_showing_a_list_reads_nothing_more(source, query):
    assert repr(query.all()) == "<PaginatedList: whole result, 50 of 120 objects loaded>"
    assert repr(query.page(1, 20)) == "<PaginatedList: page 1 of 6, 20 of 120 objects loaded>"
    assert len(source.requests) == 2


def test_the_whole_result_counts_what_is_in_limit_and_offset(query):
    result = query.offset(10).limit(70).all()
    assert (result.total_elements, result.total_pages, result.page_number) == (70, 2, 0)


def test_the_whole_result_has_no_pages_to_turn_and_points_to_page(query):
    with pytest.raises(OperationNotPermitted, match=r"Last page reached.*query\.page"):
        query.all().next_page()
    with pytest.raises(OperationNotPermitted, match=r"First page reached.*query\.page"):
        query.all().previous_page()


@pytest.mark.parametrize("concurrent", [True, False])
def test_a_page_that_failed_is_asked_for_again_and_nothing_is_missing(make_source, concurrent):
    source = make_source(120, concurrent=concurrent)
    failing = {1}

    def fail(position):
        if position in failing:
            raise TransportError("no answer", method="GET", path="/customers")

    source.before = fail
    result = source.query().all()
    with pytest.raises(TransportError):
        len(result)
    assert ids(result) == [f"c{number}" for number in range(120)]


def test_a_page_that_could_not_be_mapped_is_not_lost(source, query):
    result = query.all()
    hydrate = source.hydrate

    def refuse(*arguments, **options):
        raise RuntimeError("the session is closed")

    source.hydrate = refuse
    with pytest.raises(RuntimeError):
        len(result)
    source.hydrate = hydrate
    assert len(result) == 120


def test_results_are_paginated_read_only_lists(query):
    for result in (query.all(), query.page(0, 10)):
        assert isinstance(result, PaginatedList)
        assert isinstance(result, ReadOnlyList)
        with pytest.raises(OperationNotPermitted):
            result.append(Customer())


@pytest.mark.parametrize("copied", [copy.copy, lambda result: pickle.loads(pickle.dumps(result))])
def test_a_copy_is_a_plain_list(query, copied):
    copies = copied(query.all())
    assert type(copies) is list
    assert ids(copies) == ids(query.all())
