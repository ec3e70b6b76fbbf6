"""Counters read off a page: over real HTTP, across resets, gaps and pages that are none."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.domain.judge.samples import Window
from bot.ports.outcomes import AccessDenied, Nonsense, NotFound, Unavailable
from integrations.exposition import INTEGRATION
from integrations.exposition.settings import ExpositionSettings
from tests.contracts.metrics import MINUTE, CountsContract, MetricsContract
from tests.fakes.clock import FakeClock
from tests.fakes.metrics import Gap
from tests.fakes.web import http_core, serving
from tests.integrations.exposition.world import Scraped, Service


@pytest.fixture
async def world() -> AsyncIterator[Scraped]:
    service = Service()
    async with serving(service.answer) as url, http_core(url) as http:
        yield Scraped(http, url, service=service)


class TestExposition(MetricsContract, CountsContract):
    @pytest.fixture
    async def world(self, world: Scraped) -> Scraped:
        return world


async def test_a_first_scrape_has_nothing_to_compare_with(world: Scraped) -> None:
    assert await world.values(world.query, await world.tick(100)) == []


async def test_one_scrape_serves_all_queries_of_a_tick(world: Scraped) -> None:
    await world.values(world.query, await world.tick(1))
    window = await world.tick(5)
    queries = ("http_requests_total", world.query, world.stranger)
    answers = await asyncio.gather(*(world.values(query, window) for query in queries))
    assert (answers, world.service.asked) == ([[5], [5], []], 2)


async def test_a_failed_scrape_is_shared_too(world: Scraped) -> None:
    window = await world.tick(1)
    world.fail(Gap.NOT_FOUND)
    for _ in range(3):
        with pytest.raises(NotFound):
            await world.source.measure(world.query, window)
    assert world.service.asked == 1


async def test_a_gap_is_followed_by_no_points_and_then_by_points(world: Scraped) -> None:
    await world.values(world.query, await world.tick(1))
    world.service.gap = Gap.DENIED
    with pytest.raises(AccessDenied):
        await world.source.measure(world.query, await world.tick(10))
    world.service.gap = None
    assert await world.values(world.query, await world.tick(20)) == []
    assert await world.values(world.query, await world.tick(30)) == [30]


async def test_a_restart_of_the_service_is_no_negative_count(world: Scraped) -> None:
    await world.values(world.query, await world.tick(1000))
    world.service.counts.clear()
    assert await world.values(world.query, await world.tick(7)) == [7]


async def test_the_first_error_of_a_service_is_counted(world: Scraped) -> None:
    errors = 'http_requests_total{code=~"5.."}'
    await world.values(errors, await world.tick(10))
    world.service.counts["canary", "500"] = 3
    assert await world.values(errors, await world.tick(10)) == [3]


ERRORS = 'http_requests_total{track="canary",code=~"5.."}'


async def test_no_errors_are_zero_while_the_page_has_the_counter(world: Scraped) -> None:
    """D1: the counter is there with other labels, so nothing of it is zero."""
    await world.source.measure(ERRORS, await world.tick(10))
    samples = await world.source.measure(ERRORS, await world.tick(10))
    assert (samples.points, samples.proves_zero) == ((), True)


@pytest.mark.parametrize("query", ["errors_total", 'errors_total{code="500"}'])
async def test_a_counter_that_is_not_on_the_page_is_no_zero(world: Scraped, query: str) -> None:
    """D1: nobody can tell a counter that was never raised from one that is called otherwise."""
    await world.source.measure(query, await world.tick(10))
    samples = await world.source.measure(query, await world.tick(10))
    assert (samples.points, samples.proves_zero) == ((), False)


async def test_a_window_without_its_scrape_is_no_zero(world: Scraped) -> None:
    """D1: the first window of all, and one whose start was missed."""
    assert not (await world.source.measure(ERRORS, await world.tick(10))).proves_zero
    await world.tick(10)
    assert not (await world.source.measure(ERRORS, await world.tick(10))).proves_zero


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-1"])
async def test_a_bad_number_that_went_away_is_no_zero(world: Scraped, value: str) -> None:
    """D1: what cannot be believed at the start of a window leaves it unknown."""
    world.service.lines = f'http_requests_total{{track="canary",code="500"}} {value}\n'
    await world.source.measure("http_requests_total{track='stable'}", await world.tick(10))
    window = await world.tick(10)
    world.service.lines = ""
    with pytest.raises(Nonsense, match="is no count"):
        await world.source.measure(ERRORS, window)


async def test_series_that_went_away_are_no_data(world: Scraped) -> None:
    await world.values(world.query, await world.tick(10))
    window = await world.tick(10)
    world.service.counts.clear()
    assert await world.values(world.query, window) == []


async def test_a_histogram_is_answered_by_its_buckets(world: Scraped) -> None:
    world.service.lines = _histogram(1)
    await world.source.measure("latency_bucket", await world.tick())
    world.service.lines = _histogram(2)
    points = (await world.source.measure("latency_bucket", await world.tick())).points
    first, second = _edges(1), _edges(2)
    assert {point.labels["le"]: point.value for point in points} == {
        edge: second[edge] - first[edge] for edge in first
    }


def _edges(minute: int) -> dict[str, int]:
    return {"0.1": 10 * minute, "0.5": 25 * minute, "+Inf": 30 * minute}


def _histogram(minute: int) -> str:
    buckets = "".join(
        f'latency_bucket{{pod="{pod}",le="{edge}"}} {count // 2 + pod * (count % 2)}\n'
        for edge, count in _edges(minute).items()
        for pod in (0, 1)
    )
    sums = f'latency_sum{{pod="0"}} NaN\nlatency_count{{pod="0"}} {30 * minute}\n'
    return f"# TYPE latency histogram\n{buckets}{sums}"


async def test_a_longer_window_spans_several_scrapes(world: Scraped) -> None:
    quarters = [await world.tick(1, MINUTE / 4)]
    await world.values(world.query, quarters[0])
    for requests in (2, 4, 8, 16):
        quarters.append(await world.tick(requests, MINUTE / 4))
        await world.values(world.query, quarters[-1])
    whole = Window(start=quarters[0].end, end=quarters[-1].end)
    assert await world.values(world.query, whole) == [30]
    assert world.service.asked == 5


async def test_nothing_before_a_windows_start_is_in_it(world: Scraped) -> None:
    await world.values(world.query, await world.tick(1))
    await world.tick(500, MINUTE / 10)
    late = await world.tick(3)
    assert await world.values(world.query, late) == []


async def test_a_window_long_past_cannot_be_asked_for_any_more(world: Scraped) -> None:
    await world.values(world.query, await world.tick(1))
    window = await world.tick(5)
    world.clock.advance(10 * MINUTE)
    assert await world.values(world.query, window) == []


async def test_a_scrape_that_comes_late_still_stands_for_its_window(world: Scraped) -> None:
    await world.values(world.query, await world.tick(1))
    window = await world.tick(5)
    world.clock.advance(MINUTE / 3)
    assert await world.values(world.query, window) == [5]


async def test_a_page_that_lost_a_number_is_never_half_an_answer(world: Scraped) -> None:
    await world.values(world.query, await world.tick(1))
    world.service.lines = 'http_requests_total{track="canary",code="500"} NaN\n'
    with pytest.raises(Nonsense, match=r"total\{code=500, track=canary\} is no count"):
        await world.source.measure(world.query, await world.tick(5))
    world.service.lines = 'http_requests_total{track="canary",code="500"} 3\n'
    with pytest.raises(Nonsense):
        await world.source.measure('http_requests_total{code="500"}', await world.tick(5))
    assert await world.values('http_requests_total{code="500"}', await world.tick(5)) == [0]


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf", "-1", "1e300", "9007199254740994"])
async def test_a_number_that_is_no_count_spoils_only_what_asks_for_it(
    world: Scraped, value: str
) -> None:
    await world.values(world.query, await world.tick(1))
    world.service.lines = f"# TYPE odd_total counter\nodd_total {value}\n"
    window = await world.tick(5)
    assert await world.values(world.query, window) == [5]
    with pytest.raises(Nonsense, match="odd_total"):
        await world.source.measure("odd_total", window)


async def test_a_series_twice_on_a_page_is_no_count(world: Scraped) -> None:
    await world.values("odd_total", await world.tick())
    world.service.lines = "odd_total 1\nodd_total 2\n"
    with pytest.raises(Nonsense, match="twice"):
        await world.source.measure("odd_total", await world.tick())


async def test_a_gauge_is_no_count(world: Scraped) -> None:
    world.service.lines = "# TYPE heat gauge\nheat 5\n"
    await world.values("heat", await world.tick())
    assert await world.values("heat", await world.tick()) == []


async def test_a_counter_without_its_ending_is_found(world: Scraped) -> None:
    world.service.lines = "# TYPE hits counter\nhits 5\n"
    await world.values("hits", await world.tick())
    world.service.lines = "# TYPE hits counter\nhits 12\n"
    assert await world.values("hits", await world.tick()) == [7]


async def test_the_open_format_is_read(world: Scraped) -> None:
    world.service.kind = "application/openmetrics-text; version=1.0.0; charset=utf-8"
    world.service.text = "# TYPE hits counter\nhits_total 5\n# EOF\n"
    await world.values("hits_total", await world.tick())
    world.service.text = "# TYPE hits counter\nhits_total 12\n# EOF\n"
    assert await world.values("hits_total", await world.tick()) == [7]


@pytest.mark.parametrize(
    "page",
    [
        "{}",
        "a 1",
        "a 1\nb",
        "a{b} 1\n",
        "a one\n",
        "<p>hello</p>\n",
        "\x00\n",
        "a 1_0\n",
        "a 0x1\n",
    ],
)
async def test_a_page_that_is_none_is_nonsense(world: Scraped, page: str) -> None:
    world.service.text = page
    with pytest.raises(Nonsense, match="is no metrics page"):
        await world.source.measure(world.query, await world.tick())


async def test_a_page_with_too_much_on_it_is_nonsense(world: Scraped) -> None:
    world.service.lines = "".join(f'a_total{{b="{n}"}} 1\n' for n in range(20_001))
    with pytest.raises(Nonsense, match="over 20,000 counters"):
        await world.source.ping()


async def test_a_page_that_is_too_large_is_unavailable(world: Scraped) -> None:
    world.service.lines = "# " + "x" * 5_000_000 + "\n"
    with pytest.raises(Unavailable, match="larger than 4,194,304 bytes"):
        await world.source.ping()


@pytest.mark.parametrize("query", ["", "sum(a)", "increase(a[1m])", "a{b=1}", 'a{b=~"("}', "a b"])
async def test_a_query_that_is_no_selector_is_refused_before_anything_is_asked(
    world: Scraped, query: str
) -> None:
    with pytest.raises(NotFound, match=r"^Nothing was counted: "):
        await world.source.measure(query, await world.tick())
    assert world.service.asked == 0


async def test_a_person_is_told_which_labels_there_are(world: Scraped) -> None:
    world.service.counts["stable", "500"] = 1
    await world.tick(1)
    told = await world.source.explain('http_requests_total{track="canaryy"}')
    assert told.endswith("there are code: 200, 500; track: canary, stable")
    assert "has no hits_total; it counts http_requests_total" in await world.source.explain(
        "hits_total"
    )
    assert (await world.source.explain(world.query)).endswith("has 1 series for this query")


async def test_check_says_what_can_be_asked_and_remembers_nothing(world: Scraped) -> None:
    window = await world.tick(1)
    assert (await world.source.check()).endswith("answers; it counts http_requests_total")
    assert await world.values(world.query, window) == []


async def test_check_of_a_page_without_counters_says_so(world: Scraped) -> None:
    world.fail(Gap.EMPTY)
    with pytest.raises(NotFound, match="has no counter"):
        await world.source.check()


async def test_pages_are_added_up_and_one_that_fails_is_a_gap() -> None:
    one, other = Service(), Service()
    async with (
        serving(one.answer) as first,
        serving(other.answer) as second,
        http_core(first, second) as http,
    ):
        world = Scraped(http, first, second, service=one)
        other.counts["canary", "200"] = 100
        await world.values(world.query, await world.tick(10))
        other.counts["canary", "200"] += 7
        assert await world.values(world.query, await world.tick(5)) == [12]
        other.gap = Gap.DENIED
        with pytest.raises(AccessDenied):
            await world.source.measure(world.query, await world.tick(5))


async def test_the_token_is_sent_and_not_shown() -> None:
    seen: list[str | None] = []

    async def page(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        return web.Response(text="a_total 1\n")

    async with serving(page) as url, http_core(url) as http:
        told = {"url": f"{url}/?key=hush", "token": "hush", "deadline": "1s"}
        settings = INTEGRATION.settings.model_validate(told)
        parts = INTEGRATION.build(settings, http, FakeClock())
        assert parts.check
        assert "hush" not in await parts.check()
    assert seen == ["Bearer hush"]


async def test_a_cancelled_question_leaves_the_source_usable(world: Scraped) -> None:
    window = await world.tick(1)
    world.fail(Gap.HANG)
    task = asyncio.create_task(world.source.measure(world.query, window))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    world.service.gap = None
    assert await world.values(world.query, window) == []
    assert await world.values(world.query, await world.tick(4)) == [4]


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"url": "http://a/", "urls": ["http://b/"]},
        {"urls": ["http://a/", "http://a/"]},
        {"url": "a/metrics"},
        {"url": "http://a/", "deadline": "5"},
        {"url": "http://a/", "deadline": "5m"},
        {"url": "http://a/", "path": "/"},
    ],
)
def test_settings_that_cannot_work_are_refused(told: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"settings|Settings|deadline|url|path"):
        ExpositionSettings.model_validate(told)
