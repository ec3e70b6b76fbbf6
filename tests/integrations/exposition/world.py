"""A service with a metrics page that counts, and breaks as it is told."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import web

from bot.domain.judge.samples import Window
from bot.net import HttpCore
from integrations.exposition.settings import ExpositionSettings
from integrations.exposition.source import ExpositionSource
from tests.contracts.metrics import MINUTE
from tests.fakes.clock import FakeClock
from tests.fakes.metrics import Gap

PLAIN = "text/plain; version=0.0.4; charset=utf-8"
SIGN_IN = "<!doctype html><title>Sign in</title>"


@dataclass(slots=True)
class Service:
    """Its counts by (track, code); `lines` stand on the page besides, `text` in place of all."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: str = ""
    text: str | None = None
    gap: Gap | None = None
    asked: int = 0
    kind: str = PLAIN

    def page(self) -> str:
        if self.text is not None:
            return self.text
        counts = "".join(
            f'http_requests_total{{track="{track}",code="{code}"}} {count}\n'
            for (track, code), count in sorted(self.counts.items())
        )
        broken = 'http_requests_total{track="canary",code="500"} NaN\n'
        more = broken if self.gap is Gap.NO_NUMBER else ""
        return f"# TYPE http_requests_total counter\n{counts}{more}{self.lines}"

    async def answer(self, request: web.Request) -> web.Response:
        self.asked += 1
        match self.gap:
            case Gap.UNAVAILABLE:
                return web.Response(status=503)
            case Gap.HANG:
                await asyncio.sleep(5)
            case Gap.DENIED:
                return web.Response(status=401)
            case Gap.NOT_FOUND:
                return web.Response(status=404)
            case Gap.NONSENSE:
                return web.Response(text=SIGN_IN, content_type="text/html")
            case Gap.EMPTY:
                return web.Response(text="# nothing\n", headers={"Content-Type": PLAIN})
        return web.Response(body=self.page().encode(), headers={"Content-Type": self.kind})


class Scraped:
    """An ExpositionSource over real HTTP, by a clock that the test moves."""

    query = 'http_requests_total{track="canary"}'
    stranger = 'http_requests_total{track="nowhere"}'

    def __init__(self, http: HttpCore, *urls: str, service: Service | None = None) -> None:
        self.clock = FakeClock()
        self.service = service or Service()
        settings = ExpositionSettings(urls=urls, deadline=timedelta(seconds=1.5))
        self.source = ExpositionSource(settings=settings, http=http, clock=self.clock)

    def fail(self, gap: Gap) -> None:
        self.service.gap = gap

    async def tick(self, requests: int = 0, span: timedelta = MINUTE) -> Window:
        self.service.counts["canary", "200"] += requests
        start = self.clock.now()
        self.clock.advance(span)
        return Window(start=start, end=self.clock.now())

    async def values(self, query: str, window: Window) -> list[float]:
        return [point.value for point in (await self.source.measure(query, window)).points]
