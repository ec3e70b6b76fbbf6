"""How often the judge errs and how soon it sees, over whole grids of traffic and weight."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf, log
from zlib import crc32

from bot.domain.judge.judge import begin, observe, verdict
from bot.domain.judge.samples import Limits, Outcome
from tests.domain.judge.world import EDGES, HOUR, Harm, World, exceedance, release

TRAFFIC = (5.0, 50.0, 500.0, 5000.0)
WEIGHTS = (0.01, 0.05, 0.25, 0.5)
LATE = 80
_NATS = 4.18  # what one percent of false alarms and five of misses cost at least

ERRORS = Limits(name="errors")
LIMITED = Limits(name="errors", limit=0.01)
LATENCY = Limits(name="latency", latency=True)

HARMS = (
    Harm(name="errors to 0.2 %", errors=0.002),
    Harm(name="errors to 0.5 %", errors=0.005),
    Harm(name="errors to 2 %", errors=0.02),
    Harm(name="outage", errors=0.98),
    Harm(name="traffic drops to zero", silent=True),
    Harm(name="p50 +50 ms", added=0.05, latency=True),
    Harm(name="p99 +50 ms", tail=0.05, latency=True),
    Harm(name="latency +10 %", slower=1.1, latency=True),
    Harm(name="leak over 30 min", leak=120, latency=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Delays in ticks after the onset; a miss, or a failure before the onset, is infinite."""

    name: str
    delays: tuple[float, ...]
    bounds: tuple[float, ...]

    def at(self, share: float) -> float:
        """The delay that this share of the releases stayed within."""
        return sorted(self.delays)[int(share * (len(self.delays) - 1))]

    @property
    def missed(self) -> float:
        """The share that was not found within the hour."""
        return sum(delay == inf for delay in self.delays) / len(self.delays)

    @property
    def loss(self) -> float:
        """The mean of delay per hour, a miss counting as one."""
        return sum(min(1.0, delay / HOUR) for delay in self.delays) / len(self.delays)

    def __str__(self) -> str:
        ratios = sorted(map(lambda delay, bound: delay / max(1.0, bound), self.delays, self.bounds))
        return (
            f"{self.name:24} {len(self.delays):6} missed {100 * self.missed:5.1f} %  p50"
            f" {self.at(0.5):4.0f}  p95 {self.at(0.95):4.0f}  loss {self.loss:.3f}"
            f"  {ratios[len(ratios) // 2]:5.1f} x the bound"
        )


def grid(world: World) -> list[World]:
    """This world at every traffic and weight."""
    return [
        replace(world, traffic=traffic, weight=weight) for traffic in TRAFFIC for weight in WEIGHTS
    ]


def seed(world: World, number: int) -> int:
    """The same world and number give the same noise on every machine."""
    return crc32(
        f"{world.traffic}/{world.weight}/{world.harm.name}/{world.onset}/{number}".encode()
    )


def false_failures(world: World, limits: Limits, each: int) -> tuple[int, int]:
    """Failures among harmless one-hour releases, and how many releases there were."""
    worlds = grid(world)
    failed = sum(
        delay(one, limits, seed(one, number)) != inf for one in worlds for number in range(each)
    )
    return failed, each * len(worlds)


def found(harm: Harm, limits: Limits, each: int, worlds: Sequence[World] = ()) -> Row:
    """How soon this harm is found wherever theory says that it can be within a quarter hour."""
    base = World(harm=harm, buckets=harm.latency)
    delays: list[float] = []
    bounds: list[float] = []
    for world in worlds or grid(base):
        bound = least(world)
        for late in (0, LATE) if bound <= HOUR / 4 else ():
            one = replace(world, onset=late)
            delays += [delay(one, limits, seed(one, number)) for number in range(each)]
            bounds += [bound] * each
    return Row(name=harm.name, delays=tuple(delays), bounds=tuple(bounds))


def together(rows: Iterable[Row]) -> Row:
    """All rows as one."""
    rows = list(rows)
    return Row(
        name="all",
        delays=tuple(delay for row in rows for delay in row.delays),
        bounds=tuple(bound for row in rows for bound in row.bounds),
    )


def delay(world: World, limits: Limits, number: int) -> float:
    """Ticks from the onset to a failure (silence: to no_data) within an hour, else infinity."""
    state = begin()
    for tick, sample in enumerate(release(world, number, HOUR + world.onset)):
        state = observe(state, limits, sample)
        late = tick - world.onset + 1
        if state["failed"]:
            return late if late > 0 else inf
        if late > 0 and world.harm.silent and is_blind(state, limits):
            return late
    return inf


def is_blind(state: dict[str, object], limits: Limits) -> bool:
    """The judge says that there is no data."""
    return verdict(state, limits).outcome is Outcome.NO_DATA


def least(world: World) -> float:
    """Wald's bound in ticks: no test with these errors is faster on average."""
    canary, baseline = world.traffic * world.weight, world.traffic * (1 - world.weight)
    if world.harm.silent:
        return 3 / canary
    gained = 0.0
    for tick in range(1, HOUR + 1):
        gained += _divergence(canary, baseline, *_shares(world, tick - 1))
        if gained >= _NATS:
            return tick if world.harm.leak else _NATS / gained * tick
    return inf


def _shares(world: World, tick: int) -> tuple[list[float], list[float]]:
    """The parts of the requests that each arm has in each bucket, or bad and good."""
    harm = world.harm
    if not harm.latency:
        bad = world.errors if harm.errors is None else harm.errors
        return [bad, 1 - bad], [world.errors, 1 - world.errors]
    slower = 1 + min(1.0, tick / harm.leak) if harm.leak else harm.slower
    return _buckets(harm, slower), _buckets(Harm(), 1.0)


def _buckets(harm: Harm, slower: float) -> list[float]:
    above = [1.0, *(exceedance(harm, slower, edge) for edge in EDGES), 0.0]
    return [first - second for first, second in pairwise(above)]


def _divergence(
    canary: float, baseline: float, ours: Sequence[float], theirs: Sequence[float]
) -> float:
    total = 0.0
    for one, other in zip(ours, theirs, strict=True):
        pooled = (canary * one + baseline * other) / (canary + baseline)
        total += canary * one * log(one / pooled) if one > 0 else 0.0
        total += baseline * other * log(other / pooled) if other > 0 else 0.0
    return total
