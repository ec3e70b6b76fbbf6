"""A wake-up and nothing more: losing one loses nothing, for what is due stands in the store."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol


class Waker(Protocol):
    def at(self, due: datetime, call: Callable[[], None]) -> None:
        """Call once at `due`, or at once where that has passed; replaces what was asked before."""
        ...

    def close(self) -> None: ...
