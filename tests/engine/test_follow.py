"""One task per stream: begun once, begun again after a fault, ended together."""

import asyncio
from datetime import timedelta

from bot.engine.watch.follow import FollowTasks, next_window, soonest
from tests.domain.builders import ERRORS, NOON, minutes

MINUTE = timedelta(minutes=1)


class Ill(Exception):
    """What a watch ended with."""


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_each_stream_has_one_task_until_it_ends() -> None:
    begun: list[str] = []
    gate = asyncio.Event()

    async def watch(stream: str) -> None:
        begun.append(stream)
        await gate.wait()

    tasks = FollowTasks("watch", lambda stream, error: None)
    for stream in ("R-1", "R-2", "R-1"):
        tasks.follow(stream, watch)
    await settled()
    assert begun == ["R-1", "R-2"]
    gate.set()
    await settled()
    tasks.follow("R-1", watch)
    await settled()
    assert begun == ["R-1", "R-2", "R-1"]
    await tasks.aclose()


async def test_one_that_ends_early_is_told_of_and_may_begin_again() -> None:
    begun: list[str] = []
    faults: list[tuple[str, BaseException]] = []
    ill = Ill("no reason")

    async def watch(stream: str) -> None:
        begun.append(stream)
        raise ill

    tasks = FollowTasks("watch", lambda stream, error: faults.append((stream, error)))
    for _ in range(2):
        tasks.follow("R-1", watch)
        await settled()
    assert begun == ["R-1", "R-1"]
    assert faults == [("R-1", ill), ("R-1", ill)]


async def test_the_end_waits_for_all_and_is_no_fault() -> None:
    ended: list[str] = []
    faults: list[str] = []

    async def watch(stream: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(stream)

    tasks = FollowTasks("watch", lambda stream, error: faults.append(stream))
    for stream in ("R-1", "R-2"):
        tasks.follow(stream, watch)
    await settled()
    await tasks.aclose()
    assert (sorted(ended), faults) == (["R-1", "R-2"], [])


def test_a_window_is_asked_for_once_it_is_whole_and_only_after_what_was_seen() -> None:
    window = next_window(MINUTE, NOON, minutes(3.5))
    assert window is not None
    assert (window.start, window.end) == (minutes(2), minutes(3))
    assert next_window(MINUTE, minutes(2), minutes(3.5)) == window
    assert next_window(MINUTE, minutes(2.1), minutes(3.5)) is None


def test_without_checks_the_looks_come_at_the_default() -> None:
    assert soonest((), MINUTE * 7) == MINUTE * 7
    assert soonest((ERRORS,), MINUTE * 7) == ERRORS.limits.every
