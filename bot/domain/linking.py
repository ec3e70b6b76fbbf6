"""What people say they are called in version control, and who confirmed it. [G2]

What is only claimed counts against the one who claims it, at once: they approve nothing of that
account. It counts for them, as being known at all, once a second person has confirmed it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.facts import Fact
from bot.domain.identity import key_of
from bot.domain.moves import Refusal

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """By account, in the form of identity.key_of: who claims it, and whose it is."""

    claimed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    confirmed: Mapping[str, str] = field(default_factory=dict)

    def claimants(self, account: str) -> frozenset[str]:
        return self.claimed.get(key_of(account), frozenset())


def evolve_links(links: Links, fact: Fact) -> Links:
    if isinstance(fact, AccountClaimed):
        return _claims(links, fact.account, links.claimants(fact.account) | {fact.by})
    if isinstance(fact, AccountConfirmed):
        left = links.claimants(fact.account) - {fact.person}
        after = _claims(links, fact.account, left)
        return replace(after, confirmed={**links.confirmed, key_of(fact.account): fact.person})
    if isinstance(fact, AccountRejected):
        left = links.claimants(fact.account) - {fact.person}
        return _claims(links, fact.account, left)
    return links


def _claims(links: Links, account: str, people: frozenset[str]) -> Links:
    others = {key: who for key, who in links.claimed.items() if key != key_of(account)}
    return replace(links, claimed={**others, key_of(account): people} if people else others)


def fold_links(facts: Iterable[Fact]) -> Links:
    links = Links()
    for fact in facts:
        links = evolve_links(links, fact)
    return links


def claim(
    links: Links, owner: str | None, account: str, by: str, now: datetime
) -> AccountClaimed | Refusal:
    """`owner` is whose it is as far as it is known without asking anybody."""
    if owner == by:
        return Refusal("YOURS", f"Nothing to do: {account} is you already.", "See whoami.")
    if owner is not None:
        sentence = f"Not linked: {account} is somebody else here."
        return Refusal("TAKEN", sentence, "If that is wrong, mend [accounts] in the config.")
    if by in links.claimants(account):
        sentence = f"Nothing to do: you said already that {account} is you."
        return Refusal("CLAIMED", sentence, "Somebody who may override confirms it.")
    return AccountClaimed(at=now, by=by, account=account)


def settle_claim(
    links: Links, account: str, yes: bool, by: str, now: datetime
) -> tuple[AccountConfirmed | AccountRejected, ...] | Refusal:
    """What a second person makes of a claim; that they may is looked at before."""
    people = sorted(links.claimants(account))
    if not people:
        sentence = f"Nothing happened: nobody says that {account} is theirs."
        return Refusal("NOTHING_CLAIMED", sentence, "They say so first: link <account>.")
    if by in people:
        sentence = f"Nothing happened: you say yourself that {account} is you."
        return Refusal("OWN_CLAIM", sentence, "Somebody else confirms or rejects it.")
    if not yes:
        return tuple(AccountRejected(at=now, by=by, account=account, person=p) for p in people)
    if len(people) > 1:
        sentence = f"Not confirmed: {len(people)} people say that {account} is theirs."
        return Refusal("SEVERAL", sentence, "Reject it, or write whose it is in [accounts].")
    return (AccountConfirmed(at=now, by=by, account=account, person=people[0]),)
