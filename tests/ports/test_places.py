"""Where a target is and may be told to be."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.terms.strategy import Desired, Observed
from bot.domain.terms.units import EVERYBODY, NOBODY, Share
from bot.ports.deployer import Capabilities
from bot.ports.places import beyond, has_moved

ALL = Capabilities(weights=True, mirrors=True, keeps_warm=True, removes=True)
HERE = Observed(revisions={"v1": 90.0, "v2": 10.0}, mirrors={"v2": 5.0})


@pytest.mark.parametrize(
    ("expect", "answer"),
    [
        (None, False),
        (HERE, False),
        (Observed(revisions={"v1": 90.4, "v2": 9.6}, mirrors={"v2": 5.0}, settled=False), False),
        (Observed(revisions={"v1": 90.0, "v2": 10.0, "v0": 0.0}, mirrors={"v2": 5.0}), False),
        (Observed(revisions={"v1": 91.0, "v2": 9.0}, mirrors={"v2": 5.0}), True),
        (Observed(revisions={"v1": 90.0, "v3": 10.0}, mirrors={"v2": 5.0}), True),
        (Observed(revisions={"v1": 90.0, "v2": 10.0}), True),
        (Observed(), True),
    ],
)
def test_a_target_has_moved_when_it_is_not_where_it_was_expected(
    expect: Observed | None, answer: bool
) -> None:
    assert has_moved(HERE, expect) is answer


def desired(**changes: Any) -> Desired:
    return replace(Desired(revision="v2", stable="v1", weight=EVERYBODY), **changes)


@pytest.mark.parametrize(
    ("wanted", "needs"),
    [
        (desired(weight=Share(10.0)), "weights"),
        (desired(weight=NOBODY, mirror=Share(10.0)), "mirrors"),
        (desired(keep=True), "keeps_warm"),
        (desired(stable=None, weight=NOBODY), "removes"),
    ],
)
def test_each_wish_needs_one_ability_and_no_other(wanted: Desired, needs: str) -> None:
    assert beyond(ALL, wanted) is None
    assert beyond(Capabilities(**{needs: True}), wanted) is None
    refusal = beyond(Capabilities(), wanted)
    assert refusal is not None
    assert refusal.why.startswith("Not moved: ")
    assert refusal.alternative


@pytest.mark.parametrize("wanted", [desired(), desired(weight=NOBODY), desired(stable=None)])
def test_all_or_nothing_needs_no_ability(wanted: Desired) -> None:
    assert beyond(Capabilities(), wanted) is None
