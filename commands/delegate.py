"""`/release delegate release to @rui until mon 09:00`: somebody else fills a seat for a while."""

import re

from bot.domain.intents.vote import Delegate
from bot.engine.door.door import PATIENCE, Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.moment import add_note, end_of

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


async def run(ask: Ask) -> Reply:
    to = await find_person(ask) or ""
    end = end_of(ask, "Not delegated") if to != ask.by else None
    if isinstance(end, Reply):
        return end
    intent = Delegate(
        by=ask.by,
        seat=ask.parsed.seat or "",
        to=to,
        until=end.at if end else None,
        typed=ask.parsed.person or "",
    )
    told = await ask.desk.engine.order(intent, inbox=ask.inbound.key, patience=PATIENCE)
    return add_note(reply_to(told), end)


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


SPEC = CommandSpec(
    name="delegate",
    usage="delegate <seat> to @who until <time>",
    summary="Let somebody else fill your seat in votes for a while; to yourself: end it.",
    examples=("delegate release to @rui until mon 09:00",),
    does=Effectful.ACT,
    group=VerbGroup.VOTE,
    order=30,
    takes_seat=True,
    takes_person=True,
    words=frozenset({"for", "until"}),
    intent=Delegate,
    run=run,
)
