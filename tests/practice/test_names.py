"""One name, one thing: what the practice rooms call theirs is called so nowhere else."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import tree

ROOM = tree.ROOT / "bot" / "practice"
SAME_EVERYWHERE = frozenset({"Json"})
"""An alias of dict[str, Any], whoever writes it."""


def types_of(text: str) -> Iterator[str]:
    """The public types of a module: its classes, and names that stand for a type."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        names = (target.id for target in targets if isinstance(target, ast.Name))
        yield from (name for name in names if name[0].isupper() and not name.isupper())


def shared(files: dict[str, str]) -> dict[str, list[str]]:
    """Types that stand in two files, one of them a practice room's; by name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path, text in files.items():
        for name in set(types_of(text)) - SAME_EVERYWHERE:
            found[name].append(path)
    return {
        name: paths
        for name, paths in found.items()
        if len(paths) > 1 and any(path.startswith("bot/practice/") for path in paths)
    }


def test_no_type_of_a_practice_room_has_the_name_of_another() -> None:
    files = tree.python_files(*tree.PRODUCT)
    assert not shared({tree.shown(path): path.read_text() for path in files})


def test_two_types_of_one_name_are_found() -> None:
    found = shared(
        {
            "bot/practice/fleet/log.py": "class Entry: ...\nTrack = str\n",
            "bot/ports/log.py": "Entry: TypeAlias = dict\nMOST = 3\n",
            "bot/web/x.py": "class Reply: ...\n",
            "bot/slack/y.py": "class Reply: ...\nMOST = 4\n",
        }
    )
    assert found == {"Entry": ["bot/practice/fleet/log.py", "bot/ports/log.py"]}


@pytest.mark.parametrize("folder", [ROOM, Path(__file__).parent], ids=["product", "tests"])
def test_a_module_is_named_by_a_noun(folder: Path) -> None:
    names = [path.stem for path in folder.rglob("*.py")]
    assert len(names) > 10
    assert not [name for name in names if name.endswith("ing")]
