"""From polls to counts to what was watched: a gap is never a zero, and never time watched."""

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.judge.judge import begin, observe, verdict
from bot.domain.judge.samples import Counts, Limits, Outcome, Sample, Verdict, Window
from bot.domain.state.moves import State
from bot.domain.terms.place import Place
from bot.domain.terms.rules import CheckRule
from bot.engine.parts import Ports
from bot.engine.watch.measure import (
    Arms,
    confirming_limits,
    counts,
    fill,
    has_baseline,
    histogram,
    ratio,
    sample_forward,
    words_for,
)
from bot.engine.watch.memory import stay_of, watch_of
from bot.engine.watch.sources import Sources, grid
from bot.engine.watch.watcher import arms_of
from bot.ports.metrics import Point, Samples
from tests.domain.builders import (
    ERRORS,
    FACTS_TO,
    NOON,
    OLD,
    after,
    minutes,
    release_in,
    requested,
    rules,
)
from tests.fakes.clock import FakeClock
from tests.fakes.metrics import RAISES, FakeMetrics, Gap

OLDER = replace(OLD, version="v1.4.0", revision="v1.4.0")
ARMS = Arms(Place("checkout", "prod"), "v1.4.2", "v1.4.1")
WINDOW = Window(start=NOON, end=minutes(1))
LATENCY = replace(ERRORS, name="latency", requests=None, errors=None, buckets="buckets")


def source(
    answers: Callable[[str, Window], Sequence[Point]],
    gaps: Callable[[str, Window], Gap | None] | None = None,
) -> tuple[FakeMetrics, Sources]:
    metrics = FakeMetrics(FakeClock(), answers, gaps=gaps)
    return metrics, Sources(Ports(metrics={"prom": metrics}))


def samples(*points: Point, proves_zero: bool = False) -> Samples:
    return Samples(query="q", window=WINDOW, points=points, at=NOON, proves_zero=proves_zero)


def many(query: str, _window: Window) -> list[Point]:
    return [Point(value=3.0 if query.startswith("errors") else 1000.0)]


async def test_many_releases_share_one_call() -> None:
    metrics, polls = source(many)
    asked = [polls.measure("prom", "q", WINDOW) for _ in range(20)]
    answers = await asyncio.gather(*asked)
    assert len(metrics.asked) == 1
    assert {id(answer) for answer in answers} == {id(answers[0])}


async def test_another_query_or_window_is_another_call() -> None:
    metrics, polls = source(many)
    later = Window(start=minutes(1), end=minutes(2))
    await asyncio.gather(
        polls.measure("prom", "a", WINDOW),
        polls.measure("prom", "b", WINDOW),
        polls.measure("prom", "a", later),
    )
    assert len(metrics.asked) == 3


async def test_who_stops_waiting_does_not_end_the_poll_of_others() -> None:
    _, polls = source(many)
    gone = asyncio.create_task(polls.measure("prom", "q", WINDOW))
    stays = asyncio.create_task(polls.measure("prom", "q", WINDOW))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays is not None


@pytest.mark.parametrize("gap", RAISES)
async def test_a_failed_poll_is_a_gap_and_the_silence_is_known(gap: Gap) -> None:
    metrics, polls = source(many)
    metrics.fail_next(gap)
    assert await polls.measure("prom", "q", WINDOW) is None
    assert polls.silent() == {"prom"}
    assert await polls.measure("prom", "r", WINDOW) is not None
    assert polls.silent() == frozenset()


async def test_a_source_that_is_not_configured_is_a_gap() -> None:
    assert await Sources(Ports()).measure("prom", "q", WINDOW) is None


def test_the_grid_is_the_same_for_everybody() -> None:
    every = timedelta(seconds=30)
    assert {grid(NOON + timedelta(seconds=s), every) for s in (0, 7, 29)} == {NOON}


# Counts


def test_errors_without_a_series_are_zero_where_the_source_proves_it() -> None:
    proven = samples(proves_zero=True)
    assert ratio(samples(Point(value=1000.0)), proven) == Counts(requests=1000.0, errors=0.0)


def test_errors_without_a_series_are_a_gap_where_nothing_proves_a_zero() -> None:
    """D1: an exporter that is down has no errors either."""
    assert ratio(samples(Point(value=1000.0)), samples()) is None


NO_COUNTS = [math.nan, math.inf, -math.inf, -1.0]


@pytest.mark.parametrize("value", NO_COUNTS)
@pytest.mark.parametrize("place", [0, 1])
def test_one_value_that_is_no_count_makes_the_whole_a_gap(value: float, place: int) -> None:
    """D1: in any series of requests, of errors and of buckets, from whatever source."""
    good = samples(Point(value=1000.0), Point(value=1000.0))
    points = [Point(value=5.0), Point(value=5.0)]
    points[place] = Point(value=value)
    bad = samples(*points)
    assert ratio(good, bad) is None
    assert ratio(bad, samples(Point(value=0.0))) is None
    broken = [edge("0.1", 4.0), edge("0.5", 9.0), edge("+Inf", 10.0)]
    broken[place] = edge("0.1", value)
    assert histogram(samples(*broken)) is None


@pytest.mark.parametrize("part", ["requests", "errors", "buckets"])
@pytest.mark.parametrize("gap", [Gap.NO_NUMBER, Gap.EMPTY])
async def test_a_source_without_a_number_is_never_judged_good(part: str, gap: Gap) -> None:
    """D1: from samples to verdict. Half of what the new version does fails, and it never passes."""
    check = LATENCY if part == "buckets" else ERRORS
    _, polls = source(bad_canary, lambda query, _: gap if query.startswith(part) else None)
    assert (await judged(check, polls)).outcome is Outcome.NO_DATA


async def test_the_same_release_without_a_gap_is_judged_bad() -> None:
    """D1: what the test above would have missed."""
    _, polls = source(bad_canary)
    assert (await judged(ERRORS, polls)).outcome is Outcome.FAIL


def bad_canary(query: str, _: Window) -> list[Point]:
    if query.startswith("buckets"):
        return [edge("0.1", 500.0), edge("1", 1000.0), edge("+Inf", 1000.0)]
    bad = 500.0 if "canary" in query else 0.0
    return [Point(value=bad if query.startswith("errors") else 1000.0)]


async def judged(check: CheckRule, polls: Sources) -> Verdict:
    state = begin()
    for minute in range(10):
        window = Window(start=minutes(minute), end=minutes(minute + 1))
        state = observe(state, check.limits, await sample_forward(ARMS, check, window, polls))
    return verdict(state, check.limits)


def test_errors_that_could_not_be_asked_are_a_gap_and_not_zero() -> None:
    assert ratio(samples(Point(value=1000.0)), None) is None


@pytest.mark.parametrize("requests", [None, samples()])
def test_without_requests_there_is_nothing_to_say(requests: Samples | None) -> None:
    assert ratio(requests, samples(Point(value=3.0))) is None
    assert ratio(requests, samples(proves_zero=True)) is None


def test_series_are_summed_and_errors_never_exceed_requests() -> None:
    two = samples(Point(value=6.0), Point(value=4.0))
    assert ratio(two, samples(Point(value=99.0))) == Counts(requests=10.0, errors=10.0)


@pytest.mark.parametrize("part", ["requests", "errors"])
async def test_half_an_answer_is_a_gap(part: str) -> None:
    def down(query: str, _: Window) -> Gap | None:
        return Gap.UNAVAILABLE if query.startswith(part) else None

    _, polls = source(many, down)
    assert await counts(ARMS, ERRORS, "canary", WINDOW, polls) is None


def edge(le: str, value: float) -> Point:
    return Point(labels={"le": le}, value=value)


def test_buckets_are_read_by_their_edge_whatever_their_order() -> None:
    found = histogram(samples(edge("+Inf", 10), edge("0.1", 4), edge("0.5", 9), edge("x", 1)))
    assert found == Counts(requests=10, buckets=((0.1, 4), (0.5, 9), (float("inf"), 10)))


@pytest.mark.parametrize("answer", [None, samples(), samples(edge("0.1", 4))])
def test_a_histogram_without_its_end_is_a_gap(answer: Samples | None) -> None:
    assert histogram(answer) is None


async def test_both_arms_are_asked_for_the_same_window() -> None:
    metrics, polls = source(many)
    sample = await sample_forward(ARMS, ERRORS, WINDOW, polls)
    assert (sample.canary, sample.baseline) == (sample.baseline, sample.canary)
    assert {query for query, _ in metrics.asked} == {
        'requests{track="canary"}',
        'errors{track="canary"}',
        'requests{track="stable"}',
        'errors{track="stable"}',
    }
    assert {window for _, window in metrics.asked} == {WINDOW}


def test_there_is_no_baseline_where_nothing_else_runs_or_nothing_tells_them_apart() -> None:
    arms = arms_of(release_in(State.BAKING))
    assert has_baseline(arms, ERRORS)
    assert not has_baseline(arms, LATENCY)
    first = after((requested(running=None, stable=None), *FACTS_TO[State.BAKING][1:]))
    assert not has_baseline(arms_of(first), ERRORS)
    assert not has_baseline(arms_of(release_in(State.FINISHING)), ERRORS)


def test_on_the_way_back_the_old_one_is_what_it_returns_to() -> None:
    running = requested(running=OLDER)
    forward = arms_of(after((running, *FACTS_TO[State.BAKING][1:])))
    assert forward == replace(ARMS, old=OLDER.revision)
    back = arms_of(after((running, *FACTS_TO[State.ROLLING_BACK][1:])))
    assert back == ARMS
    assert words_for(back, "stable", timedelta(seconds=90))["revision"] == OLD.revision
    assert words_for(replace(back, old=None), "stable", timedelta(seconds=90))["revision"] == ""


def test_placeholders_are_filled_and_others_left() -> None:
    words = words_for(ARMS, "canary", timedelta(seconds=90))
    said = fill("q{r='$revision',t='$track',w='$window'} $other", words)
    assert said == "q{r='v1.4.2',t='canary',w='90s'} $other"


def test_what_confirms_a_rollback_asks_for_less_and_never_for_nothing() -> None:
    kept = confirming_limits(ERRORS, ())
    assert kept == Limits(name="errors", limit=0.01, needs=100)
    loose = replace(ERRORS, limits=Limits(name="errors", worse_by=2.0, needs=50))
    compared = confirming_limits(loose, ())
    assert compared == Limits(name="errors", limit=0.01, needs=20)
    slow = replace(LATENCY, limits=Limits(name="latency", latency=True, worse_by=0.05))
    assert confirming_limits(slow, ()) is None


# What was watched


def seen(start: float, good: bool = True) -> Sample:
    window = Window(start=minutes(start), end=minutes(start + 1))
    return Sample(window=window, canary=Counts(requests=100) if good else None, baseline=None)


def test_only_windows_with_numbers_are_time_watched() -> None:
    watch = watch_of(release_in(State.BAKING), "step/0")
    for start, good in ((2, True), (3, False), (4, True)):
        watch = watch.after("errors", ERRORS.limits, seen(start, good))
    assert watch.watched(minutes(60)) == timedelta(minutes=2)
    assert watch.cursor == minutes(5)


def test_an_absence_is_neither_asked_for_nor_counted() -> None:
    watch = watch_of(release_in(State.BAKING), "step/0").after("errors", ERRORS.limits, seen(2))
    back = watch.skipping_to(minutes(30))
    assert back.watched(minutes(30)) == timedelta(minutes=1)
    assert back.cursor == minutes(30)


def test_the_least_covered_check_says_how_long_it_was_watched() -> None:
    both = rules(checks=(ERRORS, LATENCY))
    release = after((requested(rules=both), *FACTS_TO[State.BAKING][1:]))
    watch = watch_of(release, "step/0").after("errors", ERRORS.limits, seen(2))
    assert watch.watched(minutes(60)) == timedelta(0)


def test_each_stay_has_a_memory_of_its_own() -> None:
    assert stay_of(release_in(State.BAKING)) == "step/0"
    assert stay_of(release_in(State.SHIFTING)) is None
    assert stay_of(release_in(State.ROLLING_BACK)) is None
    assert (stay_of(release_in(State.ROLLED_BACK)) or "").startswith("back/")
