"""How verbs answer: a message, a sentence, or a refusal with its remedy."""

from collections.abc import Sequence

from bot.domain.terms.refusal import Code
from bot.engine.door.door import Ask, Desk, Reply, reply_to
from bot.engine.record.engine import Answer
from bot.ports.chat import Message
from bot.render.answers import answer
from bot.render.why_not import order_names

LOOKED_UP = 8
"""People of a group that the directory is asked to name for one answer."""


async def names_of(people: Sequence[str], desk: Desk) -> list[str]:
    """What to call them: by the record, else by the directory, else their ids."""
    names = dict(await desk.engine.store.names())
    unnamed = [person for person in people[:LOOKED_UP] if person not in names]
    known = await desk.book.directory.look_up(unnamed)
    names |= {person: found.name for person, found in known.items()}
    return order_names(people, names)


def say(text: str) -> Reply:
    return Reply(message=answer(text))


def show(message: Message) -> Reply:
    return Reply(message=message)


def refuse(code: str, sentence: str, remedy: str) -> Reply:
    return reply_to(Answer(text=sentence, code=code, remedy=remedy, recorded=False))


def refuse_without_version(ask: Ask, not_done: str, usage: str) -> Reply:
    return refuse(
        Code.NEEDS_VERSION,
        f"{not_done}: no version was named.",
        f"Type: {ask.desk.command} {usage}",
    )
