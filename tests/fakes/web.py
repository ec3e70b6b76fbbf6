"""Servers on the loopback that answer as they are told, and the real HTTP core to call them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from aiohttp import web

from bot.engine.clock import SystemClock
from bot.net import HostLimits, HttpCore

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """An HTTP server that gives every request to `handler`; yields its address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@dataclass(slots=True)
class Raw:
    """A TCP server without manners. Connection n meets `script[n]`, the last one for ever.

    A script is bytes to answer once a request head has come; None ends the connection with a
    reset; an event keeps silent until it is set. `heads` are the request heads that came.
    """

    script: Sequence[bytes | asyncio.Event | None]
    heads: list[bytes] = field(default_factory=list)
    url: str = ""

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the other side left first
        finally:
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        answer = self.script[min(len(self.heads), len(self.script)) - 1]
        if isinstance(answer, asyncio.Event):
            await answer.wait()
        elif answer is not None:
            writer.write(answer)
            await writer.drain()
            writer.write_eof()
            await reader.read()


@asynccontextmanager
async def raw(*script: bytes | asyncio.Event | None) -> AsyncIterator[Raw]:
    told = Raw(script)
    server = await asyncio.start_server(told.meet, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    told.url = f"http://{host}:{port}"
    try:
        yield told
    finally:
        server.close()
        for answer in script:
            if isinstance(answer, asyncio.Event):
                answer.set()
        await asyncio.sleep(0)


def http_core(*urls: str, limits: HostLimits | None = None) -> HttpCore:
    """The product's own HTTP core, allowed to call these addresses."""
    return HttpCore(
        clock=SystemClock(), chance=Random(7), allowed=urls, limits=limits or HostLimits()
    )
