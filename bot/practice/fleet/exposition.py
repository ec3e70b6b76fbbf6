"""What a /metrics page may show instead of numbers."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import NoReturn, TypeAlias

from aiohttp import web

from bot.practice.fleet.breaks import Showing
from bot.practice.fleet.tally import CONTENT_TYPE, VersionTally, page

Tallies: TypeAlias = Iterable[VersionTally]


async def for_ever() -> NoReturn:
    """Waits until whoever asked hangs up, or the fleet stops."""
    await asyncio.get_running_loop().create_future()
    raise AssertionError("nobody answers this")


def exposition(body: bytes) -> web.Response:
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})


async def _numbers(tallies: Tallies) -> web.Response:
    return exposition(page(tallies))


async def _absent(tallies: Tallies) -> web.Response:
    return exposition(page(tallies, bare=True))


async def _unavailable(_tallies: Tallies) -> web.Response:
    return web.Response(status=503, text="the exporter is not ready\n")


async def _hang(_tallies: Tallies) -> web.Response:
    await for_ever()


async def _html(_tallies: Tallies) -> web.Response:
    body = "<!doctype html><title>Sign in</title><p>Please sign in to see this page.</p>"
    return web.Response(text=body, content_type="text/html")


SHOW: Mapping[Showing, Callable[[Tallies], Awaitable[web.Response]]] = {
    "ok": _numbers,
    "absent": _absent,
    "unavailable": _unavailable,
    "hang": _hang,
    "html": _html,
}
