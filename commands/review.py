"""`/release review R-142 approve`: the look back at what went past a gate."""

from bot.domain.intents.override import LookBack
from bot.domain.terms.refusal import Code
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.answer import refuse
from commands.shared.subject import OverrideSubject, find_subject, submit

APPROVE, NOT_APPROVED = "approve", "not-approved"


async def run(ask: Ask) -> Reply:
    subject = await find_subject(ask, "Not recorded")
    if not isinstance(subject, OverrideSubject):
        return subject
    if ask.parsed.choice is None:
        return refuse(
            Code.NEEDS_CHOICE,
            "Not recorded: neither approve nor not-approved was said.",
            f"Type: {ask.desk.command} {SPEC.usage}",
        )
    intent = LookBack(
        by=ask.by,
        service=subject.service,
        environment=subject.environment,
        version=subject.version,
        release=subject.release,
        because=ask.because,
        approved=ask.parsed.choice == APPROVE,
    )
    return await submit(ask, intent)


SPEC = CommandSpec(
    name="review",
    usage="review <R-142> approve|not-approved [because <reason>]",
    summary="Look back at a release that went past a gate; it is owed within a day.",
    examples=("review R-142 approve",),
    does=Effectful.ACT,
    group=VerbGroup.OVERRIDE,
    order=50,
    what="required",
    choices=(APPROVE, NOT_APPROVED),
    words=frozenset({"to", "because"}),
    intent=LookBack,
    run=run,
)
