"""What the image gets by .dockerignore, laid out in a folder and run: no practice rooms."""

import fnmatch
import json
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

from bot.cli.demo import ABSENT
from tests.house import tree
from tests.house.tools import QUIET, Ran

LINES = (tree.ROOT / ".dockerignore").read_text(encoding="utf-8").split()
PRACTICE = ("bot/practice/", "integrations/practice/")
EVERY_MODULE = """
import importlib, json, pkgutil
failed = {}
for top in ("bot", "commands", "integrations"):
    package = importlib.import_module(top)
    for found in pkgutil.walk_packages(package.__path__, f"{top}."):
        try:
            importlib.import_module(found.name)
        except ImportError as error:
            failed[found.name] = error.name
print(json.dumps(failed))
"""
NAMED = """
from bot.engine.registry import UnknownIntegration, registry
try:
    registry().named("practice")
except UnknownIntegration as error:
    print(error)
"""


def is_sent(path: str, lines: list[str]) -> bool:
    """Whether the builder is sent this file: of the lines that name it or a folder it is in, the
    last one decides."""
    folders = [path, *(str(each) for each in Path(path).parents)][:-1]
    sent = True
    for line in lines:
        pattern = line.removeprefix("!").removeprefix("**/")
        names = folders if "**/" not in line else [Path(each).name for each in folders]
        if any(fnmatch.fnmatch(name, pattern) for name in names):
            sent = line.startswith("!")
    return sent


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that are sent, as the build copies them."""
    folder = tmp_path_factory.mktemp("image")
    files = [tree.shown(path) for path in tree.project_files()]
    for name in files:
        if is_sent(name, LINES):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(tree.ROOT / name, folder / name)
    return folder


def python(folder: Path, *typed: str) -> Ran:
    """Run Python on the copied packages; with `site` it would find the rest in our checkout."""
    done = subprocess.run(
        [sys.executable, "-S", *typed],
        cwd=folder,
        env=QUIET | {"PYTHONPATH": sysconfig.get_path("purelib")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Ran(done.returncode, done.stdout + done.stderr)


def test_the_last_line_that_names_a_file_decides() -> None:
    lines = ["*", "!bot", "bot/practice", "**/__pycache__"]
    assert is_sent("bot/cli/demo.py", lines)
    assert not is_sent("bot/practice/kit/serve.py", lines)
    assert not is_sent("bot/cli/__pycache__/demo.pyc", lines)
    assert not is_sent("tests/house/tree.py", lines)
    assert is_sent("bot/practice/kit/serve.py", [*lines, "!bot/practice/kit"])


def test_the_practice_rooms_are_all_that_is_left_out_of_the_packages(image: Path) -> None:
    files = {tree.shown(path) for path in map(Path, tree.project_files())}
    packages = {name for name in files if name.partition("/")[0] in tree.PRODUCT}
    sent = {path.relative_to(image).as_posix() for path in image.rglob("*") if path.is_file()}
    left_out = packages - sent
    assert left_out == {name for name in packages if name.startswith(PRACTICE)}
    assert len(left_out) > 80


def test_the_wheel_keeps_them() -> None:
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = project["tool"]["setuptools"]["packages"]["find"]
    assert found == {"include": [each for top in tree.PRODUCT for each in (top, f"{top}.*")]}


def test_the_demo_says_where_to_get_it(image: Path) -> None:
    typed = ("demo", "--story", "regression", "--json")
    assert python(image, "-m", "bot", *typed) == Ran(1, f"{ABSENT}\n")


def test_the_remains_of_a_room_are_no_room(image: Path, tmp_path: Path) -> None:
    shutil.copytree(image, tmp_path / "image")
    (tmp_path / "image" / "bot" / "practice" / "page" / "__pycache__").mkdir(parents=True)
    assert python(tmp_path / "image", "-m", "bot", "demo") == Ran(1, f"{ABSENT}\n")


def test_another_missing_module_is_not_taken_for_them(image: Path, tmp_path: Path) -> None:
    shutil.copytree(image, tmp_path / "image")
    (tmp_path / "image" / "bot" / "cli" / "stage.py").write_text("import bot.practised\n")
    ran = python(tmp_path / "image", "-m", "bot", "demo")
    assert (ran.code, ABSENT in ran.said) == (1, False)


def test_every_other_module_does_without_them(image: Path) -> None:
    ran = python(image, "-c", EVERY_MODULE)
    assert json.loads(ran.said) == {"bot.cli.stage": "bot.practice"}


def test_the_practice_fleet_is_unknown_by_name(image: Path) -> None:
    said = python(image, "-c", NAMED).said
    assert said.startswith("There is no integration 'practice'; there are: command, ")
