"""The bets are fair: under the null their mean is at most one, so that looking often is free."""

from math import comb, exp, lgamma, log

import pytest

from bot.domain.judge import eprocess
from bot.domain.judge.eprocess import CAP, NUDGES, STRONGER, excess, grow, onset, score, split

# Requests of one tick fail together, which tempers every bet; undone here, the sums hold exactly.
FEW = (40.0, 60.0)


def untempered(row: list[float], phi: float) -> list[float]:
    return [step * phi for step in row]


@pytest.mark.parametrize("margin", [1.0, 1.3, 4.0])
@pytest.mark.parametrize("errors", [1, 3, 12])
def test_a_split_at_the_margin_has_mean_one(margin: float, errors: int) -> None:
    canary, baseline = FEW
    part = margin * canary / (margin * canary + baseline)
    means = [0.0] * len(STRONGER)
    for bad in range(errors + 1):
        chance = comb(errors, bad) * part**bad * (1 - part) ** (errors - bad)
        row = split((canary, bad), (baseline, errors - bad), margin)
        steps = untempered(row, eprocess.dispersion(canary, baseline))
        means = [mean + chance * exp(step) for mean, step in zip(means, steps, strict=True)]
    assert means == pytest.approx([1.0] * len(STRONGER))


@pytest.mark.parametrize("ceiling", [0.001, 0.01])
def test_an_excess_at_the_ceiling_has_mean_one(ceiling: float) -> None:
    expected = 40 * ceiling
    means = [0.0] * len(STRONGER)
    for bad in range(120):
        chance = exp(bad * log(expected) - expected - lgamma(bad + 1))
        steps = untempered(excess((40.0, bad), ceiling), 1 + 5e-4 * 39)
        means = [mean + chance * exp(step) for mean, step in zip(means, steps, strict=True)]
    assert means == pytest.approx([1.0] * len(STRONGER))


def test_a_score_without_difference_has_mean_below_one() -> None:
    canary, baseline, bad = 40, 60, 25
    means = [0.0] * len(NUDGES)
    for ours in range(bad + 1):
        chance = comb(canary, ours) * comb(baseline, bad - ours) / comb(100, bad)
        row = score((canary, ours), (baseline, bad - ours), 0.0)
        means = [mean + chance * exp(step) for mean, step in zip(means, row, strict=True)]
    assert all(mean <= 1.02 for mean in means)


def test_what_is_tempered_bets_less() -> None:
    thin = excess((100.0, 50.0), 0.01)
    assert all(abs(step) < 50 * log(ratio) for step, ratio in zip(thin, STRONGER, strict=True))
    assert eprocess.dispersion(5000.0, 5000.0) == pytest.approx(1 + 5e-4 * 4999 * 1)


def test_the_chances_of_every_onset_sum_to_one_at_most() -> None:
    total = sum(onset(tick) for tick in range(200_000))
    assert 0.9 < total <= 1.0


def test_a_row_starts_anew_at_every_tick() -> None:
    assert grow([1.0, 0.0], [log(2), log(3)], 0.5) == pytest.approx([3.0, 1.5])
    assert grow([CAP, 0.0], [1e9, -1e9], 0.5) == [CAP, 0.0]


def test_silence_is_no_evidence() -> None:
    assert set(split((100.0, 0.0), (900.0, 0.0), 1.3)) == {0.0}
    assert set(split((0.0, 0.0), (0.0, 0.0), 1.3)) == {0.0}
    assert set(score((1.0, 1.0), (0.0, 0.0), 0.0)) == {0.0}
