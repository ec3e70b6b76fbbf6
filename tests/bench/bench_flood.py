"""200 slash commands at once: how fast they are acknowledged, beside a bare Bolt app.

Both apps run in processes of their own, each at a workspace of its own in this process, and their
rounds alternate. Times are the workspace's: from handing an envelope to the socket to reading its
acknowledgement. The bare app acknowledges with nothing; the bot sends its answer along, which the
workspace validates and shows, and that work of the workspace is in the bot's times too.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from bot.practice import workspace as practice_workspace
from bot.practice.stage import Stage, opened
from bot.practice.stage.config import CANARY, Tempo
from bot.practice.workspace.journal import Entry
from tests.bench.figures import Figures, percentile
from tests.bench.people import answered, bare_opened, types
from tests.bench.record import one

AT_ONCE = 200
ROUNDS = 5
SERVICES = ("checkout", "search", "ledger", *(f"service-{number:02}" for number in range(4, 21)))
NOT_ACKED = 3.0
"""Seconds that stand for an acknowledgement that never came: as long as Slack waits."""
SETTLED = 1.0
LONGEST = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Commands typed at once, and what the answer says where it was done."""

    texts: Sequence[str]
    done: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """What came of one load: seconds to the last acknowledgement, each latency, answers done."""

    seconds: float
    latencies: list[float]
    done: int


BARE = Load(texts=["/release status"] * AT_ONCE)
LOADS: Mapping[str, Load] = {
    "ask": Load(texts=["/release status"] * AT_ONCE, done="Nothing is live"),
    "refused act": Load(texts=["/release pause search because bench"] * AT_ONCE, done="Not paused"),
    "act": Load(
        texts=[
            f"/release mark {SERVICES[number % len(SERVICES)]} v2.0.3 bad in prod because bench"
            for number in range(AT_ONCE)
        ],
        done="is marked bad",
    ),
}
CROWDED = Load(
    texts=["/release mark search v2.0.3 bad in prod because bench"] * AT_ONCE,
    done="is marked bad",
)


def run() -> Figures:
    """Acknowledged per second, p50 and p99 in milliseconds, and ratios to the bare app."""
    return asyncio.run(measure())


async def measure() -> Figures:
    tempo = Tempo(strategies=dict.fromkeys(SERVICES, CANARY))
    async with bare_opened() as bare, opened(tempo=tempo) as stage:
        await bare.raise_app()
        await stage.raise_bot()
        await asyncio.gather(answered(bare.served), answered(stage.workspace))
        rounds = [await one_round(bare.served, stage.workspace) for _ in range(ROUNDS)]
        return summary(rounds) | await crowded(stage)


async def one_round(
    bare: practice_workspace.Served, bot: practice_workspace.Served
) -> dict[str, Wave]:
    waves = {"bare": await wave(bare, BARE)}
    for name, load in LOADS.items():
        waves[name] = await wave(bot, load)
    return waves


async def wave(served: practice_workspace.Served, load: Load) -> Wave:
    """All of a load at once."""
    acks: list[tuple[float, float]] = []

    def hear(entry: Entry) -> None:
        if entry["kind"] == "ack":
            acks.append((perf_counter(), entry["latency"]))

    served.workspace.journal.listen(hear)
    start = perf_counter()
    typing = (types(served, text) for text in load.texts)
    said = await asyncio.gather(*typing, return_exceptions=True)
    served.workspace.journal.ignore(hear)
    latencies = [latency for _, latency in acks]
    return Wave(
        seconds=max((at for at, _ in acks), default=perf_counter()) - start,
        latencies=latencies + [NOT_ACKED] * (len(load.texts) - len(latencies)),
        done=sum(isinstance(text, str) and load.done in text for text in said),
    )


def summary(rounds: Sequence[Mapping[str, Wave]]) -> Figures:
    """The median round of each kind of load, and the median ratio within a round."""
    figures: Figures = {}
    for name in rounds[0]:
        waves = [each[name] for each in rounds]
        figures |= figures_of(f"flood {name}", waves)
        figures[f"flood {name} done of {AT_ONCE}"] = min(each.done for each in waves)
    for name in LOADS:
        figures |= ratios(name, rounds)
    return figures


def figures_of(name: str, waves: Sequence[Wave]) -> Figures:
    return {
        f"{name} acked per s": median(AT_ONCE / each.seconds for each in waves),
        f"{name} p50 ms": 1e3 * median(percentile(each.latencies, 50) for each in waves),
        f"{name} p99 ms": 1e3 * median(percentile(each.latencies, 99) for each in waves),
    }


def ratios(name: str, rounds: Sequence[Mapping[str, Wave]]) -> Figures:
    """Times as many times of the bare app's, rates as parts of its rate."""
    pairs = [(each[name], each["bare"]) for each in rounds]
    return {
        f"flood {name} acked per s / bare": median(
            bare.seconds / bot.seconds for bot, bare in pairs
        ),
        **{
            f"flood {name} p{at} / bare": median(
                percentile(bot.latencies, at) / percentile(bare.latencies, at)
                for bot, bare in pairs
            )
            for at in (50, 99)
        },
    }


async def crowded(stage: Stage) -> Figures:
    """All 200 acts on one service, once: what is in the record when no more comes."""
    before, name = marks(stage), "flood act on one service"
    start = perf_counter()
    crowd = await wave(stage.workspace, CROWDED)
    last = await last_mark(stage)
    return {
        **figures_of(name, [crowd]),
        f"{name} done of {AT_ONCE}": crowd.done,
        f"{name} recorded of {AT_ONCE}": marks(stage) - before,
        f"{name} recorded after s": last - start,
    }


async def last_mark(stage: Stage) -> float:
    """When the last mark was written, as the record shows it from outside."""
    seen, since = marks(stage), perf_counter()
    until = since + LONGEST
    while perf_counter() < min(since + SETTLED, until):
        await asyncio.sleep(0.02)
        if (now := marks(stage)) != seen:
            seen, since = now, perf_counter()
    return since


def marks(stage: Stage) -> int:
    sql = "SELECT count(*) FROM events WHERE kind = 'VersionMarked'"
    return int(one(stage.database, sql))
