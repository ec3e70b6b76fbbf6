"""[I15] No step forward in a freeze, nor without a go, unless an override that stands precedes it.

The oracle reads the facts alone: who asked until when, who granted, what ended.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.domain.decide.known import Decided, Known
from bot.domain.decide.override import OVERSEEN
from bot.domain.decide.release import decide
from bot.domain.facts import override as o
from bot.domain.facts import release as f
from bot.domain.facts import vote as p
from bot.domain.facts.fact import BOT, Fact
from bot.domain.intents import release as i
from bot.domain.intents.override import (
    AnswerOverride,
    AskOverride,
    BreakGlass,
    EndOverride,
    OfService,
)
from bot.domain.judge.samples import Outcome
from bot.domain.state.evolve import evolve
from bot.domain.state.moves import MOVES, Do, State
from bot.domain.state.override import FREEZE, POLL, find_waived
from bot.domain.state.release import Release
from bot.domain.state.service import ServiceState, evolve_service
from bot.domain.state.vote import Electorate
from bot.domain.terms.calendar import Calendar
from bot.domain.terms.rules import PollRules, Seat
from tests.domain.builders import (
    MEI,
    NEW,
    NOON,
    OLD,
    after,
    changed,
    known,
    passed,
    requested,
    rules,
    step_reached,
    verdict,
)
from tests.domain.test_freezing import lasting

RUI, ANA, SAM = "U0RUI", "U0ANA", "U0SAM"
PEOPLE = (MEI, RUI, ANA, SAM)
POLLED = rules(poll=PollRules(seats=(Seat(name="owner", people=("owners",)),), quorum=1))
ELECTORATE = Electorate(seats={"owner": frozenset({RUI, ANA})}, members=dict.fromkeys(PEOPLE, True))
ASKED = (FREEZE, POLL)
HERE = {"service": "checkout", "environment": "prod"}


@dataclass
class Oracle:
    """What was said of overrides, by nothing but their facts."""

    said: list[Fact] = field(default_factory=list)

    def stands(self, gate: str, version: str, now: object) -> bool:
        asked = [each for each in self.said if isinstance(each, o.OverrideAsked | o.GlassBroken)]
        return any(self._covers(each, gate, version, now) for each in asked)

    def _covers(self, fact: Fact, gate: str, version: str, now: object) -> bool:
        assert isinstance(fact, o.OverrideAsked | o.GlassBroken)
        about = [each for each in self.said if getattr(each, "override", "") == fact.override]
        granted = any(
            isinstance(each, o.OverrideGranted) and (each.by != fact.by or each.alone)
            for each in about
        )
        over = any(isinstance(each, o.OverrideRefused | o.OverrideEnded) for each in about)
        in_time = fact.at <= now < fact.until  # type: ignore[operator]
        meant = gate in fact.gates and fact.version in ("", version)
        return meant and in_time and not over and (granted or isinstance(fact, o.GlassBroken))


class Overriding(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.frozen = False
        self.service = ServiceState(version=1, certified=(OLD,))
        self.oracle = Oracle()
        self.release = after([requested(rules=POLLED)])
        self.voted = False
        self.broken: list[str] = []

    def world(self, **changes: object) -> Known:
        window = lasting(NOON, NOON + timedelta(days=30))
        base = changed(
            known(),
            rules=POLLED,
            service=self.service,
            live=self.release,
            electorate=ELECTORATE,
            calendar=Calendar(windows=(window,) if self.frozen else ()),
            waived=find_waived(self.service.overrides, self.release.name, None, self.now),
        )
        return replace(base, **changes)  # type: ignore[arg-type]

    def hear(self, intent: i.Intent) -> None:
        found = decide(self.release, intent, self.world(), self.now)
        if not isinstance(found, Decided):
            return
        sent = False
        for fact in found.facts:
            move = MOVES[(self.release.state, type(fact))]
            sent = (sent or Do.APPLY in move.do) and not move.withdraws
            self.meet(fact)
        if sent and self.frozen:
            self.demand(FREEZE, self.release)
        for _, fact in found.also:
            self.learn(fact)

    def meet(self, fact: Fact) -> None:
        if isinstance(fact, p.GoGiven):
            self.voted = True
        if isinstance(fact, p.PollVoided | p.GoExpired | o.PollWaived):
            self.voted = False
        self.release = evolve(self.release, fact)
        if isinstance(fact, f.PreflightPassed) and not self.voted:
            self.demand(POLL, self.release)

    def demand(self, gate: str, release: Release) -> None:
        if not self.oracle.stands(gate, release.name, self.now):
            self.broken.append(f"{gate} at {self.now}")

    def learn(self, fact: Fact) -> None:
        self.service = evolve_service(self.service, fact)
        self.oracle.said.append(fact)

    def put(self, intent: OfService) -> None:
        found = OVERSEEN[type(intent)](intent, self.world(about=self.release), self.now)
        for _, fact in found.also if isinstance(found, Decided) else ():
            self.learn(fact)

    @rule(
        by=st.sampled_from(PEOPLE), gate=st.sampled_from((FREEZE, POLL)), hours=st.integers(1, 24)
    )
    def ask(self, by: str, gate: str, hours: int) -> None:
        until = self.now + timedelta(hours=hours)
        version = NEW.version
        self.put(AskOverride(**HERE, by=by, gate=gate, version=version, because="x", until=until))

    @rule(by=st.sampled_from(PEOPLE), yes=st.booleans(), gate=st.sampled_from((FREEZE, POLL)))
    def answer(self, by: str, yes: bool, gate: str) -> None:
        self.put(AnswerOverride(**HERE, by=by, yes=yes, gate=gate))

    @rule(by=st.sampled_from(PEOPLE))
    def glass(self, by: str) -> None:
        self.put(BreakGlass(**HERE, by=by, release="R-1", because="down"))

    @rule(number=st.integers(1, 6))
    def lapse(self, number: int) -> None:
        self.put(EndOverride(**HERE, override=f"O-{number}"))

    @rule(minutes=st.sampled_from([1, 30, 90, 600, 1500]))
    def waits(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(frozen=st.booleans())
    def turn(self, frozen: bool) -> None:
        self.frozen = frozen

    @rule()
    def look(self) -> None:
        self.hear(i.CalendarTurned())
        self.hear(i.PollLooked())

    @rule()
    def check(self) -> None:
        if self.release.state is State.PREFLIGHT:
            seen = passed()
            self.hear(
                i.PreflightReported(
                    revision=NEW.revision,
                    mechanism="switch",
                    proof=seen.proof,
                    observed=seen.observed,
                )
            )

    @rule(by=st.sampled_from(PEOPLE), choice=st.sampled_from([p.Choice.GO, p.Choice.NO_GO]))
    def vote(self, by: str, choice: p.Choice) -> None:
        self.hear(i.Vote(by=by, choice=choice, because="x"))

    @rule(good=st.booleans())
    def judge(self, good: bool) -> None:
        outcome = Outcome.PASS if good else Outcome.FAIL
        self.hear(i.Judged(verdicts=(verdict(outcome),), watched=timedelta(hours=2)))

    @rule(by=st.sampled_from(PEOPLE))
    def promote(self, by: str) -> None:
        self.hear(i.Promote(by=by, early=True, because="hurry"))

    @rule()
    def arrive(self) -> None:
        if self.release.state is State.SHIFTING:
            fact = f.StepReached(
                at=self.now, by=BOT, step=self.release.step, observed=passed().observed
            )
            self.meet(fact)

    @rule(flying=st.booleans())
    def begin_again(self, flying: bool) -> None:
        """A new release of the same version, under whatever stands; or one under way already."""
        first = replace(requested(rules=POLLED), at=self.now)
        self.voted = False
        self.release = after([first])
        if flying and not self.frozen:
            self.release = after([first, passed(), step_reached()])

    @rule(by=st.sampled_from((RUI, ANA)), second=st.sampled_from((RUI, ANA, MEI)))
    def let_past(self, by: str, second: str) -> None:
        """Asked and answered in one breath: most walks would never come to it."""
        self.ask(by, FREEZE, 2)
        self.answer(second, True, FREEZE)

    @rule()
    def goes_on(self) -> None:
        """Whatever is next for it is done, as the bot would."""
        self.arrive()
        self.judge(good=True)
        self.check()
        self.look()

    @invariant()
    def nothing_went_past_a_gate_by_itself(self) -> None:
        assert self.broken == []

    @invariant()
    def what_was_let_past_owes_a_look_back(self) -> None:
        if self.release.overrides:
            assert self.release.id in self.service.reviews


Overriding.TestCase.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
TestOverriding = Overriding.TestCase
