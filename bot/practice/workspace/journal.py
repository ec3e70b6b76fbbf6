"""Everything that happened, in order."""

from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any

from bot.practice.kit.clock import Now

JournalEntry = dict[str, Any]
HearsEntry = Callable[[JournalEntry], None]


class Journal:
    """Numbered entries {n, at, kind, …}; the oldest are dropped once more than `keeps` stand."""

    def __init__(self, now: Now, keeps: int) -> None:
        self._now = now
        self._entries: deque[JournalEntry] = deque(maxlen=keeps)
        self._listeners: set[HearsEntry] = set()
        self.last = 0

    def write(self, kind: str, **fields: Any) -> JournalEntry:
        """Add an entry and tell who listens."""
        self.last += 1
        entry = {"n": self.last, "at": self._now().isoformat(), "kind": kind, **fields}
        self._entries.append(entry)
        for listener in tuple(self._listeners):
            listener(entry)
        return entry

    def since(self, number: int) -> list[JournalEntry]:
        """The entries after `number`, oldest first."""
        wanted = min(max(self.last - number, 0), len(self._entries))
        return list(islice(reversed(self._entries), wanted))[::-1]

    def clear(self) -> None:
        """Forget the entries; numbers go on, so that a reader never sees one twice."""
        self._entries.clear()

    def listen(self, listener: HearsEntry) -> None:
        """Call `listener` with each new entry, until `ignore`."""
        self._listeners.add(listener)

    def ignore(self, listener: HearsEntry) -> None:
        """Stop calling `listener`."""
        self._listeners.discard(listener)
