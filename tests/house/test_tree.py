"""The top of the tree as docs/map.md has it, and nothing beside it."""

import hashlib
from pathlib import Path

import pytest

from tests.house import tree

# The digest of the licence as its authors publish it.
APACHE_2 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"


def unknown(names: set[str]) -> set[str]:
    return names - tree.MUST - tree.MAY


def without_init(folder: Path) -> list[str]:
    """Folders that hold Python files (at any depth) but no __init__.py."""
    modules = (path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)
    parents = {p for module in modules for p in module.parents if p.is_relative_to(folder)}
    return sorted(str(p) for p in parents if not (p / "__init__.py").exists())


def test_nothing_else_stands_at_the_top() -> None:
    assert not unknown(tree.top_level())


def test_nothing_is_missing_at_the_top() -> None:
    assert not tree.MUST - {entry.name for entry in tree.ROOT.iterdir()}


@pytest.mark.parametrize("folder", tree.FOLDERS)
def test_every_folder_is_a_package(folder: str) -> None:
    assert not without_init(tree.ROOT / folder)


def test_the_licence_is_apache_2_verbatim() -> None:
    assert hashlib.sha256((tree.ROOT / "LICENSE").read_bytes()).hexdigest() == APACHE_2


def test_the_project_is_found() -> None:
    """The checks that walk the tree would pass on an empty one."""
    names = {tree.shown(path) for path in tree.project_files()}
    assert {"Makefile", ".ci/run", "bot/__init__.py", "tests/house/test_tree.py"} <= names


def test_a_stray_name_is_found() -> None:
    assert unknown({"bot", "scratch.py", "docs"}) == {"scratch.py"}


def test_a_folder_that_is_no_package_is_found(tmp_path: Path) -> None:
    deep = tmp_path / "tests" / "house"
    deep.mkdir(parents=True)
    (deep / "test_x.py").touch()
    (tmp_path / "tests" / "__init__.py").touch()
    assert without_init(tmp_path / "tests") == [str(deep)]


def test_ignored_names_are_left_out(tmp_path: Path) -> None:
    for name in ("kept.py", "bot.db", "bot.db-wal", "__pycache__/kept.pyc", "x.egg-info/PKG-INFO"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in tree.walk(tmp_path, tree.patterns())] == ["kept.py"]


def test_without_git_the_top_is_what_lies_there(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("# caches\n.cache/\n")
    (tmp_path / ".cache").mkdir()
    (tmp_path / "scratch.py").touch()
    assert tree.top_level(tmp_path) == {".gitignore", "scratch.py"}
