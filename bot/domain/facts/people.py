"""What people said they are called in version control, and who confirmed it. [G2]"""

from dataclasses import dataclass

from bot.domain.facts.fact import Fact

PEOPLE_STREAM = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClaimed(Fact):
    """`by` says that `account` is theirs."""

    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountConfirmed(Fact):
    """A second person says that `account` is `person`'s."""

    account: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRejected(Fact):
    """A second person says that `account` is not `person`'s, whatever was claimed."""

    account: str
    person: str
