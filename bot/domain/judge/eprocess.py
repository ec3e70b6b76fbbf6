"""Evidence that may be looked at after every tick without spending its promise.

A row holds one accumulator per size of harm. Each tick multiplies an accumulator by a likelihood
ratio whose mean is at most one while the release is harmless, after adding the chance that harm
begins just then. So the mean of a row reaches 1/a in at most a share a of all harmless releases,
however often and however long one looks (Ville). The likelihood is tempered because requests of
one tick fail together; that part is an approximation and is measured, not proven.
"""

from collections.abc import Iterable, Sequence
from math import exp, log

ScoreRow = list[float]

STRONGER = (1.35, 2.0, 4.0, 10.0, 40.0, 150.0)
"""How many times worse than the null each accumulator of a row bets on."""
SLOWER = STRONGER[:4]
"""The same for latency, where nothing is a hundred times worse."""
NUDGES = (0.1, 0.2, 0.4, 0.8)
"""Bets for frequent marks, in log odds beyond the margin; as many as SLOWER."""

CAP = 1e7
_TOGETHER = 5e-4  # the correlation of two requests of one tick
_LATE = 0.5 / 1.0691  # makes the chances of all later ticks sum to one half
_STEEPEST = 40.0  # exp of this is beyond any cap, and far from overflow
_LN = {ratio: log(ratio) for ratio in STRONGER}


def onset(tick: int) -> float:
    """The chance, before any data, that harm begins at this tick (0 = the first); sums to one."""
    if tick == 0:
        return 0.5
    late = tick + 2
    return _LATE / (late * log(late) ** 2)


def grow(row: Iterable[float], steps: Iterable[float], chance: float) -> ScoreRow:
    """The row after one tick: `steps` are log likelihood ratios, `chance` that harm begins now."""
    return [
        min(CAP, exp(min(step, _STEEPEST)) * (value + chance))
        for value, step in zip(row, steps, strict=True)
    ]


def split(
    canary: tuple[float, float],
    baseline: tuple[float, float],
    margin: float,
    grid: Sequence[float] = STRONGER,
) -> ScoreRow:
    """Steps for (requests, bad) of both arms: which arm do the bad ones of this tick fall on?

    The null: the canary's odds are at most `margin` times the baseline's. The common rate cancels,
    so that rhythm and incidents that hit both arms are no evidence.
    """
    requests, bad = canary
    others, bad_others = baseline
    if not bad + bad_others:
        return [0.0] * len(grid)
    fair = margin * requests
    phi = dispersion(requests, others)
    whole = log(fair + others)
    return [
        (bad * _LN[ratio] - (bad + bad_others) * (log(ratio * fair + others) - whole)) / phi
        for ratio in grid
    ]


def score(canary: tuple[float, float], baseline: tuple[float, float], margin: float) -> ScoreRow:
    """Steps as in `split` for marks that many requests pass; `margin` in log odds (logrank)."""
    requests, bad = canary
    others, bad_others = baseline
    everyone, all_bad = requests + others, bad + bad_others
    if everyone <= 1:
        return [0.0] * len(NUDGES)
    share = all_bad / everyone
    variance = requests * others / everyone * share * (1 - share) * everyone / (everyone - 1)
    surplus = bad - requests * share - margin * variance
    phi = dispersion(requests, others)
    return [(nudge * surplus - nudge * nudge * variance / 2) / phi for nudge in NUDGES]


def excess(
    canary: tuple[float, float], ceiling: float, grid: Sequence[float] = STRONGER
) -> ScoreRow:
    """Steps for (requests, bad) of one arm against a fixed ratio (Poisson, so on the safe side)."""
    requests, bad = canary
    phi = 1 + _TOGETHER * max(0.0, requests - 1)
    expected = requests * ceiling
    return [(bad * _LN[ratio] - expected * (ratio - 1)) / phi for ratio in grid]


def dispersion(requests: float, others: float) -> float:
    """How many times more the split varies than independent requests would make it."""
    pairs = others * (requests - 1) + requests * (others - 1)
    return 1 + _TOGETHER * max(0.0, pairs) / (requests + others)
