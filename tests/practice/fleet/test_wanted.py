from datetime import timedelta
from typing import Any

import pytest

from bot.practice.fleet.refusal import FleetRefusal
from bot.practice.fleet.wanted import Pace, Wanted, between, read_order, same, steps

VERSIONS = ("v1", "v2")
NEARLY = Pace(span=timedelta(seconds=1), of=4, done=1)
WHOLE = Pace(span=timedelta(seconds=1))
ORDER = {"key": "k", "revision": "v2", "stable": "v1", "weight": 10}


@pytest.mark.parametrize(
    ("wanted", "split"),
    [
        (Wanted(revision="v2", stable="v1", weight=10), {"v1": 90, "v2": 10}),
        (Wanted(revision="v2", stable="v1", weight=0.5), {"v1": 99.5, "v2": 0.5}),
        (Wanted(revision="v2", stable="v1", weight=0), {"v1": 100}),
        (Wanted(revision="v2", stable="v1", weight=0, keep=True), {"v1": 100, "v2": 0}),
        (Wanted(revision="v2", stable="v1", weight=0, mirror=5), {"v1": 100, "v2": 0}),
        (Wanted(revision="v2", stable="v1", weight=100), {"v2": 100}),
        (Wanted(revision="v2", stable="v1", weight=100, keep=True), {"v1": 0, "v2": 100}),
        (Wanted(revision="v1", stable="v1", weight=100), {"v1": 100}),
        (Wanted(revision="v2", stable=None, weight=10), {"v2": 10}),
        (Wanted(revision="v2", stable=None, weight=0), {}),
        (Wanted(revision=None, stable=None), {}),
    ],
)
def test_what_is_wanted_names_everything_that_runs(wanted: Wanted, split: dict[str, float]) -> None:
    assert wanted.split() == split


def test_it_is_spelled_for_people() -> None:
    wanted = Wanted(revision="v2", stable="v1", weight=10, mirror=5)
    assert wanted.spelled() == "v2 at 10 %, v1 at 90 %, 5 % copied to v2"
    assert Wanted(revision="v2", stable=None).spelled() == "nothing runs"


def test_the_way_is_even_and_ends_exactly_where_it_should() -> None:
    way = list(steps({"v1": 100}, {"v1": 90, "v2": 10}, WHOLE))
    assert [split["v2"] for split in way] == [2.5, 5, 7.5, 10]
    assert way[-1] == {"v1": 90, "v2": 10}
    assert all(sum(split.values()) == 100 for split in way)


def test_what_leaves_is_on_the_way_but_not_at_its_end() -> None:
    way = list(steps({"v1": 100}, {"v2": 100}, WHOLE))
    assert way[0] == {"v1": 75, "v2": 25}
    assert way[-1] == {"v2": 100}


def test_a_partial_way_stops_where_it_is() -> None:
    assert list(steps({"v1": 100}, {"v2": 100}, NEARLY)) == [
        between({"v1": 100}, {"v2": 100}, 0.25)
    ]


def test_a_warm_version_is_no_difference_to_users() -> None:
    assert same({"v1": 100, "v2": 0}, {"v1": 100})
    assert not same({"v1": 90, "v2": 10}, {"v1": 100})


def test_an_order_without_extras_mirrors_nothing_and_keeps_nothing() -> None:
    order = read_order(ORDER, VERSIONS)
    assert order.wanted == Wanted(revision="v2", stable="v1", weight=10)
    assert order.expect is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"revision": "v9"}, "unknown_version"),
        ({"stable": "v9"}, "unknown_version"),
        ({"weight": 101}, "unreadable"),
        ({"weight": -1}, "unreadable"),
        ({"weight": True}, "unreadable"),
        ({"weight": "10"}, "unreadable"),
        ({"weight": float("nan")}, "unreadable"),
        ({"mirror": None}, "unreadable"),
        ({"keep": 1}, "unreadable"),
        ({"key": ""}, "unreadable"),
        ({"key": "k" * 201}, "unreadable"),
        ({"revision": None}, "unreadable"),
        ({"stable": "v2"}, "unreadable"),
        ({"expect": [1]}, "unreadable"),
        ({"expect": {"v1": "all"}}, "unreadable"),
        ({"wieght": 10}, "unreadable"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(change: dict[str, Any], code: str) -> None:
    with pytest.raises(FleetRefusal) as no:
        read_order(ORDER | change, VERSIONS)
    assert no.value.code == code
    assert no.value.sentence.startswith("Nothing was ")
    assert no.value.remedy


@pytest.mark.parametrize("body", [None, [], "text", {}, {"key": "k", "revision": "v2"}])
def test_what_is_no_order_is_refused(body: object) -> None:
    with pytest.raises(FleetRefusal, match="Nothing was done"):
        read_order(body, VERSIONS)
