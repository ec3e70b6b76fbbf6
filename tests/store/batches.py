"""Small batches of everything a store keeps; each hides what its test is not about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.ports.store import Batch, Claim, Json, NewEffect, NewEvent, Status

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def fact(stream: str = "R-1", **body: Any) -> NewEvent:
    return NewEvent(
        stream=stream, kind="StepBegan", schema=1, at=NOW, actor="U0ANA", cause="", body=body
    )


def effect(
    key: str,
    *,
    stream: str = "R-1",
    slot: str = "card",
    lane: str = "chat",
    priority: int = 5,
    due_at: datetime = NOW,
    body: Json | None = None,
) -> NewEffect:
    return NewEffect(
        key=key,
        stream=stream,
        slot=slot,
        lane=lane,
        priority=priority,
        body=body or {},
        due_at=due_at,
    )


def status(stream: str, *, service: str = "checkout", minute: int = 0, live: bool = True) -> Status:
    return Status(
        stream=stream,
        service=service,
        environment="prod",
        state="baking",
        live=live,
        at=NOW + minute * MINUTE,
        body={"step": minute},
    )


def begins(stream: str = "R-1", *effects: NewEffect, **more: Any) -> Batch:
    """The first fact of a stream, with these effects."""
    return Batch(
        at=NOW, expect={stream: 0}, events=[fact(stream, begun=True)], effects=effects, **more
    )


def goes_on(*effects: NewEffect, **more: Any) -> Batch:
    """Effects alone, of streams that exist."""
    return Batch(at=NOW, effects=effects, **more)


def claims(stream: str, name: str = "checkout/prod", replaces: str | None = None) -> Batch:
    """A new stream that wants the claim."""
    return begins(stream, claims=[Claim(name=name, stream=stream, replaces=replaces)])


def full(stream: str, number: int) -> Batch:
    """One of everything, so that a half written batch can be seen: fact `number` of a stream."""
    return Batch(
        at=NOW,
        expect={stream: number - 1},
        events=[fact(stream, number=number), fact(f"S/{stream}", number=number)],
        effects=[effect(f"{stream}/{number}/card", stream=stream)],
        claims=[Claim(name=f"claim/{stream}", stream=stream)],
        statuses=[status(stream)],
        inbox=f"{stream}/{number}",
        reply={"number": number},
    )
