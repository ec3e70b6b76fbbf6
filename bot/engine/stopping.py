"""Freezes that people set: who may, and putting them into the record."""

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.decide.calendar import freeze, unfreeze
from bot.domain.decide.known import Decision
from bot.domain.facts.calendar import CALENDAR
from bot.domain.intents.calendar import Freeze, Unfreeze
from bot.domain.terms.rules import Right, Rules
from bot.engine.answers import Answer
from bot.engine.engine import Engine
from bot.engine.rulebook import Rulebook


async def put(
    engine: Engine,
    book: Rulebook,
    intent: Freeze | Unfreeze,
    *,
    inbox: str | None = None,
    patience: timedelta | None = None,
) -> Answer:
    """Freeze or unfreeze a place; rights and what stands are read in the act."""

    async def decide() -> Decision:
        state, now = await engine.history.declared(), engine.clock.now()
        if isinstance(intent, Freeze):
            may = await may_freeze(book, intent)
            who = ", ".join(book.who_may_anywhere(Right.PAUSE))
            return freeze(intent, state, may, book.calendar.zone, now, who)
        who = ", ".join(book.who_may_anywhere(Right.PROMOTE))
        names = await engine.store.names()
        return unfreeze(intent, state, await may_lift(book, intent), now, who, names)

    return await engine.append(CALENDAR, decide, inbox=inbox, patience=patience)


async def may_freeze(book: Rulebook, intent: Freeze) -> bool:
    """Stopping is safe: who may pause anything there may freeze all of it."""
    for rules in _meant(book, intent):
        if Right.PAUSE in await book.rights(intent.by, rules):
            return True
    return False


async def may_lift(book: Rulebook, intent: Unfreeze) -> bool:
    """What somebody else stopped: by the right to promote all of it."""
    held = [await book.rights(intent.by, rules) for rules in _meant(book, intent)]
    return bool(held) and all(Right.PROMOTE in rights for rights in held)


def _meant(book: Rulebook, intent: Freeze | Unfreeze) -> Iterator[Rules]:
    for (service, environment), rules in book.policy.services.items():
        if intent.service in ("", service) and intent.environment in ("", environment):
            yield rules
