"""Folding facts: `evolve` gives the release after one more fact; the table gives its state."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.facts import calendar as c
from bot.domain.facts import release as f
from bot.domain.facts.fact import Fact
from bot.domain.facts.gate import (
    ApprovalAsked,
    GateAnswered,
    GateClosed,
    GateOpened,
    GateRefused,
    StepApproved,
)
from bot.domain.facts.release import FinishResumed, RollbackProposed
from bot.domain.state import gate as g
from bot.domain.state.learn_override import OVERRIDE_LEARN
from bot.domain.state.learn_vote import POLL_LEARN
from bot.domain.state.moves import ENDS, MOVES, Move, State, Unmoved, explain_unmoved
from bot.domain.state.release import Changes, Held, Learn, Release, WayBack, excused_now
from bot.domain.terms.rules import Rules


def fold(facts: Iterable[Fact]) -> Release | None:
    """The release its facts tell of; None where there are none."""
    release: Release | None = None
    for fact in facts:
        release = begin(fact) if release is None else evolve(release, fact)
    return release


def begin(fact: Fact) -> Release:
    """The release that a first fact opens. Raises Unmoved where it is no first fact."""
    if isinstance(fact, f.ReleaseRequested):
        return _requested(fact, fact.kind, fact.version, fact.rules)
    if isinstance(fact, f.RollbackRequested):
        opened = _requested(fact, f.ReleaseKind.ROLLBACK, fact.running.version, fact.rules)
        way = WayBack(
            cause=f.Cause.PERSON,
            because=fact.because,
            by=fact.by,
            decided_at=fact.at,
            deadline=fact.deadline,
            reached=100.0,
        )
        return replace(opened, revision=fact.running.revision, way=way)
    raise Unmoved(explain_unmoved(State.REQUESTED, type(fact)).sentence)


def _requested(
    fact: f.ReleaseRequested | f.RollbackRequested,
    kind: f.ReleaseKind,
    version: str,
    rules: Rules,
) -> Release:
    to = MOVES[(State.REQUESTED, type(fact))].to or State.REQUESTED
    return Release(
        id=fact.release,
        version=1,
        state=to,
        kind=kind,
        rules=rules,
        name=version,
        running=fact.running,
        stable=fact.stable,
        requested_by=fact.by,
        requested_at=fact.at,
        cause=fact.cause,
        because=fact.because,
        incident=fact.incident if isinstance(fact, f.ReleaseRequested) else "",
        moved_at=fact.at,
        changed_at=fact.at,
    )


def move_for(state: State, fact: Fact) -> Move:
    """The row for a fact in a state. Raises Unmoved, with why, where there is none."""
    move = MOVES.get((state, type(fact)))
    if move is None:
        raise Unmoved(explain_unmoved(state, type(fact)).sentence)
    return move


def evolve(release: Release, fact: Fact) -> Release:
    """The release after one more fact. Raises Unmoved; never changes what it was given."""
    move = move_for(release.state, fact)
    learn: Learn = LEARN.get(type(fact), _nothing)
    changes = learn(release, fact)
    after = replace(
        release,
        **{
            "version": release.version + 1,
            "changed_at": fact.at,
            **_next_state(release, move, fact),
            **changes,
        },
    )
    return _ended(after, fact) if after.state in ENDS else after


def _next_state(release: Release, move: Move, fact: Fact) -> Changes:
    if move.to is None:
        return {"state": release.paused_in, "paused_in": None, "holds": ()}
    if move.within:
        return {"state": move.to, "paused_in": move_for(release.flying_in, fact).to}
    if move.to is State.HELD:
        return {"state": State.HELD, "paused_in": release.flying_in}
    return {"state": move.to, "paused_in": None, "holds": ()}


def _ended(release: Release, fact: Fact) -> Release:
    return replace(release, ended_at=fact.at, ended_by=fact.by)


def _nothing(_release: Release, _fact: Fact) -> Changes:
    return {}


def _preflight_passed(_: Release, fact: f.PreflightPassed) -> Changes:
    return {
        "revision": fact.revision,
        "mechanism": fact.mechanism,
        "proof": fact.proof,
        "changes": fact.changes,
        "changes_unknown": fact.changes_unknown,
        "moved_at": fact.at,
        "deadline": fact.deadline,
    }


def _preflight_failed(_: Release, fact: f.PreflightFailed) -> Changes:
    return {"reasons": fact.reasons}


def _step_reached(_: Release, fact: f.StepReached) -> Changes:
    return {"baking_since": fact.at, "watched": timedelta(0), "deadline": None}


def _onward(release: Release, fact: f.StepBaked | f.Promoted | GateOpened) -> Changes:
    return {
        "step": release.step + 1,
        "moved_at": fact.at,
        "deadline": fact.deadline,
        "baking_since": None,
        "watched": timedelta(0),
        "verdicts": (),
        "gating": None,
        "excused": (),
    }


def _baked(_: Release, fact: f.GateReached | GateClosed | f.LastStepBaked) -> Changes:
    return {"watched": fact.watched, "verdicts": fact.verdicts, "moved_at": fact.at}


def _gate_reached(release: Release, fact: f.GateReached) -> Changes:
    return {**_baked(release, fact), **_gate(release, asks_person=True)}


def _gate_closed(release: Release, fact: GateClosed) -> Changes:
    gating = g.GateState(opens_at=fact.opens_at, answer_by=fact.answer_by)
    return {**_baked(release, fact), "gating": gating}


def _gate(release: Release, **changes: Any) -> Changes:
    return {"gating": release.gating and replace(release.gating, **changes)}


def _approved(release: Release, fact: StepApproved) -> Changes:
    before = release.gating.approved if release.gating else ()
    return _gate(release, approved=(*before, fact.by))


def _gate_answered(release: Release, fact: GateAnswered) -> Changes:
    return _gate(release, answered_at=fact.at, answer=fact.because, expires_at=fact.expires_at)


def _gate_refused(release: Release, fact: GateRefused) -> Changes:
    return _gate(release, refused=fact.because, asks_person=False)


def _last_baked(release: Release, fact: f.LastStepBaked) -> Changes:
    return {**_baked(release, fact), "deadline": fact.deadline}


def _finish_overdue(_: Release, fact: f.FinishOverdue) -> Changes:
    return {"deadline": fact.deadline}


def _verdicts(release: Release, fact: f.VerdictReached) -> Changes:
    excused = excused_now(release, fact.verdicts)
    return {"verdicts": fact.verdicts, "excused": tuple(sorted(excused))}


def _held(release: Release, held: Held) -> Changes:
    others = tuple(each for each in release.holds if each.hold is not held.hold)
    return {"holds": (*others, held)}


def _asking(release: Release, held: Held) -> Changes:
    """A hold that asks for somebody: whoever took the one before has not taken this one."""
    return {**_held(release, held), "taken_by": ""}


def _paused(release: Release, fact: f.Paused) -> Changes:
    return _held(
        release,
        Held(hold=f.Hold.PERSON, because=fact.because, by=fact.by, since=fact.at, until=fact.until),
    )


def _freeze_began(release: Release, fact: c.FreezeBegan) -> Changes:
    before = release.hold(f.Hold.FREEZE)
    return _held(
        release,
        Held(
            hold=f.Hold.FREEZE,
            because=fact.spelled(),
            by=fact.set_by or fact.by,
            since=before.since if before else fact.at,
            until=fact.until,
        ),
    )


def _data_lost(release: Release, fact: f.DataLost) -> Changes:
    return _asking(
        release,
        Held(
            hold=f.Hold.NO_DATA,
            because=fact.because,
            by=fact.by,
            since=fact.at,
            escalates_at=fact.escalates_at,
        ),
    )


def _drift_seen(release: Release, fact: f.DriftSeen) -> Changes:
    return _asking(
        release,
        Held(
            hold=f.Hold.DRIFT,
            because=f"expected {fact.expected}; found {fact.observed.spelled()}",
            by=fact.by,
            since=fact.at,
            escalates_at=fact.escalates_at,
        ),
    )


def _proposed(release: Release, fact: RollbackProposed) -> Changes:
    held = Held(
        hold=f.Hold.PROPOSAL,
        because=fact.because,
        by=fact.by,
        since=fact.at,
        escalates_at=fact.escalates_at,
    )
    verdicts = fact.verdicts or release.verdicts
    return {**_asking(release, held), "proposal": fact, "verdicts": verdicts}


def _answered(
    release: Release, fact: f.HoldLifted | f.LastHoldLifted | f.ShiftResumed | FinishResumed
) -> Changes:
    """Whoever lets it stay answers for the checks that were blamed."""
    if fact.hold is not f.Hold.PROPOSAL or release.proposal is None:
        return {}
    excused = {*release.excused, *release.proposal.blamed}
    return {"proposal": None, "excused": tuple(sorted(excused))}


def _lifted(release: Release, fact: f.HoldLifted) -> Changes:
    left = tuple(each for each in release.holds if each.hold is not fact.hold)
    return {**_answered(release, fact), "holds": left}


def _resumed(release: Release, fact: f.ShiftResumed | FinishResumed) -> Changes:
    return {**_answered(release, fact), "moved_at": fact.at, "deadline": fact.deadline}


def _escalated(release: Release, fact: f.Escalated) -> Changes:
    holds = tuple(
        replace(held, escalates_at=fact.next_at) if held.escalates_at else held
        for held in release.holds
    )
    return {"holds": holds, "rings_at": fact.next_at}


def _taken(_: Release, fact: f.Taken) -> Changes:
    return {"taken_by": fact.by, "rings_at": None}


def _interrupted(release: Release, fact: f.WatchInterrupted) -> Changes:
    """A step is given the time that nobody could look; a rollback never is."""
    away = max(timedelta(0), fact.at - fact.since)
    late = release.deadline and release.deadline + away
    return {"deadline": late}


def _superseded(_: Release, fact: f.Superseded) -> Changes:
    return {"successor": fact.successor}


def _finished(_: Release, fact: f.Finished) -> Changes:
    return {"certified": fact.certified}


def _rollback_decided(release: Release, fact: f.RollbackDecided) -> Changes:
    way = WayBack(
        cause=fact.cause,
        because=fact.because,
        by=fact.by,
        decided_at=fact.at,
        deadline=fact.deadline,
        reached=fact.reached,
        verdicts=fact.verdicts or (release.way.verdicts if release.way else ()),
    )
    return {"way": way, "proposal": None, "taken_by": "", "rings_at": None}


def _way(release: Release, **changes: Any) -> Changes:
    return {"way": release.way and replace(release.way, **changes)}


def _reasserted(release: Release, fact: f.RollbackReasserted) -> Changes:
    return _way(release, reasserted_at=fact.at)


def _traffic_back(release: Release, fact: f.TrafficBack) -> Changes:
    return {**_way(release, back_at=fact.at, confirm_by=fact.confirm_by), "rings_at": None}


def _verified(release: Release, fact: f.RollbackVerified) -> Changes:
    return _way(release, confirmed=fact.confirmed, confirmation=fact.because, over_at=fact.at)


def _failed(release: Release, fact: f.RollbackFailed) -> Changes:
    # Whoever took the rollback has not taken this: it rings until somebody does.
    return {**_way(release, stuck_because=fact.because), "taken_by": "", "rings_at": fact.next_at}


def _settled(release: Release, fact: f.Settled) -> Changes:
    return _way(release, confirmed=False, confirmation=fact.because, over_at=fact.at)


LEARN: dict[type[Fact], Learn] = {
    f.PreflightPassed: _preflight_passed,
    f.PreflightFailed: _preflight_failed,
    **POLL_LEARN,
    **OVERRIDE_LEARN,
    f.StepReached: _step_reached,
    f.StepBaked: _onward,
    f.Promoted: _onward,
    f.GateReached: _gate_reached,
    GateClosed: _gate_closed,
    ApprovalAsked: _gate_closed,
    StepApproved: _approved,
    GateAnswered: _gate_answered,
    GateRefused: _gate_refused,
    GateOpened: _onward,
    f.LastStepBaked: _last_baked,
    f.FinishOverdue: _finish_overdue,
    f.VerdictReached: _verdicts,
    f.Paused: _paused,
    c.FreezeBegan: _freeze_began,
    f.DataLost: _data_lost,
    f.DriftSeen: _drift_seen,
    f.HoldLifted: _lifted,
    f.LastHoldLifted: _answered,
    f.ShiftResumed: _resumed,
    FinishResumed: _resumed,
    RollbackProposed: _proposed,
    f.Escalated: _escalated,
    f.Taken: _taken,
    f.WatchInterrupted: _interrupted,
    f.Superseded: _superseded,
    f.Finished: _finished,
    f.RollbackDecided: _rollback_decided,
    f.RollbackReasserted: _reasserted,
    f.TrafficBack: _traffic_back,
    f.RollbackVerified: _verified,
    f.RollbackFailed: _failed,
    f.Settled: _settled,
}
