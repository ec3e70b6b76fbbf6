"""`/release break-glass checkout v1.4.3 hotfix INC-77 because …`: past every gate, loudly."""

from bot.domain.intents.override import BreakGlass
from bot.domain.intents.release import Start
from bot.engine.door.door import PATIENCE, Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.subject import OverrideSubject, find_subject, submit


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
    subject = await find_subject(ask, "No glass was broken")
    if not isinstance(subject, OverrideSubject):
        return subject
    return await submit(
        ask,
        BreakGlass(
            by=ask.by,
            service=subject.service,
            environment=subject.environment,
            version=subject.version,
            release=subject.release,
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
    group=VerbGroup.OVERRIDE,
    order=40,
    what="required",
    takes_version=True,
    words=frozenset({"to", "hotfix", "because"}),
    intent=BreakGlass,
    run=run,
)
