"""Only what a decision names is read for it: a heartbeat reads nothing but its release."""

from collections import Counter
from datetime import timedelta

import pytest

from bot.domain.facts.vote import Choice
from bot.domain.intents import release as i
from bot.domain.intents.calendar import Freeze
from bot.domain.judge.samples import Outcome
from bot.domain.terms.strategy import Observed
from bot.engine.people.rulebook import Rulebook
from bot.engine.record.engine import Engine
from bot.ports.store import Store
from tests.domain.builders import MEI, split, verdict
from tests.engine.rig import Rig

HERE = {"at": 1}
BY_RIGHT = {**HERE, "rights": 1, "who_may": 1}
IN_ROLE = {**BY_RIGHT, "role": 1}
LOOKED = timedelta(seconds=1)


class Counted:
    """In front of a rulebook or a store: what is asked of it."""

    def __init__(self, inner: object) -> None:
        self._inner = inner
        self.asked: Counter[str] = Counter()

    def __getattr__(self, name: str) -> object:
        self.asked[name] += 1
        return getattr(self._inner, name)


class Shop:
    """R-1 is watched at its first step, and everything that remembers has remembered."""

    def __init__(self) -> None:
        self.rig = Rig()
        self.book, self.store = Counted(self.rig.book), Counted(self.rig.store)
        book: Rulebook = self.book  # type: ignore[assignment]
        store: Store = self.store  # type: ignore[assignment]
        self.engine = Engine(store, self.rig.clock, book)
        self.rig.engine = self.engine

    async def hears(self, intent: i.Intent) -> tuple[dict[str, int], dict[str, int]]:
        """What was asked of the rulebook and of the store."""
        assert await self.engine.history.release("R-1") is not None
        self.book.asked.clear()
        self.store.asked.clear()
        assert (await self.engine.tell("R-1", intent)).ok
        return dict(self.book.asked), dict(self.store.asked)


async def shop() -> Shop:
    made = Shop()
    await made.rig.baking()
    return made


def judged(outcome: Outcome) -> i.Judged:
    return i.Judged(verdicts=(verdict(outcome),), watched=LOOKED)


@pytest.mark.parametrize(
    "beat",
    [i.Seen(observed=split(10), idle=True), judged(Outcome.PASS)],
    ids=["seen", "judged"],
)
async def test_a_heartbeat_reads_nothing_but_its_release(beat: i.Intent) -> None:
    made = await shop()
    await made.hears(beat)
    assert await made.hears(beat) == ({}, {})


async def test_what_is_only_a_change_of_the_release_reads_nothing_else() -> None:
    made = await shop()
    unsure = await made.hears(judged(Outcome.INCONCLUSIVE))
    assert unsure[0] == {}
    assert set(unsure[1]) <= {"commit"}


async def test_a_bad_sample_reads_the_marks_of_its_service_and_no_calendar() -> None:
    made = await shop()
    book, store = await made.hears(judged(Outcome.FAIL))
    assert book == HERE
    assert set(store) == {"commit"}


async def test_what_goes_forward_looks_at_the_calendar() -> None:
    made = await shop()
    made.rig.clock.advance(timedelta(days=1))
    passed = i.Judged(verdicts=(verdict(Outcome.PASS),), watched=timedelta(days=1))
    book, _ = await made.hears(passed)
    assert book == {**HERE, "calendar": 1}
    assert (await made.rig.release()).step == 1


@pytest.mark.parametrize("intent", [i.Pause(by=MEI), i.Abort(by=MEI)], ids=["pause", "abort"])
async def test_stopping_takes_a_right_and_no_calendar(intent: i.Intent) -> None:
    made = await shop()
    book, store = await made.hears(intent)
    assert book == IN_ROLE
    assert store == {"commit": 1}


async def test_a_start_reads_each_thing_once() -> None:
    made = Shop()
    await made.rig.adopt()
    await made.engine.order(Freeze(by=MEI, environment="staging"))
    made.book.asked.clear()
    await made.rig.start()
    assert dict(made.book.asked) == {**IN_ROLE, "calendar": 1}


async def test_a_vote_before_no_poll_asks_for_no_voters() -> None:
    made = await shop()
    made.book.asked.clear()
    answer = await made.engine.tell("R-1", i.Vote(by=MEI, choice=Choice.GO))
    assert answer.code
    assert not {"everyone_in", "members_among", "accounts_among"} & set(made.book.asked)


async def test_what_the_deployer_shows_to_have_moved_is_no_heartbeat() -> None:
    made = await shop()
    drifted = i.Seen(observed=Observed(revisions={"v0": 100.0}), idle=True)
    await made.hears(drifted)
    assert len(await made.rig.kinds("R-1")) > 3
