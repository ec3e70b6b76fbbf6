"""Conditions before a step: people who must agree, a time, an answer from elsewhere.

A gate is pure: it says what is still missing, and who or what would give it. What it waits for is
noted by facts of its own; it opens when nothing is missing, and never by itself alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.terms.strategy import StepGate


@dataclass(frozen=True, slots=True, kw_only=True)
class GateState:
    """How the gate before the next step stands. `approved` are ids, in the order they spoke.

    `asks_person`: nothing is missing but the click of a person, where each step needs one.
    """

    opens_at: datetime | None = None
    answer_by: datetime | None = None
    approved: tuple[str, ...] = ()
    answered_at: datetime | None = None
    answer: str = ""
    expires_at: datetime | None = None
    refused: str = ""
    asks_person: bool = False


def find_missing(gate: StepGate, state: GateState, now: datetime) -> tuple[str, ...]:
    """What the gate still waits for, in words; empty where it may open."""
    return tuple(_missing(gate, state, now))


def _missing(gate: StepGate, state: GateState, now: datetime) -> Iterator[str]:
    if gate.approve and len(state.approved) < gate.approvals:
        yield f"{gate.approve} ({len(state.approved)} of {gate.approvals} agreed)"
    if state.opens_at is not None and now < state.opens_at:
        yield gate.opens
    if gate.ask and not is_answered(state, now):
        yield f"a person ({state.refused})" if state.refused else gate.ask


def is_answered(state: GateState, now: datetime) -> bool:
    """Whether the yes from elsewhere is there and not too old."""
    in_time = state.expires_at is None or now < state.expires_at
    return state.answered_at is not None and in_time and not state.refused


def has_expired(gate: StepGate, state: GateState, now: datetime) -> bool:
    """Whether the yes from elsewhere came, and is too old by now."""
    return bool(gate.ask) and state.answered_at is not None and not is_answered(state, now)
