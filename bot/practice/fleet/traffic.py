"""Users: they ask a site through the proxy, at an even rate with some unrest, until told not to."""

import asyncio
from random import Random

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.practice.fleet.site import Site
from bot.practice.kit.tasks import OwnedTasks

PATIENCE = ClientTimeout(total=12)
MOST_WAITING = 100
FASTEST = 500.0
PATHS = ("cart", "pay", "items/7", "items/12?size=m")


class Traffic:
    """The users of one site. At most 100 wait for an answer at once; others do not come."""

    def __init__(
        self, site: Site, url: str, session: ClientSession, random: Random, tasks: OwnedTasks
    ) -> None:
        self._site = site
        self._url = f"{url}/site/{'/'.join(site.name)}/"
        self._session = session
        self._random = random
        self._tasks = tasks
        self._asking = OwnedTasks()
        self._waiting = 0
        self._coming: asyncio.Task[None] | None = None

    def follow(self) -> None:
        """Come as often as the site now says, from this moment."""
        if self._coming is not None:
            self._coming.cancel()
            self._coming = None
        if self._site.rps and self._site.breaks.traffic:
            self._coming = self._tasks.spawn(self._come(self._site.rps))

    async def stop(self) -> None:
        """Nobody comes any more, and nobody waits."""
        if self._coming is not None:
            self._coming.cancel()
            self._coming = None
        await self._asking.stop()

    async def _come(self, rps: float) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            # After a hold-up of the whole process the missed users do not all come at once.
            due = max(due + (0.5 + self._random.random()) / rps, loop.time() - 0.5)
            await asyncio.sleep(due - loop.time())
            if self._waiting < MOST_WAITING:
                self._waiting += 1
                self._asking.spawn(self._one())

    async def _one(self) -> None:
        try:
            async with self._session.get(
                self._url + self._random.choice(PATHS), timeout=PATIENCE
            ) as answer:
                await answer.read()
        except (ClientError, TimeoutError):
            # A user who gets no answer leaves; the proxy has counted what there was.
            return
        finally:
            self._waiting -= 1
