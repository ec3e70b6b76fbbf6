"""What holds for every stream of samples, sensible or not."""

import json
from dataclasses import replace
from math import inf, isfinite
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.judge.judge import JudgeState, begin, observe, verdict
from bot.domain.judge.samples import Counts, Limits, Outcome, Sample, Window
from tests.domain.judge.makers import NOON, TICK, samples, spread, watched, window

NUMBERS = st.one_of(
    st.floats(),
    st.integers(-2, 5000),
    st.sampled_from([0, 0.0, -0.0, 1e-320, 0.37, 1e15, 1e16, 10**400, inf, -inf]),
)
EDGES = st.one_of(st.floats(), st.sampled_from([0.0, 0.05, 0.1, 0.5, 1.0, inf]))
TIDY = st.integers(0, 400).map(lambda many: spread(0.01, many))
WILD = st.builds(
    Counts,
    requests=NUMBERS,
    errors=NUMBERS,
    buckets=st.lists(st.tuples(EDGES, NUMBERS), max_size=6).map(tuple),
)
HONEST = st.integers(0, 5000).flatmap(
    lambda many: st.builds(Counts, requests=st.just(many), errors=st.integers(0, many // 10))
)
ARMS = st.one_of(st.none(), WILD, HONEST, TIDY)
WINDOWS = st.one_of(
    st.integers(0, 40).map(window),
    st.builds(
        lambda start, length: Window(start=NOON + start * TICK, end=NOON + length * TICK),
        st.integers(-5, 50),
        st.integers(-5, 50),
    ),
)
LIMITS = st.builds(
    Limits,
    name=st.just("check"),
    latency=st.booleans(),
    quantile=st.sampled_from([0.5, 0.99, 0.999]),
    limit=st.one_of(st.none(), st.sampled_from([0.0, 1e-9, 0.01, 0.3, 2.0, 1e9])),
    worse_by=st.one_of(st.none(), st.sampled_from([0.0, 0.05, 1.0, 1.5, 50.0])),
    needs=st.integers(0, 3000),
    blind_after=st.integers(1, 4),
)
STREAMS = st.lists(st.builds(Sample, window=WINDOWS, canary=ARMS, baseline=ARMS), max_size=25)
CALM_TICKS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=2, max_size=12)


def reloaded(state: JudgeState) -> JudgeState:
    found: dict[str, Any] = json.loads(json.dumps(state, allow_nan=False))
    return found


@given(LIMITS, STREAMS)
@example(Limits(name="check", needs=0), [])
def test_whatever_comes_a_verdict_leaves(limits: Limits, stream: list[Sample]) -> None:
    state = begin()
    for each in stream:
        found = verdict(state, limits)
        assert found.because
        assert "nan" not in found.because
        assert found.evidence.sure is None or 0 < found.evidence.sure <= 1
        state = observe(state, limits, each)
    assert verdict(state, limits).check == "check"


@given(LIMITS, STREAMS)
@example(Limits(name="check", needs=0), [])
@example(Limits(name="check", needs=0), samples((0, 0), (9, 0)))
def test_a_pass_rests_on_enough_and_on_fresh_numbers(limits: Limits, stream: list[Sample]) -> None:
    state = watched(limits, stream)
    found = verdict(state, limits)
    if found.outcome is not Outcome.PASS:
        return
    assert found.evidence.canary_requests >= max(limits.needs, 1e-3)
    assert state["blind"] == 0
    assert limits.limit is not None or found.evidence.baseline_requests > 0
    assert found.evidence.canary is not None
    assert limits.limit is None or found.evidence.canary <= limits.limit


@given(LIMITS, STREAMS, st.integers(1, 20))
def test_gaps_end_every_pass(limits: Limits, stream: list[Sample], gaps: int) -> None:
    state = watched(limits, [*stream, *samples(None, (50, 0), ticks=gaps, first=60)])
    outcome = verdict(state, limits).outcome
    assert outcome is not Outcome.PASS
    if gaps >= limits.blind_after:
        assert outcome in (Outcome.NO_DATA, Outcome.FAIL)


@given(LIMITS, st.lists(st.sampled_from(["canary", "both"]), min_size=1, max_size=30))
def test_gaps_alone_never_fail(limits: Limits, gaps: list[str]) -> None:
    tidy = spread(0.0)
    stream = [
        Sample(window=window(at), canary=None, baseline=tidy if gap == "canary" else None)
        for at, gap in enumerate(gaps)
    ]
    assert verdict(watched(limits, stream), limits).outcome is not Outcome.FAIL


@given(LIMITS, STREAMS, st.integers(0, 25))
def test_saved_and_read_again_it_is_the_same(
    limits: Limits, stream: list[Sample], cut: int
) -> None:
    state = watched(limits, stream[:cut])
    again = reloaded(state)
    assert again == state
    assert verdict(again, limits) == verdict(state, limits)
    assert watched(limits, stream[cut:], again) == watched(limits, stream[cut:], state)


@given(LIMITS, STREAMS)
def test_a_state_is_never_changed_in_place(limits: Limits, stream: list[Sample]) -> None:
    state = begin()
    for each in stream:
        before = json.dumps(state)
        following = observe(state, limits, each)
        verdict(following, limits)
        assert json.dumps(state) == before
        state = following


@given(LIMITS, STREAMS)
def test_a_failure_is_for_ever(limits: Limits, stream: list[Sample]) -> None:
    failed = False
    state = begin()
    for each in stream:
        state = observe(state, limits, each)
        outcome = verdict(state, limits).outcome
        assert not failed or outcome is Outcome.FAIL
        failed = outcome is Outcome.FAIL


@given(CALM_TICKS, st.randoms(use_true_random=False))
def test_the_order_of_ticks_does_not_change_the_sums(
    ticks: list[tuple[int, int]], chance: Any
) -> None:
    limits = Limits(name="errors", limit=0.5)
    shuffled = chance.sample(ticks, len(ticks))
    one, other = (
        verdict(watched(limits, healthy(order)), limits).evidence for order in (ticks, shuffled)
    )
    assert replace(one, sure=None) == replace(other, sure=None)


@given(CALM_TICKS)
def test_two_ticks_polled_as_one_have_the_same_sums(ticks: list[tuple[int, int]]) -> None:
    limits = Limits(name="errors", limit=0.5)
    pairs = [first for pair in zip(ticks[::2], ticks[1::2], strict=False) for first in pair]
    merged = [(a[0] + b[0], a[1] + b[1]) for a, b in zip(pairs[::2], pairs[1::2], strict=True)]
    one = watched(limits, healthy(pairs))
    other = watched(limits, healthy(merged))
    assert (one["canary"], one["baseline"]) == (other["canary"], other["baseline"])


@given(st.integers(1, 60), st.sampled_from([1.0, 12345.678901234, 1e8 / 3]))
def test_a_state_stays_small(edges: int, requests: float) -> None:
    limits = Limits(name="latency", latency=True, limit=0.5, worse_by=0.1)
    for latency in (True, False):
        chosen = replace(limits, latency=latency)
        state = watched(chosen, [fat(at, edges, requests) for at in range(30)])
        assert len(json.dumps(state)) <= 2000
        assert all(isfinite(value) for value in state["canary"])


def healthy(ticks: list[tuple[int, int]]) -> list[Sample]:
    """Ticks of these requests per arm, all of them good."""
    return [
        each
        for at, (canary, baseline) in enumerate(ticks)
        for each in samples((canary, 0), (baseline, 0), first=at)
    ]


def fat(at: int, edges: int, requests: float) -> Sample:
    """A tick whose numbers are as long as numbers get; slow ones move up and down."""
    slow = 0.3 + 0.1 * (at % 7)
    buckets = tuple(
        (0.001234567 * 1.3**edge, requests * (1 - slow / (edge + 1.7))) for edge in range(edges)
    )
    full = Counts(
        requests=requests, errors=requests / (3 + at % 5), buckets=(*buckets, (inf, requests))
    )
    return Sample(window=window(at), canary=full, baseline=full)
