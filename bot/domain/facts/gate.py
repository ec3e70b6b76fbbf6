"""What happened before a gate: what it waits for, who agreed, what was answered elsewhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.facts.fact import Fact
from bot.domain.judge.samples import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class GateClosed(Fact):
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
class StepApproved(Fact):
    """One of those who are asked said yes to the next step."""

    step: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateAnswered(Fact):
    """What was asked elsewhere answered yes; once. After `expires_at` that is worth nothing."""

    step: int
    because: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRefused(Fact):
    """It answered no, or not in time, or its yes is too old: a person is asked."""

    step: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOpened(Fact):
    """Nothing is missing any more; the next step begins."""

    step: int
    deadline: datetime
