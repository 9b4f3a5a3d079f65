"""Editors and type checkers see the model as it is: every assertion of expressions.py holds for mypy --strict."""

from __future__ import annotations

import ast
import importlib
import inspect as python
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from contacthub_orm import Customer, Education, Event, Job, Like, Subscription, models
from contacthub_orm.mapping import ClosedProperties, Properties

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(300)
def test_type_checkers_see_values_criteria_and_results(tmp_path):
    pytest.importorskip("mypy")
    options = ["--strict", "--follow-imports=silent", "--cache-dir", str(tmp_path)]
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "tests/typing/expressions.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def keywords(cls):
    """The keywords that the constructor of a class has for type checkers."""
    tree = ast.parse(python.getsource(cls).replace("\r", ""))
    (method,) = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "__init__")
    return {argument.arg for argument in method.args.kwonlyargs} - {"customer"}


@pytest.mark.parametrize("cls", [Customer, Event, Education, Job, Like, Subscription])
def test_the_keywords_that_type_checkers_see_are_the_fields(cls):
    assert keywords(cls) == set(cls.__fields__)


def subclasses(cls):
    for found in cls.__subclasses__():
        yield found
        yield from subclasses(found)


def test_type_checkers_know_the_closed_parts_of_the_model():
    for module in pkgutil.iter_modules(models.__path__):
        importlib.import_module(f"{models.__name__}.{module.name}")
    parts = [part for part in subclasses(Properties) if part.__module__.startswith(models.__name__)]
    closed = {part.__name__ for part in parts if not part.__open__}
    assert len(closed) > 50
    assert closed - {part.__name__ for part in parts if issubclass(part, ClosedProperties)} <= {"ClosedEventLocation"}
