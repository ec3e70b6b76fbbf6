"""What asks read: releases with their newest numbers, services, threads."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain.facts import RELEASE_FACTS
from bot.domain.judge.judge import verdict
from bot.domain.judge.samples import Verdict
from bot.domain.state.moves import State
from bot.domain.state.release import Release
from bot.domain.terms.place import Place
from bot.domain.terms.rules import Right
from bot.engine.people.rulebook import Rulebook
from bot.engine.record.codec import fact_of, restore
from bot.engine.record.engine import Engine
from bot.engine.watch.memory import WatchMemory, stay_of
from bot.engine.watch.points import series_of
from bot.engine.watch.watcher import limits_for
from bot.ports.chat import Posted
from bot.render.kit.view import ReleaseView

RECENT = 50
MOST_ASKED = 20
RELEASE_KINDS = frozenset(kind.__name__ for kind in RELEASE_FACTS)


class Views:
    """Reads only. `refresh` is how often a live card is edited at least."""

    def __init__(
        self, engine: Engine, book: Rulebook, refresh: timedelta, command: str, zone: str
    ) -> None:
        self._engine = engine
        self._book = book
        self._refresh = refresh
        self._command = command
        self._zone = zone

    @property
    def zone(self) -> str:
        """The time zone that times without one are meant in."""
        return self._zone

    @property
    def refresh(self) -> timedelta:
        """How often a live card is edited at least."""
        return self._refresh

    def services(self) -> Mapping[str, tuple[str, ...]]:
        """Each service's environments along their `after` chain."""
        found: dict[str, list[str]] = {}
        for service, environment in sorted(self._book.policy.places):
            found.setdefault(service, []).append(environment)
        return {service: self._chain(service, names) for service, names in found.items()}

    def _chain(self, service: str, environments: list[str]) -> tuple[str, ...]:
        def depth(environment: str, seen: int = 0) -> int:
            rules = self._book.at(Place(service, environment)).rules
            ends = rules is None or rules.after is None or seen > len(environments)
            return 0 if ends or rules is None else 1 + depth(rules.after or "", seen + 1)

        return tuple(sorted(environments, key=lambda name: (depth(name), name)))

    async def view(self, release: Release) -> ReleaseView:
        """A release with the newest the watcher kept of it."""
        verdicts, watched = await self._watched(release)
        facts = [
            fact_of(event)
            for event in await self._engine.store.load(release.id)
            if event.kind in RELEASE_KINDS
        ]
        return ReleaseView(
            release=release,
            now=self._engine.clock.now(),
            facts=facts,
            verdicts=verdicts,
            watched=watched,
            names=await self._engine.store.names(),
            refresh=self._refresh,
            mention=await self._asked(release),
            paged=await self._paged(release),
            command=self._command,
            zone=self._zone,
        )

    async def charted(self, release: Release) -> ReleaseView:
        """The same with what was measured over time, for messages that draw it."""
        seen = await series_of(self._engine.store, release)
        return replace(await self.view(release), series=seen)

    async def _watched(self, release: Release) -> tuple[tuple[Verdict, ...], timedelta]:
        kept = await self._engine.store.get_series(release.id)
        if kept is None:
            return release.verdicts, release.watched
        watch: WatchMemory = restore(WatchMemory, kept[0])
        if watch.stay != stay_of(release):
            return release.verdicts, release.watched
        limits = {check.name: limits_for(release, check) for check in release.rules.checks}
        spoken = (
            verdict(each.judge, limit)
            for name, each in watch.checks.items()
            if (limit := limits.get(name)) is not None
        )
        return tuple(spoken), watch.watched(self._engine.clock.now())

    async def _asked(self, release: Release) -> tuple[str, ...]:
        """Who is asked for something: who started it, and who could promote it."""
        if release.state is State.POLLING and release.poll is not None:
            return release.poll.unheard()[:MOST_ASKED]
        able = await self._book.who(release.rules, Right.PROMOTE)
        if release.gating is not None and release.gate is not None and release.gate.approve:
            asked = await self._book.everyone_in(release.gate.approve) or frozenset()
            return tuple(sorted(asked - release.authors - {release.requested_by}))[:5]
        starter = (release.requested_by,) if release.requested_by != "bot" else ()
        return tuple(dict.fromkeys((*starter, *able)))[:5]

    async def _paged(self, release: Release) -> str:
        page = await self._engine.store.last_done(release.id, "page")
        if page is None or page.outcome is None or page.done_at is None:
            return ""
        said = ", ".join(f"{key}: {value}" for key, value in page.outcome.items())
        return f"page at {page.done_at:%H:%M:%S} UTC, {said}"

    async def place(self, release_id: str, slot: str) -> Posted | None:
        """Where a message of a release stands, once it does."""
        row = await self._engine.store.last_done(release_id, slot)
        if row is None or row.outcome is None or "ts" not in row.outcome:
            return None
        return Posted(channel=row.outcome["channel"], ts=row.outcome["ts"])

    async def in_thread(self, channel: str, thread: str) -> Release | None:
        """The release whose card, or alert, opened this thread."""
        if not thread:
            return None
        for status in await self._engine.store.statuses(limit=RECENT):
            for slot in ("card", "alert", "alert-stuck", "ask"):
                if await self.place(status.stream, slot) == Posted(channel=channel, ts=thread):
                    return await self._engine.history.release(status.stream)
        return None
