"""Overrides and looks back as the engine meets them: what is known, and what must then be done.

What is to be said goes through the lane `oversight`, which writes one notice for each who is told:
a restart between two of them tells nobody twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.decide.known import Known
from bot.domain.decide.override import find_override
from bot.domain.facts import override as o
from bot.domain.facts.fact import Fact
from bot.domain.intents.override import AnswerOverride, OfService
from bot.domain.intents.release import Start
from bot.domain.state.override import Override, find_waived
from bot.domain.state.release import Release
from bot.engine.people.rulebook import Rulebook
from bot.engine.record.history import History
from bot.ports.store import NewEffect

OVERSIGHT = "oversight"
TOLD, LAPSE, CHASE = "told", "lapse", "chase"


def past_gates(known: Known, release: Release, now: datetime) -> Known:
    """The same with the gates that this release is let past at this instant."""
    since, own = release.emergency_since, release.authors
    return replace(
        known, waived=find_waived(known.service.overrides, release.name, since, now, own)
    )


def past_start_gates(known: Known, intent: Start, now: datetime) -> Known:
    """The same for a release that is only asked for: who wrote it is not known yet."""
    since = now if intent.incident else None
    return replace(known, waived=find_waived(known.service.overrides, intent.version, since, now))


async def about(
    known: Known, intent: OfService, book: Rulebook, history: History, now: datetime
) -> Known:
    """The same with the release that an override or a look back is about, and whose it is."""
    name = intent.release
    if isinstance(intent, AnswerOverride):
        found = find_override(intent, known, now)
        name = found.release if isinstance(found, Override) else ""
    release = await history.release(name) if name else _live(known, intent.version)
    return replace(known, about=release, accounts=await book.accounts(intent.by))


def _live(known: Known, version: str) -> Release | None:
    live = known.live
    return live if live is not None and version in ("", live.name) else None


def rows_of(stream: str, fact: Fact) -> tuple[NewEffect, ...]:
    """The rows that a fact of a service asks for; each key is made from the fact."""
    found = ROWS.get(type(fact), _none)(fact)
    return tuple(_row(stream, fact, what, due) for what, due in found)


def _row(stream: str, fact: Fact, what: str, due: datetime) -> NewEffect:
    name = str(getattr(fact, "override", "") or getattr(fact, "release", ""))
    kind = type(fact).__name__
    key = f"{stream}/{name}/{kind}/{fact.at:%Y%m%dT%H%M%S%fZ}/{what}"
    body = {"do": what, "kind": kind, "name": name, "by": fact.by, "nth": 0}
    return NewEffect(
        key=key, stream=stream, slot=key, lane=OVERSIGHT, priority=10, body=body, due_at=due
    )


def _none(_fact: Fact) -> tuple[tuple[str, datetime], ...]:
    return ()


def _said(fact: Fact) -> tuple[tuple[str, datetime], ...]:
    return ((TOLD, fact.at),)


def _until(fact: o.OverrideAsked | o.GlassBroken) -> tuple[tuple[str, datetime], ...]:
    return ((TOLD, fact.at), (LAPSE, fact.until))


def _owed(fact: o.ReviewOpened) -> tuple[tuple[str, datetime], ...]:
    """Nobody is told at once: whoever let it past a gate was told, and half of the time is left."""
    return ((CHASE, fact.at + (fact.due_at - fact.at) / 2),)


ROWS: Mapping[type[Fact], Callable[[Any], tuple[tuple[str, datetime], ...]]] = {
    o.OverrideAsked: _until,
    o.GlassBroken: _until,
    o.OverrideGranted: _said,
    o.OverrideRefused: _said,
    o.OverrideEnded: _said,
    o.ReviewOpened: _owed,
    o.ReviewClosed: _said,
}
