"""What several verbs share: putting an intent to the release that was meant."""

from collections.abc import Sequence

from bot.domain.intents.release import Intent
from bot.domain.state.release import Release
from bot.domain.terms.refusal import Code
from bot.engine.door.door import PATIENCE, Ask, Desk, Reply, reply_to
from bot.engine.record.engine import Answer
from bot.ports.chat import Message
from bot.render.answers import answer
from bot.render.why_not import called

LOOKED_UP = 8
"""People of a group that the directory is asked to name for one answer."""


async def meant(ask: Ask) -> Release | None:
    """The release that was named, or that is live where the words point to."""
    if ask.parsed.release is None:
        return None
    return await ask.desk.engine.history.release(ask.parsed.release)


def elsewhere(
    ask: Ask, release: Release | None, not_done: str, crosses: bool = False
) -> Reply | None:
    """A refusal where the release that was named is not of the place that was named.

    `crosses`: the environment is where it is to go.
    """
    if release is None:
        return None
    places = [(ask.parsed.service, release.service), (ask.parsed.environment, release.environment)]
    said = places[:1] if crosses else places
    wrong = next((typed for typed, real in said if typed not in (None, real)), None)
    if wrong is None:
        return None
    return refuse(
        Code.OTHER_PLACE,
        f"{not_done}: {release.id} is of {release.service} in {release.environment}, "
        f"and you said {wrong}.",
        "Name only the release, or only where it is.",
    )


async def tell(ask: Ask, intent: Intent, not_done: str) -> Reply:
    """Put an intent to the release that was meant."""
    release = await meant(ask)
    if release is None:
        return nothing_live(ask, not_done)
    if wrong := elsewhere(ask, release, not_done):
        return wrong
    told = await ask.desk.engine.tell(release.id, intent, inbox=ask.inbound.key, patience=PATIENCE)
    return reply_to(told)


def nothing_live(ask: Ask, not_done: str) -> Reply:
    parsed = ask.parsed
    if parsed.release is not None:
        text = f"{not_done}: there is no {parsed.release}."
    else:
        where = f" in {parsed.environment}" if parsed.environment else ""
        text = f"{not_done}: nothing is live for {parsed.service}{where}."
    return refuse(Code.NOTHING_LIVE, text, f"{ask.desk.command} status shows what is live.")


async def names_of(people: Sequence[str], desk: Desk) -> list[str]:
    """What to call them: by the record, else by the directory, else their ids."""
    names = dict(await desk.engine.store.names())
    unnamed = [person for person in people[:LOOKED_UP] if person not in names]
    known = await desk.book.directory.look_up(unnamed)
    names |= {person: found.name for person, found in known.items()}
    return called(people, names)


def say(text: str) -> Reply:
    return Reply(message=answer(text))


def show(message: Message) -> Reply:
    return Reply(message=message)


def refuse(code: str, sentence: str, remedy: str) -> Reply:
    return reply_to(Answer(text=sentence, code=code, remedy=remedy, recorded=False))


def needs_version(ask: Ask, not_done: str, usage: str) -> Reply:
    return refuse(
        Code.NEEDS_VERSION,
        f"{not_done}: no version was named.",
        f"Type: {ask.desk.command} {usage}",
    )
