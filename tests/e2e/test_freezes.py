"""[G6] [G7] Freezes over the practice workspace: typed, held, lifted, and never in the way back."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.domain.facts.calendar import FreezeBegan
from bot.domain.facts.fact import Fact
from bot.domain.state.moves import MOVES, Do, State
from bot.engine.record.codec import fact_of
from bot.practice.stage.stage import ANA, CHANNEL, MEI, SAM, Stage, opened
from bot.practice.stage.stories import begins
from bot.store.sqlite import open_reader

BAKE = 6.0
"""Seconds that the first step of checkout is watched."""
SUDDEN = '\n[[freezes]]\nname = "sudden"\nevery = "mon-sun"\n'
GOES_FORWARD = {fact for (state, fact), move in MOVES.items() if Do.APPLY in move.do}


@asynccontextmanager
async def baking() -> AsyncIterator[Stage]:
    """R-1 of checkout is watched at its first step."""
    async with opened() as stage:
        await begins(stage, "checkout", "v1.4.2")
        await stage.reaches("baking")
        yield stage


async def facts(stage: Stage, release: str = "R-1") -> list[Fact]:
    store = open_reader(stage.database)
    try:
        return [fact_of(event) for event in await store.load(release)]
    finally:
        await store.close()


async def forward(stage: Stage) -> int:
    """How often something was decided that sends the target on."""
    return sum(type(fact) in GOES_FORWARD for fact in await facts(stage))


async def test_G7_a_freeze_that_one_types_stops_the_start_of_another_and_holds_what_flies() -> None:
    async with baking() as stage:
        moved = await forward(stage)
        await stage.types(ANA, "/release freeze prod because INC-77")
        await stage.reaches("held")
        room = stage.workspace.workspace.snapshot(CHANNEL)
        assert "Frozen until it is lifted: prod." in str(room)
        said = await stage.types(MEI, "/release start search v2.0.3 to prod")
        assert (
            "Not started: search in prod is frozen until somebody lifts it (INC-77, set by ana)."
        ) in said
        assert 'the freeze "INC-77", set by ana, until it is lifted' in str(await stage.card())
        await asyncio.sleep(BAKE)
        assert await forward(stage) == moved
        await stage.types(ANA, "/release unfreeze prod because it is over")
        await stage.reaches("shifting")
        assert await forward(stage) > moved
        # [G6] And once more, now with somebody who wants it back at once.
        await stage.types(ANA, "/release freeze all")
        await stage.reaches("held")
        await stage.types(SAM, "/rollback checkout")
        await stage.reaches("rolled_back")
        assert "everything is frozen" in await stage.types(SAM, "/release calendar")


async def test_G7_a_bot_that_was_down_when_a_freeze_began_holds_before_anything_moves() -> None:
    async with baking() as stage:
        await stage.kill_bot()
        moved, before = await forward(stage), len(await facts(stage))
        config = stage.folder / "slipway.toml"
        text = config.read_text(encoding="utf-8")
        config.write_text(text + SUDDEN, encoding="utf-8")
        await stage.raise_bot()
        await stage.reaches("held")
        assert any(isinstance(fact, FreezeBegan) for fact in (await facts(stage))[before:])
        assert await forward(stage) == moved
        # A reload that takes it out lets go by itself.
        config.write_text(text, encoding="utf-8")
        await stage.listens()
        assert stage.bot is not None
        stage.bot.send_signal(signal.SIGHUP)
        await stage.reaches(State.BAKING, State.SHIFTING)
