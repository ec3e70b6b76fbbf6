"""The watcher: one task per live release that looks, judges, and outlives what fails."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.domain.facts import release as f
from bot.domain.intents import release as i
from bot.domain.state.moves import Do, State
from bot.domain.terms.place import Place
from bot.engine.watch.sources import Sources
from bot.engine.watch.watcher import Watcher, pace
from bot.ports.deployer import Target
from bot.render.kit.view import ChartSeries
from tests.domain.builders import MEI, NOON, minutes, release_in
from tests.engine.rig import Rig
from tests.fakes.deployer import Call, Fault

CHECKOUT = Target(service="checkout", environment="prod", settings={})


@asynccontextmanager
async def watching(rig: Rig) -> AsyncIterator[Watcher]:
    watcher = Watcher(rig.engine, rig.ports, Sources(rig.ports))
    task = asyncio.create_task(watcher.run())
    try:
        yield watcher
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def at_ten_percent() -> Rig:
    rig = Rig()
    rig.deployer.drift(CHECKOUT, **{"v1.4.1": 90.0, "v1.4.2": 10.0})
    await rig.baking()
    [sent] = await rig.rows(Do.APPLY)
    await rig.store.settle(sent.key, {"done": "Accepted"}, NOON)
    return rig


async def state_is(rig: Rig, *states: State) -> None:
    for _ in range(400):
        if (await rig.release()).state in states:
            return
        await asyncio.sleep(0.005)
    raise AssertionError((await rig.release()).state)


async def test_drift_is_seen_without_anybody_asking() -> None:
    rig = await at_ten_percent()
    rig.deployer.drift(CHECKOUT, **{"v1.4.1": 50.0, "v1.4.2": 50.0})
    async with watching(rig):
        await state_is(rig, State.HELD)
    assert (await rig.release()).hold(f.Hold.DRIFT) is not None


async def test_a_memory_in_another_shape_is_begun_anew() -> None:
    rig = await at_ten_percent()
    await rig.store.put_series("R-1", {"shape": "of another version"}, NOON)
    rig.deployer.drift(CHECKOUT, **{"v1.4.1": 50.0, "v1.4.2": 50.0})
    async with watching(rig):
        await state_is(rig, State.HELD)


async def test_a_target_that_does_not_answer_is_no_drift() -> None:
    rig = await at_ten_percent()
    rig.deployer.fail_next(Fault.UNAVAILABLE, on=Call.OBSERVE)
    watcher = Watcher(rig.engine, rig.ports, Sources(rig.ports))
    assert not await watcher.look(await rig.release())
    assert await watcher.look(await rig.release())
    assert (await rig.release()).state is State.BAKING


async def test_what_ended_is_not_remembered() -> None:
    rig = await at_ten_percent()
    async with watching(rig) as watcher:
        await asyncio.sleep(0.02)
        await rig.engine.tell("R-1", i.Rollback(by=MEI))
        await rig.engine.tell("R-1", i.MoveRefused(reason="quota", back=True))
        await rig.engine.tell("R-1", i.Settle(by=MEI, because="by hand"))
        watcher.wake(frozenset({"R-1"}))
        for _ in range(400):
            if await rig.store.get_series("R-1") is None:
                break
            await asyncio.sleep(0.005)
    assert await rig.store.get_series("R-1") is None


def test_it_looks_often_while_something_moves_and_by_the_checks_while_it_stands() -> None:
    assert pace(release_in(State.SHIFTING), NOON).total_seconds() <= 5
    assert pace(release_in(State.BAKING), minutes(0.5)).total_seconds() == 30
    assert pace(release_in(State.ROLLING_BACK), NOON).total_seconds() == 2


async def test_what_each_window_measured_is_kept_for_charts() -> None:
    rig = await at_ten_percent()
    series: tuple[ChartSeries, ...] = ()
    async with watching(rig):
        for _ in range(200):
            rig.clock.advance(timedelta(minutes=1))
            await asyncio.sleep(0.005)
            series = (await rig.readers.charted(await rig.release())).series
            if series and len(series[0].points) > 1:
                break
    assert series[0].check == rig.book.policy.services[Place("checkout", "prod")].checks[0].name
    assert {point.canary for point in series[0].points} == {1.0}
