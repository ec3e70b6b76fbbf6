"""Following many at once: a task each, what it remembers, and the windows it has yet to ask for."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

import structlog
from pydantic import ValidationError

from bot.domain.judge.judge import verdict
from bot.domain.judge.samples import Limits, Sample, Verdict, Window
from bot.domain.terms.rules import CheckRule
from bot.engine.record.codec import restore
from bot.engine.watch.memory import WatchMemory
from bot.engine.watch.sources import grid
from bot.ports.clock import Clock
from bot.ports.store import Store

log = structlog.get_logger()

AskedCheck: TypeAlias = tuple[CheckRule, Limits]
"""A check, and what it is held to here and now."""
TakeSample: TypeAlias = Callable[[CheckRule, Window], Awaitable[Sample]]


class FollowTasks:
    """One task per stream. `faulted` hears of those that ended early, so that they begin again."""

    def __init__(self, verb: str, faulted: Callable[[str, BaseException], None]) -> None:
        self._verb = verb
        self._faulted = faulted
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def follow(self, stream: str, watch: Callable[[str], Coroutine[None, None, None]]) -> None:
        """Begin it, unless it is followed already."""
        if stream in self._tasks:
            return
        task = asyncio.create_task(watch(stream), name=f"{self._verb} {stream}")
        self._tasks[stream] = task
        task.add_done_callback(partial(self._ended, stream))

    def _ended(self, stream: str, task: asyncio.Task[None]) -> None:
        self._tasks.pop(stream, None)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._faulted(stream, error)

    async def aclose(self) -> None:
        """End all of them, and wait until they have ended."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def recall_watch(store: Store, clock: Clock, stream: str) -> WatchMemory | None:
    """What was known before a restart; what was not seen since is never counted."""
    kept = await store.get_series(stream)
    if kept is None:
        return None
    try:
        watch: WatchMemory = restore(WatchMemory, kept[0])
    except ValidationError as error:
        # Another version kept it in another shape; what it saw is watched anew.
        log.warning("watch.memory_unreadable", stream=stream, why=str(error))
        return None
    return watch.skipping_to(clock.now())


def next_window(every: timedelta, cursor: datetime, now: datetime) -> Window | None:
    """The newest whole window that begins after what was seen; None while it still runs."""
    end = grid(now, every)
    start = end - every
    return Window(start=start, end=end) if start >= cursor else None


async def caught_up(
    watch: WatchMemory, asked: Sequence[AskedCheck], take: TakeSample, clock: Clock
) -> tuple[WatchMemory, list[tuple[Limits, Sample]]]:
    """What is known after the newest windows, and what each of them showed."""
    seen: list[tuple[Limits, Sample]] = []
    for check, limits in asked:
        cursor = watch.checks[check.name].cursor
        window = next_window(check.limits.every, cursor, clock.now())
        if window is not None:
            sample = await take(check, window)
            watch = watch.after(check.name, limits, sample)
            seen.append((limits, sample))
    return watch, seen


def verdicts_of(watch: WatchMemory, asked: Sequence[AskedCheck]) -> tuple[Verdict, ...]:
    return tuple(verdict(watch.checks[check.name].judge, limits) for check, limits in asked)


def soonest(checks: Iterable[CheckRule], default: timedelta) -> timedelta:
    """The shortest time between two windows of the checks."""
    return min((check.limits.every for check in checks), default=default)
