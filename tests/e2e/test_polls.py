"""A poll over the practice workspace, with the bot in a process of its own that is killed. [G1]"""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.domain.facts import vote as p
from bot.domain.facts.fact import Fact
from bot.engine.record.codec import fact_of
from bot.practice.stage.config import Tempo
from bot.practice.stage.stage import CHANNEL, MEI, RUI, SAM, Stage, opened
from bot.practice.stage.stories import begins
from bot.store.sqlite import open_reader

ANA = "U0ANA"
POLL = (
    'poll     = { seats = { owner = "shop-devs", release = "stakeholders", duty = "on-call" }, '
    'veto = ["release"], advisory = ["duty"], closes_after = "3h" }\n'
)


@asynccontextmanager
async def polling() -> AsyncIterator[Stage]:
    """R-1 of checkout, about which people are asked."""
    async with opened(tempo=Tempo(modes={"checkout": POLL})) as stage:
        await begins(stage, "checkout", "v1.4.2")
        await stage.reaches("polling")
        await stage.until("the question stands", lambda: _stands(stage, "R-1"))
        yield stage


async def _stands(stage: Stage, release: str, round_: int = 1) -> bool:
    return question(stage, release, round_) is not None


def question(stage: Stage, release: str, round_: int = 1) -> dict[str, Any] | None:
    """The newest question about a release in its thread."""
    room = stage.workspace.workspace.snapshot(CHANNEL)["channels"][0]
    found = [
        said
        for said in room["messages"]
        if f"'{release}|{round_}|vote go" in str(said) and "GO OR NO-GO" in str(said)
    ]
    return found[-1] if found else None


async def presses(stage: Stage, person: str, label: str, release: str, round_: int = 1) -> None:
    asked = question(stage, release, round_)
    assert asked is not None
    action = {"Go": "act:vote", "Abstain": "act:vote:2"}[label]
    await stage.does(person, do="click", ts=asked["ts"], action_id=action, wait=3.0)


async def facts(stage: Stage, release: str) -> list[Fact]:
    store = open_reader(stage.database)
    try:
        return [fact_of(event) for event in await store.load(release)]
    finally:
        await store.close()


async def ballots(stage: Stage, release: str) -> list[tuple[int, str, str]]:
    found = [fact for fact in await facts(stage, release) if isinstance(fact, p.BallotCast)]
    return [(fact.round, fact.by, fact.choice.value) for fact in found]


async def dies_and_returns(stage: Stage) -> None:
    await stage.kill_bot()
    await stage.raise_bot()
    await stage.listens()


async def test_G1_over_the_workspace_clicks_death_veto_second_thoughts_and_a_reload() -> None:
    async with polling() as stage:
        # Row 10: a double click, a death in the middle, and the same click again.
        await asyncio.gather(*(presses(stage, RUI, "Go", "R-1") for _ in range(2)))
        await dies_and_returns(stage)
        await presses(stage, RUI, "Go", "R-1")
        assert await ballots(stage, "R-1") == [(1, RUI, "go")]
        # Row 3: whoever asked for it is refused, and row 2: a veto ends it at once.
        assert "you asked for this release" in await stage.types(MEI, "/release vote go R-1")
        await stage.types(ANA, "/release vote no-go R-1 because the ledger is migrating")
        await stage.reaches("rejected")
        await stage.quiet()
        assert "ledger is migrating" in str(stage.workspace.workspace.snapshot(CHANNEL))
        # Row 6: the last ballot counts.
        await stage.types(MEI, "/release start checkout v1.4.2 to prod")
        await stage.reaches("polling", release="R-2")
        await stage.types(RUI, "/release vote no-go R-2 because the flag is off")
        await stage.types(RUI, "/release vote go R-2")
        # Row 8: the plan changes under the votes.
        await reloaded(stage, 'bake = "6m"', 'bake = "5m"')
        await stage.until("people are asked again", lambda: _stands(stage, "R-2", 2))
        await stage.types(SAM, "/release vote no-go R-2 because a newsletter goes out")
        await presses(stage, RUI, "Go", "R-2", 2)
        # Row 9: advice against it is answered in words; row 1: then it goes.
        assert "a newsletter goes out" in await stage.types(ANA, "/release vote go R-2")
        await stage.types(ANA, "/release vote go R-2 because it went out already")
        await stage.reaches("shifting", "baking", release="R-2")
        assert await ballots(stage, "R-2") == [
            (1, RUI, "no-go"),
            (1, RUI, "go"),
            (2, SAM, "no-go"),
            (2, RUI, "go"),
            (2, ANA, "go"),
        ]


async def reloaded(stage: Stage, old: str, new: str) -> None:
    config = stage.folder / "slipway.toml"
    text = config.read_text(encoding="utf-8")
    assert old in text
    config.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert stage.bot is not None
    stage.bot.send_signal(signal.SIGHUP)
