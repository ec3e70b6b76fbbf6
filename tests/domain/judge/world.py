"""A world to judge in: two arms with the noise that live services have, and what may go wrong.

Times are ticks of 15 s. The day's rhythm, shared incidents, gaps and counter resets come and go as
often as they do in a real day; everything follows from one seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from math import erf, exp, inf, log, pi, sin, sqrt
from random import Random

from bot.domain.judge.samples import Counts, Sample, Window

TICK = timedelta(seconds=15)
HOUR = 240
DAY = 5760
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EDGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
MEDIAN, SPREAD = 0.1, 0.5  # seconds, and the standard deviation of log seconds
TOGETHER = 5e-4  # the correlation of two requests of one tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What the new version does worse, by ticks since its onset."""

    name: str = "healthy"
    errors: float | None = None
    slower: float = 1.0
    added: float = 0.0  # seconds on every request
    tail: float = 0.0  # seconds on the slowest two in a hundred
    leak: int = 0  # ticks until latency has doubled
    silent: bool = False
    latency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How much traffic comes, which part of it the canary gets, and how it fares."""

    traffic: float = 500.0
    weight: float = 0.05
    errors: float = 0.001
    harm: Harm = field(default_factory=Harm)
    onset: int = 0
    noisy: bool = True
    twin_errors: float = 1.0  # a harmless lasting difference between the arms
    twin_slower: float = 1.0
    buckets: bool = False


@dataclass(slots=True)
class Drift:
    """A first-order autoregressive wander around zero with standard deviation `sd`."""

    sd: float
    value: float = 0.0
    keep: float = 0.95

    def move(self, chance: Random) -> float:
        """The next value."""
        self.value = self.keep * self.value + sqrt(1 - self.keep**2) * chance.gauss(0, self.sd)
        return self.value


@dataclass(slots=True)
class Incident:
    """Something that hits both arms alike, now and then."""

    left: int = 0
    errors: float = 0.0
    slower: float = 1.0

    def move(self, chance: Random) -> "Incident":
        """The incident of the next tick; harmless most of the time."""
        if self.left > 0:
            self.left -= 1
        elif chance.random() < 4 / DAY:
            self.left = chance.randint(8, 40)
            self.errors = exp(chance.uniform(log(0.005), log(0.05)))
            self.slower = chance.uniform(1.2, 2.0)
        return self if self.left else CALM


CALM = Incident()


@dataclass(slots=True)
class Noise:
    """All that wanders from tick to tick."""

    chance: Random
    traffic: Drift
    errors: tuple[Drift, Drift, Drift]  # shared, canary, baseline
    slower: tuple[Drift, Drift, Drift]
    incident: Incident = field(default_factory=Incident)
    both_gap: int = 0
    canary_gap: int = 0


def release(world: World, seed: int, ticks: int = HOUR) -> Iterator[Sample]:
    """The samples of one release, as a watcher would hand them to the judge."""
    return islice(_endless(world, Random(seed)), ticks)


def binomial(chance: Random, trials: int, share: float) -> int:
    """How many of `trials` happen; exact for rare events, normal for frequent ones."""
    if share > 0.5:
        return trials - binomial(chance, trials, 1 - share)
    mean = trials * share
    if mean <= 0:
        return 0
    if mean > 30:
        drawn = round(chance.gauss(mean, sqrt(mean * (1 - share))))
        return min(trials, max(0, drawn))
    return _inverted(chance, trials, share)


def poisson(chance: Random, mean: float) -> int:
    """A Poisson count."""
    if mean > 50:
        return max(0, round(chance.gauss(mean, sqrt(mean))))
    count, product, floor = 0, chance.random(), exp(-mean)
    while product > floor:
        count += 1
        product *= chance.random()
    return count


def exceedance(harm: Harm, slower: float, edge: float) -> float:
    """The share of requests slower than `edge` seconds."""
    share = _slower_than(edge - harm.added, slower)
    if not harm.tail or share >= 0.02:
        return share
    return min(0.02, _slower_than(edge - harm.tail, slower))


def _inverted(chance: Random, trials: int, share: float) -> int:
    probability = (1 - share) ** trials
    left, odds, count = chance.random() - probability, share / (1 - share), 0
    while left > 0 and count < trials:
        count += 1
        probability *= odds * (trials - count + 1) / count
        left -= probability
    return count


def _slower_than(seconds: float, slower: float) -> float:
    if seconds <= 0:
        return 1.0
    return 0.5 * (1 - erf(log(seconds / (MEDIAN * slower)) / SPREAD / sqrt(2)))


def _noise(world: World, chance: Random) -> Noise:
    size = 1.0 if world.noisy else 0.0
    sds = ((0.1, 0.9), *((sd, 0.95) for sd in (0.3, 0.1, 0.1, 0.05, 0.01, 0.01)))
    traffic, *others = (Drift(size * sd, chance.gauss(0, size * sd), keep) for sd, keep in sds)
    return Noise(
        chance=chance,
        traffic=traffic,
        errors=(others[0], others[1], others[2]),
        slower=(others[3], others[4], others[5]),
    )


def _endless(world: World, chance: Random) -> Iterator[Sample]:
    noise, began, tick = _noise(world, chance), chance.randrange(DAY), 0
    while True:
        window = Window(start=NOON + tick * TICK, end=NOON + (tick + 1) * TICK)
        rhythm = 1 + 0.5 * sin(2 * pi * (began + tick) / DAY) if world.noisy else 1.0
        traffic = world.traffic * rhythm * exp(noise.traffic.move(chance))
        canary, baseline = _arms(world, noise, traffic, tick)
        yield _gapped(world, noise, Sample(window=window, canary=canary, baseline=baseline))
        tick += 1


def _arms(world: World, noise: Noise, traffic: float, tick: int) -> tuple[Counts, Counts]:
    chance = noise.chance
    incident = noise.incident.move(chance) if world.noisy else CALM
    errors = [drift.move(chance) for drift in noise.errors]
    slower = [drift.move(chance) for drift in noise.slower]
    harm = world.harm if tick >= world.onset else Harm()
    arms = []
    for at, share in ((1, world.weight), (2, 1 - world.weight)):
        new = at == 1
        requests = poisson(chance, traffic * share)
        if new and harm.silent:
            requests = 0
        if world.noisy and chance.random() < 6 / DAY:
            requests = int(requests * chance.random())
        ratio = world.errors * exp(errors[0] + errors[at]) * (world.twin_errors if new else 1.0)
        if new and harm.errors is not None:
            ratio = harm.errors * (exp(errors[0] + errors[at]) if harm.errors < 0.2 else 1.0)
        scale = exp(slower[0] + slower[at]) * incident.slower
        if new:
            scale *= world.twin_slower * _own_pace(world, harm, tick)
        arms.append(
            _count(
                world,
                noise,
                requests,
                min(1.0, ratio + incident.errors),
                harm if new else Harm(),
                scale,
            )
        )
    return arms[0], arms[1]


def _own_pace(world: World, harm: Harm, tick: int) -> float:
    warm = 1 + 0.5 * exp(-tick / 6) if world.noisy else 1.0
    leak = 1 + min(1.0, (tick - world.onset) / harm.leak) if harm.leak else 1.0
    return harm.slower * warm * leak


def _count(
    world: World, noise: Noise, requests: int, ratio: float, harm: Harm, scale: float
) -> Counts:
    chance = noise.chance
    if world.noisy and requests and 0 < ratio < 1:
        many = 1 / TOGETHER - 1
        ratio = chance.betavariate(ratio * many, (1 - ratio) * many)
    buckets: tuple[tuple[float, float], ...] = ()
    if world.buckets:
        buckets = _buckets(chance, requests, harm, scale)
    return Counts(requests=requests, errors=binomial(chance, requests, ratio), buckets=buckets)


def _buckets(
    chance: Random, requests: int, harm: Harm, scale: float
) -> tuple[tuple[float, float], ...]:
    left, before, found = requests, 1.0, []
    for edge in EDGES:
        share = exceedance(harm, scale, edge)
        left = binomial(chance, left, min(1.0, share / before)) if before > 0 else 0
        before = share
        found.append((edge, float(requests - left)))
    return (*found, (inf, float(requests)))


def _gapped(world: World, noise: Noise, sample: Sample) -> Sample:
    if not world.noisy:
        return sample
    noise.both_gap = _gap(noise.chance, noise.both_gap)
    noise.canary_gap = _gap(noise.chance, noise.canary_gap)
    canary = None if noise.both_gap or noise.canary_gap else sample.canary
    baseline = None if noise.both_gap else sample.baseline
    return Sample(window=sample.window, canary=canary, baseline=baseline)


def _gap(chance: Random, left: int) -> int:
    if left:
        return left - 1
    return chance.randint(1, 3) if chance.random() < 6 / DAY else 0
