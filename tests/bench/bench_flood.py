"""200 slash commands at once: how fast they are acknowledged, beside a bare Bolt app.

Both apps run in processes of their own, each at a workspace of its own in this process, and their
rounds alternate. Times are the workspace's: from handing an envelope to the socket to reading its
acknowledgement. The bare app acknowledges with nothing; the bot sends its answer along, which the
workspace validates and shows, and that work of the workspace is in the bot's times too.

A bot with three services is asked, and refuses acts; last, once, come 200 acts on one and the same
service, each of which has to see what the others did. A bot with twenty services is asked, acts on
each service in turn, and is asked again right after ("ask after acts"); all other waves begin when
everything before has come to rest and one person has been answered since.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from statistics import median
from time import perf_counter

from bot.practice import workspace as practice_workspace
from bot.practice.stage import Stage, opened
from bot.practice.stage.config import CANARY, Tempo
from bot.practice.workspace.journal import JournalEntry
from tests.bench.figures import Figures, percentile
from tests.bench.people import answered, bare_opened, bot_up, types
from tests.bench.record import one

AT_ONCE = 200
ROUNDS = 3
FEW = ("checkout", "search", "ledger")
MANY = (*FEW, *(f"service-{number:02}" for number in range(4, 21)))
NOT_ACKED = 3.0
"""Seconds that stand for an acknowledgement that never came: as long as Slack waits."""
SETTLED = 2.0
LONGEST = 30.0

ASK = "/release status"
REFUSED = "/release pause search because bench"
ACT = "/release mark {service} v2.0.3 bad in prod because bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Commands typed at once, and what the answer says where it was done."""

    name: str
    texts: Sequence[str]
    done: str = ""
    warm: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """What came of one load: seconds to the last acknowledgement, each latency, answers done."""

    seconds: float
    latencies: list[float]
    done: int


def acts(services: Sequence[str]) -> list[str]:
    return [ACT.format(service=service) for service in islice(cycle(services), AT_ONCE)]


IDLE, MARKED = "Nothing is live", "is marked bad"
BARE = Load(name="bare", texts=[ASK] * AT_ONCE)
ASKED = Load(name="ask", texts=[ASK] * AT_ONCE, done=IDLE)
ASKED_AFTER = Load(name="ask after acts", texts=[ASK] * AT_ONCE, done=IDLE, warm=False)
DENIED = Load(name="refused act", texts=[REFUSED] * AT_ONCE, done="Not paused")
SPREAD = Load(name="act", texts=acts(MANY), done=MARKED)
CROWDED = Load(name="act on one service", texts=acts(["search"]), done=MARKED)


def run() -> Figures:
    """Acknowledged per second, p50 and p99 in milliseconds, and ratios to the bare app."""
    few = asyncio.run(measure("flood", FEW, (ASKED, DENIED), CROWDED))
    many = asyncio.run(measure("flood of 20 services", MANY, (ASKED, SPREAD, ASKED_AFTER)))
    return few | many


async def measure(
    name: str, services: Sequence[str], loads: Sequence[Load], last: Load | None = None
) -> Figures:
    tempo = Tempo(strategies=dict.fromkeys(services, CANARY))
    async with bare_opened() as bare, opened(tempo=tempo) as stage:
        await bare.raise_app()
        await asyncio.gather(answered(bare.served), bot_up(stage))
        rounds = [await one_round(bare.served, stage, loads) for _ in range(ROUNDS)]
        figures = summary(name, rounds)
        return figures | (await crowded(stage, last, f"{name} {last.name}") if last else {})


async def one_round(
    bare: practice_workspace.ServedWorkspace, stage: Stage, loads: Sequence[Load]
) -> dict[str, Wave]:
    waves = {BARE.name: await wave(bare, BARE)}
    for load in loads:
        if load.warm:
            await types(stage.workspace, ASK)
        waves[load.name] = await wave(stage.workspace, load)
    await last_mark(stage)
    return waves


async def wave(served: practice_workspace.ServedWorkspace, load: Load) -> Wave:
    """All of a load at once."""
    acks: list[tuple[float, float]] = []

    def hear(entry: JournalEntry) -> None:
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


def summary(name: str, rounds: Sequence[Mapping[str, Wave]]) -> Figures:
    """The median round of each kind of load, and the median ratio within a round."""
    figures: Figures = {}
    for load in rounds[0]:
        waves = [each[load] for each in rounds]
        figures |= figures_of(f"{name} {load}", waves)
        if load != BARE.name:
            figures |= ratios(f"{name} {load}", [(each[load], each[BARE.name]) for each in rounds])
    return figures


def figures_of(name: str, waves: Sequence[Wave]) -> Figures:
    """`done` is of the worst round."""
    return {
        f"{name} acked per s": median(AT_ONCE / each.seconds for each in waves),
        f"{name} p50 ms": 1e3 * median(percentile(each.latencies, 50) for each in waves),
        f"{name} p99 ms": 1e3 * median(percentile(each.latencies, 99) for each in waves),
        f"{name} done of {AT_ONCE} at worst": min(each.done for each in waves),
    }


def ratios(name: str, pairs: Sequence[tuple[Wave, Wave]]) -> Figures:
    """The bot's wave and the bare app's: times as multiples, rates as parts."""
    latencies = [(bot.latencies, bare.latencies) for bot, bare in pairs]
    return {
        f"{name} acked per s / bare": median(bare.seconds / bot.seconds for bot, bare in pairs),
        f"{name} p50 / bare": median(relative(each, 50) for each in latencies),
        f"{name} p99 / bare": median(relative(each, 99) for each in latencies),
    }


def relative(latencies: tuple[list[float], list[float]], percent: int) -> float:
    bot, bare = latencies
    return percentile(bot, percent) / percentile(bare, percent)


async def crowded(stage: Stage, load: Load, name: str) -> Figures:
    """All 200 acts on one service, once: what is in the record when no more comes."""
    before = marks(stage)
    start = perf_counter()
    crowd = await wave(stage.workspace, load)
    last = await last_mark(stage)
    return {
        **figures_of(name, [crowd]),
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
