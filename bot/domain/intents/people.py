"""What people say of who they are in version control. [G2]"""

from dataclasses import dataclass

from bot.domain.facts.people import PEOPLE_STREAM
from bot.domain.intents.bot import OfHouse
from bot.domain.terms.rules import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAccount(OfHouse):
    """This account is me."""

    right = Right.READ
    stream = PEOPLE_STREAM

    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleClaim(OfHouse):
    """A second person's yes or no to what somebody claims."""

    right = Right.OVERRIDE
    stream = PEOPLE_STREAM

    account: str
    yes: bool
