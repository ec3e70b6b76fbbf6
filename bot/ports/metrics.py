"""What is measured: counts over a window, by query."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Protocol

from bot.domain.judge.samples import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One series of an answer."""

    labels: Mapping[str, str] = field(default_factory=dict)
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """What a source answered for one window; no points means that it has no data, not zero.

    A source sets `proves_zero` where it found no points and can prove that this means zero: it
    sees the metric in this window, and no series of it fits the query.
    """

    query: str
    window: Window
    points: tuple[Point, ...]
    at: datetime
    proves_zero: bool = False

    @property
    def are_counts(self) -> bool:
        """Whether every point is a count; NaN and infinity are none, and neither is less than 0."""
        # Comparisons are false for NaN.
        return all(0 <= point.value < inf for point in self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a source has that a first config can ask for.

    `metric` counts requests and has `labels`; the values of `label` are `services`. All are empty
    where nothing was recognised.
    """

    metric: str = ""
    labels: tuple[str, ...] = ()
    label: str = ""
    services: tuple[str, ...] = ()


class MetricSource(Protocol):
    """Raises IntegrationError: a failed poll is a gap, never a zero."""

    async def measure(self, query: str, window: Window) -> Samples:
        """Increases over the window. `$window` in the query was replaced by the caller."""
        ...

    async def ping(self) -> None:
        """Raises where the source cannot be asked just now."""
        ...
