"""Workspace and node."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from contacthub_orm import Customer, Session, Workspace
from contacthub_orm.errors import ConfigurationError


def test_workspace_constructor(as_stated, sandbox):
    with as_stated:
        plain = Workspace(workspace_id="workspace_id", token="secret-token")
        own = Workspace("w", "secret-token", base_url="https://hub.example.com/hub/v1/workspaces")
    assert plain.base_url == "https://api.contactlab.it/hub/v1"
    assert own.base_url == "https://hub.example.com/hub/v1"
    assert "secret-token" not in f"{plain!r}{own!r}"


@pytest.mark.parametrize("head", ["", "[contacthub]\n"])
def test_workspace_from_ini_file(as_stated, sandbox, tmp_path, head):
    file = tmp_path / "file.INI"
    text = f"workspace_id = {sandbox.workspace_id}\ntoken = 100%-{sandbox.token}\nbase_url = {sandbox.url}/workspaces\n"
    file.write_text(head + text, encoding="utf-8")
    with as_stated:
        workspace = Workspace.from_ini_file(file)
    assert (workspace.workspace_id, workspace.base_url) == (sandbox.workspace_id, sandbox.url)


def test_workspace_ini_missing_value(as_stated, tmp_path):
    file = tmp_path / "file.INI"
    file.write_text("workspace_id = w\n", encoding="utf-8")
    with as_stated, pytest.raises(ConfigurationError, match=r"file\.INI.*token") as caught:
        Workspace.from_ini_file(file)
    assert isinstance(caught.value, ValueError)


def test_workspace_get_node(as_stated, sandbox, workspace):
    with as_stated:
        session = workspace.session(node_id=sandbox.node_id)
    assert session.node_id == sandbox.node_id


def test_node_constructor(as_stated, sandbox, workspace):
    with as_stated:
        session = Session(workspace, node_id=sandbox.node_id)
    assert session.node_id == sandbox.node_id


@pytest.fixture
def proxy():
    """A proxy that answers everything itself, and keeps what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Proxy-Authorization"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"id": "c-1", "base": {"firstName": "Bruce"}}')

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_proxies(monkeypatch, proxy):
    address, asked = proxy
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", f"http://user:password@{address}/")
    with (
        Workspace("w", "token", "http://hub.example.com/hub/v1", allow_http=True) as workspace,
        workspace.session("n") as session,
    ):
        assert session.get_one(Customer, "c-1").base.firstName == "Bruce"
    assert asked == [("http://hub.example.com/hub/v1/workspaces/w/customers/c-1", "Basic dXNlcjpwYXNzd29yZA==")]
