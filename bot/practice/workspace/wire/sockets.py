"""Socket Mode: tickets, connections, envelopes out, acknowledgements in."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from bot.practice.workspace.errors import ControlError
from bot.practice.workspace.limits import CONNECTIONS
from bot.practice.workspace.state import Json
from bot.practice.workspace.wire.courier import Courier, PendingDelivery
from bot.practice.workspace.workspace import Workspace

UNANSWERED_PINGS = 3
HANG_UP_AT_ONCE = struct.pack("ii", 1, 0)
REASONS = ("refresh_requested", "warning", "link_disabled")


@dataclass(slots=True, eq=False)
class Link:
    """One connection of the app. A draining link gets no new envelopes; a silent one is deaf."""

    number: int
    stream: web.WebSocketResponse
    request: web.Request
    silent: bool = False
    draining: bool = False
    pings: int = 0

    def open(self) -> bool:
        """Whether envelopes may be sent here."""
        return not self.draining and not self.stream.closed


@dataclass(slots=True)
class Sockets:
    """All connections of the app; each payload goes to one of them, picked by chance."""

    space: Workspace
    links: list[Link] = field(default_factory=list)
    opened: int = 0
    courier: Courier = field(init=False)

    async def send(self, pending: PendingDelivery) -> None:
        """Send an envelope to one connection."""
        able = [link for link in self.links if link.open()]
        if not able:
            self.courier.fail(pending, "no connection is open")
            return
        link = self.space.random.choice(able)
        self.write_delivery(pending, link)
        await self.push(link, pending.envelope)

    def write_delivery(self, pending: PendingDelivery, link: Link) -> None:
        """Journal what goes out, and where."""
        envelope = pending.envelope
        self.space.journal.write(
            "delivered",
            via=f"socket {link.number}",
            envelope_id=envelope["envelope_id"],
            type=envelope["type"],
            attempt=envelope.get("retry_attempt", 0),
            payload=envelope["payload"],
        )

    async def push(self, link: Link, frame: Json | str) -> None:
        """Write one text frame; to a silent peer, or one that has just gone, it is lost."""
        if link.silent:
            return
        text = frame if isinstance(frame, str) else json.dumps(frame)
        await self.written(link, link.stream.send_str(text))

    async def written(self, link: Link, writing: Awaitable[None]) -> None:
        """Wait for a frame to be written; a connection that has just gone is written down."""
        try:
            await writing
        except ConnectionError:
            self.space.journal.write("socket_broken", number=link.number)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """GET /link/: one connection from its handshake to its end."""
        if self.space.faults.spend("refuse") or not self.admit(request):
            self.space.journal.write("socket_refused")
            raise web.HTTPForbidden(text="This ticket is used, expired or unknown.")
        stream = web.WebSocketResponse(autoping=False)
        await stream.prepare(request)
        self.opened += 1
        link = Link(self.opened, stream, request)
        if len(self.links) >= CONNECTIONS:
            return await self.turn_away(link)
        self.links.append(link)
        try:
            await self.converse(link)
        finally:
            self.links.remove(link)
            self.space.journal.write("socket_closed", number=link.number, left=len(self.links))
        return stream

    def admit(self, request: web.Request) -> bool:
        """Whether the ticket is good; it is used up by asking."""
        until = self.space.tickets.pop(request.query.get("ticket", ""), None)
        return until is not None and self.space.now() <= until

    async def turn_away(self, link: Link) -> web.WebSocketResponse:
        """One connection too many."""
        self.space.journal.write("socket_refused", why="too_many_websockets")
        await self.push(link, goodbye("too_many_websockets"))
        await link.stream.close()
        return link.stream

    async def converse(self, link: Link) -> None:
        """Hello, pings, and whatever the app sends, until it ends."""
        self.space.journal.write("socket_opened", number=link.number, open=len(self.links))
        await self.push(link, self.hello())
        pinging = asyncio.get_running_loop().create_task(self.ping(link))
        try:
            async for frame in link.stream:
                await self.hear(link, frame)
        finally:
            pinging.cancel()

    def hello(self) -> Json:
        """The first frame of a connection."""
        return {
            "type": "hello",
            "num_connections": len(self.links),
            "debug_info": {"host": "practice", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.space.app.id},
        }

    async def ping(self, link: Link) -> None:
        """Ping as Slack does; hang up on a peer that does not answer."""
        every = self.space.seed.timing.ping_every.total_seconds()
        while link.pings < UNANSWERED_PINGS:
            await asyncio.sleep(every)
            if not link.silent:
                link.pings += 1
                await self.written(link, link.stream.ping(b"Ping from practice"))
        self.space.journal.write("socket_unanswered", number=link.number)
        abort(link)

    async def hear(self, link: Link, frame: WSMessage) -> None:
        """One frame from the app."""
        if link.silent:
            return
        link.pings = 0
        if frame.type is WSMsgType.PING:
            await self.written(link, link.stream.pong(frame.data))
        elif frame.type is WSMsgType.TEXT:
            self.take(link, frame.data)

    def take(self, link: Link, text: str) -> None:
        """A text frame is the acknowledgement of an envelope, or nonsense."""
        try:
            ack = json.loads(text)
        except ValueError:
            ack = None
        if not isinstance(ack, dict) or "envelope_id" not in ack:
            self.space.journal.write("socket_nonsense", number=link.number, text=text[:1000])
            return
        via = f"socket {link.number}"
        self.courier.acknowledge(ack["envelope_id"], ack.get("payload"), via=via)

    def picked(self, which: Any) -> list[Link]:
        """The connections a fault is meant for: "all", "one", or a number as the journal has it."""
        if which == "all":
            return list(self.links)
        if which == "one":
            return self.links[:1]
        found = [link for link in self.links if link.number == which]
        if not found:
            known = [link.number for link in self.links]
            raise ControlError(
                f"No socket was touched: there is no number {which!r}, only {known}."
            )
        return found

    async def disconnect(self, which: Any, reason: str) -> int:
        """Ask the app to reconnect, and close the old connections a little later."""
        if reason not in REASONS:
            raise ControlError(f"Nobody was disconnected: the reason is one of {REASONS}.")
        links = self.picked(which)
        for link in links:
            link.draining = True
            await self.push(link, goodbye(reason))
            self.courier.tasks.spawn(self.close_later(link))
        return len(links)

    async def close_later(self, link: Link) -> None:
        """Close a connection after the grace Slack gives."""
        await asyncio.sleep(self.space.seed.timing.disconnect_grace.total_seconds())
        await link.stream.close()

    def reset(self, which: Any) -> int:
        """Break connections without a word, as a dying host does."""
        links = self.picked(which)
        for link in links:
            abort(link)
        return len(links)

    def silence(self, which: Any, *, silent: bool) -> int:
        """Stop hearing and answering on these connections, or begin again."""
        links = self.picked(which)
        for link in links:
            link.silent = silent
        return len(links)

    async def close(self) -> None:
        """Say goodbye to everyone; the server stops."""
        for link in tuple(self.links):
            await link.stream.close(code=WSCloseCode.GOING_AWAY)


def goodbye(reason: str) -> Json:
    """The frame that asks an app to leave this connection."""
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "practice"}}


def abort(link: Link) -> None:
    """Break the TCP connection with a reset."""
    transport = link.request.transport
    if transport is None:
        return
    plug = transport.get_extra_info("socket")
    if plug is not None:
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, HANG_UP_AT_ONCE)
    transport.abort()
