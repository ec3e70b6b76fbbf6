"""A clock that stands still until somebody sleeps by it, or moves it."""

import asyncio
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class FakeClock:
    """Behind bot.ports.clock.Clock; sleeping takes no real time and moves it at once."""

    def __init__(self, at: datetime = NOON) -> None:
        self._start = self._at = at

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return (self._at - self._start).total_seconds()

    async def sleep(self, span: timedelta) -> None:
        self.advance(span)
        await asyncio.sleep(0)

    def advance(self, span: timedelta) -> None:
        self._at += max(span, timedelta(0))
