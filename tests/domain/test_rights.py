"""[G0] A right stands once, on its intent, and counts where it is decided."""

from importlib import import_module
from pkgutil import iter_modules

import pytest

from bot.domain import intents
from bot.domain.decide.bot import HOUSE, decide_house
from bot.domain.decide.known import HouseKnown
from bot.domain.decide.release import decide
from bot.domain.facts.vote import Choice
from bot.domain.intents import release as i
from bot.domain.intents.bot import OfHouse, ReloadConfig
from bot.domain.intents.calendar import Freeze, Unfreeze
from bot.domain.intents.people import ClaimAccount, SettleClaim
from bot.domain.intents.vote import Delegate
from bot.domain.state.moves import State
from bot.domain.terms.rules import Right
from commands import COMMANDS
from tests.domain.builders import MEI, NOON, known, release_in
from tests.domain.deciding import refusal

BASES = {"Intent", "FromBot", "OfService", "OfHouse", "OfCalendar"}
HOUSE_ASKS: tuple[OfHouse, ...] = (
    Freeze(by=MEI),
    Unfreeze(by=MEI),
    ClaimAccount(by=MEI, account="mei-gh"),
    SettleClaim(by=MEI, account="mei-gh", yes=True),
    Delegate(by=MEI, seat="owner", to="U0RUI"),
    ReloadConfig(by=MEI),
)


def every_intent() -> list[type[i.Intent]]:
    names = [each.name for each in iter_modules(intents.__path__)]
    modules = [import_module(f"{intents.__name__}.{name}") for name in names]
    found = {
        each.__name__: each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, i.Intent)
    }
    return [found[name] for name in sorted(found.keys() - BASES)]


@pytest.mark.parametrize("kind", every_intent(), ids=lambda kind: kind.__name__)
def test_every_intent_says_its_right_or_why_it_needs_none(kind: type[i.Intent]) -> None:
    assert (kind.right is None) == bool(kind.without_right)
    assert (kind.right is None) == (kind in i.WORLD or kind.__name__ == "EndOverride")


@pytest.mark.parametrize("kind", i.PEOPLE, ids=lambda kind: kind.__name__)
def test_what_people_ask_of_a_release_is_refused_without_its_right(kind: type[i.Intent]) -> None:
    typed = {"choice": Choice.GO} if kind is i.Vote else {}
    others = frozenset(Right) - {kind.right}
    decision = decide(release_in(State.BAKING), kind(by=MEI, **typed), known(rights=others), NOON)
    assert refusal(decision).code == "NO_RIGHT"


@pytest.mark.parametrize("intent", HOUSE_ASKS, ids=lambda intent: type(intent).__name__)
def test_what_people_ask_of_the_house_is_refused_without_its_right(intent: OfHouse) -> None:
    assert type(intent) in HOUSE
    others = HouseKnown(rights=frozenset(Right) - {intent.right}, seats=("owner",), fills=True)
    assert refusal(decide_house(intent, others, NOON)).code == "NO_RIGHT"


def test_every_ask_of_the_house_is_looked_at_here() -> None:
    assert {type(each) for each in HOUSE_ASKS} == set(HOUSE)


def test_what_a_verb_needs_is_what_its_intent_needs() -> None:
    for spec in COMMANDS:
        assert spec.right is (spec.intent.right if spec.intent else None)
        assert (spec.intent is not None) == spec.is_act
