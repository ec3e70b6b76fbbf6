"""Every story from the command line, as a stranger plays it: its end, its JSON, its record."""

import asyncio
import json
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.practice.stage import STORIES

AT_ONCE = 3
WITHIN = 60.0
BACK = ("regression", "manual", "killed", "ask", "governed")
ROLLED_BACK_TO = dict.fromkeys(BACK, "v1.4.1")


@dataclass(frozen=True)
class Played:
    """What came of `slipway demo --headless --json` and of `slipway audit verify` after it."""

    code: int
    told: dict[str, Any]
    verified: int
    database: Path


async def slipway(*words: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def played(name: str, database: Path, turn: asyncio.Semaphore) -> Played:
    async with turn:
        words = ("demo", "--headless", "--story", name, "--json", "--db", str(database))
        code, said = await slipway(*words)
    verified, _ = await slipway("audit", "verify", "--db", str(database))
    return Played(code, json.loads(said.splitlines()[-1]), verified, database)


@pytest.fixture(scope="module")
def plays(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    """All stories, a few at a time: they mostly wait."""
    folder = tmp_path_factory.mktemp("stories")

    async def all_of_them() -> list[Played]:
        turn = asyncio.Semaphore(AT_ONCE)
        return list(
            await asyncio.gather(*(played(name, folder / f"{name}.db", turn) for name in STORIES))
        )

    return dict(zip(STORIES, asyncio.run(all_of_them()), strict=True))


pytestmark = [pytest.mark.timeout(300), pytest.mark.alone]


@pytest.mark.parametrize("name", STORIES)
def test_a_story_ends_as_it_should(name: str, plays: dict[str, Played]) -> None:
    told = plays[name].told
    assert (plays[name].code, told["fault"], told["state"]) == (0, "", STORIES[name].ends)
    assert told["seconds"] < WITHIN
    assert told["rolled_back_to"] == ROLLED_BACK_TO.get(name)


@pytest.mark.parametrize("name", STORIES)
def test_its_record_is_whole(name: str, plays: dict[str, Played]) -> None:
    assert plays[name].verified == 0


@pytest.mark.parametrize("name", STORIES)
def test_nothing_was_done_twice(name: str, plays: dict[str, Played]) -> None:
    keys = [effect["key"] for effect in plays[name].told["effects"]]
    assert keys
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", STORIES)
def test_it_tells_what_happened_in_the_agreed_form(name: str, plays: dict[str, Played]) -> None:
    told = plays[name].told
    assert set(told) >= {"story", "release", "state", "seconds", "rolled_back_to"}
    assert all(set(line) == {"at", "kind", "text"} for line in told["timeline"])
    assert all(line["at"].endswith("Z") for line in told["timeline"])
    keys = {"channel", "thread", "ephemeral", "text"}
    assert all(set(message) == keys for message in told["messages"])
    assert all(set(effect) == {"key", "what"} for effect in told["effects"])


@pytest.mark.parametrize("name", ["regression", "killed"])
def test_a_rollback_is_told_in_the_channel_and_to_the_starter(
    name: str, plays: dict[str, Played]
) -> None:
    messages = plays[name].told["messages"]
    assert any(said["text"].startswith("OVER") and not said["thread"] for said in messages)
    assert any(said["channel"].startswith("D") for said in messages)


def test_a_blind_release_asks_a_person(plays: dict[str, Played]) -> None:
    messages = plays["blind"].told["messages"]
    assert any("NEEDS A PERSON" in said["text"] for said in messages)


GOVERNED = (
    *("ReleaseRequested", "PollOpened", "BallotCast", "BallotCast", "BallotCast", "GoGiven"),
    *("PollVoided", "PollOpened", "BallotCast", "BallotCast", "GoGiven", "PreflightPassed"),
    *("StepReached", "FreezeBegan", "LastHoldLifted", "OverrideUsed", "StepBaked", "StepReached"),
    *("RollbackDecided", "TrafficBack", "RollbackVerified"),
)


def test_G1_what_people_decided_stands_in_the_record_in_its_order(
    plays: dict[str, Played],
) -> None:
    kinds = [line["kind"] for line in plays["governed"].told["timeline"]]
    assert tuple(kind for kind in kinds if kind != "VerdictReached") == GOVERNED


def test_G5_broken_glass_has_a_second_person_and_a_look_back(plays: dict[str, Played]) -> None:
    conn = sqlite3.connect(plays["governed"].database)
    rows = conn.execute(
        "SELECT kind, actor FROM events WHERE stream = 'S/checkout/prod' ORDER BY seq"
    ).fetchall()
    conn.close()
    wanted = [("GlassBroken", "U0RUI"), ("OverrideGranted", "U0SAM"), ("ReviewClosed", "U0SAM")]
    assert [row for row in rows if row[0] in dict(wanted)] == wanted
    said = [each["text"] for each in plays["governed"].told["messages"]]
    assert any(text.startswith("Not started: v1.4.2 is marked bad") for text in said)


def test_a_story_that_cannot_be_recorded_fails_with_its_json(plays: dict[str, Played]) -> None:
    taken = plays["healthy"].database
    words = ("demo", "--headless", "--story", "healthy", "--json", "--db", str(taken))
    code, said = asyncio.run(slipway(*words))
    assert code == 1
    assert "is there already" in json.loads(said.splitlines()[-1])["fault"]
