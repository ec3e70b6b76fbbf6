"""What happened to a release, and to the service that it is of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.facts.fact import Fact
from bot.domain.judge.samples import Outcome, Verdict
from bot.domain.terms.changes import Change
from bot.domain.terms.refusal import Refusal
from bot.domain.terms.rules import Rules
from bot.domain.terms.strategy import Observed


class ReleaseKind(StrEnum):
    START = "start"
    PROMOTE = "promote"
    ROLLBACK = "rollback"


class Cause(StrEnum):
    """Why a rollback was decided."""

    VERDICT = "verdict"
    NO_DATA = "no_data"
    PERSON = "person"
    ABORT = "abort"
    STALLED = "stalled"
    REFUSED = "refused"


class Hold(StrEnum):
    """Why a release stays where it is. `drift`: the world differs from the log."""

    PERSON = "person"
    FREEZE = "freeze"
    NO_DATA = "no_data"
    BUNDLE = "bundle"
    LOCK = "lock"
    DRIFT = "drift"
    PROPOSAL = "proposal"


class Mark(StrEnum):
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A version and the immutable thing it names."""

    version: str
    revision: str


# A release, from request to flight


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRequested(Fact):
    """`running` is what users have now; `stable` what a rollback returns to, None at a first.

    `incident` makes it an emergency: its rules are the shortened ones.
    """

    release: str
    kind: ReleaseKind
    service: str
    environment: str
    version: str
    rules: Rules
    running: Running | None
    stable: Running | None
    cause: str = ""
    because: str = ""
    incident: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackRequested(Fact):
    """A rollback of an ended release: a release of its own that skips every gate."""

    release: str
    service: str
    environment: str
    rules: Rules
    running: Running
    stable: Running
    cause: str
    because: str
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightPassed(Fact):
    """`proof` are the sentences that show the way back was looked at and can be walked.

    `changes_unknown` says why nobody can tell what it brings, or who wrote it; empty: it is known,
    or nothing is configured to ask.
    """

    revision: str
    mechanism: str
    proof: tuple[str, ...]
    observed: Observed
    deadline: datetime
    changes: tuple[Change, ...] = ()
    changes_unknown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightFailed(Fact):
    reasons: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(Fact):
    because: str


# In flight


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReached(Fact):
    step: int
    observed: Observed


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBaked(Fact):
    """The next step begins by itself. `watched` leaves out the time the bot was away."""

    step: int
    watched: timedelta
    verdicts: tuple[Verdict, ...]
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReached(Fact):
    """Baked, and the next step asks a person first."""

    step: int
    watched: timedelta
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastStepBaked(Fact):
    """`deadline` is when the target has to be where the release leaves it."""

    step: int
    watched: timedelta
    verdicts: tuple[Verdict, ...]
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted(Fact):
    """A person sent it on from `step`; `early` tells what was then still missing, if anything."""

    step: int
    early: str
    because: str
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictReached(Fact):
    """The verdicts changed; only changes are facts."""

    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Fact):
    until: datetime | None
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataLost(Fact):
    """The numbers stopped. Somebody is asked; unanswered, it escalates at `escalates_at`."""

    because: str
    escalates_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftSeen(Fact):
    """The world is not where the log left it."""

    expected: str
    observed: Observed
    escalates_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLifted(Fact):
    """Others still hold it."""

    hold: Hold
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LastHoldLifted(Fact):
    """It returns to where it was."""

    hold: Hold
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftResumed(Fact):
    """The last hold was lifted while a step was on its way: it is asked for again."""

    hold: Hold
    because: str
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(Fact):
    """Nobody answered; someone is rung. `next_at` is when it rings again."""

    because: str
    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken(Fact):
    """A person said: I have it. What repeats stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchInterrupted(Fact):
    """The bot was away from `since` until `at`; this time never counts as bake."""

    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded(Fact):
    """Live for all but not yet certified when a newer release started over it."""

    successor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishOverdue(Fact):
    """The last tidying did not come about in time; it is asked for again, and so is a person."""

    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(Fact):
    observed: Observed
    certified: bool


# The way back


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackDecided(Fact):
    """`reached` is the greatest weight users had; `deadline` is when traffic has to be back."""

    cause: Cause
    because: str
    verdicts: tuple[Verdict, ...]
    reached: float
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackReasserted(Fact):
    """The target settled somewhere else on the way back; it is told again."""

    observed: Observed


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficBack(Fact):
    """All users are on stable again, as observed; the checks have still to confirm it."""

    observed: Observed
    confirm_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackVerified(Fact):
    """`confirmed` is False where the numbers could not tell: traffic is back all the same."""

    confirmed: bool
    because: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackFailed(Fact):
    """`next_at` is when it rings again unless somebody takes it."""

    because: str
    observed: Observed | None
    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(Fact):
    """A person ended a stuck rollback and says what is true now."""

    because: str


# The stream of a service in an environment


@dataclass(frozen=True, slots=True, kw_only=True)
class StableAdopted(Fact):
    """A person made what runs now the first thing rollbacks return to."""

    running: Running
    observed: Observed


@dataclass(frozen=True, slots=True, kw_only=True)
class StableCertified(Fact):
    """A release ended well (or a rollback returned here)."""

    running: Running
    release: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionMarked(Fact):
    """`revision` and `config` are what was released under that name; empty where nobody knows."""

    version: str
    mark: Mark
    because: str
    release: str
    revision: str = ""
    config: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackProposed(Fact):
    """It would be rolled back now, but a person decides that here. It stays and asks.

    Unanswered, it escalates at `escalates_at`.
    """

    cause: Cause
    because: str
    verdicts: tuple[Verdict, ...]
    escalates_at: datetime

    @property
    def blamed(self) -> frozenset[str]:
        """The checks that say harm."""
        return frozenset(each.check for each in self.verdicts if each.outcome is Outcome.FAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishResumed(Fact):
    """The last hold was lifted while it was finishing: the last tidying is asked for again."""

    hold: Hold
    because: str
    deadline: datetime
