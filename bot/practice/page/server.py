"""One origin for a browser: the page, the workspace, the fleet, and the switches of the stage."""

import asyncio
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.practice.fleet.api import FleetApi
from bot.practice.kit.serve import HOST, Served, known_host, listen, only_from_here, url_of
from bot.practice.kit.watchers import Watchers
from bot.practice.page.keeper import Keeper
from bot.practice.page.parts import OfferedVerb, PageParts
from bot.practice.page.tries import deed_of
from bot.practice.stage.stage import Stage
from bot.practice.workspace.people.act import act
from bot.practice.workspace.wire.arrange import Arrange
from bot.practice.workspace.wire.asked import answer_errors, body_of
from bot.practice.workspace.wire.control import Control
from bot.practice.workspace.wire.signed import SignedTransport

STATIC = Path(__file__).parent / "static"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
PORTS_TRIED = 50
LOOK_EVERY = 0.25
LARGEST = 1024 * 1024
GUARDS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(slots=True, kw_only=True)
class ServedPage(Served):
    """A page that answers at `url`; the bot's process ends with it."""

    keeper: Keeper


async def serve_page(
    stage: Stage, parts: PageParts, host: str = HOST, port: int = 0, playing: bool = False
) -> ServedPage:
    """Serve the page and raise the bot; a taken port moves to the next one, 0 is any free one.

    With `playing` a story raises the bot, and the page shows it.

    Raises OSError where no port of the 50 from `port` on is free, with nothing left open.
    """
    keeper = Keeper(stage, parts.read, playing)
    front = await listen(
        build(keeper, parts.verbs),
        host,
        port,
        more=PORTS_TRIED,
        runner=parts.runner,
        handler_cancellation=True,
        shutdown_timeout=0.2,
    )
    keeper.start()
    return ServedPage(url=url_of(front, host), keeper=keeper, ends=[keeper.stop, front.cleanup])


def build(keeper: Keeper, verbs: Sequence[OfferedVerb]) -> web.Application:
    """Every route of the one origin."""
    app = web.Application(client_max_size=LARGEST, middlewares=[known_host, only_from_here])
    stage = keeper.stage
    fleet, switches = FleetApi(stage.fleet.fleet), Switches(keeper, verbs)
    app.add_routes([*files(), *switches.routes(), *workspace_routes(keeper), *fleet.routes()])
    app.on_shutdown.append(lambda _app: fleet.stream.close())
    app.on_shutdown.append(lambda _app: switches.watchers.close())
    return app


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


class Switches:
    """Handlers of `/stage/…`."""

    def __init__(self, keeper: Keeper, verbs: Sequence[OfferedVerb]) -> None:
        self.keeper = keeper
        self.verbs = verbs
        self.watchers = Watchers(self.tell)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/stage/state", self.state),
            web.get("/stage/stream", self.watchers.follow),
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
            {"name": spec.name, "usage": spec.usage, "summary": spec.summary} for spec in self.verbs
        ]
        return web.json_response({"verbs": verbs})

    async def config(self, _request: web.Request) -> web.Response:
        """GET config: the file the bot runs on, and the limit of each service's checks."""
        text = (self.keeper.stage.folder / "slipway.toml").read_text(encoding="utf-8")
        return web.json_response({"text": text, "limits": limits_of(text)})

    async def tell(self, _request: web.Request, watcher: web.WebSocketResponse) -> None:
        """GET stream: what GET state answers, at once and then whenever it changes."""
        told: dict[str, Any] = {}
        while not watcher.closed:
            if (now := await self.keeper.look()) != told:
                await watcher.send_json(now)
                told = now
            await asyncio.sleep(LOOK_EVERY)


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
