"""Small tables kept beside the chain, and what is swept out of them when its time is over.

Each function runs inside a transaction that the caller has begun.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.ports.store import Json, KeptMember, KeptSample, Status
from bot.store.batch import PUT_STATUS
from bot.store.codec import encode_instant, encode_json, encode_text
from bot.store.rows import sample_row, status_row

INBOX_KEPT = timedelta(days=7)
OUTBOX_KEPT = timedelta(days=90)
SAMPLES_KEPT = timedelta(days=14)

# Swept in pieces, so that no command waits behind a long one.
PIECE = 500

_PUT_SERIES = """
    INSERT INTO series (key, judge_state, cursor) VALUES (:key, :judge_state, :cursor)
    ON CONFLICT (key) DO UPDATE SET judge_state = excluded.judge_state, cursor = excluded.cursor
"""
_DROP_SERIES = "DELETE FROM series WHERE key = :key"
_PUT_NAME = """
    INSERT INTO names (id, name) VALUES (:id, :name)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name
"""
_FORGET_NAME = "DELETE FROM names WHERE id = :id"
_PUT_MEMBER = """
    INSERT INTO members (id, full_member, seen_at) VALUES (:id, :full_member, :seen_at)
    ON CONFLICT (id) DO UPDATE SET full_member = excluded.full_member, seen_at = excluded.seen_at
"""
_PUT_SAMPLE = """
    INSERT INTO samples (series, at, body) VALUES (:series, :at, :body)
    ON CONFLICT (series, at) DO UPDATE SET body = excluded.body
"""
_DROP_STATUSES = "DELETE FROM status"
_SWEEP_INBOX = """
    DELETE FROM inbox WHERE key IN (SELECT key FROM inbox WHERE at < :before LIMIT :piece)
"""
_SWEEP_SAMPLES = """
    DELETE FROM samples WHERE (series, at) IN
        (SELECT series, at FROM samples WHERE at < :before LIMIT :piece)
"""
_SWEEP_OUTBOX = """
    DELETE FROM outbox WHERE seq IN (
        SELECT seq FROM outbox AS old
        WHERE done_at < :before AND EXISTS (
            SELECT 1 FROM outbox AS newer
            WHERE newer.stream = old.stream AND newer.slot = old.slot AND newer.seq > old.seq
                AND newer.done_at IS NOT NULL AND newer.superseded = 0
        )
        LIMIT :piece
    )
"""


def put_series(conn: sqlite3.Connection, key: str, state: Json, cursor: datetime) -> None:
    values = {
        "key": encode_text(key),
        "judge_state": encode_json(state),
        "cursor": encode_instant(cursor),
    }
    conn.execute(_PUT_SERIES, values)


def drop_series(conn: sqlite3.Connection, key: str) -> None:
    conn.execute(_DROP_SERIES, {"key": key})


def put_names(conn: sqlite3.Connection, names: Mapping[str, str]) -> None:
    rows = [{"id": encode_text(key), "name": encode_text(name)} for key, name in names.items()]
    conn.executemany(_PUT_NAME, rows)


def forget_names(conn: sqlite3.Connection, ids: Sequence[str]) -> int:
    return sum(conn.execute(_FORGET_NAME, {"id": key}).rowcount for key in ids)


def put_members(conn: sqlite3.Connection, members: Sequence[KeptMember]) -> None:
    rows = [
        {
            "id": encode_text(each.id),
            "full_member": each.full_member,
            "seen_at": encode_instant(each.seen_at),
        }
        for each in members
    ]
    conn.executemany(_PUT_MEMBER, rows)


def put_samples(conn: sqlite3.Connection, samples: Sequence[KeptSample]) -> None:
    conn.executemany(_PUT_SAMPLE, [sample_row(sample) for sample in samples])


def replace_statuses(conn: sqlite3.Connection, rows: Sequence[Status]) -> None:
    conn.execute(_DROP_STATUSES)
    conn.executemany(PUT_STATUS, [status_row(row) for row in rows])


def sweep_inbox(conn: sqlite3.Connection, now: datetime) -> int:
    return _sweep(conn, _SWEEP_INBOX, now - INBOX_KEPT)


def sweep_outbox(conn: sqlite3.Connection, now: datetime) -> int:
    """The newest settled row of each slot stays, however old: a card is edited by its outcome."""
    return _sweep(conn, _SWEEP_OUTBOX, now - OUTBOX_KEPT)


def sweep_samples(conn: sqlite3.Connection, now: datetime) -> int:
    return _sweep(conn, _SWEEP_SAMPLES, now - SAMPLES_KEPT)


def _sweep(conn: sqlite3.Connection, sql: str, before: datetime) -> int:
    values = {"before": encode_instant(before), "piece": PIECE}
    return conn.execute(sql, values).rowcount
