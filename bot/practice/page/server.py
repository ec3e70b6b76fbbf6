"""One origin for a browser: the page, the workspace, the fleet, and the switches of the stage."""

import asyncio
import errno
import tomllib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import WSCloseCode, web

from bot.net.guarded import BACKLOG, GuardedRunner
from bot.practice.fleet.api import FleetApi
from bot.practice.page.keeper import Keeper
from bot.practice.page.tries import deed_of
from bot.practice.stage.stage import Stage
from bot.practice.workspace.people.act import act
from bot.practice.workspace.wire.arrange import Arrange
from bot.practice.workspace.wire.asked import answer_errors, body_of
from bot.practice.workspace.wire.control import Control
from bot.practice.workspace.wire.server import only_from_here
from bot.practice.workspace.wire.signed import SignedTransport
from commands import COMMANDS

STATIC = Path(__file__).parent / "static"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
PORTS_TRIED = 50
LOOK_EVERY = 0.25
LARGEST = 1024 * 1024
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
GUARDS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class ServedPage:
    """A page that answers at `url`. `stop` may be repeated; the bot's process ends with it."""

    url: str
    keeper: Keeper
    _runner: web.AppRunner
    _stopped: bool = field(default=False, init=False)

    async def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        await self.keeper.stop()
        await self._runner.cleanup()


async def serve_page(
    stage: Stage, host: str = "127.0.0.1", port: int = 0, playing: bool = False
) -> ServedPage:
    """Serve the page and raise the bot; a taken port moves to the next one, 0 is any free one.

    With `playing` a story raises the bot, and the page shows it.

    Raises OSError where no port of the 50 from `port` on is free, with nothing left open.
    """
    keeper = Keeper(stage, playing)
    runner = GuardedRunner(
        build(keeper), access_log=None, handler_cancellation=True, shutdown_timeout=0.2
    )
    await runner.setup()
    try:
        await listen(runner, host, port)
    except OSError:
        await runner.cleanup()
        raise
    keeper.start()
    return ServedPage(f"http://{host}:{runner.addresses[0][1]}", keeper, runner)


async def listen(runner: web.AppRunner, host: str, port: int) -> None:
    """On the first free port from `port` on."""
    last = port + PORTS_TRIED if port else 0
    while True:
        try:
            await web.TCPSite(runner, host, port, backlog=BACKLOG).start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE or port >= last:
                raise
            port += 1
        else:
            return


def build(keeper: Keeper) -> web.Application:
    """Every route of the one origin."""
    app = web.Application(client_max_size=LARGEST, middlewares=[known_host, only_from_here])
    stage = keeper.stage
    fleet, switches = FleetApi(stage.fleet.fleet), Switches(keeper)
    app.add_routes([*files(), *switches.routes(), *workspace_routes(keeper), *fleet.routes()])
    app.on_shutdown.append(lambda _app: fleet.stream.close())
    app.on_shutdown.append(lambda _app: switches.close())
    return app


@web.middleware
async def known_host(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A name that some other site lets point at this machine is not ours."""
    name = request.host.rpartition(":")[0] or request.host
    peer = request.transport and request.transport.get_extra_info("sockname")
    if peer and peer[0] in LOOPBACK and name not in LOOPBACK:
        raise web.HTTPForbidden(text="This page is only served as 127.0.0.1 or localhost.")
    return await handler(request)


def files() -> list[web.RouteDef]:
    """The page's files; none is read that does not stand here at the start."""
    names = {path.name: path for path in sorted(STATIC.iterdir()) if path.suffix in KINDS}
    routes = [web.get(f"/page/{name}", sends(path)) for name, path in names.items()]
    return [web.get("/", sends(names["index.html"])), *routes]


def sends(path: Path) -> Handler:
    """A handler that answers this file."""
    body = path.read_text(encoding="utf-8")

    async def send(_request: web.Request) -> web.Response:
        return web.Response(text=body, content_type=KINDS[path.suffix], headers=GUARDS)

    return send


def workspace_routes(keeper: Keeper) -> list[web.RouteDef]:
    """The control API of the workspace; deeds pass by the list of tries."""
    served = keeper.stage.workspace
    space, courier = served.workspace, served.courier
    http = SignedTransport(space, keeper.stage.http)
    control = Control(Arrange(space, courier, served.sockets, http))

    async def acts(request: web.Request) -> web.Response:
        asked = await body_of(request)
        # The bot answers at the workspace's own address, which is the one it was told.
        answer = await act(space, courier, served.url, asked)
        keeper.note(deed_of(asked, answer))
        return web.json_response(answer)

    kept = [route for route in control.routes() if route.path in CONTROL_KEPT]
    return [*kept, web.post("/control/act", answer_errors(acts))]


CONTROL_KEPT = frozenset({"/control/state", "/control/journal", "/control/stream"})


@dataclass(slots=True)
class Switches:
    """Handlers of `/stage/…`."""

    keeper: Keeper
    _watchers: set[web.WebSocketResponse] = field(default_factory=set)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/stage/state", self.state),
            web.get("/stage/stream", self.stream),
            web.get("/stage/words", self.words),
            web.get("/stage/config", self.config),
            web.post("/stage/kill", self.kill),
            web.post("/stage/reset", self.reset),
        ]

    async def state(self, _request: web.Request) -> web.Response:
        """GET state: the bot's process, the releases, and what has been tried."""
        return web.json_response(await self.keeper.look())

    async def kill(self, _request: web.Request) -> web.Response:
        """POST kill: SIGKILL to the bot's process; it is started again by itself."""
        return done_or_not(await self.keeper.kill())

    async def reset(self, _request: web.Request) -> web.Response:
        """POST reset: workspace, fleet, record and list as on the first day."""
        return done_or_not(await self.keeper.reset())

    async def words(self, _request: web.Request) -> web.Response:
        """GET words: what can be typed, for the hints of the message box."""
        verbs = [
            {"name": spec.name, "usage": spec.usage, "summary": spec.summary} for spec in COMMANDS
        ]
        return web.json_response({"verbs": verbs})

    async def config(self, _request: web.Request) -> web.Response:
        """GET config: the file the bot runs on, and the limit of each service's checks."""
        text = (self.keeper.stage.folder / "slipway.toml").read_text(encoding="utf-8")
        return web.json_response({"text": text, "limits": limits_of(text)})

    async def stream(self, request: web.Request) -> web.WebSocketResponse:
        """GET stream: what GET state answers, at once and then whenever it changes."""
        watcher = web.WebSocketResponse(heartbeat=20)
        await watcher.prepare(request)
        self._watchers.add(watcher)
        telling = asyncio.create_task(self._tell(watcher))
        try:
            async for _word in watcher:
                continue
        finally:
            self._watchers.discard(watcher)
            telling.cancel()
        return watcher

    async def _tell(self, watcher: web.WebSocketResponse) -> None:
        told: dict[str, Any] = {}
        try:
            while not watcher.closed:
                if (now := await self.keeper.look()) != told:
                    await watcher.send_json(now)
                    told = now
                await asyncio.sleep(LOOK_EVERY)
        except ConnectionError:
            return

    async def close(self) -> None:
        for watcher in tuple(self._watchers):
            await watcher.close(code=WSCloseCode.GOING_AWAY)


def done_or_not(why_not: str) -> web.Response:
    if why_not:
        return web.json_response({"ok": False, "error": why_not}, status=409)
    return web.json_response({"ok": True})


def limits_of(text: str) -> dict[str, float]:
    """Percent of requests that may fail, by service, where a check says so."""
    table = tomllib.loads(text)
    found: dict[str, float] = {}
    for service, rules in table.get("services", {}).items():
        names = [name for place in rules["environments"].values() for name in place["checks"]]
        limits = [table["checks"][name].get("limit", "") for name in names]
        shares = [float(limit.rstrip("%")) for limit in limits if str(limit).endswith("%")]
        found |= {service: shares[0]} if shares else {}
    return found
