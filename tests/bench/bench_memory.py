"""Resident memory of the bot, idle and after 200 commands, beside a bare Bolt app."""

import asyncio

import psutil

from bot.practice import workspace as practice_workspace
from bot.practice.stage import opened
from tests.bench.figures import Figures
from tests.bench.people import answered, bare_opened, bot_up, types

COMMANDS = 200
AT_REST = 1.0
MEBIBYTE = 2**20


def run() -> Figures:
    """MiB, and ratios to the bare app's."""
    return asyncio.run(measure())


async def measure() -> Figures:
    async with bare_opened() as bare, opened() as stage:
        pid = await bare.raise_app()
        await answered(bare.served)
        plain = await sizes(bare.served, pid)
        idle, after = await sizes(stage.workspace, await bot_up(stage))
    return {
        "memory idle MiB": idle,
        "memory after 200 commands MiB": after,
        "memory bare idle MiB": plain[0],
        "memory bare after 200 commands MiB": plain[1],
        "memory idle / bare": idle / plain[0],
        "memory after 200 commands / bare": after / plain[1],
    }


async def sizes(served: practice_workspace.ServedWorkspace, pid: int) -> tuple[float, float]:
    """MiB when it has answered once and rested, and after 200 commands at once."""
    await asyncio.sleep(AT_REST)
    idle = resident(pid)
    await asyncio.gather(*(types(served, "/release status") for _ in range(COMMANDS)))
    await asyncio.sleep(AT_REST)
    return idle, resident(pid)


def resident(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / MEBIBYTE
