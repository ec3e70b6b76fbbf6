"""Timers, pages, the world, and how often a card is refreshed."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.decide.alarm import ALARMS
from bot.domain.facts import release as f
from bot.domain.facts.bot import BotStarted
from bot.domain.intents import release as i
from bot.domain.judge.samples import Outcome as Said
from bot.domain.state.moves import Do, State
from bot.domain.state.release import Release
from bot.domain.terms.rules import RollbackRules
from bot.engine.lanes.outbox import RowDone, RowLater
from bot.engine.lanes.page import PageLane
from bot.engine.lanes.preflight import preflight
from bot.engine.lanes.refresher import Refresher
from bot.engine.lanes.timer import TimerLane
from bot.engine.lanes.world import WorldLane
from bot.engine.parts import Ports
from bot.engine.record.effects import ROWS, TIMER, body_for
from bot.engine.runtime import Runtime
from bot.engine.waker import ScheduledWaker
from bot.ports.outcomes import (
    Accepted,
    AlreadyDone,
    Ambiguous,
    Done,
    Rejected,
    Throttled,
    Unavailable,
    Unsupported,
    WriteOutcome,
)
from bot.ports.pager import Urgency
from tests.domain.builders import MEI, after, passed, requested, verdict
from tests.engine.rig import SECOND, Rig, Waker, lenient
from tests.fakes.deployer import Call, Fault
from tests.fakes.pager import FakePager

MINUTE = timedelta(minutes=1)


# Timers


def timers(rig: Rig, *seen: bool) -> TimerLane:
    """`seen` says, look by look, whether the target answered; then it always does."""
    looks = iter(seen)

    async def look(_release: Release) -> bool:
        return next(looks, True)

    return TimerLane(rig.engine, look)


def test_alarms_stand_in_the_outbox_as_older_versions_kept_them() -> None:
    rows = {kind: ROWS[kind] for kind in ALARMS}
    assert {kind.value: (row.slot, row.priority) for kind, row in rows.items()} == {
        "alarm-shift": ("alarm/shift", 1),
        "alarm-rollback": ("alarm/rollback", 1),
        "alarm-confirm": ("alarm/confirm", 1),
        "alarm-ask": ("alarm/ask", 1),
        "alarm-pause": ("alarm/pause", 1),
        "alarm-ring": ("alarm/ring", 1),
        "alarm-gate": ("alarm/gate", 4),
        "alarm-answer": ("alarm/answer", 4),
        "alarm-poll": ("alarm/poll", 1),
        "alarm-remind": ("alarm/remind", 1),
    }
    assert {row.lane for row in rows.values()} == {"timer"}
    body = body_for(after([requested(), passed()]), Do.ALARM_SHIFT)
    assert (body["do"], body["alarm"]) == ("alarm-shift", "shift")


async def test_an_alarm_about_the_target_looks_first() -> None:
    rig = Rig()
    await rig.adopt()
    await rig.start()
    await rig.fly()
    rig.clock.advance(MINUTE * 60)
    await rig.store.lease(("timer",), rig.clock.now(), rig.clock.now() + MINUTE)
    [row] = await rig.rows(Do.ALARM_SHIFT)
    silent = timers(rig, False)
    assert isinstance(await silent.perform(row), RowLater)
    assert (await rig.release()).state is State.SHIFTING
    assert await silent.perform(row) == RowDone({"rang": "shift", "heard": True})
    assert (await rig.release()).state is State.ROLLING_BACK


async def test_an_alarm_that_came_due_is_heard() -> None:
    rig = Rig()
    await rig.baking()
    await rig.engine.tell("R-1", i.Pause(by=MEI, span=MINUTE * 5))
    [row] = await rig.rows(Do.ALARM_PAUSE)
    rig.clock.advance(MINUTE * 5)
    assert await timers(rig).perform(row) == RowDone({"rang": "pause", "heard": True})
    assert (await rig.release()).state is State.BAKING


async def test_an_alarm_before_its_time_is_kept_and_not_used_up() -> None:
    rig = Rig()
    await rig.baking()
    await rig.engine.tell("R-1", i.Pause(by=MEI, span=MINUTE * 5))
    [row] = await rig.rows(Do.ALARM_PAUSE)
    rig.clock.advance(MINUTE * 2)
    assert await timers(rig).perform(row) == RowLater(MINUTE * 3, "the clock went back")


async def test_an_alarm_that_rings_too_late_says_nothing() -> None:
    rig = Rig()
    await rig.baking()
    [row] = await rig.rows(Do.ALARM_SHIFT)
    rig.clock.advance(MINUTE * 60)
    assert await timers(rig).perform(row) == RowDone({"rang": "shift", "heard": False})


async def test_a_question_behind_another_one_keeps_its_alarm() -> None:
    """Whose numbers came back: the drift that was seen meanwhile still escalates."""
    rig = Rig()
    await rig.baking()
    blind = i.Judged(verdicts=(verdict(Said.NO_DATA),), watched=timedelta(0))
    await rig.engine.tell("R-1", blind)
    rig.clock.advance(MINUTE)
    await rig.engine.tell("R-1", i.Seen(observed=passed().observed, idle=True))
    await rig.engine.tell("R-1", i.Judged(verdicts=(), watched=timedelta(0)))
    [held] = (await rig.release()).holds
    waiting = [row for row in await rig.rows(Do.ALARM_ASK) if row.done_at is None]
    assert held.hold is f.Hold.DRIFT
    assert [row.due_at for row in waiting] == [held.escalates_at]


# Pages


async def paged(pager: FakePager, do: Do = Do.PAGE, page: str | None = "duty") -> object:
    rig = Rig(lenient(rollback=RollbackRules(page=page)))
    await rig.baking()
    await rig.put("p", lane="page", slot="page", body={"do": do.value, "version": 1})
    row = await rig.store.effect("p")
    assert row is not None
    return await PageLane(rig.engine, Ports(pagers={"duty": pager})).perform(row)


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (Done(), RowDone({"done": "Done"})),
        (Accepted("x"), RowDone({"done": "Accepted"})),
        (AlreadyDone(), RowDone({"done": "AlreadyDone"})),
        (Rejected("no such key"), RowDone({"refused": "no such key"})),
        (Unsupported("no urgency", "use another"), RowDone({"refused": "no urgency"})),
        (Throttled(SECOND * 7), RowLater(SECOND * 7, "the pager asked to come back later")),
        (Unavailable("down"), RowLater(SECOND / 2, "down")),
    ],
    ids=str,
)
async def test_what_comes_of_a_page(answer: WriteOutcome | Exception, result: object) -> None:
    pager = FakePager([answer])
    outcome = await paged(pager)
    if isinstance(answer, Unavailable):
        assert isinstance(outcome, RowLater)
        return
    assert outcome == result


async def test_an_unanswered_page_is_asked_again_under_the_same_cause() -> None:
    pager = FakePager([Ambiguous("no answer")])
    assert isinstance(await paged(pager), RowLater)
    assert pager.pages[0].dedup == "R-1"


@pytest.mark.parametrize(("do", "urgency"), [(Do.PAGE, Urgency.HIGH), (Do.PAGE_LOW, Urgency.LOW)])
async def test_a_phone_rings_only_where_somebody_must_act(do: Do, urgency: Urgency) -> None:
    pager = FakePager()
    await paged(pager, do)
    assert [page.urgency for page in pager.pages] == [urgency]


async def test_what_is_over_is_resolved() -> None:
    pager = FakePager()
    await paged(pager, Do.RESOLVE_PAGE)
    assert (pager.pages, pager.resolved) == ([], ["R-1"])


async def test_where_no_pager_is_named_nobody_is_woken_and_it_is_written_down() -> None:
    pager = FakePager()
    outcome = await paged(pager, page=None)
    assert isinstance(outcome, RowDone)
    assert (pager.pages, list(outcome.outcome)) == ([], ["not_configured"])


# The world


async def sent(*faults: Fault, attempts: int = 1) -> tuple[Rig, object]:
    rig = Rig()
    await rig.adopt()
    await rig.start()
    await rig.fly()
    rig.deployer.fail_next(*faults)
    lanes = ("world",)
    found = await rig.store.lease(lanes, rig.clock.now(), rig.clock.now() + MINUTE)
    [row] = [each for each in found if each.body["do"] == "apply"]
    result: object = None
    for _ in range(attempts):
        result = await WorldLane(rig.engine, rig.ports).perform(row)
    return rig, result


async def test_a_step_is_carried_out_once() -> None:
    rig, result = await sent()
    assert result == RowDone({"done": "Accepted"})
    assert [desired.weight.percent for _, desired in rig.deployer.effects] == [10.0]


@pytest.mark.parametrize("fault", [Fault.AMBIGUOUS_AFTER, Fault.AMBIGUOUS_BEFORE, Fault.THROTTLE])
async def test_what_is_not_known_is_looked_at_later(fault: Fault) -> None:
    _, result = await sent(fault)
    assert isinstance(result, RowLater)


@pytest.mark.parametrize("fault", [Fault.AMBIGUOUS_AFTER, Fault.AMBIGUOUS_BEFORE])
async def test_what_was_not_answered_is_found_and_not_done_twice(fault: Fault) -> None:
    rig, _ = await sent(fault)
    [row] = await rig.rows(Do.APPLY)
    await rig.store.postpone(row.key, rig.clock.now(), {})
    found = await rig.store.lease(("world",), rig.clock.now(), rig.clock.now() + MINUTE)
    [again] = [each for each in found if each.key == row.key]
    assert isinstance(await WorldLane(rig.engine, rig.ports).perform(again), RowDone)
    assert rig.deployer.carried_out(row.key) == 1


async def test_a_refused_step_takes_the_release_back() -> None:
    rig, result = await sent(Fault.REFUSE)
    assert result == RowDone({"refused": "the fake was told to refuse"})
    assert (await rig.release()).state is State.ROLLING_BACK


async def test_an_effect_that_outlived_its_state_is_not_performed() -> None:
    rig = Rig()
    await rig.baking()
    [row] = await rig.rows(Do.APPLY)
    assert await WorldLane(rig.engine, rig.ports).perform(row) == RowDone({"not_wanted": "baking"})
    assert rig.deployer.effects == []


async def test_preflight_refuses_another_name_of_what_runs() -> None:
    same = f.Running(version="stable", revision="v1.4.2")
    rig = Rig()
    rig.deployer._running = "v1.4.2"
    release = after((requested(running=same, stable=same),))
    report = await preflight(release, rig.ports, rig.book.named)
    assert [reason.code for reason in report.reasons] == ["SAME_REVISION"]


@pytest.mark.parametrize("call", [Call.RESOLVE, Call.OBSERVE, Call.PLAN])
async def test_preflight_without_an_answer_is_not_ready(call: Call) -> None:
    rig = Rig()
    rig.deployer.fail_next(Fault.UNAVAILABLE, on=call)
    report = await preflight(after((requested(),)), rig.ports, rig.book.named)
    assert [reason.code for reason in report.reasons] == ["DEPLOYER_NOT_READY"]


async def test_preflight_needs_numbers_that_answer() -> None:
    rig = Rig()
    rig.metrics.go(down=True)
    report = await preflight(after((requested(),)), rig.ports, rig.book.named)
    assert [reason.code for reason in report.reasons] == ["SOURCE_SILENT"]


# Refreshing, waking, starting


async def refreshed(rig: Rig, rounds: int, every: timedelta = MINUTE * 5) -> Sequence[str]:
    task = asyncio.create_task(Refresher(rig.engine, every).run())
    for _ in range(rounds):
        await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    rows = await rig.store.effects("R-1")
    return [row.key for row in rows if "/refresh/" in row.key]


async def test_live_cards_are_kept_true_at_their_pace() -> None:
    rig = Rig()
    await rig.baking()
    rig.clock.advance(MINUTE * 5)
    keys = await refreshed(rig, 3)
    assert len(keys) == 3
    assert len(set(keys)) == 3
    assert rig.clock.monotonic() >= 10 * 60


async def test_a_card_that_a_fact_has_just_drawn_is_not_drawn_again() -> None:
    rig = Rig()
    await rig.baking()
    rig.clock.advance(MINUTE)
    changed = i.Judged(verdicts=(verdict(Said.NO_DATA),), watched=timedelta(0))
    await rig.engine.tell("R-1", changed)
    assert await refreshed(rig, 1) == []


async def test_what_does_not_move_is_not_refreshed() -> None:
    rig = Rig()
    await rig.adopt()
    await rig.start()
    assert await refreshed(rig, 3) == []


async def test_a_wake_up_that_is_late_still_comes() -> None:
    waker, rang = ScheduledWaker(), asyncio.Event()
    try:
        waker.at(datetime.now(UTC) - SECOND * 30, rang.set)
        await asyncio.wait_for(rang.wait(), 5)
    finally:
        waker.close()


async def test_only_the_newest_wake_up_counts() -> None:
    waker, old, new = ScheduledWaker(), asyncio.Event(), asyncio.Event()
    try:
        waker.at(datetime.now(UTC) + SECOND * 0.2, old.set)
        waker.at(datetime.now(UTC) + SECOND * 0.1, new.set)
        await asyncio.wait_for(new.wait(), 5)
        await asyncio.sleep(0.3)
        assert not old.is_set()
    finally:
        waker.close()


async def test_a_start_frees_leases_and_notes_how_long_it_was_away() -> None:
    rig = Rig()
    await rig.baking()
    before = rig.clock.now()
    await rig.store.put_series("bot", {}, before)
    await rig.store.lease((TIMER, "world", "chat"), before, before + MINUTE * 60)
    rig.clock.advance(MINUTE * 3)
    await Runtime(rig.engine, rig.ports, Waker(), {}).begin("0.1", "ab12")
    rows = await rig.store.effects("R-1")
    assert all(row.lease_until is None for row in rows)
    [started] = await rig.engine.history.facts("bot")
    assert isinstance(started, BotStarted)
    assert started.away_since == before
