"""SQLite's errors as sentences: what did not happen, why, and what to do.

StoreError
  StoreBroken   the medium can no longer be trusted: end, and start again
"""

import sqlite3
from dataclasses import dataclass

from bot.ports.store import StoreBroken, StoreError
from bot.store.codec import half_character


@dataclass(frozen=True, slots=True)
class _Failure:
    why: str
    remedy: str
    broken: bool = False


_UNKNOWN = _Failure(
    "the database refused it", "Look at the disk and run `slipway audit verify`, then repeat"
)
_DISK = _Failure(
    "the disk failed",
    "Look at the disk and start Slipway again: only then is it known",
    broken=True,
)
_FAILURES = {
    "SQLITE_FULL": _Failure("the disk is full", "Free some space; nothing else is needed"),
    "SQLITE_IOERR_WRITE": _Failure(
        "the disk does not take more", "Look at its space, quotas and file size limits"
    ),
    "SQLITE_IOERR": _DISK,
    "SQLITE_CORRUPT": _Failure(
        "the database is damaged", "Stop Slipway and restore the latest backup", broken=True
    ),
    "SQLITE_NOTADB": _Failure(
        "the file is not a database", "Name another file, or restore a backup", broken=True
    ),
    "SQLITE_READONLY_DBMOVED": _Failure(
        "the database was moved or deleted", "Put it back and start Slipway again", broken=True
    ),
    "SQLITE_READONLY": _Failure(
        "the database is read-only",
        "Make the file and its folder writable for the user that runs Slipway",
    ),
    "SQLITE_CANTOPEN": _Failure(
        "the database cannot be opened",
        "Make the file and its folder readable and writable for the user that runs Slipway",
    ),
    "SQLITE_PERM": _Failure(
        "the database may not be opened",
        "Make the file and its folder readable and writable for the user that runs Slipway",
    ),
    "SQLITE_BUSY": _Failure(
        "another program holds the database", "Close that program, or wait for it, and repeat"
    ),
    "SQLITE_LOCKED": _Failure(
        "another program holds the database", "Close that program, or wait for it, and repeat"
    ),
    "SQLITE_NOMEM": _Failure("memory ran out", "Give Slipway more memory"),
}
_ONE_BATCH = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
)


def store_error(what: str, error: sqlite3.Error) -> StoreError:
    """`what` did not happen ("Nothing was recorded"); the error says why."""
    name = getattr(error, "sqlite_errorname", None) or ""
    failure = _FAILURES.get(name) or _FAILURES.get(_family(name), _UNKNOWN)
    kind = StoreBroken if failure.broken else StoreError
    return kind(f"{what}: {failure.why} ({error}). {failure.remedy}.")


def concerns_all(error: Exception) -> bool:
    """Whether the medium failed, and not just what was asked of it."""
    return isinstance(error, sqlite3.Error) and not isinstance(error, _ONE_BATCH)


def translate_failure(error: Exception) -> Exception:
    """What one batch did wrong, in the words of the port; any other error as it is."""
    if isinstance(error, UnicodeEncodeError):
        return half_character(error)
    if not isinstance(error, sqlite3.Error):
        return error
    refusal = ValueError(
        f"Nothing was recorded: a value cannot be kept ({error}). Mend the caller."
    )
    refusal.__cause__ = error
    return refusal


def explain_unreadable(error: ValueError) -> StoreError:
    """A stored row that does not say what it must."""
    return StoreError(
        f"The record was not read: a row is not as Slipway wrote it ({error}). "
        "Run `slipway audit verify` to learn which."
    )


def _family(name: str) -> str:
    """SQLITE_IOERR_FSYNC -> SQLITE_IOERR."""
    return "_".join(name.split("_")[:2])
