"""Asking somebody outside whether a release may go on: a change board, a test lab, a checklist."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """May `version` of a service go on to `step` (`50 %`)? `release` is its id."""

    release: str
    service: str
    environment: str
    version: str
    revision: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """`because` is for people; a yes is worth nothing after `valid_for`, None: as long as asked."""

    go: bool
    because: str
    valid_for: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Heard, and not answered yet; ask again after `again`."""

    again: timedelta


GateReply: TypeAlias = Answered | Pending


class Gatekeeper(Protocol):
    async def ask(self, question: Question, *, key: str) -> GateReply:
        """The same `key` is the same question, however often it is put.

        Raises IntegrationError where there is no answer that can be believed.
        """
        ...
