"""The outbox being emptied: lease what is due, perform it, write down what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

import structlog

from bot.ports.clock import Clock
from bot.ports.outcomes import IntegrationError
from bot.ports.store import Effect, Json, Store, StoreBroken, StoreError
from bot.ports.waker import Waker

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RowDone:
    """It needs no more work."""

    outcome: Json


@dataclass(frozen=True, slots=True)
class RowLater:
    """Try again after `span`; `why` is kept beside the row. `unsent`: nothing went out for sure."""

    span: timedelta
    why: str
    unsent: bool = False


RowResult: TypeAlias = RowDone | RowLater
Perform: TypeAlias = Callable[[Effect], Awaitable[RowResult]]

LEASE = timedelta(minutes=5)
AT_ONCE = 32
FAULT_SPAN = timedelta(seconds=2)


class Outbox:
    """Performs the effects of some lanes, those of one stream and slot one at a time.

    `cuts` says whether a newer effect ends an older one of its slot that is under way: a rollback
    does not queue behind a forward move that hangs.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        waker: Waker,
        performers: Mapping[str, Perform],
        cuts: Callable[[Effect, Effect], bool] = lambda newer, older: False,
    ) -> None:
        self._store = store
        self._clock = clock
        self._waker = waker
        self._performers = performers
        self._cuts = cuts
        self._wake = asyncio.Event()
        self._running: dict[tuple[str, str], tuple[Effect, asyncio.Task[None]]] = {}
        self._waiting: dict[tuple[str, str], Effect] = {}

    @property
    def lanes(self) -> tuple[str, ...]:
        """The lanes that are emptied here."""
        return tuple(self._performers)

    def wake(self, _streams: frozenset[str] = frozenset()) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled; what is under way is then cut short, and known to have been tried."""
        try:
            while True:
                self._wake.clear()
                await self._sweep()
                await self._wake.wait()
        finally:
            await self._stop()

    async def _sweep(self) -> None:
        try:
            while await self._take():
                pass
            due = await self._store.next_due(tuple(self._performers))
        except StoreError as error:
            log.error("outbox.store_failed", why=str(error))
            due = self._clock.now() + FAULT_SPAN
        if due is not None:
            self._waker.at(max(due, self._clock.now()), self.wake)

    async def _take(self) -> bool:
        now = self._clock.now()
        rows = await self._store.lease(tuple(self._performers), now, now + LEASE, AT_ONCE)
        for row in rows:
            self._admit(row)
        return len(rows) == AT_ONCE

    def _admit(self, row: Effect) -> None:
        place = (row.stream, row.slot)
        under_way = self._running.get(place)
        if under_way is None:
            self._begin(row)
            return
        if under_way[0].key == row.key:
            # Its lease ran out while it is still being performed: it is not another one.
            return
        # A newer row of a slot took the place of those that wait there.
        self._waiting[place] = row
        if self._cuts(row, under_way[0]):
            under_way[1].cancel()

    def _begin(self, row: Effect) -> None:
        task = asyncio.create_task(self._perform(row), name=f"effect {row.key}")
        self._running[(row.stream, row.slot)] = (row, task)

    async def _perform(self, row: Effect) -> None:
        try:
            result = await self._attempt(row)
            await self._settle(row, result)
        finally:
            self._next((row.stream, row.slot))

    async def _attempt(self, row: Effect) -> RowResult:
        try:
            return await self._performers[row.lane](row)
        except asyncio.CancelledError:
            if (row.stream, row.slot) in self._waiting:
                return RowDone({"cut": "a more urgent move took its place"})
            raise
        except IntegrationError as error:
            return RowLater(backoff(row.attempts), str(error))
        except Exception as error:
            log.exception("outbox.performer_failed", key=row.key)
            return RowLater(backoff(row.attempts), f"{type(error).__name__}: {error}")

    async def _settle(self, row: Effect, result: RowResult) -> None:
        """Until it is written: left to its lease, a rollback would be tried again much too late."""
        while True:
            try:
                await self._write_down(row, result)
                return
            except StoreBroken as error:
                log.error("outbox.outcome_not_written", key=row.key, why=str(error))
                return
            except StoreError as error:
                log.error("outbox.outcome_not_written", key=row.key, why=str(error))
                await self._clock.sleep(FAULT_SPAN)

    async def _write_down(self, row: Effect, result: RowResult) -> None:
        now = self._clock.now()
        if isinstance(result, RowDone):
            await self._store.settle(row.key, result.outcome, now)
            return
        await self._store.postpone(row.key, now + result.span, note_of(row, result))

    def _next(self, place: tuple[str, str]) -> None:
        del self._running[place]
        waiting = self._waiting.pop(place, None)
        if waiting is not None:
            self._begin(waiting)
        self.wake()

    async def _stop(self) -> None:
        self._waiting.clear()
        tasks = [task for _, task in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


UNSENT = "unsent"


def note_of(row: Effect, later: RowLater) -> Json:
    """What is kept beside a row that waits: why, and how many attempts sent nothing for sure."""
    unbroken = later.unsent and (row.attempts == 1 or never_sent(row))
    return {"waiting": later.why} | ({UNSENT: row.attempts} if unbroken else {})


def never_sent(row: Effect) -> bool:
    """Whether every attempt before this one is known to have sent nothing.

    An attempt that a crash cut short wrote no note, so its number is missing.
    """
    return row.attempts < 2 or (row.outcome or {}).get(UNSENT) == row.attempts - 1


def backoff(attempts: int, first: float = 0.5, most: float = 60.0) -> timedelta:
    """How long to wait after so many attempts: doubling from `first` to `most` seconds."""
    return timedelta(seconds=min(most, first * 2 ** min(attempts - 1, 16)))
