"""A gap is not a zero, and no data is never good."""

from dataclasses import replace
from math import inf, nan

import pytest

from bot.domain.judge.samples import Counts, Limits, Outcome, Sample, Window
from tests.domain.judge.makers import (
    ERRORS,
    NOON,
    TICK,
    Arm,
    judged,
    sample,
    samples,
    spread,
    window,
)

HEALTHY = samples((500, 1), (4500, 9), ticks=8)
LATENCY = Limits(name="latency", latency=True, limit=0.5)


@pytest.mark.parametrize(
    ("baseline", "because"),
    [
        ((4500, 9), "its numbers stopped at 12:02 UTC"),
        (None, "the numbers of both versions stopped at 12:02 UTC"),
    ],
    ids=["canary gone", "monitoring gone"],
)
def test_three_gaps_are_no_data(baseline: tuple[float, float] | None, because: str) -> None:
    gaps = samples(None, baseline, ticks=3, first=8)
    outcomes = [judged(ERRORS, HEALTHY, gaps[:count]).outcome for count in range(4)]
    unsure = Outcome.INCONCLUSIVE
    assert outcomes == [Outcome.PASS, unsure, unsure, Outcome.NO_DATA]
    assert judged(ERRORS, HEALTHY, gaps).because == because


def test_gaps_never_blame_the_release() -> None:
    assert judged(ERRORS, samples(None, (4500, 0), ticks=500)).outcome is Outcome.NO_DATA


def test_numbers_that_never_came_are_said_to_have_not_begun() -> None:
    assert judged(ERRORS, samples(None, ticks=3)).because == (
        "the numbers of both versions have not begun"
    )


def test_data_again_goes_on_where_it_was() -> None:
    gaps = samples(None, None, ticks=10, first=8)
    found = judged(ERRORS, HEALTHY, gaps, samples((500, 1), (4500, 9), first=18))
    assert found.outcome is Outcome.PASS
    assert found.evidence.canary_requests == 9 * 500


def test_the_same_gap_twice_counts_once() -> None:
    gaps = samples(None, None, ticks=2, first=8)
    assert judged(ERRORS, HEALTHY, gaps, gaps[1:], gaps[1:]).outcome is Outcome.INCONCLUSIVE


def test_a_window_that_overlaps_still_ends_a_gap() -> None:
    gap = samples(None, None, first=8)
    wide = replace(HEALTHY[0], window=Window(start=NOON, end=NOON + 10 * TICK))
    found = judged(ERRORS, HEALTHY, gap, [wide])
    assert found.outcome is Outcome.PASS
    assert found.evidence.canary_requests == 8 * 500


def test_patience_is_configured() -> None:
    patient = replace(ERRORS, blind_after=5)
    gaps = samples(None, None, ticks=5, first=8)
    assert judged(patient, HEALTHY, gaps[:4]).outcome is Outcome.INCONCLUSIVE
    assert judged(patient, HEALTHY, gaps).outcome is Outcome.NO_DATA


def test_a_canary_that_never_got_a_request_is_no_data() -> None:
    outcomes = [
        judged(ERRORS, samples((0, 0), (50, 0), ticks=ticks)).outcome for ticks in range(1, 5)
    ]
    unsure, none = Outcome.INCONCLUSIVE, Outcome.NO_DATA
    assert outcomes == [unsure, unsure, none, none]
    assert judged(ERRORS, samples((0, 0), (50, 0), 3)).because == "0 requests, 500 needed"


@pytest.mark.parametrize(
    ("others", "because"),
    [
        ((4500, 0), "no requests on the new version since 12:02 UTC, 13,500 on the old"),
        ((2, 0), "no requests on the new version since 12:02 UTC, 6 on the old"),
    ],
)
def test_traffic_that_stops_does_not_keep_passing(others: Arm, because: str) -> None:
    steady = samples((500, 0), others, ticks=8)
    silent = samples((0, 0), others, ticks=3, first=8)
    outcomes = [judged(ERRORS, steady, silent[:count]).outcome for count in range(4)]
    unsure = Outcome.INCONCLUSIVE
    assert outcomes == [Outcome.PASS, unsure, unsure, Outcome.NO_DATA]
    assert judged(ERRORS, steady, silent).because == because


def test_traffic_that_stops_everywhere_is_said_to() -> None:
    silent = samples((0, 0), (0, 0), ticks=2, first=8)
    assert judged(ERRORS, HEALTHY, silent).because == (
        "no requests on either version since 12:02 UTC"
    )


def test_alone_a_canary_is_measured_by_its_own_pace() -> None:
    limits = replace(ERRORS, needs=10)
    steady = samples((2, 0), ticks=5)
    found = judged(limits, steady, samples((0, 0), ticks=3, first=5))
    assert (found.outcome, found.because) == (Outcome.NO_DATA, "no requests since 12:01 UTC")


def test_a_few_requests_that_did_not_come_may_be_chance() -> None:
    steady = samples((10, 0), (100, 0), ticks=50)
    quiet = samples((0, 0), (10, 0), ticks=4, first=50)
    assert judged(ERRORS, steady, quiet).outcome is Outcome.INCONCLUSIVE


def test_traffic_that_comes_back_passes_again() -> None:
    empty = samples((0, 0), (4500, 9), ticks=9, first=8)
    found = judged(ERRORS, HEALTHY, empty, samples((500, 0), (4500, 9), first=17))
    assert found.outcome is Outcome.PASS


def test_a_canary_with_little_traffic_may_be_quiet_for_a_while() -> None:
    thin = [sample(at, (1.0 if at % 20 == 0 else 0.0, 0), (20, 0)) for at in range(96)]
    assert judged(replace(ERRORS, needs=5), thin).outcome is not Outcome.NO_DATA


@pytest.mark.parametrize(
    ("requests", "errors", "reason"),
    [
        (-1.0, 0.0, "a count is negative, infinite or no number"),
        (nan, 0.0, "a count is negative, infinite or no number"),
        (100.0, nan, "a count is negative, infinite or no number"),
        (inf, 0.0, "a count is negative, infinite or no number"),
        (1e16, 0.0, "a count is negative, infinite or no number"),
        (10**400, 0.0, "a count is negative, infinite or no number"),
        (10.0, 11.0, "more errors than requests"),
    ],
)
def test_nonsense_is_a_gap_with_its_reason(requests: float, errors: float, reason: str) -> None:
    nonsense = samples((requests, errors), (4500, 9), ticks=3, first=8)
    found = judged(ERRORS, HEALTHY, nonsense)
    assert found.outcome is Outcome.NO_DATA
    assert found.because == f"its numbers stopped at 12:02 UTC: {reason}"


def test_nonsense_of_the_baseline_leaves_the_limit() -> None:
    found = judged(ERRORS, samples((500, 1), (nan, 0), ticks=5))
    assert found.outcome is Outcome.PASS
    assert found.evidence.baseline is None


@pytest.mark.parametrize(
    ("buckets", "reason"),
    [
        ((), "there are no latency buckets"),
        (((inf, 9.0),), "there are no latency buckets"),
        (((0.1, 5.0), (0.2, 9.0)), "the latency buckets do not ascend to infinity"),
        (((0.2, 5.0), (0.1, 9.0), (inf, 9.0)), "the latency buckets do not ascend to infinity"),
        (((nan, 5.0), (inf, 9.0)), "the latency buckets do not ascend to infinity"),
        (((0.1, 9.0), (0.2, 5.0), (inf, 9.0)), "a wider latency bucket holds fewer requests"),
        (((0.1, -9.0), (inf, 9.0)), "a count is negative"),
        (((0.3, 5.0), (inf, 9.0)), "its latency buckets are not the ones it began with"),
    ],
)
def test_broken_histograms_are_gaps(buckets: tuple[tuple[float, float], ...], reason: str) -> None:
    whole = Sample(window=window(0), canary=spread(0.0), baseline=spread(0.0))
    broken = [
        Sample(window=window(at), canary=Counts(requests=9, buckets=buckets), baseline=spread(0.0))
        for at in range(1, 4)
    ]
    found = judged(LATENCY, [whole], broken)
    assert found.outcome is Outcome.NO_DATA
    assert reason in found.because


@pytest.mark.parametrize(
    "strange",
    [Window(start=NOON, end=NOON), Window(start=NOON - 9 * TICK, end=NOON - 8 * TICK)],
    ids=["empty", "past"],
)
def test_a_window_that_cannot_be_next_is_a_gap(strange: Window) -> None:
    late = replace(HEALTHY[0], window=strange)
    found = judged(ERRORS, HEALTHY, [late])
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "its window lies in the past" in found.because


def test_no_data_after_a_failure_stays_a_failure() -> None:
    outage = samples((500, 400), (4500, 9))
    assert judged(ERRORS, outage, samples(None, ticks=9, first=1)).outcome is Outcome.FAIL
