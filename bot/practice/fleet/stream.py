"""The live figures over a WebSocket, once a second, to whoever watches."""

import asyncio

from aiohttp import WSCloseCode, web

from bot.practice.fleet.fleet import Fleet

EVERY = 1.0


class FiguresStream:
    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._watchers: set[web.WebSocketResponse] = set()

    async def follow(self, request: web.Request) -> web.WebSocketResponse:
        """Sends what GET /fleet/figures answers, at once and then every second."""
        watcher = web.WebSocketResponse(heartbeat=20)
        await watcher.prepare(request)
        self._watchers.add(watcher)
        pushing = self._fleet.tasks.spawn(self._push(watcher))
        try:
            # Reading is what notices that the watcher left; what it says means nothing here.
            async for _word in watcher:
                pass
        finally:
            self._watchers.discard(watcher)
            pushing.cancel()
        return watcher

    async def close(self) -> None:
        for watcher in tuple(self._watchers):
            await watcher.close(code=WSCloseCode.GOING_AWAY)

    async def _push(self, watcher: web.WebSocketResponse) -> None:
        try:
            while True:
                await watcher.send_json(self._fleet.live())
                await asyncio.sleep(EVERY)
        except ConnectionError:
            return
