"""From the restart after kill -9 to being at work again, with a release in its bake.

"first fact" is the first row in the chain; "answers" the first answer to a person; "judges" the
first new window of the interrupted release that was sampled and kept, which lies on the grid of
the polls and so takes up to two of them whatever the start costs.
"""

import asyncio
from statistics import median
from time import perf_counter

from bot.practice.stage import Stage, opened
from bot.practice.stage.config import Tempo
from tests.bench.figures import Figures
from tests.bench.people import answered, begins
from tests.bench.record import one, until

ROUNDS = 3
LONGEST = 30.0
AWAY = 0.3
STRATEGY = (
    '{ kind = "canary", steps = [ { weight = "50%", bake = "3h" }, '
    '{ weight = "100%", bake = "4m" } ] }'
)
FACTS = "SELECT seq FROM chain"
CURSOR = "SELECT cursor FROM series WHERE key = 'R-1'"


def run() -> Figures:
    """Seconds, the median of three deaths of one release."""
    return asyncio.run(measure())


async def measure() -> Figures:
    async with opened(tempo=Tempo(strategies={"checkout": STRATEGY})) as stage:
        await begins(stage)
        rounds = [await death(stage) for _ in range(ROUNDS)]
    return {
        f"recovery restart to {name} s": median(each[name] for each in rounds) for name in rounds[0]
    }


async def death(stage: Stage) -> dict[str, float]:
    """One kill -9 while it watches, and seconds from the restart to each sign of life."""
    await until(lambda: one(stage.database, CURSOR) is not None, LONGEST, "it watches")
    await stage.kill_bot()
    facts, cursor = one(stage.database, FACTS), one(stage.database, CURSOR)
    await asyncio.sleep(AWAY)
    start = perf_counter()
    await stage.raise_bot()
    first, heard, judged = await asyncio.gather(
        until(lambda: one(stage.database, FACTS) > facts, LONGEST, "a fact is written"),
        first_answer(stage),
        until(lambda: one(stage.database, CURSOR) > cursor, LONGEST, "a window is judged"),
    )
    return {"first fact": first - start, "answers": heard - start, "judges": judged - start}


async def first_answer(stage: Stage) -> float:
    await answered(stage.workspace)
    return perf_counter()
