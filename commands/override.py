"""`/release override R-142 freeze because INC-77`: asks a second person to let it past a gate."""

from bot.domain.intents.override import AskOverride
from bot.domain.state.override import GATES
from bot.domain.terms.refusal import Code
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.answer import refuse
from commands.shared.moment import add_note, end_of
from commands.shared.subject import OverrideSubject, find_subject, submit


async def run(ask: Ask) -> Reply:
    subject = await find_subject(ask, "Not asked")
    if not isinstance(subject, OverrideSubject):
        return subject
    if ask.parsed.choice is None:
        return refuse(
            Code.NEEDS_GATE,
            f"Not asked: no gate was named. There are: {', '.join(GATES)}.",
            f"Type: {ask.desk.command} {SPEC.usage}",
        )
    end = end_of(ask, "Not asked")
    if isinstance(end, Reply):
        return end
    reply = await submit(
        ask,
        AskOverride(
            by=ask.by,
            service=subject.service,
            environment=subject.environment,
            version=subject.version,
            release=subject.release,
            because=ask.because,
            gate=ask.parsed.choice,
            until=end.at if end else None,
        ),
    )
    return add_note(reply, end)


SPEC = CommandSpec(
    name="override",
    usage="override <what> [<version>] freeze|poll|covered [for <duration>] because <reason>",
    summary="Ask to be let past a gate; a second person grants it, and everybody is told.",
    examples=("override R-142 freeze because INC-77",),
    does=Effectful.ACT,
    group=VerbGroup.OVERRIDE,
    order=10,
    what="required",
    takes_version=True,
    choices=GATES,
    words=frozenset({"to", "for", "until", "because"}),
    intent=AskOverride,
    run=run,
)
