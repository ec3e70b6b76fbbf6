"""The one way into the record: rights and what stands are looked at again at each try. [I30]"""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.facts import vote as p
from bot.domain.intents import release as i
from bot.domain.intents.bot import OfHouse, ReloadConfig
from bot.domain.intents.calendar import Freeze, Unfreeze
from bot.domain.intents.people import ClaimAccount, SettleClaim
from bot.domain.intents.vote import Delegate
from bot.domain.terms.rules import PollRules, Seat
from bot.engine.record.engine import Answer
from bot.ports.directory import Person
from bot.ports.store import Batch, CommitResult, Stale
from bot.store.sqlite import open_inline
from tests.domain.builders import MEI
from tests.engine.rig import Failing, FakeDirectory, Group, Rig, lenient
from tests.fakes.clock import NOON
from tests.fakes.places import places

RUI = "U0RUI"
RIGHTS = ("start", "promote", "override", "rollback", "pause", "read")
POLL = PollRules(seats=(Seat(name="owner", people=("owners",)),), quorum=1)
LATER = NOON + timedelta(days=1)


class Overtaken(Failing):
    """Somebody is faster than the next write: `meanwhile` happens, and it is too old."""

    def __init__(self) -> None:
        super().__init__(open_inline(sqlite3.connect(":memory:")))
        self.meanwhile: Callable[[], None] | None = None

    async def commit(self, batch: Batch, patience: timedelta | None = None) -> CommitResult:
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            happens()
            return Stale(stream="somebody", version=1)
        return await super().commit(batch, patience)


def shop() -> tuple[Rig, Overtaken]:
    store = Overtaken()
    people = {each: Person(id=each, name=each) for each in (MEI, RUI)}
    rig = Rig(
        lenient(may=dict.fromkeys(RIGHTS, ("owners",)), poll=POLL),
        store=store,  # type: ignore[arg-type]
        directory=FakeDirectory(people=people),
        people={"owners": Group(users=(MEI, RUI))},
    )
    return rig, store


def loses_all(rig: Rig, person: str = MEI) -> Callable[[], None]:
    """Nobody but others holds any right any more."""
    left = Group(users=tuple({MEI, RUI} - {person}))

    def happens() -> None:
        rig.book.policy = replace(rig.book.policy, people={"owners": left})

    return happens


ASKS: dict[str, OfHouse] = {
    "freeze": Freeze(by=MEI, environment="prod"),
    "unfreeze": Unfreeze(by=MEI, environment="prod"),
    "link": ClaimAccount(by=MEI, account="mei-gh"),
    "confirm": SettleClaim(by=MEI, account="rui-gh", yes=True),
    "delegate": Delegate(by=MEI, seat="owner", to=RUI, until=LATER),
    "reload": ReloadConfig(by=MEI, digest="d", told="Reloaded."),
}


async def ready(rig: Rig) -> None:
    """What RUI did before: a freeze to lift, a claim to confirm."""
    assert (await rig.engine.order(Freeze(by=RUI, environment="prod"))).ok
    assert (await rig.engine.order(ClaimAccount(by=RUI, account="rui-gh"))).ok


@pytest.mark.parametrize("intent", ASKS.values(), ids=ASKS)
async def test_a_right_lost_between_two_tries_is_lost(intent: OfHouse) -> None:
    rig, store = shop()
    await ready(rig)
    before = len(await rig.store.events())
    store.meanwhile = loses_all(rig)
    assert (await rig.engine.order(intent)).code == "NO_RIGHT"
    assert len(await rig.store.events()) == before


@pytest.mark.parametrize("intent", ASKS.values(), ids=ASKS)
async def test_who_is_overtaken_decides_again_and_is_written_once(intent: OfHouse) -> None:
    rig, store = shop()
    await ready(rig)
    before = len(await rig.store.events())
    store.meanwhile = lambda: None
    answer = await rig.engine.order(intent, inbox="once")
    assert answer.ok, answer
    assert store.meanwhile is None
    assert len(await rig.store.events()) == before + 1
    replied = await rig.store.replied("once")
    assert replied is not None
    assert replied.reply == answer.plain()


async def started(rig: Rig) -> Answer:
    start = i.Start(by=MEI, release="", service="checkout", environment="prod", version="v9")
    return await rig.engine.open(start)


async def aborted(rig: Rig) -> Answer:
    return await rig.engine.tell("R-1", i.Abort(by=MEI))


async def test_the_same_holds_for_releases() -> None:
    rig, store = shop()
    store.meanwhile = loses_all(rig)
    assert (await started(rig)).code == "NO_RIGHT"
    rig, store = shop()
    assert (await started(rig)).ok
    store.meanwhile = loses_all(rig)
    assert (await aborted(rig)).code == "NO_RIGHT"


async def test_a_seat_lost_between_two_tries_is_not_passed_on() -> None:
    rig, store = shop()
    people = rig.book.policy.people

    def happens() -> None:
        seat = replace(POLL, seats=(Seat(name="owner", people=("others",)),))
        changed = places(lenient(poll=seat))
        others = {**people, "others": Group(users=(RUI,))}
        rig.book.policy = replace(rig.book.policy, places=changed, people=others)

    store.meanwhile = happens
    answer = await rig.engine.order(ASKS["delegate"])
    assert answer.code == "NOT_YOUR_SEAT"
    assert await rig.engine.history.facts(p.DELEGATIONS) == []
