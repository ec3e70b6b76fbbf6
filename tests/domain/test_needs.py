"""What a decider names is all that it looks at: the rest may be empty, and it decides the same."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import timedelta
from functools import partial
from itertools import product

import pytest

from bot.domain.decide.alarm import ALARMS
from bot.domain.decide.known import Decided, Known, Need
from bot.domain.decide.release import DECIDERS, decide, needs
from bot.domain.decide.start import NEEDS, OPENINGS
from bot.domain.facts.vote import Choice
from bot.domain.intents import release as i
from bot.domain.judge.samples import Outcome
from bot.domain.state.override import FREEZE, POLL, Override
from bot.domain.state.release import Release
from bot.domain.state.service import ServiceState
from bot.domain.terms.calendar import Calendar
from bot.domain.terms.refusal import Refusal
from bot.domain.terms.rules import Mode
from tests.domain.builders import (
    FACTS_TO,
    MEI,
    NEW,
    NOON,
    after,
    changed,
    known,
    minutes,
    passed,
    paused,
    release_in,
    requested,
    rules,
    split,
    step_reached,
    verdict,
)
from tests.domain.deciding import go
from tests.domain.test_freezing import UNTIL, lasting
from tests.domain.test_poll import ANA, RUI, checked, polling, voters, with_poll

FIELDS: Mapping[Need, tuple[str, ...]] = {
    Need.HERE: ("here",),
    Need.SERVICE: ("service", "waived"),
    Need.EARLIER: ("earlier",),
    Need.LIVE: ("live",),
    Need.CALENDAR: ("calendar",),
    Need.APPROVERS: ("approvers", "accounts"),
    Need.VOTERS: ("electorate",),
    Need.ABOUT: ("about", "accounts"),
}
SOON, LATE = minutes(3), minutes(600)
DAY = timedelta(days=1)
SAID: tuple[i.Intent, ...] = (
    i.Promote(by=MEI),
    i.Promote(by=MEI, early=True, because="INC-77"),
    i.Pause(by=MEI),
    i.Resume(by=MEI),
    i.Abort(by=MEI),
    i.Rollback(by=MEI),
    i.Take(by=MEI),
    i.Settle(by=MEI, because="it runs"),
    *(i.Vote(by=by, choice=choice, because="x") for by in (RUI, ANA) for choice in Choice),
    i.Nudge(by=MEI),
    i.PollLooked(),
    i.PreflightReported(reasons=(Refusal("X", "No.", "Mend it."),)),
    i.PreflightReported(
        revision=NEW.revision, mechanism="switch", proof=("kept",), observed=split(0)
    ),
    *(i.Seen(observed=split(share), idle=idle) for share in (0, 10, 100) for idle in (True, False)),
    *(
        i.Judged(verdicts=(verdict(each),), watched=span)
        for each in Outcome
        for span in (DAY, DAY * 0)
    ),
    i.MoveRefused(reason="quota"),
    i.MoveRefused(reason="quota", back=True),
    *(i.AlarmRang(alarm=alarm, version=1) for alarm in ALARMS),
    i.GateAnswer(step=0, go=True, because="green"),
    i.WatchResumed(since=NOON),
    i.CalendarTurned(),
)


def asking() -> Release:
    """A person is asked whether to go back."""
    pinned = rules(mode=Mode.ASK)
    release = after((requested(rules=pinned), passed(), step_reached()))
    bad = i.Judged(verdicts=(verdict(Outcome.FAIL),), watched=DAY)
    release = go(release, decide(release, bad, known(rules=pinned), SOON))
    assert release.proposal is not None
    return release


RELEASES: Mapping[str, Callable[[], Release]] = {
    **{state.value: partial(release_in, state) for state in FACTS_TO},
    "to be asked about": lambda: checked(with_poll()),
    "asked about": polling,
    "paused on its way": lambda: after((requested(), passed(), paused())),
    "after another": lambda: after((requested(rules=rules(after="staging")),)),
    "asking to go back": asking,
}
PAST = Override(
    id="O-1",
    gates=(FREEZE, POLL),
    version=NEW.version,
    release="",
    by=RUI,
    because="INC-77",
    asked_at=NOON,
    until=NOON + DAY,
    granted_by=ANA,
)


def only(whole: Known, wanted: frozenset[Need]) -> Known:
    """The same with nothing in it that was not named; rights come with the intent."""
    named = {name for need in wanted for name in FIELDS[need]} | {"rights", "who_may"}
    empty = Known()
    others = {each.name for each in fields(Known)} - named
    return replace(whole, **{name: getattr(empty, name) for name in others})


def worlds(release: Release) -> Iterator[Known]:
    """Whatever may be known: open, frozen, frozen and let past, another plan."""
    base = known(
        rules=release.rules,
        live=release,
        about=release,
        earlier=ServiceState(version=1, certified=(replace(NEW, revision="another"),)),
        electorate=voters(),
        approvers=frozenset({MEI, RUI}),
        accounts=("mei-gh",),
    )
    frozen = replace(base, calendar=Calendar(windows=(lasting(NOON, UNTIL),)))
    past = replace(base.service, overrides={PAST.id: PAST})
    yield base
    yield frozen
    yield replace(frozen, service=past, waived=frozenset(PAST.gates))
    yield changed(base, rules=replace(release.rules, tier=1, poll=None))


@pytest.mark.parametrize("made", RELEASES.values(), ids=RELEASES)
def test_what_is_named_is_enough(made: Callable[[], Release]) -> None:
    release = made()
    for world, intent, now in product(worlds(release), SAID, (SOON, LATE)):
        wanted = needs(release, intent, now)
        decision = decide(release, intent, world, now)
        assert decide(release, intent, only(world, wanted), now) == decision, (intent, now)
        if isinstance(decision, Decided) and decision.also:
            assert Need.SERVICE in wanted, intent


def test_every_intent_is_looked_at_here() -> None:
    assert {type(each) for each in SAID} == set(DECIDERS)


def test_every_need_has_its_fields_and_every_opening_its_needs() -> None:
    assert set(FIELDS) == set(Need)
    named = {name for names in FIELDS.values() for name in names} | {"rights", "who_may"}
    assert named == {each.name for each in fields(Known)}
    assert set(NEEDS) == set(OPENINGS)
