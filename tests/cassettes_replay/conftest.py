"""No network while cassettes are played, and no proxy of the environment in between."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every attempt to reach a host or to look one up fails, and fails the test even if it is caught."""
    attempts: list[str] = []

    def refuse(*arguments: object, **options: object) -> None:
        attempts.append("a connection")
        raise OSError("there is no network while a cassette is played")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    yield attempts
    assert attempts == [], "something tried to reach the network"
