"""The driver for production: a writer thread, and a reader of its own that never waits for it."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

from sqlite_utils import Database

from bot.ports.store import Batch, BeingRecorded, CommitResult, StoreError, Withdrawn
from bot.store.base import SqlStore, T
from bot.store.batch import apply_batch
from bot.store.inline import ask
from bot.store.opening import database
from bot.store.writer import Job, Writer


class ThreadedStore(SqlStore):
    """Used from the loop it was opened on. `lock` is held until `close` has returned."""

    def __init__(self, writer: Writer, reading: sqlite3.Connection, lock: int) -> None:
        self._writer = writer
        self._reading = database(reading)
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="slipway-reads")
        self._lock: int | None = lock

    async def commit(self, batch: Batch, patience: timedelta | None = None) -> CommitResult:
        job = self._writer.submit(partial(apply_batch, batch=batch))
        if await _answered(job, patience):
            return job.future.result()
        if job.withdraw():
            return Withdrawn()
        job.forsake()
        return BeingRecorded()

    async def close(self) -> None:
        """What was handed in before is still committed."""
        lock, self._lock = self._lock, None
        await asyncio.to_thread(self._reader.shutdown)
        # The writer's connection closes last: only it may fold the WAL back into the file.
        self._reading.close()
        await asyncio.to_thread(self._writer.close)
        if lock is not None:
            os.close(lock)

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        job = self._writer.submit(work)
        await _answered(job, None)
        return job.future.result()

    async def _read(self, query: Callable[[Database], T]) -> T:
        if self._lock is None:
            raise StoreError("The record was not read: the store is closed. Open it again.")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reader, partial(ask, self._reading, query))


async def _answered(job: Job[T], patience: timedelta | None) -> bool:
    """False where patience ended first. A cancelled caller takes back what was not begun."""
    try:
        seconds = None if patience is None else patience.total_seconds()
        await asyncio.wait({job.future}, timeout=seconds)
    except asyncio.CancelledError:
        if not job.withdraw():
            job.forsake()
        raise
    return job.future.done()
