"""What became of going from one environment to the next by itself, where no release began.

They stand in a stream of the environment that it would go to, for the release itself is over.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts.fact import Fact
from bot.domain.terms.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceWaited(Fact):
    """`live` holds the place; until `until` it is tried again."""

    release: str
    version: str
    live: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceRefused(Fact):
    """It is not tried again: a person does it, or nobody."""

    release: str
    version: str
    reason: Refusal


def advance_stream(service: str, environment: str) -> str:
    return f"N/{service}/{environment}"
