from collections import Counter

import pytest

from bot.practice.fleet.even import SILVER, Even, pick, without


@pytest.mark.parametrize("start", [0.0, 0.123, 0.999])
@pytest.mark.parametrize("share", [1, 10, 50, 99])
def test_a_few_hundred_draws_already_show_the_split(start: float, share: int) -> None:
    even = Even(start)
    drawn = Counter(pick({"v1": 100 - share, "v2": share}, even.draw()) for _ in range(300))
    assert abs(drawn["v2"] - 3 * share) <= 3


def test_what_is_copied_does_not_depend_on_who_is_served() -> None:
    users, copies = Even(0.3), Even(0.6, SILVER)
    split = {"v1": 50, "v2": 50}
    pairs = Counter((pick(split, users.draw()), pick(split, copies.draw())) for _ in range(4000))
    assert all(abs(count - 1000) < 60 for count in pairs.values())
    assert len(pairs) == 4


def test_a_share_that_nobody_has_is_nobodys() -> None:
    assert pick({"v1": 10}, 0.05) == "v1"
    assert pick({"v1": 10}, 0.5) is None
    assert pick({}, 0.0) is None


def test_a_warm_version_is_never_picked() -> None:
    even = Even(0.0)
    assert {pick({"v1": 0, "v2": 100}, even.draw()) for _ in range(500)} == {"v2"}


def test_a_blocked_version_leaves_its_share_to_the_others() -> None:
    split = {"v1": 60, "v2": 20, "v3": 20}
    assert without(split, frozenset({"v3"})) == {"v1": 75, "v2": 25}
    assert without(split, frozenset()) == split
    assert without({"v1": 100}, frozenset({"v1"})) == {}
