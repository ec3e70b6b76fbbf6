"""A metrics page as counters: what can be counted on it, and which numbers cannot be believed."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_families
from prometheus_client.parser import text_string_to_metric_families as plain_families

from bot.ports.outcomes import Nonsense

MOST_SERIES = 20_000
LARGEST_COUNT = 2.0**53
"""Above it a float skips whole numbers, so an increase means nothing."""
OPEN = "application/openmetrics-text"

Labels: TypeAlias = tuple[tuple[str, str], ...]

# The parsers come without types.
OPEN_FAMILIES: Callable[[str], Iterable[Metric]] = open_families
PLAIN_FAMILIES: Callable[[str], Iterable[Metric]] = plain_families


@dataclass(frozen=True, slots=True)
class PageSeries:
    """`page` is the place of its address in the settings; instances may share all labels."""

    page: int
    name: str
    labels: Labels


ENDINGS: Mapping[str, tuple[str, ...]] = {
    "counter": ("_total",),
    "histogram": ("_bucket", "_count"),
    "summary": ("_count",),
    "unknown": ("",),
}
"""Per type of family: which of its series only ever grow. Gauges are no counts."""


def read_page(body: bytes, kind: str, page: int, who: str) -> dict[PageSeries, float]:
    """The counters of one page; NaN stands for a number that cannot be believed.

    `kind` is the Content-Type. Raises Nonsense for what is no metrics page, or too much of one.
    """
    if "html" in kind.lower():
        raise Nonsense(f"{who} is a web page, not a metrics page. Is there a login in front of it?")
    try:
        return _collected(_families(body.decode(), OPEN in kind), page, who)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        raise Nonsense(
            f"{who} is no metrics page ({_short(error)}). Look at its address."
        ) from error


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:80] or type(error).__name__


def _families(text: str, is_open: bool) -> Iterable[Metric]:
    if is_open:
        return OPEN_FAMILIES(text)
    # A page that was cut within a number would read as a smaller number.
    if text and not text.endswith("\n"):
        raise ValueError("it breaks off in the middle of a line")
    return PLAIN_FAMILIES(text)


def _collected(families: Iterable[Metric], page: int, who: str) -> dict[PageSeries, float]:
    counters: dict[PageSeries, float] = {}
    for series, value in _counters(families, page):
        counters[series] = math.nan if series in counters else _believed(value)
        if len(counters) > MOST_SERIES:
            raise Nonsense(f"{who} has over {MOST_SERIES:,} counters. Scrape a smaller page.")
    return counters


def _counters(families: Iterable[Metric], page: int) -> Iterator[tuple[PageSeries, float]]:
    for family in families:
        endings = ENDINGS.get(family.type, ())
        for sample in family.samples:
            if sample.name.endswith(endings):
                labels = tuple(sorted(sample.labels.items()))
                yield PageSeries(page, sample.name, labels), sample.value


def _believed(value: float) -> float:
    return float(value) if 0 <= value <= LARGEST_COUNT else math.nan
