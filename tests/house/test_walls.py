"""Imports point inward: the contracts of pyproject.toml over the tree, and over a bad tree."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.house import tree
from tests.house.tools import lint_imports

CONTRACTS = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
NAMES = [contract["name"] for contract in CONTRACTS["contracts"]]
ROOMS = [
    *("bot/__main__", "bot/cli", "bot/slack/app", "bot/web/x", "commands/start"),
    *(f"bot/practice/{room}/x" for room in ("page", "stage", "workspace", "fleet", "kit")),
    *("bot/store/x", "bot/net/x", "integrations/one/x", "integrations/two/x"),
    *("bot/config", "bot/ports/x"),
    *(
        f"bot/domain/{floor}/x"
        for floor in ("decide", "state", "intents", "facts", "terms", "judge")
    ),
    *(f"bot/engine/{room}/x" for room in ("door", "lanes", "watch", "record", "people")),
    *(f"bot/engine/{name}" for name in ("runtime", "parts", "registry", "clock", "waker")),
    *(f"bot/render/{name}/x" for name in ("release", "vote", "calendar", "override", "kit")),
    *(
        f"bot/render/{name}"
        for name in ("home", "advance", "advice", "people", "answers", "why_not")
    ),
]
FRAMEWORKS = ("aiohttp", "asyncio", "os", "pydantic", "random", "sqlite3", "sqlite_utils", "time")

MACHINERY = (
    *("bot.__main__", "bot.cli", "bot.config", "bot.engine", "bot.net", "bot.render"),
    *("bot.slack", "bot.web", "commands", "integrations"),
)
OURS = (*MACHINERY, "bot.domain", "bot.ports", "bot.store")
NEW_ROOMS = ("bot/garage/x", "bot/practice/attic/x")

# Who may not import what, and which wall says so.
BREACHES = {
    "bot/domain/judge/x": [
        *((name, "The domain does no I/O") for name in FRAMEWORKS),
        ("slack_sdk", "Only bot.slack imports Slack's libraries"),
        ("bot.ports", "Imports point inward"),
        ("bot.domain.terms", "The floors of the domain"),
    ],
    "bot/domain/facts/x": [("bot.domain.state", "The floors of the domain")],
    "bot/render/kit/x": [
        ("time", "Rendering is pure"),
        ("bot.config", "Imports point inward"),
        ("bot.render.vote", "Rendering stands on its kit"),
    ],
    "bot/ports/x": [("bot.engine", "Imports point inward")],
    "bot/store/x": [("bot.net", "Imports point inward")],
    "bot/engine/record/x": [
        ("bot.engine.lanes", "The rooms of the engine"),
        ("integrations.one", "The product never names a vendor"),
        ("slack_bolt", "Only bot.slack imports Slack's libraries"),
        ("bot.slack", "Imports point inward"),
    ],
    "bot/practice/workspace/x": [
        *((name, "Workspace and fleet import nothing of ours") for name in OURS),
        ("bot.practice.fleet", "The practice rooms stand on their kit"),
        ("bot.practice.stage", "The practice rooms stand on their kit"),
        ("slack_sdk", "Only bot.slack imports Slack's libraries"),
    ],
    "bot/practice/fleet/x": [
        *((name, "Workspace and fleet import nothing of ours") for name in OURS),
        ("bot.practice.workspace", "The practice rooms stand on their kit"),
    ],
    "bot/practice/kit/x": [
        *((name, "Workspace and fleet import nothing of ours") for name in OURS),
        ("bot.practice.fleet", "The practice rooms stand on their kit"),
    ],
    "bot/practice/stage/x": [
        *((name, "Page and stage see the domain") for name in MACHINERY),
        ("bot.practice.page", "The practice rooms stand on their kit"),
    ],
    "bot/practice/page/x": [(name, "Page and stage see the domain") for name in MACHINERY],
    "bot/practice/attic/x": [("bot.ports", "The practice rooms stand on their kit")],
    "commands/start": [
        ("integrations.one", "The product never names a vendor"),
        ("bot.slack", "Imports point inward"),
    ],
    "integrations/one/x": [
        ("integrations.two", "Vendors are strangers to each other"),
        ("bot.config", "A vendor sees ports and domain only"),
        ("bot.net", "Imports point inward"),
    ],
    "bot/garage/x": [("bot.domain", "Every room of bot has its place")],
}


def build(folder: Path, imports: dict[str, list[str]]) -> None:
    """Lay out the packages of the project with nothing in them but these imports."""
    for room in {*ROOMS, *imports}:
        file = folder / f"{room}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"import {name}\n" for name in imports.get(room, [])))
    for package in {p for p in folder.rglob("*") if p.is_dir()}:
        (package / "__init__.py").touch()


def broken(said: str) -> set[str]:
    """The contracts that lint-imports calls broken."""
    return {name for name in NAMES if re.search(rf"^{re.escape(name)} BROKEN", said, re.M)}


@pytest.fixture(scope="module")
def breached(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What lint-imports says of a tree in which every wall is breached."""
    folder = tmp_path_factory.mktemp("breached")
    build(folder, {room: [name for name, _ in names] for room, names in BREACHES.items()})
    return lint_imports(folder, folder / "cache").said


def test_the_walls_stand() -> None:
    ran = lint_imports(tree.ROOT, tree.ROOT / ".cache" / "import-linter")
    assert ran.code == 0, ran.said


def test_a_clean_tree_passes(tmp_path: Path) -> None:
    build(tmp_path, {"bot/slack/app": ["slack_bolt", "slack_sdk", "commands.start"]})
    ran = lint_imports(tmp_path, tmp_path / "cache")
    assert ran.code == 0, ran.said


@pytest.mark.parametrize("name", NAMES)
def test_every_wall_can_break(name: str, breached: str) -> None:
    assert name in broken(breached)


@pytest.mark.parametrize(
    ("room", "imported"),
    [
        (room, name)
        for room, names in BREACHES.items()
        for name, _ in names
        if room not in NEW_ROOMS
    ],
)
def test_every_breach_is_named(room: str, imported: str, breached: str) -> None:
    assert re.search(rf"{room.replace('/', '.')} -> {re.escape(imported)}\b", breached)


def test_a_new_room_is_named(breached: str) -> None:
    assert "- bot.garage" in breached
    assert "- bot.practice.attic" in breached


def test_the_practice_wall_keeps_every_room_out() -> None:
    walls = {each["name"]: each for each in CONTRACTS["contracts"]}
    layers = walls["Every room of bot has its place"]["layers"]
    rooms = {f"bot.{name}" for layer in layers for name in re.findall(r"\w+", layer)}
    kept_out = walls["Workspace and fleet import nothing of ours"]["forbidden_modules"]
    assert set(kept_out) == {*rooms, "commands", "integrations"} - {"bot.practice"} == set(OURS)


def test_every_breach_belongs_to_a_wall() -> None:
    walls = {wall for names in BREACHES.values() for _, wall in names}
    assert {name for name in NAMES if any(map(name.startswith, walls))} == set(NAMES)
