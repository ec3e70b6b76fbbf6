"""The outbox: what is due is done, once at a time per slot, whatever fails on the way."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.engine.lanes.outbox import (
    Outbox,
    Perform,
    RowDone,
    RowLater,
    RowResult,
    backoff,
    never_sent,
    note_of,
)
from bot.engine.runtime import rollback_cuts
from bot.ports.store import Effect, Json
from tests.engine.rig import SECOND, Failing, Rig, Waker, outcome_of
from tests.fakes.clock import NOON

HOUR = timedelta(hours=1)


class Worker:
    """Notes what it performs; `answer` says what comes of it, `gate` holds what has begun."""

    def __init__(
        self, answer: Callable[[Effect], RowResult] = lambda row: RowDone({"done": row.key})
    ):
        self.begun: list[str] = []
        self.done: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self._answer = answer

    async def perform(self, row: Effect) -> RowResult:
        self.begun.append(row.key)
        await self.gate.wait()
        self.done.append(row.key)
        return self._answer(row)


async def ready() -> Rig:
    rig = Rig()
    await rig.adopt()
    await rig.start()
    return rig


def outbox_of(rig: Rig, perform: Perform) -> Outbox:
    return Outbox(rig.store, rig.clock, Waker(), {"work": perform}, cuts=rollback_cuts)


@asynccontextmanager
async def running(outbox: Outbox) -> AsyncIterator[Outbox]:
    task = asyncio.create_task(outbox.run())
    try:
        yield outbox
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def settle_down(rounds: int = 30) -> None:
    for _ in range(rounds):
        await asyncio.sleep(0)


async def test_what_is_due_is_done_and_written_down() -> None:
    rig, worker = await ready(), Worker()
    await rig.put("a")
    async with running(outbox_of(rig, worker.perform)):
        await settle_down()
    assert worker.done == ["a"]
    assert await outcome_of(rig.store, "a") == {"done": "a"}


async def test_what_is_not_due_yet_waits_and_the_waker_is_told() -> None:
    rig, worker, waker = await ready(), Worker(), Waker()
    await rig.put("a", at=NOON + HOUR)
    outbox = Outbox(rig.store, rig.clock, waker, {"work": worker.perform})
    async with running(outbox):
        await settle_down()
        assert (worker.begun, waker.due[-1]) == ([], NOON + HOUR)
        rig.clock.advance(HOUR)
        outbox.wake()
        await settle_down()
    assert worker.done == ["a"]


async def test_the_urgent_goes_first() -> None:
    rig, worker = await ready(), Worker()
    for key, priority in (("card", 20), ("alert", 0), ("ask", 3)):
        await rig.put(key, priority=priority)
    async with running(outbox_of(rig, worker.perform)):
        await settle_down()
    assert worker.begun == ["alert", "ask", "card"]


async def test_more_than_one_lease_can_hold_is_done_too() -> None:
    rig, worker = await ready(), Worker()
    for number in range(70):
        await rig.put(f"k{number}")
    async with running(outbox_of(rig, worker.perform)):
        await settle_down(300)
    assert len(set(worker.done)) == 70


async def test_a_newer_one_of_a_slot_replaces_what_was_not_begun() -> None:
    rig, worker = await ready(), Worker()
    await rig.put("old", slot="card")
    await rig.put("new", slot="card")
    async with running(outbox_of(rig, worker.perform)):
        await settle_down()
    assert worker.begun == ["new"]
    assert await outcome_of(rig.store, "old") == {"superseded": "new"}


async def test_one_slot_is_worked_on_in_order_and_one_at_a_time() -> None:
    rig, worker = await ready(), Worker()
    worker.gate.clear()
    outbox = outbox_of(rig, worker.perform)
    async with running(outbox):
        for key in ("first", "second", "third"):
            await rig.put(key, slot="card")
            outbox.wake()
            await settle_down()
        assert worker.begun == ["first"]
        worker.gate.set()
        await settle_down()
    assert worker.done == ["first", "third"], "the second was replaced while it waited"


async def test_slots_do_not_wait_for_each_other() -> None:
    rig, worker = await ready(), Worker()
    worker.gate.clear()
    await rig.put("card")
    await rig.put("log")
    async with running(outbox_of(rig, worker.perform)):
        await settle_down()
        assert worker.begun == ["card", "log"]


@pytest.mark.parametrize(("newer", "cut"), [("roll-back", True), ("apply", False)])
async def test_only_a_rollback_ends_a_forward_move_that_hangs(newer: str, cut: bool) -> None:
    rig, worker = await ready(), Worker()
    worker.gate.clear()
    outbox = outbox_of(rig, worker.perform)
    async with running(outbox):
        await rig.put("forward", slot="move", body={"do": "apply"})
        outbox.wake()
        await settle_down()
        await rig.put("next", slot="move", body={"do": newer}, priority=0)
        outbox.wake()
        await settle_down()
        assert worker.begun == (["forward", "next"] if cut else ["forward"])
        worker.gate.set()
        await settle_down()
    assert worker.done == (["next"] if cut else ["forward", "next"])


async def test_what_is_postponed_is_tried_again_at_its_time() -> None:
    waits: Iterator[RowResult] = iter([RowLater(SECOND * 5, "asked to wait"), RowDone({"done": 1})])
    rig, worker = await ready(), Worker(lambda row: next(waits))
    await rig.put("a")
    outbox = outbox_of(rig, worker.perform)
    async with running(outbox):
        await settle_down()
        assert (worker.begun, await outcome_of(rig.store, "a")) == (
            ["a"],
            {"waiting": "asked to wait"},
        )
        rig.clock.advance(SECOND * 5)
        outbox.wake()
        await settle_down()
    assert worker.begun == ["a", "a"]


async def test_a_performer_that_breaks_is_tried_again_and_says_why() -> None:
    def breaks(row: Effect) -> RowResult:
        if row.attempts == 1:
            raise RuntimeError("a bug")
        return RowDone({"attempts": row.attempts})

    rig, worker = await ready(), Worker(breaks)
    await rig.put("a")
    await rig.put("b")
    outbox = outbox_of(rig, worker.perform)
    async with running(outbox):
        await settle_down()
        assert await outcome_of(rig.store, "a") == {"waiting": "RuntimeError: a bug"}
        rig.clock.advance(SECOND)
        outbox.wake()
        await settle_down()
    assert await outcome_of(rig.store, "a") == {"attempts": 2}


@pytest.mark.parametrize("method", ["lease", "next_due", "settle"])
async def test_a_store_that_fails_and_heals_loses_nothing(method: str) -> None:
    rig, worker = await ready(), Worker()
    await rig.put("a")
    failing = Failing(rig.store)
    failing.failures[method] = 3
    outbox = Outbox(failing, rig.clock, Waker(), {"work": worker.perform})  # type: ignore[arg-type]
    async with running(outbox):
        for _ in range(5):
            await settle_down()
            outbox.wake()
    assert worker.done == ["a"]
    assert await outcome_of(rig.store, "a") == {"done": "a"}


async def test_a_retry_is_not_lost_by_a_store_that_fails_just_then() -> None:
    """Left to its lease, it would come minutes later."""
    waits: Iterator[RowResult] = iter([RowLater(SECOND, "unavailable"), RowDone({"done": 1})])
    rig, worker = await ready(), Worker(lambda row: next(waits))
    await rig.put("a")
    failing = Failing(rig.store)
    failing.failures["postpone"] = 1
    outbox = Outbox(failing, rig.clock, Waker(), {"work": worker.perform})  # type: ignore[arg-type]
    async with running(outbox):
        await settle_down()
        rig.clock.advance(SECOND * 2)
        outbox.wake()
        await settle_down()
    assert worker.begun == ["a", "a"]


async def test_what_outlives_its_lease_is_not_begun_a_second_time() -> None:
    rig, worker = await ready(), Worker()
    worker.gate.clear()
    await rig.put("a")
    outbox = outbox_of(rig, worker.perform)
    async with running(outbox):
        await settle_down()
        rig.clock.advance(HOUR)
        outbox.wake()
        await settle_down()
        worker.gate.set()
        await settle_down()
    assert worker.begun == ["a"]


async def test_after_a_kill_what_was_begun_is_known_to_have_been_tried() -> None:
    rig, worker = await ready(), Worker()
    worker.gate.clear()
    await rig.put("a")
    async with running(outbox_of(rig, worker.perform)):
        await settle_down()
    assert (worker.begun, worker.done) == (["a"], [])
    tried: list[int] = []

    async def perform(row: Effect) -> RowResult:
        tried.append(row.attempts)
        return RowDone({"found": True})

    async with running(outbox_of(rig, perform)):
        await settle_down()
        assert tried == [], "its lease is another's until the start frees it"
    assert await rig.store.unlease() == 1
    async with running(outbox_of(rig, perform)):
        await settle_down()
    assert tried == [2]


async def test_lanes_of_others_are_left_alone() -> None:
    rig, worker = await ready(), Worker()
    await rig.put("a", lane="chat")
    async with running(outbox_of(rig, worker.perform)):
        await settle_down()
    row = await rig.store.effect("a")
    assert row is not None
    assert (worker.begun, row.attempts, row.done_at) == ([], 0, None)


def test_waits_double_up_to_the_longest() -> None:
    spans = [backoff(attempts, 0.5, 10.0).total_seconds() for attempts in (1, 2, 3, 9, 5000)]
    assert spans == [0.5, 1.0, 2.0, 10.0, 10.0]


async def test_what_was_overtaken_while_it_was_sent_keeps_what_came_of_it() -> None:
    """A card's message id that is lost is a card nobody can edit any more."""
    place: Json = {"channel": "C", "ts": "1.0"}
    rig, worker = await ready(), Worker(lambda row: RowDone(place))
    worker.gate.clear()
    outbox = outbox_of(rig, worker.perform)
    async with running(outbox):
        await rig.put("first", slot="card")
        outbox.wake()
        await settle_down()
        await rig.put("second", slot="card", at=NOON + HOUR)
        worker.gate.set()
        await settle_down()
    done = await rig.store.last_done("R-1", "card")
    assert done is not None
    assert (done.key, done.outcome) == ("first", place)


UNSENT = RowLater(SECOND, "the limit is reached", unsent=True)
UNSURE = RowLater(SECOND, "no answer")


def attempted(attempts: int, outcome: Json | None) -> Effect:
    return Effect(
        key="a", seq=1, stream="R-1", slot="a", lane="chat", priority=5, body={}, due_at=NOON,
        attempts=attempts, outcome=outcome, lease_until=None, done_at=None,
    )  # fmt: skip


def test_what_only_waited_for_its_turn_is_known_to_be_unsent() -> None:
    first = note_of(attempted(1, None), UNSENT)
    second = note_of(attempted(2, first), UNSENT)
    assert never_sent(attempted(1, None))
    assert never_sent(attempted(2, first))
    assert never_sent(attempted(3, second))


def test_an_attempt_without_an_answer_is_never_forgotten() -> None:
    unsure = note_of(attempted(1, None), UNSURE)
    after = note_of(attempted(2, unsure), UNSENT)
    assert not never_sent(attempted(2, unsure))
    assert not never_sent(attempted(3, after))


def test_an_attempt_that_a_crash_cut_short_may_have_sent() -> None:
    first = note_of(attempted(1, None), UNSENT)
    assert not never_sent(attempted(3, first))
