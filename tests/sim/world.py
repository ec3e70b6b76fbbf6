"""A bot, its vendors and its people, in virtual time, with faults and crashes by seed."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, TypeVar

from bot.domain.judge.samples import Window
from bot.domain.terms.calendar import Calendar
from bot.domain.terms.rules import Rules
from bot.domain.terms.strategy import Desired, Observed
from bot.engine.lanes.chat import ChatLane
from bot.engine.lanes.notice import NOTICE, NoticeLane
from bot.engine.parts import Ports
from bot.engine.people.rulebook import Policy, Rulebook
from bot.engine.record.effects import CHAT
from bot.engine.record.engine import Engine
from bot.engine.runtime import Runtime
from bot.engine.watch.views import Views
from bot.ports.deployer import Capabilities, RollbackPlan, Target
from bot.ports.directory import NoDirectory
from bot.ports.metrics import Point, Samples
from bot.ports.outcomes import WriteOutcome
from bot.store.sqlite import open_inline
from tests.fakes.chat import FakeChat, Slip
from tests.fakes.deployer import Call, FakeDeployer, Fault
from tests.fakes.metrics import FakeMetrics, Gap
from tests.fakes.places import places
from tests.sim.loop import LoopClock, LoopWaker

T = TypeVar("T")
SIGN_EVERY = timedelta(minutes=1)
SERVICE, ENVIRONMENT, STAGING = "checkout", "prod", "staging"


class Crashed(BaseException):
    """The process is gone; nothing in it goes on."""


@dataclass(slots=True)
class Mortality:
    """Counts every write and call; at the chosen ones the process dies."""

    deaths: list[int] = field(default_factory=list)
    count: int = 0
    dead: asyncio.Event = field(default_factory=asyncio.Event)

    def point(self, _name: str = "") -> None:
        if self.dead.is_set():
            raise Crashed
        self.count += 1
        if self.deaths and self.count >= self.deaths[0]:
            self.deaths.pop(0)
            self.dead.set()
            raise Crashed

    async def around(self, call: Callable[[], Awaitable[T]]) -> T:
        """A death before the call, or after it and before its answer is heard."""
        self.point()
        answer = await call()
        self.point()
        return answer


class MortalDeployer:
    """The fake deployer outlives the bot; the bot's calls to it do not."""

    def __init__(self, inner: FakeDeployer, mortality: Mortality) -> None:
        self.inner = inner
        self._around = mortality.around

    @property
    def capabilities(self) -> Capabilities:
        return self.inner.capabilities

    async def resolve(self, target: Target, version: str) -> str:
        return await self._around(lambda: self.inner.resolve(target, version))

    async def observe(self, target: Target) -> Observed:
        return await self._around(lambda: self.inner.observe(target))

    async def apply(
        self, target: Target, desired: Desired, *, key: str, expect: Observed | None = None
    ) -> WriteOutcome:
        return await self._around(lambda: self.inner.apply(target, desired, key=key, expect=expect))

    async def find(self, target: Target, key: str) -> bool | None:
        return await self._around(lambda: self.inner.find(target, key))

    async def plan_rollback(self, target: Target, to: str | None) -> RollbackPlan:
        return await self._around(lambda: self.inner.plan_rollback(target, to))


class MortalMetrics:
    def __init__(self, inner: FakeMetrics, mortality: Mortality) -> None:
        self._inner = inner
        self._around = mortality.around

    async def measure(self, query: str, window: Window) -> Samples:
        return await self._around(lambda: self._inner.measure(query, window))

    async def ping(self) -> None:
        await self._around(self._inner.ping)


@dataclass(frozen=True, slots=True, kw_only=True)
class Luck:
    """How likely each kind of fault is, per call, until `until`; and how ill the new version is."""

    deployer: float = 0.0
    metrics: float = 0.0
    chat: float = 0.0
    until: timedelta = timedelta(minutes=60)
    ill: float = 0.0


class World:
    """What outlives the process: the database, the vendors, the clock."""

    def __init__(
        self, seed: int, rules: Rules, luck: Luck, deaths: list[int], *others: Rules
    ) -> None:
        self.random = Random(seed)
        self.places = places(rules, *others)
        self.luck = luck
        self.clock = LoopClock()
        self.conn = sqlite3.connect(":memory:")
        self.mortality = Mortality(deaths)
        self.deployer = FakeDeployer(
            self.clock, settles_in=timedelta(seconds=3), faults=self._deployer_fault
        )
        self.metrics = FakeMetrics(self.clock, self._numbers, gaps=self._gap)
        self.chat = FakeChat(self._slip)
        self.lives = 0
        self.calendar = Calendar()

    def _strikes(self, chance: float) -> bool:
        early = self.clock.monotonic() < self.luck.until.total_seconds()
        return early and self.random.random() < chance

    def _deployer_fault(self, _call: Call, _key: str) -> Fault | None:
        faults = [fault for fault in Fault if fault is not Fault.REFUSE]
        return self.random.choice(faults) if self._strikes(self.luck.deployer) else None

    def _gap(self, _query: str, _window: Window) -> Gap | None:
        return self.random.choice(list(Gap)) if self._strikes(self.luck.metrics) else None

    def _slip(self, _key: str) -> Slip | None:
        slips = (Slip.LATER, Slip.UNSURE_AFTER, Slip.UNSURE_BEFORE)
        return self.random.choice(slips) if self._strikes(self.luck.chat) else None

    def _numbers(self, query: str, window: Window) -> list[Point]:
        """What 40 requests a second look like, by who is served what right now."""
        where = STAGING if STAGING in query else ENVIRONMENT
        site = self.deployer._site(self._target(where)).seen(self.clock.now())
        new = site.share_of("v1.4.2") + sum(site.mirrors.values())
        share = new if "canary" in query else 100.0 - site.share_of("v1.4.2")
        requests = round(40 * (window.end - window.start).total_seconds() * share / 100)
        if requests == 0:
            return []
        ill = self.luck.ill if "canary" in query else 0.0
        rate = 1.0 if query.startswith("requests") else 0.002 + ill
        return [Point(value=float(round(requests * rate)))]

    def _target(self, environment: str = ENVIRONMENT) -> Target:
        return Target(service=SERVICE, environment=environment, settings={})


class Life:
    """One process of the bot, from start to death or stop."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.lives += 1
        world.mortality.dead = asyncio.Event()
        store = open_inline(world.conn, world.mortality.point)
        policy = Policy(places=world.places, calendar=world.calendar)
        book = Rulebook(policy, NoDirectory())
        self.engine = Engine(store, world.clock, book)
        ports = Ports(
            deployers={"shop": MortalDeployer(world.deployer, world.mortality)},
            metrics={"prom": MortalMetrics(world.metrics, world.mortality)},
        )
        readers = Views(self.engine, book, timedelta(minutes=5), "/release", "UTC")
        teller = ChatLane(self.engine, world.chat, readers, "C0RELEASES")
        self.runtime = Runtime(
            self.engine,
            ports,
            LoopWaker(),
            {CHAT: teller.perform, NOTICE: NoticeLane(world.chat, "C0RELEASES").perform},
            SIGN_EVERY,
        )

    async def live(self, until: Callable[["Life"], Coroutine[Any, Any, None]]) -> bool:
        """Whether `until` came to its end before death did."""
        await self.runtime.begin("sim", "")
        running = asyncio.create_task(self.runtime.run())
        acting = asyncio.create_task(until(self))
        dying = asyncio.create_task(self.world.mortality.dead.wait())
        await asyncio.wait({acting, dying, running}, return_when=asyncio.FIRST_COMPLETED)
        finished = acting.done() and not self.world.mortality.dead.is_set()
        for task in (running, acting, dying):
            task.cancel()
        results = await asyncio.gather(running, acting, dying, return_exceptions=True)
        for result in results:
            if isinstance(result, AssertionError):
                raise result
        return finished
