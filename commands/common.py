"""What several verbs share: putting an intent to the release that was meant."""

from bot.render.answers import answer, refusal

from bot.domain.intents import Intent
from bot.domain.release import Release
from bot.engine.door import PATIENCE, Ask, Reply, reply_to
from bot.engine.engine import Answer
from bot.ports.chat import Message


async def meant(ask: Ask) -> Release | None:
    """The release that was named, or that is live where the words point to."""
    if ask.parsed.release is None:
        return None
    return await ask.desk.engine.history.release(ask.parsed.release)


async def tell(ask: Ask, intent: Intent, not_done: str) -> Reply:
    """Put an intent to the release that was meant."""
    release = await meant(ask)
    if release is None:
        return nothing_live(ask, not_done)
    told = await ask.desk.engine.tell(release.id, intent, inbox=ask.inbound.key, patience=PATIENCE)
    return reply_to(told)


def nothing_live(ask: Ask, not_done: str) -> Reply:
    parsed = ask.parsed
    if parsed.release is not None:
        text = f"{not_done}: there is no {parsed.release}."
    else:
        where = f" in {parsed.environment}" if parsed.environment else ""
        text = f"{not_done}: nothing is live for {parsed.service}{where}."
    remedy = f"{ask.desk.command} status shows what is live."
    return reply_to(Answer(text=text, code="NOTHING_LIVE", remedy=remedy, recorded=False))


def say(text: str) -> Reply:
    return Reply(message=answer(text))


def show(message: Message) -> Reply:
    return Reply(message=message)


def refuse(code: str, sentence: str, remedy: str) -> Reply:
    return Reply(message=refusal(sentence, remedy, []), code=code)
