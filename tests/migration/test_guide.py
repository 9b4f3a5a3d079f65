"""The guide is complete: every name of the published SDK has a row, and every row a test of its name."""

from __future__ import annotations

import re

import pytest

from tests.contract.schemas import contract_folder
from tests.migration import guide

WORD = re.compile(r"[A-Za-z_]\w+")

# Words of the contract that are no names of the SDK: values, types, files of the API, and how the SDK is made inside.
PROSE = """
https api contactlab it hub v1 workspaces http host password user True False None and or uuid4 datetime list classmethod
static config Kind object doesn exists the specified customer Cannot get by both its Insert an retrieve events from new
created Tag not Tags Read Only proxy Last First page reached import manual_tag PY eventParticipated
ANDROID FIREOS IOS WINDOWS_PHONE
"""


@pytest.fixture
def rows():
    return list(guide.guide().values())


def test_every_name_has_a_row_and_every_row_a_test():
    rows = guide.rows_of(guide.GUIDE.read_text(encoding="utf-8"))
    assert list(guide.gaps(guide.checklist(), rows, guide.tests())) == []


def test_a_row_that_is_missing_is_found(rows):
    for row in rows:
        others = [other for other in rows if other is not row]
        found = list(guide.gaps(guide.checklist(), others, guide.tests()))
        assert any(gap.startswith(f"{row.slug}: the guide has no such row") for gap in found)


def test_a_name_that_is_missing_in_its_row_is_found(rows):
    found = guide.gaps({"node_get_customers_page": ("get_customers(page, size, sort)",)}, rows, guide.tests())
    assert "node_get_customers_page: the row does not show sort" in list(found)


def test_a_test_that_is_missing_is_found(rows):
    others = {slug: arguments for slug, arguments in guide.tests().items() if slug != "node_add_tag"}
    assert list(guide.gaps(guide.checklist(), rows, others)) == ["node_add_tag: no test_node_add_tag"]


def test_a_test_without_a_row_is_found(rows):
    more = {**guide.tests(), "something_else": frozenset()}
    assert list(guide.gaps(guide.checklist(), rows, more)) == ["test_something_else: the guide has no such row"]


def test_a_row_that_states_requests_nobody_counts_is_found(rows):
    uncounted = {**guide.tests(), "node_add_tag": frozenset({"session"})}
    (found,) = guide.gaps(guide.checklist(), rows, uncounted)
    assert found.startswith("node_add_tag: test_node_add_tag does not count")


def test_a_row_twice_is_found(rows):
    (found,) = guide.gaps(guide.checklist(), [*rows, rows[0]], guide.tests())
    assert "2 rows" in found


def test_no_row_is_empty(rows):
    for row in rows:
        assert row.published
        assert row.here, row.slug


def test_what_is_gone_says_why_or_what_to_use_instead(rows):
    gone = [row for row in rows if row.here.startswith("dropped")]
    assert len(gone) > 10
    for row in gone:
        assert re.match(r"dropped[:,] \S+", row.here), row.slug


def test_columns_about_requests_count_them(rows):
    for row in rows:
        for cell in (row.before, row.now):
            assert guide.counted(cell) is not None or not cell, row.slug


@pytest.mark.skipif(contract_folder() is None, reason="the contract files are not there")
def test_the_checklist_has_every_name_of_the_contract():
    folder = contract_folder()
    assert folder is not None
    text = (folder / "contract.md").read_text(encoding="utf-8")
    section = text.split("\n## 9.")[1].split("\n## 10.")[0].partition("### 9.5")[0]
    quoted = " ".join(re.findall(r"`([^`]+)`", section))
    listed = " ".join(re.findall(r"[A-Z][A-Z_]+(?=,|$| \(|\))", section, re.MULTILINE))
    known = {word for slug, names in guide.checklist().items() for name in names for word in WORD.findall(name)}
    wanted = {word for word in WORD.findall(f"{quoted} {listed}") if word not in PROSE.split()}
    assert sorted(wanted - known) == []
