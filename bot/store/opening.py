"""Connections as the store wants them, and what is looked at before any is used.

Errors: StoreError with what to do, for a folder that is not there, a file that is no database, is
damaged, is another program's or a newer Slipway's.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from bot.ports.store import StoreBroken, StoreError
from bot.store.failures import store_error
from bot.store.schema import migrate, require_known

_NOT_OPENED = "The database was not opened"
_PRAGMAS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
)
# FULL: a power cut loses no commit that was answered; NORMAL was measured to lose them.
_WRITING = (
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",
    "PRAGMA journal_size_limit = 67108864",
)


def open_writing(path: Path) -> sqlite3.Connection:
    """For the one writer: looked over, in WAL mode, its tables up to date."""
    with translate_opening():
        conn = connect(path, "rwc")
        try:
            prepare(conn)
        except BaseException:
            conn.close()
            raise
    return conn


def open_reading(path: Path) -> sqlite3.Connection:
    """For anything that only looks; works beside a running bot."""
    with translate_opening():
        conn = connect(path, "ro")
        try:
            conn.execute("PRAGMA query_only = ON")
            require_known(database(conn))
        except BaseException:
            conn.close()
            raise
    return conn


def connect(path: Path, mode: str) -> sqlite3.Connection:
    conn = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    for pragma in _PRAGMAS:
        conn.execute(pragma)
    return conn


def prepare(conn: sqlite3.Connection) -> None:
    """Look the file over, set how it is written, and bring its tables up to date."""
    require_sound(conn)
    require_known(database(conn))
    for pragma in (*_PRAGMAS, *_WRITING):
        conn.execute(pragma)
    mode = conn.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode not in {"wal", "memory"}:
        raise StoreError(
            f"{_NOT_OPENED}: it cannot be put into WAL mode (it stays in {mode!r}). "
            "Close other programs that use it, and keep it on a local disk."
        )
    _require_writable(conn)
    migrate(conn)


def _require_writable(conn: sqlite3.Connection) -> None:
    """SQLite opens a file that it cannot write without a word, and fails at the first write."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        conn.execute("PRAGMA user_version = 0")
    finally:
        conn.rollback()


def require_sound(conn: sqlite3.Connection) -> None:
    flaws = [row[0] for row in conn.execute("PRAGMA quick_check(1)")]
    if flaws != ["ok"]:
        raise StoreBroken(
            f"{_NOT_OPENED}: it is damaged ({' '.join(flaws[0].split())}). Restore the latest "
            "backup; `slipway audit verify` tells which facts still stand."
        )


def database(conn: sqlite3.Connection) -> Database:
    """The reading side of a connection; plugins of other programs stay out of it."""
    return Database(conn, recursive_triggers=False, execute_plugins=False)


@contextmanager
def translate_opening() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise store_error(_NOT_OPENED, error) from error
    except UnicodeDecodeError as error:
        # Damage in the middle of a name: not even SQLite's message about it can be read.
        raise StoreBroken(f"{_NOT_OPENED}: it is damaged. Restore the latest backup.") from error
