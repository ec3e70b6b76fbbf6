"""Random people, votes, freezes, overrides, edits and deaths, overseen after each. [I11-I16]"""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain.facts.vote import Choice
from bot.domain.intents import override as oi
from bot.domain.intents import release as i
from bot.domain.intents.calendar import Freeze, Unfreeze
from bot.domain.judge.samples import Outcome as JudgedAs
from bot.domain.state.moves import Do, State
from bot.domain.state.release import Release
from bot.domain.state.vote import PollOutcome
from bot.domain.terms.changes import Author, Change
from bot.domain.terms.rules import PollRules, Rules, Seat, SeatKind
from bot.domain.terms.strategy import Observed
from bot.engine.record.engine import Engine
from bot.engine.watch.calendar import CalendarWatch, look_at_polls
from bot.ports.directory import Person
from tests.domain.builders import CANARY, MEI, NOON, OLD, verdict
from tests.engine.rig import FakeDirectory, Group, Rig, lenient
from tests.fakes.places import places
from tests.overseer import oversee

RUI, ANA, SAM, BO, GUS = "U0RUI", "U0ANA", "U0SAM", "U0BO", "U0GUS"
EVERYBODY = (MEI, RUI, ANA, SAM, BO, GUS)
PEOPLE = st.sampled_from(EVERYBODY)
SERVICE, PROD = "checkout", "prod"
MAY = dict.fromkeys(
    ("start", "promote", "override", "rollback", "pause", "break_glass"), ("anyone",)
)
POLL = PollRules(
    seats=(
        Seat(name="owner", people=("devs",)),
        Seat(name="release", people=("leads",), kind=SeatKind.VETO),
        Seat(name="business", people=("others",), kind=SeatKind.ADVICE),
    ),
    quorum=2,
)
SEATS = {"devs": (MEI, RUI, BO, GUS), "leads": (ANA, RUI, MEI), "others": (SAM,)}
WROTE = Change(
    revision="8f3c1e2",
    subject="Retry (#812)",
    at=NOON,
    authors=(Author(name="bo", email="bo@x.example", person=BO),),
)


def held_to(edit: int) -> Rules:
    """The plan after some edits of the config."""
    first, *rest = CANARY.steps
    bake = first.bake + timedelta(minutes=edit)
    strategy = replace(CANARY, steps=(replace(first, bake=bake), *rest))
    return lenient(poll=POLL, strategy=strategy, may=MAY)


def directory() -> FakeDirectory:
    return FakeDirectory(
        people={each: Person(id=each, name=each, is_member=each != GUS) for each in EVERYBODY}
    )


class Governed(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        people = {name: Group(users=users) for name, users in SEATS.items()}
        self.loop = asyncio.Runner()
        self.rig = Rig(held_to(0), directory=directory(), people=people)
        self.edits = 0
        self.engine = self.rig.engine
        self.does(self.rig.adopt())

    def teardown(self) -> None:
        self.loop.close()

    def does(self, act: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run(act)

    def tells(self, intent: i.Intent) -> None:
        if self.release is not None:
            self.does(self.engine.tell(self.release.id, intent))

    @property
    def release(self) -> Release | None:
        live: list[Release] = self.does(self.engine.history.all_live())
        return live[0] if live else None

    # ------------------------------------------------------------ people

    @rule(by=st.sampled_from([MEI, RUI]), version=st.sampled_from(["v1.4.2", "v1.4.3"]))
    @precondition(lambda self: self.release is None)
    def starts(self, by: str, version: str) -> None:
        self.starts_one(by, version)

    def starts_one(self, by: str, version: str) -> None:
        start = i.Start(by=by, release="", service=SERVICE, environment=PROD, version=version)
        self.does(self.engine.open(start))

    @rule(by=PEOPLE, choice=st.sampled_from([Choice.GO, Choice.GO, Choice.GO, *Choice]))
    def votes(self, by: str, choice: Choice) -> None:
        self.votes_one(by, choice)

    def votes_one(self, by: str, choice: Choice) -> None:
        asked = self.release
        self.tells(i.Vote(by=by, choice=choice, because="said why at length"))
        release = self.release
        if asked is None or release is None or asked.state is not State.POLLING:
            return
        if release.poll is not None and release.poll.outcome is PollOutcome.GO:
            # I14: a go is for the plan as the config has it at that moment.
            assert release.rules.digest == held_to(self.edits).digest

    @rule(by=PEOPLE, hours=st.sampled_from([None, 1, 3]), luck=st.integers(0, 2))
    def freezes(self, by: str, hours: int | None, luck: int) -> None:
        if luck:
            return
        until = self.rig.clock.now() + timedelta(hours=hours) if hours else None
        freeze = Freeze(by=by, environment="prod", until=until, because="INC-77")
        self.does(self.engine.order(freeze))

    @rule(by=PEOPLE)
    def unfreezes(self, by: str) -> None:
        self.does(self.engine.order(Unfreeze(by=by, environment="prod")))

    @rule(by=PEOPLE, gate=st.sampled_from(["freeze", "poll"]))
    def asks_to_pass(self, by: str, gate: str) -> None:
        release = self.release
        intent = oi.AskOverride(
            by=by,
            service=SERVICE,
            environment=PROD,
            version="v1.4.2",
            release=release.id if release else "",
            because="INC-77",
            gate=gate,
        )
        self.does(self.engine.open(intent))

    @rule(by=PEOPLE, yes=st.sampled_from([True, True, False]))
    def answers(self, by: str, yes: bool) -> None:
        answer = oi.AnswerOverride(by=by, service=SERVICE, environment=PROD, yes=yes)
        self.does(self.engine.open(answer))

    @rule(by=PEOPLE, luck=st.integers(0, 3))
    def breaks_glass(self, by: str, luck: int) -> None:
        release = self.release
        if luck == 0 and release is not None:
            self.does(
                self.engine.open(
                    oi.BreakGlass(
                        by=by,
                        service=SERVICE,
                        environment=PROD,
                        release=release.id,
                        because="INC-77",
                    )
                )
            )

    @rule(by=PEOPLE, early=st.booleans())
    def promotes(self, by: str, early: bool) -> None:
        self.tells(i.Promote(by=by, early=early, because="in a hurry"))

    @rule(by=PEOPLE, luck=st.integers(0, 4))
    def rolls_back(self, by: str, luck: int) -> None:
        if luck == 0:
            self.tells(i.Rollback(by=by))

    @rule(turns=st.integers(1, 6), first=st.sampled_from([RUI, RUI, BO, MEI, GUS]))
    def all_goes_as_it_should(self, turns: int, first: str) -> None:
        """Nobody stands in its way for a while; what was done before may, or who votes first."""
        for _ in range(turns):
            release = self.release
            if release is None:
                self.starts_one(MEI, "v1.4.2")
            elif release.state is State.POLLING:
                for by in (first, ANA):
                    self.votes_one(by, Choice.GO)
            else:
                self.goes_on(release)

    def goes_on(self, release: Release) -> None:
        if release.state is State.PREFLIGHT:
            self.check(release)
        elif release.state is State.SHIFTING:
            self.arrive(release)
        else:
            self.tells(i.Judged(verdicts=(verdict(JudgedAs.PASS),), watched=timedelta(hours=2)))

    # ------------------------------------------------------------ the world

    @rule(minutes=st.sampled_from([1, 5, 20, 60, 260]))
    def time_passes(self, minutes: int) -> None:
        self.rig.clock.advance(timedelta(minutes=minutes))

    @rule()
    def is_checked(self) -> None:
        release = self.release
        if release is not None and release.state is State.PREFLIGHT:
            self.check(release)

    def check(self, release: Release) -> None:
        report = i.PreflightReported(
            revision=release.name,
            mechanism="switch",
            proof=("kept",),
            observed=Observed(revisions={OLD.revision: 100.0}),
            changes=(WROTE,),
        )
        self.tells(report)

    @rule()
    def gets_there(self) -> None:
        release = self.release
        if release is not None and release.state is State.SHIFTING:
            self.arrive(release)

    def arrive(self, release: Release) -> None:
        there = release.forward()
        seen = {there.revision: there.weight.percent, OLD.revision: 100 - there.weight.percent}
        self.tells(i.Seen(observed=Observed(revisions=seen), idle=True))

    @rule(outcome=st.sampled_from([JudgedAs.PASS, JudgedAs.PASS, *JudgedAs]))
    def is_judged(self, outcome: JudgedAs) -> None:
        self.tells(i.Judged(verdicts=(verdict(outcome),), watched=timedelta(hours=2)))

    @rule()
    def the_close_comes(self) -> None:
        release = self.release
        if release is not None:
            self.tells(i.AlarmRang(alarm=Do.ALARM_POLL, version=release.version))

    @rule(looks=st.booleans())
    def the_config_is_edited(self, looks: bool) -> None:
        """Where the bot has not looked yet, the next vote finds it."""
        self.edits += 1
        policy = self.rig.book.policy
        self.rig.book.policy = replace(policy, places=places(held_to(self.edits)))
        if looks:
            self.does(look_at_polls(self.engine))

    @rule()
    def the_calendar_is_looked_at(self) -> None:
        self.does(CalendarWatch(self.engine).look())

    @rule()
    def the_process_dies(self) -> None:
        self.engine = Engine(self.rig.store, self.rig.clock, self.rig.book)

    # ------------------------------------------------------------ what must hold

    @invariant()
    def nothing_moved_that_people_had_not_let(self) -> None:
        count = self.does(self.rig.store.count_streams("R-"))
        releases = [f"R-{number}" for number in range(1, count + 1)]
        self.does(oversee(self.rig.store, ["S/checkout/prod"], releases))


Governed.TestCase.settings = settings(max_examples=150, stateful_step_count=50, deadline=None)
# It walks 150 lives; a hang among them is still ended, only later than in other tests.
TestGoverned = pytest.mark.timeout(900)(Governed.TestCase)
