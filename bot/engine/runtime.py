"""Everything that runs, put together in one place and stopped in order."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.domain.facts.bot import BOT_STREAM, BotStarted
from bot.domain.intents.release import WatchResumed
from bot.domain.state.moves import WATCHED, Do
from bot.engine.lanes.advance import AdvanceLane
from bot.engine.lanes.advice import ADVICE, WEEK, AdviceLane
from bot.engine.lanes.gate import GateLane
from bot.engine.lanes.outbox import Outbox, Perform
from bot.engine.lanes.oversight import OversightLane
from bot.engine.lanes.page import PageLane
from bot.engine.lanes.timer import TimerLane
from bot.engine.lanes.world import WorldLane
from bot.engine.parts import Ports
from bot.engine.record.effects import ADVANCE, GATE, PAGE, TIMER, WORLD
from bot.engine.record.engine import Engine
from bot.engine.record.oversight import OVERSIGHT
from bot.engine.watch.calendar import CalendarWatch, look_at_polls
from bot.engine.watch.pulse import Pulse
from bot.engine.watch.sources import Sources
from bot.engine.watch.watcher import Watcher
from bot.ports.store import Effect, StoreBroken, StoreError
from bot.ports.waker import Waker

log = structlog.get_logger()
SIGN_EVERY = timedelta(seconds=1)
DAILY = timedelta(days=1)


class Runtime:
    """The engine at work: outbox and watcher, with the performers of every lane.

    `extra` are performers of further lanes (chat), given by whoever can reach them.
    """

    def __init__(
        self,
        engine: Engine,
        ports: Ports,
        waker: Waker,
        extra: Mapping[str, Perform],
        sign_every: timedelta = SIGN_EVERY,
        week: timedelta = WEEK,
    ) -> None:
        self.engine = engine
        self._sign_every = sign_every
        self.pulse = Pulse(engine.clock)
        self.polls = Sources(ports, self.pulse.note)
        self.watcher = Watcher(engine, ports, self.polls)
        self.advising = AdviceLane(engine, ports, self.polls, week)
        self.almanac = CalendarWatch(engine)
        performers = {
            WORLD: WorldLane(engine, ports).perform,
            TIMER: TimerLane(engine, self.watcher.look).perform,
            PAGE: PageLane(engine, ports, self.pulse.note).perform,
            GATE: GateLane(engine, ports).perform,
            ADVANCE: AdvanceLane(engine).perform,
            ADVICE: self.advising.perform,
            OVERSIGHT: OversightLane(engine).perform,
            **extra,
        }
        self.outbox = Outbox(engine.store, engine.clock, waker, performers, cuts=rollback_cuts)
        engine.woken.extend([self.outbox.wake, self.watcher.wake, self.almanac.wake])
        self._waker = waker

    async def begin(self, version: str, config: str) -> None:
        """Before anything runs: what a process that is gone had leased is due again."""
        freed = await self.engine.store.unlease()
        away_since = await self._last_sign()
        fact = BotStarted(
            at=self.engine.clock.now(),
            by="bot",
            version=version,
            config=config,
            away_since=away_since,
        )
        await self.engine.note(BOT_STREAM, fact)
        if away_since is not None:
            await self._note_absence(away_since)
        await look_at_polls(self.engine)
        # Before anything is sent: a freeze may have begun while nobody was here.
        await self.almanac.look()
        log.info("bot.started", again_due=freed)

    async def _last_sign(self) -> datetime | None:
        kept = await self.engine.store.get_series(BOT_STREAM)
        return kept[1] if kept else None

    async def _note_absence(self, since: datetime) -> None:
        for release in await self.engine.history.all_live():
            if release.state in WATCHED:
                await self.engine.tell(release.id, WatchResumed(since=since))

    async def _give_signs(self) -> None:
        """A sign of life, so that the next process knows since when nobody looked."""
        while True:
            try:
                await self.engine.store.put_series(BOT_STREAM, {}, self.engine.clock.now())
            except StoreBroken:
                # What is on disk is no longer known here; only a new process can find out.
                raise
            except StoreError as error:
                log.error("runtime.no_sign_written", why=str(error))
            await self.engine.clock.sleep(self._sign_every)

    async def run(self) -> None:
        """Until cancelled. If one of its loops ends, all end: half a bot is worse than none."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.outbox.run(), name="outbox")
                group.create_task(self.watcher.run(), name="watcher")
                group.create_task(self.advising.run(), name="advice")
                group.create_task(self.almanac.run(), name="almanac")
                group.create_task(self._give_signs(), name="signs")
                group.create_task(self._keep_up(), name="upkeep")
        finally:
            self._waker.close()

    async def _keep_up(self) -> None:
        """Once a day, what has been kept long enough goes; the chain never does."""
        while True:
            try:
                gone = await self.engine.store.prune(self.engine.clock.now())
                log.info("store.pruned", gone=str(gone))
            except StoreError as error:
                log.error("store.not_pruned", why=str(error))
            await self.engine.clock.sleep(DAILY)


def rollback_cuts(newer: Effect, older: Effect) -> bool:
    """A rollback does not wait for a forward move that is under way."""
    return newer.body.get("do") == Do.ROLL_BACK and older.body.get("do") in (Do.APPLY, Do.FINISH)
