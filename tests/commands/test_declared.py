"""A file of commands/ is a verb: found by scanning, in its place, and a stranger to the others."""

import ast
from pathlib import Path
from types import ModuleType

import pytest

import commands
from bot.engine.door.spec import in_order
from commands import COMMANDS, find_commands, read_spec, start

FOLDER = Path(commands.__file__).parent
FILES = sorted(FOLDER.glob("[!_]*.py"))


def test_every_file_is_a_verb_and_every_verb_has_a_file() -> None:
    assert {file.stem.replace("_", "-") for file in FILES} == {spec.name for spec in COMMANDS}
    assert find_commands() == COMMANDS


def test_no_two_verbs_claim_one_place_in_help() -> None:
    places = [(spec.group, spec.order) for spec in COMMANDS]
    assert len(set(places)) == len(places)
    assert in_order(reversed(COMMANDS)) == COMMANDS
    assert [spec.name for spec in COMMANDS][:3] == ["start", "promote", "pause"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_verb_imports_no_other_verb(file: Path) -> None:
    imported = [
        node.module or ""
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    ]
    ours = [name for name in imported if name.split(".")[0] == "commands"]
    assert all(name.startswith("commands.shared.") for name in ours)


def test_a_file_that_declares_no_verb_is_named() -> None:
    with pytest.raises(TypeError, match=r"commands\.later must declare the verb later as SPEC"):
        read_spec(ModuleType("commands.later"))
    other = ModuleType("commands.begin")
    other.SPEC = start.SPEC  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="the verb begin"):
        read_spec(other)
