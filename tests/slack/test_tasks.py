"""Background work: held on to, its errors told, drained within its time."""

import asyncio
import gc
import time
from datetime import timedelta

from structlog.testing import capture_logs

from bot.slack.tasks import Tasks


async def test_work_nobody_else_holds_comes_to_its_end() -> None:
    done: list[int] = []

    async def work() -> None:
        await asyncio.sleep(0.02)
        done.append(1)

    tasks = Tasks()
    tasks.start(work())
    gc.collect()
    assert await tasks.drain(timedelta(seconds=1)) == 0
    assert (done, len(tasks)) == ([1], 0)


async def test_what_takes_too_long_is_cut_short_and_counted() -> None:
    tasks = Tasks()
    tasks.start(asyncio.sleep(60))
    began = time.monotonic()
    assert await tasks.drain(timedelta(seconds=0.05)) == 1
    assert time.monotonic() - began < 1


async def test_an_error_is_told_unless_it_was_expected() -> None:
    async def fail() -> None:
        raise ValueError("boom")

    tasks = Tasks()
    with capture_logs() as told:
        tasks.start(fail(), quiet=(ValueError,))
        tasks.start(fail())
        await tasks.drain(timedelta(seconds=1))
        await asyncio.sleep(0)
    assert [each["event"] for each in told] == ["slack.task_failed"]
