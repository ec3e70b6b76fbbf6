"""The live figures over a WebSocket, once a second, to whoever watches."""

import asyncio

from aiohttp import web

from bot.practice.fleet.fleet import Fleet
from bot.practice.kit.watchers import Watchers

EVERY = 1.0


def figures_stream(fleet: Fleet) -> Watchers:
    """Sends what GET /fleet/figures answers, at once and then every second."""

    async def tell(_request: web.Request, watcher: web.WebSocketResponse) -> None:
        while True:
            await watcher.send_json(fleet.live())
            await asyncio.sleep(EVERY)

    return Watchers(tell)
