"""Looking at the world for every live release: where the target is, what the checks say."""

import asyncio
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.intents import release as i
from bot.domain.judge.samples import Limits
from bot.domain.state.moves import WATCHED, State
from bot.domain.state.release import Release, revision_of
from bot.domain.terms.place import Place
from bot.domain.terms.rules import CheckRule
from bot.engine.parts import Ports, target_for
from bot.engine.record.codec import plain
from bot.engine.record.effects import MOVE
from bot.engine.record.engine import Engine
from bot.engine.watch.follow import (
    AskedCheck,
    FollowTasks,
    TakeSample,
    caught_up,
    recall_watch,
    soonest,
    verdicts_of,
)
from bot.engine.watch.measure import Arms, confirming_limits, sample_back, sample_forward
from bot.engine.watch.memory import WatchMemory, stay_of, watch_of
from bot.engine.watch.points import point_of
from bot.engine.watch.sources import Sources, grid
from bot.ports.outcomes import IntegrationError
from bot.ports.store import StoreError

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
        self._watches = FollowTasks("watch", self._faulted)
        self._kicks: dict[str, asyncio.Event] = {}
        self._changed = asyncio.Event()

    def wake(self, streams: frozenset[str]) -> None:
        self._changed.set()
        for stream in streams & self._kicks.keys():
            self._kicks[stream].set()

    async def run(self) -> None:
        """Until cancelled: a task for each release that is live, none for what has ended."""
        async with aclosing(self._watches):
            while True:
                self._changed.clear()
                await self._follow()
                await self._changed.wait()

    async def _follow(self) -> None:
        try:
            live = await self._engine.history.all_live()
        except StoreError as error:
            log.error("watcher.store_failed", why=str(error))
            await self._engine.clock.sleep(FAULT_SPAN)
            self._changed.set()
            return
        for release in live:
            if release.state in WATCHED:
                self._watches.follow(release.id, self._watch)

    def _faulted(self, release_id: str, error: BaseException) -> None:
        """A watch that ended early, whatever the cause, is begun again: nobody flies blind."""
        log.error("watch.ended_early", release=release_id, why=repr(error))
        self._changed.set()

    async def _watch(self, release_id: str) -> None:
        kick = self._kicks[release_id] = asyncio.Event()
        try:
            await self._watch_until_over(release_id, kick)
        finally:
            del self._kicks[release_id]

    async def _watch_until_over(self, release_id: str, kick: asyncio.Event) -> None:
        watch = await recall_watch(self._engine.store, self._engine.clock, release_id)
        while True:
            release = await self._engine.history.release(release_id)
            if release is None or release.state not in WATCHED:
                break
            watch = await self._round(release, watch)
            await self._rest(release_id, kick)
        await self._engine.store.drop_series(release_id)

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
        asked = asked_of(release, watch)
        watch, seen = await caught_up(watch, asked, self._takes(release), self._engine.clock)
        store = self._engine.store
        await store.put_series(release.id, plain(watch), watch.cursor)
        if seen and release.way is None:
            await store.put_samples([point_of(release, *each) for each in seen])
        told = i.Judged(
            verdicts=verdicts_of(watch, asked),
            watched=watch.watched(self._engine.clock.now()),
        )
        await self._engine.tell(release.id, told)
        return watch

    def _takes(self, release: Release) -> TakeSample:
        """How its checks are asked: of both arms going forward, of the old one on the way back."""
        take = sample_back if release.way else sample_forward
        return partial(take, arms_of(release), polls=self._polls)

    async def _rest(self, release_id: str, kick: asyncio.Event) -> None:
        release = await self._engine.history.release(release_id)
        if release is None or release.state not in WATCHED:
            return
        span = pace(release, self._engine.clock.now())
        try:
            # Not wait_for: before Python 3.12 it loses a cancellation that meets its own timeout.
            async with asyncio.timeout(span.total_seconds()):
                await kick.wait()
            kick.clear()
        except TimeoutError:
            return


def arms_of(release: Release) -> Arms:
    """What is compared now; on the way back the old one is what the release returns to."""
    place = Place(release.service, release.environment)
    if release.way is not None:
        return Arms(place, release.revision, revision_of(release.stable))
    beside = release.rules.strategy.steps[release.step].weight.percent < 100
    return Arms(place, release.revision, revision_of(release.running) if beside else None)


def asked_of(release: Release, watch: WatchMemory) -> list[AskedCheck]:
    """The checks that are judged in this stay, each with its limits here and now."""
    held_to = [(check, limits_for(release, check)) for check in release.rules.checks]
    return [(check, limits) for check, limits in held_to if limits and check.name in watch.checks]


def limits_for(release: Release, check: CheckRule) -> Limits | None:
    """A check's limits here and now: on the way back only what stable can be held to."""
    if release.way is None:
        return check.limits
    return confirming_limits(check, release.way.verdicts)


def pace(release: Release, now: datetime) -> timedelta:
    """How long until the next look: often while something moves, by the checks while it stands."""
    every = soonest(release.rules.checks, SLOWEST)
    if release.flying_in in (State.BAKING, State.GATED):
        until = every - (now - grid(now, every))
        return max(QUICKEST / 10, until)
    part = release.rules.rollback.within / 60 if release.way else every
    return min(SLOWEST, max(QUICKEST, part))
