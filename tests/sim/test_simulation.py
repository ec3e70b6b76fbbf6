"""Seeded lives of the bot, with faults and deaths; a seed that fails can be replayed."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from bot.domain.state.moves import State
from tests.sim.schedule import Schedule, run, schedule
from tests.sim.world import Crashed, Luck

SEEDS = range(300)
"""Those of the gate. The torture lives all of these, and the others up to its own end."""
MANY_SEEDS = range(10_000)
PROCESSES = 2
WELL = Luck()
ILL = Luck(ill=0.3)


def failures(seeds: range) -> list[str]:
    found = []
    for seed in seeds:
        plan = schedule(seed)
        try:
            _, release = run(plan)
            assert not (plan.luck.ill and release.certified and not _hurried(plan))
        except (Exception, Crashed) as error:  # noqa: BLE001 - each is told by its seed
            found.append(f"seed {seed}: {type(error).__name__}: {error}")
    return found


def _hurried(plan: Schedule) -> bool:
    """Somebody sent it on before the checks had spoken, or said that it was not its fault."""
    return any(index in (3, 8) for _, index in plan.acts)


def failures_side_by_side(seeds: range) -> list[str]:
    parts = [seeds[start::PROCESSES] for start in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        return [failure for part in pool.map(failures, parts) for failure in part]


def test_no_schedule_breaks_an_invariant() -> None:
    assert failures(SEEDS) == []


@pytest.mark.torture
@pytest.mark.timeout(7200)
def test_none_of_many_schedules_breaks_an_invariant() -> None:
    assert failures_side_by_side(MANY_SEEDS) == []


def quiet(seed: int, luck: Luck) -> Schedule:
    plan = schedule(seed)
    return Schedule(seed=seed, kind=plan.kind, luck=luck, deaths=(), acts=())


def test_a_healthy_release_without_trouble_succeeds() -> None:
    ends = {seed: run(quiet(seed, WELL))[1].state for seed in range(8)}
    assert set(ends.values()) == {State.SUCCEEDED}


def test_an_ill_release_without_trouble_is_taken_back() -> None:
    ends = {seed: run(quiet(seed, ILL))[1].state for seed in range(8)}
    assert set(ends.values()) == {State.ROLLED_BACK}


def test_the_same_seed_is_the_same_life() -> None:
    lives = [run(schedule(7))[0] for _ in range(2)]
    traces = [
        [row[:6] for row in world.conn.execute("SELECT seq, stream, kind, at, body FROM events")]
        for world in lives
    ]
    assert traces[0] == traces[1]
