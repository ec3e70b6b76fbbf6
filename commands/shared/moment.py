"""`for 2h`, `until fri 18:00`, `since 14:30`: one reading, and one refusal, for every verb."""

from dataclasses import replace

from bot.domain.terms.clock import SPELLINGS, TimeRead, read_end, read_start
from bot.engine.door.door import Ask, Reply
from bot.render.kit.blocks import context, escape
from commands.shared.answer import refuse

BAD_TIME = "BAD_TIME"


def end_of(ask: Ask, not_done: str) -> TimeRead | Reply | None:
    """When it is to end; None where no end was said, a refusal where it cannot be told."""
    now = ask.desk.engine.clock.now()
    if ask.parsed.span is not None:
        return TimeRead(at=now + ask.parsed.span)
    typed = ask.parsed.word("until")
    if not typed:
        return None
    return read_end(typed, now, ask.desk.readers.zone) or _refuse(
        f'{not_done}: "until {typed}" is no time that I can read, or it has passed.', "until"
    )


def start_of(ask: Ask, not_done: str) -> TimeRead | Reply | None:
    """Since when is meant; None where it was not said, a refusal where it cannot be told."""
    typed, now = ask.parsed.word("since"), ask.desk.engine.clock.now()
    if not typed:
        return None
    return read_start(typed, now, ask.desk.readers.zone) or _refuse(
        f'{not_done}: "since {typed}" is no time that I can read.', "since"
    )


def _refuse(sentence: str, word: str) -> Reply:
    return refuse(BAD_TIME, sentence, f"Write it like {word} 14:30, or as one of {SPELLINGS}.")


def add_note(reply: Reply, read: TimeRead | None) -> Reply:
    """The same reply, with what the clocks did to the time that was typed."""
    if read is None or not read.note or reply.code:
        return reply
    note, before = escape(read.note), reply.message
    shown = replace(before, text=f"{before.text} {note}", blocks=(*before.blocks, context(note)))
    return replace(reply, message=shown)
