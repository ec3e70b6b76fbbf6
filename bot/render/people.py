"""One sentence per fact about who is whom in version control; see bot.render.release.timeline."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.facts.fact import Fact
from bot.domain.facts.people import AccountClaimed, AccountConfirmed, AccountRejected
from bot.render.kit.voice import NameOf


def _claimed(fact: AccountClaimed, name: NameOf) -> str:
    return f"{name(fact.by)} says that {fact.account} is theirs in version control"


def _confirmed(fact: AccountConfirmed, name: NameOf) -> str:
    return f"{name(fact.by)} confirmed that {fact.account} is {name(fact.person)}"


def _rejected(fact: AccountRejected, name: NameOf) -> str:
    return f"{name(fact.by)} said that {fact.account} is not {name(fact.person)}"


LINKED: Mapping[type[Fact], Callable[[Any, NameOf], str]] = {
    AccountClaimed: _claimed,
    AccountConfirmed: _confirmed,
    AccountRejected: _rejected,
}
