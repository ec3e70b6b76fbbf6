"""How fast one host is asked: so many calls at once, so many per second, and never before it said.

Reads and writes of a host have a lane each, so that a crowd of polls cannot hold up a rollback.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

LONGEST_HOLD = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLimits:
    """Per host and lane: calls at once, calls per second, and how many may go in one burst.

    `attempts` is how often a read is tried in all.
    """

    at_once: int = 8
    rate: float = 50.0
    burst: int = 50
    attempts: int = 4


@dataclass(slots=True)
class HostBucket:
    """Tokens that grow with time; a debt is a wait."""

    rate: float
    burst: float
    tokens: float = field(init=False)
    at: float | None = None

    def __post_init__(self) -> None:
        self.tokens = self.burst

    def take(self, now: float) -> float:
        """Take one token at `now`; answers how many seconds to wait for it."""
        grown = 0.0 if self.at is None else (now - self.at) * self.rate
        self.tokens = min(self.burst, self.tokens + grown) - 1
        self.at = now
        return max(0.0, -self.tokens / self.rate)


class Lane:
    """Times are those of the running loop, in seconds."""

    def __init__(self, limits: HostLimits) -> None:
        self._slots = asyncio.Semaphore(limits.at_once)
        self._bucket = HostBucket(limits.rate, limits.burst)
        self._held_until = 0.0

    def hold(self, seconds: float) -> None:
        """Nobody goes for that long, at most a minute whatever the host asks for."""
        until = asyncio.get_running_loop().time() + min(seconds, LONGEST_HOLD.total_seconds())
        self._held_until = max(self._held_until, until)

    def held(self) -> float:
        """Seconds until somebody may go again."""
        return max(0.0, self._held_until - asyncio.get_running_loop().time())

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        async with self._slots:
            wait = self._bucket.take(asyncio.get_running_loop().time())
            if wait:
                await asyncio.sleep(wait)
            yield
