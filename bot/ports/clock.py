"""Time as an argument: everything that compares instants asks this and nothing else."""

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, aware and in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever grow; differences of it are real durations."""
        ...

    async def sleep(self, span: timedelta) -> None: ...
