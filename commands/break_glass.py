"""`/release break-glass checkout v1.4.3 hotfix INC-77 because …`: past every gate, loudly."""

from bot.domain.intents.override import BreakGlass
from bot.domain.intents.release import Start
from bot.engine.door.door import PATIENCE, Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful
from commands.overseen import Meant, put, where


async def run(ask: Ask) -> Reply:
    parsed = ask.parsed
    incident = parsed.word("hotfix") or ""
    if parsed.version is not None and "release" not in parsed.said:
        intent = Start(
            by=ask.by,
            release="",
            service=parsed.service or "",
            environment=parsed.environment or "",
            version=parsed.version,
            because=ask.because,
            incident=incident,
            glass=True,
        )
        engine = ask.desk.engine
        return reply_to(await engine.open(intent, inbox=ask.inbound.key, patience=PATIENCE))
    meant = await where(ask, "No glass was broken")
    if not isinstance(meant, Meant):
        return meant
    return await put(
        ask,
        BreakGlass(
            by=ask.by,
            service=meant.service,
            environment=meant.environment,
            version=meant.version,
            release=meant.release,
            because=ask.because,
            incident=incident,
        ),
    )


SPEC = CommandSpec(
    name="break-glass",
    usage="break-glass <what> [<version>] hotfix <incident> because <reason>",
    summary="Go past every gate at once, by your role: everybody is told, and it is looked at.",
    examples=("break-glass R-142 hotfix INC-77 because checkout is down",),
    does=Effectful.ACT,
    what="required",
    takes_version=True,
    words=frozenset({"to", "hotfix", "because"}),
    right="break_glass",
    run=run,
)
