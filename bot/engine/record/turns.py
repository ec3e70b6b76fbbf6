"""One decision at a time for what can only be decided in order.

Who waits longer than its patience withdraws before anything was written. The record would refuse
a stale decision anyway; turns only spare two hundred people at once from deciding it again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta


class OutOfPatience(Exception):
    """The turn did not come in time; nothing was begun."""


class Turns:
    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._waiting: dict[str, int] = {}

    @asynccontextmanager
    async def take(
        self, names: tuple[str, ...], patience: timedelta | None
    ) -> AsyncIterator[timedelta | None]:
        """Hold the turns of `names`, in order; yields what is left of the patience."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + patience.total_seconds() if patience is not None else None
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout_at(ends):
                    for name in names:
                        await held.enter_async_context(self._turn(name))
            except TimeoutError:
                raise OutOfPatience from None
            yield timedelta(seconds=max(0.0, ends - loop.time())) if ends is not None else None

    @asynccontextmanager
    async def _turn(self, name: str) -> AsyncIterator[None]:
        lock = self._locks.setdefault(name, asyncio.Lock())
        self._waiting[name] = self._waiting.get(name, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._waiting[name] -= 1
            if not self._waiting[name]:
                del self._waiting[name], self._locks[name]
