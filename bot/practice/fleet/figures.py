"""The last minute as users met it, second by second: what the page draws."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.practice.fleet.tally import Label
from bot.practice.kit.clock import Now, rfc3339

SECONDS = 60
# A second keeps no more than this many durations, so that no load makes the figures expensive.
MOST = 500


@dataclass(slots=True)
class Second:
    requests: int = 0
    mirrored: int = 0
    errors: int = 0
    durations: list[float] = field(default_factory=list)

    def add(self, *, failed: bool, copied: bool, seconds: float) -> None:
        self.mirrored += copied
        self.requests += not copied
        self.errors += failed
        if len(self.durations) < MOST:
            self.durations.append(seconds)


@dataclass(frozen=True, slots=True)
class Summed:
    requests: int
    mirrored: int
    errors: int
    p50: float | None
    p99: float | None


NOTHING = Summed(0, 0, 0, None, None)


def quantile(ordered: list[float], share: float) -> float | None:
    """The nearest rank, in seconds to the tenth of a millisecond; None of nothing."""
    if not ordered:
        return None
    return round(ordered[min(int(share * len(ordered)), len(ordered) - 1)], 4)


def sum_up(second: Second) -> Summed:
    ordered = sorted(second.durations)
    return Summed(
        second.requests,
        second.mirrored,
        second.errors,
        quantile(ordered, 0.5),
        quantile(ordered, 0.99),
    )


class Minute:
    """One version: the second under way, and those that are over."""

    def __init__(self) -> None:
        self._open: tuple[int, Second] = (0, Second())
        self._over: dict[int, Summed] = {}

    def add(self, at: int, *, failed: bool, copied: bool, seconds: float) -> None:
        if at != self._open[0]:
            self._close(at)
        self._open[1].add(failed=failed, copied=copied, seconds=seconds)

    def until(self, at: int) -> list[Summed]:
        """The 60 seconds before `at`, oldest first."""
        if self._open[0] < at:
            self._close(at)
        return [self._over.get(second, NOTHING) for second in range(at - SECONDS, at)]

    def _close(self, at: int) -> None:
        self._over[self._open[0]] = sum_up(self._open[1])
        self._open = (at, Second())
        for second in [old for old in self._over if old < at - SECONDS]:
            del self._over[second]


class Figures:
    """Requests per service and version; a version named "" is nobody: users met a 503."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._minutes: dict[Label, Minute] = {}

    def add(self, label: Label, *, failed: bool, copied: bool, seconds: float) -> None:
        minute = self._minutes.setdefault(label, Minute())
        minute.add(self._second(), failed=failed, copied=copied, seconds=seconds)

    def clear(self) -> None:
        self._minutes.clear()

    def until_now(self) -> tuple[str, Mapping[Label, list[Summed]]]:
        """When the last full second ended, and the minute before it of whoever was asked in it."""
        now = self._second()
        minutes = {label: minute.until(now) for label, minute in self._minutes.items()}
        met = {
            label: minute for label, minute in minutes.items() if minute.count(NOTHING) < SECONDS
        }
        return rfc3339(datetime.fromtimestamp(now, UTC)), met

    def _second(self) -> int:
        return int(self._now().timestamp())


def columns(minute: list[Summed]) -> dict[str, list[Any]]:
    """`{"requests": [60 counts], "mirrored", "errors", "p50": [seconds or null], "p99"}`."""
    return {name: [getattr(second, name) for second in minute] for name in Summed.__slots__}
