"""Everything that is asked of the tables and changes nothing."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from bot.ports.store import Effect, Event, Json, KeptMember, KeptSample, Replayed, Status
from bot.store.codec import decode_instant, decode_json, encode_instant, maybe_json
from bot.store.rows import EFFECT_COLUMNS, effect_of, event_of, sample_of, status_of

_NUMBER = re.compile(r"[0-9]+", re.ASCII)


def load(db: Database, stream: str, after: int) -> tuple[Event, ...]:
    sql = "SELECT * FROM events WHERE stream = :stream AND version > :after ORDER BY version"
    return tuple(map(event_of, _rows(db, sql, {"stream": stream, "after": after})))


def events(db: Database, after: int, limit: int) -> tuple[Event, ...]:
    sql = "SELECT * FROM events WHERE seq > :after ORDER BY seq LIMIT :limit"
    return tuple(map(event_of, _rows(db, sql, {"after": after, "limit": limit})))


def head(db: Database) -> tuple[int, str]:
    for row in _rows(db, "SELECT seq, hash FROM chain WHERE id = 1"):
        return row["seq"], row["hash"]
    raise ValueError("the chain's own row is gone")


def replied(db: Database, inbox: str) -> Replayed | None:
    rows = _rows(db, "SELECT reply FROM inbox WHERE key = :key", {"key": inbox})
    return Replayed(maybe_json(rows[0]["reply"])) if rows else None


def claims(db: Database) -> dict[str, str]:
    rows = _rows(db, "SELECT name, stream FROM claims ORDER BY name")
    return {row["name"]: row["stream"] for row in rows}


def statuses(
    db: Database,
    live: bool | None,
    service: str | None,
    environment: str | None,
    since: datetime | None,
    limit: int,
) -> tuple[Status, ...]:
    wanted = {
        "live = :live": None if live is None else int(live),
        "service = :service": service,
        "environment = :environment": environment,
        "at >= :since": None if since is None else encode_instant(since),
    }
    terms = {term: value for term, value in wanted.items() if value is not None}
    where = f"WHERE {' AND '.join(terms)}" if terms else ""
    values = {term.rpartition(":")[2]: value for term, value in terms.items()}
    sql = f"SELECT * FROM status {where} ORDER BY at DESC, stream LIMIT :limit"  # noqa: S608 - the terms above
    return tuple(map(status_of, _rows(db, sql, {**values, "limit": limit})))


def count_streams(db: Database, prefix: str) -> int:
    """Only texts between `<prefix>0` and `<prefix>9…` can be `<prefix>N`."""
    sql = "SELECT stream FROM events WHERE version = 1 AND stream >= :low AND stream < :high"
    rows = _rows(db, sql, {"low": f"{prefix}0", "high": f"{prefix}:"})
    tails = (row["stream"][len(prefix) :] for row in rows)
    return max((int(tail) for tail in tails if _NUMBER.fullmatch(tail)), default=0)


def effect(db: Database, key: str) -> Effect | None:
    return _effect(db, "WHERE key = :key", {"key": key})


def last_done(db: Database, stream: str, slot: str) -> Effect | None:
    where = """
        WHERE stream = :stream AND slot = :slot AND done_at IS NOT NULL AND superseded = 0
        ORDER BY seq DESC LIMIT 1
    """
    return _effect(db, where, {"stream": stream, "slot": slot})


def effects(db: Database, stream: str) -> tuple[Effect, ...]:
    sql = f"SELECT {EFFECT_COLUMNS} FROM outbox WHERE stream = :stream ORDER BY seq"  # noqa: S608
    return tuple(map(effect_of, _rows(db, sql, {"stream": stream})))


def next_due(db: Database, lanes: Sequence[str]) -> datetime | None:
    """A row that is being worked on is due again when its lease ends."""
    values = {f"lane{number}": lane for number, lane in enumerate(lanes)}
    sql = f"""
        SELECT MIN(
            CASE WHEN lease_until IS NOT NULL AND lease_until > due_at
                THEN lease_until ELSE due_at END
        ) AS due_at
        FROM outbox
        WHERE done_at IS NULL AND lane IN ({", ".join(f":{name}" for name in values)})
    """  # noqa: S608 - numbered placeholders only
    [row] = _rows(db, sql, values)
    return decode_instant(row["due_at"]) if row["due_at"] else None


def get_series(db: Database, key: str) -> tuple[Json, datetime] | None:
    sql = "SELECT judge_state, cursor FROM series WHERE key = :key"
    for row in _rows(db, sql, {"key": key}):
        return decode_json(row["judge_state"]), decode_instant(row["cursor"])
    return None


def samples(db: Database, series: str, since: datetime) -> tuple[KeptSample, ...]:
    sql = "SELECT * FROM samples WHERE series = :series AND at >= :since ORDER BY at"
    values = {"series": series, "since": encode_instant(since)}
    return tuple(map(sample_of, _rows(db, sql, values)))


def names(db: Database) -> dict[str, str]:
    return {row["id"]: row["name"] for row in _rows(db, "SELECT id, name FROM names ORDER BY id")}


def member(db: Database, person: str) -> KeptMember | None:
    for row in _rows(db, "SELECT * FROM members WHERE id = :id", {"id": person}):
        seen_at = decode_instant(row["seen_at"])
        return KeptMember(id=row["id"], full_member=bool(row["full_member"]), seen_at=seen_at)
    return None


def _effect(db: Database, where: str, values: dict[str, str]) -> Effect | None:
    rows = _rows(db, f"SELECT {EFFECT_COLUMNS} FROM outbox {where}", values)  # noqa: S608
    return effect_of(rows[0]) if rows else None


def _rows(db: Database, sql: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """All at once: a cursor left half read would hold its snapshot of the record for ever."""
    return list(db.query(sql, dict(values or {})))
