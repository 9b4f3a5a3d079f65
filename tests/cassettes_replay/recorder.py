"""Recording cassettes from the sandbox, and playing them: how requests are matched and what is kept of them.

A cassette shows that the library and the sandbox agree, and that the library still sends what it sent when the cassette
was made. It is no proof about the real service.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import vcr
from vcr.record_mode import RecordMode

from contacthub_orm import Session, Workspace
from contacthub_orm.sandbox import ManualClock, Sandbox
from tests.cassettes_replay import readable
from tests.cassettes_replay.workflows import WORKFLOWS

CASSETTES = Path(__file__).parents[2] / "cassettes"
API = "https://api.contactlab.it/hub/v1"
SEED = 2026
RECORDED = {
    "<WORKSPACE>": "11111111-aaaa-4000-8000-000000000001",
    "<NODE>": "11111111-aaaa-4000-8000-000000000002",
    "<SOURCE>": "11111111-aaaa-4000-8000-000000000003",
    "<TOKEN>": "token-of-the-recording",
}
REPLAYED = {
    "<WORKSPACE>": "22222222-bbbb-4000-8000-000000000001",
    "<NODE>": "22222222-bbbb-4000-8000-000000000002",
    "<SOURCE>": "22222222-bbbb-4000-8000-000000000003",
    "<TOKEN>": "token-of-the-replay",
}
"""What stands for the placeholders of a cassette when it is recorded and when it is played."""

MATCH_ON = ("method", "scheme", "host", "port", "path", "query", "json")
_KEPT_OF_A_REQUEST = frozenset({"authorization", "content-type"})
_KEPT_OF_AN_ANSWER = frozenset({"content-type"})


def player(values: dict[str, str], **options: Any) -> vcr.VCR:
    """A VCR with the rules of this project; `values` stand for the placeholders."""
    made = vcr.VCR(
        serializer="readable",
        match_on=MATCH_ON,
        filter_sensitive_data=values,
        decode_compressed_response=True,
        **options,
    )
    made.register_matcher("json", same_json)
    made.register_serializer("readable", readable)
    return made


def same_json(one: Any, other: Any) -> None:
    """Bodies match when they say the same, in whatever order and spacing."""
    assert _decoded(one.body) == _decoded(other.body), "the bodies differ"


def _decoded(body: Any) -> Any:
    if not body:
        return None
    try:
        # Types count: 1 is not true and not 1.0, as for the server.
        return json.dumps(json.loads(body), sort_keys=True)
    except ValueError:
        return body


# -- playing -----------------------------------------------------------------------------------------------------------


@contextmanager
def replaying(name: str, folder: Path = CASSETTES) -> Iterator[tuple[Session, Any]]:
    """A session that is answered from a cassette and from nothing else, and the cassette."""
    machine = player(REPLAYED, record_mode=RecordMode.NONE)
    with machine.use_cassette(folder / f"{name}.yaml") as cassette, _session(REPLAYED, API) as session:
        yield session, cassette


@contextmanager
def _session(values: dict[str, str], url: str) -> Iterator[Session]:
    with (
        Workspace(values["<WORKSPACE>"], values["<TOKEN>"], url) as workspace,
        workspace.session(values["<NODE>"], concurrency=1) as session,
    ):
        yield session


# -- recording ---------------------------------------------------------------------------------------------------------


def record(name: str, folder: Path) -> None:
    """Run a workflow against a fresh sandbox and write its cassette; the same one every time."""
    workflow, path = WORKFLOWS[name], folder / f"{name}.yaml"
    path.unlink(missing_ok=True)
    with _sandbox(RECORDED["<TOKEN>"] if workflow.token_is_known else "another") as sandbox:
        workflow.prepare(sandbox)
        sandbox.seed(workflow.customers, seed=SEED)
        machine = player(
            RECORDED,
            record_mode=RecordMode.ALL,
            before_record_request=lambda request: _tidy_request(request, sandbox.url),
            before_record_response=lambda response: _tidy_answer(response, sandbox.url),
        )
        with machine.use_cassette(path) as cassette, _session(RECORDED, sandbox.url) as session:
            workflow.run(session)
        assert len(cassette) == len(sandbox.requests), "every request is in the cassette"


def _sandbox(token: str) -> Sandbox:
    return Sandbox(
        workspace_id=RECORDED["<WORKSPACE>"],
        node_id=RECORDED["<NODE>"],
        source_id=RECORDED["<SOURCE>"],
        token=token,
        clock=ManualClock(1_700_000_000.0),
        ids=_counting_ids(),
    )


def _counting_ids() -> Callable[[], str]:
    numbers = itertools.count(0x7000_8000_000000000001)
    return lambda: str(UUID(int=next(numbers)))


def _tidy_request(request: Any, url: str) -> Any:
    request.uri = request.uri.replace(url, API)
    request.headers = {name: value for name, value in request.headers.items() if name.lower() in _KEPT_OF_A_REQUEST}
    return request


def _tidy_answer(response: Any, url: str) -> Any:
    headers = {name: value for name, value in response["headers"].items() if name.lower() in _KEPT_OF_AN_ANSWER}
    body = response["body"]["string"].replace(url.encode(), API.encode())
    if body:
        body = json.dumps(json.loads(body), ensure_ascii=False, indent=1).encode()
    return {**response, "headers": headers, "body": {"string": body}}
