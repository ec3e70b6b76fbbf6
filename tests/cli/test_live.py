"""`slipway check --live` against a real workspace: what is written, what is heard, and silence."""

import asyncio
import os
import pty
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cli.lines import CheckLine
from bot.cli.live import Trial, who_is_there
from bot.config import load
from bot.engine.registry import find_integrations
from bot.practice.stage.config import ENVIRONMENT
from bot.practice.stage.stage import MEI, RUI, Stage, opened


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    async with opened() as stage:
        yield stage


def trial(stage: Stage, within: float = 20.0, me: str | None = MEI) -> Trial:
    config = load(stage.folder / "slipway.toml", find_integrations())
    return Trial(config=config, me=me, within=timedelta(seconds=within))


async def told(trial: Trial) -> list[CheckLine]:
    return [line async for line in trial.lines()]


async def test_it_posts_edits_writes_to_me_and_hears_me(stage: Stage) -> None:
    lines = []
    async for line in trial(stage).lines():
        lines.append(line)
        if line.what == "socket":
            answer = await stage.types(MEI, "/release whoami")
            assert "nothing was done" in answer
    assert not any(line.fault for line in lines)
    whats = [line.what for line in lines]
    assert whats[1:4] == ["post in #releases", "edit in #releases", f"message to {MEI}"]
    assert "'whoami' of mei (U0MEI), and answered" in lines[-1].said
    rooms = stage.workspace.workspace.snapshot()["channels"]
    written = [said["text"] for room in rooms for said in room["messages"]]
    assert any("it can post here and edit" in text for text in written)
    assert any("Now type /release whoami" in text for text in written)


async def test_silence_is_explained_with_its_likely_causes(stage: Stage) -> None:
    lines = await told(trial(stage, within=0.3, me=None))
    assert lines[-1].fault
    for cause in (
        "Another app may own /release",
        '"/ship"',
        "Reinstall",
        "Socket Mode",
        "Practice",
    ):
        assert cause in lines[-1].said


async def test_a_channel_without_the_bot_is_told_with_its_remedy(stage: Stage) -> None:
    path = stage.folder / "slipway.toml"
    path.write_text(path.read_text().replace('"#releases"', '"#nowhere"'))
    line = next(line for line in await told(trial(stage, 0.2)) if line.what.startswith("post"))
    assert line.fault
    assert "/invite @slipway in #nowhere" in line.said


async def test_a_channel_that_is_there_without_the_bot_is_told_with_its_remedy(
    stage: Stage,
) -> None:
    path = stage.folder / "slipway.toml"
    path.write_text(path.read_text().replace('"#releases"', '"#random"'))
    line = next(line for line in await told(trial(stage, 0.2)) if line.what.startswith("post"))
    assert line.fault
    assert "/invite @slipway in #random" in line.said


async def test_a_person_is_found_by_name_and_a_name_that_nobody_has_is_said(stage: Stage) -> None:
    lines = {line.what: line for line in await told(trial(stage, 0.2, me="@Mei"))}
    assert lines["message to @Mei"].said == "done"
    direct = stage.workspace.workspace.state.direct[MEI]
    assert stage.workspace.workspace.state.channels[direct].messages
    lines = {line.what: line for line in await told(trial(stage, 0.2, me="nobody"))}
    assert lines["message to nobody"].fault
    assert "nobody here is called nobody" in lines["message to nobody"].said
    assert "Copy member ID" in lines["message to nobody"].said


async def test_two_of_one_name_are_not_guessed_at(stage: Stage) -> None:
    people = stage.workspace.workspace.state.people
    for person in (MEI, RUI):
        people[person] = replace(people[person], name="kim")
    lines = {line.what: line for line in await told(trial(stage, 0.2, me="kim"))}
    assert f"{MEI}, {RUI} are all called kim" in lines["message to kim"].said


@pytest.mark.parametrize(
    ("typed", "who", "said"),
    [("mei\n", "mei", None), ("\n", None, "nobody is written to"), ("", None, "no terminal")],
)
def test_who_is_written_to_is_asked_on_a_terminal_only(
    typed: str, who: str | None, said: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = pty.openpty() if typed else os.pipe()[::-1]
    os.write(ours, typed.encode())
    with os.fdopen(theirs, encoding="utf-8") as terminal:
        found, line = who_is_there(None, terminal)
        assert who_is_there(RUI, terminal) == (RUI, None)
    os.close(ours)
    assert found == who
    assert (line.said if line else None) == said or (said or "") in str(line)
    assert ("Who are you in Slack" in capsys.readouterr().out) == bool(typed)


async def test_a_socket_that_does_not_open_is_said_at_once(stage: Stage) -> None:
    space = stage.workspace.workspace
    space.app = replace(space.app, app_scopes=frozenset())
    async with asyncio.timeout(15):
        lines = await told(trial(stage, within=600))
    assert (lines[-1].what, lines[-1].fault) == ("socket", True)
    assert "connections:write" in lines[-1].said
