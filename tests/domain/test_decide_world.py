"""What the bot makes of what it saw: the target, the checks, alarms, its own absence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.decide.alarm import ALARMS
from bot.domain.decide.release import decide
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT, Fact
from bot.domain.intents import release as i
from bot.domain.judge.samples import Outcome, Verdict
from bot.domain.state.moves import IN_FLIGHT, MOVES, Do, State
from bot.domain.state.release import Release
from bot.domain.terms.strategy import Observed, Step, Strategy, StrategyKind
from bot.domain.terms.units import EVERYBODY, NOBODY, Share
from tests.domain.builders import (
    CANARY,
    FACTS_TO,
    MEI,
    NEW,
    OLD,
    after,
    decided,
    known,
    minutes,
    passed,
    release_in,
    requested,
    rules,
    split,
    step_reached,
    verdict,
)
from tests.domain.deciding import accepted, first, go

BAKED = timedelta(minutes=20)
LATE = minutes(30)
BLUE_GREEN = Strategy(
    kind=StrategyKind.BLUE_GREEN,
    steps=(Step(weight=NOBODY, bake=timedelta(minutes=1)), Step(weight=EVERYBODY)),
)
SHADOW = Strategy(
    kind=StrategyKind.SHADOW, steps=(Step(mirror=Share(10), bake=timedelta(minutes=5)),)
)
GATED = replace(CANARY, steps=(CANARY.steps[0], replace(CANARY.steps[1], gate=True)))


def says(*outcomes: Outcome, watched: timedelta = BAKED) -> i.Judged:
    return i.Judged(verdicts=tuple(verdict(outcome) for outcome in outcomes), watched=watched)


def sees(observed: Observed, idle: bool = True) -> i.Seen:
    return i.Seen(observed=observed, idle=idle)


def facts_of(release: Release, intent: i.Intent, at: float = 30) -> Sequence[Fact]:
    return accepted(decide(release, intent, known(), minutes(at))).facts


def in_state(state: State, strategy: Strategy) -> Release:
    _, *others = FACTS_TO[state]
    return after((requested(rules=rules(strategy)), *others))


# The checks


def test_a_step_that_baked_and_passed_goes_on_by_itself() -> None:
    fact = first(decide(release_in(State.BAKING), says(Outcome.PASS), known(), LATE), f.StepBaked)
    assert (fact.step, fact.watched, fact.by) == (0, BAKED, BOT)


def test_a_pass_before_the_time_is_only_noted() -> None:
    soon = says(Outcome.PASS, watched=BAKED - timedelta(seconds=1))
    first(decide(release_in(State.BAKING), soon, known(), LATE), f.VerdictReached)


@pytest.mark.parametrize("said", [says(), says(Outcome.INCONCLUSIVE)])
def test_time_alone_never_promotes(said: i.Judged) -> None:
    moved = [type(fact) for fact in facts_of(release_in(State.BAKING), said)]
    assert moved in ([], [f.VerdictReached])


def test_a_release_without_checks_is_not_passed_by_silence() -> None:
    bare = after((requested(rules=rules(checks=())), passed(), step_reached()))
    assert facts_of(bare, says(watched=timedelta(days=9))) == ()


def test_one_check_of_two_is_not_enough() -> None:
    second = replace(rules().checks[0], name="latency")
    both = rules(checks=(*rules().checks, second))
    release = after((requested(rules=both), passed(), step_reached()))
    first(decide(release, says(Outcome.PASS), known(), LATE), f.VerdictReached)


def test_the_next_step_may_ask_a_person_first() -> None:
    release = in_state(State.BAKING, GATED)
    gate = first(decide(release, says(Outcome.PASS), known(), LATE), f.GateReached)
    assert go(release, decide(release, says(Outcome.PASS), known(), LATE)).watched == gate.watched


def test_after_the_last_step_it_finishes() -> None:
    release = in_state(State.BAKING, replace(CANARY, steps=CANARY.steps[:1]))
    first(decide(release, says(Outcome.PASS), known(), LATE), f.LastStepBaked)


def test_no_data_holds_and_tells_when_it_escalates() -> None:
    fact = first(decide(release_in(State.BAKING), says(Outcome.NO_DATA), known(), LATE), f.DataLost)
    assert fact.escalates_at == LATE + rules().rollback.ask_after


def test_the_hold_for_no_data_lifts_by_itself_when_the_numbers_are_back() -> None:
    release = release_in(State.BAKING)
    blind = go(release, decide(release, says(Outcome.NO_DATA), known(), LATE))
    lifted = first(decide(blind, says(Outcome.PASS), known(), LATE), f.LastHoldLifted)
    assert (lifted.hold, lifted.by) == (f.Hold.NO_DATA, BOT)
    assert go(blind, decide(blind, says(Outcome.PASS), known(), LATE)).state is State.BAKING


def test_a_held_release_never_bakes() -> None:
    held = go(release_in(State.HELD), decide(release_in(State.HELD), says(), known(), LATE))
    said = says(Outcome.PASS, watched=timedelta(days=1))
    assert [type(fact) for fact in facts_of(held, said)] == [f.VerdictReached]


@pytest.mark.parametrize("state", IN_FLIGHT)
def test_a_failing_check_takes_it_back_from_everywhere_in_flight(state: State) -> None:
    release = release_in(state)
    decision = accepted(decide(release, says(Outcome.FAIL), known(), LATE))
    assert go(release, decision).state is State.ROLLING_BACK
    [(stream, bad)] = decision.also
    assert stream == "S/checkout/prod"
    assert isinstance(bad, f.VersionMarked)
    assert (bad.version, bad.mark, bad.release) == (release.name, f.Mark.BAD, "R-1")


def test_no_data_beside_a_fail_is_a_fail() -> None:
    said = says(Outcome.NO_DATA, Outcome.FAIL)
    fact = first(decide(release_in(State.BAKING), said, known(), LATE), f.RollbackDecided)
    assert fact.because == "2.1 % of requests failed"


@pytest.mark.parametrize("state", [State.ROLLING_BACK, State.STUCK])
def test_a_failing_check_says_nothing_new_on_the_way_back(state: State) -> None:
    assert facts_of(release_in(state), says(Outcome.FAIL)) == ()


def test_only_changes_of_verdict_are_facts() -> None:
    release = release_in(State.BAKING)
    said = says(Outcome.INCONCLUSIVE)
    told = go(release, decide(release, said, known(), LATE))
    assert facts_of(told, said) == ()


def traffic_back() -> Release:
    release = release_in(State.ROLLING_BACK)
    return go(release, decide(release, sees(split(0)), known(), minutes(6)))


def test_checks_confirm_a_rollback_only_once_traffic_is_back() -> None:
    assert facts_of(release_in(State.ROLLING_BACK), says(Outcome.PASS)) == ()
    fact = first(
        decide(traffic_back(), says(Outcome.PASS), known(), minutes(7)), f.RollbackVerified
    )
    assert fact.confirmed


@pytest.mark.parametrize("said", [says(), says(Outcome.PASS, Outcome.INCONCLUSIVE)])
def test_half_a_confirmation_is_none(said: i.Judged) -> None:
    assert facts_of(traffic_back(), said, at=7) == ()


def test_checks_that_stay_silent_confirm_nothing_but_it_is_over() -> None:
    release = traffic_back()
    assert release.way is not None
    assert release.way.confirm_by is not None
    rings = i.AlarmRang(alarm=Do.ALARM_CONFIRM, version=1)
    over = first(decide(release, rings, known(), release.way.confirm_by), f.RollbackVerified)
    assert not over.confirmed


# The target


def test_a_step_is_reached_when_it_is_seen() -> None:
    release = release_in(State.SHIFTING)
    assert facts_of(release, sees(split(9))) == ()
    assert facts_of(release, sees(replace(split(10), settled=False))) == ()
    first(decide(release, sees(split(10.4)), known(), LATE), f.StepReached)


@pytest.mark.parametrize("state", [State.BAKING, State.GATED])
def test_a_target_that_stands_elsewhere_is_drift_and_holds(state: State) -> None:
    fact = first(decide(release_in(state), sees(split(30)), known(), LATE), f.DriftSeen)
    assert fact.expected == "v1.4.2 10 %, the rest v1.4.1"
    held = go(release_in(state), decide(release_in(state), sees(split(30)), known(), LATE))
    assert facts_of(held, sees(split(40))) == ()
    assert go(held, decide(held, sees(split(10)), known(), LATE)).state is state


def test_what_is_still_moving_is_no_drift() -> None:
    release = release_in(State.BAKING)
    assert facts_of(release, sees(split(30), idle=False)) == ()
    assert facts_of(release, sees(replace(split(30), settled=False))) == ()


def test_a_strange_revision_is_drift() -> None:
    strange = Observed(revisions={NEW.revision: 10, OLD.revision: 80, "v0": 10})
    first(decide(release_in(State.BAKING), sees(strange), known(), LATE), f.DriftSeen)


def test_the_way_back_is_told_again_but_not_too_often() -> None:
    release = release_in(State.ROLLING_BACK)
    patient = rules().rollback.within.total_seconds() / 60 * 0.1
    assert facts_of(release, sees(split(10)), at=5 + patient * 0.9) == ()
    again = decide(release, sees(split(10)), known(), minutes(5 + patient))
    first(again, f.RollbackReasserted)
    told = go(release, again)
    assert facts_of(told, sees(split(10)), at=5 + patient * 1.9) == ()
    assert len(facts_of(told, sees(split(10)), at=5 + patient * 2)) == 1


def test_the_way_back_is_not_told_again_while_it_is_being_walked() -> None:
    release = release_in(State.ROLLING_BACK)
    assert facts_of(release, sees(split(10), idle=False)) == ()
    assert facts_of(release, sees(replace(split(10), settled=False))) == ()


def test_a_stuck_rollback_that_comes_about_is_over_after_all_and_stops_ringing() -> None:
    stuck = release_in(State.STUCK)
    back = go(stuck, decide(stuck, sees(split(0)), known(), LATE))
    assert (back.state, back.rings_at) == (State.STUCK, None)
    assert go(back, decide(back, says(Outcome.PASS), known(), LATE)).state is State.ROLLED_BACK


def test_a_first_release_goes_back_to_nothing() -> None:
    facts = (requested(running=None, stable=None), passed(), step_reached(), decided())
    release = after(facts)
    assert release.back_to == "nothing (it was the first)"
    assert facts_of(release, sees(Observed(revisions={NEW.revision: 100.0})), at=5) == ()
    first(decide(release, sees(Observed()), known(), LATE), f.TrafficBack)


def test_a_first_release_finishes_with_everybody_on_it() -> None:
    begun = requested(running=None, stable=None, rules=rules(BLUE_GREEN))
    assert after((begun, passed())).finish().stable is None


def test_blue_green_keeps_the_old_one_until_it_finishes() -> None:
    release = in_state(State.SHIFTING, BLUE_GREEN)
    assert (release.forward().weight, release.forward().keep) == (NOBODY, True)
    assert (release.finish().weight, release.finish().keep) == (EVERYBODY, False)


def test_a_step_without_users_counts_only_once_its_move_was_sent() -> None:
    release = in_state(State.SHIFTING, BLUE_GREEN)
    assert facts_of(release, sees(split(0), idle=False)) == ()
    first(decide(release, sees(split(0)), known(), LATE), f.StepReached)


def test_a_withdrawn_step_without_users_is_not_reached_by_standing_still() -> None:
    release = in_state(State.SHIFTING, BLUE_GREEN)
    held = go(release, decide(release, i.Pause(by=MEI), known(), LATE))
    assert facts_of(held, sees(split(0))) == ()


def test_it_is_finished_only_once_the_old_one_was_put_away() -> None:
    release = release_in(State.FINISHING)
    assert facts_of(release, sees(split(100), idle=False)) == ()
    decision = accepted(decide(release, sees(split(100)), known(), LATE))
    [(stream, certified)] = decision.also
    assert (stream, isinstance(certified, f.StableCertified)) == ("S/checkout/prod", True)
    assert go(release, decision).certified


def test_a_shadow_never_certifies() -> None:
    begun = in_state(State.FINISHING, SHADOW)
    assert begun.finish().weight == NOBODY
    decision = accepted(decide(begun, sees(split(0)), known(), LATE))
    assert decision.also == ()
    assert not go(begun, decision).certified


def test_copies_that_go_on_are_not_finished() -> None:
    begun = in_state(State.FINISHING, SHADOW)
    copied = Observed(revisions={OLD.revision: 100.0}, mirrors={NEW.revision: 10.0})
    assert facts_of(begun, sees(copied)) == ()


@pytest.mark.parametrize("state", [State.PREFLIGHT, State.SUCCEEDED, State.CANCELLED])
def test_what_is_not_in_flight_is_not_looked_at(state: State) -> None:
    assert facts_of(release_in(state), sees(split(50))) == ()
    assert facts_of(release_in(state), says(Outcome.FAIL)) == ()


# The deployer says no


@pytest.mark.parametrize("state", IN_FLIGHT)
def test_a_refused_step_is_a_way_back(state: State) -> None:
    fact = first(
        decide(release_in(state), i.MoveRefused(reason="quota"), known(), LATE), f.RollbackDecided
    )
    assert (fact.cause, fact.because) == (
        f.Cause.REFUSED,
        "the deployer refused the step: quota",
    )


def test_a_refused_way_back_is_stuck_and_rings() -> None:
    release = release_in(State.ROLLING_BACK)
    said = i.MoveRefused(reason="quota", back=True)
    assert go(release, decide(release, said, known(), LATE)).rings_at == minutes(35)


def test_a_step_refused_before_the_rollback_says_nothing_of_the_rollback() -> None:
    assert facts_of(release_in(State.ROLLING_BACK), i.MoveRefused(reason="old")) == ()


def test_a_way_back_refused_after_all_are_back_is_not_stuck() -> None:
    assert facts_of(traffic_back(), i.MoveRefused(reason="late", back=True)) == ()


# Alarms


OVERDUE = {
    Do.ALARM_SHIFT: (State.SHIFTING, 11, f.RollbackDecided),
    Do.ALARM_ROLLBACK: (State.ROLLING_BACK, 7, f.RollbackFailed),
    Do.ALARM_RING: (State.STUCK, 13, f.Escalated),
}


@pytest.mark.parametrize("alarm", OVERDUE)
def test_an_alarm_is_heard_at_its_time_and_not_before(alarm: Do) -> None:
    state, due, kind = OVERDUE[alarm]
    rings = i.AlarmRang(alarm=alarm, version=1)
    assert facts_of(release_in(state), rings, at=due - 0.01) == ()
    assert [type(fact) for fact in facts_of(release_in(state), rings, at=due)] == [kind]


@pytest.mark.parametrize("alarm", ALARMS)
@pytest.mark.parametrize("state", [State.BAKING, State.GATED, State.SUCCEEDED, State.ROLLED_BACK])
def test_an_alarm_whose_reason_has_passed_says_nothing(alarm: Do, state: State) -> None:
    rings = i.AlarmRang(alarm=alarm, version=1)
    assert facts_of(release_in(state), rings, at=9999) == ()


def test_a_tidying_that_takes_too_long_asks_a_person_and_goes_on() -> None:
    rings = i.AlarmRang(alarm=Do.ALARM_SHIFT, version=1)
    release = release_in(State.FINISHING)
    again = go(release, decide(release, rings, known(), minutes(70)))
    assert (again.state, again.deadline) == (State.FINISHING, minutes(80))


def blind() -> Release:
    release = release_in(State.BAKING)
    return go(release, decide(release, says(Outcome.NO_DATA), known(), minutes(10)))


def test_nobody_answered_so_it_rings_and_rings_again() -> None:
    rings = i.AlarmRang(alarm=Do.ALARM_ASK, version=1)
    assert facts_of(blind(), rings, at=19) == ()
    rung = go(blind(), decide(blind(), rings, known(), minutes(20)))
    assert rung.holds[0].escalates_at == minutes(25)
    assert len(facts_of(rung, rings, at=25)) == 1


def test_who_has_it_is_not_rung() -> None:
    taken = go(blind(), decide(blind(), i.Take(by=MEI), known(), minutes(12)))
    assert facts_of(taken, i.AlarmRang(alarm=Do.ALARM_ASK, version=1)) == ()


def test_a_second_question_still_escalates_when_the_first_was_answered() -> None:
    """The alarm of the first is used up by ringing for nothing."""
    assert Do.ALARM_ASK in MOVES[(State.HELD, f.HoldLifted)].do


# Absence, and a clock that goes back


def test_an_absence_is_a_fact_and_moves_nothing() -> None:
    release = release_in(State.BAKING)
    away = i.WatchResumed(since=minutes(3))
    fact = first(decide(release, away, known(), LATE), f.WatchInterrupted)
    assert (fact.since, fact.at) == (minutes(3), LATE)
    assert go(release, decide(release, away, known(), LATE)).state is State.BAKING


@pytest.mark.parametrize(("since", "deadline"), [(-4, 45), (60, 11)])
def test_a_step_is_given_the_time_of_an_absence_and_loses_none(since: float, deadline: int) -> None:
    release = release_in(State.SHIFTING)
    away = decide(release, i.WatchResumed(since=minutes(since)), known(), LATE)
    assert go(release, away).deadline == minutes(deadline)


@pytest.mark.parametrize("state", IN_FLIGHT)
def test_with_the_clock_gone_back_nothing_is_overdue(state: State) -> None:
    for alarm in ALARMS:
        assert facts_of(release_in(state), i.AlarmRang(alarm=alarm, version=1), at=-600) == ()


def test_with_the_clock_gone_back_a_fail_is_still_a_fail() -> None:
    fails: tuple[Verdict, ...] = (verdict(Outcome.FAIL),)
    said = i.Judged(verdicts=fails, watched=timedelta(minutes=-5))
    fact = first(decide(release_in(State.BAKING), said, known(), minutes(-600)), f.RollbackDecided)
    assert fact.deadline == minutes(-600) + rules().rollback.within
