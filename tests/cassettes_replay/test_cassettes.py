"""The committed cassettes: they play to the end without a network, still say what the sandbox says, and hold no secret.

`python -m tests.record_cassettes` records them anew.
"""

from __future__ import annotations

import base64
import json
import re
import socket
from urllib.parse import quote

import pytest
import requests
import yaml
from vcr.errors import CannotOverwriteExistingCassetteException

from contacthub_orm import Customer
from tests.cassettes_replay.recorder import API, CASSETTES, RECORDED, record, replaying, same_json
from tests.cassettes_replay.workflows import WORKFLOWS

FILES = sorted(CASSETTES.glob("*.yaml"))


def test_there_is_one_cassette_for_each_workflow():
    assert {path.stem for path in FILES} == set(WORKFLOWS)


# -- replay ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_plays_to_the_end_without_a_network(name):
    with replaying(name) as (session, cassette):
        WORKFLOWS[name].run(session)
    assert cassette.all_played, "every recorded answer was asked for"


@pytest.mark.usefixtures("no_network")
def test_a_request_that_was_not_recorded_is_not_answered():
    with replaying("delete") as (session, _), pytest.raises(CannotOverwriteExistingCassetteException):
        session.get(Customer, "another")


@pytest.mark.usefixtures("no_network")
def test_another_body_is_another_request():
    """Two edits of one customer differ in nothing else."""
    with replaying("create_with_conflict_and_force_update") as (session, _):
        transport = session.workspace.transport
        with pytest.raises(CannotOverwriteExistingCassetteException, match="bodies differ"):
            transport.request("POST", ("customers",), body={"nodeId": session.node_id, "externalId": "other"})


def test_a_connection_in_spite_of_all_would_fail_the_test(no_network):
    with pytest.raises(OSError, match="no network"):
        socket.create_connection(("127.0.0.1", 9))
    with pytest.raises(requests.ConnectionError):
        requests.get("http://localhost:9/", timeout=1)
    assert no_network
    no_network.clear()


class Body:
    def __init__(self, text):
        self.body = text.encode() if text else None


@pytest.mark.parametrize(("one", "other"), [('{"a":1,"b":[2]}', '{ "b": [2], "a": 1 }'), ("", ""), ("x", "x")])
def test_bodies_that_say_the_same_match(one, other):
    same_json(Body(one), Body(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [('{"a":1}', '{"a":true}'), ('{"a":1}', '{"a":1.0}'), ("[1,2]", "[2,1]"), ('{"a":null}', "{}"), ("", "{}")],
)
def test_bodies_that_say_something_else_do_not_match(one, other):
    with pytest.raises(AssertionError, match="bodies differ"):
        same_json(Body(one), Body(other))


# -- drift -------------------------------------------------------------------------------------------------------------


def said(path):
    """What a cassette says, parsed as far as it can be."""
    return [
        (
            interaction["request"]["method"],
            interaction["request"]["uri"],
            parsed(interaction["request"]["body"]),
            interaction["response"]["status"]["code"],
            parsed(interaction["response"]["body"]["string"]),
        )
        for interaction in yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]
    ]


def parsed(text):
    return json.loads(text) if text else None


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_new_recording_says_the_same_as_the_committed_one(name, tmp_path):
    """A difference means that the library sends, or the sandbox answers, something else than before: see the diff of
    `python -m tests.record_cassettes`, and commit it if it is meant."""
    record(name, tmp_path)
    assert said(tmp_path / f"{name}.yaml") == said(CASSETTES / f"{name}.yaml")


# -- secrets -----------------------------------------------------------------------------------------------------------

UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SUSPICIOUS = {
    "a JSON web token": re.compile(r"eyJ[\w-]{8,}"),
    "a long secret": re.compile(r"[\w+=-]{40,}"),
    "an address that is not an example": re.compile(r"[\w.+-]+(?:@|%40)(?!example\.(?:com|org|net)\b)[\w.-]+"),
    "a token": re.compile(r"Bearer (?!<TOKEN>)\S+"),
    "a cookie": re.compile(r"cookie", re.IGNORECASE),
    "an address of this machine": re.compile(r"127\.0\.0\.1|localhost|\[::1\]"),
}


def suspicions(text):
    text = UUIDS.sub("(uuid)", text)
    return [what for what, pattern in SUSPICIOUS.items() if pattern.search(text)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_cassette_holds_no_secret(path):
    text = path.read_text(encoding="utf-8")
    for value in RECORDED.values():
        encoded = base64.b64encode(value.encode()).decode().rstrip("=")
        assert all(spelling not in text for spelling in (value, quote(value, safe=""), encoded))
    assert suspicions(text) == []


@pytest.mark.parametrize(
    "secret",
    [
        "eyJhbGciOiJIUzI1NiJ9",
        "x" * 40,
        "someone@company.it",
        "someone%40company.it",
        "Bearer abc",
        "Set-Cookie: a",
        "localhost",
    ],
)
def test_a_secret_would_be_found(secret):
    assert suspicions(f"  uri: {API}/workspaces/<WORKSPACE>\n  string: '{secret}'") != []
