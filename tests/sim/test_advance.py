"""From staging to prod without a click, in virtual time, with and without deaths."""

import asyncio
from dataclasses import replace
from random import Random

import pytest

from bot.domain.facts import release as f
from bot.domain.facts.advance import AdvanceRefused, advance_stream
from bot.domain.facts.fact import BOT, Fact
from bot.domain.intents import release as i
from bot.domain.state.release import Release
from bot.domain.terms.rules import Advance, Rules
from bot.domain.terms.strategy import StrategyKind
from bot.engine.record.codec import fact_of
from bot.store.sqlite import open_inline
from tests.domain.builders import ERRORS, MEI, rules
from tests.sim.invariants import check
from tests.sim.loop import simulate
from tests.sim.schedule import STRATEGIES
from tests.sim.world import ENVIRONMENT, SERVICE, STAGING, Crashed, Life, Luck, World

CI = "api:ci"
MAY = dict.fromkeys(("start", "promote", "rollback"), ("anyone",))
STAGED = replace(
    ERRORS,
    requests='requests{track="$track",environment="$environment"}',
    errors='errors{track="$track",environment="$environment"}',
)
LONGEST = 3600.0


def staging() -> Rules:
    return rules(STRATEGIES[StrategyKind.ROLLING], environment=STAGING, checks=(STAGED,), may=MAY)


def prod() -> Rules:
    return rules(STRATEGIES[StrategyKind.CANARY], after=STAGING, advance=Advance.BY_ITSELF, may=MAY)


async def begins(life: Life) -> None:
    """What runs is adopted in both places, and CI starts the new version in staging."""
    engine = life.engine
    for environment in (STAGING, ENVIRONMENT):
        if (await engine.history.service(SERVICE, environment)).stable is None:
            seen = life.world.deployer._site(life.world._target(environment)).at
            await engine.open(i.Adopt(by=MEI, service=SERVICE, environment=environment, seen=seen))
    if not await engine.store.count_streams("R-"):
        await engine.open(
            i.Start(by=CI, release="", service=SERVICE, environment=STAGING, version="v1.4.2")
        )


async def over(life: Life, release: str) -> None:
    """Until a release is over, and everything it asks for is done."""
    while life.world.clock.monotonic() < LONGEST:
        found = await life.engine.history.release(release)
        if found is not None and not found.is_live:
            break
        await asyncio.sleep(5)
    await asyncio.sleep(60)


async def lives(world: World, last: str) -> None:
    """One process after another, until one sees the end."""

    async def story(life: Life) -> None:
        await begins(life)
        await over(life, last)

    for _ in range(20):
        try:
            if await Life(world).live(story):
                return
        except Crashed:
            pass
        await asyncio.sleep(1)


async def _play(seed: int, deaths: list[int], ill: float) -> tuple[World, list[Release]]:
    world = World(seed, prod(), Luck(ill=ill), deaths, staging())
    world.deployer._running = "v1.4.1"
    await lives(world, "R-1" if ill else "R-2")
    return world, await check(world)


def play(seed: int, deaths: list[int], ill: float = 0.0) -> tuple[World, list[Release]]:
    return simulate(_play(seed, deaths, ill))


def who(world: World, *streams: str) -> set[str]:
    rows = world.conn.execute("SELECT stream, actor FROM events").fetchall()
    return {actor for stream, actor in rows if stream in streams}


def test_a_release_of_low_risk_needs_no_click_from_staging_to_certified_in_prod() -> None:
    world, [first, second] = play(1, [])
    assert (first.environment, second.environment) == (STAGING, ENVIRONMENT)
    assert (second.certified, second.name, second.revision) == (True, first.name, first.revision)
    assert (second.kind, second.cause, second.requested_by) == (
        f.ReleaseKind.PROMOTE,
        "R-1",
        BOT,
    )
    assert who(world, "R-1") == {CI, BOT}
    assert who(world, "R-2") == {BOT}


@pytest.mark.parametrize("seed", range(40))
def test_it_goes_on_exactly_once_whenever_the_process_dies(seed: int) -> None:
    chance = Random(seed)
    deaths = sorted(chance.randint(1, 500) for _ in range(4))
    _, releases = play(seed, deaths)
    assert [each.id for each in releases] == ["R-1", "R-2"]
    assert releases[1].certified


def test_what_was_taken_back_does_not_go_on() -> None:
    world, releases = play(3, [], ill=0.3)
    assert [each.state.value for each in releases] == ["rolled_back"]
    assert not facts_of(world)


def facts_of(world: World) -> list[Fact]:
    return simulate(_facts_of(world))


async def _facts_of(world: World) -> list[Fact]:
    events = await open_inline(world.conn).load(advance_stream(SERVICE, ENVIRONMENT))
    return [fact_of(event) for event in events]


def test_nobody_is_told_of_what_is_not_there() -> None:
    world, _ = play(4, [])
    assert not [fact for fact in facts_of(world) if isinstance(fact, AdvanceRefused)]
