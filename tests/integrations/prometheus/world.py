"""A server that speaks Prometheus' query API, keeps counts, and breaks as it is told."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.domain.judge.samples import Window
from bot.net import HttpCore
from integrations.prometheus.settings import PrometheusSettings
from integrations.prometheus.source import PrometheusSource
from tests.contracts.metrics import MINUTE
from tests.fakes.clock import FakeClock
from tests.fakes.metrics import Gap


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]


@dataclass(slots=True)
class Server:
    """`counts` by evaluation time; `answers` replaces the next answers, each (status, body)."""

    counts: dict[str, int] = field(default_factory=dict)
    answers: list[tuple[int, Any]] = field(default_factory=list)
    gap: Gap | None = None
    asked: list[Asked] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        asked = Asked(request.method, request.path, form, dict(request.headers))
        self.asked.append(asked)
        if self.gap is Gap.UNAVAILABLE:
            return error("unavailable", "TSDB not ready", 503)
        if self.gap is Gap.HANG:
            await asyncio.sleep(5)
        if self.gap is Gap.NONSENSE:
            return web.Response(text="<html>", content_type="text/html")
        if self.answers:
            status, body = self.answers.pop(0)
            return (
                body if isinstance(body, web.Response) else web.json_response(body, status=status)
            )
        return self._served(asked)

    def _served(self, asked: Asked) -> web.Response:
        match asked.path:
            case "/-/ready":
                return web.Response(text="Prometheus Server is Ready.\n")
            case "/api/v1/status/buildinfo":
                return web.json_response({"status": "success", "data": BUILD})
        if asked.form["query"] == "vector(1)":
            return web.json_response(vector(({}, "1")))
        known = asked.form["query"] == Api.query and self.gap is not Gap.EMPTY
        value = str(self.counts[asked.form["time"]]) if known else None
        if known and self.gap is Gap.NO_NUMBER:
            return web.json_response(vector(({"pod": "a"}, value), ({"pod": "b"}, "NaN")))
        return web.json_response(vector(*[({"track": "canary"}, value)] if value else []))


BUILD = {
    "version": "2.42.0",
    "revision": "r",
    "branch": "b",
    "buildUser": "u",
    "buildDate": "d",
    "goVersion": "g",
}


def vector(*series: tuple[dict[str, str], Any], **more: Any) -> dict[str, Any]:
    result = [{"metric": labels, "value": [1795176000.5, value]} for labels, value in series]
    return {"status": "success", "data": {"resultType": "vector", "result": result}, **more}


def error(kind: str, why: str, status: int) -> web.Response:
    return web.json_response({"status": "error", "errorType": kind, "error": why}, status=status)


class Api:
    """A PrometheusSource over real HTTP."""

    query = 'sum(increase(http_requests_total{track="canary"}[60s]))'
    stranger = "sum(increase(nothing[60s]))"

    def __init__(self, http: HttpCore, url: str, server: Server) -> None:
        self.clock = FakeClock()
        self.server = server
        settings = PrometheusSettings.model_validate({"url": url, "deadline": "1s"})
        self.source = PrometheusSource(settings=settings, http=http, clock=self.clock)

    def fail(self, gap: Gap) -> None:
        self.server.gap = gap

    async def tick(self, requests: int) -> Window:
        start = self.clock.now()
        self.clock.advance(MINUTE)
        window = Window(start=start, end=self.clock.now())
        self.server.counts[f"{window.end:%Y-%m-%dT%H:%M:%S}.000Z"] = requests
        return window

    async def values(self, *answers: Any) -> list[float]:
        """What the server's next answers, all 200, are taken for."""
        self.server.answers = [(200, answer) for answer in answers]
        samples = await self.source.measure(self.query, await self.tick(0))
        return [point.value for point in samples.points]
