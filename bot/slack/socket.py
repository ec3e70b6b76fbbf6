"""Socket Mode: connections that are watched, replaced before they go, and rebuilt when they die."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.ports.clock import Clock
from bot.slack.app import read_request
from bot.slack.calls import CallAnswer, Failed, Limited, WebApi
from bot.slack.remedies import remedy_of
from bot.slack.tasks import Tasks

log = structlog.get_logger()

BEAT: Final = timedelta(seconds=6)
"""A ping goes out this often; without an answer in half of it the connection is dead."""
CONNECT_WITHIN: Final = timedelta(seconds=10)
FIRST_PAUSE: Final = timedelta(seconds=0.5)
LONGEST_PAUSE: Final = timedelta(seconds=20)
APART: Final = timedelta(seconds=5)
"""The second connection is opened when the first has stood for a while."""
SHORT: Final = timedelta(seconds=5)
"""A connection that ends sooner was none: the next one is not opened at once."""
FRAME_MOST: Final = 4_000_000

SlackDispatch = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


class NoConnection(Exception):
    """A connection could not be had; the sentence says why. `after` is Slack's own wish."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


@dataclass(slots=True, eq=False)
class SocketLink:
    """One open WebSocket."""

    stream: aiohttp.ClientWebSocketResponse
    leaving: asyncio.Event = field(default_factory=asyncio.Event)

    def is_open(self) -> bool:
        return not self.stream.closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a connection ended: whether it stood for a while, after how many seconds Slack wants
    the next attempt, and how many short ones in a row need no pause."""

    stood: bool = False
    after: float = 0.0
    forgiven: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketLines:
    """How connections are held: `count` of them, the second `apart` after the first."""

    count: int = 2
    beat: timedelta = BEAT
    apart: timedelta = APART
    proxy: str | None = None


class SocketMode:
    """Keeps its connections. Losing one costs what is in flight on it, never the others."""

    def __init__(
        self,
        api: WebApi,
        session: aiohttp.ClientSession,
        dispatch: SlackDispatch,
        clock: Clock,
        tasks: Tasks,
        lines: SocketLines,
    ) -> None:
        self._api = api
        self._session = session
        self._lines = lines
        self._dispatch = dispatch
        self._clock = clock
        self._tasks = tasks
        self._readers = Tasks()
        self._links: list[SocketLink] = []
        self._keepers: list[asyncio.Task[None]] = []
        self._stopping = False
        self._trouble = "Slack is not connected yet"

    async def start(self) -> None:
        """Begin to connect; the first connection is up, or failed once, when this returns."""
        first = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in range(self._lines.count):
            keeping = self._keep(number, first)
            self._keepers.append(loop.create_task(keeping, name=f"socket {number}"))
        await first.wait()

    def fault(self) -> str:
        """Why nothing reaches us; empty while one connection stands."""
        if any(link.is_open() for link in self._links):
            return ""
        return self._trouble

    async def stop_taking(self) -> None:
        """No new work: Slack is left while what runs may still be answered."""
        self._stopping = True
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    async def close(self) -> None:
        await self.stop_taking()
        for link in tuple(self._links):
            await link.stream.close()
        await self._readers.drain(CONNECT_WITHIN)

    async def _keep(self, number: int, tried: asyncio.Event) -> None:
        """One connection, for ever: a new one stands before the old one goes."""
        if number:
            await tried.wait()
            await self._clock.sleep(self._lines.apart * number)
        failures = 0
        while True:
            ended = await self._once(tried)
            failures = 0 if ended.stood else failures + 1
            if failures > ended.forgiven:
                await self._clock.sleep(pause(failures, ended.after))

    async def _once(self, tried: asyncio.Event) -> Ended:
        """One connection, from its address to its end."""
        try:
            link = await self._opened()
        except NoConnection as error:
            self._say(str(error))
            return Ended(after=error.after)
        finally:
            tried.set()
        return await self._serve(link)

    def _say(self, why: str) -> None:
        """Once when it goes, not at each attempt."""
        if why != self._trouble:
            log.warning("slack.no_connection", why=why)
        self._trouble = why

    async def _opened(self) -> SocketLink:
        """A connection that stands. Raises NoConnection."""
        url = await self._address()
        try:
            async with asyncio.timeout(CONNECT_WITHIN.total_seconds()):
                stream = await self._session.ws_connect(
                    url,
                    heartbeat=self._lines.beat.total_seconds(),
                    max_msg_size=FRAME_MOST,
                    proxy=self._lines.proxy,
                )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NoConnection(f"Slack's socket does not open ({type(error).__name__})") from None
        link = SocketLink(stream)
        self._links.append(link)
        log.info("slack.connected", connections=len(self._links))
        return link

    async def _address(self) -> str:
        """A fresh address each time: it works once."""
        outcome = await self._api.write("apps.connections.open", {})
        match outcome:
            case CallAnswer(body):
                return str(body["url"])
            case Failed(code, body):
                why, remedy = remedy_of(code, body)
                raise NoConnection(f"No events from Slack: {why} (app token). Remedy: {remedy}", 5)
            case Limited(seconds):
                raise NoConnection("Slack limits new connections", seconds)
            case _:
                raise NoConnection(outcome.why)

    async def _serve(self, link: SocketLink) -> Ended:
        """Until it is gone, or Slack asks to leave it: then it goes on beside its successor."""
        began = self._clock.monotonic()
        reading = self._readers.start(self._read(link))
        leaving = asyncio.create_task(link.leaving.wait())
        try:
            await asyncio.wait({reading, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
        stood = self._clock.monotonic() - began > SHORT.total_seconds()
        return Ended(stood=stood, forgiven=int(link.leaving.is_set()))

    async def _read(self, link: SocketLink) -> None:
        """Every frame of one connection."""
        try:
            async for frame in link.stream:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._take(link, frame.data)
        finally:
            if link in self._links:
                self._links.remove(link)
            self._trouble = "The connection to Slack was lost"
            log.info("slack.disconnected", connections=len(self._links))
            await link.stream.close()

    def _take(self, link: SocketLink, frame: str) -> None:
        """A frame is an envelope, a farewell, or nonsense that is left alone."""
        try:
            said = json.loads(frame)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            log.warning("slack.nonsense", size=len(frame))
            return
        if said.get("type") == "disconnect":
            log.info("slack.asked_to_leave", reason=str(said.get("reason"))[:80])
            link.leaving.set()
            return
        request = SocketModeRequest.from_dict(said)
        if request is None or self._stopping:
            return
        self._tasks.start(self._answer(link, request))

    async def _answer(self, link: SocketLink, request: SocketModeRequest) -> None:
        asked = read_request(
            mode="socket_mode", body=request.payload, headers=build_headers(request)
        )
        response = await self._dispatch(asked) if asked else BoltResponse(status=200)
        acknowledged = SocketModeResponse(
            envelope_id=request.envelope_id, payload=payload_of(response)
        )
        await self._send(link, json.dumps(acknowledged.to_dict()))

    async def _send(self, link: SocketLink, text: str) -> None:
        """On its own connection, or on another where that has gone meanwhile."""
        for candidate in (link, *reversed(self._links)):
            if not candidate.is_open():
                continue
            try:
                await candidate.stream.send_str(text)
            except (ConnectionError, aiohttp.ClientError):
                continue
            return
        log.warning("slack.ack_lost", why="no connection is open")


def payload_of(response: BoltResponse) -> dict[str, Any] | None:
    """What goes along with an acknowledgement: an object, a text, or nothing."""
    if not response.body:
        return None
    kind = response.headers.get("content-type", [""])[0]
    if not kind.startswith("application/json"):
        return {"text": response.body}
    found = json.loads(response.body)
    return found if isinstance(found, dict) and found else None


def pause(failures: int, after: float) -> timedelta:
    """How long to wait after so many failures in a row; never less than Slack asked for."""
    doubled = FIRST_PAUSE * float(2 ** min(failures - 1, 10))
    return max(min(doubled, LONGEST_PAUSE), timedelta(seconds=after))
