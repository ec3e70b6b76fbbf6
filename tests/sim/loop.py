"""An event loop whose time is an argument: where nothing is ready it jumps to what is due next."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Deadlock(AssertionError):
    """Everybody waits and nothing is due."""


class VirtualLoop(asyncio.SelectorEventLoop):
    _ready: Any
    _scheduled: Any

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0

    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        if not self._ready:
            if not self._scheduled:
                raise Deadlock("nothing is ready and nothing is due")
            self._now = max(self._now, self._scheduled[0].when())
        super()._run_once()  # type: ignore[misc]


class LoopClock:
    """The virtual loop's time, behind bot.ports.clock.Clock."""

    def now(self) -> datetime:
        return START + timedelta(seconds=asyncio.get_running_loop().time())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, span: timedelta) -> None:
        await asyncio.sleep(max(0.0, span.total_seconds()))


class LoopWaker:
    """Behind bot.ports.waker.Waker, by the loop's own timers."""

    def __init__(self) -> None:
        self._handle: asyncio.TimerHandle | None = None

    def at(self, due: datetime, call: Callable[[], None]) -> None:
        self.close()
        loop = asyncio.get_running_loop()
        self._handle = loop.call_at((due - START).total_seconds(), call)

    def close(self) -> None:
        if self._handle is not None:
            self._handle.cancel()


def simulate(main: Coroutine[Any, Any, T]) -> T:
    """Run to the end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
