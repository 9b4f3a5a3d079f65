"""`contacthub demo`: what it prints is what happened."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from contacthub_orm.cli import demo as demo_module
from contacthub_orm.cli.commands import contacthub
from contacthub_orm.cli.edits import Edit
from contacthub_orm.cli.sample import SAMPLE_SIZE, sample
from contacthub_orm.cli.traffic import WIDTH, comparison, listing, requests_per_call, shortened
from contacthub_orm.sandbox import Sandbox


@pytest.fixture(scope="module")
def run():
    """Run the demo once and return its output and the log of its sandbox."""
    logs = []

    class Recorded(Sandbox):
        def __exit__(self, *exc_info):
            logs.append(list(self.requests))
            return super().__exit__(*exc_info)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo_module, "Sandbox", Recorded)
        result = CliRunner().invoke(contacthub, ["demo", "--latency", "0"])
    assert result.exit_code == 0, result.output
    return result.output, logs[0]


def edited():
    """The sample's customers that the demo works on, straight from the file."""
    return [document for document in sample() if document["base"]["address"]["city"] in demo_module.CITIES]


def needed():
    """The verbs that the demo's commit needs, worked out from the sample without the library."""
    deleted = patched = 0
    for document in edited():
        loyalty, email = document["extended"]["loyalty"], document["base"]["contacts"]["email"]
        if loyalty["points"] < demo_module.IDLE_POINTS:
            deleted += 1
        elif email != email.lower() or loyalty["points"] >= demo_module.VIP_POINTS or loyalty["since"] < "2023":
            patched += 1
    return {"POST": demo_module.NEWCOMERS, "PATCH": patched, "DELETE": deleted}


def test_every_line_fits_a_terminal_of_100_columns(run):
    output, _log = run

    assert [line for line in output.splitlines() if len(line) > WIDTH] == []


def test_the_commit_sends_one_request_for_each_customer_that_changed(run):
    _output, log = run
    writes = [request.method for request in log if request.method != "GET"][SAMPLE_SIZE:]

    assert {verb: writes.count(verb) for verb in writes} == needed()


def test_the_counts_it_prints_are_those_of_the_log(run):
    output, log = run
    writes = [request.method for request in log if request.method != "GET"][SAMPLE_SIZE:]

    printed = {verb: int(count) for verb, count in re.findall(r"^(POST|PATCH|DELETE): (\d+)$", output, re.MULTILINE)}

    assert printed == {verb: writes.count(verb) for verb in writes}


def test_the_edits_cover_every_kind_that_it_talks_about(run):
    output, _log = run

    assert all(re.search(rf"^ +[1-9]\d*  {edit.label}$", output, re.MULTILINE) for edit in Edit)


def test_the_last_line_sums_up(run):
    output, _log = run
    *_rest, last = output.strip().splitlines()

    numbers = re.fullmatch(
        r"(\d+) customers loaded, (\d+) edits, (\d+) requests in [\d.]+ s; a request per call makes (\d+) requests\.",
        last,
    )
    assert numbers
    loaded, made, sent, per_call = map(int, numbers.groups())
    assert loaded == len(edited())
    assert sent == sum(needed().values())
    assert sent < made < per_call


def test_a_request_per_call_costs_the_calls_of_each_edit():
    assert requests_per_call({Edit.TAGGED: 3, Edit.DELETED: 2, Edit.REVERTED: 1}) == 3 * 2 + 2 + 2


def test_long_texts_are_shortened_with_a_note_of_what_is_left_out():
    lines = [f"line {number}" for number in range(10)]

    assert shortened(lines, 10) == lines
    assert shortened(lines, 4) == ["line 0", "line 1", "  … 7 more lines …", "line 9"]


def test_an_empty_commit_has_an_empty_listing():
    assert list(listing([])) == []
    assert "contacthub_orm" in list(comparison({}, []))[-1]
