"""One front for the whole fleet, opened and closed as one thing."""

from dataclasses import dataclass, field

from aiohttp import web

from bot.net.guarded import BACKLOG, GuardedRunner
from bot.practice.fleet.api import FleetApi
from bot.practice.fleet.fleet import HOST, Fleet

LARGEST = 1024 * 1024


@dataclass(slots=True)
class ServedFleet:
    """A fleet that answers at `url`. `stop` may be repeated; it leaves no task and no socket."""

    url: str
    fleet: Fleet
    _runner: web.AppRunner
    _stopped: bool = field(default=False, init=False)

    async def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        # Users first, or they would meet a front that is going away.
        await self.fleet.dismiss_users()
        await self._runner.cleanup()
        await self.fleet.close()


async def serve(fleet: Fleet, host: str = HOST, port: int = 0) -> ServedFleet:
    """Open the fleet and let users in; OSError where the port is taken, with nothing left open."""
    api = FleetApi(fleet)
    app = web.Application(client_max_size=LARGEST)
    app.add_routes(api.routes())
    app.on_shutdown.append(lambda _app: api.stream.close())
    # A caller that hangs up ends what waits for it; orders are taken before anything is awaited.
    runner = GuardedRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
    await fleet.open()
    try:
        await runner.setup()
        site = web.TCPSite(runner, host, port, backlog=BACKLOG)
        await site.start()
    except OSError:
        await runner.cleanup()
        await fleet.close()
        raise
    url = f"http://{host}:{runner.addresses[0][1]}"
    fleet.send_users(url)
    return ServedFleet(url, fleet, runner)
