"""The README against the code: what it says can be typed, configured and played, can be."""

import re
from pathlib import Path

import pytest

from bot.cli import parser
from bot.config import parse
from bot.engine.registry import find_integrations
from bot.practice.stage import STORIES
from commands import COMMANDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
SHELL = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
def test_every_verb_is_in_the_manual_as_it_is_declared(spec: object) -> None:
    usage, summary = getattr(spec, "usage", ""), getattr(spec, "summary", "")
    row = f"| `/release {usage.replace('|', chr(92) + '|')}` | {summary} |"
    assert row in README


def test_the_manual_has_no_verb_that_is_not_built() -> None:
    listed = re.findall(r"^\| `/release ([^\s`]+)", README, re.MULTILINE)
    assert listed == [spec.name for spec in COMMANDS]


@pytest.mark.parametrize("story", STORIES.values(), ids=lambda story: story.name)
def test_every_story_is_in_the_manual(story: object) -> None:
    row = f"| `{getattr(story, 'name', '')}` | {getattr(story, 'summary', '')} | "
    assert f"{row}{getattr(story, 'ends', '')} |" in README


@pytest.mark.parametrize("text", [text for kind, text in BLOCKS if kind == "toml"])
def test_every_config_block_loads_without_a_mistake(text: str) -> None:
    config = parse(text, find_integrations())
    assert config.services
    assert not config.quarantined


@pytest.mark.parametrize("line", [line for line in SHELL if line.startswith("slipway")])
def test_every_slipway_line_can_be_meant(line: str) -> None:
    typed = line.split()[1:]
    assert parser(typed).parse_args(typed).run


@pytest.mark.parametrize("line", [line for line in SHELL if line.startswith("make")])
def test_every_make_line_names_a_target_and_arguments_there_are(line: str) -> None:
    target, _, arguments = line.removeprefix("make ").partition(" ARGS=")
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)
    if arguments:
        typed = ["demo", *arguments.strip('"').split()]
        assert parser(typed).parse_args(typed).run


def test_the_example_config_loads_without_a_mistake() -> None:
    config = parse((ROOT / "slipway.toml").read_text(encoding="utf-8"), find_integrations())
    assert config.services
    assert not config.quarantined
    assert not config.broken
