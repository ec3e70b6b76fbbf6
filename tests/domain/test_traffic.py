"""Whether a step sees enough requests, in words."""

from datetime import timedelta

import pytest

from bot.domain.terms.strategy import Step
from bot.domain.terms.traffic import too_thin, waits
from bot.domain.terms.units import Share

HOUR = timedelta(hours=1)


def steps(*percents: float, bake: timedelta = HOUR) -> tuple[Step, ...]:
    return tuple(Step(weight=Share(percent), bake=bake) for percent in percents)


def test_too_little_traffic_says_how_long_it_would_take_and_what_would_be_quicker() -> None:
    said = too_thin(steps(1, 25, 100), 500, 20)
    assert said == "20 requests/min: a 1 % step needs 42 h to see 500; 25 % needs 100 min"


def test_enough_traffic_says_nothing() -> None:
    assert too_thin(steps(10, 100), 500, 500) == ""


@pytest.mark.parametrize(("per_minute", "thin"), [(83.4, False), (83.2, True)])
def test_enough_is_what_comes_while_it_bakes(per_minute: float, thin: bool) -> None:
    assert bool(too_thin(steps(10), 500, per_minute)) is thin


def test_no_traffic_at_all_never_is_enough() -> None:
    assert "needs for ever to see 100" in too_thin(steps(10), 100, 0)


def test_a_copy_of_the_traffic_is_no_step_of_users() -> None:
    copies = (Step(mirror=Share(10), bake=HOUR), *steps(50))
    assert [wait.weight for wait in waits(copies, 500, 20)] == [Share(50)]


def test_the_hundred_percent_step_has_nothing_quicker() -> None:
    assert too_thin(steps(100), 500, 1) == "1 requests/min: a 100 % step needs 8 h to see 500"
