"""Who lets somebody else fill their seat for a while."""

from datetime import datetime, timedelta

from bot.domain.decide.known import Decided, Decision, HouseKnown, refuse_unentitled
from bot.domain.facts.vote import Delegated
from bot.domain.intents.vote import Delegate
from bot.domain.terms.refusal import Code, Refusal

LONGEST = timedelta(days=30)
NOT_DONE = "Not delegated"
NOBODY_MAY = "Ask whoever keeps the config."


def delegate(intent: Delegate, known: HouseKnown, now: datetime) -> Decision:
    if lacks := refuse_unentitled(intent, known, NOT_DONE, NOBODY_MAY):
        return lacks
    if refusal := _unclear(intent, known, now) or _may_not(intent, known):
        return refusal
    fact = Delegated(at=now, by=intent.by, seat=intent.seat, to=intent.to, until=_end(intent, now))
    return Decided(also=[(intent.stream, fact)], note=_told(fact))


def _end(intent: Delegate, now: datetime) -> datetime:
    """What goes to oneself ends at once, whatever was said."""
    return now if intent.to == intent.by or intent.until is None else intent.until


def _unclear(intent: Delegate, known: HouseKnown, now: datetime) -> Refusal | None:
    """Which seat, to whom, until when."""
    if intent.seat not in known.seats:
        seats = ", ".join(known.seats) or "none: no poll is configured"
        return Refusal(
            Code.NEEDS_SEAT,
            f"{NOT_DONE}: that names no seat. There are: {seats}.",
            "Type: /release delegate <seat> to @who until <time>",
        )
    if not intent.to:
        return Refusal(
            Code.NEEDS_PERSON,
            f"{NOT_DONE}: I cannot tell whom you mean by {intent.typed or 'nobody'}.",
            f"Mention them: /release delegate {intent.seat} to @name until 18:00.",
        )
    ends = intent.until is not None and intent.until - now <= LONGEST
    if ends or intent.to == intent.by:
        return None
    return Refusal(
        Code.NEEDS_END,
        f"{NOT_DONE}: it needs an end that is ahead, at most {LONGEST.days} days from now.",
        f"Type: /release delegate {intent.seat} to @name until mon 09:00.",
    )


def _may_not(intent: Delegate, known: HouseKnown) -> Refusal | None:
    if not known.fills:
        return Refusal(
            Code.NOT_YOUR_SEAT,
            f"{NOT_DONE}: you do not hold the seat {intent.seat} anywhere, as far as I can see.",
            "Only who holds a seat delegates it; nobody passes on what was delegated to them.",
        )
    if known.is_member is True:
        return None
    return Refusal(
        Code.NOT_A_MEMBER,
        f"{NOT_DONE}: a seat is filled by full members of this workspace only, and I "
        "cannot see that they are one.",
        "Name a full member, or try again in a minute.",
    )


def _told(fact: Delegated) -> str:
    if fact.to == fact.by:
        return f"The seat {fact.seat} is yours alone again."
    return (
        f"Until {fact.until:%d %b %H:%M} UTC {fact.to} may fill the seat {fact.seat} for you; "
        "votes say so. To end it: delegate it to yourself."
    )
