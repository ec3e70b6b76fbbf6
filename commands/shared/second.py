"""The second person's answer to an override, yes or no."""

from bot.domain.intents.override import AnswerOverride
from bot.engine.door.door import Ask, Reply
from commands.shared.subject import OverrideSubject, find_subject, submit


async def answer_override(ask: Ask, yes: bool) -> Reply:
    subject = await find_subject(ask, "Not granted" if yes else "Not refused")
    if not isinstance(subject, OverrideSubject):
        return subject
    named = "version" in ask.parsed.said or "release" in ask.parsed.said
    intent = AnswerOverride(
        by=ask.by,
        service=subject.service,
        environment=subject.environment,
        version=subject.version if named else "",
        because=ask.because,
        gate=ask.parsed.choice or "",
        yes=yes,
        seen=ask.inbound.seen,
    )
    return await submit(ask, intent)
