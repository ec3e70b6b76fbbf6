"""What happened because a service may not act by itself: facts of releases in the mode `ask`."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts import Cause, Fact, Hold
from bot.domain.judge.samples import Outcome, Verdict


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
