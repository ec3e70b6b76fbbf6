"""`/release delegate release to @rui until mon 09:00`: somebody else fills a seat for a while."""

import re
from datetime import timedelta

from bot.domain.facts.vote import Delegated
from bot.domain.terms.clock import TimeRead
from bot.domain.terms.refusal import Code
from bot.domain.terms.rules import Right
from bot.engine.door.door import NO_RIGHT, PATIENCE, Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful, Group
from bot.engine.record.engine import Answer
from bot.engine.record.voters import DELEGATIONS
from commands.shared.answer import refuse
from commands.shared.moment import add_note, end_of

LONGEST = timedelta(days=30)
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


async def run(ask: Ask) -> Reply:
    seat, now = ask.parsed.seat or "", ask.desk.engine.clock.now()
    if not await ask.desk.book.holds_anywhere(ask.by, Right.READ):
        return _lacks_right(ask)
    if seat not in ask.desk.book.seats():
        return _say_which(ask)
    to = await find_person(ask)
    if to is None:
        return refuse(
            Code.NEEDS_PERSON,
            f"Not delegated: I cannot tell whom you mean by {ask.parsed.person or 'nobody'}.",
            f"Mention them: {ask.desk.command} delegate {seat} to @name until 18:00.",
        )
    end = TimeRead(at=now) if to == ask.by else end_of(ask, "Not delegated")
    if isinstance(end, Reply):
        return end
    if end is None or end.at - now > LONGEST:
        return refuse(
            Code.NEEDS_END,
            "Not delegated: it needs an end that is ahead, at most 30 days from now.",
            f"Type: {ask.desk.command} delegate {seat} to @name until mon 09:00.",
        )
    fact = Delegated(at=now, by=ask.by, seat=seat, to=to, until=end.at)
    return add_note(await _delegate(ask, fact), end)


async def _delegate(ask: Ask, fact: Delegated) -> Reply:
    book = ask.desk.book
    if not await book.holds_seat(ask.by, fact.seat):
        return refuse(
            Code.NOT_YOUR_SEAT,
            f"Not delegated: you do not hold the seat {fact.seat} anywhere, as far as I can see.",
            "Only who holds a seat delegates it; nobody passes on what was delegated to them.",
        )
    if await book.is_member(fact.to) is not True:
        return refuse(
            Code.NOT_A_MEMBER,
            "Not delegated: a seat is filled by full members of this workspace only, and I "
            "cannot see that they are one.",
            "Name a full member, or try again in a minute.",
        )
    answer = Answer(text=_told(fact))
    inbox = ask.inbound.key
    await ask.desk.engine.note(DELEGATIONS, fact, answer=answer, inbox=inbox, patience=PATIENCE)
    return reply_to(answer)


def _told(fact: Delegated) -> str:
    if fact.to == fact.by:
        return f"The seat {fact.seat} is yours alone again."
    return (
        f"Until {fact.until:%d %b %H:%M} UTC {fact.to} may fill the seat {fact.seat} for you; "
        "votes say so. To end it: delegate it to yourself."
    )


async def find_person(ask: Ask) -> str | None:
    """The id of the person that was named: by mention, or by the only such name."""
    mentioned = _MENTION.findall(ask.parsed.raw)
    if mentioned:
        return str(mentioned[-1])
    typed = (ask.parsed.person or "").lstrip("@").casefold()
    if typed in ("me", "myself"):
        return ask.by
    names = await ask.desk.engine.store.names()
    found = [person for person, name in names.items() if name.casefold() == typed]
    return found[0] if len(found) == 1 else None


def _lacks_right(ask: Ask) -> Reply:
    who_may = ", ".join(ask.desk.book.who_may_anywhere(Right.READ)) or "whoever keeps the config"
    return refuse(
        NO_RIGHT,
        f"Not delegated: you do not have the right to {Right.READ} anywhere.",
        f"Ask {who_may}.",
    )


def _say_which(ask: Ask) -> Reply:
    seats = ", ".join(ask.desk.book.seats()) or "none: no poll is configured"
    return refuse(
        Code.NEEDS_SEAT,
        f"Not delegated: that names no seat. There are: {seats}.",
        f"Type: {ask.desk.command} {SPEC.usage}",
    )


SPEC = CommandSpec(
    name="delegate",
    usage="delegate <seat> to @who until <time>",
    summary="Let somebody else fill your seat in votes for a while; to yourself: end it.",
    examples=("delegate release to @rui until mon 09:00",),
    does=Effectful.ACT,
    group=Group.VOTE,
    order=30,
    takes_seat=True,
    takes_person=True,
    words=frozenset({"for", "until"}),
    right="read",
    run=run,
)
