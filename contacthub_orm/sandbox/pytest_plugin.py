"""Pytest fixtures: a ContactHub server for each test, at the price of a reset.

Override `sandbox_options` in a conftest to start the server with other settings:

    @pytest.fixture(scope="session")
    def sandbox_options():
        return {"uniqueness": "BLOCK"}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from contacthub_orm.sandbox import Sandbox
    from contacthub_orm.session import Session
    from contacthub_orm.workspace import Workspace


@pytest.fixture(scope="session")
def sandbox_options() -> dict[str, Any]:
    """Arguments for the `Sandbox` of the test run."""
    return {}


@pytest.fixture(scope="session")
def _sandbox_server(sandbox_options: dict[str, Any]) -> Iterator[Sandbox]:
    from contacthub_orm.sandbox import Sandbox

    with Sandbox(**sandbox_options) as server:
        yield server


@pytest.fixture
def sandbox(_sandbox_server: Sandbox) -> Sandbox:
    """A running sandbox without customers, with an empty request log and its first settings."""
    _sandbox_server.reset()
    return _sandbox_server


@pytest.fixture
def workspace(sandbox: Sandbox) -> Iterator[Workspace]:
    """A `Workspace` with the credentials of the sandbox."""
    with sandbox.workspace() as workspace:
        yield workspace


@pytest.fixture
def session(sandbox: Sandbox, workspace: Workspace) -> Iterator[Session]:
    """A `Session` on the first node of the sandbox, closed after the test."""
    with workspace.session(sandbox.node_id) as session:
        yield session
