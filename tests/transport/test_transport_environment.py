"""Proxies and certificates that the environment names."""

from __future__ import annotations

import base64

import pytest

from contacthub_orm.errors import ConfigurationError, TransportError

REMOTE = "http://api.example.test:8080/hub/v1"


@pytest.fixture(params=["http_proxy", "HTTP_PROXY"])
def proxied(request, server, monkeypatch):
    monkeypatch.setenv(request.param, f"http://user:p%40ss@{server.address}")


@pytest.mark.usefixtures("proxied")
def test_a_proxy_from_the_environment_is_used_with_its_credentials(server, make_workspace, token):
    make_workspace(base_url=REMOTE, allow_http=True).transport.request("GET", ["customers", "..%2f/é"])
    seen = server.requests[0]
    assert seen.target == f"{REMOTE}/workspaces/w-1/customers/..%252f%2F%C3%A9"
    assert base64.b64decode(seen.headers["proxy-authorization"].removeprefix("Basic ")) == b"user:p@ss"
    assert seen.headers["authorization"] == f"Bearer {token}"


@pytest.mark.usefixtures("proxied")
def test_connections_to_the_proxy_are_kept(server, make_workspace):
    transport = make_workspace(base_url=REMOTE, allow_http=True).transport
    for _ in range(5):
        transport.request("GET", ["customers"])
    transport.ensure_pool(20)
    transport.request("GET", ["customers"])
    assert server.connections == 2


@pytest.mark.usefixtures("proxied")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_proxy_never_sees_requests_to_this_machine(server, make_workspace, host):
    base_url = server.url.replace("127.0.0.1", host)
    make_workspace(base_url=base_url).transport.request("GET", ["customers"])
    assert server.requests[0].target == "/hub/v1/workspaces/w-1/customers"


@pytest.mark.usefixtures("proxied")
def test_no_proxy_is_honoured(server, make_workspace, monkeypatch, fake_time):
    monkeypatch.setenv("NO_PROXY", "example.test")

    def unknown(*_args, **_options):
        raise OSError("no network in tests")

    workspace = make_workspace(base_url=REMOTE, allow_http=True, retry=fake_time.policy(attempts=1))
    monkeypatch.setattr("urllib3.util.connection.create_connection", unknown)
    with pytest.raises(TransportError):
        workspace.transport.request("GET", ["customers"])
    assert server.requests == []


def test_a_proxy_that_refuses_to_connect_means_nothing_was_sent(server, make_workspace, monkeypatch, step, token):
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:secret@{server.address}")
    server.play(*[step.raw(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", then_close=True)] * 4)
    with pytest.raises(TransportError) as caught:
        make_workspace(base_url="https://api.example.test/hub/v1").transport.request("POST", ["customers"], body={})
    assert (caught.value.sent, caught.value.attempts) == (False, 4)
    assert "HTTPS_PROXY" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert (server.requests[0].method, server.requests[0].target) == ("CONNECT", "api.example.test:443")
    assert token not in str(server.requests)


@pytest.mark.usefixtures("proxied")
def test_the_environment_is_looked_at_once(server, make_workspace, monkeypatch):
    transport = make_workspace(base_url=REMOTE, allow_http=True).transport
    monkeypatch.setattr("requests.sessions.get_environ_proxies", lambda *_args, **_options: pytest.fail("again"))
    transport.request("GET", ["customers"])


def test_a_certificate_bundle_that_does_not_exist_is_named(make_workspace, monkeypatch, tmp_path):
    missing = tmp_path / "bundle.pem"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(missing))
    with pytest.raises(ConfigurationError, match=r"REQUESTS_CA_BUNDLE.*bundle\.pem"):
        _ = make_workspace().transport


def test_a_certificate_bundle_from_the_environment_is_used(make_workspace, monkeypatch, tmp_path):
    bundle = tmp_path / "bundle.pem"
    bundle.touch()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    assert make_workspace().transport._settings["verify"] == str(bundle)


def test_certificates_are_verified_by_default(transport):
    assert transport._settings["verify"] is True
