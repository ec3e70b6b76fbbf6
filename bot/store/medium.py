"""The files below the store: taken by one process, still where they were, on a disk of our own."""

import fcntl
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from bot.ports.store import StoreBroken, StoreError

_NETWORKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "fuse.sshfs", "ncpfs"})
_MOUNTS = Path("/proc/self/mountinfo")


class Medium:
    """Whether what is written still goes where it will be looked for.

    SQLite in WAL mode goes on writing into a deleted file without a word.
    """

    def __init__(self, files: Sequence[Path] = ()) -> None:
        self._files = {file: _identity(file) for file in files}
        self._lost: StoreBroken | None = None

    def check(self) -> None:
        """Raises StoreBroken once anything was found that only a restart can answer."""
        gone = next((file for file, was in self._files.items() if _identity(file) != was), None)
        if gone is not None and self._lost is None:
            self._lost = StoreBroken(
                f"Nothing was recorded: {gone} was moved, replaced or deleted while Slipway ran. "
                "Put it back and start Slipway again."
            )
        if self._lost is not None:
            raise StoreBroken(*self._lost.args)

    def learn(self, answers: Sequence[object]) -> None:
        """Remember a failure after which nothing may be written any more."""
        broken = (answer for answer in answers if isinstance(answer, StoreBroken))
        self._lost = self._lost or next(broken, None)


def take_lock(database: Path) -> int:
    """The descriptor that holds the lock until it is closed or the process ends.

    The file stays: deleting it would let two processes hold two locks.
    """
    path = lock_path(database)
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(
            f"The database was not opened: {path} cannot be written ({error.strerror}). "
            "Make its folder writable for the user that runs Slipway."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        holder = os.pread(lock, 32, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(lock)
        raise _not_locked(database, holder, error) from error
    return lock


def lock_path(database: Path) -> Path:
    return database.with_name(f"{database.name}.lock")


def require_folder(database: Path) -> None:
    folder = database.parent
    if not _is_folder(folder):
        raise StoreError(
            f"The database was not opened: there is no folder {folder}. "
            f"Make it (mkdir -p {folder}), or name another file."
        )
    if _is_folder(database):
        raise StoreError(f"The database was not opened: {database} is a folder. Name a file in it.")
    mounts = _MOUNTS.read_text(errors="replace") if _MOUNTS.exists() else ""
    kind = filesystem_of(folder.resolve(), mounts)
    if kind in _NETWORKS:
        raise StoreError(
            f"The database was not opened: {folder} lies on a network file system ({kind}), where "
            "locks cannot be trusted. Name a file on a local disk."
        )


def require_file(database: Path, what: str) -> None:
    """`what` did not happen ("The record was not read") where there is no file to look at."""
    try:
        there = stat.S_ISREG(database.stat().st_mode)
    except FileNotFoundError:
        there = False
    except OSError as error:
        raise _out_of_reach(what, database, error) from error
    if not there:
        raise StoreError(f"{what}: there is no file {database}. Name the bot's own.")


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _out_of_reach("The database was not opened", path, error) from error


def _out_of_reach(what: str, path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{what}: {path} cannot be looked at ({error.strerror}). Let the user that runs Slipway "
        "into its folder."
    )


def filesystem_of(folder: Path, mountinfo: str) -> str:
    """The kind of the file system a folder lies on, from the text of mountinfo; "" if unknown."""
    mounts = [line.partition(" - ") for line in mountinfo.splitlines()]
    points = {
        Path(_unescaped(left.split()[4])): right.split()[0]
        for left, dash, right in mounts
        if dash and len(left.split()) > 4 and right
    }
    above = [point for point in points if folder.is_relative_to(point)]
    return points[max(above, key=lambda point: len(point.parts))] if above else ""


def _not_locked(database: Path, holder: str, error: OSError) -> StoreError:
    if isinstance(error, BlockingIOError):
        return StoreError(
            f"The database was not opened: process {holder} already works on {database}. "
            "Stop that one first, or name another file."
        )
    return StoreError(
        f"The database was not opened: {lock_path(database)} cannot be locked "
        f"({error.strerror}). Name a file on a local disk with free space."
    )


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _unescaped(point: str) -> str:
    """Mount points write a space as \\040."""
    return point.encode("latin-1", "replace").decode("unicode_escape") if "\\" in point else point
