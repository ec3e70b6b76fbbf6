"""Rows of the tables as the values of the port, and back."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from bot.ports.store import Effect, Event, KeptSample, NewEffect, Status
from bot.store.codec import (
    decode_instant,
    decode_json,
    encode_instant,
    encode_json,
    encode_number,
    encode_text,
    maybe_instant,
    maybe_json,
)

StoredRow: TypeAlias = Mapping[str, Any]

EFFECT_COLUMNS = (
    "seq, key, stream, slot, lane, priority, body, due_at, attempts, lease_until, done_at, outcome"
)


def event_of(row: StoredRow) -> Event:
    return Event(
        seq=row["seq"],
        stream=row["stream"],
        version=row["version"],
        kind=row["kind"],
        schema=row["schema"],
        at=decode_instant(row["at"]),
        actor=row["actor"],
        cause=row["cause"],
        body=decode_json(row["body"]),
        prev_hash=row["prev_hash"],
        hash=row["hash"],
    )


def effect_of(row: StoredRow) -> Effect:
    return Effect(
        seq=row["seq"],
        key=row["key"],
        stream=row["stream"],
        slot=row["slot"],
        lane=row["lane"],
        priority=row["priority"],
        body=decode_json(row["body"]),
        due_at=decode_instant(row["due_at"]),
        attempts=row["attempts"],
        lease_until=maybe_instant(row["lease_until"]),
        done_at=maybe_instant(row["done_at"]),
        outcome=maybe_json(row["outcome"]),
    )


def effect_row(effect: NewEffect) -> dict[str, Any]:
    return {
        "key": encode_text(effect.key),
        "stream": encode_text(effect.stream),
        "slot": encode_text(effect.slot),
        "lane": encode_text(effect.lane),
        "priority": encode_number(effect.priority),
        "body": encode_json(effect.body),
        "due_at": encode_instant(effect.due_at),
    }


def status_of(row: StoredRow) -> Status:
    return Status(
        stream=row["stream"],
        service=row["service"],
        environment=row["environment"],
        state=row["state"],
        live=bool(row["live"]),
        at=decode_instant(row["at"]),
        body=decode_json(row["body"]),
    )


def status_row(status: Status) -> dict[str, Any]:
    return {
        "stream": encode_text(status.stream),
        "service": encode_text(status.service),
        "environment": encode_text(status.environment),
        "state": encode_text(status.state),
        "live": int(status.live),
        "at": encode_instant(status.at),
        "body": encode_json(status.body),
    }


def sample_of(row: StoredRow) -> KeptSample:
    return KeptSample(
        series=row["series"], at=decode_instant(row["at"]), body=decode_json(row["body"])
    )


def sample_row(sample: KeptSample) -> dict[str, Any]:
    return {
        "series": encode_text(sample.series),
        "at": encode_instant(sample.at),
        "body": encode_json(sample.body),
    }
