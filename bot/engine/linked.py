"""Links of people to accounts, as the record tells them; only what is new is read each time."""

from bot.domain.facts.people import PEOPLE_STREAM
from bot.domain.state.people import Links, evolve_links
from bot.engine.codec import fact_of
from bot.ports.store import Store


class Linked:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._links = Links()
        self._seen = 0

    async def links(self) -> Links:
        for event in await self._store.load(PEOPLE_STREAM, after=self._seen):
            # Two who read at once meet the same events; each counts once.
            if event.version == self._seen + 1:
                self._links = evolve_links(self._links, fact_of(event))
                self._seen = event.version
        return self._links
