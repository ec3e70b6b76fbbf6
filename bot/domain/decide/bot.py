"""What is decided of the whole bot, and of no one place."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.decide.calendar import freeze, unfreeze
from bot.domain.decide.known import Decided, Decision, HouseKnown, refuse_unentitled
from bot.domain.decide.people import claim, settle_claim
from bot.domain.decide.vote.seat import delegate
from bot.domain.facts.bot import ConfigReloaded
from bot.domain.facts.fact import BOT
from bot.domain.intents.bot import OfHouse, ReloadConfig
from bot.domain.intents.calendar import Freeze, Unfreeze
from bot.domain.intents.people import ClaimAccount, SettleClaim
from bot.domain.intents.vote import Delegate
from bot.domain.terms.refusal import Refusal

SIGHUP = "Send SIGHUP to the bot's process."


def reload(intent: ReloadConfig, known: HouseKnown, now: datetime) -> Decision:
    """It may loosen any rule. Whoever can signal the process speaks for the bot itself."""
    lacks = refuse_unentitled(intent, known, "Not reloaded", SIGHUP) if intent.by != BOT else None
    if lacks:
        return lacks
    fact = ConfigReloaded(at=now, by=intent.by, digest=intent.digest, diff=intent.diff)
    return Decided(also=[(intent.stream, fact)], note=intent.told)


HOUSE: Mapping[type[OfHouse], Callable[[Any, HouseKnown, datetime], Decision]] = {
    Freeze: freeze,
    Unfreeze: unfreeze,
    ClaimAccount: claim,
    SettleClaim: settle_claim,
    Delegate: delegate,
    ReloadConfig: reload,
}


def decide_house(intent: OfHouse, known: HouseKnown, now: datetime) -> Decided | Refusal:
    return HOUSE[type(intent)](intent, known, now)
