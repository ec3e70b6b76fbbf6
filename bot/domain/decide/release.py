"""What an intent makes of a release: facts, or a refusal with a remedy. Pure arithmetic."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.domain.decide.alarm import alarm_rang
from bot.domain.decide.back import agree, go_back, stay
from bot.domain.decide.calendar_hold import (
    calendar_turned,
    forward_at,
    frozen_in_flight,
    under_freeze,
)
from bot.domain.decide.condition import bad_by_another_name, not_what_was_certified
from bot.domain.decide.gate import approve_step, asked_gate, still_waits_for, take_gate_answer
from bot.domain.decide.hold import lift
from bot.domain.decide.known import (
    FORWARD,
    NOTHING,
    Decided,
    Decision,
    Known,
    Need,
    refuse_unentitled,
    refuse_without_right,
)
from bot.domain.decide.override_use import with_uses
from bot.domain.decide.vote import time as vote_time
from bot.domain.decide.vote.cast import cast_vote
from bot.domain.decide.vote.open import after_preflight, must_ask
from bot.domain.decide.watch import move_refused, take_look, take_verdicts, watch_resumed
from bot.domain.facts import release as f
from bot.domain.facts.vote import GoExpired
from bot.domain.intents import release as i
from bot.domain.state.moves import BEFORE_FLIGHT, MOVES, REFUSALS, State, explain_unmoved
from bot.domain.state.release import Release
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.rules import Right
from bot.domain.terms.units import spell


def right_for(release: Release, intent: i.Intent) -> Right | None:
    """What a person needs for this; None where being asked is enough, or nothing is needed."""
    if isinstance(intent, i.Promote) and intent.early:
        return intent.right_early
    return None if _approves(release, intent) else intent.right


def decide(release: Release, intent: i.Intent, known: Known, now: datetime) -> Decision:
    """Facts for a release that exists, each of which its state has a move for, or a refusal."""
    if refusal := refuse_now(release, intent, known, now):
        return refusal
    decision = _decided(release, intent, known, now)
    return decision if isinstance(decision, Refusal) else _moving(release.state, decision)


def _decided(release: Release, intent: i.Intent, known: Known, now: datetime) -> Decision:
    decision = DECIDERS[type(intent)](release, intent, known, now)
    if isinstance(decision, Refusal):
        return decision
    held = under_freeze(release, decision, known, now)
    return held if isinstance(held, Refusal) else with_uses(release, held, known, now)


def refuse_now(release: Release, intent: i.Intent, known: Known, now: datetime) -> Refusal | None:
    """What state or rights forbid, before anything else is asked."""
    return _lacking(release, intent, known) or _by_state(release, intent, known, now)


def _lacking(release: Release, intent: i.Intent, known: Known) -> Refusal | None:
    if _approves(release, intent):
        return None
    return refuse_unentitled(intent, known, f"{release.id} stays as it is")


def _by_state(release: Release, intent: i.Intent, known: Known, now: datetime) -> Refusal | None:
    """What its state refuses; of a frozen one it is said until when."""
    if release.is_frozen_at_gate and _approves(release, intent):
        return None
    frozen = isinstance(intent, i.Promote) and release.hold(f.Hold.FREEZE) is not None
    until = frozen_in_flight(release, known, now) if frozen else None
    return until or REFUSALS.get((release.state, type(intent)))


def _approves(release: Release, intent: i.Intent) -> bool:
    """Agreeing to a step is the right of those who are asked, whatever else they may."""
    gate = asked_gate(release)
    return gate is not None and bool(gate.approve) and _is_plain_promote(intent)


def _is_plain_promote(intent: i.Intent) -> bool:
    return isinstance(intent, i.Promote) and not intent.early


def blocked_by(
    release: Release, intent: i.Intent, known: Known, now: datetime
) -> tuple[Refusal, ...]:
    """Every reason against, rights and state and what the rules say; it decides nothing."""
    lacks = _lacking(release, intent, known)
    state = _by_state(release, intent, known, now)
    decided = None if state else _decided(release, intent, known, now)
    return tuple(each for each in (lacks, state, decided) if isinstance(each, Refusal))


def _moving(state: State, accepted: Decided) -> Decision:
    """The decision, unless its first fact says nothing in this state."""
    if accepted.facts and (state, type(accepted.facts[0])) not in MOVES:
        return explain_unmoved(state, type(accepted.facts[0]))
    return accepted


def _promote(release: Release, intent: i.Promote, known: Known, now: datetime) -> Decision:
    if intent.step is not None and intent.step != release.step:
        at = release.rules.strategy.steps[release.step].weight
        return Refusal(
            Code.OLD_BUTTON,
            f"That button is old: {release.id} is already at {at}.",
            "Look at its card again.",
        )
    if release.is_last_step and release.state is State.BAKING:
        return Refusal(
            Code.LAST_STEP,
            f"Not promoted: all users of this release have {release.name} already.",
            "It is watched a while longer and then done by itself.",
        )
    gate = asked_gate(release)
    if gate is not None and gate.approve and not intent.early:
        return approve_step(release, gate, intent, known, now)
    if release.state is State.GATED and not still_waits_for(release, now):
        return _go_on(release, intent, "", now)
    return _promote_early(release, intent, known, now)


def _promote_early(release: Release, intent: i.Promote, known: Known, now: datetime) -> Decision:
    missing = still_missing(release, now)
    if not intent.early:
        return Refusal(
            Code.STILL_BAKING,
            f"Not promoted: {missing}. It moves by itself.",
            f"To go on anyway: /release promote {release.id} early because <reason>.",
        )
    if lacks := refuse_without_right(known, intent.right_early, "Not promoted early"):
        return lacks
    if not intent.because:
        return Refusal(
            Code.NO_REASON,
            "Not promoted early: that is recorded with its reason, and none was given.",
            f"Type /release promote {release.id} early because <reason>.",
        )
    return _go_on(release, intent, missing, now)


def still_missing(release: Release, now: datetime) -> str:
    """What keeps a release at its step, or at the gate behind it."""
    if release.state is State.GATED:
        return f"it waits for {still_waits_for(release, now) or 'a person'}"
    step = release.rules.strategy.steps[release.step]
    waited = max(timedelta(0), now - (release.baking_since or now))
    if waited < step.bake:
        left = spell(step.bake - waited)
        return f"{left} of {spell(step.bake)} are still missing at {step.weight}"
    return f"the checks have not passed yet at {step.weight}"


def _go_on(release: Release, intent: i.Promote, missing: str, now: datetime) -> Decision:
    fact = f.Promoted(
        at=now,
        by=intent.by,
        step=release.step,
        early=missing,
        because=intent.because,
        deadline=now + release.rules.rollback.shift_within,
    )
    return Decided(facts=[fact], note=f"{release.id} goes on to its next step.")


def _pause(release: Release, intent: i.Pause, _known: Known, now: datetime) -> Decision:
    until = now + intent.span if intent.span else None
    fact = f.Paused(at=now, by=intent.by, until=until, because=intent.because)
    at = release.rules.strategy.steps[release.step].weight
    ends = f" for {spell(intent.span)}" if intent.span else ""
    return Decided(
        facts=[fact],
        note=f"Paused{ends} at {at}. Users who have {release.name} keep it until you go on.",
    )


def _resume(release: Release, intent: i.Resume, _known: Known, now: datetime) -> Decision:
    if release.proposal is not None:
        return stay(release, intent, now)
    if release.hold(f.Hold.PERSON) is None:
        others = ", ".join(held.because or held.hold for held in release.holds)
        return Refusal(
            Code.NOT_YOURS_TO_LIFT,
            f"Not resumed: nobody paused it; it is held by itself ({others}).",
            "It goes on when that is mended. Roll it back if you would rather not wait.",
        )
    fact = lift(release, f.Hold.PERSON, intent.because, intent.by, now)
    late = isinstance(fact, GoExpired)
    again = f"{release.id} does not go on: its go is too old. It is checked and asked about again."
    return Decided(facts=[fact], note=again if late else f"{release.id} goes on.")


def _abort(release: Release, intent: i.Abort, known: Known, now: datetime) -> Decision:
    if release.state in BEFORE_FLIGHT:
        fact = f.Cancelled(at=now, by=intent.by, because=intent.because)
        return Decided(facts=[fact], note=f"{release.id} is cancelled. Nothing had moved.")
    return _back(release, intent, f.Cause.ABORT, now)


def _rollback(release: Release, intent: i.Rollback, known: Known, now: datetime) -> Decision:
    if release.state in BEFORE_FLIGHT:
        fact = f.Cancelled(at=now, by=intent.by, because=intent.because)
        return Decided(
            facts=[fact],
            note=f"{release.id} is cancelled. Nothing had moved, so nothing is undone.",
        )
    if release.proposal is not None:
        return agree(release, release.proposal, intent, now)
    return _back(release, intent, f.Cause.PERSON, now)


def _back(
    release: Release, intent: i.Abort | i.Rollback, cause: f.Cause, now: datetime
) -> Decision:
    fact = go_back(release, cause, intent.because, (), intent.by, now)
    return Decided(facts=[fact], note=f"Rolling {release.service} back to {release.back_to} now.")


def _take(release: Release, intent: i.Take, _known: Known, now: datetime) -> Decision:
    if release.taken_by:
        return Refusal(
            Code.TAKEN,
            f"{release.taken_by} has it already.",
            "Talk to them, or roll back if it is urgent.",
        )
    return Decided(facts=[f.Taken(at=now, by=intent.by)], note=f"You have {release.id}.")


def _settle(release: Release, intent: i.Settle, _known: Known, now: datetime) -> Decision:
    if not intent.because:
        return Refusal(
            Code.NO_REASON,
            "Not settled: it is recorded with what is true now, and nothing was said.",
            f"Type /release settle {release.id} because <what runs now>.",
        )
    fact = f.Settled(at=now, by=intent.by, because=intent.because)
    return Decided(facts=[fact], note=f"{release.id} is settled.")


def _preflight(
    release: Release, intent: i.PreflightReported, known: Known, now: datetime
) -> Decision:
    if intent.reasons or intent.observed is None:
        return Decided(facts=[f.PreflightFailed(at=now, by=intent.by, reasons=intent.reasons)])
    revision = intent.revision
    other = not_what_was_certified(release, revision, known)
    if reason := other or bad_by_another_name(release, revision, known):
        return Decided(facts=[f.PreflightFailed(at=now, by=intent.by, reasons=(reason,))])
    fact = f.PreflightPassed(
        at=now,
        by=intent.by,
        revision=intent.revision,
        mechanism=intent.mechanism,
        proof=intent.proof,
        observed=intent.observed,
        deadline=now + release.rules.rollback.shift_within,
        changes=intent.changes,
        changes_unknown=intent.changes_unknown,
    )
    if poll := must_ask(release, known):
        return after_preflight(release, poll, fact, known, now)
    return Decided(facts=[fact])


DECIDERS: dict[type[i.Intent], Callable[[Release, Any, Known, datetime], Decision]] = {
    i.Promote: _promote,
    i.Pause: _pause,
    i.Resume: _resume,
    i.Abort: _abort,
    i.Rollback: _rollback,
    i.Take: _take,
    i.Settle: _settle,
    i.Vote: cast_vote,
    i.Nudge: vote_time.nudge,
    i.PollLooked: vote_time.poll_looked,
    i.PreflightReported: _preflight,
    i.Seen: take_look,
    i.Judged: take_verdicts,
    i.MoveRefused: move_refused,
    i.AlarmRang: alarm_rang,
    i.GateAnswer: take_gate_answer,
    i.WatchResumed: watch_resumed,
    i.CalendarTurned: calendar_turned,
}
MARKS = frozenset({Need.SERVICE})
"""What a fact of the service beside the release takes."""
NEEDS: dict[type[i.Intent], frozenset[Need]] = {
    i.Promote: FORWARD | {Need.APPROVERS},
    i.Pause: NOTHING,
    i.Resume: FORWARD,
    i.Abort: NOTHING,
    i.Rollback: MARKS,
    i.Take: NOTHING,
    i.Settle: NOTHING,
    i.Vote: FORWARD | {Need.VOTERS},
    i.Nudge: frozenset({Need.VOTERS}),
    # Whether the plan changed takes nobody, and is asked before the directory can answer.
    i.PollLooked: frozenset({Need.HERE, Need.SERVICE}),
    i.PreflightReported: FORWARD | {Need.EARLIER, Need.VOTERS},
    i.AlarmRang: FORWARD | {Need.VOTERS},
    i.CalendarTurned: FORWARD,
}
"""By intent; those that are not here are decided by the release alone, and then looked at again."""
NOBODY_KNOWN = Known()


def needs(release: Release, intent: i.Intent, now: datetime) -> frozenset[Need]:
    """What has to be known to decide it. A look that changes nothing takes only the release."""
    named = NEEDS.get(type(intent))
    if named is not None:
        return named
    decision = DECIDERS[type(intent)](release, intent, NOBODY_KNOWN, now)
    if isinstance(decision, Refusal):
        return NOTHING
    forward = forward_at(release, decision.facts) is not None
    return FORWARD if forward else MARKS if decision.also else NOTHING
