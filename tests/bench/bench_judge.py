"""What one observation costs the judge, measured against the plainest use of the same numbers."""

from collections.abc import Callable
from time import perf_counter

from bot.domain.judge.judge import begin, observe, verdict
from bot.domain.judge.samples import Limits, Sample
from tests.bench.figures import Figures
from tests.domain.judge.world import World, release

ROUNDS = 7
ERRORS = Limits(name="errors", limit=0.01)
LATENCY = Limits(name="latency", latency=True, limit=0.5)


def run() -> Figures:
    """Microseconds per observation and per verdict, and the ratio to a plain sum."""
    plain = list(release(World(), seed=1))
    full = list(release(World(buckets=True), seed=1))
    added = cost(lambda: add(plain), len(plain))
    added_buckets = cost(lambda: add_buckets(full), len(full))
    errors = cost(lambda: watch(ERRORS, plain), len(plain))
    latency = cost(lambda: watch(LATENCY, full), len(full))
    state = begin()
    for sample in plain:
        state = observe(state, ERRORS, sample)
    return {
        "judge errors us per observation": errors,
        "judge errors x a plain sum": errors / added,
        "judge latency us per observation": latency,
        "judge latency x a plain sum": latency / added_buckets,
        "judge us per verdict": cost(lambda: verdict(state, ERRORS), 1),
    }


def cost(work: Callable[[], object], times: int) -> float:
    """Microseconds for one of `times` pieces of the work; the best round, as others disturb."""
    return min(timed(work) for _ in range(ROUNDS)) / times


def timed(work: Callable[[], object]) -> float:
    """Microseconds of one call."""
    start = perf_counter()
    work()
    return 1e6 * (perf_counter() - start)


def watch(limits: Limits, samples: list[Sample]) -> None:
    """The judge's way through a release."""
    state = begin()
    for sample in samples:
        state = observe(state, limits, sample)


def add(samples: list[Sample]) -> list[float]:
    """The same numbers, only added up."""
    sums = [0.0] * 4
    for sample in samples:
        for at, arm in ((0, sample.canary), (2, sample.baseline)):
            if arm is not None:
                sums[at] += arm.requests
                sums[at + 1] += arm.errors
    return sums


def add_buckets(samples: list[Sample]) -> list[float]:
    """All bucket counts of both arms, only added up."""
    sums = [0.0] * 24
    for sample in samples:
        for first, arm in ((0, sample.canary), (12, sample.baseline)):
            for at, (_, count) in enumerate(arm.buckets if arm is not None else ()):
                sums[first + at] += count
    return sums
