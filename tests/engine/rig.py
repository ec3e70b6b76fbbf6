"""An engine with everything around it in memory, and releases where a test needs them."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.facts.bot import Denied
from bot.domain.facts.fact import Fact
from bot.domain.intents import release as i
from bot.domain.judge.samples import Window
from bot.domain.state.moves import Do
from bot.domain.state.release import Release
from bot.domain.terms.rules import Rules
from bot.domain.terms.strategy import Observed
from bot.engine.lanes.chat import ChatLane
from bot.engine.parts import Ports
from bot.engine.people.rulebook import Policy, Rulebook
from bot.engine.record.engine import Engine
from bot.engine.record.voters import Linked
from bot.engine.watch.views import Views
from bot.ports.directory import Directory, NoDirectory, Person
from bot.ports.metrics import Point
from bot.ports.store import Batch, CommitResult, Effect, Json, NewEffect, Store, StoreError
from bot.store.sqlite import open_inline
from tests.domain.builders import MEI, OLD, rules, split
from tests.fakes.chat import FakeChat
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.deployer import FakeDeployer
from tests.fakes.metrics import FakeMetrics
from tests.fakes.places import places

EVERYBODY_MAY = dict.fromkeys(("start", "promote", "override", "rollback"), ("anyone",))
SECOND = timedelta(seconds=1)


def lenient(**changes: object) -> Rules:
    return rules(**{"may": EVERYBODY_MAY, **changes})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An entry of `[people]`."""

    users: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    group: str | None = None


@dataclass(slots=True)
class FakeDirectory:
    """Members by group; a person or group that is not there cannot be known."""

    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    known_once: dict[str, frozenset[str]] = field(default_factory=dict)
    remembered: dict[str, bool] = field(default_factory=dict)

    async def person(self, person: str) -> Person | None:
        """Who came by a shell or a key was let in by the machine itself, as with the real one."""
        came_by_machine = ":" in person
        return Person(id=person, name=person) if came_by_machine else self.people.get(person)

    async def look_up(self, people: Iterable[str]) -> Mapping[str, Person]:
        asked = {each: await self.person(each) for each in people}
        return {each: known for each, known in asked.items() if known is not None}

    async def was_member(self, person: str) -> bool | None:
        return self.remembered.get(person)

    async def members(self, group: str, *, urgent: bool = True) -> frozenset[str] | None:
        return self.groups.get(group)

    def last_members(self, group: str) -> frozenset[str] | None:
        return self.known_once.get(group)

    async def by_email(self, email: str, *, urgent: bool = True) -> str | None:
        mailed = {each.email.casefold(): each.id for each in self.people.values() if each.email}
        return mailed.get(email.casefold(), "")


@dataclass(slots=True)
class Waker:
    """Keeps what it was asked for, and never rings by itself."""

    due: list[datetime] = field(default_factory=list)
    closed: bool = False

    def at(self, due: datetime, call: object) -> None:
        self.due.append(due)

    def close(self) -> None:
        self.closed = True


class Failing:
    """A store in front of another: its next calls of some methods fail, or answer otherwise."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self.failures: dict[str, int] = {}
        self.answers: list[CommitResult] = []

    def __getattr__(self, name: str) -> object:
        if self.failures.get(name, 0) > 0:
            self.failures[name] -= 1
            raise StoreError("Nothing was recorded: the disk is full. Make room.")
        return getattr(self._inner, name)

    async def commit(self, batch: Batch, patience: timedelta | None = None) -> CommitResult:
        if self.failures.get("commit", 0) > 0:
            self.failures["commit"] -= 1
            raise StoreError("Nothing was recorded: the disk is full. Make room.")
        if self.answers and patience is not None:
            return self.answers.pop(0)
        return await self._inner.commit(batch, patience)


def quiet(_query: str, _window: Window) -> list[Point]:
    return [Point(value=100.0)]


class Rig:
    """Services are `rules`; `store` may stand in front of the real one."""

    def __init__(
        self,
        *pinned: Rules,
        directory: Directory | None = None,
        people: Mapping[str, Group] | None = None,
        store: Store | None = None,
        quarantined: Mapping[tuple[str, str], str] | None = None,
        accounts: Mapping[str, str] | None = None,
    ) -> None:
        self.clock = FakeClock()
        self.store: Store = store or open_inline(sqlite3.connect(":memory:"))
        policy = Policy(
            places=places(*(pinned or (lenient(),)), quarantined=quarantined),
            people=people or {},
            accounts=accounts or {},
        )
        self.book = Rulebook(policy, directory or NoDirectory(), Linked(self.store).links)
        self.engine = Engine(self.store, self.clock, self.book)
        self.deployer = FakeDeployer(self.clock)
        self.metrics = FakeMetrics(self.clock, quiet)
        self.ports = Ports(deployers={"shop": self.deployer}, metrics={"prom": self.metrics})
        self.readers = Views(self.engine, self.book, timedelta(minutes=5), "/release", "UTC")
        self.chat = FakeChat()
        self.teller = ChatLane(self.engine, self.chat, self.readers, "C0RELEASES")

    async def adopt(self, environment: str = "prod", version: str = OLD.version) -> None:
        seen = Observed(revisions={version: 100.0})
        intent = i.Adopt(by=MEI, service="checkout", environment=environment, seen=seen)
        assert (await self.engine.open(intent)).ok

    async def start(self, version: str = "v1.4.2", environment: str = "prod") -> str:
        intent = i.Start(
            by=MEI, release="", service="checkout", environment=environment, version=version
        )
        answer = await self.engine.open(intent)
        assert answer.ok, answer
        return answer.release

    async def fly(self, release: str = "R-1") -> None:
        """Through preflight, towards its first step."""
        report = i.PreflightReported(
            revision="v1.4.2",
            mechanism="switch",
            proof=("kept",),
            observed=Observed(revisions={OLD.revision: 100.0}),
        )
        assert (await self.engine.tell(release, report)).ok

    async def baking(self) -> Release:
        """R-1, watched at its first step."""
        await self.adopt()
        await self.start()
        await self.fly()
        assert (await self.engine.tell("R-1", i.Seen(observed=split(10), idle=True))).ok
        return await self.release()

    async def release(self, name: str = "R-1") -> Release:
        found = await self.engine.history.release(name)
        assert found is not None
        return found

    async def rows(self, *kinds: Do, stream: str = "R-1") -> list[Effect]:
        wanted = {kind.value for kind in kinds}
        return [row for row in await self.store.effects(stream) if row.body.get("do") in wanted]

    async def kinds(self, stream: str) -> list[str]:
        return [event.kind for event in await self.store.load(stream)]

    async def put(self, key: str, at: datetime = NOON, **changes: object) -> None:
        """One effect of R-1, written as the engine writes them."""
        values: dict[str, object] = {
            "stream": "R-1",
            "slot": key,
            "lane": "work",
            "priority": 5,
            "body": {},
            "due_at": at,
        }
        row = NewEffect(key=key, **{**values, **changes})  # type: ignore[arg-type]
        await self.store.commit(Batch(at=at, effects=[row]))


async def outcome_of(store: Store, key: str) -> Json | None:
    row = await store.effect(key)
    assert row is not None
    return row.outcome


def denied_code(fact: Fact) -> str:
    assert isinstance(fact, Denied)
    return fact.code
