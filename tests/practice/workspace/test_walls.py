"""The practice workspace certifies the bot, so it must share nothing with it."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.practice.workspace

ROOM = Path(bot.practice.workspace.__file__).parent
FILES = sorted(ROOM.rglob("*.py"))
OWN = ("bot.practice.workspace", "bot.practice.kit")
RULES = ("blockkit", "methods")


def imported(path: Path) -> Iterator[str]:
    """Every module a file names in an import."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOM)))
def test_nothing_but_aiohttp_and_the_standard_library_is_imported(path: Path) -> None:
    for name in imported(path):
        first = name.partition(".")[0]
        assert name.startswith(OWN) or first == "aiohttp" or first in sys.stdlib_module_names, name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOM)))
def test_the_rules_know_no_network(path: Path) -> None:
    inside = path.relative_to(ROOM).parts
    if (len(inside) == 1 and path.name != "__init__.py") or inside[0] in RULES:
        assert {"asyncio", "aiohttp"}.isdisjoint(imported(path))


def test_only_the_kit_asks_the_system_for_time_and_only_the_adapters_for_chance() -> None:
    assert not [path.name for path in FILES if "datetime.now" in path.read_text()]
    assert [path.name for path in FILES if "Random()" in path.read_text()] == ["adapters.py"]
    assert not any("time" in set(imported(path)) for path in FILES)
