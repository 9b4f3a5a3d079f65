"""The report: one outcome for each operation, sorted by what became of it, readable, without content."""

from __future__ import annotations

import pickle

import attrs
import pytest

from contacthub_orm.errors import BadRequest, CommitError, Conflict
from contacthub_orm.models import Customer
from contacthub_orm.unit_of_work import CommitReport, Operation, Outcome, OutcomeState
from contacthub_orm.unit_of_work.report import SHOWN


def operation(number: int = 1, method: str = "PATCH") -> Operation:
    customer = Customer(externalId="secret")
    body = {"externalId": "secret"}
    return Operation("update", method, ("customers", f"c{number}"), body, "changed externalId", customer, {}, number)


def outcome(state: OutcomeState, **more) -> Outcome:
    return Outcome(operation(more.pop("number", 1)), state, **more)


@pytest.fixture
def report():
    return CommitReport(tuple(outcome(state, number=number) for number, state in enumerate(OutcomeState)))


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("done", OutcomeState.DONE),
        ("rejected", OutcomeState.REJECTED),
        ("conflicts", OutcomeState.CONFLICT),
        ("deferred", OutcomeState.DEFERRED),
        ("unknown", OutcomeState.UNKNOWN),
        ("blocked", OutcomeState.BLOCKED),
    ],
)
def test_outcomes_are_found_by_their_state(report, name, state):
    (found,) = getattr(report, name)
    assert found.state is state
    assert getattr(CommitReport(), name) == ()


def test_every_state_has_a_name_of_its_own(report):
    names = ("done", "rejected", "conflicts", "deferred", "unknown", "blocked")
    assert [found for name in names for found in getattr(report, name)] == list(report)
    assert len(report) == len(OutcomeState) == len(names)


def test_a_report_is_done_when_every_operation_is(report):
    assert CommitReport().is_done
    assert CommitReport((outcome(OutcomeState.DONE),)).is_done
    assert not report.is_done
    assert all(not CommitReport((outcome(state),)).is_done for state in OutcomeState if state != "done")


def test_a_report_is_always_true():
    assert CommitReport()
    assert CommitReport((outcome(OutcomeState.REJECTED),))


def test_requests_are_counted_with_their_retries():
    report = CommitReport(
        (
            outcome(OutcomeState.DONE, attempts=3),
            outcome(OutcomeState.BLOCKED),
            outcome(OutcomeState.UNKNOWN, attempts=1),
        )
    )
    assert report.requests == 4


def test_an_entry_has_object_method_path_attempts_status_message_and_logref():
    found = outcome(OutcomeState.REJECTED, attempts=2, status=400, message="bad thing", logref="log-1")
    assert isinstance(found.object, Customer)
    assert (found.method, found.path, found.attempts) == ("PATCH", "/customers/c1", 2)
    assert (found.status, found.message, found.logref) == (400, "bad thing", "log-1")
    assert (found.error, found.document, found.existing_id) == (None, None, None)


def test_the_summary_counts_by_state(report):
    assert report.summary() == "1 done, 1 rejected, 1 conflict, 1 deferred, 1 unknown, 1 blocked"
    assert CommitReport().summary() == "nothing to do"
    assert CommitReport((outcome(OutcomeState.DONE),) * 2).summary() == "2 done"
    assert repr(report) == f"<CommitReport: {report.summary()}>"


def test_the_text_lists_what_is_not_done_with_its_reason():
    report = CommitReport(
        (outcome(OutcomeState.DONE), outcome(OutcomeState.REJECTED, number=2, status=400, message="bad thing"))
    )
    assert str(report).splitlines() == [
        "1 done, 1 rejected",
        "rejected: PATCH /customers/c2 (changed externalId): 400 bad thing",
    ]


def test_the_text_tells_where_the_server_found_something_wrong_and_no_value():
    errors = [{"message": "not secret", "path": "/base/dob"}, {"path": "/extra"}, {"path": None}, {"data": "secret"}]
    error = BadRequest(400, "bad thing", errors=errors)
    text = str(outcome(OutcomeState.REJECTED, status=400, message="bad thing", error=error))
    assert text == "rejected: PATCH /customers/c1 (changed externalId): 400 bad thing (/base/dob, /extra)"


def conflict(existing_id: str | None, force_update: bool = False) -> str:
    created = attrs.evolve(operation(method="POST"), kind="create", reason="new Customer #3", force_update=force_update)
    return str(Outcome(created, OutcomeState.CONFLICT, status=409, error=Conflict(409, ""), existing_id=existing_id))


def test_the_text_of_a_conflict_names_the_object_and_tells_what_to_do():
    text = conflict("c9")
    assert text.startswith("conflict: POST /customers/c1 (new Customer #3): 409. Customer c9 has one of its keys; ")
    assert "force_update=True" in text


@pytest.mark.parametrize("text", [conflict(None), conflict("c9", force_update=True)])
def test_the_text_of_a_conflict_does_not_offer_what_cannot_help(text):
    assert text.endswith("Another customer has one of its keys; change that key")


def test_a_long_text_is_cut_and_says_how_much_is_left_out():
    failed = tuple(outcome(OutcomeState.REJECTED, number=number) for number in range(SHOWN + 5))
    lines = str(CommitReport(failed)).splitlines()
    assert len(lines) == SHOWN + 2
    assert lines[-1] == "… and 5 more"


def test_neither_text_nor_repr_shows_content(report):
    for text in (str(report), repr(report), *map(repr, report), *map(str, report)):
        assert "secret" not in text
    assert repr(outcome(OutcomeState.REJECTED, status=400)) == "<rejected PATCH /customers/c1 400>"
    assert repr(outcome(OutcomeState.BLOCKED)) == "<blocked PATCH /customers/c1>"


def test_an_error_with_its_report_survives_a_pickle():
    error = BadRequest(400, "bad thing", logref="log-1")
    report = CommitReport((outcome(OutcomeState.REJECTED, status=400, message="bad thing", error=error),))
    again = pickle.loads(pickle.dumps(CommitError(str(report), report)))
    assert str(again) == str(report)
    (found,) = again.report.rejected
    assert (found.status, found.error.logref, str(found.error)) == (400, "log-1", str(error))
    assert found.object.externalId == "secret"
