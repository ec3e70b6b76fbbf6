"""Keeping live releases in step with the calendar: freezes begin and end on time.

It only looks sooner than anybody else would: what is decided or sent asks the calendar itself.
"""

import asyncio
from datetime import timedelta

import structlog

from bot.domain.decide.calendar_hold import FREEZABLE
from bot.domain.facts.calendar import CALENDAR
from bot.domain.intents.release import CalendarTurned, PollLooked
from bot.domain.state.moves import State
from bot.domain.state.service import SERVICES
from bot.engine.record.engine import Engine
from bot.ports.store import StoreError

log = structlog.get_logger()

LONGEST = timedelta(minutes=1)
"""How long is slept before the next begin or end: clocks are put right, and machines sleep."""
SHORTEST = timedelta(milliseconds=50)
FAULT_SPAN = timedelta(seconds=2)


class CalendarWatch:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turned = asyncio.Event()

    def wake(self, streams: frozenset[str]) -> None:
        if any(stream == CALENDAR or stream.startswith(SERVICES) for stream in streams):
            self._turned.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._turned.clear()
            try:
                await self.look()
                span = await self._until_next()
            except StoreError as error:
                log.error("almanac.store_failed", why=str(error))
                span = FAULT_SPAN
            await self._rest(span)

    async def look(self) -> None:
        """Every live release meets the calendar, and the overrides, as they stand now."""
        for release in await self._engine.history.all_live():
            if release.state in FREEZABLE:
                await self._engine.tell(release.id, CalendarTurned())
            if release.state is State.POLLING:
                await self._engine.tell(release.id, PollLooked())

    async def _until_next(self) -> timedelta | None:
        """How long to sleep; None while there is no window that could begin or end."""
        now = self._engine.clock.now()
        following = (await self._engine.load.calendar()).changes_at(now)
        return min(LONGEST, max(SHORTEST, following - now)) if following else None

    async def _rest(self, span: timedelta | None) -> None:
        try:
            seconds = span.total_seconds() if span else None
            await asyncio.wait_for(self._turned.wait(), seconds)
        except TimeoutError:
            return


log = structlog.get_logger()


async def look_at_polls(engine: Engine) -> None:
    """Where the record fails it is left: every ballot, and the close, look for themselves."""
    for release in await engine.history.all_live():
        if release.state is not State.POLLING:
            continue
        try:
            await engine.tell(release.id, PollLooked())
        except StoreError as error:
            log.error("polls.not_looked_at", release=release.id, why=str(error))
