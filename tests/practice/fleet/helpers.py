"""What the tests of the fleet share: a small seed, and a caller that speaks its API."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import sqrt
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.practice.fleet import FleetSeed, ServedFleet, SiteSeed

SITE = "/fleet/checkout/prod"
QUIET = FleetSeed(
    sites=(
        SiteSeed(
            service="checkout",
            versions=("v1.4.1", "v1.4.2", "v1.4.3"),
            running="v1.4.1",
            rps=0,
            latency=timedelta(milliseconds=1),
        ),
        SiteSeed(service="basket", versions=("v0.1",), running=None, rps=0, latency=timedelta()),
    ),
    settle=timedelta(milliseconds=20),
)


class Hurrying:
    """A clock that can be put forward, so that nobody waits for a second to be over."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    body: Any
    headers: Any


@dataclass(frozen=True, slots=True)
class Caller:
    served: ServedFleet
    session: aiohttp.ClientSession

    async def call(self, verb: str, path: str, body: object = None, **more: Any) -> Said:
        async with self.session.request(verb, self.served.url + path, json=body, **more) as answer:
            is_json = "json" in answer.content_type and "ndjson" not in answer.content_type
            said = await answer.json() if is_json else await answer.text()
            return Said(answer.status, said, answer.headers)

    async def get(self, path: str, **more: Any) -> Any:
        """The body of an answer of 200."""
        said = await self.call("GET", path, **more)
        assert said.status == 200, said
        return said.body

    async def put(self, key: str, revision: str = "v1.4.2", **words: Any) -> Said:
        body = {"key": key, "revision": revision, "stable": "v1.4.1", "weight": 10} | words
        return await self.call("PUT", SITE, body)

    async def settles(self, site: str = SITE, within: float = 5.0) -> Any:
        return await eventually(lambda: self._settled(site), within)

    async def is_at(self, revision: str = "v1.4.2", **words: Any) -> Any:
        """Deployed and settled; its state."""
        said = await self.put(f"to {revision} {sorted(words.items())}", revision, **words)
        assert said.status == 202, said
        return await self.settles()

    async def breaks(self, **words: Any) -> Said:
        return await self.call("POST", SITE + "/break", words)

    async def fault(self, kind: str, **words: Any) -> None:
        said = await self.call("POST", "/fleet/faults", {"fault": kind} | words)
        assert said.status == 201, said

    async def log(self) -> list[Any]:
        entries = await self.get("/fleet/log")
        assert isinstance(entries, list)
        return entries

    async def users(self, count: int) -> Counter[str]:
        """So many requests through the proxy: by the version that answered, else by status."""
        came: Counter[str] = Counter()
        for some in range(0, count, 50):
            asked = [self.user() for _ in range(min(50, count - some))]
            for said in await asyncio.gather(*asked):
                came[said.headers.get("X-Version", str(said.status))] += 1
        return came

    async def a_second_later(self) -> None:
        now = self.served.fleet.now
        assert isinstance(now, Hurrying)
        now.ahead += timedelta(seconds=1)

    async def idles(self) -> None:
        """Waits for what goes on after the answer: copies, and versions that leave."""
        await eventually(self._idle)

    async def user(self) -> Said:
        return await self.call("GET", "/site/checkout/prod/cart")

    async def _idle(self) -> bool:
        return len(self.served.fleet.tasks) == 0

    async def _settled(self, site: str) -> Any:
        state = await self.get(site)
        return state if state["settled"] else None


async def eventually(look: Callable[[], Awaitable[Any]], within: float = 5.0) -> Any:
    """What `look` finds, once it finds something."""
    async with asyncio.timeout(within):
        while not (found := await look()):  # noqa: ASYNC110 - the fleet is another program
            await asyncio.sleep(0.01)
        return found


def rows(page: str, name: str) -> dict[tuple[str, ...], float]:
    """One metric of a page: `{(version, track, code or le): value}`, absent labels left out."""
    return {
        tuple(
            sample.labels[key] for key in ("version", "track", "code", "le") if key in sample.labels
        ): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.name == name
    }


def within_chance(count: int, of: int, share: float) -> bool:
    """Four standard deviations of a binomial: one honest run in 16,000 falls outside."""
    return abs(count - of * share) <= 4 * sqrt(of * share * (1 - share))
