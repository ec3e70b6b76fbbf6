"""Properties over the whole table: what was not thought of shows as a missing row."""

from itertools import product

import pytest

from bot.domain.decide.alarm import ALARMS
from bot.domain.decide.release import DECIDERS
from bot.domain.facts import RELEASE_FACTS
from bot.domain.facts import release as f
from bot.domain.facts import vote as p
from bot.domain.facts.fact import Fact
from bot.domain.facts.release import RollbackProposed
from bot.domain.intents import release as i
from bot.domain.state.evolve import LEARN, evolve
from bot.domain.state.moves import (
    ENDS,
    IN_FLIGHT,
    LIVE,
    MOVES,
    NOT_DONE,
    REFUSALS,
    STATE_WORDS,
    Do,
    State,
    Unmoved,
    explain_unmoved,
)
from tests.domain.builders import FACTS_TO, release_in

BACK = [key for key, move in MOVES.items() if move.to is State.ROLLING_BACK]
INTO_BACK = [key for key in BACK if key[0] is not State.ROLLING_BACK]


def test_there_is_a_release_in_every_state_to_test_with() -> None:
    states = {state: release_in(state).state for state in FACTS_TO}
    assert states == {state: state for state in State if state is not State.REQUESTED}


@pytest.mark.parametrize(("state", "fact"), list(product(LIVE, RELEASE_FACTS)))
def test_every_fact_in_every_live_state_has_a_move_or_a_worded_refusal(
    state: State, fact: type[Fact]
) -> None:
    if (state, fact) in MOVES:
        assert isinstance(MOVES[(state, fact)].do, frozenset)
        return
    refusal = explain_unmoved(state, fact)
    assert STATE_WORDS[state] in refusal.sentence
    assert refusal.remedy


@pytest.mark.parametrize(("state", "fact"), list(product(IN_FLIGHT, [f.RollbackDecided])))
def test_abort_and_a_failing_verdict_are_accepted_everywhere_in_flight(
    state: State, fact: type[Fact]
) -> None:
    assert MOVES[(state, fact)].to is State.ROLLING_BACK
    assert (state, i.Abort) not in REFUSALS
    assert (state, i.Rollback) not in REFUSALS


@pytest.mark.parametrize("state", IN_FLIGHT)
def test_where_a_person_decides_a_failing_verdict_is_put_to_one(state: State) -> None:
    move = MOVES[(state, RollbackProposed)]
    assert move.to is State.HELD
    assert {Do.ASK, Do.ALARM_ASK, Do.PAGE_LOW} <= move.do


@pytest.mark.parametrize("key", INTO_BACK, ids=str)
def test_no_move_into_rolling_back_is_silent(key: tuple[State, type[Fact]]) -> None:
    assert {Do.ALERT, Do.PAGE_LOW, Do.ROLL_BACK, Do.ALARM_ROLLBACK} <= MOVES[key].do


def test_a_rollback_that_did_not_work_rings() -> None:
    assert {Do.PAGE, Do.ALERT_STUCK, Do.ALARM_RING} <= MOVES[
        (State.ROLLING_BACK, f.RollbackFailed)
    ].do


@pytest.mark.parametrize("start", LIVE)
def test_every_live_state_reaches_an_end(start: State) -> None:
    seen, todo = {start}, [start]
    while todo:
        state = todo.pop()
        targets = [move.to for (at, _), move in MOVES.items() if at is state and move.to]
        fresh = set(targets) - seen
        seen |= fresh
        todo.extend(fresh)
    assert seen & ENDS


@pytest.mark.parametrize(("state", "fact"), list(product(sorted(ENDS), RELEASE_FACTS)))
def test_ends_absorb(state: State, fact: type[Fact]) -> None:
    assert (state, fact) not in MOVES


@pytest.mark.parametrize("state", sorted(ENDS))
def test_an_ended_release_cannot_be_moved(state: State) -> None:
    release = release_in(state)
    with pytest.raises(Unmoved):
        evolve(release, FACTS_TO[State.SHIFTING][1])
    assert release.ended_at is not None


def test_no_release_leaves_preflight_for_flight_without_a_proven_way_back() -> None:
    onward = {fact for (state, fact), move in MOVES.items() if state is State.PREFLIGHT and move.to}
    flying = {fact for fact in onward if MOVES[(State.PREFLIGHT, fact)].to not in ENDS}
    voided = {kind for kind in flying if MOVES[(State.PREFLIGHT, kind)].to is State.PREFLIGHT}
    assert flying - voided == {f.PreflightPassed, p.PollOpened}
    assert {MOVES[(State.PREFLIGHT, kind)].do & {Do.APPLY} for kind in voided} == {frozenset()}
    polled = {move.to for (state, _), move in MOVES.items() if state is State.POLLING}
    assert polled <= {State.POLLING, State.PREFLIGHT, *ENDS}
    assert {"mechanism", "proof"} <= set(p.PollOpened.__dataclass_fields__)
    assert {"mechanism", "proof", "deadline"} <= set(f.PreflightPassed.__dataclass_fields__)


@pytest.mark.parametrize(("state", "intent"), list(product(State, NOT_DONE)))
def test_what_people_ask_is_decided_or_refused_in_words(
    state: State, intent: type[i.Intent]
) -> None:
    if state is State.REQUESTED:
        return
    refusal = REFUSALS.get((state, intent))
    if refusal is None:
        assert intent in DECIDERS
        assert state not in ENDS
        return
    assert refusal.sentence.startswith(NOT_DONE[intent])
    assert refusal.remedy.endswith((".", ">."))


def test_every_intent_of_people_and_world_has_a_decider() -> None:
    assert set(i.PEOPLE) | set(i.WORLD) == set(DECIDERS)


def test_what_is_learnt_is_learnt_from_facts_that_move() -> None:
    assert set(LEARN) <= {fact for _, fact in MOVES}


@pytest.mark.parametrize("fact", RELEASE_FACTS)
def test_every_release_fact_has_a_place_in_the_table(fact: type[Fact]) -> None:
    assert any(kind is fact for _, kind in MOVES)


def test_a_hold_never_moves_a_release_forward() -> None:
    forward = {Do.APPLY, Do.FINISH}
    for (_, _), move in MOVES.items():
        if move.to is State.HELD:
            assert not move.do & forward


def test_every_alarm_that_a_move_may_set_is_declared() -> None:
    named = {kind for kind in Do if kind.startswith("alarm-")}
    assert set(ALARMS) == named
    assert named == {kind for move in MOVES.values() for kind in move.do} & named
