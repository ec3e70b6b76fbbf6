"""What the checks measured, window by window, kept beside the record for charts. Nothing decides
by it: judges have memories of their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.judge.reading import Reading, common_edges, quantile, read_counts
from bot.domain.judge.samples import Counts, Limits, Sample
from bot.domain.state.release import Release
from bot.ports.store import KeptSample, Store
from bot.render.kit.view import ChartPoint, ChartSeries


def series_key(release_id: str, check: str) -> str:
    return f"{release_id}/{check}"


def point_of(release: Release, limits: Limits, sample: Sample) -> KeptSample:
    """One window of one check: a number per arm, nothing where there was a gap."""
    edges = common_edges(sample.canary, sample.baseline, limits) if sample.canary else []
    arms = {"canary": sample.canary, "baseline": sample.baseline}
    body = {name: point_measured(counts, limits, edges) for name, counts in arms.items()}
    return KeptSample(series=series_key(release.id, limits.name), at=sample.window.end, body=body)


def point_measured(counts: Counts | None, limits: Limits, edges: Sequence[float]) -> float | None:
    """A ratio of errors, or seconds at the check's quantile."""
    reading = read_counts(counts, limits, edges)
    if not isinstance(reading, Reading) or not reading.requests:
        return None
    if limits.latency:
        return quantile((reading.requests, *reading.bad), edges, limits.quantile)
    return reading.bad[0] / reading.requests


async def series_of(store: Store, release: Release) -> tuple[ChartSeries, ...]:
    """Every check of a release, while the new version was watched."""
    found = []
    for check in release.rules.checks:
        kept = await store.samples(series_key(release.id, check.name), release.requested_at)
        points = tuple(_point(each.at, each.body) for each in kept)
        found.append(ChartSeries(check=check.name, points=points))
    return tuple(each for each in found if each.points)


def _point(at: datetime, body: dict[str, Any]) -> ChartPoint:
    return ChartPoint(
        at=at, canary=_number(body.get("canary")), baseline=_number(body.get("baseline"))
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
