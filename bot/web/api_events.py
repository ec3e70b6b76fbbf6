"""Server-sent events: the chain, fact by fact, for as long as somebody listens."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog
from aiohttp import web

from bot.domain.terms.refusal import Code
from bot.engine.door.visibility import shown_to
from bot.engine.people.rulebook import Rulebook
from bot.engine.record.engine import Engine
from bot.ports.store import Event, StoreError
from bot.web.api_answers import in_a_while, spelled

log = structlog.get_logger()

PAGE: Final = 200
"""Facts read at once."""
HEADERS: Final = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Who listens, and after which fact it begins."""

    by: str
    after: int


@dataclass(eq=False, slots=True, kw_only=True)
class Listeners:
    """At most `most` at a time. A line that stays silent gets a comment every `beat`.

    Facts that nobody was woken for (the bot's own) are found at the latest after `look`. Who does
    not read what was sent for `drain` is cut off, and may come back from where it was.
    """

    engine: Engine
    book: Rulebook
    most: int = 16
    beat: timedelta = timedelta(seconds=15)
    look: timedelta = timedelta(seconds=2)
    drain: timedelta = timedelta(seconds=30)
    ended: bool = False
    bells: set[asyncio.Event] = field(default_factory=set)

    def listen(self) -> None:
        """From now on every commit rings."""
        self.engine.woken.append(self._commit)

    def _commit(self, _streams: frozenset[str]) -> None:
        self.ring()

    def ring(self) -> None:
        for bell in self.bells:
            bell.set()

    async def end(self, _app: web.Application) -> None:
        """No line stays open longer."""
        self.ended = True
        self.ring()

    @contextmanager
    def seat(self) -> Iterator[asyncio.Event]:
        """Raises Problem 503 where all are taken."""
        if self.ended or len(self.bells) >= self.most:
            why = f"Not listening: {self.most} are listening already, or I am stopping."
            raise in_a_while(Code.NO_SEAT, why, "Close another line, or come back later.", 15)
        bell = asyncio.Event()
        self.bells.add(bell)
        try:
            yield bell
        finally:
            self.bells.discard(bell)

    async def feed(
        self, response: web.StreamResponse, request: web.Request, line: Line, bell: asyncio.Event
    ) -> None:
        """Send every fact that the line is for, for ever; ends when either side goes away."""
        with suppress(ConnectionResetError, TimeoutError):
            await response.prepare(request)
            await self._send(response, b": listening\nretry: 2000\n\n")
            await self._follow(response, line, bell)

    async def _follow(self, response: web.StreamResponse, line: Line, bell: asyncio.Event) -> None:
        silent, after = timedelta(0), line.after
        while not self.ended:
            bell.clear()
            events, shown = await self._page(after, line.by)
            if events:
                after = events[-1].seq
                silent = timedelta(0) if shown else silent
                await self._send(response, b"".join(map(frame, shown)))
                continue
            if silent >= self.beat:
                silent = timedelta(0)
                await self._send(response, b": nothing new\n\n")
            silent += await self._wait(bell)

    async def _page(self, after: int, by: str) -> tuple[Sequence[Event], Sequence[Event]]:
        """What came, and what of it is shown; who may look where is asked at that moment.

        A record that cannot be read just now is asked again, not guessed at.
        """
        try:
            events = await self.engine.store.events(after, PAGE)
            return events, await shown_to(by, events, self.book, self.engine.history)
        except StoreError as error:
            log.error("api.events_unread", why=str(error))
            return (), ()

    async def _wait(self, bell: asyncio.Event) -> timedelta:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.look.total_seconds()):
                await bell.wait()
        return self.look

    async def _send(self, response: web.StreamResponse, data: bytes) -> None:
        async with asyncio.timeout(self.drain.total_seconds()):
            await response.write(data)


def frame(event: Event) -> bytes:
    """One fact as an event: its place in the chain is its id."""
    told = {
        "seq": event.seq,
        "stream": event.stream,
        "version": event.version,
        "kind": event.kind,
        "schema": event.schema,
        "at": event.at.isoformat(),
        "by": event.actor,
        "cause": event.cause,
        "fact": event.body,
    }
    return f"id: {event.seq}\nevent: {event.kind}\ndata: {spelled(told)}\n\n".encode()
