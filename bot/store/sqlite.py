"""SQLite behind the port: one file, one process, two drivers over the same pure `commit_group`."""

import asyncio
import os
import sqlite3
from pathlib import Path

from bot.ports.store import StoreError
from bot.store.group import Probe, silent
from bot.store.inline import InlineStore, ReadingStore
from bot.store.medium import Medium, lock_path, require_file, require_folder, take_lock
from bot.store.opening import open_reading, open_writing, prepare, translate_opening
from bot.store.threaded import ThreadedStore
from bot.store.writer import Writer

__all__ = [
    "InlineStore",
    "ReadingStore",
    "ThreadedStore",
    "open_inline",
    "open_reader",
    "open_store",
]


async def open_store(path: str | Path, probe: Probe = silent) -> ThreadedStore:
    """The store of a running bot, made where there is none yet.

    Holds `<path>.lock` until it is closed or the process ends. `probe` is called in the writer's
    thread. Raises StoreError with what to do where the file cannot be had, or cannot be trusted.
    """
    file = Path(path)
    if str(path) == ":memory:":
        raise StoreError(
            "The database was not opened: memory forgets at every restart. Name a file; "
            "a simulation opens its connection with open_inline."
        )
    writing, reading, lock = await asyncio.to_thread(_open, file)
    medium = Medium((file, file.with_name(f"{file.name}-wal"), lock_path(file)))
    writer = Writer(writing, medium, probe, asyncio.get_running_loop())
    return ThreadedStore(writer, reading, lock)


def open_inline(conn: sqlite3.Connection, probe: Probe = silent) -> InlineStore:
    """A store in the caller's thread over a connection that the caller keeps.

    What a crash left half done on it is rolled back, as a restart would.
    """
    with translate_opening():
        conn.rollback()
        conn.isolation_level = None
        prepare(conn)
    return InlineStore(conn, probe)


def open_reader(path: str | Path) -> ReadingStore:
    """For tools that look into the record of a running or a stopped bot; every write is refused."""
    file = Path(path)
    require_file(file, "The record was not read")
    return ReadingStore(open_reading(file), file)


def _open(file: Path) -> tuple[sqlite3.Connection, sqlite3.Connection, int]:
    require_folder(file)
    lock = take_lock(file)
    try:
        writing = open_writing(file)
        try:
            return writing, open_reading(file), lock
        except BaseException:
            writing.close()
            raise
    except BaseException:
        os.close(lock)
        raise
