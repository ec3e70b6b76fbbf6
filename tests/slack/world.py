"""A practice workspace on a real port, a room connected to it, and a small door behind it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeVar

import aiohttp
from aiohttp import web
from pydantic import SecretStr

from bot.config import Delivery, Slack, SlackSecrets
from bot.engine.clock import SystemClock
from bot.engine.door.door import Inbound, Reply
from bot.ports.chat import Message
from bot.practice.workspace import Seed, ServedWorkspace, Timing, Workspace, serve
from bot.slack.limits import MethodLimits
from bot.slack.room import SlackRoom
from bot.slack.socket import SocketLines

Json = dict[str, Any]
T = TypeVar("T")
BOT_TOKEN = "xoxb-practice"
APP_TOKEN = "xapp-practice"
SIGNING = "practice-signing-secret"
QUICK = SocketLines(count=1, beat=timedelta(seconds=0.4), apart=timedelta(seconds=0.05))
IMPATIENT = Seed(
    timing=Timing(
        ack=timedelta(seconds=3),
        retries=(timedelta(0), timedelta(seconds=0.1)),
        disconnect_grace=timedelta(seconds=0.2),
    )
)


@dataclass
class SmallDoor:
    """Hears everything and answers `answer`; the same key is one effect, as the real one has it."""

    answer: Callable[[Inbound], Awaitable[Reply]] | None = None
    heard: list[Inbound] = field(default_factory=list)
    effects: dict[str, Inbound] = field(default_factory=dict)
    away: list[Inbound] = field(default_factory=list)

    async def turned_away(self, inbound: Inbound, reply: Reply) -> None:
        self.away.append(inbound)

    async def hear(self, inbound: Inbound) -> Reply:
        self.heard.append(inbound)
        self.effects.setdefault(inbound.key, inbound)
        if self.answer is not None:
            return await self.answer(inbound)
        return said(f"heard: {inbound.text}")


def said(text: str, *, public: bool = False) -> Reply:
    return Reply(message=Message(text=text), public=public)


@dataclass
class World:
    """Everything a test holds: the workspace, the room, the door, and hands to act with."""

    served: ServedWorkspace
    room: SlackRoom
    door: SmallDoor
    session: aiohttp.ClientSession
    points: list[str] = field(default_factory=list)

    async def control(self, what: str, asked: Json) -> Json:
        async with self.session.post(f"{self.served.url}/control/{what}", json=asked) as answer:
            found: Json = await answer.json()
            assert answer.status == 200, found
            return found

    async def act(self, who: str, do: str, **more: Any) -> list[Json]:
        """A person does something; answers what they saw."""
        saw: list[Json] = (await self.control("act", {"as": who, "do": do, **more}))["saw"]
        return saw

    async def types(self, who: str, line: str, channel: str = "releases") -> list[Json]:
        return await self.act(who, "command", channel=channel, text=line)

    async def fault(self, **asked: Any) -> Json:
        return await self.control("faults", asked)

    def journal(self, kind: str) -> list[Json]:
        return [entry for entry in self.served.workspace.journal.since(0) if entry["kind"] == kind]

    def calls(self, method: str) -> list[Json]:
        return [entry for entry in self.journal("request") if entry["method"] == method]

    async def comes(self, kind: str, count: int = 1, within: float = 5.0) -> list[Json]:
        """Journal entries of a kind, once there are so many."""
        return await until(lambda: enough(self.journal(kind), count), within)


def enough(found: list[Json], count: int) -> list[Json] | None:
    return found if len(found) >= count else None


async def until(ask: Callable[[], T | None], within: float = 5.0) -> T:
    """The first answer that is something; fails after `within` seconds."""
    async with asyncio.timeout(within):
        while True:
            found = ask()
            if found is not None and found is not False:
                return found
            await asyncio.sleep(0.01)


def settings(api_url: str, **more: Any) -> Slack:
    given = {
        "announce": "#releases",
        "bot_token": "env:BOT",
        "app_token": "env:APP",
        "api_url": api_url,
    }
    return Slack.model_validate(given | more)


def secrets(bot: str = BOT_TOKEN, app: str = APP_TOKEN) -> SlackSecrets:
    return SlackSecrets(
        bot_token=SecretStr(bot), app_token=SecretStr(app), signing_secret=SecretStr(SIGNING)
    )


@asynccontextmanager
async def world(
    door: SmallDoor | None = None,
    *,
    seed: Seed = IMPATIENT,
    lines: SocketLines = QUICK,
    limits: MethodLimits | None = None,
    tokens: SlackSecrets | None = None,
    listening: bool = True,
    **slack: Any,
) -> AsyncIterator[World]:
    """A room that listens to a workspace of its own."""
    points: list[str] = []
    served = await serve(Workspace(seed))
    room = SlackRoom(
        settings(served.api_url, **slack),
        tokens or secrets(),
        SystemClock(),
        points.append,
        limits=limits,
        lines=lines,
    )
    async with aiohttp.ClientSession() as session:
        here = World(served, room, door or SmallDoor(), session, points)
        try:
            if listening:
                await room.listen(here.door)
            yield here
        finally:
            await room.close()
            await served.stop()


@asynccontextmanager
async def http_world(door: SmallDoor | None = None) -> AsyncIterator[World]:
    """The same over signed HTTP: the room's routes on a port of their own."""
    async with world(door, mode=Delivery.HTTP, listening=False) as here:
        app = web.Application()
        app.add_routes(here.room.routes(here.door))
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            port = runner.addresses[0][1]
            await here.room.listen(here.door)
            url = f"http://127.0.0.1:{port}/slack/events"
            await here.control("app", {"request_url": url})
            yield here
        finally:
            await runner.cleanup()


def with_scopes(*gone: str) -> Seed:
    """The usual seed, the app without some scopes."""
    app = replace(IMPATIENT.app, bot_scopes=IMPATIENT.app.bot_scopes - set(gone))
    return replace(IMPATIENT, app=app)
