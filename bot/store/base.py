"""The port's methods in terms of two verbs that a driver supplies: write, and read."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias, TypeVar

from sqlite_utils import Database

from bot.ports.store import (
    Batch,
    CommitResult,
    Effect,
    Event,
    Json,
    KeptMember,
    KeptSample,
    Pruned,
    Replayed,
    Status,
)
from bot.store import outbox, reads, upkeep

T = TypeVar("T")
Sweep: TypeAlias = Callable[[sqlite3.Connection, datetime], int]


class SqlStore(ABC):
    """A Store and its Upkeep; see bot/ports/store.py for what each method promises."""

    @abstractmethod
    async def commit(self, batch: Batch, patience: timedelta | None = None) -> CommitResult: ...

    @abstractmethod
    async def close(self) -> None: ...

    @abstractmethod
    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Inside a transaction; the answer leaves once it is on disk."""

    @abstractmethod
    async def _read(self, query: Callable[[Database], T]) -> T: ...

    async def load(self, stream: str, after: int = 0) -> tuple[Event, ...]:
        return await self._read(partial(reads.load, stream=stream, after=after))

    async def events(self, after: int = 0, limit: int = 1000) -> tuple[Event, ...]:
        return await self._read(partial(reads.events, after=after, limit=limit))

    async def replied(self, inbox: str) -> Replayed | None:
        return await self._read(partial(reads.replied, inbox=inbox))

    async def claims(self) -> dict[str, str]:
        return await self._read(reads.claims)

    async def statuses(
        self,
        *,
        live: bool | None = None,
        service: str | None = None,
        environment: str | None = None,
        since: datetime | None = None,
        limit: int = 100,
    ) -> tuple[Status, ...]:
        query = partial(
            reads.statuses,
            live=live,
            service=service,
            environment=environment,
            since=since,
            limit=limit,
        )
        return await self._read(query)

    async def count_streams(self, prefix: str) -> int:
        return await self._read(partial(reads.count_streams, prefix=prefix))

    async def lease(
        self, lanes: Sequence[str], now: datetime, until: datetime, limit: int = 16
    ) -> tuple[Effect, ...]:
        work = partial(outbox.lease, lanes=tuple(lanes), now=now, until=until, limit=limit)
        return await self._write(work)

    async def settle(self, key: str, outcome: Json, at: datetime) -> bool:
        return await self._write(partial(outbox.settle, key=key, outcome=outcome, at=at))

    async def postpone(self, key: str, due_at: datetime, note: Json) -> bool:
        return await self._write(partial(outbox.postpone, key=key, due_at=due_at, note=note))

    async def unlease(self) -> int:
        return await self._write(outbox.unlease)

    async def effect(self, key: str) -> Effect | None:
        return await self._read(partial(reads.effect, key=key))

    async def last_done(self, stream: str, slot: str) -> Effect | None:
        return await self._read(partial(reads.last_done, stream=stream, slot=slot))

    async def effects(self, stream: str) -> tuple[Effect, ...]:
        return await self._read(partial(reads.effects, stream=stream))

    async def next_due(self, lanes: Sequence[str]) -> datetime | None:
        return await self._read(partial(reads.next_due, lanes=tuple(lanes)))

    async def put_series(self, key: str, state: Json, cursor: datetime) -> None:
        await self._write(partial(upkeep.put_series, key=key, state=state, cursor=cursor))

    async def get_series(self, key: str) -> tuple[Json, datetime] | None:
        return await self._read(partial(reads.get_series, key=key))

    async def drop_series(self, key: str) -> None:
        await self._write(partial(upkeep.drop_series, key=key))

    async def put_names(self, names: Mapping[str, str]) -> None:
        await self._write(partial(upkeep.put_names, names=dict(names)))

    async def names(self) -> dict[str, str]:
        return await self._read(reads.names)

    async def forget_names(self, ids: Sequence[str]) -> int:
        return await self._write(partial(upkeep.forget_names, ids=tuple(ids)))

    async def put_members(self, members: Sequence[KeptMember]) -> None:
        await self._write(partial(upkeep.put_members, members=tuple(members)))

    async def member(self, person: str) -> KeptMember | None:
        return await self._read(partial(reads.member, person=person))

    async def head(self) -> tuple[int, str]:
        return await self._read(reads.head)

    async def put_samples(self, samples: Sequence[KeptSample]) -> None:
        await self._write(partial(upkeep.put_samples, samples=tuple(samples)))

    async def samples(self, series: str, since: datetime) -> tuple[KeptSample, ...]:
        return await self._read(partial(reads.samples, series=series, since=since))

    async def replace_statuses(self, rows: Sequence[Status]) -> None:
        await self._write(partial(upkeep.replace_statuses, rows=tuple(rows)))

    async def prune(self, now: datetime) -> Pruned:
        return Pruned(
            inbox=await self._sweep(upkeep.sweep_inbox, now),
            outbox=await self._sweep(upkeep.sweep_outbox, now),
            samples=await self._sweep(upkeep.sweep_samples, now),
        )

    async def _sweep(self, sweep: Sweep, now: datetime) -> int:
        total = 0
        while gone := await self._write(lambda conn: sweep(conn, now)):
            total += gone
        return total
