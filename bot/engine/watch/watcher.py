"""Looking at the world for every live release: where the target is, what the checks say."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import structlog
from pydantic import ValidationError

from bot.domain.intents import release as i
from bot.domain.judge.judge import verdict
from bot.domain.judge.samples import Limits, Verdict, Window
from bot.domain.state.moves import WATCHED, State
from bot.domain.state.release import Release
from bot.domain.terms.rules import CheckRule
from bot.engine.parts import Ports, target_for
from bot.engine.record.codec import plain, restore
from bot.engine.record.effects import MOVE
from bot.engine.record.engine import Engine
from bot.engine.watch.measure import confirming_limits, sample_back, sample_forward
from bot.engine.watch.memory import WatchMemory, stay_of, watch_of
from bot.engine.watch.points import point_of
from bot.engine.watch.sources import Sources, grid
from bot.ports.outcomes import IntegrationError
from bot.ports.store import KeptSample, StoreError

log = structlog.get_logger()

QUICKEST = timedelta(milliseconds=200)
SLOWEST = timedelta(seconds=5)
FAULT_SPAN = timedelta(seconds=2)


class Watcher:
    """One task per live release; `wake` makes those of the named streams look at once."""

    def __init__(self, engine: Engine, ports: Ports, polls: Sources) -> None:
        self._engine = engine
        self._ports = ports
        self._polls = polls
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._kicks: dict[str, asyncio.Event] = {}
        self._changed = asyncio.Event()

    def wake(self, streams: frozenset[str]) -> None:
        self._changed.set()
        for stream in streams & self._kicks.keys():
            self._kicks[stream].set()

    async def run(self) -> None:
        """Until cancelled: a task for each release that is live, none for what has ended."""
        try:
            while True:
                self._changed.clear()
                await self._follow()
                await self._changed.wait()
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _follow(self) -> None:
        try:
            live = await self._engine.history.all_live()
        except StoreError as error:
            log.error("watcher.store_failed", why=str(error))
            await self._engine.clock.sleep(FAULT_SPAN)
            self._changed.set()
            return
        for release in live:
            if release.state in WATCHED and release.id not in self._tasks:
                self._kicks[release.id] = asyncio.Event()
                task = asyncio.create_task(self._watch(release.id), name=f"watch {release.id}")
                self._tasks[release.id] = task
                task.add_done_callback(partial(self._ended, release.id))

    def _ended(self, release_id: str, task: asyncio.Task[None]) -> None:
        """A watch that ended early, whatever the cause, is begun again: nobody flies blind."""
        self._tasks.pop(release_id, None)
        self._kicks.pop(release_id, None)
        if not task.cancelled() and task.exception() is not None:
            log.error("watch.ended_early", release=release_id, why=repr(task.exception()))
            self._changed.set()

    async def _watch(self, release_id: str) -> None:
        watch: WatchMemory | None = await self._remembered(release_id)
        while True:
            release = await self._engine.history.release(release_id)
            if release is None or release.state not in WATCHED:
                break
            watch = await self._round(release, watch)
            await self._rest(release_id)
        await self._engine.store.drop_series(release_id)

    async def _remembered(self, release_id: str) -> WatchMemory | None:
        """What was known before a restart; what was not seen since is never counted."""
        kept = await self._engine.store.get_series(release_id)
        if kept is None:
            return None
        try:
            watch: WatchMemory = restore(WatchMemory, kept[0])
        except ValidationError as error:
            # Another version kept it in another shape; what it saw is watched anew.
            log.warning("watch.memory_unreadable", release=release_id, why=str(error))
            return None
        return watch.skipping_to(self._engine.clock.now())

    async def _round(self, release: Release, watch: WatchMemory | None) -> WatchMemory | None:
        """One look at everything. A fault of the store or a bug ends the round, not the watch."""
        try:
            await self.look(release)
            current = await self._engine.history.release(release.id)
            return await self._judge(current, watch) if current else watch
        except StoreError as error:
            log.error("watch.store_failed", release=release.id, why=str(error))
        except Exception:
            log.exception("watch.round_failed", release=release.id)
        await self._engine.clock.sleep(FAULT_SPAN)
        return watch

    async def look(self, release: Release) -> bool:
        """Put where the target is to the release; False where the target does not say."""
        try:
            deployer = self._ports.deployer(release.rules.deployer)
            observed = await deployer.observe(target_for(release))
        except IntegrationError as error:
            log.warning("watch.target_not_seen", release=release.id, why=str(error))
            return False
        idle = not await self._is_moving(release.id)
        await self._engine.tell(release.id, i.Seen(observed=observed, idle=idle))
        return True

    async def _is_moving(self, release_id: str) -> bool:
        rows = await self._engine.store.effects(release_id)
        return any(row.slot == MOVE and row.done_at is None for row in rows)

    async def _judge(self, release: Release, watch: WatchMemory | None) -> WatchMemory | None:
        stay = stay_of(release)
        if stay is None:
            return watch
        if watch is None or watch.stay != stay:
            watch = watch_of(release, stay)
        watch, seen = await self._sample(release, watch)
        store = self._engine.store
        await store.put_series(release.id, plain(watch), watch.cursor)
        if seen:
            await store.put_samples(seen)
        told = i.Judged(
            verdicts=tuple(self._verdicts(release, watch)),
            watched=watch.watched(self._engine.clock.now()),
        )
        await self._engine.tell(release.id, told)
        return watch

    async def _sample(
        self, release: Release, watch: WatchMemory
    ) -> tuple[WatchMemory, list[KeptSample]]:
        """What is known after the newest windows, and what they showed of the new version."""
        seen: list[KeptSample] = []
        for check in release.rules.checks:
            limits = limits_for(release, check)
            if limits is None or check.name not in watch.checks:
                continue
            window = self._next_window(check, watch)
            if window is not None:
                take = sample_back if release.way else sample_forward
                sample = await take(release, check, window, self._polls)
                watch = watch.after(check.name, limits, sample)
                seen += [] if release.way else [point_of(release, limits, sample)]
        return watch, seen

    def _next_window(self, check: CheckRule, watch: WatchMemory) -> Window | None:
        """The newest whole window that begins after what was seen; None while it still runs."""
        end = grid(self._engine.clock.now(), check.limits.every)
        start = end - check.limits.every
        return Window(start=start, end=end) if start >= watch.checks[check.name].cursor else None

    def _verdicts(self, release: Release, watch: WatchMemory) -> list[Verdict]:
        spoken = []
        for check in release.rules.checks:
            limits = limits_for(release, check)
            if limits is not None and check.name in watch.checks:
                spoken.append(verdict(watch.checks[check.name].judge, limits))
        return spoken

    async def _rest(self, release_id: str) -> None:
        release = await self._engine.history.release(release_id)
        if release is None or release.state not in WATCHED:
            return
        span = pace(release, self._engine.clock.now())
        kick = self._kicks[release_id]
        try:
            # Not wait_for: before Python 3.12 it loses a cancellation that meets its own timeout.
            async with asyncio.timeout(span.total_seconds()):
                await kick.wait()
            kick.clear()
        except TimeoutError:
            return


def limits_for(release: Release, check: CheckRule) -> Limits | None:
    """A check's limits here and now: on the way back only what stable can be held to."""
    if release.way is None:
        return check.limits
    return confirming_limits(check, release.way.verdicts)


def pace(release: Release, now: datetime) -> timedelta:
    """How long until the next look: often while something moves, by the checks while it stands."""
    polls = [check.limits.every for check in release.rules.checks]
    soonest = min(polls, default=SLOWEST)
    if release.flying_in in (State.BAKING, State.GATED):
        until = soonest - (now - grid(now, soonest))
        return max(QUICKEST / 10, until)
    part = release.rules.rollback.within / 60 if release.way else soonest
    return min(SLOWEST, max(QUICKEST, part))
