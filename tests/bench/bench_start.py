"""From spawning a process to its first answer, and importing alone, beside a bare Bolt app."""

import asyncio
import subprocess
import sys
from statistics import median
from time import perf_counter

from bot.practice.stage import opened
from tests.bench.figures import Figures
from tests.bench.people import answered, bare_opened, bot_up

ROUNDS = 3
IMPORTS = {"bot": "import bot.cli", "bare": "import slack_bolt, aiohttp"}


def run() -> Figures:
    """Seconds, and ratios to the bare app's; the median of rounds that alternate."""
    return asyncio.run(answers()) | imports()


async def answers() -> Figures:
    rounds = [{"bare": await bare_answer(), "bot": await bot_answer()} for _ in range(ROUNDS)]
    return figures_of("start to first answer", rounds)


async def bot_answer() -> float:
    """Seconds from spawning the bot, at an empty record, to the answer to `/release whoami`."""
    async with opened() as stage:
        start = perf_counter()
        await bot_up(stage)
        return perf_counter() - start


async def bare_answer() -> float:
    async with bare_opened() as bare:
        start = perf_counter()
        await bare.raise_app()
        await answered(bare.served)
        return perf_counter() - start


def imports() -> Figures:
    rounds = [{name: importing(text) for name, text in IMPORTS.items()} for _ in range(ROUNDS)]
    return figures_of("start import", rounds)


def importing(text: str) -> float:
    start = perf_counter()
    subprocess.run([sys.executable, "-c", text], check=True)
    return perf_counter() - start


def figures_of(name: str, rounds: list[dict[str, float]]) -> Figures:
    return {
        f"{name} s": median(each["bot"] for each in rounds),
        f"{name} bare s": median(each["bare"] for each in rounds),
        f"{name} / bare": median(each["bot"] / each["bare"] for each in rounds),
    }
