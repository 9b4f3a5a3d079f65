"""The token is sent, and shows nowhere else."""

from __future__ import annotations

import copy
import logging
import pickle
import subprocess
import sys
import traceback

import pytest
import requests

import contacthub_orm
import contacthub_orm.transport as transport_package
from contacthub_orm.errors import ContactHubError
from contacthub_orm.transport.auth import BearerAuth


def everything_about(error):
    """All text that a person or a tool would show of an exception, its causes and its frames."""
    yield "".join(traceback.format_exception(error))
    while error is not None:
        yield f"{error!s} {error!r} {error.args!r} {error.__dict__!r} {getattr(error, '__notes__', '')!r}"
        for frame, _line in traceback.walk_tb(error.__traceback__):
            if frame.f_globals["__name__"] != __name__:
                yield from map(repr, frame.f_locals.values())
        error = error.__cause__ or error.__context__


FAULTS = {
    "refusal": lambda step: step.answer(401, {"message": "no"}),
    "echo": lambda step: (
        lambda connection, seen: step.answer(403, {"message": seen.headers["authorization"]})(connection, seen)
    ),
    "reset": lambda step: step.reset,
    "hang up": lambda step: step.hang_up,
    "cut": lambda step: step.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", then_close=True),
    "not json": lambda step: step.answer(200, b"<html>"),
    "redirect": lambda step: step.answer(302, Location="https://evil.example/"),
    "throttled": lambda step: step.answer(429, Retry_After="999"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_failure_shows_the_token(server, transport, step, token, fault):
    server.play(*[FAULTS[fault](step)] * 4)
    with pytest.raises(ContactHubError) as caught:
        transport.request("DELETE", ["customers", "c"])
    assert token in server.requests[0].headers["authorization"]
    for text in everything_about(caught.value):
        assert token not in text


def reachable(error):
    """The objects that hang on an exception: attributes, arguments, causes."""
    waiting, seen = [error], []
    while waiting:
        found = waiting.pop()
        if found is None or any(found is known for known in seen):
            continue
        seen.append(found)
        if isinstance(found, BaseException):
            waiting += [found.__cause__, found.__context__, *found.args, *vars(found).values()]
    return seen


@pytest.mark.parametrize("fault", FAULTS)
def test_no_failure_leads_to_the_request_of_the_http_library(server, transport, step, fault):
    server.play(*[FAULTS[fault](step)] * 4)
    with pytest.raises(ContactHubError) as caught:
        transport.request("DELETE", ["customers", "c"])
    for found in reachable(caught.value):
        assert not isinstance(found, requests.PreparedRequest | requests.Response | requests.RequestException)


def test_one_debug_line_for_each_attempt_without_query_body_or_headers(server, transport, step, caplog):
    server.play(step.answer(503, b"{}"), step.hang_up, step.answer(200, {"email": "someone@example.com"}))
    transport.request("PATCH", ["customers", "c/1"], params={"externalId": "personal"}, body={"name": "Personal"})
    lines = [record for record in caplog.records if record.name == "contacthub_orm.transport"]
    assert [line.getMessage() for line in lines] == [
        "PATCH /customers/c%2F1 -> 503 in 0.0 ms (attempt 1, 2 bytes)",
        "PATCH /customers/c%2F1 -> failed in 0.0 ms (attempt 2, 0 bytes)",
        "PATCH /customers/c%2F1 -> 200 in 0.0 ms (attempt 3, 32 bytes)",
    ]
    assert {line.levelno for line in lines} == {logging.DEBUG}
    assert "ersonal" not in "".join(str(line.__dict__) for line in lines)


def test_without_debug_logging_nothing_is_logged(server, transport, caplog):
    caplog.set_level(logging.INFO)
    transport.request("GET", ["customers"])
    assert caplog.records == []


def test_the_package_installs_a_null_handler_and_no_other():
    code = (
        "import logging, contacthub_orm.transport;"
        "print([type(h).__name__ for h in logging.getLogger('contacthub_orm').handlers])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == (
        "['NullHandler']\n"
    )


def test_the_http_library_is_loaded_with_the_first_transport_and_not_before():
    code = (
        "import sys, types;"
        f"root = types.ModuleType('contacthub_orm'); root.__path__ = {contacthub_orm.__path__!r};"
        "sys.modules['contacthub_orm'] = root;"  # without what the package itself imports
        "from contacthub_orm.workspace import Workspace;"
        "import contacthub_orm.transport as transport;"
        "workspace = Workspace('w', 'token');"
        "print('requests' in sys.modules);"
        "workspace.transport;"
        "print('requests' in sys.modules, transport.Transport is type(workspace.transport))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["False", "True", "True"]


def test_the_transport_package_has_the_names_it_lists_and_no_others():
    assert [
        getattr(transport_package, name).__name__ for name in transport_package.__all__
    ] == transport_package.__all__
    with pytest.raises(AttributeError, match="Transprt"):
        _ = transport_package.Transprt


@pytest.mark.parametrize("duplicate", [pickle.dumps, copy.copy, copy.deepcopy])
def test_neither_the_transport_nor_its_parts_are_pickled_or_copied(transport, duplicate):
    with pytest.raises(TypeError, match="token"):
        duplicate(transport)
    with pytest.raises(TypeError, match="token"):
        duplicate(transport._auth)


def test_the_token_is_added_only_below_its_own_base_url():
    auth = BearerAuth("some-token", "https://api.example.test/hub/v1")
    for url, allowed in {
        "https://api.example.test/hub/v1/workspaces/w": True,
        "https://api.example.test/hub/v1": False,
        "https://api.example.test/hub/v10/x": False,
        "https://api.example.test:444/hub/v1/x": False,
        "http://api.example.test/hub/v1/x": False,
        "https://api.example.test.evil.example/hub/v1/x": False,
    }.items():
        prepared = requests.Request("GET", url).prepare()
        assert ("Authorization" in auth(prepared).headers) == allowed, url


def test_a_short_token_does_not_tear_holes_into_messages():
    auth = BearerAuth("no", "https://api.example.test")
    assert auth.scrub(b"node not found") == b"node not found"


def test_a_netrc_file_does_not_replace_the_token(server, make_workspace, tmp_path, monkeypatch, token):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\ndefault login a password b\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    make_workspace().transport.request("GET", ["customers"])
    assert server.requests[0].headers["authorization"] == f"Bearer {token}"
