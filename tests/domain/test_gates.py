"""A gate before a step: people, a time, an answer from elsewhere; all of it, and each once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.decide.known import Decided, Known
from bot.domain.decide.release import decide
from bot.domain.facts import release as f
from bot.domain.facts.calendar import FreezeBegan
from bot.domain.facts.gate import GateAnswered, GateOpened, StepApproved
from bot.domain.intents import release as i
from bot.domain.judge.samples import Outcome
from bot.domain.state import gate as g
from bot.domain.state.evolve import evolve
from bot.domain.state.moves import MOVES, Do, State
from bot.domain.state.release import Release
from bot.domain.terms.calendar import Calendar, CalendarWindow
from bot.domain.terms.changes import Author, Change
from bot.domain.terms.refusal import Refusal
from bot.domain.terms.rules import Mode, Right
from bot.domain.terms.strategy import StepGate, Strategy
from bot.domain.terms.when import Once, opens_next
from tests.domain.builders import (
    CANARY,
    MEI,
    NOON,
    after,
    known,
    passed,
    requested,
    rules,
    step_reached,
    verdict,
)

ANA, RUI = "U0ANA", "U0RUI"
LEADS = frozenset({ANA, RUI, MEI})
HOUR = timedelta(hours=1)


def gated(gate: StepGate, **changes: object) -> Release:
    """R-1, baked at 10 %, before the gate of its second step."""
    first, second, last = CANARY.steps
    moves = Strategy(kind=CANARY.kind, steps=(first, replace(second, conditions=gate), last))
    release = after([requested(rules=rules(moves)), passed(), step_reached()])
    baked = i.Judged(verdicts=(verdict(Outcome.PASS),), watched=first.bake)
    return replace(put(release, baked), **changes)  # type: ignore[arg-type]


def put(
    release: Release, intent: i.Intent, at: datetime = NOON, knows: Known | None = None
) -> Release:
    """The release after an intent that is accepted."""
    decision = decide(release, intent, knows or known(approvers=LEADS), at)
    assert isinstance(decision, Decided), decision
    for fact in decision.facts:
        release = evolve(release, fact)
    return release


def refused(
    release: Release, intent: i.Intent, knows: Known | None = None, at: datetime = NOON
) -> str:
    decision = decide(release, intent, knows or known(approvers=LEADS), at)
    assert isinstance(decision, Refusal), decision
    assert decision.remedy
    return decision.code


def rang(alarm: Do) -> i.AlarmRang:
    return i.AlarmRang(alarm=alarm, version=0)


TWO = StepGate(approve="release-leads", approvals=2)
MONDAY = StepGate(opens="mon 08:00", zone="Europe/Lisbon")
BOARD = StepGate(ask="board", answer_within=HOUR)


def test_two_who_are_asked_open_it_and_one_does_not() -> None:
    release = gated(TWO)
    assert release.state is State.GATED
    release = put(release, i.Promote(by=ANA, because="looked at it"))
    assert release.state is State.GATED
    release = put(release, i.Promote(by=RUI))
    assert (release.state, release.step, release.gating) == (State.SHIFTING, 1, None)


def test_nobody_agrees_twice() -> None:
    release = put(gated(TWO), i.Promote(by=ANA))
    assert refused(release, i.Promote(by=ANA)) == "APPROVED_ALREADY"


def test_G2_who_asked_for_it_never_agrees_to_it() -> None:
    assert refused(gated(TWO), i.Promote(by=MEI)) == "REQUESTER"


def test_G2_who_wrote_of_it_never_agrees_to_it() -> None:
    wrote = Change(
        revision="8f3c1e2",
        subject="retry card payments",
        at=NOON,
        authors=(Author(name="Ana", email="ana@acme.example", person=ANA),),
    )
    release = gated(TWO, changes=(wrote,))
    assert refused(release, i.Promote(by=ANA)) == "AUTHOR"


def test_G2_where_nobody_can_tell_who_wrote_it_nobody_agrees() -> None:
    release = gated(TWO, changes_unknown="the repository does not answer")
    assert refused(release, i.Promote(by=ANA)) == "AUTHORS_UNKNOWN"


def test_G2_who_has_no_account_might_be_an_author() -> None:
    release = gated(TWO)
    release = replace(release, rules=replace(release.rules, changes="repo"))
    assert refused(release, i.Promote(by=ANA)) == "UNMAPPED"
    known_by = known(approvers=LEADS, accounts=("ana-gh",))
    assert put(release, i.Promote(by=ANA), knows=known_by).gating is not None


def test_who_is_not_asked_does_not_open_it_whatever_else_they_may() -> None:
    assert refused(gated(TWO), i.Promote(by="U0SAM")) == "NOT_ASKED"


def test_who_is_asked_needs_no_other_right() -> None:
    knows = replace(known(approvers=LEADS), rights=frozenset())
    assert put(gated(TWO), i.Promote(by=ANA), knows=knows).gating is not None


def test_where_it_cannot_be_known_who_is_asked_nobody_opens_it() -> None:
    assert refused(gated(TWO), i.Promote(by=ANA), known(approvers=None)) == "UNKNOWN_PEOPLE"


def test_early_goes_past_it_with_the_right_and_a_reason_and_is_recorded_as_such() -> None:
    release = gated(TWO)
    early = i.Promote(by=ANA, early=True, because="fix for INC-77")
    assert refused(release, early, known(Right.PROMOTE, approvers=LEADS)) == "NO_RIGHT"
    decision = decide(release, early, known(approvers=LEADS), NOON)
    assert isinstance(decision, Decided)
    [fact] = decision.facts
    assert isinstance(fact, f.Promoted)
    assert "release-leads (0 of 2 agreed)" in fact.early


def test_a_time_is_waited_for_and_nobody_is_needed_then() -> None:
    release = gated(MONDAY)
    opens = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert release.gating == g.GateState(opens_at=opens)
    assert refused(release, i.Promote(by=ANA)) == "STILL_BAKING"
    assert put(release, rang(Do.ALARM_GATE), opens - timedelta(seconds=1)).state is State.GATED
    assert put(release, rang(Do.ALARM_GATE), opens).state is State.SHIFTING


def yes(**changes: Any) -> i.GateAnswer:
    return replace(i.GateAnswer(step=0, go=True, because="CHG-12"), **changes)


def test_a_yes_from_elsewhere_opens_it_and_a_no_asks_a_person() -> None:
    assert put(gated(BOARD), yes()).state is State.SHIFTING
    release = put(gated(BOARD), yes(go=False, because="peak day"))
    assert release.state is State.GATED
    assert release.gating is not None
    assert release.gating.refused == "board answered no: peak day"


@pytest.mark.parametrize("late", [yes(), yes(go=False)])
def test_it_is_answered_once(late: i.GateAnswer) -> None:
    release = put(gated(replace(BOARD, opens="mon 08:00")), yes())
    assert put(release, late) == release


def test_an_answer_to_another_step_is_not_heard() -> None:
    assert put(gated(BOARD), yes(step=1)).state is State.GATED


def test_no_answer_in_time_is_no_yes() -> None:
    release = gated(BOARD)
    assert put(release, rang(Do.ALARM_ANSWER), NOON + HOUR - timedelta(seconds=1)) == release
    release = put(release, rang(Do.ALARM_ANSWER), NOON + HOUR)
    assert release.gating is not None
    assert release.gating.refused == "no answer from board within 1 h"
    assert put(release, yes(), NOON + HOUR).state is State.GATED


def test_a_yes_that_is_too_old_when_the_time_comes_is_worth_nothing() -> None:
    gate = replace(BOARD, opens="mon 08:00")
    release = put(gated(gate), yes(valid_for=HOUR))
    monday = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    release = put(release, rang(Do.ALARM_GATE), monday)
    assert release.state is State.GATED
    assert release.gating is not None
    assert "worth nothing any more" in release.gating.refused


def test_what_harms_is_taken_back_from_before_a_gate() -> None:
    bad = i.Judged(verdicts=(verdict(Outcome.FAIL),), watched=HOUR)
    assert put(gated(TWO), bad).state is State.ROLLING_BACK


def test_what_comes_while_it_is_paused_is_kept_and_counts_when_it_goes_on() -> None:
    release = put(gated(BOARD), i.Pause(by=ANA))
    release = put(release, yes())
    assert (release.state, release.gating and release.gating.answered_at) == (State.HELD, NOON)
    release = put(release, i.Resume(by=ANA))
    assert release.state is State.GATED
    assert put(release, rang(Do.ALARM_GATE)).state is State.SHIFTING


def asking(gate: StepGate) -> Release:
    """The same where every step needs a click, told in its first fact."""
    release = gated(gate)
    return replace(release, rules=replace(release.rules, mode=Mode.ASK))


MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gate", "comes", "at"),
    [
        (MONDAY, rang(Do.ALARM_GATE), MORNING),
        (BOARD, i.GateAnswer(step=0, go=True, because="CHG-12"), NOON),
    ],
)
def test_where_every_step_needs_a_click_no_time_and_no_answer_stands_for_it(
    gate: StepGate, comes: i.Intent, at: datetime
) -> None:
    release = put(asking(gate), comes, at)
    assert (release.state, release.waits_for_click) == (State.GATED, True)
    assert put(release, rang(Do.ALARM_GATE), at + HOUR) == release
    release = put(release, i.Promote(by=ANA), at)
    assert (release.state, release.step, release.gating) == (State.SHIFTING, 1, None)


def test_where_every_step_needs_a_click_the_person_is_asked_when_the_time_has_come() -> None:
    release = asking(MONDAY)
    assert refused(release, i.Promote(by=ANA)) == "STILL_BAKING"
    decision = decide(release, rang(Do.ALARM_GATE), known(), MORNING)
    assert isinstance(decision, Decided)
    assert [type(fact) for fact in decision.facts] == [f.GateReached]
    assert Do.ASK in MOVES[(State.GATED, f.GateReached)].do


def test_a_yes_that_ran_out_before_the_click_is_worth_nothing() -> None:
    release = put(asking(BOARD), yes(valid_for=HOUR))
    assert release.waits_for_click
    late = NOON + HOUR
    assert refused(release, i.Promote(by=ANA), at=late) == "STILL_BAKING"
    release = put(release, rang(Do.ALARM_ANSWER), late)
    assert (release.is_shut_out, release.waits_for_click) == (True, False)


def test_people_who_agreed_to_a_step_are_its_click() -> None:
    release = put(put(asking(TWO), i.Promote(by=ANA)), i.Promote(by=RUI))
    assert release.state is State.SHIFTING


@pytest.mark.parametrize(
    ("now", "opens", "zone", "then"),
    [
        ("2026-03-07T12:00Z", "sun 02:30", "America/New_York", "2026-03-08T07:30Z"),
        ("2026-10-31T12:00Z", "sun 01:30", "America/New_York", "2026-11-01T05:30Z"),
        ("2026-11-20T12:00Z", "13:00", "Europe/Berlin", "2026-11-20T12:00Z"),
        ("2026-11-20T12:01Z", "13:00", "Europe/Berlin", "2026-11-21T12:00Z"),
        ("2026-11-20T12:00Z", "fri 08:00", "UTC", "2026-11-27T08:00Z"),
    ],
)
def test_G7_a_wall_time_is_of_its_zone(now: str, opens: str, zone: str, then: str) -> None:
    gate = StepGate(opens=opens, zone=zone)
    assert opens_next(gate, datetime.fromisoformat(now)) == datetime.fromisoformat(then)


EVENTS = st.sampled_from(
    [
        i.Promote(by=ANA),
        i.Promote(by=RUI),
        i.Promote(by=MEI),
        i.Promote(by="U0SAM"),
        yes(),
        yes(valid_for=HOUR),
        yes(go=False),
        rang(Do.ALARM_GATE),
        rang(Do.ALARM_ANSWER),
        i.Pause(by=ANA),
        i.Resume(by=ANA),
    ]
)


@settings(max_examples=300)
@given(st.lists(st.tuples(EVENTS, st.integers(0, 90)), max_size=12))
def test_it_never_opens_before_everything_is_there(steps: list[tuple[i.Intent, int]]) -> None:
    gate = StepGate(approve="release-leads", approvals=2, ask="board", answer_within=HOUR)
    release, now = gated(gate), NOON
    said: set[str] = set()
    valid = NOON
    for intent, minutes in steps:
        now += timedelta(minutes=minutes)
        decision = decide(release, intent, known(approvers=LEADS), now)
        if isinstance(decision, Refusal):
            continue
        for fact in decision.facts:
            if isinstance(fact, StepApproved):
                said.add(fact.by)
            if isinstance(fact, GateAnswered):
                valid = fact.expires_at or now + timedelta(days=99)
            if isinstance(fact, GateOpened):
                assert said == {ANA, RUI}
                assert now < valid
                return
            assert not isinstance(fact, f.Promoted)
            release = evolve(release, fact)


FROZEN = Calendar(
    windows=(
        CalendarWindow(
            name="weekend", when=(Once(begin=NOON.replace(tzinfo=None), lasts=2 * HOUR),)
        ),
    )
)
IN_FREEZE = known(approvers=LEADS, calendar=FROZEN)
LIFTED = known(approvers=LEADS)


def frozen_at(gate: StepGate) -> Release:
    """Held by a freeze, and by nothing else, before the gate of its second step."""
    release = put(gated(gate), i.CalendarTurned(), knows=IN_FREEZE)
    assert release.state is State.HELD
    return release


def test_G7_what_people_agree_to_in_a_freeze_counts_when_it_is_lifted() -> None:
    release = put(frozen_at(TWO), i.Promote(by=ANA), knows=IN_FREEZE)
    release = put(release, i.Promote(by=RUI), knows=IN_FREEZE)
    assert (release.state, release.step) == (State.HELD, 0)
    assert Do.APPLY not in MOVES[(State.HELD, StepApproved)].do
    release = put(release, i.CalendarTurned(), knows=LIFTED)
    assert (release.state, release.step) == (State.GATED, 0)
    release = put(release, rang(Do.ALARM_GATE))
    assert (release.state, release.step) == (State.SHIFTING, 1)


def test_G7_agreeing_in_a_freeze_says_that_it_waits_for_its_end() -> None:
    decision = decide(frozen_at(TWO), i.Promote(by=ANA), IN_FREEZE, NOON)
    assert isinstance(decision, Decided)
    assert decision.note == (
        "You agree to the next step of R-1; it waits for the freeze to end, "
        "release-leads (1 of 2 agreed)."
    )


def test_G7_the_last_yes_before_anybody_saw_the_freeze_is_kept_and_moves_nothing() -> None:
    once = replace(TWO, approvals=1)
    decision = decide(gated(once), i.Promote(by=ANA), IN_FREEZE, NOON)
    assert isinstance(decision, Decided)
    assert [type(fact) for fact in decision.facts] == [StepApproved, FreezeBegan]
    assert "goes on when it is not frozen any more (weekend)" in decision.note


@pytest.mark.parametrize(
    ("by", "code"), [(MEI, "REQUESTER"), ("U0SAM", "NOT_ASKED"), (ANA, "APPROVED_ALREADY")]
)
def test_who_may_not_agree_may_not_in_a_freeze(by: str, code: str) -> None:
    release = put(frozen_at(TWO), i.Promote(by=ANA), knows=IN_FREEZE)
    assert refused(release, i.Promote(by=by), IN_FREEZE) == code


@pytest.mark.parametrize("gate", [MONDAY, BOARD])
def test_G7_a_gate_that_asks_no_person_is_still_refused_as_frozen(gate: StepGate) -> None:
    assert refused(frozen_at(gate), i.Promote(by=ANA), known(Right.PROMOTE, calendar=FROZEN)) == (
        "FROZEN"
    )


def test_what_a_person_paused_besides_takes_no_yes() -> None:
    release = put(frozen_at(TWO), i.Pause(by=ANA), knows=known(Right.PAUSE, calendar=FROZEN))
    assert refused(release, i.Promote(by=RUI), known(Right.PROMOTE, calendar=FROZEN)) == "FROZEN"
