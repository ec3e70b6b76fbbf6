"""kill -9 at the N-th write or call, for every N until a run completes untouched."""

import asyncio
import os
from random import Random

import pytest

from bot.cli.stage import recorded
from bot.practice.stage.stage import OffScript, Stage, opened
from tests.crash.stage import ILL, TEMPO, audited, one_more_life, start, supervised

SAMPLE = 4
MOST = 2_000
AT_ONCE = 3
STORIES: dict[str, str] = {"healthy": "succeeded", "regression": "rolled_back"}


async def lived(
    name: str, die_at: int | None, counted: str | None = None, again: bool = False
) -> bool:
    """One story with a death at a point; whether the death came before the end."""
    async with opened(tempo=TEMPO) as stage:
        if die_at is not None:
            stage.environment["SLIPWAY_DIE_AT"] = str(die_at)
        if counted is not None:
            stage.environment["SLIPWAY_COUNT_POINTS"] = counted
        try:
            died = await played(stage, name)
        except OffScript as error:
            told = [line["text"] for _, lines in await recorded(stage.database) for line in lines]
            raise AssertionError(f"killed at point {die_at}: {error}; {told}") from error
        assert await audited(stage) == [STORIES[name]]
        if again:
            await one_more_life(stage)
        return died


async def played(stage: Stage, name: str) -> bool:
    async with supervised(stage) as deaths:
        await start(stage)
        if name == "regression":
            await stage.reaches("baking", "held", "rolling_back", "rolled_back")
            await stage.breaks("checkout", "v1.4.2", error_rate=ILL)
        await stage.reaches(STORIES[name])
        await stage.quiet()
        return bool(deaths)


@pytest.mark.parametrize("name", STORIES)
async def test_a_sample_of_kill_points(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    counted = tmp_path_factory.mktemp("points") / "points"
    assert not await lived(name, None, str(counted))
    points = len(counted.read_text().splitlines())
    chance = Random(int(os.environ.get("SLIPWAY_SEED", "7")))
    sampled = chance.sample(range(1, points), SAMPLE)
    await asyncio.gather(*(lived(name, at, again=True) for at in sampled))


@pytest.mark.torture
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", STORIES)
async def test_every_kill_point(name: str) -> None:
    survived = 0
    while survived < MOST:
        batch = range(survived + 1, survived + 1 + AT_ONCE)
        died = await asyncio.gather(*(lived(name, at) for at in batch))
        survived += sum(died)
        if not all(died):
            print(f"\n{name}: {survived} of {survived} kill points survived")
            return
    raise AssertionError(f"after {MOST} points no life was complete")
