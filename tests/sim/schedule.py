"""One schedule: a strategy, a version well or ill, faults, deaths and people, all by seed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from bot.domain.intents import release as i
from bot.domain.state.release import Release
from bot.domain.terms.rules import Mode, Rules
from bot.domain.terms.strategy import Step, Strategy, StrategyKind
from bot.domain.terms.units import EVERYBODY, NOBODY, Share
from tests.domain.builders import CANARY, MEI, rules
from tests.sim.invariants import check
from tests.sim.loop import simulate
from tests.sim.world import ENVIRONMENT, SERVICE, Crashed, Life, Luck, World

MINUTE = timedelta(minutes=1)
STRATEGIES: dict[StrategyKind, Strategy] = {
    StrategyKind.CANARY: replace(
        CANARY,
        steps=(
            Step(weight=Share(10), bake=MINUTE * 3),
            Step(weight=Share(50), bake=MINUTE * 3),
            Step(weight=EVERYBODY, bake=MINUTE * 3),
        ),
    ),
    StrategyKind.ROLLING: Strategy(
        kind=StrategyKind.ROLLING, steps=(Step(weight=EVERYBODY, bake=MINUTE * 4),)
    ),
    StrategyKind.BLUE_GREEN: Strategy(
        kind=StrategyKind.BLUE_GREEN,
        steps=(Step(weight=NOBODY, bake=MINUTE), Step(weight=EVERYBODY, bake=MINUTE * 3)),
    ),
    StrategyKind.SHADOW: Strategy(
        kind=StrategyKind.SHADOW, steps=(Step(mirror=Share(10), bake=MINUTE * 3),)
    ),
}
ACTS: tuple[Callable[[], i.Intent], ...] = (
    lambda: i.Pause(by=MEI, span=MINUTE * 2),
    lambda: i.Pause(by=MEI),
    lambda: i.Resume(by=MEI),
    lambda: i.Promote(by=MEI, early=True, because="in a hurry"),
    lambda: i.Rollback(by=MEI),
    lambda: i.Abort(by=MEI),
    lambda: i.Take(by=MEI),
    lambda: i.Promote(by=MEI),
    lambda: i.Resume(by=MEI, because="our own load test"),
)
LAST_FAULT = timedelta(minutes=30)
PATIENCE = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    seed: int
    kind: StrategyKind
    luck: Luck
    deaths: tuple[int, ...]
    acts: tuple[tuple[float, int], ...]
    mode: Mode = Mode.ACT

    def rules(self) -> Rules:
        everyone = dict.fromkeys(("start", "promote", "override", "rollback"), ("anyone",))
        return rules(STRATEGIES[self.kind], may=everyone, mode=self.mode)


def schedule(seed: int) -> Schedule:
    """The same seed is the same schedule, for ever."""
    chance = Random(seed)
    troubled = chance.random() < 0.7
    luck = Luck(
        deployer=chance.choice((0.0, 0.05, 0.2)) if troubled else 0.0,
        metrics=chance.choice((0.0, 0.02, 0.3)) if troubled else 0.0,
        chat=chance.choice((0.0, 0.2)) if troubled else 0.0,
        until=LAST_FAULT,
        ill=chance.choice((0.0, 0.0, 0.3)),
    )
    deaths = sorted(chance.randint(1, 400) for _ in range(chance.choice((0, 0, 1, 3))))
    count = chance.choice((0, 0, 1, 3))
    acts = sorted((chance.uniform(5, 900), chance.randrange(len(ACTS))) for _ in range(count))
    return Schedule(
        seed=seed,
        kind=chance.choice(list(STRATEGIES)),
        luck=luck,
        deaths=tuple(deaths),
        acts=tuple(acts),
        mode=chance.choice((Mode.ACT, Mode.ACT, Mode.ASK)),
    )


def run(plan: Schedule) -> tuple[World, Release]:
    """The world and the release at the end, all invariants checked."""
    return simulate(_run(plan))


async def _run(plan: Schedule) -> tuple[World, Release]:
    world = World(plan.seed, plan.rules(), plan.luck, list(plan.deaths))
    world.deployer._running = "v1.4.1"
    acts = list(plan.acts)
    await _lives(world, acts)
    await _again(world)
    releases = await check(world)
    return world, releases[0]


async def _lives(world: World, acts: list[tuple[float, int]]) -> None:
    """One process after another, until one lives to the end of the story."""
    if not await _life(world, acts):
        await asyncio.sleep(1)
        await _lives(world, acts)


async def _life(world: World, acts: list[tuple[float, int]]) -> bool:
    try:
        return await Life(world).live(lambda life: _story(life, acts))
    except Crashed:
        return False


async def _story(life: Life, acts: list[tuple[float, int]]) -> None:
    """Adopt, start, act, and wait until it is over or stands still for a person."""
    await _begin(life)
    while acts:
        at, index = acts[0]
        await _sleep_until(life, at)
        acts.pop(0)
        await life.engine.tell("R-1", ACTS[index]())
    await _settle(life)


async def _begin(life: Life) -> None:
    if await life.engine.store.count_streams("R-"):
        return
    state = await life.engine.history.service(SERVICE, ENVIRONMENT)
    if state.stable is None:
        seen = life.world.deployer._site(life.world._target()).at
        adopted = i.Adopt(by=MEI, service=SERVICE, environment=ENVIRONMENT, seen=seen)
        await life.engine.open(adopted)
    await life.engine.open(
        i.Start(by=MEI, release="", service=SERVICE, environment=ENVIRONMENT, version="v1.4.2")
    )


async def _sleep_until(life: Life, at: float) -> None:
    left = at - life.world.clock.monotonic()
    await asyncio.sleep(max(0.0, left))


async def _settle(life: Life) -> None:
    """Until it is over, or has stood still with faults long gone."""
    deadline = max(life.world.clock.monotonic(), LAST_FAULT.total_seconds())
    deadline += PATIENCE.total_seconds()
    while life.world.clock.monotonic() < deadline:
        release = await life.engine.history.release("R-1")
        if release is None or not release.is_live:
            break
        if release.state.value in ("held", "gated", "stuck") and _late(life):
            break
        await asyncio.sleep(20)
    await asyncio.sleep(60)


def _late(life: Life) -> bool:
    return life.world.clock.monotonic() > LAST_FAULT.total_seconds() * 2


async def _again(world: World) -> None:
    """I26, I27: one more life changes nothing but that it was lived."""
    before = world.conn.execute("SELECT COUNT(*) FROM events WHERE stream <> 'bot'").fetchone()
    done = len(world.deployer.effects)
    world.mortality.deaths.clear()
    release = None

    async def look(life: Life) -> None:
        nonlocal release
        release = await life.engine.history.release("R-1")
        await asyncio.sleep(30)

    await Life(world).live(look)
    after = world.conn.execute("SELECT COUNT(*) FROM events WHERE stream <> 'bot'").fetchone()
    if release is not None and not release.is_live:
        assert (after, len(world.deployer.effects)) == (before, done)
