"""The practice fleet's own page, scraped while its users are served."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.domain.judge.samples import Window
from bot.engine.clock import SystemClock
from bot.ports.metrics import Samples
from bot.ports.outcomes import Nonsense, Unavailable
from bot.practice.fleet import Fleet, FleetSeed, SiteSeed, serve
from bot.practice.fleet.breaks import Showing, SiteBreaks, VersionBreaks
from bot.practice.fleet.wanted import Order, Pace, Wanted
from integrations.exposition.settings import ExpositionSettings
from integrations.exposition.source import ExpositionSource
from tests.fakes.web import http_core

SPAN = timedelta(milliseconds=300)
SEED = FleetSeed(
    sites=(
        SiteSeed(
            service="checkout",
            versions=("v1.4.1", "v1.4.2"),
            running="v1.4.1",
            rps=200,
            latency=timedelta(milliseconds=1),
        ),
    ),
    settle=timedelta(milliseconds=20),
)


@dataclass(slots=True)
class Watched:
    fleet: Fleet
    source: ExpositionSource

    async def canary(self, breaks: VersionBreaks) -> None:
        """Half of the users on a new version that is broken so."""
        site = self.fleet.site("checkout", "prod")
        await site.versions["v1.4.2"].break_by(breaks)
        wanted = Wanted(revision="v1.4.2", stable="v1.4.1", weight=50)
        site.take(Order(key="R-1/1/move", wanted=wanted), Pace(span=SEED.settle))
        await asyncio.sleep(0.1)

    async def counts(self, *queries: str) -> list[Samples]:
        """What each query counts in the next moment."""
        clock = SystemClock()
        start = clock.now()
        await self.source.measure(queries[0], Window(start=start - SPAN, end=start))
        await asyncio.sleep(SPAN.total_seconds())
        window = Window(start=start, end=clock.now())
        return [await self.source.measure(query, window) for query in queries]


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    served = await serve(Fleet(SEED))
    url = f"{served.url}/metrics/checkout/prod"
    try:
        async with http_core(served.url) as http:
            settings = ExpositionSettings(url=url, deadline=timedelta(seconds=1.5))
            source = ExpositionSource(settings=settings, http=http, clock=SystemClock())
            yield Watched(served.fleet, source)
    finally:
        await served.stop()


def selector(track: str, code: str = ".*", name: str = "http_requests_total") -> str:
    return f'{name}{{service="checkout",track="{track}",code=~"{code}"}}'


async def test_a_bad_canary_shows_beside_a_good_baseline(watched: Watched) -> None:
    await watched.canary(VersionBreaks(error_rate=1.0))
    canary, bad, stable, bad_stable = await watched.counts(
        selector("canary"), selector("canary", "5.."), selector("stable"), selector("stable", "5..")
    )
    assert canary.points
    assert bad.points == canary.points
    assert stable.points[0].value > 10
    assert sum(point.value for point in bad_stable.points) == 0


async def test_a_histogram_has_its_last_edge(watched: Watched) -> None:
    buckets, requests = await watched.counts(
        'http_request_duration_seconds_bucket{track="stable"}', selector("stable")
    )
    edges = {point.labels["le"]: point.value for point in buckets.points}
    assert edges["+Inf"] == requests.points[0].value
    assert list(edges.values()) == sorted(edges.values())


@pytest.mark.parametrize(
    ("showing", "error"), [("unavailable", Unavailable), ("hang", Unavailable), ("html", Nonsense)]
)
async def test_a_page_that_fails_is_a_gap(
    watched: Watched, showing: Showing, error: type[Exception]
) -> None:
    watched.fleet.site("checkout", "prod").breaks = SiteBreaks(metrics=showing)
    with pytest.raises(error):
        await watched.counts(selector("stable"))


async def test_a_page_without_its_counters_is_no_data(watched: Watched) -> None:
    watched.fleet.site("checkout", "prod").breaks = SiteBreaks(metrics="absent")
    (samples,) = await watched.counts(selector("stable"))
    assert samples.points == ()
