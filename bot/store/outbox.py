"""The outbox: effects written, superseded, handed out, settled.

Each function runs inside a transaction that the caller has begun.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.ports.store import Effect, Json, NewEffect
from bot.store.codec import encode_instant, encode_json
from bot.store.rows import EFFECT_COLUMNS, effect_of, effect_row

_INSERT = """
    INSERT INTO outbox
        (key, stream, slot, lane, priority, body, due_at, attempts, superseded)
    VALUES
        (:key, :stream, :slot, :lane, :priority, :body, :due_at, 0, 0)
"""
_SUPERSEDE = """
    UPDATE outbox SET done_at = :at, outcome = :outcome, superseded = 1
    WHERE stream = :stream AND slot = :slot AND done_at IS NULL
"""
_LEASE = "UPDATE outbox SET attempts = attempts + 1, lease_until = :until WHERE seq = :seq"
_SETTLE = """
    UPDATE outbox SET done_at = :at, outcome = :outcome, lease_until = NULL
    WHERE key = :key AND done_at IS NULL
"""
# It was being sent when a newer row took its place, and it did come to something. A lost message
# id would leave a card that nobody can edit any more.
_SETTLE_OVERTAKEN = """
    UPDATE outbox SET done_at = :at, outcome = :outcome, lease_until = NULL, superseded = 0
    WHERE key = :key AND superseded = 1 AND lease_until IS NOT NULL
"""
_POSTPONE = """
    UPDATE outbox SET due_at = :due_at, outcome = :note, lease_until = NULL
    WHERE key = :key AND done_at IS NULL
"""
_RELEASE_OVERTAKEN = """
    UPDATE outbox SET lease_until = NULL WHERE key = :key AND done_at IS NOT NULL
"""
_UNLEASE = "UPDATE outbox SET lease_until = NULL WHERE lease_until IS NOT NULL"
_LEASED = "SELECT COUNT(*) FROM outbox WHERE lease_until IS NOT NULL AND done_at IS NULL"


def put_effects(
    conn: sqlite3.Connection,
    effects: Sequence[NewEffect],
    supersede: Sequence[tuple[str, str]],
    at: datetime,
) -> None:
    """Write the new rows; each ends what waits in its slot, after `supersede` ended what it names.

    ValueError where a key was written before.
    """
    for stream, slot in supersede:
        _end(conn, stream, slot, _successor(effects, stream, slot), at)
    for effect in effects:
        _end(conn, effect.stream, effect.slot, effect.key, at)
        _insert(conn, effect)


def lease(
    conn: sqlite3.Connection, lanes: Sequence[str], now: datetime, until: datetime, limit: int
) -> tuple[Effect, ...]:
    """See the port. A lease that ran out is as good as none."""
    end = encode_instant(until)
    leased = []
    for row in _due(conn, lanes, encode_instant(now), limit):
        conn.execute(_LEASE, {"seq": row["seq"], "until": end})
        leased.append(effect_of(row | {"attempts": row["attempts"] + 1, "lease_until": end}))
    return tuple(leased)


def settle(conn: sqlite3.Connection, key: str, outcome: Json, at: datetime) -> bool:
    """See the port. What was overtaken while it was being sent keeps its outcome all the same."""
    values = {"key": key, "outcome": encode_json(outcome), "at": encode_instant(at)}
    if conn.execute(_SETTLE, values).rowcount:
        return True
    conn.execute(_SETTLE_OVERTAKEN, values)
    return False


def postpone(conn: sqlite3.Connection, key: str, due_at: datetime, note: Json) -> bool:
    values = {"key": key, "due_at": encode_instant(due_at), "note": encode_json(note)}
    if conn.execute(_POSTPONE, values).rowcount:
        return True
    conn.execute(_RELEASE_OVERTAKEN, {"key": key})
    return False


def unlease(conn: sqlite3.Connection) -> int:
    count: int = conn.execute(_LEASED).fetchone()[0]
    conn.execute(_UNLEASE)
    return count


def _end(conn: sqlite3.Connection, stream: str, slot: str, by: str | None, at: datetime) -> None:
    values = {
        "stream": stream,
        "slot": slot,
        "outcome": encode_json({"superseded": by}),
        "at": encode_instant(at),
    }
    conn.execute(_SUPERSEDE, values)


def _successor(effects: Sequence[NewEffect], stream: str, slot: str) -> str | None:
    """The effect that takes the place: of that slot, else the first of that stream."""
    same = [effect for effect in effects if effect.stream == stream]
    of_slot = [effect.key for effect in same if effect.slot == slot]
    return next(iter([*of_slot, *(effect.key for effect in same)]), None)


def _insert(conn: sqlite3.Connection, effect: NewEffect) -> None:
    try:
        conn.execute(_INSERT, effect_row(effect))
    except sqlite3.IntegrityError as error:
        raise ValueError(
            f"Nothing was recorded: the effect {effect.key!r} cannot be written ({error}). "
            "A key is written once; make it from its fact."
        ) from error


def _due(
    conn: sqlite3.Connection, lanes: Sequence[str], now: str, limit: int
) -> list[dict[str, Any]]:
    values = {f"lane{number}": lane for number, lane in enumerate(lanes)}
    cursor = conn.execute(
        f"""
        SELECT {EFFECT_COLUMNS} FROM outbox
        WHERE lane IN ({", ".join(f":{name}" for name in values)}) AND done_at IS NULL
            AND due_at <= :now AND (lease_until IS NULL OR lease_until <= :now)
        ORDER BY priority, seq LIMIT :limit
        """,  # noqa: S608 - numbered placeholders and column names only
        {**values, "now": now, "limit": limit},
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
