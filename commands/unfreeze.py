"""`/release unfreeze prod`: what was frozen by hand goes on."""

from bot.domain.intents.calendar import Unfreeze
from bot.domain.terms.refusal import Code
from bot.engine.door.door import PATIENCE, Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.answer import refuse
from commands.shared.scope import read_scope


async def run(ask: Ask) -> Reply:
    service, environment = read_scope(ask)
    if not (service or environment or ask.parsed.choice):
        return refuse(
            Code.NEEDS_WHAT,
            "Not unfrozen: it was not said what.",
            f"Type: {ask.desk.command} {SPEC.usage}",
        )
    intent = Unfreeze(by=ask.by, service=service, environment=environment, because=ask.because)
    desk, key = ask.desk, ask.inbound.key
    return reply_to(await desk.engine.order(intent, inbox=key, patience=PATIENCE))


SPEC = CommandSpec(
    name="unfreeze",
    usage="unfreeze <all|env|service> [because <reason>]",
    summary="Lift what was frozen by hand; what waited goes on by itself.",
    examples=("unfreeze all because INC-77 is over",),
    does=Effectful.ACT,
    group=VerbGroup.CALENDAR,
    order=20,
    aliases=("unlock",),
    what="optional",
    names=frozenset({"service"}),
    wide=True,
    choices=("all",),
    words=frozenset({"to", "because"}),
    intent=Unfreeze,
    run=run,
)
