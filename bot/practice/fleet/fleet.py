"""The practice fleet: small real HTTP services behind a splitting proxy, with their own users."""

from collections.abc import Mapping
from random import Random
from typing import Any

from aiohttp import ClientSession, DummyCookieJar, TCPConnector

from bot.practice.fleet.breaks import SiteBreaks
from bot.practice.fleet.door import FaultDoor
from bot.practice.fleet.figures import NOTHING, Figures, columns
from bot.practice.fleet.log import EffectsLog
from bot.practice.fleet.proxy import Proxy
from bot.practice.fleet.refusal import FleetRefusal
from bot.practice.fleet.seed import DEFAULT_SEED, FleetSeed
from bot.practice.fleet.site import Site
from bot.practice.fleet.tally import Label
from bot.practice.fleet.traffic import Traffic
from bot.practice.fleet.version import Tools
from bot.practice.fleet.wanted import Pace
from bot.practice.kit.clock import Now, system_now
from bot.practice.kit.serve import HOST
from bot.practice.kit.tasks import OwnedTasks


def session() -> ClientSession:
    # The bounds on what is under way are ours; a pool with a bound of its own would queue unseen.
    return ClientSession(
        connector=TCPConnector(limit=0), cookie_jar=DummyCookieJar(), auto_decompress=False
    )


class Fleet:
    """Everything there is; `serve` opens and closes it. Until then it holds nothing."""

    def __init__(self, seed: FleetSeed = DEFAULT_SEED, *, now: Now = system_now) -> None:
        self.seed = seed
        self.now = now
        self.tasks = OwnedTasks()
        self.log = EffectsLog()
        self.door = FaultDoor()
        self.figures = Figures(now)
        tools = Tools(host=HOST, now=now, random=Random(seed.chance), tasks=self.tasks)
        sites = [Site(one, tools) for one in seed.sites]
        self.sites: Mapping[tuple[str, str], Site] = {site.name: site for site in sites}
        self._users: dict[tuple[str, str], Traffic] = {}

    async def open(self) -> None:
        """Versions listen, and the proxy can reach them."""
        self._users_side, self._upstream = session(), session()
        self.proxy = Proxy(self._upstream, self.figures, self.tasks)
        for site in self.sites.values():
            await site.open()

    def send_users(self, url: str) -> None:
        """From now on traffic comes; `url` is where this fleet's own front answers."""
        for name, site in self.sites.items():
            random = Random(f"{self.seed.chance} {name}")
            self._users[name] = Traffic(site, url, self._users_side, random, self.tasks)
            self._users[name].follow()

    async def dismiss_users(self) -> None:
        for users in self._users.values():
            await users.stop()
        self._users.clear()

    async def close(self) -> None:
        for site in self.sites.values():
            await site.close()
        await self.tasks.stop()
        await self._users_side.close()
        await self._upstream.close()

    async def reset(self) -> None:
        """As on the first day: seed, keys, log, faults and figures; ports stay."""
        for site in self.sites.values():
            await site.reset()
        self.log.clear()
        self.door.clear()
        self.figures.clear()
        for users in self._users.values():
            users.follow()

    @property
    def pace(self) -> Pace:
        return Pace(span=self.seed.settle)

    def site(self, service: str, environment: str) -> Site:
        """Raises Refusal (404) where there is none."""
        site = self.sites.get((service, environment))
        if site is not None:
            return site
        there = ", ".join(" in ".join(name) for name in self.sites)
        raise FleetRefusal(
            404,
            "unknown_site",
            f"Nothing was done: there is no {service} in {environment}.",
            f"There is {there}.",
        )

    # ---------------------------------------------------------------- spoiling

    def break_site(self, site: Site, breaks: SiteBreaks) -> None:
        site.breaks = breaks
        self._follow(site)

    def set_traffic(self, site: Site, rps: float) -> None:
        site.rps = rps
        self._follow(site)

    def _follow(self, site: Site) -> None:
        if site.name in self._users:
            self._users[site.name].follow()

    # ---------------------------------------------------------------- figures

    def live(self) -> dict[str, Any]:
        """Every site: its state, and the last 60 s of each version that was asked in them."""
        at, minutes = self.figures.until_now()
        return {
            "at": at,
            "seconds": 60,
            "sites": [self._site_live(site, minutes) for site in self.sites.values()],
        }

    def _site_live(self, site: Site, minutes: Mapping[Label, Any]) -> dict[str, Any]:
        mine = {
            label.version: minute
            for label, minute in minutes.items()
            if (label.service, label.environment) == site.name
        }
        unserved = [second.requests for second in mine.pop("", [NOTHING] * 60)]
        figures = {version: columns(minute) for version, minute in sorted(mine.items())}
        return site.state() | {"figures": figures, "unserved": unserved}
