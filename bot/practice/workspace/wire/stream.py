"""The stream: a WebSocket that shows the state and then every change."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from bot.practice.workspace.journal import Journal, JournalEntry
from bot.practice.workspace.state import Json

HOLDS = 2_000
QUIET = frozenset({"request", "response_url", "act"})
"""What changes nothing that can be seen; only a reader of everything gets these."""


@dataclass(slots=True, eq=False)
class JournalReader:
    """One reader and what it has not been sent yet; `missed` once there was too much of it."""

    every: bool
    came: asyncio.Queue[JournalEntry] = field(default_factory=lambda: asyncio.Queue(maxsize=HOLDS))
    missed: bool = False

    def notice(self, entry: JournalEntry) -> None:
        """An entry of the journal."""
        if not self.every and entry["kind"] in QUIET:
            return
        if self.came.full():
            self.missed = True
        else:
            self.came.put_nowait(entry)

    async def next(self) -> JournalEntry | None:
        """The next change; None where changes were missed, so that only the state will do."""
        entry = await self.came.get()
        if not self.missed:
            return entry
        while not self.came.empty():
            self.came.get_nowait()
        self.missed = False
        return None


@dataclass(slots=True)
class JournalStream:
    """GET stream[?all=1]: first {"type": "state", "state"}, then {"type": "change", **entry}.

    A reader that falls behind is sent a fresh state instead of what it missed.
    """

    source: Journal
    snapshot: Callable[[], Json]

    async def tell(self, request: web.Request, stream: web.WebSocketResponse) -> None:
        """One reader, until it leaves."""
        reader = JournalReader(every=request.query.get("all") == "1")
        self.source.listen(reader.notice)
        try:
            await self.feed(stream, reader)
        finally:
            self.source.ignore(reader.notice)

    async def feed(self, stream: web.WebSocketResponse, reader: JournalReader) -> None:
        """Write the state, then the changes."""
        await self.show_state(stream)
        while True:
            entry = await reader.next()
            if entry is None:
                await self.show_state(stream)
            else:
                await stream.send_json({"type": "change", **entry})

    async def show_state(self, stream: web.WebSocketResponse) -> None:
        """Write the state as it is now."""
        await stream.send_json({"type": "state", "state": self.snapshot()})
