"""Everything that runs, put together in one place and stopped in order."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import structlog

from bot.domain.facts import BotStarted
from bot.domain.moves import Do
from bot.engine.effects import PAGE, TIMER, WORLD
from bot.engine.engine import Engine
from bot.engine.moving import World
from bot.engine.outbox import Outbox, Perform
from bot.engine.paging import Paging
from bot.engine.parts import Ports
from bot.engine.polls import Polls
from bot.engine.timers import Timers
from bot.engine.watcher import Watcher
from bot.ports.store import Effect
from bot.ports.waker import Waker

log = structlog.get_logger()

BOT_STREAM = "bot"


class Runtime:
    """The engine at work: outbox and watcher, with the performers of every lane.

    `extra` are performers of further lanes (chat), given by whoever can reach them.
    """

    def __init__(
        self, engine: Engine, ports: Ports, waker: Waker, extra: Mapping[str, Perform]
    ) -> None:
        self.engine = engine
        self.polls = Polls(ports)
        self.watcher = Watcher(engine, ports, self.polls)
        performers = {
            WORLD: World(engine, ports).perform,
            TIMER: Timers(engine).perform,
            PAGE: Paging(engine, ports).perform,
            **extra,
        }
        self.outbox = Outbox(engine.store, engine.clock, waker, performers, cuts=rollback_cuts)
        engine.woken.extend([self.outbox.wake, self.watcher.wake])
        self._waker = waker

    async def begin(self, version: str, config: str) -> None:
        """Before anything runs: what a process that is gone had leased is due again."""
        freed = await self.engine.store.unlease()
        fact = BotStarted(
            at=self.engine.clock.now(),
            by="bot",
            version=version,
            config=config,
            away_since=await self._last_sign(),
        )
        await self.engine.note(BOT_STREAM, fact)
        log.info("bot.started", again_due=freed)

    async def _last_sign(self) -> datetime | None:
        seq, _ = await self.engine.store.head()
        newest = await self.engine.store.events(after=max(0, seq - 1), limit=1)
        return newest[0].at if newest else None

    async def run(self) -> None:
        """Until cancelled. If one of its loops ends, all end: half a bot is worse than none."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.outbox.run(), name="outbox")
                group.create_task(self.watcher.run(), name="watcher")
        finally:
            self._waker.close()


def rollback_cuts(newer: Effect, older: Effect) -> bool:
    """A rollback does not wait for a forward move that is under way."""
    return newer.body.get("do") == Do.ROLL_BACK and older.body.get("do") in (Do.APPLY, Do.FINISH)
