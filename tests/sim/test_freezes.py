"""[I15] Nothing is sent forward in a freeze, whatever fails, dies or is asked for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from bot.domain.state.moves import State
from bot.domain.state.release import Release
from bot.domain.terms.calendar import Calendar, CalendarWindow
from bot.domain.terms.strategy import Desired, Observed
from bot.domain.terms.when import Once
from bot.ports.deployer import Target
from bot.ports.outcomes import WriteOutcome
from tests.fakes.deployer import FakeDeployer
from tests.sim.invariants import check
from tests.sim.loop import START, simulate
from tests.sim.schedule import Schedule, _again, _lives, schedule
from tests.sim.world import Luck, World

SEEDS = 80
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Sent:
    at: datetime
    desired: Desired


class Listening(FakeDeployer):
    """Keeps when each call came, whatever became of it."""

    def __init__(self, inner: FakeDeployer) -> None:
        super().__init__(inner._clock, settles_in=inner._settles_in, faults=inner._script)
        self._running = "v1.4.1"
        self.sent: list[Sent] = []

    async def apply(
        self, target: Target, desired: Desired, *, key: str, expect: Observed | None = None
    ) -> WriteOutcome:
        self.sent.append(Sent(self._clock.now(), desired))
        return await super().apply(target, desired, key=key, expect=expect)


def freeze(begin: float, minutes: float) -> CalendarWindow:
    at = (START + MINUTE * begin).astimezone(UTC).replace(tzinfo=None)
    return CalendarWindow(name=f"at {begin:.1f}", when=(Once(begin=at, lasts=MINUTE * minutes),))


def frozen_world(plan: Schedule, *windows: CalendarWindow) -> tuple[World, Listening]:
    world = World(plan.seed, plan.rules(), plan.luck, list(plan.deaths))
    world.calendar = Calendar(windows=windows)
    world.deployer = listening = Listening(world.deployer)
    return world, listening


async def lived(plan: Schedule, *windows: CalendarWindow) -> tuple[Listening, Release]:
    world, listening = frozen_world(plan, *windows)
    await _lives(world, list(plan.acts))
    await _again(world)
    return listening, (await check(world))[0]


def in_freeze(listening: Listening, windows: tuple[CalendarWindow, ...]) -> list[Sent]:
    """What gave more users to the new version while the calendar said no."""
    calendar, most, found = Calendar(windows=windows), (0.0, 0.0), []
    for each in listening.sent:
        reach = (each.desired.weight.percent, each.desired.mirror.percent)
        if max(reach) > 0 and reach > most and calendar.standing(each.at).frozen:
            found.append(each)
        most = max(most, reach)
    return found


def by_chance(seed: int) -> tuple[CalendarWindow, ...]:
    chance = Random(f"freeze {seed}")
    count = chance.randint(1, 3)
    return tuple(freeze(chance.uniform(0.1, 25), chance.uniform(0.5, 12)) for _ in range(count))


def test_I15_nothing_is_sent_forward_in_a_freeze() -> None:
    broken = {}
    for seed in range(SEEDS):
        windows = by_chance(seed)
        listening, _ = simulate(lived(schedule(seed), *windows))
        if found := in_freeze(listening, windows):
            broken[seed] = found
    assert broken == {}


def calm(seed: int, ill: float = 0.0) -> Schedule:
    plan = schedule(seed)
    return Schedule(seed=seed, kind=plan.kind, luck=Luck(ill=ill), deaths=(), acts=())


def test_G7_a_healthy_release_waits_for_the_end_of_a_freeze_and_succeeds() -> None:
    windows = (freeze(2, 20),)
    for seed in range(12):
        listening, release = simulate(lived(calm(seed), *windows))
        assert release.state is State.SUCCEEDED
        assert in_freeze(listening, windows) == []


def test_G6_an_ill_release_is_taken_back_in_a_freeze_that_nobody_ends() -> None:
    windows = (freeze(0.5, 60 * 24),)
    ends = {}
    for seed in range(12):
        listening, release = simulate(lived(calm(seed, ill=0.3), *windows))
        met = any(each.desired.weight.percent > 0 for each in listening.sent)
        ends[seed] = release.state is State.ROLLED_BACK if met else True
    assert all(ends.values()), ends
