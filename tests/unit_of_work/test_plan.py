"""The plan: which requests, in which order, with which bodies; what cannot be sent is found before anything is."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from contacthub_orm.errors import ValidationError
from contacthub_orm.mapping.state import changes, state_of
from contacthub_orm.models import Customer
from contacthub_orm.unit_of_work.plan import SECTION_LIMIT, Plan


def lines(plan: Plan) -> list[str]:
    return [f"{operation.method} {operation.path}" for operation in plan]


# -- which requests --------------------------------------------------------------------------------------------------


def test_nothing_changed_makes_an_empty_plan(session):
    session.loaded("c1", base={"firstName": "B"})
    assert list(session.plan()) == []
    assert session.work.is_idle


def test_creates_come_first_then_replacements_edits_and_deletions_each_in_their_order(session):
    one, two, three, four = (session.loaded(f"c{number}", externalId="e") for number in range(1, 5))
    session.work.mark_deleted(two)
    three.externalId = "x"
    one.externalId = "x"
    session.work.mark_replaced(four)
    session.new(externalId="n1")
    session.new(externalId="n2")
    assert lines(session.plan()) == [
        "POST /customers",
        "POST /customers",
        "PUT /customers/c4",
        "PATCH /customers/c3",
        "PATCH /customers/c1",
        "DELETE /customers/c2",
    ]
    assert [operation.body["externalId"] for operation in session.plan()[:2]] == ["n1", "n2"]


def test_edits_of_one_object_are_one_request_with_the_changed_leaves_only(session):
    customer = session.loaded("c1", externalId="e", base={"firstName": "B", "contacts": {"phone": "1", "fax": "2"}})
    customer.base.contacts.phone = "3"
    customer.externalId = None
    customer.base.contacts.phone = "4"
    (operation,) = session.plan()
    assert (operation.kind, operation.method, operation.segments) == ("update", "PATCH", ("customers", "c1"))
    assert operation.body == {"externalId": None, "base": {"contacts": {"phone": "4"}}}
    assert operation.why == "changed externalId, base.contacts.phone"


def test_an_edit_that_was_taken_back_is_no_request_and_the_next_one_is(session):
    customer = session.loaded("c1", externalId="e")
    customer.externalId = "x"
    customer.externalId = "e"
    assert list(session.plan()) == []
    assert session.work.is_idle
    customer.externalId = "y"
    assert lines(session.plan()) == ["PATCH /customers/c1"]


def test_new_and_deleted_is_nothing(session):
    customer = session.new(externalId="e")
    session.work.mark_deleted(customer)
    assert list(session.plan()) == []
    assert state_of(customer).owner is None


def test_edited_and_deleted_is_one_deletion(session):
    customer = session.loaded("c1", externalId="e")
    customer.externalId = "x"
    session.work.mark_deleted(customer)
    session.work.mark_deleted(customer)
    assert lines(session.plan()) == ["DELETE /customers/c1"]
    (operation,) = session.plan()
    assert operation.body is None


def test_deleted_and_added_again_is_the_edit_that_is_left(session):
    customer = session.loaded("c1", externalId="e")
    customer.externalId = "x"
    session.work.mark_deleted(customer)
    session.work.add(customer, False, "node-1")
    assert lines(session.plan()) == ["PATCH /customers/c1"]


def test_new_and_edited_is_one_creation_with_the_last_values(session):
    customer = session.new(externalId="e")
    for name in ("a", "b", "c"):
        customer.base.firstName = name
    (operation,) = session.plan()
    assert operation.body == {"nodeId": "node-1", "externalId": "e", "base": {"firstName": "c"}}
    assert operation.why == "new Customer"


@pytest.mark.parametrize("taken_back", [True, False])
def test_an_object_that_comes_back_is_tracked_again(session, taken_back):
    customer = session.loaded("c1", externalId="e")
    customer.externalId = "x"
    if taken_back:
        customer.externalId = "e"
    session.work.forget(customer)
    session.work.add(customer, False, "node-1")
    assert lines(session.plan()) == ([] if taken_back else ["PATCH /customers/c1"])
    customer.externalId = "y"
    assert lines(session.plan()) == ["PATCH /customers/c1"]


def test_an_object_edited_while_it_belonged_to_nobody_is_sent_when_it_is_added(session):
    customer = session.loaded("c1", externalId="e")
    session.work.forget(customer)
    customer.externalId = "x"
    customer.externalId = "e"
    session.work.add(customer, False, "node-1")
    customer.base.firstName = "B"
    assert lines(session.plan()) == ["PATCH /customers/c1"]


# -- bodies ----------------------------------------------------------------------------------------------------------


def test_a_creation_leaves_out_nulls_and_what_only_the_server_sets(session):
    session.new(id="mine", externalId="e", extra=None, base={"firstName": None, "address": {"city": None}, "likes": []})
    (operation,) = session.plan()
    assert operation.body == {"nodeId": "node-1", "externalId": "e", "base": {"address": {}, "likes": []}}


def test_a_creation_leaves_out_what_was_only_looked_into(session):
    customer = session.new(externalId="e")
    customer.tags.manual.append("x")
    customer.tags.manual.remove("x")
    customer.base.likes.sort()
    customer.base.address.city = None
    (operation,) = session.plan()
    assert operation.body == {"nodeId": "node-1", "externalId": "e"}


def test_a_replacement_holds_the_whole_document_with_its_id_and_node(session):
    document = {
        "nodeId": "n9",
        "externalId": "e",
        "updatedAt": "t",
        "base": {"firstName": None, "x": 1},
        "new": {"y": 1},
    }
    customer = session.loaded("c1", **copy.deepcopy(document))
    session.work.mark_replaced(customer)
    (operation,) = session.plan()
    assert (operation.kind, operation.method) == ("replace", "PUT")
    assert operation.body == {"id": "c1", "nodeId": "n9", "externalId": "e", "base": {"x": 1}, "new": {"y": 1}}


def test_a_list_is_sent_whole_and_its_siblings_are_not(session):
    customer = session.loaded("c1", tags={"auto": ["a"], "manual": ["x"]}, base={"firstName": "B"})
    customer.tags.manual.append("y")
    (operation,) = session.plan()
    assert operation.body == {"tags": {"manual": ["x", "y"]}}


def test_what_is_edited_after_planning_is_not_in_the_plan(session):
    customer = session.loaded("c1", externalId="e", tags={"manual": ["x"]})
    pending = session.new(externalId="n")
    customer.tags.manual.append("y")
    plan = session.plan()
    bodies = copy.deepcopy([operation.body for operation in plan])
    customer.tags.manual.append("z")
    customer.base.firstName = "B"
    pending.base.firstName = "N"
    assert [operation.body for operation in plan] == bodies
    assert changes(customer) == {"tags": {"manual": ["x", "y", "z"]}, "base": {"firstName": "B"}}


def test_planning_changes_nothing(session):
    customer = session.loaded("c1", externalId="e")
    customer.base.address.city = "Gotham"
    first, second = session.plan(), session.plan()
    assert lines(first) == lines(second)
    assert [operation.body for operation in first] == [operation.body for operation in second]
    assert session.transport.requests == []


# -- what cannot be sent ---------------------------------------------------------------------------------------------


def json_of(size: int, letter: str = "x") -> dict[str, str]:
    """An object whose JSON has exactly this many bytes."""
    frame = len(json.dumps({"a": ""}, separators=(",", ":")))
    letters = (size - frame) // len(letter.encode())
    return {"a": letter * letters + "x" * (size - frame - letters * len(letter.encode()))}


@pytest.mark.parametrize("letter", ["x", "é", "日", "\U0001f600"])
def test_a_section_may_have_exactly_64_kilobytes_of_utf_8(session, letter):
    assert SECTION_LIMIT == 65_536
    session.new(extended=json_of(65_536, letter))
    assert len(session.plan()) == 1
    session.new(extended=json_of(65_537, letter))
    with pytest.raises(ValidationError, match=r"Customer #2 extended: has 65,537 bytes of JSON; .* at most 65,536"):
        session.plan()


def test_the_extra_text_counts_without_its_quotes(session):
    session.new(externalId="e", extra="é" * 32_768)
    assert len(session.plan()) == 1
    session.new(externalId="e", extra="é" * 32_768 + "x")
    with pytest.raises(ValidationError, match="Customer #2 extra: has 65,537 bytes"):
        session.plan()


def test_the_size_of_a_section_is_that_of_the_whole_and_not_of_the_patch(session):
    customer = session.loaded("c1", extended=json_of(65_531))
    customer.base.firstName = "B"
    assert len(session.plan()) == 1
    customer.extended.b = 1
    with pytest.raises(ValidationError, match=r"Customer c1 extended: has 65,53. bytes"):
        session.plan()


def test_a_section_that_shrinks_below_the_limit_is_sent(session):
    customer = session.loaded("c1", extended={**json_of(70_000), "b": "x" * 60_000})
    del customer.extended.a
    assert lines(session.plan()) == ["PATCH /customers/c1"]


@pytest.mark.parametrize("content", [{}, {"base": {}}, {"base": None}, {"externalId": ""}, {"tags": {"manual": ["x"]}}])
def test_a_new_customer_needs_something_that_names_it(session, content):
    session.new(**content)
    with pytest.raises(ValidationError, match=r"Customer: is empty; .* at least one of externalId, base, extended"):
        session.plan()


def test_one_error_lists_every_problem_of_every_object(session):
    session.new()
    session.new(extended=json_of(70_000), extra="x" * 70_000)
    customer = session.loaded("c1")
    customer.base.firstName = "secret" * 20_000
    with pytest.raises(ValidationError) as caught:
        session.plan()
    assert [path for path, _ in caught.value.problems] == [
        "new Customer #1",
        "new Customer #2 extended",
        "new Customer #2 extra",
        "Customer c1 base",
    ]
    assert str(caught.value).startswith("4 problems:\n")
    assert "secret" not in str(caught.value)


def test_the_error_names_the_objects_once_each_with_their_problems(session):
    empty = session.new()
    session.new(externalId="fine")
    large = session.new(extended=json_of(70_000), extra="x" * 70_000)
    edited = session.loaded("c1")
    edited.base.firstName = "x" * 70_000
    with pytest.raises(ValidationError) as caught:
        session.plan()
    error = caught.value
    assert [id(it) for it in error.objects] == [id(empty), id(large), id(edited)]
    assert [path for path, _ in error.problems_of(large)] == ["new Customer #3 extended", "new Customer #3 extra"]
    assert error.problems_of(Customer()) == ()


def test_the_error_with_its_objects_survives_a_pickle(session):
    session.new()
    with pytest.raises(ValidationError) as caught:
        session.plan()
    same = pickle.loads(pickle.dumps(caught.value))
    (found,) = same.objects
    assert same.problems_of(found) == caught.value.problems
    assert str(same) == str(caught.value)


def test_after_the_problem_is_mended_everything_is_sent(session):
    customer = session.loaded("c1", externalId="e")
    customer.extended = json_of(70_000)
    with pytest.raises(ValidationError):
        session.plan()
    customer.extended = {"a": 1}
    (operation,) = session.plan()
    assert operation.body == {"extended": {"a": 1}}


def test_a_lone_surrogate_from_the_server_does_not_stop_the_plan(session):
    customer = session.loaded("c1", extended={"odd": "\ud800", "n": 1})
    customer.extended.n = 2
    (operation,) = session.plan()
    assert operation.body == {"extended": {"n": 2}}


# -- what a person sees ----------------------------------------------------------------------------------------------


def test_a_plan_prints_as_a_table_of_verb_path_reason_and_body(session):
    customer = session.loaded("c1", externalId="e")
    gone = session.loaded("c2")
    session.new(externalId="n")
    customer.base.firstName = "Zoë"
    session.work.mark_deleted(gone)
    assert str(session.plan()).splitlines() == [
        "3 requests: 1 POST, 1 PATCH, 1 DELETE",
        'POST    /customers     new Customer            {"nodeId":"node-1","externalId":"n"}',
        'PATCH   /customers/c1  changed base.firstName  {"base":{"firstName":"Zoë"}}',
        "DELETE  /customers/c2  deleted",
    ]


def test_several_new_objects_of_a_class_are_numbered(session):
    """They have no id by which a report or a problem could name them."""
    for name in ("a", "b"):
        session.new(externalId=name)
    session.loaded("c1").extra = "x"
    assert [operation.why for operation in session.plan()] == ["new Customer #1", "new Customer #2", "changed extra"]


def test_long_bodies_are_cut(session):
    session.new(externalId="x" * 500)
    line = str(session.plan()).splitlines()[1]
    assert "…" in line
    assert len(line) < 120


def test_a_repr_shows_no_bodies(session):
    session.new(externalId="secret")
    plan = session.plan()
    assert "secret" not in repr(plan)
    assert repr(plan).startswith("<Plan of 1 request: 1 POST")
    assert repr(plan[0]) == "<POST /customers: new Customer>"


def test_an_empty_plan_says_so():
    assert str(Plan()) == "0 requests"
    assert Plan().summary() == "0 requests"
    assert not Plan()


def test_a_plan_is_a_sequence(session):
    session.new(externalId="a")
    session.new(externalId="b")
    plan = session.plan()
    assert (len(plan), plan[0] in plan, plan[-1].body["externalId"]) == (2, True, "b")
    assert [operation.entity for operation in plan] == list(session.work.new.values())
    assert isinstance(plan[0].entity, Customer)
