"""What a person gets who installs the package: files, metadata, dependencies, and the README's two commands."""

from __future__ import annotations

import ast
import os
import runpy
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

from contacthub_orm._version import __version__

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "contacthub_orm"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ROOMS_WITH_EXTRAS = {"sandbox", "cli"}
BLOCK_IMPORTS = "import sys; sys.modules.update(dict.fromkeys({names!r})); "


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A copy of the sources, so that no left-over of an older build gets in."""
    source = tmp_path_factory.mktemp("source")
    shutil.copytree(PACKAGE, source / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.cfg", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    return source


def built(source, out, what):
    build = f"from setuptools.build_meta import {what}; {what}({str(out)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    (path,) = out.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.fixture(scope="module")
def wheel(source, tmp_path_factory):
    with built(source, tmp_path_factory.mktemp("wheel"), "build_wheel") as archive:
        yield archive


def run_python(code, blocked=()):
    return subprocess.run(
        [sys.executable, "-c", BLOCK_IMPORTS.format(names=list(blocked)) + code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


def third_party_imports(module):
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module]
        else:
            names = []
        for name in names:
            top = name.partition(".")[0]
            if top not in sys.stdlib_module_names and top != PACKAGE.name:
                yield top


def imports_of(modules):
    return {name for module in modules for name in third_party_imports(module)}


def requirement_names(requirements):
    return {requirement.partition(">")[0].partition("[")[0] for requirement in requirements}


def room_of(module):
    return module.relative_to(PACKAGE).parts[0]


def test_the_wheel_holds_every_module_and_data_file_of_the_package(wheel):
    expected = {path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*") if path.suffix not in {"", ".pyc"}}

    assert expected <= set(wheel.namelist())
    assert {"contacthub_orm/py.typed", "contacthub_orm/cli/sample.jsonl"} <= expected


def test_the_wheel_holds_nothing_but_the_package_and_its_metadata(wheel):
    tops = {name.partition("/")[0] for name in wheel.namelist()}

    assert tops == {"contacthub_orm", f"contacthub_orm-{__version__}.dist-info"}


def test_the_metadata_name_licence_version_and_python(wheel):
    metadata = HeaderParser().parsestr(wheel.read(f"contacthub_orm-{__version__}.dist-info/METADATA").decode())

    assert metadata["Version"] == __version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert f"contacthub_orm-{__version__}.dist-info/licenses/LICENSE" in wheel.namelist()


def test_the_entry_points_are_the_command_and_the_pytest_plugin(wheel):
    text = wheel.read(f"contacthub_orm-{__version__}.dist-info/entry_points.txt").decode()

    assert "contacthub = contacthub_orm.cli:main" in text
    assert "contacthub_orm = contacthub_orm.sandbox.pytest_plugin" in text


def test_an_editable_install_is_a_path_that_type_checkers_follow(source, tmp_path):
    with built(source, tmp_path, "build_editable") as archive:
        paths = [archive.read(name).decode().strip() for name in archive.namelist() if name.endswith(".pth")]
        modules = [name for name in archive.namelist() if name.endswith(".py")]

    assert paths == [str(source)]
    assert modules == []


def test_the_core_imports_exactly_the_declared_dependencies():
    core = [path for path in PACKAGE.rglob("*.py") if room_of(path) not in ROOMS_WITH_EXTRAS]
    optional = requirement_names(PROJECT["optional-dependencies"]["fast"])

    used = {"attrs" if name == "attr" else name for name in imports_of(core)}

    assert used - optional == requirement_names(PROJECT["dependencies"])


@pytest.mark.parametrize(("room", "extras"), [("sandbox", ["sandbox"]), ("cli", ["cli", "sandbox"])])
def test_a_room_with_an_extra_imports_only_what_the_extra_brings(room, extras):
    declared = requirement_names(PROJECT["dependencies"]).union(
        *(requirement_names(PROJECT["optional-dependencies"][extra]) for extra in extras), {"pytest"}
    )

    assert imports_of((PACKAGE / room).rglob("*.py")) <= declared


def test_every_dependency_has_a_lower_bound():
    every = [*PROJECT["dependencies"], *(r for extra in PROJECT["optional-dependencies"].values() for r in extra)]

    assert [r for r in every if ">=" not in r and not r.startswith("contacthub-orm[")] == []


def test_importing_the_package_needs_no_extra_and_loads_no_server():
    code = "import contacthub_orm; print(*(m for m in sys.modules if m.startswith('contacthub_orm.')))"

    result = run_python(code, blocked=["click", "h11", "orjson", "pytest"])

    assert result.returncode == 0, result.stderr
    assert not [m for m in result.stdout.split() if m.split(".")[1] in ROOMS_WITH_EXTRAS]


def test_the_pytest_plugin_loads_without_the_sandbox_extra():
    result = run_python("import contacthub_orm.sandbox.pytest_plugin", blocked=["h11"])

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("missing", ["click", "h11"])
def test_the_command_without_its_extra_says_how_to_get_it(missing):
    result = run_python("from contacthub_orm.cli import main; main()", blocked=[missing])

    assert result.returncode == 2
    assert "pip install 'contacthub-orm[cli]'" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_readme_opens_with_two_commands_that_do_their_own_set_up():
    readme_commands = runpy.run_path(str(ROOT / ".ci" / "readme_commands.py"))["readme_commands"]

    demo, tests = readme_commands((ROOT / "README.md").read_text(encoding="utf-8"))

    assert demo.startswith("python3 -m venv .venv && .venv/bin/pip install ")
    assert demo.endswith("contacthub demo")
    assert tests.startswith("python3 -m venv .venv && .venv/bin/pip install ")
    assert "pytest" in tests


@pytest.mark.parametrize("text", ["no block", "```sh\na\n```\n", "```sh\na\n```\n```sh\nb\nc\n```\n"])
def test_a_readme_without_two_one_line_commands_is_refused(text):
    readme_commands = runpy.run_path(str(ROOT / ".ci" / "readme_commands.py"))["readme_commands"]

    with pytest.raises(SystemExit, match="two fenced code blocks"):
        readme_commands(text)


def test_ci_can_be_run():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
