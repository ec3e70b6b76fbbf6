"""One way to serve: take a port, answer, and end without a trace."""

import errno
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import web
from aiohttp.typedefs import Handler

HOST = "127.0.0.1"
LOOPBACK = frozenset({HOST, "localhost", "[::1]", "::1"})
BACKLOG = 16
"""Connections taken in one turn of the loop: few, so that a runner with limits can count them."""
MakesRunner: TypeAlias = Callable[..., web.AppRunner]
"""What serves an application. Whoever serves people hands in one that limits its callers."""
Ends: TypeAlias = Callable[[], Awaitable[object]]


@dataclass(slots=True, kw_only=True)
class Served:
    """What answers at `url`. `stop` may be repeated; it leaves no task and no socket."""

    url: str
    ends: list[Ends] = field(default_factory=list)

    async def stop(self) -> None:
        """What has to end, in this order and each once."""
        while self.ends:
            await self.ends.pop(0)()


async def listen(
    app: web.Application,
    host: str,
    port: int,
    *,
    more: int = 0,
    runner: MakesRunner = web.AppRunner,
    **options: Any,
) -> web.AppRunner:
    """Serve at `port`, or at the first free one of the `more` after it; 0 is any free one.

    Raises OSError where none is free, with nothing left open.
    """
    made = runner(app, access_log=None, **options)
    try:
        await made.setup()
        await bind(made, host, range(port, port + (more if port else 0) + 1))
    except BaseException:
        await made.cleanup()
        raise
    return made


async def bind(made: web.AppRunner, host: str, ports: range) -> None:
    """On the first free one of these ports."""
    for port in ports:
        try:
            await web.TCPSite(made, host, port, backlog=BACKLOG).start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE or port == ports[-1]:
                raise
        else:
            return


def url_of(made: web.AppRunner, host: str) -> str:
    return f"http://{host}:{made.addresses[0][1]}"


@web.middleware
async def known_host(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A name that some other site lets point at this machine is not ours."""
    name = request.host.rpartition(":")[0] or request.host
    peer = request.transport and request.transport.get_extra_info("sockname")
    if peer and peer[0] in LOOPBACK and name not in LOOPBACK:
        raise web.HTTPForbidden(text="This is only served as 127.0.0.1 or localhost.")
    return await handler(request)


@web.middleware
async def only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page of another site must not drive this server through somebody's browser."""
    origin = request.headers.get("Origin", "")
    if origin and origin.partition("://")[2] != request.host:
        raise web.HTTPForbidden(text="Requests from pages of other sites are refused.")
    return await handler(request)
