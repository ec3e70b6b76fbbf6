"""Rate limits: sliding windows per method and per channel, constant work per call."""

from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import datetime
from math import ceil

from bot.practice.workspace.limits import CallWindow
from bot.practice.workspace.seed import Seed

Key = tuple[str, ...]


class Rates:
    """Counts calls; a refused call does not count, an allowed one counts whatever it answers."""

    def __init__(self, seed: Seed) -> None:
        self._seed = seed
        self._calls: dict[tuple[Key, CallWindow], deque[float]] = defaultdict(deque)

    def take(self, method: str, channel: str | None, now: datetime) -> int:
        """Count one call: 0 where it is allowed, else the seconds to wait (Retry-After)."""
        at = now.timestamp()
        counts = [
            (window, self._recent(key, window, at)) for key, window in self._due(method, channel)
        ]
        waits = [self._wait(window, calls, at) for window, calls in counts]
        if any(waits):
            return max(waits)
        for _, calls in counts:
            calls.append(at)
        return 0

    def _due(self, method: str, channel: str | None) -> Iterable[tuple[Key, CallWindow]]:
        for window in self._seed.method_rates.get(method, ()):
            yield (method,), window
        for window in self._seed.channel_rates.get(method, ()) if channel else ():
            yield (method, channel or ""), window

    def _recent(self, key: Key, window: CallWindow, at: float) -> deque[float]:
        calls = self._calls[key, window]
        while calls and calls[0] <= at - window.seconds:
            calls.popleft()
        return calls

    def _wait(self, window: CallWindow, calls: deque[float], at: float) -> int:
        if len(calls) < max(1, int(window.calls * self._seed.rate_factor)):
            return 0
        return max(1, ceil(calls[0] + window.seconds - at))
