"""Intents put to the engine: one winner, one answer per input, and nobody left on old news."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.facts import release as f
from bot.domain.intents import release as i
from bot.domain.judge.samples import Outcome
from bot.domain.state.moves import Do, State
from bot.domain.terms.rules import Right
from bot.domain.terms.strategy import Step, Strategy, StrategyKind
from bot.domain.terms.units import EVERYBODY
from bot.engine.record.engine import Answer, Engine
from bot.engine.record.history import History
from bot.ports.store import BeingRecorded, Event, Store, Withdrawn
from bot.store.sqlite import open_store
from tests.domain.builders import MEI, NEW, OLD, split, verdict
from tests.engine.rig import Failing, Rig, lenient
from tests.fakes.places import places

EARLY = i.Promote(by=MEI, early=True, because="hurry")
ROLLING = Strategy(
    kind=StrategyKind.ROLLING, steps=(Step(weight=EVERYBODY, bake=timedelta(minutes=5)),)
)
SOON = timedelta(seconds=1)


@pytest.fixture
async def on_disk(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path / "slipway.db")
    yield store
    await store.close()


async def test_of_fifty_promotes_at_once_one_wins(on_disk: Store) -> None:
    rig = Rig(store=on_disk)
    await rig.baking()
    answers = await asyncio.gather(*(rig.engine.tell("R-1", EARLY) for _ in range(50)))
    assert [answer.ok for answer in answers].count(True) == 1
    assert {answer.code for answer in answers} == {"", "SHIFTING_PROMOTE"}
    assert (await rig.kinds("R-1")).count("Promoted") == 1
    assert (await rig.release()).step == 1


async def test_of_twenty_starts_at_once_one_wins(on_disk: Store) -> None:
    rig = Rig(store=on_disk)
    await rig.adopt()
    start = i.Start(by=MEI, release="", service="checkout", environment="prod", version="v1.4.2")
    answers = await asyncio.gather(*(rig.engine.open(start) for _ in range(20)))
    assert sorted({answer.code for answer in answers}) == ["", "ALREADY_LIVE"]
    assert await on_disk.count_streams("R-") == 1


async def test_the_same_input_again_is_answered_the_same_and_done_once() -> None:
    rig = Rig()
    await rig.baking()
    first = await rig.engine.tell("R-1", i.Pause(by=MEI), inbox="I1")
    again = await rig.engine.tell("R-1", i.Pause(by=MEI), inbox="I1")
    assert first.text == again.text
    assert (await rig.kinds("R-1")).count("Paused") == 1


async def test_what_was_withdrawn_asks_to_be_repeated() -> None:
    rig, answer, before = await slow(Withdrawn())
    assert (answer.code, answer.recorded) == ("WITHDRAWN", False)
    assert "repeat" in answer.remedy
    assert await rig.kinds("R-1") == before


async def slow(result: Withdrawn | BeingRecorded) -> tuple[Rig, Answer, list[str]]:
    failing = Failing(Rig().store)
    rig = Rig(store=failing)  # type: ignore[arg-type]
    await rig.baking()
    failing.answers = [result]
    before = await rig.kinds("R-1")
    return rig, await rig.engine.tell("R-1", i.Pause(by=MEI), patience=SOON), before


async def test_what_is_being_recorded_says_so_and_does_not_ask_to_repeat() -> None:
    _, answer, _ = await slow(BeingRecorded())
    assert answer.code == "BEING_RECORDED"
    assert "before you repeat it" in answer.remedy


async def test_the_effects_of_what_is_being_recorded_are_woken_once_it_stands() -> None:
    failing = Failing(Rig().store)
    rig = Rig(store=failing)  # type: ignore[arg-type]
    await rig.baking()
    woken: list[frozenset[str]] = []
    rig.engine.woken.append(woken.append)
    failing.answers = [BeingRecorded()]
    await rig.engine.tell("R-1", i.Rollback(by=MEI), patience=SOON)
    assert woken == []
    await asyncio.sleep(0.01)
    assert woken == [frozenset({"R-1"})]


async def test_who_was_overtaken_decides_again_on_what_is_true_now() -> None:
    rig = Rig()
    await rig.baking()
    other = Engine(rig.store, rig.clock, rig.book)
    await other.history.release("R-1")
    await rig.engine.tell("R-1", i.Pause(by=MEI))
    answer = await other.tell("R-1", i.Rollback(by=MEI))
    assert answer.ok
    assert await rig.kinds("R-1") == [
        "ReleaseRequested",
        "PreflightPassed",
        "StepReached",
        "Paused",
        "RollbackDecided",
    ]


class Slow:
    """A store whose reading of a stream is answered after something else happened."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self.hold = asyncio.Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    async def load(self, stream: str, after: int = 0) -> tuple[Event, ...]:
        found = await self._inner.load(stream, after)
        await self.hold.wait()
        return found


async def test_what_was_read_before_a_commit_is_not_remembered_after_it() -> None:
    """A reader that was overtaken would else look at old news until the next commit."""
    rig = Rig()
    await rig.baking()
    slow_store = Slow(rig.store)
    history = History(slow_store)  # type: ignore[arg-type]
    reading = asyncio.create_task(history.release("R-1"))
    await asyncio.sleep(0)
    await rig.engine.tell("R-1", i.Pause(by=MEI))
    history.learn(await rig.store.load("R-1", after=3))
    slow_store.hold.set()
    await reading
    found = await history.release("R-1")
    assert found is not None
    assert found.state is State.HELD


async def test_an_unknown_release_is_refused() -> None:
    answer = await Rig().engine.tell("R-9", EARLY)
    assert (answer.code, answer.recorded) == ("UNKNOWN_RELEASE", False)


async def test_what_says_nothing_new_writes_nothing() -> None:
    rig = Rig()
    await rig.baking()
    before = await rig.store.head()
    answer = await rig.engine.tell("R-1", i.Seen(observed=split(10), idle=True))
    assert (answer.ok, answer.recorded) == (True, False)
    assert await rig.store.head() == before


async def test_a_rollback_ends_every_forward_row_in_the_same_breath() -> None:
    rig = Rig()
    await rig.adopt()
    await rig.start()
    await rig.fly()
    await rig.engine.tell("R-1", i.Rollback(by=MEI))
    [forward] = await rig.rows(Do.APPLY)
    [back] = await rig.rows(Do.ROLL_BACK)
    assert forward.outcome == {"superseded": back.key}
    assert back.body["desired"]["weight"] == {"percent": 0.0}


async def test_a_pause_withdraws_a_move_that_was_not_sent() -> None:
    rig = Rig()
    await rig.adopt()
    await rig.start()
    await rig.fly()
    await rig.engine.tell("R-1", i.Pause(by=MEI))
    [forward] = await rig.rows(Do.APPLY)
    assert forward.done_at is not None


async def test_an_end_frees_its_claim_and_its_alarms() -> None:
    rig = Rig()
    await rig.adopt()
    await rig.start()
    await rig.fly()
    assert await rig.store.claims() == {"checkout/prod": "R-1"}
    await rig.engine.tell("R-1", i.Rollback(by=MEI))
    await rig.engine.tell("R-1", i.Seen(observed=split(0), idle=True))
    said = i.Judged(verdicts=(verdict(Outcome.PASS),), watched=timedelta(0))
    await rig.engine.tell("R-1", said)
    assert (await rig.release()).state is State.ROLLED_BACK
    assert await rig.store.claims() == {}
    alarms = [row for row in await rig.store.effects("R-1") if row.lane == "timer"]
    assert alarms
    assert all(row.done_at is not None for row in alarms)


async def superseded() -> Rig:
    """R-1 live for all and watched, with R-2 started over it."""
    rig = Rig(lenient(strategy=ROLLING))
    await rig.adopt()
    await rig.start()
    await rig.fly()
    await rig.engine.tell("R-1", i.Seen(observed=split(100), idle=True))
    await rig.start("v1.4.3")
    return rig


async def test_a_newer_version_takes_over_what_is_live_for_all() -> None:
    rig = await superseded()
    old, new = await rig.release("R-1"), await rig.release("R-2")
    assert (old.state, old.certified, old.successor) == (State.SUCCEEDED, False, "R-2")
    assert (new.running, new.stable) == (NEW, OLD)
    assert await rig.store.claims() == {"checkout/prod": "R-2"}
    rows = {row.stream: row for row in await rig.store.statuses()}
    assert (rows["R-1"].live, rows["R-2"].live) == (False, True)


async def test_a_rollback_of_the_newer_one_returns_to_the_last_certified() -> None:
    rig = await superseded()
    await rig.fly("R-2")
    await rig.engine.tell("R-2", i.Rollback(by=MEI))
    [row] = await rig.rows(Do.ROLL_BACK, stream="R-2")
    assert row.body["desired"]["stable"] == OLD.revision


async def test_an_undo_certifies_what_it_returned_to() -> None:
    rig = Rig()
    await rig.adopt(version="v1.4.0")
    await rig.adopt(version="v1.4.1")
    undo = i.UndoEnded(by=MEI, release="", service="checkout", environment="prod")
    answer = await rig.engine.open(undo)
    assert answer.text == "Rolling checkout back from v1.4.1 to v1.4.0 now."
    seen = split(0)
    seen.revisions.clear()
    seen.revisions["v1.4.0"] = 100.0
    await rig.engine.tell("R-1", i.Seen(observed=seen, idle=True))
    said = i.Judged(verdicts=(verdict(Outcome.PASS),), watched=timedelta(0))
    await rig.engine.tell("R-1", said)
    state = await rig.engine.history.service("checkout", "prod")
    assert state.stable == f.Running(version="v1.4.0", revision="v1.4.0")


async def test_a_live_release_keeps_its_rights_when_its_service_leaves_the_config() -> None:
    rig = Rig()
    await rig.baking()
    rig.book.policy = type(rig.book.policy)()
    assert (await rig.engine.tell("R-1", i.Rollback(by=MEI))).ok


async def test_a_bad_version_is_remembered_by_the_service() -> None:
    rig = Rig()
    await rig.baking()
    said = i.Judged(verdicts=(verdict(Outcome.FAIL),), watched=timedelta(0))
    await rig.engine.tell("R-1", said)
    assert (await rig.engine.history.service("checkout", "prod")).is_bad("v1.4.2")


async def test_notes_of_one_stream_keep_their_order() -> None:
    rig = Rig()
    facts = [f.Taken(at=rig.clock.now(), by=f"U{number}") for number in range(5)]
    for fact in facts:
        await rig.engine.note("door", fact)
    assert [event.actor for event in await rig.store.load("door")] == ["U0", "U1", "U2", "U3", "U4"]


async def test_rights_are_read_at_the_moment_of_the_act() -> None:
    rig = Rig()
    await rig.baking()
    strict = lenient(may={"rollback": ("nobody",), "start": ("nobody",)})
    rig.book.policy = type(rig.book.policy)(places=places(strict))
    answer = await rig.engine.tell("R-1", i.Rollback(by=MEI))
    assert answer.code == "NO_RIGHT"
    assert Right.ROLLBACK in answer.text
