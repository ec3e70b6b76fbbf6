"""Every service as the record tells it, also those that the config no longer names."""

from bot.domain.state.service import SERVICES, ServiceState, evolve_service
from bot.engine.codec import fact_of
from bot.ports.store import Store

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
