"""Charts: both versions over the same windows, within Slack's limits, and the same in words."""

from dataclasses import replace
from typing import Any

import pytest

from bot.practice.workspace.blockkit.rules import block_problems
from bot.render.kit.blocks import twin
from bot.render.kit.charts import charts
from bot.render.kit.view import ChartPoint, ChartSeries, ReleaseView
from bot.render.release.alerts import alert_message, over_message
from bot.render.release.why import why
from tests.render.builders import at, view
from tests.render.shown import shown


def errors(*pairs: tuple[float | None, float | None], apart: float = 1.0) -> ChartSeries:
    points = [
        ChartPoint(at=at(22 + nth * apart), canary=canary, baseline=baseline)
        for nth, (canary, baseline) in enumerate(pairs)
    ]
    return ChartSeries(check="errors", points=tuple(points))


RISING = errors((0.002, 0.003), (0.003, 0.002), (0.021, 0.003), (0.035, 0.003))
LATENCY = replace(RISING, check="latency")


def seen(story: str, *series: ChartSeries) -> ReleaseView:
    return replace(view(story), series=series)


def drawn(view: ReleaseView) -> list[dict[str, Any]]:
    found = charts(view)
    assert block_problems(found, "message") == []
    return [block["chart"] for block in found]


def lines(view: ReleaseView) -> dict[str, list[float]]:
    (chart,) = drawn(view)
    return {each["name"]: [point["value"] for point in each["data"]] for each in chart["series"]}


def test_both_versions_and_the_limit_are_lines() -> None:
    assert lines(seen("rolling-back", RISING)) == {
        "v1.4.2": [0.2, 0.3, 2.1, 3.5],
        "v1.4.1": [0.3, 0.2, 0.3, 0.3],
        "limit": [1.0, 1.0, 1.0, 1.0],
    }


def test_a_gap_is_left_out_and_is_no_zero() -> None:
    gap = errors((0.002, 0.003), (None, 0.003), (0.004, None), (0.021, 0.003))
    assert lines(seen("rolling-back", gap))["v1.4.2"] == [0.2, 2.1]


def test_without_a_baseline_the_new_version_stands_alone() -> None:
    alone = errors((0.002, None), (0.003, None))
    assert set(lines(seen("watching", alone))) == {"v1.4.2", "limit"}


def test_one_window_is_no_chart() -> None:
    assert charts(seen("watching", errors((0.002, 0.003)))) == []
    assert charts(seen("watching")) == []


def test_the_newest_twenty_windows_are_drawn() -> None:
    many = errors(*[(nth / 1000, 0.001) for nth in range(60)], apart=0.1)
    values = lines(seen("rolling-back", many))["v1.4.2"]
    assert (len(values), values[-1]) == (20, 5.9)


def test_what_came_after_the_decision_is_not_evidence() -> None:
    late = errors((0.002, 0.003), (0.021, 0.003), (0.5, 0.003), apart=6)
    assert lines(seen("rolled-back", late))["v1.4.2"] == [0.2, 2.1]


def test_the_check_that_failed_is_drawn_first_and_two_at_most() -> None:
    third = replace(LATENCY, check="other")
    found = charts(seen("rolling-back", LATENCY, third, RISING))
    assert [block["title"] for block in found] == ["errors", "latency p99"]


@pytest.mark.parametrize(
    "name", ["x" * 3000, "limit", "v1.4.1", "👩‍👩‍👧‍👦" * 900, "<!channel>", ""]
)
def test_any_name_is_drawn_within_the_limits(name: str) -> None:
    strange = seen("rolling-back", replace(RISING, check=name), LATENCY)
    assert len(drawn(replace(strange, release=replace(strange.release, name=name)))) == 2


def test_times_are_told_apart_where_windows_are_short() -> None:
    quick = errors(*[(0.001, 0.001)] * 5, apart=0.1)
    labels = drawn(seen("watching", quick))[0]["axis_config"]["categories"]
    assert labels[:2] == ["14:22:00", "14:22:06"]


def test_the_sentence_says_what_the_chart_shows() -> None:
    text = alert_message(seen("rolling-back", RISING)).text
    assert "errors of v1.4.2: 0.2 % at 14:22 UTC, 3.5 % at 14:25 UTC (v1.4.1 0.3 %)." in text


@pytest.mark.parametrize(
    ("tell", "story"), [(alert_message, "rolling-back"), (over_message, "rolled-back")]
)
def test_alerts_hold_it_and_their_twins_say_it(tell: Any, story: str) -> None:
    message = tell(seen(story, RISING))
    assert "data_visualization" in {block["type"] for block in message.blocks}
    plain = twin(message)
    assert {block["type"] for block in plain.blocks} == {"section"}
    assert "`▁▂▅█` v1.4.2: 0.2, at last 3.5" in shown(plain)


def test_why_holds_it() -> None:
    assert "data_visualization" in str(why(seen("rolled-back", RISING)).blocks)


def test_a_chart_in_milliseconds() -> None:
    slow = ChartSeries(check="latency", points=(*LATENCY.points[:1], LATENCY.points[2]))
    (chart,) = drawn(seen("watching", slow))
    assert chart["axis_config"]["y_label"] == "ms"
    assert chart["series"][1]["data"][1]["value"] == 21.0
