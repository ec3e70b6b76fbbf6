"""Where a command comes in: read, decided, recorded, answered, whatever way it came."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from bot.domain.facts.bot import Denied
from bot.domain.state.release import Release
from bot.domain.terms.refusal import Code
from bot.engine.door.doubt import EDITED, Doubt, among_words, answer_edit
from bot.engine.door.forms import start_form
from bot.engine.door.grammar import Surroundings, Vocabulary, begin, finish
from bot.engine.door.spec import CommandSpec, Offer, Parsed, Unclear
from bot.engine.door.visibility import is_open_to, refuse_hidden
from bot.engine.door.wordbook import Wordbook
from bot.engine.parts import Ports
from bot.engine.people.admission import ONLY_BACK, Standing, standing_of
from bot.engine.people.rulebook import Rulebook
from bot.engine.record.engine import Answer, Engine
from bot.engine.watch.views import Views
from bot.ports.chat import Message
from bot.ports.store import StoreError
from bot.render.answers import answer as say
from bot.render.answers import refusal
from bot.render.kit.forms import AskedForm

log = structlog.get_logger()

PATIENCE = timedelta(seconds=2)
"""How long a command may wait for the record before it is withdrawn; Slack gives three."""
NOTING = timedelta(seconds=0.5)
"""How long a refusal waits for being noted before it is said."""
DOOR_STREAM = "door"
DENIALS_A_MINUTE = 6
NO_RIGHT = Code.NO_RIGHT
UNNOTED = frozenset({"CONFIRM", "WITHDRAWN", Code.BEING_RECORDED, Code.NOT_RECORDED})
"""Codes of answers that refuse nothing: a click is asked for, or the record is slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """What came in. `key` is its id for ever; `seen` is what a button was drawn for.

    With a `doubt` it is not done, whatever it says.
    """

    key: str
    text: str
    by: str
    via: str
    channel: str = ""
    thread: str = ""
    verb: str | None = None
    release: str = ""
    seen: str = ""
    doubt: Doubt = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the asker reads; `public` is for all to see. `code` is empty where it went well.

    `answer` is the same before it was rendered, where it was one. `form` asks for what was missing:
    where one can be opened it stands for the message.
    """

    message: Message
    public: bool = False
    code: str = ""
    release: str = ""
    answer: Answer | None = None
    form: AskedForm | None = None


Reload: TypeAlias = Callable[[str, str], Awaitable[Answer]]
"""Reads the config again, for a person and the key of what came in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a command may use."""

    engine: Engine
    ports: Ports
    book: Rulebook
    readers: Views
    specs: Sequence[CommandSpec]
    command: str = "/release"
    reload: Reload | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request that was understood, with everything needed to answer it."""

    parsed: Parsed
    inbound: Inbound
    desk: Desk

    @property
    def by(self) -> str:
        return self.inbound.by

    @property
    def because(self) -> str:
        return self.parsed.word("because") or ""


class Door:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._specs = {spec.name: spec for spec in desk.specs}
        self._words = Wordbook(desk.specs, desk.book, desk.readers, desk.engine.history)
        self._denials = Denials(desk.engine)
        self._greeted: set[str] = set()

    async def hear(self, inbound: Inbound) -> Reply:
        """One answer to one input; the same input again gets the same answer and does nothing."""
        inbound = sound(inbound)
        try:
            return await self._hear(inbound)
        except StoreError as error:
            log.error("door.store_failed", key=inbound.key, why=str(error))
            remedy = "If it is urgent, act by hand, and tell whoever runs me."
            return reply_to(Answer(text=str(error), code=Code.NOT_RECORDED, remedy=remedy))

    async def turned_away(self, inbound: Inbound, reply: Reply) -> None:
        """Somebody who may not come in at all: what they asked stands in the record too."""
        await self._denials.note(sound(inbound), reply)

    async def _hear(self, inbound: Inbound) -> Reply:
        replied = await self._desk.engine.store.replied(inbound.key)
        if replied is not None and replied.reply is not None:
            return reply_to(Answer(**replied.reply))
        if inbound.doubt == EDITED:
            return reply_to(answer_edit())
        vocabulary = self._words.vocabulary()
        parsed = await self._parse(inbound, vocabulary)
        if inbound.doubt:
            return reply_to(*among_words(parsed))
        if isinstance(parsed, Unclear):
            reply = replace(unclear(parsed), form=start_form(parsed, inbound.text, vocabulary))
            await self._denials.note(inbound, reply)
            return reply
        return await self._answer(Ask(parsed=parsed, inbound=inbound, desk=self._desk))

    async def _parse(self, inbound: Inbound, vocabulary: Vocabulary) -> Parsed | Unclear:
        command = f"/{inbound.verb}" if inbound.verb == "rollback" else self._desk.command
        known = Surroundings(vocabulary=vocabulary, command=command)
        begun = begin(inbound.text, known, verb=inbound.verb)
        if isinstance(begun, Unclear):
            return begun
        about = await self._about(inbound) if begun.is_somewhere else None
        return finish(begun, await self._words.around(begun, about))

    async def _answer(self, ask: Ask) -> Reply:
        spec = self._specs[ask.parsed.verb]
        reply = await self._run(spec, ask)
        await self._learn_name(ask.by)
        if (spec.is_act and reply.code and reply.code not in UNNOTED) or reply.code == NO_RIGHT:
            await self._denials.note(ask.inbound, reply)
        return reply

    async def _run(self, spec: CommandSpec, ask: Ask) -> Reply:
        standing = await standing_of(ask.by, self._desk.book.directory)
        if not is_open_to(spec, standing):
            return reply_to(not_placed(standing))
        if not spec.is_act:
            desk = self._desk
            unseen = await refuse_hidden(ask.parsed, ask.by, desk.book, desk.engine.history)
            if unseen is not None:
                return reply_to(unseen)
        reply: Reply = add_offers(ask, await spec.run(ask))
        return reply

    async def _learn_name(self, person: str) -> None:
        """The record holds ids; what to call them stands beside it."""
        if person in self._greeted:
            return
        known = await self._desk.book.directory.person(person)
        if known is not None:
            await self._desk.engine.store.put_names({person: known.name})
            self._greeted.add(person)

    async def _about(self, inbound: Inbound) -> Release | None:
        """The release of the button, else of the thread."""
        if inbound.release:
            named = await self._desk.engine.history.release(inbound.release)
            if named is not None:
                return named
        return await self._desk.readers.in_thread(inbound.channel, inbound.thread)


def sound(inbound: Inbound) -> Inbound:
    """Without half characters, which no record can hold."""
    return replace(inbound, key=whole(inbound.key), text=whole(inbound.text))


def whole(text: str) -> str:
    """Text without halves of characters and without NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "�")


def add_offers(ask: Ask, reply: Reply) -> Reply:
    """With a form where all that is missing is a reason."""
    if reply.code != Code.NO_REASON or reply.form is not None:
        return reply
    asked = AskedForm(
        name="because",
        line=ask.parsed.line,
        release=ask.inbound.release,
        seen=ask.inbound.seen,
    )
    return replace(reply, form=asked)


def not_placed(standing: Standing) -> Answer:
    """Why somebody may not use a verb, whatever their rights are."""
    remedy = "" if standing.refusal else "Try again in a minute."
    return Answer(text=standing.refusal or ONLY_BACK, code=NO_RIGHT, remedy=remedy)


def unclear(found: Unclear) -> Reply:
    answer = Answer(text=found.sentence, code=found.code.upper(), remedy=found.remedy)
    return reply_to(answer, found.offers)


def reply_to(answer: Answer, offers: Sequence[Offer] = ()) -> Reply:
    """What the engine answered, as a message."""
    if answer.ok:
        return Reply(message=say(answer.text), public=True, release=answer.release, answer=answer)
    message = refusal(answer.text, answer.remedy, [(offer.label, offer.text) for offer in offers])
    return Reply(message=message, code=answer.code, release=answer.release, answer=answer)


@dataclass(slots=True)
class DenialTally:
    """Denials of one person: how many were written this minute, and how many were not."""

    minute: datetime
    written: int = 0
    left_out: int = 0


@dataclass(slots=True)
class Denials:
    """Denied acts as facts: each of the first few in a minute, the rest as a number."""

    engine: Engine
    tallies: dict[str, DenialTally] = field(default_factory=dict)

    async def note(self, inbound: Inbound, reply: Reply) -> None:
        answer = reply.answer or Answer(text=reply.message.text, code=reply.code)
        now = self.engine.clock.now()
        tally = self._tally(inbound.by, now)
        if tally.written >= DENIALS_A_MINUTE:
            tally.left_out += 1
            return
        fact = Denied(
            at=now,
            by=inbound.by,
            asked=inbound.text[:500],
            code=answer.code,
            sentence=answer.text[:500],
            times=1 + tally.left_out,
        )
        tally.written, tally.left_out = tally.written + 1, 0
        await self._write(fact, answer, inbound)

    async def _write(self, fact: Denied, answer: Answer, inbound: Inbound) -> None:
        """A slow or broken record does not keep anybody from being told no."""
        try:
            await self.engine.note(
                DOOR_STREAM, fact, answer=answer, inbox=inbound.key, patience=NOTING
            )
        except StoreError as error:
            log.error("door.denial_not_noted", key=inbound.key, why=str(error))

    def _tally(self, person: str, now: datetime) -> DenialTally:
        minute = now.replace(second=0, microsecond=0)
        tally = self.tallies.setdefault(person, DenialTally(minute))
        if tally.minute != minute:
            tally.minute, tally.written = minute, 0
        return tally
