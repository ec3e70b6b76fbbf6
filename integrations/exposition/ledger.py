"""What the scrapes of one source add up to: increases of counters between two of them. Pure."""

import math
from array import array
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.judge.samples import Window
from bot.ports.metrics import Point
from bot.ports.outcomes import Nonsense
from integrations.exposition.page import MOST_SERIES, PageSeries
from integrations.exposition.selector import PageSelector

MOST_CELLS = 2_000_000
"""Series times scrapes that are remembered; the oldest scrapes go first."""
MOST_KNOWN = 4 * MOST_SERIES
NEAR = 4
"""A window may begin up to a fourth of itself after its planned start, never before it."""
ABSENT, SOUND, BAD = range(3)


@dataclass(frozen=True, slots=True)
class Scrape:
    """`totals` by number of series: how much it has grown since the first scrape of all."""

    at: datetime
    totals: "array[float]"
    states: bytearray

    def total(self, number: int) -> float:
        # A series that came later had not grown by then.
        return self.totals[number] if number < len(self.totals) else 0.0

    def state(self, number: int) -> int:
        return self.states[number] if number < len(self.states) else ABSENT


@dataclass(slots=True)
class Ledger:
    """Resets are recognised by a smaller number; the whole of it then is increase.

    So is the whole of a series that was not there at an earlier scrape: the first error of a
    service makes its series, and would be missed otherwise.
    """

    most_cells: int = MOST_CELLS
    most_known: int = MOST_KNOWN
    numbers: dict[PageSeries, int] = field(default_factory=dict)
    _last: "array[float]" = field(default_factory=lambda: array("d"))
    _totals: "array[float]" = field(default_factory=lambda: array("d"))
    _scrapes: deque[Scrape] = field(default_factory=deque)
    _cells: int = 0

    @property
    def latest(self) -> datetime | None:
        return self._scrapes[-1].at if self._scrapes else None

    def write(self, at: datetime, counters: Mapping[PageSeries, float]) -> None:
        """Enter one scrape of all pages, later than every one before it."""
        if len(self.numbers) > self.most_known:
            self.forget()
        states = bytearray(len(self.numbers))
        for series, value in counters.items():
            number = self._number(series, states)
            states[number] = BAD if math.isnan(value) else SOUND
            self._grow(number, value)
        self._remember(Scrape(at, array("d", self._totals), states))

    def forget(self) -> None:
        """Begin anew: labels that change with every deploy would otherwise pile up for ever."""
        self.numbers.clear()
        self._scrapes.clear()
        self._last, self._totals, self._cells = array("d"), array("d"), 0

    def _number(self, series: PageSeries, states: bytearray) -> int:
        number = self.numbers.setdefault(series, len(self.numbers))
        if number == len(self._last):
            self._last.append(0.0 if self._scrapes else math.nan)
            self._totals.append(0.0)
            states.append(ABSENT)
        return number

    def _grow(self, number: int, value: float) -> None:
        if math.isnan(value):
            return
        last = self._last[number]
        if not math.isnan(last):
            self._totals[number] += value - last if value >= last else value
        self._last[number] = value

    def _remember(self, scrape: Scrape) -> None:
        self._scrapes.append(scrape)
        self._cells += len(scrape.totals)
        while self._cells > self.most_cells and len(self._scrapes) > 2:
            self._cells -= len(self._scrapes.popleft().totals)

    def increases(self, selector: PageSelector, window: Window) -> tuple[Point, ...]:
        """Per `le` for buckets, else one sum; none where a scrape or every series is missing.

        Raises Nonsense where a matching number cannot be believed.
        """
        begin, end = self._ends(window)
        if begin is None or end is None:
            return ()
        sums: dict[str, float] = {}
        by = "le" if selector.name.endswith("_bucket") else None
        for number, series in self._matching(selector):
            if BAD in (begin.state(number), end.state(number)):
                raise Nonsense(unbelievable(series))
            if end.state(number) == ABSENT:
                continue
            group = dict(series.labels).get(by, "") if by else ""
            sums[group] = sums.get(group, 0.0) + end.total(number) - begin.total(number)
        return tuple(
            Point(labels={by: group} if by else {}, value=value) for group, value in sums.items()
        )

    def sees(self, selector: PageSelector, window: Window) -> bool:
        """Whether both scrapes are there, and the last has a counter of that name."""
        begin, end = self._ends(window)
        if begin is None or end is None:
            return False
        named = self._matching(replace(selector, matchers=()))
        return any(end.state(number) == SOUND for number, _ in named)

    def _ends(self, window: Window) -> tuple[Scrape | None, Scrape | None]:
        latest_start = window.start + (window.end - window.start) / NEAR
        begin = next((each for each in self._scrapes if each.at >= window.start), None)
        if begin is None or begin.at > latest_start or begin.at >= window.end:
            return None, None
        return begin, next((each for each in self._scrapes if each.at == window.end), None)

    def _matching(self, selector: PageSelector) -> Iterator[tuple[int, PageSeries]]:
        names = {series.name for series in self.numbers}
        # Old pages leave the ending out, and the parser puts it on.
        name = selector.name if selector.name in names else f"{selector.name}_total"
        for series, number in self.numbers.items():
            if series.name == name and selector.accepts(dict(series.labels)):
                yield number, series


def unbelievable(series: PageSeries) -> str:
    labels = ", ".join(f"{name}={value}" for name, value in series.labels)
    return (
        f"{series.name}{{{labels}}} is no count: it is negative, infinite, not a number, too large "
        "or on the page twice. Look at the page."
    )
