"""The mode `ask`: every step waits for a click, and harm is proposed, not acted on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.decide.release import decide
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT, Fact
from bot.domain.facts.release import FinishResumed, RollbackProposed
from bot.domain.intents import release as i
from bot.domain.judge.samples import Outcome, Verdict
from bot.domain.state.evolve import evolve
from bot.domain.state.moves import IN_FLIGHT, MOVES, Do, State
from bot.domain.state.release import Release
from bot.domain.terms.rules import Mode
from tests.domain.builders import MEI, known, minutes, release_in, split, verdict
from tests.domain.deciding import accepted, first, go, refusal

LATE = minutes(40)
WHY = "a load test of ours"


def asking(state: State) -> Release:
    release = release_in(state)
    return replace(release, rules=replace(release.rules, mode=Mode.ASK))


def says(*verdicts: Verdict, watched: float = 30) -> i.Judged:
    return i.Judged(verdicts=verdicts, watched=timedelta(minutes=watched))


FAILING = says(verdict(Outcome.FAIL))


def proposed(state: State = State.BAKING) -> Release:
    release = asking(state)
    return go(release, decide(release, FAILING, known(), LATE))


def stays(release: Release) -> Release:
    return go(release, decide(release, i.Resume(by=MEI, because=WHY), known(), LATE))


def test_a_baked_step_asks_before_the_next() -> None:
    release = asking(State.BAKING)
    first(decide(release, says(verdict(Outcome.PASS)), known(), LATE), f.GateReached)


def test_the_last_step_ends_by_itself_for_it_changes_nothing_for_users() -> None:
    release = replace(asking(State.BAKING), step=2)
    told = decide(release, says(verdict(Outcome.PASS), watched=90), known(), LATE)
    first(told, f.LastStepBaked)


@pytest.mark.parametrize("state", IN_FLIGHT)
def test_a_failing_verdict_is_heard_in_every_state_in_flight(state: State) -> None:
    release = asking(state)
    fact = first(decide(release, FAILING, known(), LATE), RollbackProposed)
    assert (fact.cause, fact.by) == (f.Cause.VERDICT, BOT)
    assert evolve(release, fact).state is State.HELD


@pytest.mark.parametrize("state", IN_FLIGHT)
def test_a_proposal_asks_a_person_and_moves_nothing(state: State) -> None:
    move = MOVES[(state, RollbackProposed)]
    assert {Do.ASK, Do.ALARM_ASK, Do.PAGE_LOW} <= move.do
    assert not move.do & {Do.APPLY, Do.FINISH, Do.ROLL_BACK}


def test_nothing_is_marked_bad_before_a_person_agrees() -> None:
    assert not accepted(decide(asking(State.BAKING), FAILING, known(), LATE)).also


def test_the_same_harm_is_proposed_once() -> None:
    release = proposed()
    assert RollbackProposed not in kinds(release, FAILING)


def kinds(release: Release, intent: i.Intent) -> list[type[Fact]]:
    return [type(fact) for fact in accepted(decide(release, intent, known(), LATE)).facts]


def test_unanswered_it_rings() -> None:
    release = proposed()
    rang = i.AlarmRang(alarm=Do.ALARM_ASK, version=release.version)
    due = LATE + release.rules.rollback.ask_after
    first(decide(release, rang, known(), due), f.Escalated)


def test_yes_is_a_rollback_at_once_by_the_person_for_what_the_checks_said() -> None:
    told = decide(proposed(), i.Rollback(by=MEI), known(), LATE)
    fact = first(told, f.RollbackDecided)
    assert (fact.by, fact.cause, fact.at) == (MEI, f.Cause.VERDICT, LATE)
    assert fact.because == "2.1 % of requests failed"
    [(stream, mark)] = accepted(told).also
    assert isinstance(mark, f.VersionMarked)
    assert (stream, mark.mark, mark.by) == ("S/checkout/prod", f.Mark.BAD, MEI)


def test_staying_needs_a_reason() -> None:
    said = refusal(decide(proposed(), i.Resume(by=MEI), known(), LATE))
    assert said.code == "NO_REASON"


def test_staying_returns_to_where_it_was_and_is_recorded() -> None:
    fact = first(decide(proposed(), i.Resume(by=MEI, because=WHY), known(), LATE), f.LastHoldLifted)
    assert (fact.hold, fact.by, fact.because) == (f.Hold.PROPOSAL, MEI, WHY)
    after = stays(proposed())
    assert (after.state, after.proposal, after.excused) == (State.BAKING, None, ("errors",))


def test_what_was_answered_is_not_asked_again() -> None:
    release = stays(proposed())
    assert RollbackProposed not in kinds(release, FAILING)
    assert kinds(release, says(verdict(Outcome.FAIL), watched=30)) == [f.GateReached]


def test_a_check_that_fails_newly_is() -> None:
    release = stays(proposed())
    other = replace(verdict(Outcome.FAIL), check="latency")
    assert kinds(release, says(verdict(Outcome.FAIL), other)) == [RollbackProposed]


def test_so_is_one_that_recovered_and_fails_again() -> None:
    release = stays(proposed())
    released = go(release, decide(release, says(verdict(Outcome.INCONCLUSIVE)), known(), LATE))
    assert released.excused == ()
    assert kinds(released, FAILING) == [RollbackProposed]


def test_the_next_step_is_judged_anew() -> None:
    release = stays(proposed(State.GATED))
    promoted = go(release, decide(release, i.Promote(by=MEI), known(), LATE))
    assert kinds(promoted, FAILING) == [RollbackProposed]


def test_no_data_is_not_excused() -> None:
    release = stays(proposed())
    assert kinds(release, says(verdict(Outcome.NO_DATA))) == [f.DataLost]


def test_a_step_that_is_not_reached_is_proposed_and_may_be_tried_again() -> None:
    release = asking(State.SHIFTING)
    assert release.deadline is not None
    rang = i.AlarmRang(alarm=Do.ALARM_SHIFT, version=release.version)
    held = go(release, decide(release, rang, known(), release.deadline))
    assert held.proposal is not None
    assert held.proposal.cause is f.Cause.STALLED
    fact = first(decide(held, i.Resume(by=MEI, because=WHY), known(), LATE), f.ShiftResumed)
    assert evolve(held, fact).state is State.SHIFTING


def test_so_is_a_refusal_of_the_deployer() -> None:
    release = asking(State.SHIFTING)
    fact = first(decide(release, i.MoveRefused(reason="quota"), known(), LATE), RollbackProposed)
    assert fact.cause is f.Cause.REFUSED


def test_a_new_failing_check_tells_more_than_a_step_that_stalls() -> None:
    release = asking(State.SHIFTING)
    held = go(release, decide(release, i.MoveRefused(reason="quota"), known(), LATE))
    assert kinds(held, i.MoveRefused(reason="quota")) == []
    assert kinds(held, FAILING) == [RollbackProposed]


def test_harm_seen_while_finishing_holds_it_and_staying_finishes_it() -> None:
    held = proposed(State.FINISHING)
    assert (held.state, held.paused_in) == (State.HELD, State.FINISHING)
    there = i.Seen(observed=split(100), idle=True)
    assert kinds(held, there) == []
    fact = first(decide(held, i.Resume(by=MEI, because=WHY), known(), LATE), FinishResumed)
    assert evolve(held, fact).state is State.FINISHING
    assert Do.FINISH in MOVES[(State.HELD, FinishResumed)].do


def test_in_the_mode_act_the_same_goes_back_by_itself() -> None:
    first(decide(release_in(State.BAKING), FAILING, known(), LATE), f.RollbackDecided)
