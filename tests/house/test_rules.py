"""Rules of the house that are read off the text of the project."""

import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import rules, tree

PYPROJECT = (tree.ROOT / "pyproject.toml").read_text()
OURS = frozenset(tree.FOLDERS)
# Needed without being imported: time zone data is read by the standard library.
NOT_IMPORTED = {"tzdata"}
PICTURES = {".png"}


def offences(check: Callable[[str], list[int]], *folders: str) -> list[str]:
    return [
        f"{tree.shown(path)}:{line}"
        for path in tree.python_files(*folders)
        for line in check(path.read_text())
    ]


def distributions(*folders: str) -> set[str]:
    """Names on the package index of what these folders import, besides us and Python itself."""
    standard = frozenset(sys.stdlib_module_names)
    known = packages_distributions()
    modules = {
        module
        for path in tree.python_files(*folders)
        for module in rules.third_parties(path.read_text(), OURS, standard)
    }
    return {canonicalize_name(name) for m in modules for name in known.get(m, [m])}


def declared(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(each).name) for each in requirements}


def test_no_file_holds_what_no_file_may_hold() -> None:
    complaints = [
        f"{tree.shown(path)}: {complaint}"
        for path in tree.project_files()
        if path.suffix not in PICTURES
        for complaint in rules.text_complaints(path.read_text(errors="replace"))
    ]
    assert not complaints, "\n".join(complaints)


def test_no_error_is_swallowed() -> None:
    found = offences(rules.swallowed_errors, *tree.FOLDERS)
    assert not found, "\n".join(found)


def test_nothing_is_mocked() -> None:
    found = offences(rules.mocks, *tree.FOLDERS)
    assert not found, "\n".join(found)


def test_every_dependency_says_why() -> None:
    assert not rules.unexplained(PYPROJECT)


def test_the_product_imports_exactly_what_it_declares() -> None:
    wanted = declared(tomllib.loads(PYPROJECT)["project"]["dependencies"])
    assert distributions(*tree.PRODUCT) == wanted - NOT_IMPORTED


def test_the_tests_import_only_what_is_declared() -> None:
    assert distributions("tests") <= declared(rules.requirements(PYPROJECT))


@pytest.mark.parametrize(
    "line",
    [
        "see https://py" + "pi.org/simple",
        "index https://files.python" + "hosted.org/x.whl",
        "resolved https://registry.npm" + "js.org/x",
        'open("/ro' + 'ot/key")',
        "cd /wo" + "rk/main",
        "/tm" + "p/socket",
        "/home/" + "ana/slipway",
        "# TO" + "DO: later",
        "FIX" + "ME",
    ],
)
def test_forbidden_text_is_found(line: str) -> None:
    assert rules.text_complaints(f"fine\n{line}")[0].startswith("line 2: ")


@pytest.mark.parametrize(
    "line", ["frame" + "work/main", "https://acme.test/ro" + "ot-cause", "a to-do list", "$HOME/x"]
)
def test_harmless_text_passes(line: str) -> None:
    assert not rules.text_complaints(line)


@pytest.mark.parametrize(
    "source",
    [
        "try:\n  f()\nexcept Exception:\n  pass\n",
        "try:\n  f()\nexcept:\n  ...\n",
        "try:\n  f()\nexcept (ValueError, BaseException) as e:\n  'never mind'\n",
        "for x in y:\n  try:\n    f()\n  except builtins.Exception:\n    continue\n",
        "with contextlib.suppress(Exception):\n  f()\n",
    ],
)
def test_a_swallowed_error_is_found(source: str) -> None:
    assert rules.swallowed_errors(source)


@pytest.mark.parametrize(
    "source",
    [
        "try:\n  f()\nexcept ValueError:\n  pass\n",
        "try:\n  f()\nexcept Exception:\n  log()\n",
        "with suppress(FileNotFoundError):\n  f()\n",
    ],
)
def test_a_narrow_or_told_error_passes(source: str) -> None:
    assert not rules.swallowed_errors(source)


@pytest.mark.parametrize(
    "source",
    [
        "import unittest.mock",
        "from unittest import mock",
        "from unittest.mock import AsyncMock",
        "import mock",
        "import pytest_mock",
        "def test(monkeypatch):\n  monkeypatch.setattr(time, 'time', f)\n",
    ],
)
def test_a_mock_is_found(source: str) -> None:
    assert rules.mocks(source)


@pytest.mark.parametrize("source", ["import unittest", "monkeypatch.setenv('A', 'b')"])
def test_what_is_no_mock_passes(source: str) -> None:
    assert not rules.mocks(source)


SAMPLE = """
[build-system]
requires = ["setuptools"]
[project]
dependencies = [
    "aiohttp>=3",  # the HTTP client
    "structlog",
]
[project.optional-dependencies]
test = [
    "pytest",  #
]
"""


def test_a_dependency_without_a_reason_is_found() -> None:
    assert rules.unexplained(SAMPLE) == ["structlog", "pytest"]


def test_third_parties_are_told_from_ours_and_pythons() -> None:
    source = "import os, aiohttp.web\nfrom bot.domain import units\nfrom slack_sdk import web\n"
    found = rules.third_parties(source, OURS, frozenset({"os"}))
    assert found == {"aiohttp", "slack_sdk"}
