"""One front for the whole fleet, opened and closed as one thing."""

from dataclasses import dataclass

from aiohttp import web

from bot.practice.fleet.api import FleetApi
from bot.practice.fleet.fleet import Fleet
from bot.practice.kit.serve import HOST, MakesRunner, Served, known_host, listen, url_of

LARGEST = 1024 * 1024


@dataclass(slots=True, kw_only=True)
class ServedFleet(Served):
    """A fleet that answers at `url`."""

    fleet: Fleet


async def serve(
    fleet: Fleet, host: str = HOST, port: int = 0, runner: MakesRunner = web.AppRunner
) -> ServedFleet:
    """Open the fleet and let users in; OSError where the port is taken, with nothing left open."""
    api = FleetApi(fleet)
    app = web.Application(client_max_size=LARGEST, middlewares=[known_host])
    app.add_routes(api.routes())
    app.on_shutdown.append(lambda _app: api.stream.close())
    await fleet.open()
    try:
        # A caller that hangs up ends what waits for it; orders are taken before any waiting.
        front = await listen(
            app, host, port, runner=runner, handler_cancellation=True, shutdown_timeout=0.2
        )
    except OSError:
        await fleet.close()
        raise
    url = url_of(front, host)
    fleet.send_users(url)
    # Users first, or they would meet a front that is going away.
    return ServedFleet(url=url, fleet=fleet, ends=[fleet.dismiss_users, front.cleanup, fleet.close])
