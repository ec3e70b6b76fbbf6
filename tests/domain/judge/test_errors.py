"""What the judge says about errors, tick by tick."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.judge.judge import begin, observe, verdict
from bot.domain.judge.samples import Limits, Outcome, Window
from tests.domain.judge.makers import ERRORS, NOON, TICK, judged, sample, samples, watched

FREE = replace(ERRORS, limit=None)


def test_nothing_seen_is_no_pass() -> None:
    found = verdict(begin(), ERRORS)
    assert (found.outcome, found.because) == (Outcome.INCONCLUSIVE, "0 requests, 500 needed")
    assert found.evidence.window is None


def test_without_a_minimum_one_request_is_still_needed() -> None:
    found = verdict(begin(), replace(ERRORS, needs=0))
    assert (found.outcome, found.because) == (Outcome.INCONCLUSIVE, "0 requests, 1 needed")


def test_a_thin_sample_says_how_many_are_missing() -> None:
    found = judged(ERRORS, samples((104, 0), (900, 1), ticks=3))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.because == "312 requests, 500 needed: 188 still missing"


def test_a_healthy_canary_passes_with_both_ratios() -> None:
    found = judged(ERRORS, samples((500, 1), (4500, 9), ticks=20))
    assert found.outcome is Outcome.PASS
    assert found.because == (
        "0.2 % of requests failed on the new version, 0.2 % on the old in the same minutes"
        " (limit 1 %, 10,000 requests)"
    )
    assert found.evidence.window == Window(start=NOON, end=NOON + 20 * TICK)
    assert found.evidence.baseline_requests == 90_000


@pytest.mark.parametrize("limits", [ERRORS, FREE], ids=["limit", "no limit"])
def test_an_outage_fails_at_the_first_tick(limits: Limits) -> None:
    assert judged(limits, samples((50, 50), (450, 1))).outcome is Outcome.FAIL


def test_a_late_regression_fails_and_is_counted_from_its_onset() -> None:
    calm = samples((200, 0), (1800, 2), ticks=40)
    found = judged(ERRORS, calm, samples((200, 5), (1800, 2), ticks=10, first=40))
    assert found.outcome is Outcome.FAIL
    assert found.evidence.window is not None
    assert abs(found.evidence.window.start - (NOON + 40 * TICK)) <= 2 * TICK
    assert found.evidence.canary == pytest.approx(0.025, rel=0.2)
    assert found.because.startswith("2.5 % of requests failed on the new version, 0.11 % on")


def test_a_failure_is_sure_and_says_how_sure() -> None:
    found = judged(ERRORS, samples((200, 10), (1800, 2), ticks=10))
    assert found.evidence.sure is not None
    assert 1e-6 <= found.evidence.sure <= 1 / 300


def test_a_failure_stays() -> None:
    state = watched(ERRORS, samples((200, 100), (1800, 2)))
    after = watched(ERRORS, samples((200, 0), (1800, 2), ticks=50, first=1), state)
    assert after == state
    assert verdict(after, ERRORS).outcome is Outcome.FAIL


@pytest.mark.parametrize("limits", [ERRORS, FREE], ids=["limit", "no limit"])
def test_an_incident_of_both_arms_is_never_blamed_on_the_release(limits: Limits) -> None:
    calm = samples((200, 0), (1800, 2), ticks=20)
    shared = samples((200, 10), (1800, 90), ticks=40, first=20)
    state = watched(limits, calm + shared)
    assert not state["failed"]


def test_while_both_are_over_the_limit_nothing_passes() -> None:
    calm = samples((200, 0), (1800, 2), ticks=20)
    found = judged(ERRORS, calm, samples((200, 10), (1800, 90), ticks=20, first=20))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.because == (
        "5 % of requests failed on the new version, 5 % on the old in the same minutes"
        " (limit 1 %, 4,000 requests): both are over the limit"
    )


def test_after_an_incident_of_both_arms_the_sample_begins_anew() -> None:
    shared = samples((200, 10), (1800, 90), ticks=20)
    first = watched(ERRORS, shared + samples((200, 0), (1800, 2), ticks=40, first=20))
    found = verdict(first, ERRORS)
    assert found.outcome is Outcome.PASS
    assert found.evidence.canary_errors == 0
    assert found.evidence.canary_requests < 60 * 200


def test_over_the_limit_but_thinly_is_not_passed() -> None:
    found = judged(replace(ERRORS, needs=100), samples((50, 1), (450, 1), ticks=2))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.because.endswith("(limit 1 %, 100 requests), not enough to be sure")


def test_alone_the_limit_decides() -> None:
    bad = judged(ERRORS, samples((500, 20), ticks=3))
    good = judged(ERRORS, samples((500, 1), ticks=3))
    assert (bad.outcome, good.outcome) == (Outcome.FAIL, Outcome.PASS)
    assert good.because == "0.2 % of requests failed (limit 1 %, 1,500 requests)"
    assert good.evidence.baseline is None


def test_an_idle_old_version_is_no_company() -> None:
    busy = samples((100, 0), (900, 1), ticks=5)
    assert judged(ERRORS, busy, samples((1000, 30), (0, 0), 10, 5)).outcome is Outcome.FAIL


def test_nothing_to_compare_with_says_how_to_mend_it() -> None:
    found = judged(FREE, samples((500, 0), ticks=5))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.because == (
        "nothing to compare with: no old version runs beside it, and the check has no limit;"
        " set limit in checks.errors"
    )


def test_a_lost_baseline_is_named() -> None:
    both = samples((500, 0), (500, 0), ticks=5)
    found = judged(FREE, both, samples((500, 0), None, ticks=3, first=5))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "the numbers of the old version stopped at 12:01 UTC" in found.because


@pytest.mark.parametrize(("worse_by", "outcome"), [(None, Outcome.FAIL), (5.0, Outcome.PASS)])
def test_worse_by_is_the_margin(worse_by: float | None, outcome: Outcome) -> None:
    limits = replace(FREE, worse_by=worse_by)
    assert judged(limits, samples((500, 5), (500, 2), ticks=60)).outcome is outcome


def test_worse_by_stands_beside_the_limit() -> None:
    found = judged(replace(ERRORS, worse_by=1.5), samples((500, 1), (500, 1), ticks=5))
    assert "(limit 1 % and 1.5 times the old, 2,500 requests)" in found.because


def test_looking_worse_is_not_passed_and_not_blamed() -> None:
    outcomes = [
        judged(FREE, samples((500, 5), (4500, 9), ticks=ticks)).outcome for ticks in range(1, 30)
    ]
    doubted = outcomes.index(Outcome.INCONCLUSIVE)
    assert Outcome.PASS not in outcomes[doubted:]
    assert outcomes[-1] is Outcome.FAIL


def test_no_errors_at_all_can_be_demanded() -> None:
    strict = replace(ERRORS, limit=0.0)
    assert judged(strict, samples((500, 0), ticks=3)).outcome is Outcome.PASS
    assert judged(strict, samples((500, 2), ticks=3)).outcome is Outcome.FAIL


def test_the_same_window_twice_counts_once() -> None:
    once = watched(ERRORS, samples((50, 1), (450, 1), ticks=3))
    assert observe(once, ERRORS, sample(2, (50, 1), (450, 1))) == once


def test_windows_that_overlap_are_counted_once() -> None:
    wide = [
        replace(each, window=Window(start=each.window.end - 4 * TICK, end=each.window.end))
        for each in samples((400, 1), (3600, 2), ticks=12)
    ]
    assert verdict(watched(ERRORS, wide), ERRORS).evidence.canary_requests == 3 * 400


def test_jitter_of_the_clock_is_no_overlap() -> None:
    first, second = samples((400, 1), (3600, 2), ticks=2)
    early = Window(start=second.window.start - timedelta(seconds=1), end=second.window.end)
    found = judged(ERRORS, [first, replace(second, window=early)])
    assert found.evidence.canary_requests == 800
