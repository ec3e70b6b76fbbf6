"""`/release freeze prod for 2h because INC-77`: nothing starts and nothing goes forward there."""

from bot.domain.intents.calendar import Freeze
from bot.domain.terms.refusal import Code
from bot.engine.door.door import PATIENCE, Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.answer import refuse
from commands.shared.moment import add_note, end_of
from commands.shared.scope import read_scope


async def run(ask: Ask) -> Reply:
    service, environment = read_scope(ask)
    if not (service or environment or ask.parsed.choice):
        return refuse(
            Code.NEEDS_WHAT,
            "Not frozen: it was not said what.",
            f"Type: {ask.desk.command} {SPEC.usage}",
        )
    end = end_of(ask, "Not frozen")
    if isinstance(end, Reply):
        return end
    intent = Freeze(
        by=ask.by,
        service=service,
        environment=environment,
        until=end.at if end else None,
        because=ask.because,
    )
    desk, key = ask.desk, ask.inbound.key
    told = await desk.engine.order(intent, inbox=key, patience=PATIENCE)
    return add_note(reply_to(told), end)


SPEC = CommandSpec(
    name="freeze",
    usage="freeze <all|env|service> [for <duration>|until <time>] [because <reason>]",
    summary="Nothing starts or goes forward there; what flies is watched, and may go back.",
    examples=("freeze all for 2h because INC-77",),
    does=Effectful.ACT,
    group=VerbGroup.CALENDAR,
    order=10,
    aliases=("lock",),
    what="optional",
    names=frozenset({"service"}),
    wide=True,
    choices=("all",),
    words=frozenset({"to", "for", "until", "because"}),
    intent=Freeze,
    run=run,
)
