"""From queries to the counts a judge sees: both arms of one window."""

import asyncio
import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.judge.samples import Counts, Limits, Sample, Verdict, Window
from bot.domain.terms.place import Place
from bot.domain.terms.rules import CheckRule
from bot.engine.watch.sources import Sources
from bot.ports.metrics import Samples

CANARY = "canary"
STABLE = "stable"
ARM_WORDS = ("$track", "$revision", "${track}", "${revision}")
INFINITE = frozenset({"+Inf", "Inf", "inf"})


@dataclass(frozen=True, slots=True)
class Arms:
    """What is compared at a place. `old` is None where nothing old runs that could be asked for."""

    place: Place
    new: str
    old: str | None


def words_for(arms: Arms, track: str, window: timedelta) -> Mapping[str, str]:
    """What the placeholders of a query stand for, for one arm."""
    return {
        "service": arms.place.service,
        "environment": arms.place.environment,
        "revision": arms.new if track == CANARY else (arms.old or ""),
        "track": track,
        "window": f"{max(1, round(window.total_seconds()))}s",
    }


def fill(query: str, words: Mapping[str, str]) -> str:
    return string.Template(query).safe_substitute(words)


def has_baseline(arms: Arms, check: CheckRule) -> bool:
    """Whether the old revision runs beside the new one and the query can tell them apart."""
    asked = "".join(filter(None, (check.requests, check.errors, check.buckets)))
    return arms.old is not None and any(word in asked for word in ARM_WORDS)


async def sample_forward(arms: Arms, check: CheckRule, window: Window, polls: Sources) -> Sample:
    """The canary and, where there is one, the baseline of the same window."""
    if not has_baseline(arms, check):
        canary = await counts(arms, check, CANARY, window, polls)
        return Sample(window=window, canary=canary, baseline=None)
    canary, baseline = await asyncio.gather(
        counts(arms, check, CANARY, window, polls),
        counts(arms, check, STABLE, window, polls),
    )
    return Sample(window=window, canary=canary, baseline=baseline)


async def sample_back(arms: Arms, check: CheckRule, window: Window, polls: Sources) -> Sample:
    """What users see after a rollback: the old revision, on its own."""
    seen = await counts(arms, check, STABLE, window, polls)
    return Sample(window=window, canary=seen, baseline=None)


async def counts(
    arms: Arms, check: CheckRule, track: str, window: Window, polls: Sources
) -> Counts | None:
    """What one arm did; None is a gap."""
    words = words_for(arms, track, check.window)
    if check.buckets is not None:
        return histogram(await polls.measure(check.source, fill(check.buckets, words), window))
    requests = polls.measure(check.source, fill(check.requests or "", words), window)
    errors = polls.measure(check.source, fill(check.errors or "", words), window)
    return ratio(*await asyncio.gather(requests, errors))


def ratio(requests: Samples | None, errors: Samples | None) -> Counts | None:
    """Requests and the bad ones among them; a failed poll of either is a gap.

    So is one point that is no count. No points of errors are zero errors where the source proved
    it, and a gap otherwise.
    """
    if requests is None or errors is None or not (requests.are_counts and errors.are_counts):
        return None
    if not requests.points or not (errors.points or errors.proves_zero):
        return None
    total = sum(point.value for point in requests.points)
    bad = sum(point.value for point in errors.points)
    return Counts(requests=total, errors=min(bad, total))


def histogram(samples: Samples | None) -> Counts | None:
    """Cumulative buckets by `le`; a gap without +Inf, or with a point that is no count."""
    if samples is None or not samples.are_counts:
        return None
    edges: dict[float, float] = {}
    for point in samples.points:
        edge = edge_of(point.labels.get("le", ""))
        if edge is not None:
            edges[edge] = edges.get(edge, 0.0) + point.value
    ordered = tuple(sorted(edges.items()))
    if not ordered or ordered[-1][0] != float("inf"):
        return None
    return Counts(requests=ordered[-1][1], buckets=ordered)


def edge_of(text: str) -> float | None:
    if text in INFINITE:
        return float("inf")
    try:
        return float(text)
    except ValueError:
        return None


def confirming_limits(check: CheckRule, verdicts: tuple[Verdict, ...]) -> Limits | None:
    """What stable must keep to for a rollback to count as confirmed.

    The check's own ceiling where it has one; for errors else twice what stable did beside the
    canary, and at least 1 %. None for a latency check without a ceiling: nothing to hold it to.
    """
    limits = check.limits
    fewer = max(20, limits.needs // 5)
    if limits.limit is not None:
        return replace(limits, needs=fewer, worse_by=None)
    if limits.latency:
        return None
    seen = next((each.evidence.baseline for each in verdicts if each.check == check.name), None)
    return replace(limits, needs=fewer, worse_by=None, limit=max(0.01, 2 * (seen or 0.0)))
