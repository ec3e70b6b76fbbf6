"""What the judge says about latency."""

from dataclasses import replace
from math import inf

import pytest

from bot.domain.judge.reading import EDGES, common_edges, nearest, quantile
from bot.domain.judge.samples import Counts, Outcome, Sample
from tests.domain.judge.makers import LATENCY, judged, slow_samples, spread, watched, window

FREE = replace(LATENCY, limit=None)


def test_like_the_old_one_passes() -> None:
    found = judged(LATENCY, slow_samples(0.005, 0.005, ticks=40))
    assert found.outcome is Outcome.PASS
    assert found.because == (
        "p99 99.5 ms on the new version, 99.5 ms on the old in the same minutes"
        " (limit 500 ms, 40,000 requests)"
    )
    assert found.evidence.canary == pytest.approx(0.0995, rel=1e-3)


def test_much_slower_than_the_old_one_fails() -> None:
    found = judged(FREE, slow_samples(0.2, 0.005, ticks=12))
    assert found.outcome is Outcome.FAIL
    assert "p99 975 ms on the new version, 99.5 ms on the old" in found.because


def test_slow_together_is_not_its_doing() -> None:
    found = judged(LATENCY, slow_samples(0.1, 0.1, ticks=60))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.because.endswith("both are over the limit")


def test_alone_the_limit_decides() -> None:
    bad = judged(LATENCY, slow_samples(0.05, None, ticks=5))
    good = judged(LATENCY, slow_samples(0.005, None, ticks=5))
    assert (bad.outcome, good.outcome) == (Outcome.FAIL, Outcome.PASS)
    assert bad.because == "p99 900 ms (limit 500 ms, 1,000 requests)"
    assert bad.evidence.canary_errors == 50


@pytest.mark.parametrize(("worse_by", "outcome"), [(0.05, Outcome.FAIL), (1.0, Outcome.PASS)])
def test_worse_by_is_seconds_on_the_quantile(worse_by: float, outcome: Outcome) -> None:
    limits = replace(FREE, worse_by=worse_by)
    assert judged(limits, slow_samples(0.2, 0.005, ticks=30)).outcome is outcome


def test_worse_by_is_said() -> None:
    limits = replace(LATENCY, worse_by=0.05)
    found = judged(limits, slow_samples(0.005, 0.005, ticks=5))
    assert "(limit 500 ms and +50 ms, 5,000 requests)" in found.because


def test_a_slow_start_is_forgiven_and_a_slow_hour_is_not() -> None:
    slow = slow_samples(0.025, 0.01, ticks=80)
    outcomes = [judged(FREE, slow[:ticks]).outcome for ticks in range(1, 81)]
    assert Outcome.FAIL not in outcomes[:4]
    assert outcomes[-1] is Outcome.FAIL


def test_other_buckets_of_the_old_version_are_no_baseline() -> None:
    other = Counts(requests=9, buckets=((0.3, 5.0), (inf, 9.0)))
    seen = [Sample(window=window(at), canary=spread(0.0), baseline=other) for at in range(5)]
    found = judged(FREE, seen)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "its latency buckets are not the ones it began with" in found.because


def test_only_edges_of_both_arms_are_followed() -> None:
    other = Counts(requests=9, buckets=((0.1, 5.0), (0.3, 6.0), (inf, 9.0)))
    assert common_edges(spread(0.0), other, LATENCY) == [0.1]


def test_many_buckets_are_thinned_and_the_limit_is_kept() -> None:
    edges = [0.01 * 1.2**at for at in range(40)]
    many = Counts(requests=0, buckets=(*((edge, 0.0) for edge in edges), (inf, 0.0)))
    found = common_edges(many, None, replace(LATENCY, limit=edges[17]))
    assert len(found) <= EDGES
    assert {edges[0], edges[17], edges[-1]} <= set(found)


def test_the_nearest_edge_stands_for_the_limit() -> None:
    assert [nearest([1, 2, 4], at) for at in (0.0, 1.4, 1.5, 3.0, 9.0)] == [0, 0, 1, 2, 2]


def test_a_quantile_lies_between_edges() -> None:
    edges = [0.1, 0.2, 0.4]
    assert quantile([100, 50, 10, 0], edges, 0.5) == pytest.approx(0.1)
    assert quantile([100, 50, 10, 0], edges, 0.7) == pytest.approx(0.15)
    assert quantile([100, 50, 10, 5], edges, 0.99) == 0.4
    assert quantile([0, 0, 0, 0], edges, 0.5) is None


def test_the_first_edges_stay() -> None:
    state = watched(LATENCY, slow_samples(0.0, 0.0, ticks=3))
    assert state["edges"] == [0.05, 0.1, 0.5, 1.0]
