"""What people ask of the seats of votes."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts.vote import DELEGATIONS
from bot.domain.intents.bot import OfHouse
from bot.domain.terms.rules import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate(OfHouse):
    """`to` may fill a seat for them until then; to themselves: no longer.

    `to` empty: nobody is meant by what was `typed`. `until` None: no end was said.
    """

    right = Right.READ
    stream = DELEGATIONS

    seat: str
    to: str
    until: datetime | None = None
    typed: str = ""
