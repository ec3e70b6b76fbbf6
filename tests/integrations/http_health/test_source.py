"""One address asked now and then: what counts as an error, and what as a gap."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from bot.domain.judge.samples import Window
from bot.net import HostLimits
from bot.ports.outcomes import NotFound, Unavailable
from integrations.http_health import INTEGRATION
from integrations.http_health.source import HealthSettings, HealthSource
from tests.contracts.metrics import MINUTE, MetricsContract
from tests.fakes.clock import FakeClock
from tests.fakes.metrics import Gap
from tests.fakes.web import http_core, raw, serving

NOWHERE = "http://no-such-host.invalid"


class Health:
    query = "requests"
    stranger = "latency"

    def __init__(self, url: str, source: HealthSource) -> None:
        self.url = url
        self.clock = FakeClock()
        self.source = source
        self.statuses: list[int] = []
        self.asked = 0

    async def answer(self, request: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    def fail(self, gap: Gap) -> None:
        """Only what keeps the question from being put makes this source unavailable."""
        assert gap is Gap.UNAVAILABLE
        self.source = source_of(NOWHERE, self.source)

    async def tick(self, requests: int = 0) -> Window:
        start = self.clock.now()
        self.clock.advance(MINUTE)
        return Window(start=start, end=self.clock.now())

    async def value(self, query: str, window: Window) -> float:
        (point,) = (await self.source.measure(query, window)).points
        return point.value


def settings_of(url: str) -> HealthSettings:
    return HealthSettings(url=url, deadline=timedelta(seconds=1.5))


def source_of(url: str, like: HealthSource) -> HealthSource:
    return HealthSource(settings=settings_of(url), http=like.http, clock=like.clock)


@pytest.fixture
async def world() -> AsyncIterator[Health]:
    asked: list[Health] = []

    async def answer(request: web.Request) -> web.Response:
        return await asked[0].answer(request)

    async with serving(answer) as url, http_core(url, NOWHERE) as http:
        source = HealthSource(settings=settings_of(f"{url}/z"), http=http, clock=FakeClock())
        asked.append(Health(url, source))
        yield asked[0]


class TestHealth(MetricsContract):
    @pytest.fixture
    async def world(self, world: Health) -> Health:
        return world


async def test_one_question_serves_both_queries_of_a_window(world: Health) -> None:
    window = await world.tick()
    world.statuses = [500, 200]
    values = await asyncio.gather(*(world.value(each, window) for each in ("requests", "errors")))
    assert (values, world.asked) == ([1, 1], 1)


async def test_the_next_window_is_asked_for_anew(world: Health) -> None:
    world.statuses = [500, 200]
    windows = [await world.tick(), await world.tick()]
    assert [await world.value("errors", window) for window in windows] == [1, 0]


@pytest.mark.parametrize(
    ("status", "errors"), [(200, 0), (204, 0), (299, 0), (301, 1), (404, 1), (401, 1), (500, 1)]
)
async def test_only_a_good_answer_is_no_error(world: Health, status: int, errors: int) -> None:
    world.statuses = [status]
    assert await world.value("errors", await world.tick()) == errors


async def test_a_service_that_is_away_for_good_is_an_error(world: Health) -> None:
    world.statuses = [503] * 9
    assert await world.value("errors", await world.tick()) == 1


async def test_a_service_that_is_away_for_a_moment_is_none(world: Health) -> None:
    world.statuses = [503, 502]
    assert await world.value("errors", await world.tick()) == 0


async def errors_at(url: str) -> float:
    async with http_core(url, limits=HostLimits(attempts=2)) as http:
        clock = FakeClock()
        source = HealthSource(settings=settings_of(url), http=http, clock=clock)
        window = Window(start=clock.now() - MINUTE, end=clock.now())
        assert [point.value for point in (await source.measure("requests", window)).points] == [1]
        (point,) = (await source.measure("errors", window)).points
        return point.value


async def test_nobody_listening_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    assert await errors_at(url) == 1


async def test_no_answer_in_time_is_an_error() -> None:
    async with raw(asyncio.Event()) as silent:
        assert await errors_at(silent.url) == 1


@pytest.mark.parametrize("answer", [None, b"SSH-2.0\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9"])
async def test_an_answer_that_is_none_is_an_error(answer: bytes | None) -> None:
    async with raw(answer) as broken:
        assert await errors_at(broken.url) == 1


async def test_an_answer_without_end_is_an_error() -> None:
    async def endless(request: web.Request) -> web.Response:
        return web.Response(body=bytes(2 * 1024 * 1024))

    async with serving(endless) as url:
        assert await errors_at(url) == 1


async def test_no_secure_connection_is_a_gap() -> None:
    async def plain(request: web.Request) -> web.Response:
        return web.Response()

    async with serving(plain) as url:
        with pytest.raises(Unavailable, match="no secure connection came about"):
            await errors_at(url.replace("http:", "https:"))


async def test_a_gap_is_shared_by_both_queries(world: Health) -> None:
    world.fail(Gap.UNAVAILABLE)
    window = await world.tick()
    for query in ("requests", "errors"):
        with pytest.raises(Unavailable, match="no address here"):
            await world.source.measure(query, window)


async def test_a_ping_of_a_sick_service_is_quiet(world: Health) -> None:
    world.statuses = [500]
    await world.source.ping()


@pytest.mark.parametrize("query", ["", "up", "Requests", 'requests{a="b"}'])
async def test_there_are_two_queries(world: Health, query: str) -> None:
    with pytest.raises(NotFound, match="use requests or errors"):
        await world.source.measure(query, await world.tick())


@pytest.mark.parametrize(
    ("status", "told"), [(200, "/z is well: 200"), (500, "/z is not well: 500")]
)
async def test_check_says_what_it_saw(world: Health, status: int, told: str) -> None:
    world.statuses = [status]
    parts = INTEGRATION.build(world.source.settings, world.source.http, FakeClock())
    assert parts.check
    assert (await parts.check()).endswith(told)


@pytest.mark.parametrize(
    "told",
    [{}, {"url": "/healthz"}, {"url": "http://a/", "deadline": "1h"}, {"url": "http://a/", "x": 1}],
)
def test_settings_that_cannot_work_are_refused(told: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="HealthSettings"):
        HealthSettings.model_validate(told)
