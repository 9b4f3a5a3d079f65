"""The migration guide and the checklist of the published SDK, as data."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import attrs

HERE = Path(__file__).parent
GUIDE = HERE.parent.parent / "docs" / "migration.md"
CHECKLIST = HERE / "checklist.toml"

ABOUT_THE_GUIDE = ("test_guide.py", "test_against_the_published_sdk.py")
"""Modules whose tests are about the guide as a whole; the tests of all others are those of its rows."""

Checklist = Mapping[str, tuple[str, ...]]
"""Published names by the row that is about them."""

_ROW = re.compile(r"<!-- (\w+) -->")
_WORD = re.compile(r"\w+")
_COUNT = re.compile(r"(\d+) (GET|POST|PUT|PATCH|DELETE)")


@attrs.frozen
class Row:
    """A row of a table of the guide; `before` and `now` are what its last columns say of requests."""

    slug: str
    published: str
    here: str
    before: str = ""
    now: str = ""

    @property
    def requests(self) -> Counter[str] | None:
        """The requests that it states, from nothing loaded; None when it states none."""
        return counted(self.now)


def counted(cell: str) -> Counter[str] | None:
    """The requests that a cell states, up to its semicolon; None when it is empty."""
    stated = cell.partition(";")[0].strip()
    if not stated:
        return None
    found = Counter({method: int(count) for count, method in _COUNT.findall(stated)})
    if not found and stated != "0":
        raise ValueError(f"{stated!r} counts no requests")
    return found


def rows_of(text: str) -> list[Row]:
    """The rows that have a name, in their order."""
    return [_row(line) for line in text.splitlines() if line.startswith("|") and _ROW.search(line)]


def _row(line: str) -> Row:
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    named = _ROW.match(cells[0])
    if named is None:
        raise ValueError(f"the name of a row comes first: {line}")
    return Row(named[1], cells[0][named.end() :].strip(), *cells[1:])


@cache
def guide() -> Mapping[str, Row]:
    """The rows of the guide by name."""
    return {row.slug: row for row in rows_of(GUIDE.read_text(encoding="utf-8"))}


@cache
def checklist() -> Checklist:
    """The checklist, all areas in one."""
    areas = tomllib.loads(CHECKLIST.read_text(encoding="utf-8"))
    return {slug: tuple(names) for area in areas.values() for slug, names in area.items()}


@cache
def tests() -> Mapping[str, frozenset[str]]:
    """The arguments of the tests of the rows, by the name of the row."""
    return dict(_tests())


def _tests() -> Iterator[tuple[str, frozenset[str]]]:
    for path in sorted(HERE.glob("test_*.py")):
        if path.name in ABOUT_THE_GUIDE:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield node.name.removeprefix("test_"), frozenset(argument.arg for argument in node.args.args)


def gaps(checklist: Checklist, rows: list[Row], tests: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """What does not fit: rows, names or tests that are missing or too many."""
    by_slug = {row.slug: row for row in rows}
    for slug, count in Counter(row.slug for row in rows).items():
        if count > 1:
            yield f"{slug}: {count} rows have this name"
    for slug, names in checklist.items():
        if slug not in by_slug:
            yield f"{slug}: the guide has no such row, which is about {', '.join(names) or 'a difference'}"
            continue
        shown = set(_WORD.findall(by_slug[slug].published))
        missing = [word for name in names for word in _WORD.findall(name) if word not in shown]
        symbols = [name for name in names if not _WORD.search(name) and f"`{name}`" not in by_slug[slug].published]
        if missing or symbols:
            yield f"{slug}: the row does not show {', '.join(missing + symbols)}"
    for slug, row in by_slug.items():
        if slug not in checklist:
            yield f"{slug}: a row about nothing in the checklist"
        if slug not in tests:
            yield f"{slug}: no test_{slug}"
        elif row.requests is not None and "as_stated" not in tests[slug]:
            yield f"{slug}: test_{slug} does not count the requests that the row states"
    for slug in tests:
        if slug not in by_slug:
            yield f"test_{slug}: the guide has no such row"
