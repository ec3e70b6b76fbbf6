"""The promises of the judge, in a world as noisy as real ones: rarely wrong, and soon.

The short versions hold the line in every run; the long ones print the table.
"""

from dataclasses import replace
from math import inf

import pytest

from bot.domain.judge.samples import Limits
from tests.domain.judge import rates
from tests.domain.judge.rates import ERRORS, HARMS, LATENCY, LIMITED, Row, found, grid
from tests.domain.judge.world import Harm, World

SLOW_LIMITED = replace(LATENCY, limit=0.5)
HEALTHY = {
    "errors": (World(), ERRORS),
    "errors, limit 1 %": (World(), LIMITED),
    "errors x1.15": (World(twin_errors=1.15), ERRORS),
    "errors x1.15 of 1 %": (World(errors=0.01, twin_errors=1.15), ERRORS),
    "latency": (World(buckets=True), LATENCY),
    "latency, limit 500 ms": (World(buckets=True), SLOW_LIMITED),
    "latency x1.03": (World(buckets=True, twin_slower=1.03), LATENCY),
}
BY_NAME = {harm.name: harm for harm in HARMS}


@pytest.mark.parametrize(("name", "each"), [("errors, limit 1 %", 8), ("errors x1.15", 4)])
def test_healthy_releases_are_left_alone(name: str, each: int) -> None:
    failed, _ = rates.false_failures(*HEALTHY[name], each)
    assert failed == 0


def test_healthy_latency_is_left_alone() -> None:
    worlds = [World(buckets=True, traffic=traffic, weight=0.25) for traffic in (50.0, 5000.0)]
    failures = [
        rates.delay(world, LATENCY, rates.seed(world, number)) < inf
        for world in worlds
        for number in range(10)
    ]
    assert not any(failures)


@pytest.mark.parametrize(
    ("name", "limits", "median", "slowest"),
    [
        ("outage", LIMITED, 1, 4),
        ("outage", ERRORS, 1, 4),
        ("errors to 2 %", LIMITED, 12, 60),
        ("traffic drops to zero", LIMITED, 3, 4),
    ],
)
def test_harm_is_found_soon(name: str, limits: Limits, median: int, slowest: int) -> None:
    row = row_of(BY_NAME[name], limits)
    assert row.missed == 0
    assert row.at(0.5) <= median
    assert row.at(0.95) <= slowest


def test_slowness_is_found_soon() -> None:
    row = row_of(BY_NAME["p50 +50 ms"], LATENCY)
    assert row.missed == 0
    assert row.at(0.5) <= 20


def row_of(harm: Harm, limits: Limits) -> Row:
    base = World(harm=harm, buckets=harm.latency)
    busy = [replace(base, traffic=500.0, weight=weight) for weight in (0.05, 0.25)]
    return found(harm, limits, 6, busy)


@pytest.mark.torture
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", HEALTHY)
def test_false_rollbacks_in_two_thousand_releases(name: str) -> None:
    failed, releases = rates.false_failures(*HEALTHY[name], 125)
    print(f"{name:24} {failed} of {releases} harmless releases failed")
    assert failed / releases <= (0.01 if " x1." in name else 0.003)


@pytest.mark.torture
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("limits", [ERRORS, LIMITED], ids=["alone", "with limit"])
def test_harm_to_errors_is_found_everywhere(limits: Limits) -> None:
    rows = [found(harm, limits, 25) for harm in HARMS if not harm.latency]
    show(rows)
    assert rates.together(rows).missed <= 0.05
    assert rates.together(rows[3:]).at(0.95) <= 60


@pytest.mark.torture
@pytest.mark.timeout(1200)
def test_harm_to_latency_is_found_mostly() -> None:
    rows = [found(harm, LATENCY, 12) for harm in HARMS if harm.latency]
    show(rows)
    assert rates.together(rows).missed <= 0.2


@pytest.mark.torture
@pytest.mark.timeout(300)
def test_a_quiet_world_is_left_alone() -> None:
    failed, releases = rates.false_failures(World(noisy=False), LIMITED, 60)
    assert (failed, len(grid(World()))) == (0, releases // 60)


def show(rows: list[Row]) -> None:
    for row in [*rows, rates.together(rows)]:
        print(row)
