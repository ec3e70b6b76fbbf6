"""What one tick adds to the evidence, and what the evidence says.

A state holds rows (see eprocess): one per mark against the baseline, one against the limit.
"""

from math import exp, log
from typing import Any, NamedTuple

from bot.domain.judge.eprocess import NUDGES, SLOWER, STRONGER, ScoreRow, excess, grow, score, split
from bot.domain.judge.reading import Reading, nearest, quantile
from bot.domain.judge.samples import Limits

SURE = 300.0
"""A failing verdict needs evidence this strong: at most one harmless release in so many."""
SUSPECT = 20.0
"""From here on a release is not passed, though not blamed either."""
MARGIN = 1.3
"""Odds that much worse than the baseline's are the arms' own noise."""

_PACE = 0.04  # the arms' own noise in latency: all of it longer by this part
_SLOPES = (3.0, 40.0)  # log odds per e-fold of seconds, from very wide to very tight latencies
_RARE = 0.05
_WATCHED = (0.002, 0.8)  # marks that fewer or more requests pass say nothing
_COLD = 0.45  # the same on top at the start: caches fill, pools open
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


def against_baseline(
    state: dict[str, Any], limits: Limits, tick: Tick, chance: float
) -> list[ScoreRow]:
    """The rows after this tick, one per mark; unchanged where there is nothing to compare with.

    Latency takes its margin from the baseline's past, so its first tick is only looked at.
    """
    rows: list[ScoreRow] = state["against_baseline"]
    if tick.baseline is None or (limits.latency and not state["baseline"]):
        return rows
    if limits.latency:
        pace = _PACE + _COLD * exp(-max(0.0, tick.age) / _WARM_AFTER)
        margins = [pace * slope for slope in _slopes(state["baseline"], state["edges"])]
        return _latency_rows(rows, tick.canary, tick.baseline, margins, chance)
    steps = split(_mark(tick.canary, 0), _mark(tick.baseline, 0), _margin(limits))
    return [grow(rows[0] if rows else [0.0] * len(steps), steps, chance)]


def against_limit(
    row: ScoreRow, edges: list[float], limits: Limits, tick: Tick, chance: float
) -> ScoreRow:
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


def strength(rows: list[ScoreRow]) -> float:
    """The evidence of all rows together: their mean, 0 where there are none."""
    return sum(map(sum, rows)) / (len(rows) * len(rows[0])) if rows and rows[0] else 0.0


def gain(before: float, after: float, chance: float) -> float:
    """By how many nats one tick raised the evidence; what began just now not counted."""
    return log(max(after, 1e-300) / (before + chance))


def failing(state: dict[str, Any], limits: Limits, alone: bool) -> str:
    """What condemns the release, "baseline" or "limit"; "" where neither does."""
    if state["relative"] >= SURE and matters(state, limits):
        return "baseline"
    if state["absolute"] < SURE or not over(state["span_canary"], state, limits):
        return ""
    # An incident that hits both arms is not this release's doing.
    ours = alone or state["relative"] >= SUSPECT or state["clear"] >= log(SUSPECT)
    return "limit" if ours else ""


def over(arm: list[float], state: dict[str, Any], limits: Limits) -> bool:
    """The arm's plain ratio, or its quantile, lies beyond the limit."""
    if limits.limit is None:
        return False
    value = measure(arm, state, limits)
    return value is not None and value > limits.limit


def matters(state: dict[str, Any], limits: Limits) -> bool:
    """For latency: the quantile is worse by as many seconds as the check forbids."""
    if not limits.latency or limits.worse_by is None:
        return True
    ours = measure(state["span_canary"], state, limits)
    theirs = measure(state["span_baseline"], state, limits)
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


def _slopes(baseline: list[float], edges: list[float]) -> list[float]:
    """How fast the log odds of being slower than an edge fall there, per e-fold of seconds.

    That turns a margin in seconds, which means the same for every service, into one in log odds.
    """
    odds = [log((bad + 0.5) / (max(0.0, baseline[0] - bad) + 0.5)) for bad in baseline[1:]]
    steps = [
        (odds[at] - odds[at + 1]) / log(edges[at + 1] / edges[at]) if edges[at] > 0 else 0.0
        for at in range(len(edges) - 1)
    ]
    around = zip([0.0, *steps], [*steps, 0.0], strict=True)
    return [min(_SLOPES[1], max(_SLOPES[0], *pair)) for pair in around]


def _latency_rows(
    rows: list[ScoreRow], canary: Reading, baseline: Reading, margins: list[float], chance: float
) -> list[ScoreRow]:
    grown = []
    for at, margin in enumerate(margins):
        steps = _latency_steps(_mark(canary, at), _mark(baseline, at), margin)
        row = grow(rows[at] if rows else [0.0] * len(SLOWER), steps, chance)
        grown.append([float(f"{value:.3g}") for value in row])
    return grown


def _latency_steps(
    canary: tuple[float, float], baseline: tuple[float, float], margin: float
) -> ScoreRow:
    everyone = canary[0] + baseline[0]
    share = (canary[1] + baseline[1]) / everyone if everyone else 0.0
    if not _WATCHED[0] <= share <= _WATCHED[1]:
        return [0.0] * len(NUDGES)
    if share < _RARE:
        return split(canary, baseline, exp(margin), SLOWER)
    return score(canary, baseline, margin)
