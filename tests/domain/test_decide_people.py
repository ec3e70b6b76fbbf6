"""What people may ask of a release in flight, and what comes of it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.decide.known import Decided, Decision
from bot.domain.decide.release import decide
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT
from bot.domain.intents import release as i
from bot.domain.judge.samples import Outcome
from bot.domain.state.moves import ENDS, IN_FLIGHT, Do, State
from bot.domain.state.release import Release
from bot.domain.state.service import ServiceState
from bot.domain.terms.refusal import Refusal
from bot.domain.terms.rules import Right
from bot.domain.terms.strategy import Observed
from tests.domain.builders import (
    CANARY,
    FACTS_TO,
    MEI,
    NEW,
    NOON,
    OLD,
    after,
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
from tests.domain.deciding import accepted, first, go, refusal

ANA = "U0ANA"
LATE = minutes(15)


def baking_last() -> Release:
    one = replace(CANARY, steps=CANARY.steps[-1:])
    return after((requested(rules=rules(one)), passed(), step_reached(percent=100)))


def test_promote_at_a_gate_goes_on_by_the_word_of_a_person() -> None:
    fact = first(decide(release_in(State.GATED), i.Promote(by=MEI), known(), LATE), f.Promoted)
    assert (fact.step, fact.early, fact.by) == (0, "", MEI)
    assert fact.deadline == LATE + rules().rollback.shift_within


def test_promote_at_a_gate_without_the_right_names_who_has_it() -> None:
    asked = known(Right.ROLLBACK, who_may={Right.PROMOTE: "release-leads"})
    said = refusal(decide(release_in(State.GATED), i.Promote(by=ANA), asked, LATE))
    assert said.code == "NO_RIGHT"
    assert said.remedy == "Ask release-leads."


def test_promote_while_baking_says_how_much_is_missing() -> None:
    said = refusal(decide(release_in(State.BAKING), i.Promote(by=MEI), known(), minutes(14)))
    assert said.code == "STILL_BAKING"
    assert "8 min of 20 min are still missing at 10 %" in said.sentence


def test_promote_after_the_time_says_that_the_checks_are_missing() -> None:
    said = refusal(decide(release_in(State.BAKING), i.Promote(by=MEI), known(), minutes(40)))
    assert "the checks have not passed yet" in said.sentence


def test_a_clock_that_went_back_never_makes_more_missing_than_there_is() -> None:
    said = refusal(decide(release_in(State.BAKING), i.Promote(by=MEI), known(), minutes(-60)))
    assert "20 min of 20 min are still missing" in said.sentence


def test_promote_early_needs_the_override_right() -> None:
    early = i.Promote(by=MEI, early=True, because="fix for INC-77")
    said = refusal(decide(release_in(State.BAKING), early, known(Right.PROMOTE), minutes(14)))
    assert (said.code, said.sentence.startswith("Not promoted early")) == ("NO_RIGHT", True)


def test_promote_early_needs_a_reason() -> None:
    early = i.Promote(by=MEI, early=True)
    said = refusal(decide(release_in(State.BAKING), early, known(), minutes(14)))
    assert said.code == "NO_REASON"
    assert "because <reason>" in said.remedy


def test_promote_early_keeps_its_reason_and_what_was_missing() -> None:
    early = i.Promote(by=MEI, early=True, because="fix for INC-77")
    fact = first(decide(release_in(State.BAKING), early, known(), minutes(14)), f.Promoted)
    assert fact.because == "fix for INC-77"
    assert "8 min of 20 min" in fact.early


@pytest.mark.parametrize("state", [State.GATED, State.BAKING])
def test_an_old_button_promotes_nothing(state: State) -> None:
    pressed = i.Promote(by=MEI, early=True, because="quick", step=1)
    said = refusal(decide(release_in(state), pressed, known(), LATE))
    assert said.code == "OLD_BUTTON"


def test_the_button_of_this_step_is_not_old() -> None:
    pressed = i.Promote(by=MEI, step=0)
    first(decide(release_in(State.GATED), pressed, known(), LATE), f.Promoted)


def test_there_is_nothing_after_the_last_step() -> None:
    early = i.Promote(by=MEI, early=True, because="quick")
    assert refusal(decide(baking_last(), early, known(), LATE)).code == "LAST_STEP"


def test_pause_stays_and_says_where() -> None:
    decision = accepted(decide(release_in(State.BAKING), i.Pause(by=MEI), known(), LATE))
    assert decision.note.startswith("Paused at 10 %.")
    assert go(release_in(State.BAKING), decision).state is State.HELD


def test_pause_for_a_span_ends_by_itself_and_not_before() -> None:
    pause = i.Pause(by=MEI, span=timedelta(minutes=30))
    held = go(release_in(State.BAKING), decide(release_in(State.BAKING), pause, known(), LATE))
    early = decide(held, rang(Do.ALARM_PAUSE), known(), LATE + timedelta(minutes=29))
    assert accepted(early).facts == ()
    lifted = decide(held, rang(Do.ALARM_PAUSE), known(), LATE + timedelta(minutes=30))
    assert go(held, lifted).state is State.BAKING


def test_a_pause_without_a_span_never_ends_by_itself() -> None:
    held = release_in(State.HELD)
    assert accepted(decide(held, rang(Do.ALARM_PAUSE), known(), minutes(9999))).facts == ()


def test_resume_lifts_the_pause_and_returns_to_where_it_was() -> None:
    held = release_in(State.HELD)
    resumed = go(held, decide(held, i.Resume(by=ANA), known(), LATE))
    assert (resumed.state, resumed.holds, resumed.paused_in) == (State.BAKING, (), None)


def test_resume_in_the_middle_of_a_shift_asks_for_the_step_again() -> None:
    held = after((requested(), passed(), paused()))
    fact = first(decide(held, i.Resume(by=ANA), known(), LATE), f.ShiftResumed)
    assert fact.deadline == LATE + rules().rollback.shift_within
    assert go(held, accepted(decide(held, i.Resume(by=ANA), known(), LATE))).state is State.SHIFTING


def test_a_gate_that_was_paused_is_a_gate_again() -> None:
    held = after((*FACTS_TO[State.GATED], paused()))
    assert go(held, decide(held, i.Resume(by=ANA), known(), LATE)).state is State.GATED


def test_a_step_reached_during_a_pause_is_watched_after_it() -> None:
    held = after((requested(), passed(), paused()))
    reached = go(held, decide(held, i.Seen(observed=split(10), idle=True), known(), LATE))
    assert (reached.state, reached.flying_in) == (State.HELD, State.BAKING)
    assert go(reached, decide(reached, i.Resume(by=MEI), known(), LATE)).state is State.BAKING


def blind_and_paused() -> Release:
    lost = f.DataLost(at=minutes(6), by=BOT, because="nothing", escalates_at=minutes(16))
    return after((*FACTS_TO[State.HELD], lost))


def test_resume_lifts_only_what_a_person_holds() -> None:
    still = go(blind_and_paused(), decide(blind_and_paused(), i.Resume(by=MEI), known(), LATE))
    assert still.state is State.HELD
    assert [held.hold for held in still.holds] == [f.Hold.NO_DATA]


def test_resume_cannot_lift_what_nobody_set() -> None:
    blind = go(blind_and_paused(), decide(blind_and_paused(), i.Resume(by=MEI), known(), LATE))
    said = refusal(decide(blind, i.Resume(by=MEI), known(), LATE))
    assert said.code == "NOT_YOURS_TO_LIFT"


def test_three_holds_stack_and_the_last_one_lifted_lets_go() -> None:
    seen = f.DriftSeen(
        at=minutes(7), by=BOT, expected="10 %", observed=split(30), escalates_at=minutes(17)
    )
    release = after((*FACTS_TO[State.HELD], seen))
    release = go(release, decide(release, judged_blind(), known(), minutes(8)))
    assert {held.hold for held in release.holds} == {
        f.Hold.PERSON,
        f.Hold.DRIFT,
        f.Hold.NO_DATA,
    }
    release = go(release, decide(release, i.Seen(observed=split(10), idle=True), known(), LATE))
    release = go(release, decide(release, i.Resume(by=MEI), known(), LATE))
    assert release.state is State.HELD
    sees = i.Judged(verdicts=(), watched=timedelta(0))
    assert go(release, decide(release, sees, known(), LATE)).state is State.BAKING


def judged_blind() -> i.Judged:
    return i.Judged(verdicts=(verdict(Outcome.NO_DATA),), watched=timedelta(0))


def rang(alarm: Do) -> i.AlarmRang:
    return i.AlarmRang(alarm=alarm, version=1)


@pytest.mark.parametrize("intent", [i.Abort(by=MEI, because="wrong"), i.Rollback(by=MEI)])
def test_before_flight_ending_it_is_a_cancel(intent: i.Intent) -> None:
    release = release_in(State.PREFLIGHT)
    decision = accepted(decide(release, intent, known(), LATE))
    assert go(release, decision).state is State.CANCELLED
    assert "Nothing had moved" in decision.note


@pytest.mark.parametrize("state", [*IN_FLIGHT, State.STUCK])
@pytest.mark.parametrize("kind", [i.Abort, i.Rollback])
def test_in_flight_ending_it_is_a_rollback(state: State, kind: type[i.Intent]) -> None:
    decision = accepted(decide(release_in(state), kind(by=MEI), known(Right.ROLLBACK), LATE))
    back = go(release_in(state), decision)
    assert back.state is State.ROLLING_BACK
    assert decision.note == f"Rolling checkout back to {OLD.version} now."
    assert back.holds == ()


def test_what_an_abort_was_is_kept() -> None:
    fact = first(
        decide(release_in(State.BAKING), i.Abort(by=MEI), known(), LATE), f.RollbackDecided
    )
    assert (fact.cause, fact.reached) == (f.Cause.ABORT, 10.0)


def test_a_rollback_twice_is_told_that_it_is_under_way() -> None:
    said = refusal(decide(release_in(State.ROLLING_BACK), i.Rollback(by=MEI), known(), LATE))
    assert said.remedy.startswith("Nothing to do")


@pytest.mark.parametrize("state", sorted(ENDS))
@pytest.mark.parametrize("kind", [i.Promote, i.Pause, i.Resume, i.Abort, i.Rollback, i.Take])
def test_what_has_ended_refuses_with_a_remedy(state: State, kind: type[i.Intent]) -> None:
    said = refusal(decide(release_in(state), kind(by=MEI), known(), LATE))
    assert said.remedy


def test_take_stops_what_repeats() -> None:
    stuck = release_in(State.STUCK)
    taken = go(stuck, decide(stuck, i.Take(by=MEI), known(), LATE))
    assert (taken.taken_by, taken.rings_at) == (MEI, None)
    assert accepted(decide(taken, rang(Do.ALARM_RING), known(), minutes(500))).facts == ()


def test_what_one_has_nobody_else_can_take() -> None:
    stuck = release_in(State.STUCK)
    taken = go(stuck, decide(stuck, i.Take(by=MEI), known(), LATE))
    assert (
        refusal(decide(taken, i.Take(by=ANA), known(), LATE)).sentence == f"{MEI} has it already."
    )


def test_who_took_the_rollback_has_not_taken_that_it_is_stuck() -> None:
    back = release_in(State.ROLLING_BACK)
    taken = go(back, decide(back, i.Take(by=MEI), known(), minutes(6)))
    refused = i.MoveRefused(reason="quota", back=True)
    stuck = go(taken, decide(taken, refused, known(), minutes(7)))
    assert (stuck.state, stuck.taken_by) == (State.STUCK, "")
    first(decide(stuck, i.Take(by=MEI), known(), minutes(8)), f.Taken)


def test_a_pause_by_who_took_it_leaves_it_taken() -> None:
    blind = go(blind_and_paused(), decide(blind_and_paused(), i.Take(by=MEI), known(), LATE))
    paused_again = go(blind, decide(blind, i.Pause(by=MEI), known(), LATE))
    assert paused_again.taken_by == MEI


def test_settle_needs_to_be_told_what_is_true() -> None:
    said = refusal(decide(release_in(State.STUCK), i.Settle(by=MEI), known(), LATE))
    assert said.code == "NO_REASON"


def test_settle_ends_what_is_stuck_unconfirmed() -> None:
    stuck = release_in(State.STUCK)
    told = i.Settle(by=MEI, because="all pods are on v1.4.1 now")
    settled = go(stuck, decide(stuck, told, known(), LATE))
    assert settled.state is State.ROLLED_BACK
    assert settled.way is not None
    assert (settled.way.confirmed, settled.way.confirmation) == (False, told.because)


def test_preflight_that_found_reasons_ends_it_with_them() -> None:
    reason = Refusal(code="DRIFT", sentence="It drifted.", remedy="Adopt it.")
    report = i.PreflightReported(reasons=(reason,))
    release = release_in(State.PREFLIGHT)
    ended = go(release, decide(release, report, known(), LATE))
    assert (ended.state, ended.reasons) == (State.REJECTED, (reason,))


def test_a_preflight_that_comes_too_late_moves_nothing() -> None:
    report = i.PreflightReported(
        revision="v1.4.2", mechanism="switch", proof=("kept",), observed=Observed()
    )
    decision: Decision = decide(release_in(State.CANCELLED), report, known(), LATE)
    assert isinstance(decision, Refusal)
    assert not isinstance(decision, Decided)


def test_the_time_of_a_fact_is_the_time_given() -> None:
    now: datetime = minutes(-600)
    assert (
        accepted(decide(release_in(State.BAKING), i.Pause(by=MEI), known(), now)).facts[0].at == now
    )


@pytest.mark.parametrize(
    ("certified", "code"),
    [("v1.4.2", ""), ("sha256:other", "NOT_THE_SAME")],
)
def test_G13_only_what_was_certified_before_goes_on(certified: str, code: str) -> None:
    release = release_in(State.PREFLIGHT)
    release = replace(release, rules=replace(release.rules, after="staging"))
    there = f.Running(version=NEW.version, revision=certified)
    knows = known(earlier=ServiceState(version=1, certified=(there,)))
    report = i.PreflightReported(
        revision="v1.4.2", mechanism="m", proof=("p",), observed=Observed(revisions={})
    )
    decision = decide(release, report, knows, NOON)
    assert isinstance(decision, Decided)
    [fact] = decision.facts
    told = fact.reasons if isinstance(fact, f.PreflightFailed) else ()
    assert [reason.code for reason in told] == ([code] if code else [])
    assert isinstance(fact, f.PreflightFailed if code else f.PreflightPassed)
