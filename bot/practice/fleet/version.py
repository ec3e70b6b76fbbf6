"""One version of one service: a small HTTP server of its own, on a port that stays its own."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from math import log
from random import Random

from aiohttp import web

from bot.practice.fleet.breaks import VersionBreaks
from bot.practice.fleet.exposition import SHOW
from bot.practice.fleet.tally import Label, Track, VersionTally
from bot.practice.kit.clock import Now
from bot.practice.kit.tasks import OwnedTasks

SPREAD = 0.5
DRAIN = timedelta(seconds=1)
# aiohttp takes a grace of 0 as "no limit".
AT_ONCE = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What a version is like when nothing is broken: median answer time, failing share (0 to 1)."""

    latency: timedelta
    error_rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What every part of a fleet shares."""

    host: str
    now: Now
    random: Random
    tasks: OwnedTasks


def held_port(host: str, port: int) -> socket.socket:
    """A port taken but not listened on: it refuses connections and nobody else gets it."""
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind((host, port))
    return held


class VersionService:
    """`tally` is what it counts itself, `missed` what users got in its stead (502, 504)."""

    def __init__(self, label: Label, habits: Habits, tools: Tools, track: Callable[[], Track]):
        self.label = label
        self.breaks = VersionBreaks()
        self._habits = habits
        self._tools = tools
        self.track = track
        self._meant_up = False
        self._listener: asyncio.Server | None = None
        self._http: web.Server | None = None
        # Taken while it does not listen; None while it does, or before it was opened.
        self._held: socket.socket | None = None
        self._leaving: set[web.Server] = set()
        self.port = 0
        self.renew()

    @property
    def url(self) -> str:
        return f"http://{self._tools.host}:{self.port}"

    @property
    def is_up(self) -> bool:
        return self._listener is not None

    @property
    def is_meant_up(self) -> bool:
        return self._meant_up

    @property
    def is_healthy(self) -> bool:
        return self.is_up and self.breaks.health

    def renew(self) -> None:
        """Counts from zero, as a process that has just begun does."""
        self.tally = VersionTally(self.label, self._tools.now())
        self.tally.show(self.track())
        self.missed = VersionTally(self.label, None)

    def open(self) -> None:
        """Take a port for good; until `start` it refuses connections."""
        self._held = held_port(self._tools.host, 0)
        self.port = self._held.getsockname()[1]

    async def start(self) -> None:
        """Serve, unless it already does or is broken by a crash."""
        self._meant_up = True
        if self._held is None or self.breaks.crash:
            return
        self.renew()
        self._http = web.Server(self._answer, handler_cancellation=True, access_log=None)
        # Not serving at once means no pause in here: a task cancelled now loses no listener.
        self._listener = await asyncio.get_running_loop().create_server(
            self._http, sock=self._held, start_serving=False
        )
        self._held = None
        await self._listener.start_serving()

    def stop(self) -> None:
        """Take no more connections; requests under way may end."""
        self._meant_up = False
        self._go_down(DRAIN)

    async def break_by(self, breaks: VersionBreaks) -> None:
        """Be broken as `breaks` says, or no longer: a mended crash starts again from zero."""
        self.breaks = breaks
        if breaks.crash:
            self._cut_off()
            self._go_down(AT_ONCE)
        elif self._meant_up:
            await self.start()

    async def close(self) -> None:
        """Give up the port too, and every connection; nothing starts until it is opened again."""
        self.stop()
        for http in tuple(self._leaving):
            await self._leave(http, AT_ONCE)
        if self._held is not None:
            self._held.close()
            self._held = None

    def _go_down(self, grace: timedelta) -> None:
        if self._listener is None or self._http is None:
            return
        self._listener.close()
        self._leaving.add(self._http)
        self._tools.tasks.spawn(self._leave(self._http, grace))
        self._listener = self._http = None
        self._held = held_port(self._tools.host, self.port)
        self.renew()

    def _cut_off(self) -> None:
        """Whoever is connected learns it the hard way, as from a process that died."""
        for connection in self._http.connections if self._http else ():
            if connection.transport is not None:
                connection.transport.abort()

    async def _leave(self, http: web.Server, grace: timedelta) -> None:
        await http.shutdown(grace.total_seconds())
        self._leaving.discard(http)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        match request.path:
            case "/metrics":
                return await SHOW[self.breaks.metrics]([self.tally])
            case "/healthz":
                return self._healthz()
            case "/version":
                return web.json_response(self._name())
            case _:
                return await self._serve(request)

    def _healthz(self) -> web.Response:
        if self.breaks.health:
            return web.json_response({"status": "ok"} | self._name())
        answer = {"status": "failing", "why": "the practice fleet was told so"}
        return web.json_response(answer | self._name(), status=503)

    def _name(self) -> dict[str, str]:
        return {"service": self.label.service, "version": self.label.version}

    async def _serve(self, request: web.BaseRequest) -> web.Response:
        loop = asyncio.get_running_loop()
        began, track, tally = loop.time(), self.track(), self.tally
        body = await request.read()
        await asyncio.sleep(self._think().total_seconds())
        code = 500 if self._tools.random.random() < self._error_rate() else 200
        tally.add(track, code, loop.time() - began)
        answer = self._name() | {"path": request.path_qs, "bytes": len(body)}
        return web.json_response(answer, status=code, headers={"X-Version": self.label.version})

    def _think(self) -> timedelta:
        median = self._habits.latency.total_seconds()
        usual = self._tools.random.lognormvariate(log(median), SPREAD) if median else 0.0
        return timedelta(seconds=usual) + self.breaks.latency

    def _error_rate(self) -> float:
        return max(self._habits.error_rate, self.breaks.error_rate)
