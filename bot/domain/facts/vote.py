"""What happened in a go/no-go poll. A poll has rounds: what makes one void opens the next."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.facts.fact import Fact
from bot.domain.terms.changes import Change
from bot.domain.terms.refusal import Refusal
from bot.domain.terms.rules import Rules, SeatKind
from bot.domain.terms.strategy import Observed


class Choice(StrEnum):
    GO = "go"
    NO_GO = "no-go"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chair:
    """A seat as the poll opened: `able` are the people who could fill it then."""

    seat: str
    kind: SeatKind
    able: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A seat and whose go fills it; `on_behalf_of` is who delegated it, empty: nobody."""

    seat: str
    person: str
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOpened(Fact):
    """The checks before the start passed, and people are asked.

    Carries what `PreflightPassed` does, since nothing moves without it. `digest` covers the
    version, its revision and the plan: votes are for exactly that. `caller` says that a final
    word is asked for.
    """

    round: int
    digest: str
    revision: str
    mechanism: str
    proof: tuple[str, ...]
    observed: Observed
    changes: tuple[Change, ...]
    chairs: tuple[Chair, ...]
    callers: tuple[str, ...]
    quorum: int
    closes_at: datetime
    reminds_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotCast(Fact):
    """The last ballot of a person counts; the earlier ones stay in the record.

    `seats` are all that this person may fill, `seat` the one it is said for. `meaning` is what
    the click said, in full.
    """

    round: int
    choice: Choice
    seat: str
    seats: tuple[str, ...]
    because: str
    on_behalf_of: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReminded(Fact):
    """`people` have not voted; they are told directly. `reminds_at` is the next time, if any."""

    round: int
    people: tuple[str, ...]
    reminds_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoGiven(Fact):
    """Every needed seat said go. `answers` is what was said to an advice against it.

    `caller` gave the final word; empty where none is configured.
    """

    round: int
    digest: str
    filled: tuple[Filled, ...]
    caller: str
    answers: str
    valid_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoGoGiven(Fact):
    """A veto, or the final word, ended it."""

    round: int
    seat: str
    reasons: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PollExpired(Fact):
    """Its time ran out: that is a no-go. `missing` are the needed seats without a go."""

    round: int
    missing: tuple[str, ...]
    reasons: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PollVoided(Fact):
    """What was voted on is not what would be done. `rules` are those that hold from now on."""

    round: int
    because: str
    rules: Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class GoExpired(Fact):
    """Nothing had moved while the go was valid; it is looked and asked again."""

    round: int
    because: str


DELEGATIONS = "delegations"
"""The stream in which people let others fill a seat for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegated(Fact):
    """`by` lets `to` fill a seat for them. To themselves: it ends what they delegated."""

    seat: str
    to: str
    until: datetime
