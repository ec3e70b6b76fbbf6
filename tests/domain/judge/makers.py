"""Samples and releases in few words."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import inf

from bot.domain.judge.judge import JudgeState, begin, observe, verdict
from bot.domain.judge.samples import Counts, Limits, Sample, Verdict, Window

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TICK = timedelta(seconds=15)
ERRORS = Limits(name="errors", limit=0.01, needs=500)
LATENCY = Limits(name="latency", latency=True, limit=0.5, needs=500)

Arm = tuple[float, float] | None


def window(tick: int, start: datetime = NOON) -> Window:
    return Window(start=start + tick * TICK, end=start + (tick + 1) * TICK)


def counts(arm: Arm) -> Counts | None:
    return None if arm is None else Counts(requests=arm[0], errors=arm[1])


def sample(tick: int, canary: Arm, baseline: Arm = None) -> Sample:
    """One tick of (requests, errors) per arm; None is a gap."""
    return Sample(window=window(tick), canary=counts(canary), baseline=counts(baseline))


def samples(canary: Arm, baseline: Arm = None, ticks: int = 1, first: int = 0) -> list[Sample]:
    """The same tick again and again."""
    return [sample(first + at, canary, baseline) for at in range(ticks)]


def spread(slow: float, requests: float = 1000) -> Counts:
    """A histogram in which `slow` of all requests take 500 ms to 1 s, the rest up to 100 ms."""
    quick = requests * (1 - slow)
    buckets = ((0.05, quick / 2), (0.1, quick), (0.5, quick), (1.0, requests), (inf, requests))
    return Counts(requests=requests, buckets=buckets)


def slow_samples(
    canary: float, baseline: float | None, ticks: int, requests: float = 1000
) -> list[Sample]:
    """Histograms of both arms with these shares of slow requests."""
    other = None if baseline is None else spread(baseline)
    return [
        Sample(window=window(at), canary=spread(canary, requests), baseline=other)
        for at in range(ticks)
    ]


def watched(limits: Limits, seen: Iterable[Sample], state: JudgeState | None = None) -> JudgeState:
    """The state after all of these samples."""
    state = begin() if state is None else state
    for each in seen:
        state = observe(state, limits, each)
    return state


def judged(limits: Limits, *seen: Iterable[Sample]) -> Verdict:
    """What the judge says after all of these samples."""
    return verdict(watched(limits, [each for part in seen for each in part]), limits)
