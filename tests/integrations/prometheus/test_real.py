"""The same questions put to a real Prometheus, over counts that were written into its store."""

import asyncio
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from bot.domain.judge.samples import Window
from bot.engine.clock import SystemClock
from bot.ports.metrics import Samples
from bot.ports.outcomes import Nonsense, Unavailable
from integrations.prometheus.settings import PrometheusSettings
from integrations.prometheus.source import PrometheusSource
from tests.fakes.web import http_core
from tests.servers import find_server, needs_server

pytestmark = needs_server("prometheus")
EVERY, STEPS = 15, 40
GROWTH = {
    'http_requests_total{code="200"}': 9,
    'http_requests_total{code="500"}': 1,
    'seconds_bucket{le="0.01"}': 0,
    'seconds_bucket{le="0.1"}': 10,
    'seconds_bucket{le="+Inf"}': 10,
    "seconds_count": 10,
    "seconds_sum": 0.3,
}
"""What each series grows by in one step."""
TYPES = {
    'http_requests_total{code="200"}': "# TYPE http_requests counter",
    'seconds_bucket{le="0.01"}': "# TYPE seconds histogram",
}


@dataclass(frozen=True, slots=True)
class Real:
    """A server that has seen 400 requests, 40 of them bad, all of 30 ms, within `window`."""

    url: str
    window: Window

    async def measure(self, query: str) -> Samples:
        async with http_core(self.url) as http:
            settings = PrometheusSettings(url=self.url)
            source = PrometheusSource(settings=settings, http=http, clock=SystemClock())
            seconds = (self.window.end - self.window.start).total_seconds()
            return await source.measure(query.replace("$window", f"{seconds:.0f}s"), self.window)

    async def values(self, query: str) -> list[float]:
        return [point.value for point in (await self.measure(query)).points]


def past(start: int) -> str:
    """Ten minutes of traffic from `start` on, in the open format."""
    lines = []
    for series, grown in GROWTH.items():
        lines += [TYPES[series]] if series in TYPES else []
        lines += [f"{series} {grown * n:g} {start + EVERY * n}" for n in range(STEPS + 1)]
    return "\n".join([*lines, "# EOF", ""])


def until(url: str, wanted: str) -> None:
    for _ in range(200):
        try:
            with urlopen(url, timeout=1) as answer:
                if wanted in answer.read().decode():
                    return
        except (URLError, ConnectionError):
            pass
        time.sleep(0.05)
    raise AssertionError(f"{url} never said {wanted}")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    folder = tmp_path_factory.mktemp("prometheus")
    start = int(time.time()) - 3 * 3600
    (folder / "past").write_text(past(start))
    promtool = str(find_server("prometheus").with_name("promtool"))
    fill = [promtool, "tsdb", "create-blocks-from", "openmetrics", "past", "data"]
    subprocess.run(fill, cwd=folder, check=True, capture_output=True)
    began = datetime.fromtimestamp(start, UTC)
    server, url = started(folder)
    try:
        until(f"{url}/-/ready", "Ready")
        yield Real(url, Window(start=began, end=began + timedelta(seconds=EVERY * STEPS)))
    finally:
        server.terminate()
        server.wait(timeout=10)


def started(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A server with its data in `folder`, and where it will listen."""
    (folder / "prometheus.yml").write_text("global: {}\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [
        str(find_server("prometheus")),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
    ]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL), f"http://{address}"


async def test_requests_are_counted(real: Real) -> None:
    counted = await real.values("sum(increase(http_requests_total[$window]))")
    assert counted == [pytest.approx(400)]


async def test_errors_are_counted(real: Real) -> None:
    counted = await real.values('sum(increase(http_requests_total{code=~"5.."}[$window]))')
    assert counted == [pytest.approx(40)]


async def test_buckets_come_by_their_edge(real: Real) -> None:
    samples = await real.measure("sum by (le) (increase(seconds_bucket[$window]))")
    edges = {point.labels["le"]: point.value for point in samples.points}
    assert edges == {
        "0.01": 0,
        "0.1": pytest.approx(400),
        "+Inf": pytest.approx(400),
    }


async def test_what_is_not_there_has_no_points(real: Real) -> None:
    assert await real.values("sum(increase(nothing_total[$window]))") == []


@pytest.mark.parametrize(
    ("query", "zero"),
    [
        ('sum(increase(http_requests_total{code="503"}[$window]))', True),
        (
            'sum by (pod) (increase(http_requests_total{track="none",code=~"3.."}[$window])) * 2',
            True,
        ),
        ('sum(increase(nothing_total{code=~"5.."}[$window]))', False),
        ('sum(increase(http_requests_total{code="503"}[1s]))', False),
        ('sum(http_requests_total) - sum(http_requests_total{code="204"})', False),
    ],
)
async def test_an_empty_answer_is_zero_only_where_that_is_proven(
    real: Real, query: str, zero: bool
) -> None:
    """D1: a metric that is not there, too short a range, and a difference prove nothing."""
    samples = await real.measure(query)
    assert (samples.points, samples.proves_zero) == ((), zero)


async def test_nought_by_nought_is_no_data(real: Real) -> None:
    assert await real.values("vector(0) / vector(0)") == []


async def test_a_broken_query_is_told_in_its_words(real: Real) -> None:
    with pytest.raises(Nonsense, match=r"refused the query: .*unclosed"):
        await real.measure("sum(increase(http_requests_total[$window])")


async def test_a_range_is_no_number(real: Real) -> None:
    with pytest.raises(Nonsense, match="a matrix"):
        await real.measure("http_requests_total[$window]")


async def test_it_can_be_pinged_and_checked(real: Real) -> None:
    async with http_core(real.url) as http:
        settings = PrometheusSettings(url=real.url)
        source = PrometheusSource(settings=settings, http=http, clock=SystemClock())
        await source.ping()
        told = await source.check()
    assert f"Prometheus at {real.url} answers queries and is version " in told


async def test_a_server_that_was_stopped_is_unavailable(tmp_path: Path) -> None:
    server, url = started(tmp_path)
    await asyncio.to_thread(until, f"{url}/-/ready", "Ready")
    server.terminate()
    server.wait(timeout=10)
    now = datetime.now(UTC)
    with pytest.raises(Unavailable, match="nobody listens there"):
        await Real(url, Window(start=now - timedelta(seconds=1), end=now)).measure("up")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            'sum(increase(http_requests_total{code="200",track="stable"}[1m]))',
            "Labels seen on http_requests_total: code; your query asks for track",
        ),
        (
            'http_requests_total{code="418"}',
            "On http_requests_total, code is 200, 500; your query asks for 418",
        ),
        ('hits{code="200"}', "has no series of hits in the last hour"),
        ('http_requests_total{code=~"5.."}', ""),
    ],
)
async def test_why_a_query_found_nothing_is_explained(real: Real, query: str, said: str) -> None:
    async with http_core(real.url) as http:
        settings = PrometheusSettings(url=real.url)
        source = PrometheusSource(settings=settings, http=http, clock=SystemClock())
        explained = await source.explain(query, real.window)
    assert explained.endswith(said)
    assert bool(explained) is bool(said)
