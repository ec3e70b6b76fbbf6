"""Only advising: deploys made elsewhere are watched and judged, and nothing is ever moved."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.domain.facts import advice as a
from bot.domain.facts.fact import Fact
from bot.domain.intents import release as i
from bot.domain.judge.samples import Window
from bot.domain.state.advice import Advice, AdviceState
from bot.domain.terms.rules import Mode, Rules
from bot.domain.terms.strategy import Step, Strategy, StrategyKind
from bot.domain.terms.units import EVERYBODY, Share
from bot.engine.lanes.advice import ADVICE, AdviceLane, advice_of
from bot.engine.lanes.notice import NOTICE
from bot.engine.lanes.outbox import RowDone
from bot.engine.parts import target_of
from bot.engine.record.codec import fact_of
from bot.engine.watch.follow import recall_watch
from bot.engine.watch.memory import WatchMemory as Samples
from bot.engine.watch.sources import Sources
from bot.ports.metrics import Point
from tests.domain.builders import MEI
from tests.engine.rig import Rig, lenient
from tests.fakes.deployer import Call, Fault

MINUTE = timedelta(minutes=1)
STREAM = a.advice_stream("checkout", "prod")
STEPS = (Step(weight=Share(10), bake=5 * MINUTE), Step(weight=EVERYBODY, bake=10 * MINUTE))


@dataclass(slots=True)
class Place:
    """A rig whose one service is only advised, and what the watching of it remembers."""

    rig: Rig
    rules: Rules
    advising: AdviceLane
    advice: Advice = field(default_factory=Advice)
    watch: Samples | None = None
    ill: float = 0.0
    silent: bool = False

    def numbers(self, query: str, window: Window) -> Sequence[Point]:
        if self.silent:
            return []
        rate = 1.0 if query.startswith("requests") else (self.ill if "canary" in query else 0.001)
        return [Point(value=2000 * rate)]

    def deploy(self, **shares: float) -> None:
        self.rig.deployer.drift(target_of(self.rules), **shares)

    async def looks(self, minutes: int) -> None:
        for _ in range(minutes):
            self.rig.clock.advance(MINUTE)
            self.advice, self.watch = await self.advising.round(self.rules, self.advice, self.watch)

    async def facts(self, *kinds: type[Fact]) -> list[Fact]:
        facts = [fact_of(event) for event in await self.rig.store.load(STREAM)]
        return [fact for fact in facts if isinstance(fact, kinds)] if kinds else facts

    async def said(self) -> list[str]:
        rows = await self.rig.store.effects(STREAM)
        return [row.body["text"] for row in rows if row.lane == NOTICE]

    async def over(self) -> a.DeployOver:
        [fact] = await self.facts(a.DeployOver)
        assert isinstance(fact, a.DeployOver)
        return fact


def place() -> Place:
    rules = lenient(strategy=Strategy(kind=StrategyKind.CANARY, steps=STEPS), mode=Mode.ADVISE)
    rig = Rig(rules)
    made = Place(rig, rules, AdviceLane(rig.engine, rig.ports, Sources(rig.ports)))
    rig.metrics._answers = made.numbers
    return made


async def harmed() -> Place:
    """A canary at 10 % does harm, and it was said what would have been done."""
    it = place()
    await it.looks(2)
    it.deploy(**{"v1.4.1": 90, "v1.4.2": 10})
    it.ill = 0.3
    await it.looks(6)
    return it


async def test_it_says_once_when_it_would_have_taken_a_deploy_back() -> None:
    it = await harmed()
    await it.looks(10)
    [advice] = await it.facts(a.AdviceGiven)
    assert isinstance(advice, a.AdviceGiven)
    assert (advice.revision, advice.weight) == ("v1.4.2", 10)
    [said] = await it.said()
    assert "I WOULD HAVE TAKEN IT BACK checkout, production: v1.4.2 → v1.4.1" in said
    assert "30 % of requests failed on v1.4.2" in said
    assert "I changed nothing" in said


async def test_the_target_is_only_ever_looked_at() -> None:
    it = await harmed()
    it.deploy(**{"v1.4.1": 100})
    await it.looks(5)
    assert it.rig.deployer.effects == []
    rows = await it.rig.store.effects(STREAM)
    assert {row.lane for row in rows} == {NOTICE, ADVICE}


async def test_people_who_take_it_back_agree() -> None:
    it = await harmed()
    it.deploy(**{"v1.4.1": 100})
    await it.looks(2)
    over = await it.over()
    assert (over.went, over.warned, over.judged) == (a.Went.BACK, True, True)
    assert (await it.said())[-1].startswith("checkout, production: you took v1.4.2 back")
    score = it.advice.score
    assert (score.seen, score.would, score.took, score.differ) == (1, 1, 1, 0)
    assert it.advice.revision == "v1.4.1"


async def test_people_who_let_it_stay_differ() -> None:
    it = await harmed()
    it.deploy(**{"v1.4.2": 100})
    await it.looks(20)
    over = await it.over()
    assert (over.went, over.warned) == (a.Went.STAYED, True)
    assert it.advice.score.differ == 1
    assert "stayed with all users, although I would have" in (await it.said())[-1]
    assert it.advice.revision == "v1.4.2"


async def test_a_good_deploy_is_judged_good_and_nothing_is_said() -> None:
    it = place()
    await it.looks(2)
    it.deploy(**{"v1.4.1": 90, "v1.4.2": 10})
    await it.looks(6)
    it.deploy(**{"v1.4.2": 100})
    await it.looks(14)
    over = await it.over()
    assert (over.went, over.warned, over.judged) == (a.Went.STAYED, False, True)
    assert over.watched >= 10 * MINUTE
    assert await it.said() == []


async def test_taken_back_although_the_checks_saw_nothing_differs() -> None:
    it = place()
    await it.looks(2)
    it.deploy(**{"v1.4.1": 90, "v1.4.2": 10})
    await it.looks(6)
    it.deploy(**{"v1.4.1": 100})
    await it.looks(1)
    assert it.advice.score.differ == 1
    assert "my checks saw nothing wrong" in (await it.said())[-1]


async def test_without_numbers_nothing_is_known_of_it() -> None:
    it = place()
    await it.looks(2)
    it.silent = True
    it.deploy(**{"v1.4.2": 100})
    await it.looks(40)
    over = await it.over()
    assert (over.went, over.warned, over.judged) == (a.Went.STAYED, False, False)
    score = it.advice.score
    assert (score.unjudged, score.differ, score.would) == (1, 0, 0)


async def test_time_away_is_never_watched() -> None:
    it = place()
    await it.looks(2)
    it.deploy(**{"v1.4.2": 100})
    await it.looks(5)
    it.rig.clock.advance(timedelta(hours=2))
    back, asked = it.rig.clock.now() - MINUTE / 2, len(it.rig.metrics.asked)
    it.rig.clock._at = back
    it.watch = await recall_watch(it.rig.store, it.rig.clock, STREAM)
    it.advice = await advice_of(it.rig.engine, "checkout", "prod")
    await it.looks(1)
    assert all(window.start >= back for _, window in it.rig.metrics.asked[asked:])
    over = await it.over()
    assert over.judged is False
    assert over.watched < 10 * MINUTE


async def test_a_restart_goes_on_where_it_was_and_says_nothing_twice() -> None:
    it = await harmed()
    again = replace(it, advising=AdviceLane(it.rig.engine, it.rig.ports, Sources(it.rig.ports)))
    again.watch = await recall_watch(it.rig.store, it.rig.clock, STREAM)
    again.advice = await advice_of(it.rig.engine, "checkout", "prod")
    assert again.advice == it.advice
    await again.looks(10)
    assert len(await again.said()) == 1


async def test_a_write_whose_answer_was_lost_is_not_written_again() -> None:
    it = place()
    await it.looks(2)
    before = it.advice, it.watch
    it.deploy(**{"v1.4.2": 100})
    await it.looks(1)
    it.advice, it.watch = before
    await it.looks(1)
    assert len(await it.facts(a.DeploySeen)) == 1


async def test_a_target_that_does_not_answer_changes_nothing() -> None:
    it = place()
    await it.looks(2)
    it.rig.deployer.fail_next(Fault.UNAVAILABLE, Fault.UNAVAILABLE, on=Call.OBSERVE)
    await it.looks(2)
    assert it.advice.watch is AdviceState.IDLE


async def test_one_that_is_replaced_by_yet_another_is_over() -> None:
    it = place()
    await it.looks(2)
    it.deploy(**{"v1.4.1": 90, "v1.4.2": 10})
    await it.looks(2)
    it.deploy(**{"v1.4.1": 50, "v1.4.3": 50})
    await it.looks(2)
    assert (await it.over()).went is a.Went.REPLACED
    assert it.advice.deploy is not None
    assert (it.advice.deploy.revision, it.advice.deploy.number) == ("v1.4.3", 2)


async def test_the_score_is_told_every_week_and_once() -> None:
    it = await harmed()
    it.deploy(**{"v1.4.1": 100})
    await it.looks(1)
    [row] = [row for row in await it.rig.store.effects(STREAM) if row.lane == ADVICE]
    assert row.due_at - (await it.facts(a.AdviceBegan))[0].at == timedelta(days=7)
    it.rig.clock.advance(timedelta(days=7))
    assert isinstance(await it.advising.perform(row), RowDone)
    assert isinstance(await it.advising.perform(row), RowDone)
    assert len(await it.facts(a.ScoreTold)) == 1
    assert (
        "1 deploy seen, I would have taken back 1; you took back 1; 0 differ."
        in (await it.said())[-1]
    )
    rows = [row for row in await it.rig.store.effects(STREAM) if row.lane == ADVICE]
    assert [each.due_at - row.due_at for each in rows] == [timedelta(0), timedelta(days=7)]


async def test_after_the_score_was_told_it_goes_on() -> None:
    it = place()
    await it.looks(1)
    [row] = [row for row in await it.rig.store.effects(STREAM) if row.lane == ADVICE]
    await it.advising.perform(row)
    it.deploy(**{"v1.4.2": 100})
    await it.looks(2)
    assert len(await it.facts(a.DeploySeen)) == 1
    assert await advice_of(it.rig.engine, "checkout", "prod") == replace(
        it.advice, version=it.advice.version + 1
    )


@pytest.mark.parametrize(
    "intent",
    [
        i.Start(by=MEI, release="", service="checkout", environment="prod", version="v1.4.2"),
        i.UndoEnded(by=MEI, release="", service="checkout", environment="prod"),
    ],
)
async def test_what_would_move_it_is_refused_with_what_to_do(
    intent: i.Start | i.UndoEnded,
) -> None:
    it = place()
    answer = await it.rig.engine.open(intent)
    assert answer.code == "ONLY_ADVISES"
    assert 'mode = "ask" or "act"' in answer.remedy
