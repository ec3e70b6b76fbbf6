"""What a version counts about itself, and the page that says so in the exposition format."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

Track: TypeAlias = Literal["canary", "stable"]

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
LIMITS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
EDGES = (*map(str, LIMITS), "+Inf")
USUAL = (200, 500)
PLACE = ("service", "environment", "version")


@dataclass(frozen=True, slots=True, order=True)
class Label:
    service: str
    environment: str
    version: str

    def values(self, *more: str) -> tuple[str, ...]:
        return (self.service, self.environment, self.version, *more)


@dataclass(slots=True)
class Durations:
    """A histogram: answers per bucket (not cumulated) and the sum of seconds."""

    counts: list[int] = field(default_factory=lambda: [0] * len(EDGES))
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(LIMITS, seconds)] += 1
        self.seconds += seconds

    def cumulated(self) -> list[tuple[str, float]]:
        reached = 0
        buckets: list[tuple[str, float]] = []
        for edge, count in zip(EDGES, self.counts, strict=True):
            reached += count
            buckets.append((edge, reached))
        return buckets


@dataclass(slots=True)
class VersionTally:
    """Counters of one run of one version; they begin at zero whenever it starts.

    `began` is None where no process stands behind them.
    """

    label: Label
    began: datetime | None
    requests: dict[tuple[Track, int], int] = field(default_factory=dict)
    durations: dict[Track, Durations] = field(default_factory=dict)

    def show(self, track: Track) -> None:
        """Have the series at zero, so that the first error is an increase and not a beginning."""
        for code in USUAL:
            self.requests.setdefault((track, code), 0)
        self.durations.setdefault(track, Durations())

    def add(self, track: Track, code: int, seconds: float) -> None:
        self.show(track)
        self.requests[track, code] = self.requests.get((track, code), 0) + 1
        self.durations[track].add(seconds)


def merge(one: VersionTally, other: VersionTally) -> VersionTally:
    """Both together, as somebody between the users and the version counts them."""
    both = VersionTally(one.label, one.began, dict(one.requests))
    for place, count in other.requests.items():
        both.requests[place] = both.requests.get(place, 0) + count
    for tally in (one, other):
        for track, durations in tally.durations.items():
            into = both.durations.setdefault(track, Durations())
            into.seconds += durations.seconds
            into.counts = [a + b for a, b in zip(into.counts, durations.counts, strict=True)]
    return both


class _Pages(Collector):
    def __init__(self, tallies: Sequence[VersionTally], *, bare: bool) -> None:
        self._tallies = tallies
        self._bare = bare

    def collect(self) -> Iterator[Metric]:
        if not self._bare:
            yield _requests(self._tallies)
            yield _durations(self._tallies)
        yield _began(self._tallies)


def page(tallies: Iterable[VersionTally], *, bare: bool = False) -> bytes:
    """`bare` leaves out everything about requests: a page that answers and says nothing."""
    return generate_latest(_Pages(tuple(tallies), bare=bare))


def _requests(tallies: Sequence[VersionTally]) -> Metric:
    family = CounterMetricFamily(
        "http_requests", "Requests answered.", labels=(*PLACE, "track", "code")
    )
    for tally in tallies:
        for (track, code), count in sorted(tally.requests.items()):
            family.add_metric(tally.label.values(track, str(code)), count)
    return family


def _durations(tallies: Sequence[VersionTally]) -> Metric:
    family = HistogramMetricFamily(
        "http_request_duration_seconds", "Time to answer.", labels=(*PLACE, "track")
    )
    for tally in tallies:
        for track, durations in sorted(tally.durations.items()):
            family.add_metric(
                tally.label.values(track), durations.cumulated(), sum_value=durations.seconds
            )
    return family


def _began(tallies: Sequence[VersionTally]) -> Metric:
    family = GaugeMetricFamily(
        "process_start_time_seconds", "When this run began, in seconds since 1970.", labels=PLACE
    )
    for tally in tallies:
        if tally.began is not None:
            family.add_metric(tally.label.values(), tally.began.timestamp())
    return family
