"""Driving a practice workspace: the control API as a person at the page would use it, and bots."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from aiohttp import ClientSession
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.workspace import Seed, ServedWorkspace, Timing, Workspace, serve

Json = dict[str, Any]
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HURRIED = Timing(
    ack=timedelta(seconds=0.5),
    retries=(timedelta(0), timedelta(seconds=0.05), timedelta(seconds=0.05)),
    ping_every=timedelta(seconds=0.1),
    disconnect_grace=timedelta(seconds=0.1),
)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        """Later, by these arguments of timedelta."""
        self.at += timedelta(**by)


@dataclass(slots=True)
class Driver:
    """A running workspace and its control API."""

    served: ServedWorkspace
    http: ClientSession

    async def post(self, what: str, body: Json, status: int = 200) -> Json:
        """POST /control/<what>, expecting this HTTP status."""
        async with self.http.post(f"{self.served.url}/control/{what}", json=body) as answer:
            found: Json = await answer.json()
            assert answer.status == status, found
            return found

    async def get(self, what: str) -> Json:
        """GET /control/<what>."""
        async with self.http.get(f"{self.served.url}/control/{what}") as answer:
            assert answer.status == 200
            found: Json = await answer.json()
            return found

    async def act(self, who: str, do: str, status: int = 200, **more: Any) -> Json:
        """A person does something."""
        return await self.post("act", {"as": who, "do": do, **more}, status)

    async def types(self, who: str, text: str, channel: str = "releases", **more: Any) -> Json:
        """A person types a slash command."""
        return await self.act(who, "command", channel=channel, text=text, **more)

    async def fault(self, **fault: Any) -> Json:
        """Something shall go wrong."""
        return await self.post("faults", fault)

    async def entries(self, *kinds: str, since: int = 0, wait: float = 0) -> list[Json]:
        """What happened, of these kinds."""
        named = ",".join(kinds)
        found = await self.get(f"journal?since={since}&kind={named}&wait={wait}")
        entries: list[Json] = found["entries"]
        return entries

    async def messages(self, channel: str) -> list[Json]:
        """What stands in a channel."""
        found = await self.get(f"state?channel={channel}")
        messages: list[Json] = found["channels"][0]["messages"]
        return messages

    async def whispers(self, user: str) -> list[Json]:
        """The ephemeral messages of one person."""
        found: list[Json] = (await self.get("state"))["ephemerals"].get(user, [])
        return found

    async def until(
        self, holds: Callable[[list[Json]], bool], *kinds: str, limit: float = 10
    ) -> list[Json]:
        """Wait until the entries of these kinds satisfy something."""
        async with asyncio.timeout(limit):
            while not holds(found := await self.entries(*kinds)):
                last = found[-1]["n"] if found else 0
                await self.entries(*kinds, since=last, wait=limit)
        return found


def client(served: ServedWorkspace, token: str = "xoxb-practice") -> AsyncWebClient:
    """Slack's own client, pointed at the workspace."""
    return AsyncWebClient(token=token, base_url=served.api_url)


def bolt(served: ServedWorkspace) -> AsyncApp:
    """A Bolt app of the workspace."""
    return AsyncApp(client=client(served), signing_secret=served.workspace.app.signing_secret)


@asynccontextmanager
async def connected(
    served: ServedWorkspace, app: AsyncApp
) -> AsyncIterator[AsyncSocketModeHandler]:
    """The app on one socket that has said hello; it pings fast, so that it reconnects fast."""
    handler = AsyncSocketModeHandler(
        app, "xapp-practice", web_client=client(served, "xapp-practice"), ping_interval=0.2
    )
    greeted = asyncio.Event()

    def notice(entry: Json) -> None:
        if entry["kind"] == "socket_opened":
            greeted.set()

    served.workspace.journal.listen(notice)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await asyncio.wait_for(greeted.wait(), 5)
    served.workspace.journal.ignore(notice)
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def driven(seed: Seed | None = None, clock: Clock | None = None) -> AsyncIterator[Driver]:
    """A workspace being served, and its driver."""
    random = Random(7)
    space = Workspace(seed, now=clock, random=random) if clock else Workspace(seed, random=random)
    served = await serve(space)
    try:
        async with ClientSession() as http:
            yield Driver(served, http)
    finally:
        await served.stop()


def seeded(**app: Any) -> Seed:
    """The usual seed in a hurry, with another app."""
    usual = Seed(timing=HURRIED)
    return replace(usual, app=replace(usual.app, **app))


def scoped(*dropped: str, added: tuple[str, ...] = ()) -> Seed:
    """The usual seed without some scopes, or with more."""
    scopes = (Seed().app.bot_scopes - set(dropped)) | set(added)
    return seeded(bot_scopes=frozenset(scopes))


async def refusal(call: Any) -> Json:
    """The body of a call that must be refused."""
    try:
        answer = await call
    except SlackApiError as error:
        body: Json = error.response.data
        return body
    raise AssertionError(f"not refused: {answer.data}")


def section(text: str, **more: Any) -> Json:
    """A section block."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def button(action: str, **more: Any) -> Json:
    """A button."""
    return {"type": "button", "action_id": action, "text": plain("Press"), **more}


def modal(*blocks: Json, **more: Any) -> Json:
    """A modal with a submit button."""
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Start"),
        "submit": plain("Send"),
        "blocks": list(blocks),
        **more,
    }


def asks(block_id: str, element: Json, **more: Any) -> Json:
    """An input block."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain("What?"),
        "element": element,
        **more,
    }
