"""A new object that the server merges into one whose own request is under way: in any order of answers."""

from __future__ import annotations

import attrs
import pytest

from contacthub_orm.errors import BadRequest, TransportError
from contacthub_orm.mapping import inspect
from contacthub_orm.mapping.state import changes
from contacthub_orm.unit_of_work.flush import failed
from contacthub_orm.unit_of_work.report import Outcome, OutcomeState
from contacthub_orm.unit_of_work.settling import Settlement

FAILURES = {
    "rejected": BadRequest(400, "m"),
    "unknown": TransportError("lost", method="PATCH", path="/", sent=True),
}


def document(version, first_name, last_name):
    return {
        "id": "c1",
        "updatedAt": f"2024-05-01T10:00:0{version}.000+0000",
        "base": {"firstName": first_name, "lastName": last_name, "likes": [{"id": "l1"}]},
    }


@pytest.fixture
def held(session):
    return session.loaded("c1", **{key: value for key, value in document(1, "old", "old").items() if key != "id"})


@attrs.define
class Commit:
    """The flush of a change of `held` and of a new object, whose answers a test settles in the order of its choice."""

    session: object
    held: object
    own: Outcome
    merging: Outcome

    def settle(self, first):
        outcomes = [self.own, self.merging] if first == "own" else [self.merging, self.own]
        settlement = Settlement(self.session.work)
        settlement.begin([outcome.operation for outcome in outcomes])
        settled = [settlement(outcome) for outcome in outcomes]
        return settled if first == "own" else settled[::-1]

    def planned(self):
        return [(operation.method, operation.body) for operation in self.session.plan()]


@pytest.fixture
def commit(session, held):
    def make(how="edit", outcome="done", newer="merging"):
        if how == "child":
            held.base.likes[0].name = "mine"
        elif how == "delete":
            session.work.mark_deleted(held)
        else:
            held.base.firstName = "mine"
        if how == "replace":
            session.work.mark_replaced(held)
        new = session.new(base={"lastName": "merged"})
        plan = {operation.entity: operation for operation in session.plan()}
        answers = {"edit": document(2, "mine", "old"), "replace": document(2, "mine", None), "child": {"id": "l1"}}
        merged = document(3, "old" if outcome != "done" else "mine", "merged")
        if newer == "own":
            answers |= {"edit": document(4, "mine", "merged"), "replace": document(4, "mine", None)}
            merged["base"]["firstName"] = "old"
        if outcome == "done":
            own = Outcome(plan[held], OutcomeState.DONE, document=answers.get(how))
        else:
            own = failed(plan[held], FAILURES[outcome])
        return Commit(session, held, own, Outcome(plan[new], OutcomeState.DONE, document=merged))

    return make


@pytest.mark.parametrize("newer", ["own", "merging"])
@pytest.mark.parametrize("first", ["own", "merging"])
@pytest.mark.parametrize("how", ["edit", "replace"])
def test_an_object_that_is_done_is_clean_and_shows_the_newer_document(session, held, commit, how, first, newer):
    made = commit(how, newer=newer)
    own, merging = made.settle(first)
    assert (own.state, merging.state) == (OutcomeState.DONE, OutcomeState.CONFLICT)
    assert made.planned() == []
    assert not session.work.is_modified(held)
    last_name = "merged" if newer == "merging" or how == "edit" else None
    assert (held.base.firstName, held.base.lastName) == ("mine", last_name)


@pytest.mark.parametrize("first", ["own", "merging"])
def test_what_nobody_can_order_is_read_again(session, held, commit, first):
    """The answer about a child does not tell when the customer changed."""
    made = commit("child")
    made.settle(first)
    assert made.planned() == []
    assert inspect(held).partial


@pytest.mark.parametrize("first", ["own", "merging"])
@pytest.mark.parametrize("outcome", ["rejected", "unknown"])
@pytest.mark.parametrize("how", ["edit", "replace", "child"])
def test_an_object_that_is_not_done_keeps_its_edits_alone(held, commit, how, outcome, first):
    made = commit(how, outcome)
    own, _ = made.settle(first)
    assert str(own.state) == outcome
    assert held.base.lastName == "merged"
    likes = [{"id": "l1", "name": "mine"}] if how == "child" else None
    assert changes(held) == {"base": {"likes": likes} if likes else {"firstName": "mine"}}


@pytest.mark.parametrize("first", ["own", "merging"])
def test_what_was_merged_into_an_object_that_is_deleted_meanwhile_is_created_by_the_next_commit(
    session, held, commit, first
):
    made = commit("delete")
    _, merging = made.settle(first)
    assert "the next commit creates it" in merging.message
    assert inspect(held).deleted
    assert [method for method, _ in made.planned()] == ["POST"]


@pytest.mark.parametrize("first", ["own", "merging"])
def test_an_object_that_could_not_be_deleted_waits_for_its_deletion(held, commit, first):
    made = commit("delete", "rejected")
    made.settle(first)
    assert ("DELETE", None) in made.planned()


def test_an_edit_that_is_made_meanwhile_stays_the_only_edit(session, held, commit):
    made = commit("edit")
    held.base.middleName = "meanwhile"
    made.settle("merging")
    assert made.planned() == [("PATCH", {"base": {"middleName": "meanwhile"}})]
