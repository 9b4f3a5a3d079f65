"""Every example of the README, the documentation and the docstrings runs, in the order of its page, on the sandbox."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.document import Document
from sybil.parsers.myst import PythonCodeBlockParser

import contacthub_orm
from contacthub_orm.sandbox import Sandbox

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
MODULES_WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "contacthub_orm").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.fixture
def credentials(monkeypatch):
    with Sandbox() as sandbox:
        monkeypatch.setenv("CONTACTHUB_BASE_URL", sandbox.url)
        monkeypatch.setenv("CONTACTHUB_WORKSPACE_ID", sandbox.workspace_id)
        monkeypatch.setenv("CONTACTHUB_TOKEN", sandbox.token)
        monkeypatch.setenv("CONTACTHUB_NODE_ID", sandbox.node_id)
        yield


def parse(page: Path) -> Document:
    sybil = Sybil([PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS)], path=str(ROOT))
    return sybil.parse(page)


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_examples_of_a_page_run(page):
    for example in parse(page).examples():
        example.evaluate()


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize("module", MODULES_WITH_EXAMPLES)
def test_the_examples_of_a_module_run(module):
    result = doctest.testmod(importlib.import_module(module), optionflags=doctest.ELLIPSIS)

    assert result.attempted > 0
    assert result.failed == 0


def test_the_pytest_example_of_the_sandbox_page_passes(sandbox, session):
    document = parse(ROOT / "docs" / "howto" / "sandbox.md")
    next(iter(document.examples())).evaluate()

    document.namespace["test_vip_customers_are_tagged"](sandbox, session)


def test_the_readme_the_tutorial_and_the_guides_have_examples():
    for page in (ROOT / "README.md", ROOT / "docs" / "tutorial.md", *(ROOT / "docs" / "howto").glob("*.md")):
        assert list(parse(page).examples()), f"{page.name} has no example that is run"


def test_every_public_name_has_an_entry_in_the_reference():
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"auto(?:class|function|data):: contacthub_orm\.(\w+)$", reference, re.MULTILINE))
    errors = set(vars(contacthub_orm.errors))  # all of them, by one directive

    assert set(contacthub_orm.__all__) - documented - errors <= {"__version__", "errors"}
    assert "automodule:: contacthub_orm.errors" in reference


def test_relative_links_lead_to_files():
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}, which does not exist"
