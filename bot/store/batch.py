"""One batch inside a transaction: replayed, stale, taken, or written whole."""

import sqlite3

from bot.ports.store import Batch, ClaimTaken, CommitResult, Committed, Replayed, Stale
from bot.store.codec import encode_instant, encode_json, encode_text, maybe_json
from bot.store.log import append, version_of
from bot.store.outbox import put_effects
from bot.store.rows import status_row

_REPLY = "SELECT reply FROM inbox WHERE key = :key"
_PUT_REPLY = "INSERT INTO inbox (key, reply, at) VALUES (:key, :reply, :at)"
_HOLDER = "SELECT stream FROM claims WHERE name = :name"
_PUT_CLAIM = """
    INSERT INTO claims (name, stream) VALUES (:name, :stream)
    ON CONFLICT (name) DO UPDATE SET stream = excluded.stream
"""
_FREE = "DELETE FROM claims WHERE stream = :stream"
PUT_STATUS = """
    INSERT INTO status (stream, service, environment, state, live, at, body)
    VALUES (:stream, :service, :environment, :state, :live, :at, :body)
    ON CONFLICT (stream) DO UPDATE SET
        service = excluded.service, environment = excluded.environment, state = excluded.state,
        live = excluded.live, at = excluded.at, body = excluded.body
"""


def apply_batch(conn: sqlite3.Connection, batch: Batch) -> CommitResult:
    """Write the batch, or say why not; the caller has begun a transaction.

    An exception leaves rows half written: the caller goes back to its savepoint.
    """
    refusal = _replayed(conn, batch) or _stale(conn, batch) or _taken(conn, batch)
    return refusal or _write(conn, batch)


def _replayed(conn: sqlite3.Connection, batch: Batch) -> Replayed | None:
    if batch.inbox is None:
        return None
    row = conn.execute(_REPLY, {"key": batch.inbox}).fetchone()
    return None if row is None else Replayed(maybe_json(row[0]))


def _stale(conn: sqlite3.Connection, batch: Batch) -> Stale | None:
    for stream, expected in batch.expect.items():
        version = version_of(conn, stream)
        if version != expected:
            return Stale(stream, version)
    return None


def _taken(conn: sqlite3.Connection, batch: Batch) -> ClaimTaken | None:
    for claim in batch.claims:
        holder = _holder(conn, claim.name)
        if holder is not None and holder not in {claim.stream, claim.replaces, *batch.free}:
            return ClaimTaken(claim.name, holder)
    return None


def _holder(conn: sqlite3.Connection, name: str) -> str | None:
    row = conn.execute(_HOLDER, {"name": name}).fetchone()
    return None if row is None else str(row[0])


def _write(conn: sqlite3.Connection, batch: Batch) -> Committed:
    _require_one_claimant(batch)
    events = append(conn, batch.events)
    _require_streams(conn, batch)
    _pass_claims(conn, batch)
    put_effects(conn, batch.effects, batch.supersede, batch.at)
    conn.executemany(PUT_STATUS, [status_row(status) for status in batch.statuses])
    _put_reply(conn, batch)
    return Committed(events)


def _require_one_claimant(batch: Batch) -> None:
    streams: dict[str, str] = {}
    for claim in batch.claims:
        if streams.setdefault(claim.name, claim.stream) != claim.stream:
            raise ValueError(
                f"Nothing was recorded: two streams claim {claim.name!r} in one batch. Pass one."
            )


def _require_streams(conn: sqlite3.Connection, batch: Batch) -> None:
    """What refers to a stream without facts could never be explained from the record."""
    effects = {effect.stream for effect in batch.effects}
    claims = {claim.stream for claim in batch.claims}
    for stream in sorted(effects | claims):
        if not version_of(conn, stream):
            raise ValueError(
                f"Nothing was recorded: an effect or claim belongs to {stream!r}, which has no "
                "facts. Write its fact in the same batch."
            )


def _pass_claims(conn: sqlite3.Connection, batch: Batch) -> None:
    """Freed last: a stream that begins and ends in one batch keeps nothing."""
    for claim in batch.claims:
        conn.execute(_PUT_CLAIM, {"name": encode_text(claim.name), "stream": claim.stream})
    for stream in batch.free:
        conn.execute(_FREE, {"stream": stream})


def _put_reply(conn: sqlite3.Connection, batch: Batch) -> None:
    if batch.inbox is None:
        return
    reply = None if batch.reply is None else encode_json(batch.reply)
    values = {"key": encode_text(batch.inbox), "reply": reply, "at": encode_instant(batch.at)}
    conn.execute(_PUT_REPLY, values)
