"""Canary beside baseline over time: Slack's data_visualization, and the same in words.

A chart is drawn of what both versions did in the same windows; a gap is left out, never zero.
"""

from collections.abc import Sequence
from datetime import UTC
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.judge import words
from bot.domain.judge.samples import Limits
from bot.ports.chat import Block
from bot.render.kit.blocks import cut_plain, one_line
from bot.render.kit.numbers import failing_checks, limits_of, newest
from bot.render.kit.view import ChartPoint, ChartSeries, ReleaseView
from bot.render.kit.voice import Voice

MOST: Final = 2
"""Charts that Slack takes in one message."""
POINTS: Final = 20
LEAST: Final = 2
TITLE: Final = 50
NAME: Final = 20


def charts(view: ReleaseView) -> list[Block]:
    """Of the checks that failed first; none where too little was seen to show a line."""
    return [_chart(each, view) for each in _drawn(view)]


def charts_said(view: ReleaseView) -> str:
    """The same for whoever sees no chart: where each began, its worst, and where it stands."""
    return " ".join(_said(each, view) for each in _drawn(view)[:1])


def _drawn(view: ReleaseView) -> list[ChartSeries]:
    """At most two series with enough points, those of failing checks first."""
    way = view.release.way
    verdicts = way.verdicts if way is not None else newest(view)
    bad = [each.check for each in failing_checks(verdicts)]
    enough = [each for each in view.series if len(_points(each, view)) >= LEAST]
    return sorted(enough, key=lambda each: each.check not in bad)[:MOST]


def _points(series: ChartSeries, view: ReleaseView) -> list[ChartPoint]:
    """The newest windows up to the decision, in which every arm that is shown was measured."""
    way = view.release.way
    until = way.decided_at if way is not None else view.now
    seen = [each for each in series.points if each.canary is not None and each.at <= until]
    both = [each for each in seen if each.baseline is not None]
    return (both if len(both) >= LEAST else seen)[-POINTS:]


def _chart(series: ChartSeries, view: ReleaseView) -> Block:
    points, limits = _points(series, view), limits_of(view.release.rules, series.check)
    labels = _labels(points, view)
    lines = [(name, values) for name, values in _lines(points, limits, view) if values]
    return {
        "type": "data_visualization",
        "title": cut_plain(_title(series.check, limits), TITLE),
        "chart": {
            "type": "line",
            "series": [
                {"name": name, "data": _data(labels, values, limits)} for name, values in lines
            ],
            "axis_config": {
                "categories": labels,
                "y_label": "ms" if limits.latency else "% of requests",
            },
        },
    }


def _title(check: str, limits: Limits) -> str:
    name = one_line(check) or "check"
    return f"{name} p{100 * limits.quantile:g}" if limits.latency else name


def _lines(
    points: Sequence[ChartPoint], limits: Limits, view: ReleaseView
) -> list[tuple[str, list[float]]]:
    """The old version where it was measured beside it, the new one, and the ceiling."""
    new, old = _names(view)
    canary = [each.canary for each in points if each.canary is not None]
    baseline = [each.baseline for each in points if each.baseline is not None]
    beside = baseline if len(baseline) == len(points) else []
    ceiling = [] if limits.limit is None else [limits.limit] * len(points)
    return [(old, beside), (new, canary), ("limit", ceiling)]


def _names(view: ReleaseView) -> tuple[str, str]:
    """Names of the versions; `new` and `old` where they would look the same."""
    release = view.release
    before = release.running or release.stable
    new = cut_plain(one_line(release.name), NAME)
    old = cut_plain(one_line(before.version if before else "old"), NAME)
    clear = new and old and new != old and "limit" not in (new, old)
    return (new, old) if clear else ("new", "old")


def _data(labels: Sequence[str], values: Sequence[float], limits: Limits) -> list[Block]:
    scale = 1000 if limits.latency else 100
    pairs = zip(labels, values, strict=True)
    return [{"label": label, "value": round(scale * value, 3)} for label, value in pairs]


def _labels(points: Sequence[ChartPoint], view: ReleaseView) -> list[str]:
    """`14:31`, with seconds where windows are shorter than a minute or a minute occurs twice."""
    where = UTC if view.zone == "UTC" else ZoneInfo(view.zone)
    local = [each.at.astimezone(where) for each in points]
    short = [each.strftime("%H:%M") for each in local]
    if len(set(short)) == len(short):
        return short
    return [each.strftime("%H:%M:%S") for each in local]


def _said(series: ChartSeries, view: ReleaseView) -> str:
    """`errors of v1.4.2: 0.2 % at 14:22, 2.4 % at 14:31 (v1.4.1 0.3 %).`"""
    points, limits = _points(series, view), limits_of(view.release.rules, series.check)
    voice = Voice(view, rich=False)
    first, last = points[0], points[-1]
    beside = "" if last.baseline is None else f" ({voice.old} {_value(last.baseline, limits)})"
    return (
        f"{voice.short(_title(series.check, limits))} of {voice.new}: "
        f"{_value(first.canary, limits)} at {voice.time(first.at)}, "
        f"{_value(last.canary, limits)} at {voice.time(last.at)}{beside}."
    )


def _value(measured: float | None, limits: Limits) -> str:
    if measured is None:
        return "unknown"
    return words.seconds(measured) if limits.latency else words.percent(measured)
