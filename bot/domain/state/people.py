"""Which person an author is: accounts that people claim, and that somebody confirmed. [G0, G2]

What is only claimed counts against the one who claims it, at once: they approve nothing of that
account. It counts for them, as being known at all, once a second person has confirmed it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.domain.facts.fact import Fact
from bot.domain.facts.people import AccountClaimed, AccountConfirmed, AccountRejected
from bot.domain.terms.changes import Author, Change


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


_HIDDEN = re.compile(r"(?:[0-9]+\+)?(?P<account>[^@+]+)@users\.noreply\.[a-z0-9.-]+", re.I)
"""The address that hosts give to whoever keeps their own to themselves."""


def key_of(account: str) -> str:
    """Accounts and e-mails are compared so: capitals do not tell people apart."""
    return account.strip().casefold()


def keys_of(author: Author) -> tuple[str, ...]:
    """What an author may be known by, the surest first."""
    hidden = _HIDDEN.fullmatch(author.email.strip())
    written = (author.account, author.email, hidden["account"] if hidden else "")
    return tuple(dict.fromkeys(key_of(each) for each in written if each.strip()))


def name_authors(
    changes: Iterable[Change],
    people: Mapping[str, str],
    claimed: Mapping[str, frozenset[str]] | None = None,
) -> tuple[Change, ...]:
    """The same changes with the person of each author whom `people` knows by a key.

    `claimed` are people who say of a key that it is theirs.
    """
    says = claimed or {}
    return tuple(
        replace(change, authors=tuple(_named(author, people, says) for author in change.authors))
        for change in changes
    )


def _named(
    author: Author, people: Mapping[str, str], claimed: Mapping[str, frozenset[str]]
) -> Author:
    keys = keys_of(author)
    known = (people[key] for key in keys if key in people)
    say = frozenset().union(*(claimed.get(key, frozenset()) for key in keys))
    return replace(author, person=next(known, author.person), claimed=tuple(sorted(say)))
