"""`/release freeze prod for 2h because INC-77`: nothing starts and nothing goes forward there."""

from datetime import datetime

from bot.domain.intents.calendar import Freeze
from bot.domain.terms.strategy import StepGate
from bot.domain.terms.when import WallError, opens_next
from bot.engine.door.calendar import put
from bot.engine.door.door import PATIENCE, Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful
from commands.common import refuse
from commands.since import written_out


async def run(ask: Ask) -> Reply:
    service, environment = scope(ask)
    if not (service or environment or ask.parsed.choice):
        return refuse(
            "NEEDS_WHAT",
            "Not frozen: it was not said what.",
            f"Type: {ask.desk.command} {SPEC.usage}",
        )
    typed, now = ask.parsed.word("until"), ask.desk.engine.clock.now()
    span = ask.parsed.span
    until = moment(typed, now, ask.desk.readers.zone) if typed else span and now + span
    if typed and until is None:
        return refuse(
            "BAD_TIME",
            f'Not frozen: "until {typed}" is no time to come.',
            "Write until 17:00, until mon 08:00 or until 2026-12-24T08:00.",
        )
    intent = Freeze(
        by=ask.by,
        service=service,
        environment=environment,
        until=until or None,
        because=ask.because,
    )
    desk, key = ask.desk, ask.inbound.key
    return reply_to(await put(desk.engine, desk.book, intent, inbox=key, patience=PATIENCE))


def scope(ask: Ask) -> tuple[str, str]:
    """What was typed, and not what the thread would fill in: nobody stops less than they said."""
    said = ask.parsed.said
    service = ask.parsed.service if "service" in said else None
    environment = ask.parsed.environment if "environment" in said else None
    return service or "", environment or ""


def moment(typed: str, now: datetime, zone: str) -> datetime | None:
    """The next time that clocks there show this, or the one that is written out."""
    try:
        return opens_next(StepGate(opens=typed, zone=zone), now)
    except WallError:
        return written_out(typed, zone)


SPEC = CommandSpec(
    name="freeze",
    usage="freeze <all|env|service> [for <duration>|until <time>] [because <reason>]",
    summary="Nothing starts or goes forward there; what flies is watched, and may go back.",
    examples=("freeze all for 2h because INC-77",),
    does=Effectful.ACT,
    aliases=("lock",),
    what="optional",
    names=frozenset({"service"}),
    wide=True,
    choices=("all",),
    words=frozenset({"to", "for", "until", "because"}),
    right="pause",
    run=run,
)
