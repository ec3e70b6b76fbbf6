"""In which role somebody acted: what gave them the right, as the config said at that moment."""

from dataclasses import replace

from bot.domain.decide.known import Decided
from bot.domain.facts.fact import BOT, Fact
from bot.domain.facts.vote import BallotCast, NoGoGiven
from bot.domain.intents.release import Intent
from bot.domain.terms.rules import Right, Rules
from bot.engine.people.rulebook import Rulebook


async def in_role(
    accepted: Decided, intent: Intent, right: Right | None, rules: Rules | None, book: Rulebook
) -> Decided:
    """The same, with the actor's role in their facts; the bot has none, nor what needs no right."""
    if right is None or rules is None or intent.by == BOT:
        return accepted
    role = await book.role(intent.by, right, rules)
    theirs = [_with_role(fact, intent.by, role) for fact in accepted.facts]
    also = [(stream, _with_role(fact, intent.by, role)) for stream, fact in accepted.also]
    return replace(accepted, facts=theirs, also=also)


def _with_role(fact: Fact, by: str, role: str) -> Fact:
    """Who votes does so for a seat, whatever else they may."""
    if fact.by != by:
        return fact
    seat = fact.seat if isinstance(fact, BallotCast | NoGoGiven) else ""
    return replace(fact, role=f"seat {seat}" if seat else role)
