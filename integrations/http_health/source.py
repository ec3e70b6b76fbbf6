"""A metric source that asks an address itself. Queries are `requests` and `errors`.

One question per window, whoever asks: `requests` is 1, `errors` 0 or 1.
  no error   200 to 299
  error      any other status, redirects included; nobody listens; no answer in time; an answer
             that breaks off or cannot be read
  a gap      the question was never put to the service: its name has no address here, no secure
             connection came about, or we were not let out
Every question is a GET, so a passing failure (a refused connection, 502, 503, 504) is asked again
within `deadline` before it counts: one error means that it was away for about half a second.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from bot.domain.judge.samples import Window
from bot.ports.clock import Clock
from bot.ports.fields import Address, show_address, span
from bot.ports.http import Http, HttpError, Request
from bot.ports.integration import Parts, Settings
from bot.ports.metrics import Point, Samples
from bot.ports.outcomes import NotFound, Unavailable

LARGEST = 1024 * 1024


class HealthSettings(Settings):
    """`url` is what is asked; its answer is not read."""

    url: Address
    """The address that is asked; its answer is not read."""
    deadline: Annotated[timedelta, span(timedelta(seconds=30))] = timedelta(seconds=5)
    """How long one answer may take."""


@dataclass(frozen=True, slots=True)
class HealthAnswer:
    """What one question brought; `sentence` is for a person."""

    good: bool
    sentence: str


@dataclass(slots=True, kw_only=True)
class HealthSource:
    """Implements MetricSource."""

    settings: HealthSettings
    http: Http
    clock: Clock
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _last: tuple[Window, HealthAnswer | Unavailable] | None = field(default=None, init=False)

    async def measure(self, query: str, window: Window) -> Samples:
        if query not in QUERIES:
            there = " or ".join(QUERIES)
            raise NotFound(f"Nothing was counted: {query[:60]!r} is no query here; use {there}.")
        async with self._turn:
            seen = await self._seen_in(window)
        value = 0.0 if query == "errors" and seen.good else 1.0
        points = (Point(value=value),)
        return Samples(query=query, window=window, points=points, at=self.clock.now())

    async def ping(self) -> None:
        """Raises only where the question cannot be put: a bad answer is an answer."""
        await self._look()

    async def check(self) -> str:
        return (await self._look()).sentence

    async def _seen_in(self, window: Window) -> HealthAnswer:
        if self._last is None or self._last[0] != window:
            self._last = window, await self._looked()
        seen = self._last[1]
        if isinstance(seen, Unavailable):
            raise Unavailable(*seen.args)
        return seen

    async def _looked(self) -> HealthAnswer | Unavailable:
        try:
            return await self._look()
        except Unavailable as error:
            return error

    async def _look(self) -> HealthAnswer:
        settings, who = self.settings, show_address(self.settings.url)
        request = Request(
            method="GET", url=settings.url, deadline=settings.deadline, max_bytes=LARGEST
        )
        try:
            answer = await self.http.call(request)
        except HttpError as error:
            if not is_the_services_fault(error):
                raise Unavailable(f"{who} could not be asked: {error}.") from error
            return HealthAnswer(False, f"{who} is not well: {error}")
        good = 200 <= answer.status < 300
        return HealthAnswer(good, f"{who} {'is well' if good else 'is not well'}: {answer.status}")


QUERIES = ("requests", "errors")


def is_the_services_fault(error: HttpError) -> bool:
    """Whether a call that came to nothing says something about the service.

    Silence does, even of a connection that never came about: who watches from here would not be
    served either.
    """
    return error.sent or isinstance(error.__cause__, ConnectionRefusedError | TimeoutError)


def build(settings: HealthSettings, http: Http, clock: Clock) -> Parts:
    source = HealthSource(settings=settings, http=http, clock=clock)
    return Parts(metrics=source, check=source.check)
