"""One service in one environment: which versions run, who gets the users, and how that changes."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from bot.practice.fleet.breaks import SiteBreaks, VersionBreaks, show_breaks
from bot.practice.fleet.even import SILVER, Even, pick, without
from bot.practice.fleet.refusal import FleetRefusal
from bot.practice.fleet.seed import SiteSeed
from bot.practice.fleet.tally import Label, Track, VersionTally, merge
from bot.practice.fleet.version import Habits, Tools, VersionService
from bot.practice.fleet.wanted import Order, Pace, Split, Wanted, same, steps
from bot.practice.kit.clock import rfc3339


@dataclass(slots=True, kw_only=True)
class Applied:
    """One order that was taken. `arrived_at` is None until the split is as ordered."""

    order: Order
    accepted_at: datetime
    arrived_at: datetime | None = None
    superseded: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.order.key,
            "found": True,
            "what": self.order.wanted.spelled(),
            "accepted_at": rfc3339(self.accepted_at),
            "applied_at": rfc3339(self.arrived_at) if self.arrived_at else None,
            "superseded": self.superseded,
        }


class Site:
    def __init__(self, seed: SiteSeed, tools: Tools) -> None:
        self.seed = seed
        self._tools = tools
        self._settling: asyncio.Task[None] | None = None
        self._be_seeded()
        habits = Habits(latency=seed.latency, error_rate=seed.error_rate)
        self.versions: Mapping[str, VersionService] = {
            name: VersionService(
                Label(seed.service, seed.environment, name),
                habits,
                tools,
                partial(self.track, name),
            )
            for name in seed.versions
        }

    def _be_seeded(self) -> None:
        running = self.seed.running
        self.wanted = Wanted(revision=running, stable=running, weight=100 if running else 0)
        self.split: Split = self.wanted.split()
        self.copies: Split = {}
        self.settled = True
        self.progress = {"done": 1, "of": 1}
        self.breaks = SiteBreaks()
        self.rps = self.seed.rps
        self._applied: dict[str, Applied] = {}
        self._latest: Applied | None = None
        self._users = Even(self._tools.random.random())
        self._copied = Even(self._tools.random.random(), SILVER)

    @property
    def name(self) -> tuple[str, str]:
        return self.seed.service, self.seed.environment

    def track(self, version: str) -> Track:
        """Whatever is not the stable version is the one being tried."""
        return "stable" if version == self.wanted.stable else "canary"

    async def open(self) -> None:
        for version in self.versions.values():
            version.open()
        await self._start_seeded()

    async def _start_seeded(self) -> None:
        for name in self.split:
            await self.versions[name].start()

    async def reset(self) -> None:
        """As seeded: whole, unbroken, every key forgotten, every counter at zero."""
        await self._end_settling()
        self._be_seeded()
        for name, version in self.versions.items():
            await version.break_by(VersionBreaks())
            version.renew()
            if name not in self.split:
                version.stop()
        await self._start_seeded()

    async def close(self) -> None:
        await self._end_settling()
        for version in self.versions.values():
            await version.close()

    async def _end_settling(self) -> None:
        if self._settling is not None:
            self._settling.cancel()
            await asyncio.wait({self._settling})

    # ---------------------------------------------------------------- orders

    def repeated(self, order: Order) -> Applied | None:
        """What this key did before; raises Refusal where it meant something else then."""
        before = self._applied.get(order.key)
        if before is None or before.order.wanted == order.wanted:
            return before
        once = before.order.wanted.spelled()
        raise FleetRefusal(
            409,
            "key_reused",
            f"Nothing was deployed: key {order.key!r} was used for {once}.",
            "Ask with a new key.",
            current=self.state(),
        )

    def check_expected(self, order: Order) -> None:
        """Raises Refusal where the site is neither at nor on its way to what is expected."""
        if order.expect is None:
            return
        if same(order.expect, self.split) or same(order.expect, self.wanted.split()):
            return
        raise FleetRefusal(
            409,
            "conflict",
            f"Nothing was deployed: {self.seed.service} is not where it was expected to be.",
            "Look at `current`, then ask again with a new expectation.",
            current=self.state(),
        )

    def take(self, order: Order, pace: Pace) -> Applied:
        """Be on the way to `order` from now on; whatever was under way is superseded."""
        if self._latest is not None and self._latest.arrived_at is None:
            self._latest.superseded = True
        applied = Applied(order=order, accepted_at=self._tools.now())
        self._applied[order.key] = self._latest = applied
        self.wanted = order.wanted
        for version in self.versions.values():
            version.tally.show(version.track())
        self.settled = False
        self.progress = {"done": 0, "of": pace.of}
        self._settling = self._tools.tasks.spawn(self._settle(applied, pace, self._settling))
        return applied

    def found(self, key: str) -> Applied | None:
        return self._applied.get(key)

    async def _settle(
        self, applied: Applied, pace: Pace, before: asyncio.Task[None] | None
    ) -> None:
        if before is not None:
            before.cancel()
            await asyncio.wait({before})
        goal = applied.order.wanted.split()
        for name in goal:
            await self.versions[name].start()
        for split in steps(self.split, goal, pace):
            await asyncio.sleep(pace.span.total_seconds() / pace.of)
            self.split = split
            self.progress["done"] += 1
        if pace.done == pace.of:
            self._arrive(applied, settled=pace.ends)

    def _arrive(self, applied: Applied, *, settled: bool) -> None:
        self.copies = applied.order.wanted.copies()
        for name, version in self.versions.items():
            if name not in self.split:
                version.stop()
        applied.arrived_at = self._tools.now()
        self.settled = settled

    # ---------------------------------------------------------------- traffic

    def _silent(self) -> frozenset[str]:
        return frozenset(name for name, one in self.versions.items() if not one.breaks.traffic)

    def choose(self) -> VersionService | None:
        """Who answers the next request; None where nothing serves."""
        name = pick(without(self.split, self._silent()), self._users.draw())
        return self.versions[name] if name else None

    def choose_copy(self) -> VersionService | None:
        """Who gets a copy of the next request, if anybody does."""
        if not self.copies:
            return None
        name = pick(self.copies, self._copied.draw())
        return self.versions[name] if name and name not in self._silent() else None

    # ---------------------------------------------------------------- what is seen

    def tallies(self) -> list[VersionTally]:
        """What an aggregated page has: every running version that can be scraped."""
        return [
            merge(version.tally, version.missed) if version.is_up else version.missed
            for version in self.versions.values()
            if version.is_meant_up and version.breaks.metrics == "ok"
        ]

    def state(self) -> dict[str, Any]:
        running = [one for one in self.versions.values() if one.is_meant_up]
        return {
            "service": self.seed.service,
            "environment": self.seed.environment,
            "revisions": dict(self.split),
            "mirror": dict(self.copies),
            "settled": self.settled,
            "progress": dict(self.progress),
            "stable": self.wanted.stable,
            "wanted": {"revisions": self.wanted.split(), "mirror": self.wanted.copies()},
            "versions": list(self.versions),
            "healthy": {one.label.version: one.is_healthy for one in running},
            "urls": {name: one.url for name, one in self.versions.items()},
            "rps": self.rps,
            "broken": self._broken(),
        }

    def _broken(self) -> dict[str, Any]:
        own = {name: show_breaks(one.breaks) for name, one in self.versions.items()}
        return {
            name: breaks
            for name, breaks in (own | {"": show_breaks(self.breaks)}).items()
            if breaks
        }
