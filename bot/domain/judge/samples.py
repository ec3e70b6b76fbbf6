"""What a judge sees and says. Counts, never ratios; a gap is not a zero."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Outcome(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From `start` up to `end`, aware UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What one arm did in one window.

    `errors` counts bad requests among `requests`. `buckets` gives (upper edge in seconds,
    requests at or below it), cumulative and ascending, the last edge being infinity.
    """

    requests: float
    errors: float = 0.0
    buckets: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One tick: the canary and the baseline over the same window; None is a gap."""

    window: Window
    canary: Counts | None
    baseline: Counts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a check forbids.

    `limit` is an absolute ceiling: a ratio of errors (0.01 = 1 %) or, for latency, seconds at
    `quantile`. `worse_by` is how much worse than the baseline of the same windows is too much:
    a factor on the error odds, or seconds on the quantile. `needs` is the least number of
    requests on the canary before a pass counts. After `blind_after` ticks in a row without
    numbers the check says no_data.
    """

    name: str
    latency: bool = False
    quantile: float = 0.99
    limit: float | None = None
    worse_by: float | None = None
    needs: int = 100
    blind_after: int = 3
    every: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictSums:
    """The sums behind a verdict; kept for ever in the fact that carries it.

    `canary` and `baseline` are error ratios, or seconds at the check's quantile; None where
    they cannot be known. For latency, errors are the requests slower than the bucket edge nearest
    the limit, 0 without a limit. `sure` is the chance that two equal versions would look like this.
    """

    window: Window | None
    canary_requests: float = 0.0
    canary_errors: float = 0.0
    baseline_requests: float = 0.0
    baseline_errors: float = 0.0
    canary: float | None = None
    baseline: float | None = None
    sure: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one check says so far, with its because and the sums behind it."""

    check: str
    outcome: Outcome
    because: str
    evidence: VerdictSums
