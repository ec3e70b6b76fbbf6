"""Conditions before a step: people who must agree, a time, an answer from elsewhere.

A gate is pure: it says what is still missing, and who or what would give it. What it waits for is
noted by facts of its own; it opens when nothing is missing, and never by itself alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain import facts as f
from bot.domain.judge.samples import Verdict
from bot.domain.strategy import Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class GateClosed(f.Fact):
    """Baked, and the next step has conditions that no person is asked for.

    `opens_at` is the first instant at which the time allows it; `answer_by` when an answer from
    elsewhere has to be there.
    """

    step: int
    watched: timedelta
    verdicts: tuple[Verdict, ...]
    opens_at: datetime | None
    answer_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked(GateClosed):
    """The same, and people are among what it waits for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepApproved(f.Fact):
    """One of those who are asked said yes to the next step."""

    step: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateAnswered(f.Fact):
    """What was asked elsewhere answered yes; once. After `expires_at` that is worth nothing."""

    step: int
    because: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRefused(f.Fact):
    """It answered no, or not in time, or its yes is too old: a person is asked."""

    step: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOpened(f.Fact):
    """Nothing is missing any more; the next step begins."""

    step: int
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gating:
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


def missing(gate: Gate, state: Gating, now: datetime) -> tuple[str, ...]:
    """What the gate still waits for, in words; empty where it may open."""
    return tuple(_missing(gate, state, now))


def _missing(gate: Gate, state: Gating, now: datetime) -> Iterator[str]:
    if gate.approve and len(state.approved) < gate.approvals:
        yield f"{gate.approve} ({len(state.approved)} of {gate.approvals} agreed)"
    if state.opens_at is not None and now < state.opens_at:
        yield gate.opens
    if gate.ask and not is_answered(state, now):
        yield f"a person ({state.refused})" if state.refused else gate.ask


def is_answered(state: Gating, now: datetime) -> bool:
    """Whether the yes from elsewhere is there and not too old."""
    in_time = state.expires_at is None or now < state.expires_at
    return state.answered_at is not None and in_time and not state.refused


def has_expired(gate: Gate, state: Gating, now: datetime) -> bool:
    """Whether the yes from elsewhere came, and is too old by now."""
    return bool(gate.ask) and state.answered_at is not None and not is_answered(state, now)


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WALL = re.compile(rf"(?:({'|'.join(DAYS)})\s+)?([01]?\d|2[0-3]):([0-5]\d)", re.IGNORECASE)


class WallError(ValueError):
    """A wall time that cannot be read."""


def wall(text: str) -> tuple[int | None, time]:
    """`mon 08:00` -> (0, 08:00); `08:00` -> (None, 08:00). Raises WallError."""
    match = _WALL.fullmatch(text.strip())
    if match is None:
        raise WallError(f'{text!r} is no wall time; write one like "08:00" or "mon 08:00"')
    day = DAYS.index(match[1].lower()) if match[1] else None
    return day, time(int(match[2]), int(match[3]))


def opens_next(gate: Gate, now: datetime) -> datetime | None:
    """The first instant from `now` on that the gate's wall time names; None without one.

    A wall time that the clocks skip is the instant an hour later by the wall; one that comes twice
    is the first of the two.
    """
    if not gate.opens:
        return None
    day, at = wall(gate.opens)
    zone = ZoneInfo(gate.zone)
    today = now.astimezone(zone).date()
    for ahead in range(9):
        date = today + timedelta(days=ahead)
        instant = datetime.combine(date, at, tzinfo=zone).astimezone(UTC)
        if day in (None, date.weekday()) and instant >= now:
            return instant
    raise AssertionError("every weekday comes within nine days")
