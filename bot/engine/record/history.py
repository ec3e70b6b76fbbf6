"""Releases and services as the record tells them, folded once and remembered."""

from collections import Counter

from bot.domain.facts.calendar import CALENDAR
from bot.domain.facts.fact import Fact
from bot.domain.state.calendar import Declared, fold_declared
from bot.domain.state.evolve import evolve, fold
from bot.domain.state.release import Release
from bot.domain.state.service import SERVICES, ServiceState, evolve_service, fold_service, stream_of
from bot.engine.record.codec import fact_of
from bot.ports.store import Event, Store


class History:
    """A reader with a memory: what `learn` or `forget` names is read anew."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._releases: dict[str, Release] = {}
        self._services: dict[str, ServiceState] = {}
        self._versions: dict[str, int] = {}
        self._declared: Declared | None = None
        self._touched: Counter[str] = Counter()
        self.service_changes = 0
        """Another number whenever what is known of any service may be different."""

    async def release(self, release_id: str) -> Release | None:
        known = self._releases.get(release_id)
        if known is not None:
            return known
        before = self._touched[release_id]
        release = fold(await self.facts(release_id))
        # What was committed while this was being read may be missing from it.
        if release is not None and self._touched[release_id] == before:
            self._releases[release_id] = release
        return release

    async def service(self, service: str, environment: str) -> ServiceState:
        stream = stream_of(service, environment)
        if stream in self._services:
            return self._services[stream]
        before = self._touched[stream]
        state = fold_service(await self.facts(stream))
        if self._touched[stream] == before:
            self._services[stream] = state
        return state

    async def declared(self) -> Declared:
        """The freezes that people set, and that were not lifted."""
        if self._declared is not None:
            return self._declared
        before = self._touched[CALENDAR]
        state = fold_declared(await self.facts(CALENDAR))
        if self._touched[CALENDAR] == before:
            self._declared = state
        return state

    async def facts(self, stream: str) -> list[Fact]:
        return [fact_of(event) for event in await self._store.load(stream)]

    async def live(self, claim: str) -> Release | None:
        """The release that holds a claim."""
        holder = (await self._store.claims()).get(claim)
        return await self.release(holder) if holder else None

    async def all_live(self) -> list[Release]:
        holders = sorted(set((await self._store.claims()).values()))
        releases = [await self.release(holder) for holder in holders]
        return [release for release in releases if release is not None]

    async def version(self, stream: str) -> int:
        """How many facts a stream has; only what is new since the last call is read."""
        seen = self._versions.get(stream, 0)
        newer = await self._store.load(stream, after=seen)
        self._versions[stream] = newer[-1].version if newer else seen
        return self._versions[stream]

    def learn(self, events: tuple[Event, ...]) -> None:
        """What was committed carries on what is remembered; it is not read again."""
        for event in events:
            self._touch(event.stream)
            self._learn_of_release(event)
            self._learn_of_service(event)
            if event.stream == CALENDAR:
                self._declared = None

    def _touch(self, stream: str) -> None:
        self._touched[stream] += 1
        self.service_changes += stream.startswith(SERVICES)

    def _learn_of_release(self, event: Event) -> None:
        known = self._releases.pop(event.stream, None)
        if known is not None and known.version + 1 == event.version:
            self._releases[event.stream] = evolve(known, fact_of(event))

    def _learn_of_service(self, event: Event) -> None:
        known = self._services.pop(event.stream, None)
        if known is not None and known.version + 1 == event.version:
            self._services[event.stream] = evolve_service(known, fact_of(event))

    def forget(self, stream: str) -> None:
        """Somebody else wrote there."""
        self._touch(stream)
        self._releases.pop(stream, None)
        self._services.pop(stream, None)
        if stream == CALENDAR:
            self._declared = None


PAGE = 1000


async def services_in(store: Store) -> dict[str, ServiceState]:
    """By `service/environment`."""
    states: dict[str, ServiceState] = {}
    after = 0
    while page := await store.events(after, PAGE):
        for event in (each for each in page if each.stream.startswith(SERVICES)):
            name = event.stream.removeprefix(SERVICES)
            states[name] = evolve_service(states.get(name, ServiceState()), fact_of(event))
        after = page[-1].seq
    return states
