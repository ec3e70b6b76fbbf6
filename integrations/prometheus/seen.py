"""What a Prometheus server has: why a query found nothing, and what a first config can ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from bot.domain.judge.samples import Window
from bot.ports.answers import one_line
from bot.ports.metrics import Survey
from bot.ports.outcomes import Nonsense
from integrations.prometheus.selectors import LabelSelector, selectors

LOOK_BACK = timedelta(hours=1)
SHOWN = 8
REQUESTS = ("http_requests_total", "http_server_requests_total", "requests_total")
"""Names of counters that libraries give to requests; the first that is there is asked."""
SERVICE_LABELS = ("service", "app", "job")


class PrometheusApi(Protocol):
    """A GET of the server's API, as JSON with its `data`."""

    async def get(self, path: str) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenNames:
    """Reads names of labels and their values; never numbers."""

    api: PrometheusApi
    who: str

    async def explain(self, query: str, window: Window) -> str:
        """Why nothing was found: no such metric, no such label, or no such value."""
        for selector in selectors(query):
            said = await self._explain(selector, window.end)
            if said:
                return said
        return ""

    async def _explain(self, selector: LabelSelector, now: datetime) -> str:
        labels = await self._labels(selector.metric, now)
        if not labels:
            return f"{self.who} has no series of {selector.metric} in the last hour"
        lacking = [name for name in selector.labels if name not in labels]
        if lacking:
            there = ", ".join(labels[:SHOWN])
            return (
                f"Labels seen on {selector.metric}: {there}; your query asks for "
                f"{' and '.join(lacking)}"
            )
        return await self._strange_value(selector, now)

    async def _strange_value(self, selector: LabelSelector, now: datetime) -> str:
        for name, wanted in selector.equal:
            values = await self._values(name, selector.metric, now)
            if wanted not in values:
                return (
                    f"On {selector.metric}, {name} is {shown(values)}; your query asks for "
                    f"{one_line(wanted, 60)}"
                )
        return ""

    async def survey(self, now: datetime) -> Survey:
        """The counter of requests, its labels, and what its services are called."""
        for metric in REQUESTS:
            labels = await self._labels(metric, now)
            if labels:
                label = next((name for name in SERVICE_LABELS if name in labels), "")
                services = await self._values(label, metric, now) if label else ()
                return Survey(metric=metric, labels=labels, label=label, services=services)
        jobs = await self._values("job", "up", now)
        return Survey(services=jobs, label="job")

    async def _labels(self, metric: str, now: datetime) -> tuple[str, ...]:
        said = texts(await self.api.get(f"/api/v1/labels?{matching(metric, now)}"), self.who)
        return tuple(name for name in said if name != "__name__")

    async def _values(self, label: str, metric: str, now: datetime) -> tuple[str, ...]:
        path = f"/api/v1/label/{quote(label, safe='')}/values?{matching(metric, now)}"
        return texts(await self.api.get(path), self.who)


def matching(metric: str, now: datetime) -> str:
    end = now.astimezone(UTC)
    times = {"start": (end - LOOK_BACK).timestamp(), "end": end.timestamp()}
    return urlencode({"match[]": metric, **times})


def texts(answer: Any, who: str) -> tuple[str, ...]:
    """The list of names in an answer."""
    data = answer.get("data") if isinstance(answer, Mapping) else None
    if not isinstance(data, list) or not all(isinstance(each, str) for each in data):
        raise Nonsense(f"{who} answered no list of names. Ask it on its own page.")
    return tuple(one_line(each, 60) for each in data)


def shown(values: Sequence[str]) -> str:
    listed = ", ".join(values[:SHOWN]) or "never set"
    return f"{listed} and {len(values) - SHOWN} more" if len(values) > SHOWN else listed
