"""What the record holds of one release: its own facts, and those elsewhere that bear on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.facts.fact import Fact
from bot.domain.state.release import Release
from bot.domain.state.service import stream_of
from bot.engine.record.codec import fact_of
from bot.engine.record.effects import TIMER
from bot.engine.record.history import History
from bot.ports.store import Effect, Event, Json, Store
from bot.render.release.evidence import document, stamp
from bot.store.chain import COLUMNS
from bot.store.codec import encode_instant, encode_json

PAGE = 1000
AFTERWARDS = timedelta(days=1)
"""How long after its end facts of other streams may still be about a release."""
SHARED = frozenset({"calendar", "people"})
"""Streams whose facts bound every release that was live at the time."""
POLICY = frozenset({"ConfigReloaded", "BotStarted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseEvidence:
    """`events` are in the order of the chain; `facts` are the same, as the domain reads them."""

    release: Release
    events: tuple[Event, ...]
    facts: tuple[Fact, ...]
    effects: tuple[Effect, ...]
    names: dict[str, str]
    head: tuple[int, str]
    at: datetime


async def gather(store: Store, release_id: str) -> ReleaseEvidence | None:
    """None where there is no such release. The same record gives the same evidence."""
    release = await History(store).release(release_id)
    if release is None:
        return None
    events = await _bearing_on(store, release)
    head = await store.head()
    [newest] = await store.events(head[0] - 1, 1)
    return ReleaseEvidence(
        release=release,
        events=events,
        facts=tuple(fact_of(event) for event in events),
        effects=await store.effects(release.id),
        names=await store.names(),
        head=head,
        at=newest.at,
    )


async def _bearing_on(store: Store, release: Release) -> tuple[Event, ...]:
    own = await store.load(release.id)
    until = (release.ended_at or own[-1].at) + AFTERWARDS
    found = list(await _let_past_before(store, release, own[0].seq))
    after = own[0].seq - 1
    while page := await store.events(after, PAGE):
        found += [event for event in page if bears_on(event, release, until)]
        after = page[-1].seq
    return tuple(found)


async def _let_past_before(store: Store, release: Release, first: int) -> tuple[Event, ...]:
    """Overrides that were asked for and granted before there was the release that used them."""
    used = {each.override for each in release.overrides}
    if not used:
        return ()
    said = await store.load(stream_of(release.service, release.environment))
    return tuple(
        event for event in said if event.seq < first and event.body.get("override") in used
    )


def bears_on(event: Event, release: Release, until: datetime) -> bool:
    """Of its own stream; or naming it; or said of its service, or to everybody, at the time."""
    if event.stream == release.id or names(event.body, release.id) or event.cause == release.id:
        return True
    if event.at > until:
        return False
    if event.stream == stream_of(release.service, release.environment):
        return True
    if event.kind in POLICY or event.stream in SHARED:
        return True
    return event.kind == "Denied" and mentions(str(event.body.get("asked", "")), release)


def names(body: Json, release_id: str) -> bool:
    return any(body.get(key) == release_id for key in ("release", "cause", "successor"))


def mentions(asked: str, release: Release) -> bool:
    words = asked.casefold().split()
    return release.id.casefold() in words or release.service.casefold() in words


def rows_of(events: Sequence[Event]) -> list[Json]:
    """The facts as they are stored, column by column: from these each hash can be made again."""
    return [_row(event) for event in events]


def _row(event: Event) -> Json:
    stored: Json = {name: getattr(event, name) for name in COLUMNS}
    return {**stored, "at": encode_instant(event.at), "body": encode_json(event.body)}


def dossier(found: ReleaseEvidence) -> Json:
    """The evidence as one JSON object."""
    kept = (found.names, found.head, found.at)
    told = [_done(effect) for effect in found.effects if effect.lane != TIMER]
    return document(found.release, found.facts, rows_of(found.events), told, kept)


def _done(effect: Effect) -> Json:
    return {
        "key": effect.key,
        "lane": effect.lane,
        "what": str(effect.body.get("do", effect.slot)),
        "done_at": stamp(effect.done_at) if effect.done_at else None,
        "outcome": effect.outcome,
    }
