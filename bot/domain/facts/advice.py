"""What happened where Slipway only advises: deploys made elsewhere, and what it would have done.

They stand in a stream of the service and environment. `number` counts the deploys seen there.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.facts.fact import Fact
from bot.domain.judge.samples import Verdict


class Went(StrEnum):
    """What people made of a deploy."""

    BACK = "back"
    STAYED = "stayed"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceBegan(Fact):
    """The first look that found one revision alone: it has all users."""

    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploySeen(Fact):
    """Users meet another revision than `baseline`; it was not there at the look before."""

    number: int
    revision: str
    baseline: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployMoved(Fact):
    """It has another share of the users now."""

    number: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceGiven(Fact):
    """It would have been taken back now. Nothing was done."""

    number: int
    revision: str
    weight: float
    because: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployOver(Fact):
    """`judged`: every check said pass or fail; without numbers nothing is known of it.

    `warned`: it would have been taken back.
    """

    number: int
    revision: str
    went: Went
    warned: bool
    judged: bool
    watched: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTold(Fact):
    """The score as it was told: each number counts deploys that are over, since the beginning."""

    seen: int
    would: int
    took: int
    differ: int
    unjudged: int


def advice_stream(service: str, environment: str) -> str:
    return f"A/{service}/{environment}"
