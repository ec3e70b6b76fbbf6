"""`/release override R-142 freeze because INC-77`: asks a second person to let it past a gate."""

from bot.domain.intents.override import AskOverride
from bot.domain.state.override import GATES
from bot.domain.terms.refusal import Code
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful
from commands.common import refuse
from commands.moments import end_of, with_note
from commands.overseen import Meant, put, where


async def run(ask: Ask) -> Reply:
    meant = await where(ask, "Not asked")
    if not isinstance(meant, Meant):
        return meant
    if ask.parsed.choice is None:
        return refuse(
            Code.NEEDS_GATE,
            f"Not asked: no gate was named. There are: {', '.join(GATES)}.",
            f"Type: {ask.desk.command} {SPEC.usage}",
        )
    end = end_of(ask, "Not asked")
    if isinstance(end, Reply):
        return end
    reply = await put(
        ask,
        AskOverride(
            by=ask.by,
            service=meant.service,
            environment=meant.environment,
            version=meant.version,
            release=meant.release,
            because=ask.because,
            gate=ask.parsed.choice,
            until=end.at if end else None,
        ),
    )
    return with_note(reply, end)


SPEC = CommandSpec(
    name="override",
    usage="override <what> [<version>] freeze|poll|covered [for <duration>] because <reason>",
    summary="Ask to be let past a gate; a second person grants it, and everybody is told.",
    examples=("override R-142 freeze because INC-77",),
    does=Effectful.ACT,
    what="required",
    takes_version=True,
    choices=GATES,
    words=frozenset({"to", "for", "until", "because"}),
    right="override",
    run=run,
)
