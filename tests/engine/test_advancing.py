"""A certified version goes on by itself: once, by the config's word, or says why not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.facts import release as f
from bot.domain.facts.advance import AdvanceRefused, AdvanceWaited, advance_stream
from bot.domain.facts.fact import BOT, Fact
from bot.domain.intents import release as i
from bot.domain.judge.samples import Outcome
from bot.domain.state.moves import Do
from bot.domain.terms.rules import Advance
from bot.domain.terms.strategy import Observed, Step, Strategy, StrategyKind
from bot.domain.terms.units import EVERYBODY
from bot.engine.lanes.advance import AdvanceLane
from bot.engine.lanes.notice import NOTICE, NoticeLane
from bot.engine.lanes.outbox import RowDone, RowLater, RowResult
from bot.engine.record.codec import fact_of
from tests.domain.builders import MEI, verdict
from tests.engine.rig import Rig, lenient

ROLLING = Strategy(kind=StrategyKind.ROLLING, steps=(Step(weight=EVERYBODY),))
NEXT = advance_stream("checkout", "prod")


def rig(**changes: object) -> Rig:
    prod = {"after": "staging", "advance": Advance.BY_ITSELF, **changes}
    return Rig(lenient(strategy=ROLLING, environment="staging"), lenient(**prod))


async def certified(rig: Rig, version: str = "v1.4.2", release: str = "R-1") -> None:
    """A release of staging that ended well."""
    if (await rig.engine.history.service("checkout", "staging")).stable is None:
        await rig.adopt("staging")
    await rig.start(version, "staging")
    report = i.PreflightReported(
        revision=version, mechanism="switch", proof=("kept",), observed=Observed()
    )
    there = i.Seen(observed=Observed(revisions={version: 100.0}), idle=True)
    passed = i.Judged(verdicts=(verdict(Outcome.PASS),), watched=timedelta(hours=1))
    for intent in (report, there, passed, there):
        assert (await rig.engine.tell(release, intent)).ok
    assert (await rig.release(release)).certified


async def goes_on(rig: Rig, release: str = "R-1") -> RowResult:
    [row] = await rig.rows(Do.ADVANCE, stream=release)
    lived = await rig.store.effect(row.key)
    assert lived is not None
    return await AdvanceLane(rig.engine).perform(lived)


async def told(rig: Rig) -> list[Fact]:
    return [fact_of(event) for event in await rig.store.load(NEXT)]


async def test_it_starts_the_same_version_because_of_the_release_before() -> None:
    it = rig()
    await certified(it)
    await it.adopt("prod")
    assert await goes_on(it) == RowDone({"prod": "R-2"})
    second = await it.release("R-2")
    assert (second.name, second.environment, second.requested_by) == ("v1.4.2", "prod", BOT)
    assert (second.kind, second.cause) == (f.ReleaseKind.PROMOTE, "R-1")


async def test_twice_is_once() -> None:
    it = rig()
    await certified(it)
    await it.adopt("prod")
    assert [await goes_on(it), await goes_on(it)] == [RowDone({"prod": "R-2"})] * 2
    assert await it.store.count_streams("R-") == 2


async def test_twice_is_once_also_where_the_first_came_to_nothing() -> None:
    it = rig()
    await certified(it)
    await it.adopt("prod")
    await goes_on(it)
    assert (await it.engine.tell("R-2", i.Abort(by=MEI))).ok
    assert await goes_on(it) == RowDone({"prod": "R-2"})
    assert await it.store.count_streams("R-") == 2


async def test_without_the_words_in_the_config_nothing_begins() -> None:
    it = rig(advance=None)
    await certified(it)
    assert "nothing" in settled(await goes_on(it))
    assert await it.store.count_streams("R-") == 1


def settled(result: RowResult) -> dict[str, object]:
    assert isinstance(result, RowDone)
    return result.outcome


async def test_the_bot_may_begin_only_what_follows_from_a_release() -> None:
    it = rig()
    await certified(it)
    alone = i.Start(release="", service="checkout", environment="prod", version="v1.4.2")
    assert (await it.engine.open(alone)).code == "NOT_BY_ITSELF"
    elsewhere = replace(alone, environment="staging", version="v1.4.3", cause="R-1")
    assert (await it.engine.open(elsewhere)).code == "NOT_BY_ITSELF"


async def test_what_is_marked_bad_there_is_told_and_not_tried_again() -> None:
    it = rig()
    await it.adopt("prod")
    bad = i.MarkVersion(
        by=MEI,
        service="checkout",
        environment="prod",
        version="v1.4.2",
        mark=f.Mark.BAD,
        because="it eats carts",
    )
    assert (await it.engine.open(bad)).ok
    await certified(it)
    assert await goes_on(it) == RowDone({"prod": "MARKED_BAD"})
    [fact] = await told(it)
    assert isinstance(fact, AdvanceRefused)
    assert (fact.release, fact.reason.code) == ("R-1", "MARKED_BAD")
    assert settled(await goes_on(it))["prod"] == "answered before"
    assert len(await told(it)) == 1


async def test_the_refusal_stands_in_the_thread_with_how_to_do_it_by_hand() -> None:
    it = rig()
    await it.adopt("prod")
    await certified(it)
    card = (await it.rows(Do.CARD))[-1]
    await it.store.settle(card.key, {"channel": "C0SHOP", "ts": "17.5"}, it.clock.now())
    await rolled_back(it)
    await goes_on(it)
    [row] = [row for row in await it.store.effects(NEXT) if row.lane == NOTICE]
    await NoticeLane(it.chat, "C0RELEASES").perform(row)
    post = it.chat.posts[-1]
    assert (post.place.channel, post.thread) == ("C0SHOP", "17.5")
    assert "By hand: /release start checkout v1.4.2 to prod" in post.message.text


async def rolled_back(it: Rig, version: str = "v1.4.1") -> None:
    """Prod is taken back from what it runs: a person undid it."""
    service = await it.engine.history.service("checkout", "prod")
    assert service.stable is not None
    await it.adopt("prod", "v1.4.0")
    await it.adopt("prod", version)
    undo = i.UndoEnded(by=MEI, release="", service="checkout", environment="prod", to="v1.4.0")
    answer = await it.engine.open(undo)
    assert answer.ok, answer
    there = i.Seen(observed=Observed(revisions={"v1.4.0": 100.0}), idle=True)
    assert (await it.engine.tell(answer.release, there)).ok
    passed = i.Judged(verdicts=(verdict(Outcome.PASS),), watched=timedelta(0))
    assert (await it.engine.tell(answer.release, passed)).ok


async def test_after_a_rollback_a_person_begins_again() -> None:
    it = rig()
    await it.adopt("prod")
    await certified(it)
    await rolled_back(it)
    assert await goes_on(it) == RowDone({"prod": "AFTER_ROLLBACK"})


async def test_saying_that_the_version_was_not_at_fault_lifts_that() -> None:
    it = rig()
    await it.adopt("prod")
    await certified(it)
    await rolled_back(it)
    good = i.MarkVersion(
        by=MEI,
        service="checkout",
        environment="prod",
        version="v1.4.1",
        mark=f.Mark.GOOD,
        because="the network",
    )
    assert (await it.engine.open(good)).ok
    assert await goes_on(it) == RowDone({"prod": "R-3"})


async def test_where_another_is_live_it_waits_its_turn_and_says_so_once() -> None:
    it = rig()
    await it.adopt("prod")
    await certified(it)
    await busy(it)
    for _ in range(3):
        assert isinstance(await goes_on(it), RowLater)
    [fact] = await told(it)
    assert isinstance(fact, AdvanceWaited)
    assert fact.live == "R-2"


async def busy(it: Rig) -> None:
    """Another release holds prod: what it brings was certified in staging once."""
    await it.adopt("staging", "v1.4.3")
    await it.adopt("staging", "v1.4.2")
    assert (await it.start("v1.4.3", "prod")) == "R-2"


async def test_when_the_other_is_over_it_goes_on() -> None:
    it = rig()
    await it.adopt("prod")
    await certified(it)
    await busy(it)
    assert isinstance(await goes_on(it), RowLater)
    assert (await it.engine.tell("R-2", i.Abort(by=MEI))).ok
    assert await goes_on(it) == RowDone({"prod": "R-3"})


async def test_it_does_not_wait_for_ever() -> None:
    it = rig()
    await it.adopt("prod")
    await certified(it)
    await busy(it)
    assert isinstance(await goes_on(it), RowLater)
    it.clock.advance(timedelta(days=1))
    assert await goes_on(it) == RowDone({"prod": "WAITED_TOO_LONG"})


async def test_what_was_overtaken_while_it_waited_stays_behind() -> None:
    it = rig()
    await it.adopt("prod")
    await certified(it)
    await certified(it, "v1.4.3", "R-2")
    assert await goes_on(it) == RowDone({"prod": "OVERTAKEN"})


@pytest.mark.parametrize("version", ["v1.4.2"])
async def test_what_runs_there_already_is_no_news(version: str) -> None:
    it = rig()
    await certified(it)
    await it.adopt("prod", version)
    assert await goes_on(it) == RowDone({"prod": "there already"})
    assert await told(it) == []
