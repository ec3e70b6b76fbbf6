"""A server that nobody can fill: slow callers are let go, and their number has an end.

A caller who has not sent a whole request holds a descriptor and has proven nothing. So there is a
time for headers and for bodies, a cap for each address and for all, and whoever kept us waiting
longest goes first when somebody new comes. What is left of the descriptors is for the database,
the shell's socket and what the bot asks of others.
"""

import asyncio
import resource
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

import structlog
from aiohttp import web

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
BACKLOG = 16
"""Connections taken in one turn of the loop, before any of them can be counted."""
MOST = 512
LEAST = 8
SHARE = 4
"""One descriptor in so many may be a caller's."""
TELL_EVERY = 60.0
OUT_OF_DESCRIPTORS = "socket.accept() out of system resource"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerLimits:
    """`headers` and `body` are seconds for a whole one, `idle` for the next request."""

    most: int
    most_of_one: int
    headers: float = 10.0
    body: float = 10.0
    idle: float = 30.0


def limits_for(descriptors: int) -> CallerLimits:
    """What callers may take where a process has so many descriptors."""
    most = max(LEAST, min(MOST, descriptors // SHARE))
    return CallerLimits(most=most, most_of_one=max(LEAST // 2, most // 2))


def limits_here() -> CallerLimits:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return limits_for(soft if soft > 0 else MOST * SHARE)


class CallerGate:
    """Who is connected, and whether they are still being waited for."""

    def __init__(self, limits: CallerLimits) -> None:
        self.limits = limits
        self._callers: dict[asyncio.BaseTransport, GuardedCaller] = {}
        self._told = Spoken()

    def __len__(self) -> int:
        return len(self._callers)

    def takes(self, caller: "GuardedCaller", transport: asyncio.Transport) -> bool:
        """Makes room by letting go of who kept us waiting longest; False where all are served."""
        same = [each for each in self._callers.values() if each.address == caller.address]
        full = len(same) >= self.limits.most_of_one
        if full or len(self._callers) >= self.limits.most:
            self._told.warn("web.full", callers=len(self._callers), address=caller.address)
            if not self._lets_go(same if full else self._callers.values()):
                return False
        self._callers[transport] = caller
        return True

    def leaves(self, transport: asyncio.BaseTransport | None) -> None:
        if transport is not None:
            self._callers.pop(transport, None)

    def _lets_go(self, callers: Iterable["GuardedCaller"]) -> bool:
        waited = [each for each in callers if each.is_waited_for()]
        if not waited:
            return False
        min(waited, key=lambda each: each.since).abort()
        return True

    @web.middleware
    async def serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Around every request: its headers are here, its body may not be."""
        caller = self._callers.get(request.transport) if request.transport else None
        if caller is None:
            return await handler(request)
        caller.begin(request)
        try:
            return await handler(request)
        finally:
            caller.end()


class Spoken:
    """A warning that many cause, told once a minute."""

    def __init__(self) -> None:
        self._next = 0.0

    def warn(self, event: str, **what: object) -> None:
        if (now := asyncio.get_running_loop().time()) >= self._next:
            self._next = now + TELL_EVERY
            log.warning(event, **what)


@dataclass(slots=True, eq=False)
class GuardedCaller(asyncio.Protocol):
    """One connection: everything is passed on to `inner`, aiohttp's own."""

    gate: CallerGate
    inner: asyncio.Protocol
    address: str = ""
    since: float = 0.0
    _transport: asyncio.Transport | None = None
    _request: web.Request | None = None
    _timer: asyncio.TimerHandle | None = field(default=None)
    _refused: bool = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        taken = cast(asyncio.Transport, transport)
        peer = taken.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        self._refused = not self.gate.takes(self, taken)
        if self._refused:
            taken.abort()
            return
        self._transport = taken
        self._wait(self.gate.limits.headers)
        self.inner.connection_made(taken)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._refused:
            return
        self.gate.leaves(self._transport)
        self._wait(None)
        self.inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._refused:
            self.inner.data_received(data)

    def eof_received(self) -> bool | None:
        return None if self._refused else self.inner.eof_received()

    def pause_writing(self) -> None:
        self.inner.pause_writing()

    def resume_writing(self) -> None:
        self.inner.resume_writing()

    def begin(self, request: web.Request) -> None:
        """A request whose headers are whole; from now on its body is waited for, if it has one."""
        self._request = request
        self._wait(None if request.content.is_eof() else self.gate.limits.body)

    def end(self) -> None:
        """Answered; reading the answer and sending the next request has its time too."""
        self._request = None
        self._wait(self.gate.limits.idle)

    def is_waited_for(self) -> bool:
        return self._request is None or not self._request.content.is_eof()

    def abort(self) -> None:
        """Its descriptor is free at the loop's next turn, and its place at once."""
        self.gate.leaves(self._transport)
        if self._transport is not None:
            self._transport.abort()

    def _wait(self, seconds: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if seconds is not None:
            self.since = asyncio.get_running_loop().time()
            self._timer = asyncio.get_running_loop().call_later(seconds, self._is_late)

    def _is_late(self) -> None:
        if self.is_waited_for():
            self.abort()


class GuardedRunner(web.AppRunner):
    """An AppRunner whose every connection passes a gate."""

    def __init__(
        self, app: web.Application, limits: CallerLimits | None = None, **options: Any
    ) -> None:
        self.gate = CallerGate(limits or limits_here())
        app.middlewares.insert(0, self.gate.serve)
        super().__init__(app, **options)

    @property
    def server(self) -> web.Server | None:
        """What a site calls for each new connection."""
        made = super().server
        if made is None:
            return None
        return cast(web.Server, lambda: GuardedCaller(self.gate, made()))


def calm_accept(loop: asyncio.AbstractEventLoop) -> None:
    """No descriptor left: the loop says so for every connection in every turn; once is enough."""
    told = Spoken()

    def handle(running: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if context.get("message") == OUT_OF_DESCRIPTORS:
            told.warn("web.no_descriptors", why=str(context.get("exception")))
            return
        running.default_exception_handler(context)

    loop.set_exception_handler(handle)
