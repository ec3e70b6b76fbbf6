"""Whom to wake, and how loudly."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.ports.outcomes import WriteOutcome


class Urgency(StrEnum):
    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One cause, one page: the same `dedup` again updates it."""

    dedup: str
    summary: str
    details: str
    urgency: Urgency


class Pager(Protocol):
    async def page(self, page: Page, *, key: str) -> WriteOutcome: ...

    async def resolve(self, dedup: str, *, key: str) -> WriteOutcome: ...
