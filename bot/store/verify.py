"""Whether the record still says what was written: every row, every column, every place.

What is looked at, in this order: each fact's types, number, link and hash; where the chain's own
row says the record ends; an outside head, if one is given; the versions within each stream;
that effects and claims belong to streams that exist; and the file's own structure.

Without an outside head, a tail cut off together with the chain's row cannot be seen: keep heads
elsewhere. Rows are read one by one, in one snapshot, beside a running bot.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from bot.store.chain import COLUMNS, GENESIS, NUMBERS, row_hash
from bot.store.failures import store_error
from bot.store.medium import require_file
from bot.store.opening import connect

_NOT_VERIFIED = "The record was not verified"
# Damage in the middle of a name: not even SQLite's message about it can be read.
_FAILURES = (sqlite3.DatabaseError, UnicodeDecodeError)
_NOT_NOW = (
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_NOMEM",
    "SQLITE_CANTOPEN",
    "SQLITE_PERM",
    "SQLITE_AUTH",
    "SQLITE_READONLY",
)

Head: TypeAlias = tuple[int, str] | str
EventRow: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """All `count` facts stand as they were written; `head` is the hash of the last."""

    count: int
    head: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first thing that is not as it was written: at the fact `seq`, or beside the facts."""

    seq: int | None
    why: str


_FACTS = "SELECT * FROM events WHERE typeof(seq) = 'integer' ORDER BY seq"
_UNNUMBERED = "SELECT COUNT(*) FROM events WHERE typeof(seq) <> 'integer'"
_GAP = """
    SELECT seq, stream, version, before FROM (
        SELECT seq, stream, version,
            LAG(version, 1, 0) OVER places AS before, LAG(seq, 1, 0) OVER places AS earlier
        FROM events WINDOW places AS (PARTITION BY stream ORDER BY version)
    ) WHERE version <> before + 1 OR seq < earlier ORDER BY seq LIMIT 1
"""
_ORPHANS = {
    "effect": """
        SELECT key, stream FROM outbox WHERE NOT EXISTS
            (SELECT 1 FROM events WHERE events.stream = outbox.stream) LIMIT 1
    """,
    "claim": """
        SELECT name, stream FROM claims WHERE NOT EXISTS
            (SELECT 1 FROM events WHERE events.stream = claims.stream) LIMIT 1
    """,
}


def verify(
    place: str | Path | sqlite3.Connection,
    head: Head | None = None,
    heads: Mapping[int, str] | None = None,
) -> Verified | Broken:
    """Look through the record; `head`, a hash or (seq, hash) kept outside, must be found in it.

    So must all of `heads`, by the number of their fact.

    A path is opened for reading only. Raises StoreError where there is nothing to look at: no
    such file, no right to read it.
    """
    kept = {**(heads or {}), **({head[0]: head[1]} if isinstance(head, tuple) else {})}
    if isinstance(place, sqlite3.Connection):
        return _verify(place, head, kept)
    try:
        conn = _look(Path(place))
    except _FAILURES as error:
        return _failed(None, error)
    with closing(conn):
        return _verify(conn, head, kept)


def _verify(
    conn: sqlite3.Connection, head: Head | None, heads: Mapping[int, str]
) -> Verified | Broken:
    try:
        with _snapshot(conn):
            found = _scan(conn.execute(_FACTS), head, heads)
            if isinstance(found, Broken):
                return found
            return _beside(conn, *found) or Verified(*found)
    except _FAILURES as error:
        return _failed(None, error)


def _beside(conn: sqlite3.Connection, count: int, tip: str) -> Broken | None:
    """What is wrong around facts that are all as they were written."""
    return (
        _chain_row(conn, count, tip)
        or _unnumbered(conn)
        or _gap(conn)
        or _orphan(conn)
        or _structure(conn)
    )


def _scan(
    rows: sqlite3.Cursor, head: Head | None, heads: Mapping[int, str]
) -> tuple[int, str] | Broken:
    """(count, hash of the last fact), or the first fact that is not as it was written."""
    if tuple(column[0] for column in rows.description) != COLUMNS:
        return Broken(None, "the table of facts has other columns than Slipway gives it")
    seq, tip, met = 0, GENESIS, head == GENESIS
    try:
        for row in rows:
            if flaw := _flaw(row, seq + 1, tip):
                return flaw
            seq, tip = seq + 1, row[-1]
            met = met or head == tip
            if heads.get(seq, tip) != tip:
                return Broken(seq, f"fact {seq} is another one than the head kept outside names")
    except _FAILURES as error:
        return _failed(seq + 1, error)
    return _unmet(head, heads, seq, met) or (seq, tip)


def _unmet(head: Head | None, heads: Mapping[int, str], count: int, met: bool) -> Broken | None:
    kept = max(heads, default=0)
    if kept > count:
        gone = count + 1
        return Broken(gone, f"fact {gone} is gone: a head kept outside names fact {kept}")
    if isinstance(head, str) and not met:
        return Broken(None, "no fact has the hash kept outside: the end was cut, or all was redone")
    return None


def verify_rows(rows: Sequence[Mapping[str, Any]]) -> Verified | Broken:
    """Whether exported facts are as they were written: each hash, and each link to a neighbour."""
    before: Mapping[str, Any] | None = None
    for row in rows:
        if set(row) != set(COLUMNS) or not all(_fits(name, row[name]) for name in COLUMNS):
            return Broken(None, "a fact has other columns than Slipway gives it")
        if row["hash"] != row_hash(row):
            seq = row["seq"]
            return Broken(seq, f"fact {seq} was changed: its hash does not fit its columns")
        if before is not None and (flaw := _unlinked(before, row)):
            return flaw
        before = row
    return Verified(len(rows), str(before["hash"]) if before else GENESIS)


def _unlinked(before: Mapping[str, Any], row: Mapping[str, Any]) -> Broken | None:
    seq = row["seq"]
    if seq <= before["seq"]:
        return Broken(seq, f"fact {seq} does not belong there, or stands twice")
    if seq == before["seq"] + 1 and row["prev_hash"] != before["hash"]:
        return Broken(seq, f"fact {seq} does not follow from the one before it")
    return None


def _flaw(row: EventRow, seq: int, tip: str) -> Broken | None:
    fact = dict(zip(COLUMNS, row, strict=True))
    if fact["seq"] > seq:
        return Broken(seq, f"fact {seq} is gone: the next one is {fact['seq']}")
    if fact["seq"] < seq:
        return Broken(fact["seq"], f"fact {fact['seq']} does not belong there, or stands twice")
    if column := next((name for name in COLUMNS if not _fits(name, fact[name])), None):
        return Broken(seq, f"the column {column} of fact {seq} holds what Slipway never writes")
    if fact["prev_hash"] != tip:
        return Broken(seq, f"fact {seq} does not follow from the one before it")
    if fact["hash"] != row_hash(fact):
        return Broken(seq, f"fact {seq} was changed: its hash does not fit its columns")
    return None


def _fits(column: str, value: object) -> bool:
    if column in NUMBERS:
        return type(value) is int
    return isinstance(value, str) and _is_utf8(value)


def _is_utf8(text: str) -> bool:
    """Undecodable bytes came in as half characters (see _decoded)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unnumbered(conn: sqlite3.Connection) -> Broken | None:
    count = conn.execute(_UNNUMBERED).fetchone()[0]
    return Broken(None, f"{count} facts without a number stand in the table") if count else None


def _chain_row(conn: sqlite3.Connection, count: int, tip: str) -> Broken | None:
    rows = conn.execute("SELECT id, seq, hash FROM chain LIMIT 9").fetchall()
    if len(rows) != 1:
        return Broken(None, f"the chain has {len(rows)} rows of its own instead of one")
    number, said, hash_said = rows[0]
    if type(said) is not int or said < 0 or number != 1 or not _fits("hash", hash_said):
        return Broken(None, "the chain's own row holds what Slipway never writes")
    if said > count:
        return Broken(count + 1, f"fact {count + 1} is gone: the chain's own row counts {said}")
    if said < count:
        return Broken(said + 1, f"fact {said + 1} is more than the chain's own row counts")
    if hash_said != tip:
        return Broken(
            count or None, "the chain's own row names another hash than the last fact has"
        )
    return None


def _gap(conn: sqlite3.Connection) -> Broken | None:
    row = conn.execute(_GAP).fetchone()
    if row is None:
        return None
    seq, stream, version, before = row
    return Broken(seq, f"fact {seq} is version {version} of {stream!r}, after version {before}")


def _orphan(conn: sqlite3.Connection) -> Broken | None:
    for kind, sql in _ORPHANS.items():
        if row := conn.execute(sql).fetchone():
            return Broken(None, f"the {kind} {row[0]!r} is of {row[1]!r}, which has no facts")
    return None


def _structure(conn: sqlite3.Connection) -> Broken | None:
    flaw = str(conn.execute("PRAGMA integrity_check(1)").fetchone()[0])
    return None if flaw == "ok" else Broken(None, f"the file is damaged ({flaw!r})")


def _failed(seq: int | None, error: sqlite3.DatabaseError | UnicodeDecodeError) -> Broken:
    """Damage is an answer; a file that cannot be looked at just now is none, and is raised."""
    name = getattr(error, "sqlite_errorname", None) or ""
    if isinstance(error, sqlite3.Error) and name.startswith(_NOT_NOW):
        raise store_error(_NOT_VERIFIED, error) from error
    return Broken(seq, f"the file is damaged ({str(error)!r})")


def _look(path: Path) -> sqlite3.Connection:
    """For reading only; a copy in a folder that cannot be written is read as it lies there."""
    require_file(path, _NOT_VERIFIED)
    wal = path.with_name(f"{path.name}-wal")
    try:
        return _opened(path, "ro")
    except sqlite3.OperationalError:
        if wal.exists() and wal.stat().st_size:
            raise
        return _opened(path, "ro&immutable=1")


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    conn = connect(path, mode)
    try:
        conn.execute("PRAGMA user_version").fetchone()
    except BaseException:
        conn.close()
        raise
    return conn


@contextmanager
def _snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """One moment of the record, with text as it is stored: bytes that are no UTF-8 included."""
    before = conn.text_factory
    conn.text_factory = _decoded
    begun = not conn.in_transaction
    try:
        if begun:
            conn.execute("BEGIN")
        yield
    finally:
        if begun and conn.in_transaction:
            conn.execute("ROLLBACK")
        conn.text_factory = before


def _decoded(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")
