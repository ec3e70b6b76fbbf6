"""The one place that asks the machine for time and chance."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from random import Random, SystemRandom
from uuid import uuid4


class SystemClock:
    """The machine's clocks behind bot.ports.clock.Clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, span: timedelta) -> None:
        await asyncio.sleep(max(0.0, span.total_seconds()))


def fresh_id() -> str:
    """An id that nobody had before."""
    return str(uuid4())


def chance() -> Random:
    """Chance that nobody can foresee; tests take a seeded Random instead."""
    return SystemRandom()
