"""Whoever looks on over a WebSocket, each told by a task of its own."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import WSCloseCode, web

from bot.practice.kit.tasks import OwnedTasks

HEARTBEAT = 20.0
Tell: TypeAlias = Callable[[web.Request, web.WebSocketResponse], Awaitable[None]]


class Watchers:
    """`tell` writes to one watcher until it is cancelled; that the watcher left is no error."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._tasks = OwnedTasks()
        self._live: set[web.WebSocketResponse] = set()

    async def follow(self, request: web.Request) -> web.WebSocketResponse:
        """One watcher, from its first look until it leaves."""
        watcher = web.WebSocketResponse(heartbeat=HEARTBEAT)
        await watcher.prepare(request)
        self._live.add(watcher)
        telling = self._tasks.spawn(self._told(request, watcher))
        try:
            # Reading is what notices that the watcher left; what it says means nothing here.
            async for _word in watcher:
                continue
        finally:
            self._live.discard(watcher)
            telling.cancel()
        return watcher

    async def close(self) -> None:
        """Say goodbye to everyone; the server stops."""
        for watcher in tuple(self._live):
            await watcher.close(code=WSCloseCode.GOING_AWAY)

    async def _told(self, request: web.Request, watcher: web.WebSocketResponse) -> None:
        try:
            await self._tell(request, watcher)
        except ConnectionError:
            return
