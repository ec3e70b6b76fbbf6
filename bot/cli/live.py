"""`slipway check --live`: posts, edits, writes to a person, and waits for a command to arrive."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TextIO

from bot.cli.lines import CheckLine
from bot.cli.rooms import SLACK, room_of
from bot.config import Config, Delivery
from bot.domain.terms.refusal import Code
from bot.engine.clock import fresh_id
from bot.engine.door.door import Inbound, Reply
from bot.ports.chat import Delivered, Message, Refused
from bot.ports.chat import Delivery as Sent
from bot.slack.calls import CallAnswer
from bot.slack.finding import find_person
from bot.slack.room import SlackRoom
from bot.slack.trial import find_lacking, introduce, invite, silence

YOU = "you"
WHO = "Who are you in Slack, to be written to (a name, or an id U…; empty: nobody)? "
HEARD = "I hear you. This was slipway check: nothing was done."


@dataclass(slots=True)
class Listener:
    """Stands where the door stands; whoever types anything is heard, and nothing is done."""

    heard: asyncio.Queue[Inbound] = field(default_factory=asyncio.Queue)

    async def turned_away(self, inbound: Inbound, reply: Reply) -> None:
        """Whoever is no member is not who was asked."""

    async def hear(self, inbound: Inbound) -> Reply:
        self.heard.put_nowait(inbound)
        return Reply(message=Message(text=HEARD), code=Code.CHECK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried; `me` is the id or name of who is written to, None to write to nobody."""

    config: Config
    me: str | None
    within: timedelta

    async def lines(self) -> AsyncIterator[CheckLine]:
        """Each thing as soon as it is known; it ends at the first that makes the rest useless."""
        async with room_of(self.config) as room:
            outcome = await room.who()
            said, well = introduce(outcome)
            yield CheckLine(SLACK, said, fault=not well)
            if not isinstance(outcome, CallAnswer):
                return
            for said, needed in find_lacking(outcome.scopes):
                yield CheckLine(SLACK, said, fault=needed, remark=not needed)
            async for line in self._written(room):
                yield line
            async for line in self._heard(room, str(outcome.body.get("team", ""))):
                yield line

    async def _written(self, room: SlackRoom) -> AsyncIterator[CheckLine]:
        channel, key = self.config.slack.announce, f"check/{fresh_id()}"
        first = Message(text="This is slipway check: can this message be edited?")
        sent = await room.chat.post(channel, first, key=key)
        yield line_of(f"post in {channel}", sent, channel)
        if isinstance(sent, Delivered):
            second = Message(
                text="This was slipway check: it can post here and edit. Nothing to do."
            )
            edited = await room.chat.edit(sent.place, second, key=key)
            yield line_of(f"edit in {channel}", edited, channel)
        if self.me is not None:
            yield await self._directly(room, self.me, f"{key}/me")

    async def _directly(self, room: SlackRoom, me: str, key: str) -> CheckLine:
        what, found = f"message to {me}", await find_person(room.api, me)
        if not found.person:
            return CheckLine(what, f"not sent: {found.why}", fault=True)
        hello = Message(text=f"This is slipway check. Now type {self._typed}, in any channel.")
        direct = await room.chat.direct(found.person, hello, key=key)
        return line_of(what, direct, self.config.slack.announce)

    @property
    def _typed(self) -> str:
        return f"{self.config.slack.command} whoami"

    async def _heard(self, room: SlackRoom, team: str) -> AsyncIterator[CheckLine]:
        if self.config.slack.mode is not Delivery.SOCKET:
            said = (
                f"events come to {self.config.slack.mode}: start slipway run and type {self._typed}"
            )
            yield CheckLine(self._typed, said, remark=True)
            return
        ear = Listener()
        await room.listen(ear)
        if fault := room.fault():
            yield CheckLine("socket", fault, fault=True)
            return
        seconds = self.within.total_seconds()
        yield CheckLine("socket", f"Slack is connected. Type {self._typed} within {seconds:.0f} s")
        yield await self._awaited(room, ear, team)

    async def _awaited(self, room: SlackRoom, ear: Listener, team: str) -> CheckLine:
        try:
            async with asyncio.timeout(self.within.total_seconds()):
                heard = await ear.heard.get()
        except TimeoutError:
            why = room.fault() or silence(self.config.slack.command, team)
            return CheckLine(self._typed, f"nothing came. {why}", fault=True)
        person = await room.directory.person(heard.by)
        name = person.name if person is not None else heard.by
        return CheckLine(self._typed, f"heard {heard.text!r} of {name} ({heard.by}), and answered")


def who_is_there(given: str | None, terminal: TextIO) -> tuple[str | None, CheckLine | None]:
    """Who is written to, asked on a terminal where no flag says it; a line where nobody is."""
    if given is not None:
        return given or None, None
    if not terminal.isatty():
        said = "nobody is written to: --me is not given, and there is no terminal to ask on"
        return None, CheckLine(YOU, said, remark=True)
    print(WHO, end="", flush=True)
    typed = terminal.readline().strip()
    return (typed, None) if typed else (None, CheckLine(YOU, "nobody is written to", remark=True))


def line_of(what: str, sent: Sent, channel: str) -> CheckLine:
    """What came of a message."""
    if isinstance(sent, Delivered):
        return CheckLine(what, "done")
    if isinstance(sent, Refused):
        remedy = sent.remedy.replace("invite the bot there: /invite @slipway", invite(channel))
        return CheckLine(what, f"not sent: {sent.why}. Remedy: {remedy}", fault=True)
    return CheckLine(what, f"not known to be sent: {sent.why}. Run this again", fault=True)
