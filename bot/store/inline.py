"""The driver that does everything at once, in the caller's thread: for simulation and tools."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from bot.ports.store import Batch, CommitResult, StoreError
from bot.store.base import SqlStore, T
from bot.store.batch import apply_batch
from bot.store.codec import half_character
from bot.store.failures import explain_unreadable, store_error
from bot.store.group import Probe, write_group
from bot.store.medium import Medium
from bot.store.opening import database


def ask(db: Database, query: Callable[[Database], T]) -> T:
    """The query's answer; StoreError where the medium fails or a row was changed by others.

    ValueError where what is asked for could never have been kept.
    """
    try:
        return query(db)
    except sqlite3.Error as error:
        raise store_error("The record was not read", error) from error
    except UnicodeEncodeError as error:
        raise half_character(error) from error
    except ValueError as error:
        raise explain_unreadable(error) from error


class InlineStore(SqlStore):
    """Borrows its connection: `close` leaves it open, and a crash leaves it to the next store.

    Nothing waits here, so `patience` never ends.
    """

    def __init__(self, conn: sqlite3.Connection, probe: Probe) -> None:
        self._conn = conn
        self._reading = database(conn)
        self._probe = probe
        self._medium = Medium()
        self._open = True

    async def commit(self, batch: Batch, patience: timedelta | None = None) -> CommitResult:
        return await self._write(partial(apply_batch, batch=batch))

    async def close(self) -> None:
        self._open = False

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self._require_open()
        self._medium.check()
        answers = write_group(self._conn, [work], self._probe)
        self._medium.learn(answers)
        if isinstance(answers[0], Exception):
            raise answers[0]
        answer: T = answers[0]
        return answer

    async def _read(self, query: Callable[[Database], T]) -> T:
        self._require_open()
        return ask(self._reading, query)

    def _require_open(self) -> None:
        if not self._open:
            raise StoreError("Nothing was asked of the store: it is closed. Open it again.")


class ReadingStore(SqlStore):
    """Looks, and writes nothing; owns its connection. For tools beside a running bot."""

    def __init__(self, conn: sqlite3.Connection, path: Path) -> None:
        self._conn = conn
        self._reading = database(conn)
        self._path = path

    async def commit(self, batch: Batch, patience: timedelta | None = None) -> CommitResult:
        return await self._write(partial(apply_batch, batch=batch))

    async def close(self) -> None:
        self._conn.close()

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        raise StoreError(
            f"Nothing was recorded: {self._path} was opened for reading. Ask the running Slipway."
        )

    async def _read(self, query: Callable[[Database], T]) -> T:
        return ask(self._reading, query)
