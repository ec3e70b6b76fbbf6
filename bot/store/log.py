"""Appending facts: places in the chain, versions in their streams."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from bot.ports.store import Event, NewEvent, StoreError
from bot.store.chain import row_hash
from bot.store.codec import encode_instant, encode_json, encode_number, encode_text
from bot.store.rows import event_of

_HEAD = "SELECT seq, hash FROM chain WHERE id = 1"
_MOVE_HEAD = "UPDATE chain SET seq = :seq, hash = :hash WHERE id = 1"
_VERSION = "SELECT COALESCE(MAX(version), 0) FROM events WHERE stream = :stream"
_INSERT = """
    INSERT INTO events
        (seq, stream, version, kind, schema, at, actor, cause, body, prev_hash, hash)
    VALUES
        (:seq, :stream, :version, :kind, :schema, :at, :actor, :cause, :body, :prev_hash, :hash)
"""


def version_of(conn: sqlite3.Connection, stream: str) -> int:
    """0 where the stream does not exist."""
    version: int = conn.execute(_VERSION, {"stream": stream}).fetchone()[0]
    return version


def head_of(conn: sqlite3.Connection) -> tuple[int, str]:
    """(seq, hash) of the last fact, from the chain's one row."""
    row = conn.execute(_HEAD).fetchone()
    if row is None:
        raise StoreError(
            "Nothing was recorded: the chain's own row is gone. Run `slipway audit verify`."
        )
    return row[0], row[1]


def append(conn: sqlite3.Connection, events: Sequence[NewEvent]) -> tuple[Event, ...]:
    """The facts with their places. The caller has begun a transaction."""
    if not events:
        return ()
    rows = _linked(conn, events)
    try:
        conn.executemany(_INSERT, rows)
    except sqlite3.IntegrityError as error:
        raise StoreError(
            f"Nothing was recorded: the chain does not end where its own row says ({error}). "
            "Run `slipway audit verify`."
        ) from error
    conn.execute(_MOVE_HEAD, {"seq": rows[-1]["seq"], "hash": rows[-1]["hash"]})
    return tuple(event_of(row) for row in rows)


def _linked(conn: sqlite3.Connection, events: Sequence[NewEvent]) -> list[dict[str, Any]]:
    seq, tip = head_of(conn)
    versions = {stream: version_of(conn, stream) for stream in {event.stream for event in events}}
    rows = []
    for event in events:
        seq += 1
        versions[event.stream] += 1
        row = _row(event, seq, versions[event.stream], tip)
        tip = row["hash"]
        rows.append(row)
    return rows


def _row(event: NewEvent, seq: int, version: int, prev_hash: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "seq": seq,
        "stream": encode_text(event.stream),
        "version": version,
        "kind": encode_text(event.kind),
        "schema": encode_number(event.schema),
        "at": encode_instant(event.at),
        "actor": encode_text(event.actor),
        "cause": encode_text(event.cause),
        "body": encode_json(event.body),
        "prev_hash": prev_hash,
    }
    return row | {"hash": row_hash(row)}
