"""The pages a scraper reads."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.practice.fleet import Fleet, FleetSeed, SiteSeed, serve
from bot.practice.fleet.tally import Label, VersionTally, merge, page
from tests.practice.fleet.helpers import SITE, Caller, rows

AT = datetime(2026, 3, 4, 14, 30, tzinfo=UTC)
LABEL = Label("checkout", "prod", "v1")
BUCKETS = "http_request_duration_seconds_bucket"


def grew(before: Mapping[tuple[str, ...], float], after: Mapping[tuple[str, ...], float]) -> bool:
    return all(after[place] >= count for place, count in before.items())


async def test_counters_only_grow(caller: Caller) -> None:
    await caller.is_at(weight=30)
    pages = []
    for _ in range(5):
        await caller.users(20)
        pages.append(rows(await caller.get("/metrics/checkout"), "http_requests_total"))
    assert all(grew(before, after) for before, after in pairwise(pages))
    assert [sum(counted.values()) for counted in pages] == [20, 40, 60, 80, 100]


async def test_one_page_has_both_arms_and_each_version_its_own(caller: Caller) -> None:
    urls = (await caller.is_at(weight=50))["urls"]
    await caller.users(40)
    counted = rows(await caller.get("/metrics/checkout"), "http_requests_total")
    stable, canary = counted["v1.4.1", "stable", "200"], counted["v1.4.2", "canary", "200"]
    assert (stable + canary, abs(stable - canary) <= 2) == (40, True)
    async with caller.session.get(urls["v1.4.2"] + "/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        own = rows(await answer.text(), "http_requests_total")
    assert own == {("v1.4.2", "canary", "200"): canary, ("v1.4.2", "canary", "500"): 0}


async def test_the_labels_are_those_that_queries_name(caller: Caller) -> None:
    families = {
        family.name: family
        for family in text_string_to_metric_families(await caller.get("/metrics/checkout"))
    }
    place = {"service": "checkout", "environment": "prod", "version": "v1.4.1"}
    requests, durations = families["http_requests"], families["http_request_duration_seconds"]
    assert requests.type == "counter"
    assert requests.samples[0].labels == place | {"track": "stable", "code": "200"}
    assert durations.type == "histogram"
    assert durations.samples[0].labels == place | {"track": "stable", "le": "0.005"}
    assert families["process_start_time_seconds"].samples[0].labels == place


async def test_the_histogram_is_sane(caller: Caller) -> None:
    await caller.users(60)
    text = await caller.get("/metrics/checkout")
    buckets = list(rows(text, BUCKETS).values())
    count = rows(text, "http_request_duration_seconds_count")["v1.4.1", "stable"]
    total = rows(text, "http_request_duration_seconds_sum")["v1.4.1", "stable"]
    assert buckets == sorted(buckets)
    assert buckets[-1] == count == 60
    assert 60 * 0.0001 < total < 60 * 0.5


async def test_the_series_are_there_before_the_first_error(caller: Caller) -> None:
    await caller.is_at(weight=0, keep=True)
    counted = rows(await caller.get("/metrics/checkout"), "http_requests_total")
    assert counted["v1.4.2", "canary", "500"] == 0
    assert counted["v1.4.1", "stable", "500"] == 0


async def test_environments_have_pages_of_their_own() -> None:
    sites = tuple(
        SiteSeed(service="checkout", environment=one, versions=("v1",), running="v1", rps=0)
        for one in ("staging", "prod")
    )
    served = await serve(Fleet(FleetSeed(sites=sites)))
    try:
        both = await _text(served.url + "/metrics/checkout")
        prod = await _text(served.url + "/metrics/checkout/prod")
        assert both.count('environment="staging"') == both.count('environment="prod"') > 0
        assert 'environment="staging"' not in prod
    finally:
        await served.stop()


async def _text(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.text()


async def test_an_unknown_service_has_no_page(caller: Caller) -> None:
    assert (await caller.call("GET", "/metrics/nobody")).status == 404
    assert (await caller.call("GET", "/metrics/checkout/mars")).status == 404
    assert (await caller.call("GET", "/at/checkout/prod/v9/metrics")).status == 400
    assert (await caller.get(SITE))["settled"]


def test_two_tallies_together_are_the_sum() -> None:
    one, other = VersionTally(LABEL, AT), VersionTally(LABEL, None)
    one.add("canary", 200, 0.02)
    other.add("canary", 502, 3.0)
    text = page([merge(one, other)]).decode()
    assert rows(text, "http_requests_total") == {
        ("v1", "canary", "200"): 1,
        ("v1", "canary", "500"): 0,
        ("v1", "canary", "502"): 1,
    }
    assert rows(text, "http_request_duration_seconds_sum") == {("v1", "canary"): 3.02}
    assert rows(text, BUCKETS)["v1", "canary", "0.025"] == 1
    assert rows(text, BUCKETS)["v1", "canary", "+Inf"] == 2
    assert rows(text, "process_start_time_seconds") == {("v1",): AT.timestamp()}


def test_the_limit_of_a_bucket_belongs_to_it() -> None:
    tally = VersionTally(LABEL, AT)
    tally.add("stable", 200, 0.1)
    buckets = rows(page([tally]).decode(), BUCKETS)
    assert (buckets["v1", "stable", "0.05"], buckets["v1", "stable", "0.1"]) == (0, 1)
