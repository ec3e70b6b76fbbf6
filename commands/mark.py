"""`/release mark checkout v1.4.2 good because it was DNS`"""

from bot.domain.facts.release import Mark
from bot.domain.intents.release import MarkVersion
from bot.domain.terms.refusal import Code
from bot.engine.door.door import PATIENCE, Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.answer import refuse, refuse_without_version


async def run(ask: Ask) -> Reply:
    parsed = ask.parsed
    if parsed.version is None:
        return refuse_without_version(ask, "Not marked", SPEC.usage)
    if parsed.choice is None:
        return refuse(
            Code.NEEDS_CHOICE,
            "Not marked: neither bad nor good was said.",
            f"Type: {ask.desk.command} {SPEC.usage}",
        )
    intent = MarkVersion(
        by=ask.by,
        service=parsed.service or "",
        environment=parsed.environment or "",
        version=parsed.version,
        mark=Mark(parsed.choice),
        because=ask.because,
    )
    return reply_to(await ask.desk.engine.open(intent, inbox=ask.inbound.key, patience=PATIENCE))


SPEC = CommandSpec(
    name="mark",
    usage="mark <service> <version> bad|good [in <env>] because <reason>",
    summary="Say that a version is bad, so that it is refused, or good again.",
    examples=("mark checkout v1.4.2 good because it was DNS",),
    does=Effectful.ACT,
    group=VerbGroup.SERVICE,
    order=10,
    what="required",
    names=frozenset({"service"}),
    takes_version=True,
    choices=("bad", "good"),
    words=frozenset({"to", "because"}),
    intent=MarkVersion,
    run=run,
)
