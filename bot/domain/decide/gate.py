"""What people, time and answers make of a release that stands before a gate."""

from dataclasses import replace
from datetime import datetime

from bot.domain.decide.back import is_asking_mode
from bot.domain.decide.known import Decided, Decision, Known
from bot.domain.decide.people import cannot_approve
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT, Fact
from bot.domain.facts.gate import (
    ApprovalAsked,
    GateAnswered,
    GateClosed,
    GateOpened,
    GateRefused,
    StepApproved,
)
from bot.domain.intents import release as i
from bot.domain.judge.samples import Verdict
from bot.domain.state.gate import GateState, find_missing, has_expired
from bot.domain.state.release import Release
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.strategy import StepGate
from bot.domain.terms.units import spell
from bot.domain.terms.when import opens_next

NOTHING = Decided()


def close_gate(
    release: Release, gate: StepGate, intent: i.Judged, now: datetime
) -> GateClosed | ApprovalAsked:
    """The fact by which a baked release stops before the next step."""
    kind = ApprovalAsked if gate.approve else GateClosed
    verdicts: tuple[Verdict, ...] = intent.verdicts
    return kind(
        at=now,
        by=intent.by,
        step=release.step,
        watched=intent.watched,
        verdicts=verdicts,
        opens_at=opens_next(gate, now),
        answer_by=now + gate.answer_within if gate.ask else None,
    )


def asked_gate(release: Release) -> StepGate | None:
    """The gate that people may speak of now."""
    asked = release.is_standing_at_gate or release.is_frozen_at_gate
    return release.gate if asked else None


def still_waits_for(release: Release, now: datetime) -> str:
    """What keeps it at its gate, in words; empty where a person may simply promote it."""
    gate, state = release.gate, release.gating
    if gate is None or state is None:
        return ""
    return ", ".join(find_missing(gate, state, now))


def approve_step(
    release: Release, gate: StepGate, intent: i.Promote, known: Known, now: datetime
) -> Decision:
    """One more who agrees, if they may; the last one needed opens the gate."""
    if refusal := may_not_approve(release, gate, intent.by, known):
        return refusal
    state = release.gating or GateState()
    approved = StepApproved(at=now, by=intent.by, step=release.step, because=intent.because)
    after = replace(state, approved=(*state.approved, intent.by))
    left = find_missing(gate, after, now)
    if release.is_frozen_at_gate:
        left = ("the freeze to end", *left)
    if left:
        note = f"You agree to the next step of {release.id}; it waits for {', '.join(left)}."
        return Decided(facts=[approved], note=note)
    return Decided(facts=[approved, open_gate(release, now)], note=f"{release.id} goes on.")


def may_not_approve(release: Release, gate: StepGate, by: str, known: Known) -> Refusal | None:
    """Who asked for it or wrote of it is no second pair of eyes, and nobody agrees twice."""
    who = gate.approve
    if own := cannot_approve(release, by, known.accounts):
        return own
    if known.approvers is None:
        sentence = f"Not approved: it cannot be known just now who belongs to {who}."
        return Refusal(Code.UNKNOWN_PEOPLE, sentence, "Try again in a minute.")
    if by not in known.approvers:
        sentence = f"Not approved: only {who} may agree to this step."
        return Refusal(Code.NOT_ASKED, sentence, f"Ask {who}.")
    if release.gating is not None and by in release.gating.approved:
        return Refusal(
            Code.APPROVED_ALREADY, "You agreed to this step already.", f"Ask another of {who}."
        )
    return None


def open_gate(release: Release, now: datetime) -> GateOpened:
    deadline = now + release.rules.rollback.shift_within
    return GateOpened(at=now, by=BOT, step=release.step, deadline=deadline)


def _all_there(release: Release, gate: StepGate, now: datetime) -> tuple[Fact, ...]:
    """It opens; where each step needs a person who has not yet spoken, that person is asked."""
    if not is_asking_mode(release) or gate.approve:
        return (open_gate(release, now),)
    if release.gating is not None and release.gating.asks_person:
        return ()
    asked = f.GateReached(
        at=now,
        by=BOT,
        step=release.step,
        watched=release.watched,
        verdicts=release.verdicts,
    )
    return (asked,)


def take_gate_answer(
    release: Release, intent: i.GateAnswer, known: Known, now: datetime
) -> Decision:
    """What was asked elsewhere answered: once, and only while it is waited for."""
    gate, state = release.gate, release.gating
    if gate is None or state is None or state.answered_at or state.refused:
        return NOTHING
    if intent.step != release.step:
        return NOTHING
    if not intent.go:
        because = f"{gate.ask} answered no: {intent.because}"
        return Decided(facts=[_refused(release, because, now)])
    expires_at = now + intent.valid_for if intent.valid_for else None
    fact = GateAnswered(
        at=now, by=intent.by, step=release.step, because=intent.because, expires_at=expires_at
    )
    after = replace(state, answered_at=now, expires_at=expires_at)
    if release.is_standing_at_gate and not find_missing(gate, after, now):
        return Decided(facts=[fact, *_all_there(release, gate, now)])
    return Decided(facts=[fact])


def _refused(release: Release, because: str, now: datetime) -> GateRefused:
    return GateRefused(at=now, by=BOT, step=release.step, because=because)


def gate_rang(release: Release, _known: Known, now: datetime) -> Decision:
    """The time came, or an answer did not."""
    gate, state = release.gate, release.gating
    if gate is None or state is None or state.refused or not release.is_standing_at_gate:
        return NOTHING
    if not find_missing(gate, state, now):
        return Decided(facts=_all_there(release, gate, now))
    if has_expired(gate, state, now):
        because = f"the yes of {gate.ask} came too early and is worth nothing any more"
        return Decided(facts=[_refused(release, because, now)])
    if state.answered_at is None and state.answer_by is not None and now >= state.answer_by:
        because = f"no answer from {gate.ask} within {spell(gate.answer_within)}"
        return Decided(facts=[_refused(release, because, now)])
    return NOTHING
