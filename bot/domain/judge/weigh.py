"""What one tick adds to the evidence, and what the evidence says.

A state holds rows (see eprocess): one per mark against the baseline, one against the limit.
"""

from math import exp, log
from typing import Any, NamedTuple

from bot.domain.judge.eprocess import (
    NUDGES,
    SLOWER,
    STRONGER,
    Row,
    excess,
    grow,
    score,
    split,
)
from bot.domain.judge.reading import Reading, nearest, quantile
from bot.domain.judge.samples import Limits

SURE = 300.0
"""A failing verdict needs evidence this strong: at most one harmless release in so many."""
SUSPECT = 20.0
"""From here on a release is not passed, though not blamed either."""
MARGIN = 1.3
"""Odds that much worse than the baseline's are the arms' own noise."""

_BODY = 0.2  # the margin in log odds where many requests pass a mark
_TAIL = log(MARGIN)
_RARE = 0.05
_WATCHED = (0.002, 0.8)  # marks that fewer or more requests pass say nothing
_COLD = 2.5  # log odds of extra margin for latency at the start: caches fill, pools open
_WARM_AFTER = 90.0  # seconds in which that margin falls to a third
_LN2 = log(2)


class Tick(NamedTuple):
    """One counted tick: both readings and the seconds since watching began."""

    canary: Reading
    baseline: Reading | None
    age: float


def ceiling(limits: Limits) -> float | None:
    """The largest allowed share of requests beyond the mark of the limit, or None."""
    if limits.limit is None or not limits.limit >= 0:
        return None
    return 1 - limits.quantile if limits.latency else max(limits.limit, 1e-6)


def limit_mark(edges: list[float], limits: Limits) -> int:
    """Which mark stands for the limit."""
    return nearest(edges, limits.limit or 0.0) if limits.latency else 0


def against_baseline(rows: list[Row], limits: Limits, tick: Tick, chance: float) -> list[Row]:
    """The rows after this tick, one per mark; unchanged where the baseline is missing."""
    if tick.baseline is None:
        return rows
    if limits.latency:
        return _latency_rows(rows, tick.canary, tick.baseline, chance, tick.age)
    steps = split(_mark(tick.canary, 0), _mark(tick.baseline, 0), _margin(limits))
    return [grow(rows[0] if rows else [0.0] * len(steps), steps, chance)]


def against_limit(row: Row, edges: list[float], limits: Limits, tick: Tick, chance: float) -> Row:
    """The row after this tick; empty where the check has no limit."""
    ratio = ceiling(limits)
    if ratio is None:
        return row
    steps = excess(_mark(tick.canary, limit_mark(edges, limits)), ratio)
    return grow(row or [0.0] * len(STRONGER), steps, chance)


def clearance(edges: list[float], limits: Limits, baseline: Reading | None) -> float:
    """How much this tick speaks for a baseline well below the limit, in nats."""
    ratio = ceiling(limits)
    if ratio is None or baseline is None:
        return 0.0
    return baseline.requests * ratio / 2 - baseline.bad[limit_mark(edges, limits)] * _LN2


def strength(rows: list[Row]) -> float:
    """The evidence of all rows together: their mean, 0 where there are none."""
    return sum(map(sum, rows)) / (len(rows) * len(rows[0])) if rows and rows[0] else 0.0


def gain(before: float, after: float, chance: float) -> float:
    """By how many nats one tick raised the evidence; what began just now not counted."""
    return log(max(after, 1e-300) / (before + chance))


def failing(state: dict[str, Any], limits: Limits, alone: bool) -> str:
    """What condemns the release, "baseline" or "limit"; "" where neither does."""
    relative = strength(state["against_baseline"])
    if relative >= SURE and matters(state["span_canary"], state["span_baseline"], state, limits):
        return "baseline"
    if strength([state["against_limit"]]) < SURE or not over(state["span_canary"], state, limits):
        return ""
    # An incident that hits both arms is not this release's doing.
    ours = alone or relative >= SUSPECT or state["clear"] >= log(SUSPECT)
    return "limit" if ours else ""


def over(arm: list[float], state: dict[str, Any], limits: Limits) -> bool:
    """The arm's plain ratio, or its quantile, lies beyond the limit."""
    if limits.limit is None:
        return False
    value = measure(arm, state, limits)
    return value is not None and value > limits.limit


def matters(
    canary: list[float], baseline: list[float], state: dict[str, Any], limits: Limits
) -> bool:
    """For latency: the quantile is worse by as many seconds as the check forbids."""
    if not limits.latency or limits.worse_by is None:
        return True
    ours, theirs = measure(canary, state, limits), measure(baseline, state, limits)
    return ours is not None and theirs is not None and ours - theirs >= limits.worse_by


def measure(arm: list[float], state: dict[str, Any], limits: Limits) -> float | None:
    """The ratio of errors, or the seconds at the check's quantile; None without requests."""
    if limits.latency:
        return quantile(arm, state["edges"], limits.quantile)
    return arm[1] / arm[0] if arm and arm[0] else None


def _margin(limits: Limits) -> float:
    factor = limits.worse_by
    return max(1.0, factor) if factor is not None and factor < 1e6 else MARGIN


def _mark(reading: Reading, at: int) -> tuple[float, float]:
    return reading.requests, reading.bad[at]


def _latency_rows(
    rows: list[Row], canary: Reading, baseline: Reading, chance: float, age: float
) -> list[Row]:
    cold = _COLD * exp(-max(0.0, age) / _WARM_AFTER)
    grown = []
    for at in range(len(canary.bad)):
        steps = _latency_steps(_mark(canary, at), _mark(baseline, at), cold)
        row = grow(rows[at] if rows else [0.0] * len(SLOWER), steps, chance)
        grown.append([float(f"{value:.5g}") for value in row])
    return grown


def _latency_steps(canary: tuple[float, float], baseline: tuple[float, float], cold: float) -> Row:
    everyone = canary[0] + baseline[0]
    share = (canary[1] + baseline[1]) / everyone if everyone else 0.0
    if not _WATCHED[0] <= share <= _WATCHED[1]:
        return [0.0] * len(NUDGES)
    if share < _RARE:
        return split(canary, baseline, exp(_TAIL + cold), SLOWER)
    return score(canary, baseline, _BODY + cold)
