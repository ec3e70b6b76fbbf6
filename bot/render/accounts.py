"""One sentence per fact about who is whom in version control; see bot.render.timeline."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from bot.domain import linking as k
from bot.domain.facts import Fact

Name: TypeAlias = Callable[[str], str]


def _claimed(fact: k.AccountClaimed, name: Name) -> str:
    return f"{name(fact.by)} says that {fact.account} is theirs in version control"


def _confirmed(fact: k.AccountConfirmed, name: Name) -> str:
    return f"{name(fact.by)} confirmed that {fact.account} is {name(fact.person)}"


def _rejected(fact: k.AccountRejected, name: Name) -> str:
    return f"{name(fact.by)} said that {fact.account} is not {name(fact.person)}"


LINKED: Mapping[type[Fact], Callable[[Any, Name], str]] = {
    k.AccountClaimed: _claimed,
    k.AccountConfirmed: _confirmed,
    k.AccountRejected: _rejected,
}
