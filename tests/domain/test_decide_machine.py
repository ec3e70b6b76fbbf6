"""Any order of intents, sights and hours: what must hold of a release whatever happens to it."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.domain.decide.alarm import ALARMS
from bot.domain.decide.known import Decided
from bot.domain.decide.release import decide
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT, Fact
from bot.domain.intents import release as i
from bot.domain.judge.samples import Outcome
from bot.domain.state.evolve import begin, evolve
from bot.domain.state.moves import ENDS, MOVES, Do, State
from bot.domain.state.release import Release
from bot.domain.terms.refusal import Refusal
from bot.domain.terms.rules import Rules
from bot.domain.terms.strategy import Observed, Step, Strategy, StrategyKind
from bot.domain.terms.units import EVERYBODY, NOBODY, Share
from tests.domain.builders import CANARY, MEI, NEW, NOON, OLD, known, requested, rules, verdict

FORWARD = {Do.APPLY, Do.FINISH}
STRATEGIES = (
    CANARY,
    replace(CANARY, steps=(CANARY.steps[0], replace(CANARY.steps[2], gate=True))),
    Strategy(kind=StrategyKind.ROLLING, steps=(Step(weight=EVERYBODY),)),
    Strategy(kind=StrategyKind.BLUE_GREEN, steps=(Step(weight=NOBODY), Step(weight=EVERYBODY))),
    Strategy(kind=StrategyKind.SHADOW, steps=(Step(mirror=Share(10)),)),
)
OBSERVED = st.builds(
    lambda percent, mirror, settled: Observed(
        revisions={NEW.revision: percent, OLD.revision: 100.0 - percent},
        mirrors={NEW.revision: mirror},
        settled=settled,
    ),
    st.sampled_from([0.0, 10.0, 30.0, 50.0, 100.0]),
    st.sampled_from([0.0, 0.0, 10.0]),
    st.booleans(),
)
PERSON = st.one_of(
    st.builds(
        i.Promote, by=st.just(MEI), early=st.booleans(), because=st.sampled_from(["", "hurry"])
    ),
    st.builds(
        i.Pause,
        by=st.just(MEI),
        span=st.one_of(st.none(), st.timedeltas(timedelta(1), timedelta(2))),
    ),
    st.builds(i.Resume, by=st.just(MEI)),
    st.builds(i.Take, by=st.just(MEI)),
    st.builds(i.Settle, by=st.just(MEI), because=st.sampled_from(["", "by hand"])),
)
BACK = st.sampled_from([i.Abort(by=MEI), i.Rollback(by=MEI)])
WORLD = st.one_of(
    st.builds(i.Seen, observed=OBSERVED, idle=st.booleans()),
    st.builds(
        i.Judged,
        verdicts=st.sampled_from([(), *((verdict(outcome),) for outcome in Outcome)]),
        watched=st.sampled_from([timedelta(0), timedelta(hours=2), timedelta(hours=-1)]),
    ),
    st.builds(i.MoveRefused, reason=st.just("quota"), back=st.booleans()),
    st.builds(i.AlarmRang, alarm=st.sampled_from(tuple(ALARMS)), version=st.just(1)),
    st.builds(i.WatchResumed, since=st.just(NOON)),
    st.builds(
        i.PreflightReported,
        reasons=st.sampled_from([(), (Refusal(code="X", sentence="No.", remedy="Do."),)]),
        revision=st.just(NEW.revision),
        observed=st.just(Observed(revisions={OLD.revision: 100.0})),
    ),
)
HOURS = st.sampled_from([-3600, -1, 0, 1, 15, 60, 600, 3600])


class Lives(RuleBasedStateMachine):
    release: Release
    now: datetime

    @initialize(
        strategy=st.sampled_from(STRATEGIES),
        first=st.booleans(),
        checks=st.sampled_from([(), rules().checks]),
    )
    def begin(self, strategy: Strategy, first: bool, checks: object) -> None:
        held_to: Rules = rules(strategy, checks=checks)
        stable = None if first else OLD
        fact = requested(rules=held_to, running=stable, stable=stable)
        self.release, self.now = begin(fact), NOON
        self.facts: list[Fact] = [fact]
        self.asked: list[Do] = []

    @rule(seconds=HOURS)
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(intent=PERSON)
    def somebody_asks(self, intent: i.Intent) -> None:
        self._meet(intent)

    @rule(intent=WORLD)
    def something_is_seen(self, intent: i.Intent) -> None:
        self._meet(intent)

    @rule(to=st.sampled_from(["onward", "back"]))
    def the_target_gets_there(self, to: str) -> None:
        release = self.release
        desired = release.forward() if to == "onward" else release.back()
        seen = {desired.revision: desired.weight.percent}
        if desired.stable is not None:
            seen[desired.stable] = 100.0 - desired.weight.percent
        mirrors = {desired.revision: desired.mirror.percent}
        self._meet(i.Seen(observed=Observed(revisions=seen, mirrors=mirrors), idle=True))

    @rule(intent=BACK, luck=st.integers(0, 4))
    def somebody_takes_it_back(self, intent: i.Intent, luck: int) -> None:
        if luck == 0:
            self._meet(intent)

    def _meet(self, intent: i.Intent) -> None:
        """Never Unmoved: evolve raises where decide gave a fact that no state has a row for."""
        before = self.release
        decision = decide(self.release, intent, known(), self.now)
        if not isinstance(decision, Decided):
            assert decision.code
            assert decision.remedy
            return
        for fact in decision.facts:
            self.asked.extend(MOVES[(self.release.state, type(fact))].do)
            self.release = evolve(self.release, fact)
            self.facts.append(fact)
        assert before.is_live or not decision.facts

    @invariant()
    def held_means_that_something_holds_it(self) -> None:
        assert (self.release.state is State.HELD) == bool(self.release.holds)
        assert (self.release.state is State.HELD) == (self.release.paused_in is not None)

    @invariant()
    def nothing_goes_forward_once_it_goes_back(self) -> None:
        if Do.ROLL_BACK in self.asked:
            assert not FORWARD & set(self.asked[self.asked.index(Do.ROLL_BACK) :])

    @invariant()
    def the_bot_takes_it_back_once_at_most(self) -> None:
        decided = [each for each in self.facts if isinstance(each, f.RollbackDecided)]
        assert len([each for each in decided if each.by == BOT]) <= 1

    @invariant()
    def no_step_was_given_away(self) -> None:
        wanted = {check.name for check in self.release.rules.checks}
        for fact in self.facts:
            if isinstance(fact, f.StepBaked | f.GateReached | f.LastStepBaked):
                step = self.release.rules.strategy.steps[fact.step]
                good = {each.check for each in fact.verdicts if each.outcome is Outcome.PASS}
                assert fact.watched >= step.bake
                assert not step.meets_users or (wanted and wanted <= good)

    @invariant()
    def versions_count_facts_and_ends_have_a_time(self) -> None:
        assert self.release.version == len(self.facts)
        assert (self.release.ended_at is None) == (self.release.state not in ENDS)
        assert 0 <= self.release.step < len(self.release.rules.strategy.steps)


Lives.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestLives = Lives.TestCase
