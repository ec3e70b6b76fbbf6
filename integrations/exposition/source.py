"""A metric source that scrapes pages itself, once per tick however many queries ask."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.judge.samples import Window
from bot.ports.answers import ask_vendor
from bot.ports.clock import Clock
from bot.ports.fields import show_address
from bot.ports.http import Http, Request
from bot.ports.integration import Parts
from bot.ports.metrics import Samples
from bot.ports.outcomes import IntegrationError, NotFound
from integrations.exposition.ledger import Ledger
from integrations.exposition.page import OPEN, PageSeries, read_page
from integrations.exposition.selector import PageSelector, SelectorError, parse
from integrations.exposition.settings import ExpositionSettings

ACCEPT = f"{OPEN};version=1.0.0;q=0.9,text/plain;version=0.0.4;q=1.0"
LARGEST = 4 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class ExpositionSource:
    """Implements MetricSource; queries are selectors (see selector.py).

    The scrape for a window is made when it is first asked about, which is at its end or, by a
    busy bot, a little later. There are no points for the first window of all, nor for one whose
    start no scrape was made for.
    """

    settings: ExpositionSettings
    http: Http
    clock: Clock
    _ledger: Ledger = field(default_factory=Ledger, init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _failed: tuple[datetime, IntegrationError] | None = field(default=None, init=False)

    async def measure(self, query: str, window: Window) -> Samples:
        selector = self._parsed(query)
        async with self._turn:
            await self._scraped_for(window)
        points = self._ledger.increases(selector, window)
        zero = not points and self._ledger.sees(selector, window)
        return Samples(
            query=query, window=window, points=points, at=self.clock.now(), proves_zero=zero
        )

    async def ping(self) -> None:
        await self._counters()

    async def check(self) -> str:
        """Reads the pages once and says what can be asked of them."""
        names = sorted({series.name for series in await self._counters()})
        if not names:
            raise NotFound(f"{self._who()} answers, but has no counter. Name a page that has some.")
        return f"{self._who()} answers; it counts {_listed(names)}"

    async def explain(self, query: str) -> str:
        """For a person: what a query meets on the pages now, or which labels there are instead."""
        selector = self._parsed(query)
        return explain(selector, await self._counters(), self._who())

    async def _scraped_for(self, window: Window) -> None:
        latest = self._ledger.latest
        if latest is not None and window.end <= latest:
            return
        if self._failed is not None and self._failed[0] == window.end:
            # The same tick again: the page was asked, and a second try would not be its window.
            raise type(self._failed[1])(*self._failed[1].args)
        try:
            counters = await self._counters()
        except IntegrationError as error:
            self._failed = window.end, error
            raise
        self._ledger.write(self._time_of(window), counters)

    def _time_of(self, window: Window) -> datetime:
        """The end of the window, unless it is another time altogether."""
        now = self.clock.now()
        in_time = window.end <= now <= window.end + (window.end - window.start)
        return window.end if in_time else now

    async def _counters(self) -> dict[PageSeries, float]:
        pages = await asyncio.gather(
            *(self._page(number, url) for number, url in enumerate(self.settings.pages))
        )
        return {series: value for page in pages for series, value in page.items()}

    async def _page(self, number: int, url: str) -> dict[PageSeries, float]:
        token = self.settings.token
        secret = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
        request = Request(
            method="GET",
            url=url,
            headers={"Accept": ACCEPT},
            secret_headers=secret,
            deadline=self.settings.deadline,
            max_bytes=LARGEST,
        )
        who = show_address(url)
        answer = await ask_vendor(self.http, request, who)
        kind = answer.headers.get("Content-Type", "")
        # Half a second for the largest page: not on the loop that votes and rollbacks go through.
        return await asyncio.to_thread(read_page, answer.body, kind, number, who)

    def _parsed(self, query: str) -> PageSelector:
        try:
            return parse(query)
        except SelectorError as error:
            raise NotFound(f"Nothing was counted: {error}.") from error

    def _who(self) -> str:
        return " and ".join(map(show_address, self.settings.pages))


def explain(selector: PageSelector, counters: Mapping[PageSeries, float], who: str) -> str:
    named = [each for each in counters if each.name in (selector.name, f"{selector.name}_total")]
    matching = [each for each in named if selector.accepts(dict(each.labels))]
    if matching:
        return f"{who} has {len(matching)} series for this query"
    if not named:
        names = sorted({each.name for each in counters})
        return f"{who} has no {selector.name}; it counts {_listed(names) or 'nothing'}"
    return f"{who} has {selector.name}, but not with these labels; there are {_labels(named)}"


def _labels(series: list[PageSeries]) -> str:
    values: defaultdict[str, set[str]] = defaultdict(set)
    for each in series:
        for name, value in each.labels:
            values[name].add(value)
    return "; ".join(f"{name}: {_listed(sorted(seen))}" for name, seen in sorted(values.items()))


def _listed(names: list[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def build(settings: ExpositionSettings, http: Http, clock: Clock) -> Parts:
    source = ExpositionSource(settings=settings, http=http, clock=clock)
    return Parts(
        metrics=source,
        check=source.check,
        explain=lambda query, _window: source.explain(query),
        counts_itself=True,
    )
