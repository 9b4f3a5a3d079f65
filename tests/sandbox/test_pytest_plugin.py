"""The fixtures, used in a test run of their own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

CONFTEST = """
from contacthub_orm.sandbox.pytest_plugin import _sandbox_server, sandbox, sandbox_options, session, workspace
"""

TESTS = """
import pytest
from contacthub_orm import Customer

@pytest.fixture(scope="session")
def sandbox_options():
    return {"uniqueness": "BLOCK"}

@pytest.mark.parametrize("number", [1, 2])
def test_each_test_begins_with_nothing(sandbox, session, number):
    assert session.query(Customer).all() == []
    assert len(sandbox.requests) == 1
    session.add(Customer(externalId="a"))
    session.commit()
    sandbox.configure(latency=0.001)

def test_the_fixtures_belong_together(sandbox, workspace, session):
    assert session.workspace is workspace
    assert session.node_id == sandbox.node_id
    assert workspace.base_url == sandbox.url

def test_options_go_to_the_server(sandbox):
    assert sandbox.settings.uniqueness == "BLOCK"
    assert sandbox.settings.latency == 0

def test_the_server_stays_the_same(sandbox, _sandbox_server):
    assert sandbox is _sandbox_server
"""


def test_the_fixtures_give_each_test_a_fresh_server(tmp_path):
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(TESTS)

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )

    assert "5 passed" in run.stdout, run.stdout + run.stderr


def test_without_h11_a_sandbox_says_what_to_install():
    code = "import sys; sys.modules['h11'] = None; from contacthub_orm.sandbox import Sandbox"

    run = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )

    assert "pip install 'contacthub-orm[sandbox]'" in run.stderr


def test_the_package_has_only_its_public_names():
    import contacthub_orm.sandbox as room

    assert all(getattr(room, name) for name in room.__all__)
    with_typo = "Sandbax"
    assert not hasattr(room, with_typo)
