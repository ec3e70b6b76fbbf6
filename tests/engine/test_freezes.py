"""[G7] [I15] The calendar at work: on time, by itself, and never in the way back."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.facts.calendar import CALENDAR, FreezeDeclared
from bot.domain.intents import release as i
from bot.domain.state.moves import Do, State
from bot.domain.terms.calendar import Calendar, CalendarWindow
from bot.domain.terms.when import Once
from bot.engine.lanes.outbox import RowLater
from bot.engine.lanes.world import WorldLane as Mover
from bot.engine.runtime import Runtime
from bot.engine.watch.calendar import CalendarWatch
from tests.domain.builders import MEI, NOON, minutes
from tests.engine.rig import Rig, Waker


def lasting(begin: datetime, end: datetime | None, **changes: object) -> CalendarWindow:
    when = Once(begin=begin.replace(tzinfo=None), lasts=end - begin if end else None)
    return CalendarWindow(**{"name": "weekend", "when": (when,), **changes})  # type: ignore[arg-type]


def frozen(rig: Rig, *windows: CalendarWindow) -> None:
    rig.book.policy = replace(rig.book.policy, calendar=Calendar(windows=windows))


async def test_G7_a_freeze_holds_what_is_in_flight_and_lets_go_by_itself() -> None:
    rig = Rig()
    await rig.baking()
    frozen(rig, lasting(NOON, minutes(60)))
    almanac = CalendarWatch(rig.engine)
    await almanac.look()
    held = await rig.release()
    assert (held.state, held.flying_in) == (State.HELD, State.BAKING)
    rig.clock.advance(timedelta(minutes=61))
    await almanac.look()
    assert (await rig.release()).state is State.BAKING


async def test_G7_a_step_that_was_decided_and_not_sent_is_withdrawn() -> None:
    rig = Rig()
    await rig.adopt()
    await rig.start()
    await rig.fly()
    frozen(rig, lasting(NOON, minutes(60)))
    await CalendarWatch(rig.engine).look()
    [row] = await rig.rows(Do.APPLY)
    assert row.done_at is not None
    assert "superseded" in (row.outcome or {})


async def test_G7_what_passes_preflight_in_a_freeze_sends_nothing() -> None:
    rig = Rig()
    await rig.adopt()
    await rig.start()
    frozen(rig, lasting(NOON, minutes(60)))
    await rig.fly()
    assert (await rig.release()).state is State.HELD
    assert await rig.rows(Do.APPLY) == []
    rig.clock.advance(timedelta(minutes=61))
    await CalendarWatch(rig.engine).look()
    assert len(await rig.rows(Do.APPLY)) == 1


async def test_G7_a_step_that_is_being_sent_when_a_freeze_begins_is_not_sent() -> None:
    rig = Rig()
    await rig.adopt()
    await rig.start()
    await rig.fly()
    frozen(rig, lasting(NOON, minutes(60)))
    [row] = await rig.rows(Do.APPLY)
    result = await Mover(rig.engine, rig.ports).perform(replace(row, attempts=1))
    assert isinstance(result, RowLater)
    assert rig.deployer.effects == []
    assert (await rig.release()).state is State.HELD


async def test_G6_a_way_back_is_sent_in_a_freeze() -> None:
    rig = Rig()
    await rig.baking()
    frozen(rig, lasting(NOON, None))
    await CalendarWatch(rig.engine).look()
    assert (await rig.engine.tell("R-1", i.Rollback(by=MEI))).ok
    [row] = await rig.rows(Do.ROLL_BACK)
    await Mover(rig.engine, rig.ports).perform(replace(row, attempts=1))
    [(_, desired)] = rig.deployer.effects
    assert desired.weight.percent == 0


async def test_G7_a_config_that_is_stricter_applies_at_once() -> None:
    """Nothing but the calendar changed: the release is held before its clock moves on."""
    rig = Rig()
    await rig.baking()
    almanac = CalendarWatch(rig.engine)
    rig.engine.woken.append(almanac.wake)
    running = asyncio.create_task(almanac.run())
    await asyncio.sleep(0)
    frozen(rig, lasting(NOON, None))
    rig.engine.wake(frozenset({CALENDAR}))
    for _ in range(200):
        await asyncio.sleep(0)
        if (await rig.release()).state is State.HELD:
            break
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert (await rig.release()).state is State.HELD


def declared(rig: Rig, until: datetime | None = None) -> FreezeDeclared:
    return FreezeDeclared(
        at=rig.clock.now(),
        by=MEI,
        freeze="F-1",
        service="",
        environment="",
        because="INC-77",
        until=until,
    )


async def test_G7_what_a_person_froze_is_still_frozen_after_a_restart() -> None:
    rig = Rig()
    await rig.adopt()
    await rig.engine.note(CALENDAR, declared(rig))
    again = Rig(store=rig.store)
    intent = i.Start(by=MEI, release="", service="checkout", environment="prod", version="v1.4.2")
    answer = await again.engine.open(intent)
    assert answer.code == "FROZEN"
    assert "INC-77, set by U0MEI" in answer.text


async def test_G7_a_bot_that_was_down_when_a_freeze_began_holds_before_it_sends_anything() -> None:
    rig = Rig()
    await rig.adopt()
    await rig.start()
    await rig.fly()
    again = Rig(store=rig.store)
    frozen(again, lasting(NOON, minutes(60)))
    runtime = Runtime(again.engine, again.ports, Waker(), {})
    await runtime.begin("0.1", "ab12")
    assert (await again.release()).state is State.HELD
    running = asyncio.create_task(runtime.outbox.run())
    for _ in range(200):
        await asyncio.sleep(0)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert again.deployer.effects == []
    [row] = await again.rows(Do.APPLY)
    assert "superseded" in (row.outcome or {})
