"""A metric source that asks a Prometheus server."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.judge.samples import Window
from bot.ports.answers import ask_vendor, load_json
from bot.ports.answers import find_refusal as refused_by_status
from bot.ports.clock import Clock
from bot.ports.http import Http, HttpError, Request, Response
from bot.ports.integration import Parts
from bot.ports.metrics import Samples, Survey
from bot.ports.outcomes import Nonsense, NotFound, Unavailable
from integrations.prometheus.answer import is_empty, points, refusal
from integrations.prometheus.proof import proofs
from integrations.prometheus.seen import SeenNames
from integrations.prometheus.settings import PrometheusSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class PrometheusSource:
    """Implements MetricSource; queries are PromQL, evaluated at the end of the window."""

    settings: PrometheusSettings
    http: Http
    clock: Clock

    async def measure(self, query: str, window: Window) -> Samples:
        answer = await self._query(query, window.end)
        answered = points(answer, self._who)
        zero = is_empty(answer) and await self._sees(query, window)
        return Samples(
            query=query, window=window, points=answered, at=self.clock.now(), proves_zero=zero
        )

    async def _sees(self, query: str, window: Window) -> bool:
        """Whether a wider selection of the same metrics has numbers in the same window."""
        for proof in proofs(query):
            if points(await self._query(proof, window.end), self._who):
                return True
        return False

    async def ping(self) -> None:
        """By /-/ready; by a query where a server that only speaks the API does not know it."""
        try:
            await ask_vendor(self.http, self._get("/-/ready"), self._who)
        except (NotFound, Nonsense):
            points(await self._query("vector(1)", self.clock.now()), self._who)

    async def check(self) -> str:
        """Asks for one number and the version; both only read."""
        points(await self._query("vector(1)", self.clock.now()), self._who)
        return f"{self._who} answers queries{await self._version()}"

    async def get(self, path: str) -> Any:
        """A read of the server's API, as JSON."""
        return load_json((await ask_vendor(self.http, self._get(path), self._who)).body, self._who)

    async def explain(self, query: str, window: Window) -> str:
        return await SeenNames(api=self, who=self._who).explain(query, window)

    async def survey(self) -> Survey:
        return await SeenNames(api=self, who=self._who).survey(self.clock.now())

    async def _version(self) -> str:
        """Told where it is told: servers that only speak the API may keep it to themselves."""
        try:
            answer = await ask_vendor(self.http, self._get("/api/v1/status/buildinfo"), self._who)
            version = load_json(answer.body, self._who)["data"]["version"]
        except (NotFound, Nonsense, KeyError, TypeError):
            return ""
        return f" and is version {version[:20]}" if isinstance(version, str) else ""

    async def _query(self, query: str, at: datetime) -> Any:
        deadline = self.settings.deadline
        form = {
            "query": query,
            "time": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            # So that the server does not go on with what nobody waits for.
            "timeout": f"{deadline.total_seconds():g}s",
        }
        request = Request(
            method="POST",
            url=f"{self.settings.url}/api/v1/query",
            form=form,
            headers=self._headers(),
            secret_headers=self.settings.secrets(),
            deadline=deadline,
        )
        try:
            response = await self.http.call(request)
        except HttpError as error:
            raise Unavailable(f"{self._who} was not asked successfully: {error}.") from error
        return self._answer(response)

    def _answer(self, response: Response) -> Any:
        """JSON comes with errors too, and says more than their status."""
        if response.status in (401, 403, 404, 429) or 300 <= response.status < 400:
            raise refused_by_status(response.status, self._who, "")
        try:
            answer = load_json(response.body, self._who)
        except Nonsense:
            if 200 <= response.status < 300:
                raise
            raise refused_by_status(response.status, self._who, "") from None
        if not 200 <= response.status < 300:
            raise refusal(answer, self._who)
        return answer

    def _get(self, path: str) -> Request:
        return Request(
            method="GET",
            url=self.settings.url + path,
            headers=self._headers(),
            secret_headers=self.settings.secrets(),
            deadline=self.settings.deadline,
        )

    def _headers(self) -> dict[str, str]:
        return {"X-Scope-OrgID": self.settings.tenant} if self.settings.tenant else {}

    @property
    def _who(self) -> str:
        return f"Prometheus at {self.settings.url}"


def build(settings: PrometheusSettings, http: Http, clock: Clock) -> Parts:
    source = PrometheusSource(settings=settings, http=http, clock=clock)
    return Parts(metrics=source, check=source.check, explain=source.explain, survey=source.survey)
