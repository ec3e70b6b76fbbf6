"""The API on a real loopback server, in front of an engine in memory, and a client that signs."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from bot.engine.door.door import Desk, Door
from bot.ports.clock import Clock
from bot.ports.store import Event
from bot.web.api import PREFIX, Api, api_app, api_for
from bot.web.api_bucket import Buckets
from bot.web.api_keys import Keys, signature, signed_text
from commands import COMMANDS
from tests.engine.rig import Rig, lenient

SECRETS = {"ci": "ci-secret-ci-secret", "guest": "guest-secret-guest-secret"}


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass(slots=True)
class World:
    rig: Rig
    api: Api
    url: str
    session: aiohttp.ClientSession
    asked: int = 0
    quick: dict[str, str] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.rig.engine.clock.now()

    def headers(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        key: str | None = None,
        by: str = "ci",
        age: float = 0,
    ) -> dict[str, str]:
        """Headers as a client makes them; `age` in seconds."""
        stamp = str(int(self.now().timestamp() - age))
        text = signed_text(stamp, method, path, body, key)
        made = {
            "X-Slipway-Timestamp": stamp,
            "X-Slipway-Signature": signature(SECRETS[by].encode(), text),
        }
        return made if key is None else {**made, "Idempotency-Key": key}

    async def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Answered:
        where = URL(self.url + path, encoded=True)
        async with self.session.request(method, where, headers=headers, data=body) as response:
            text = await response.text()
            return Answered(response.status, json.loads(text), response.headers)

    async def get(self, path: str, by: str = "ci") -> Answered:
        path = PREFIX + path
        return await self.send("GET", path, self.headers("GET", path, by=by))

    async def post(
        self, path: str, body: object = None, *, key: str | None = None, by: str = "ci"
    ) -> Answered:
        """A signed act; a fresh Idempotency-Key where none is given."""
        self.asked += 1
        path, sent = PREFIX + path, b"" if body is None else json.dumps(body).encode()
        key = f"K{self.asked}" if key is None else key
        return await self.send("POST", path, self.headers("POST", path, sent, key=key, by=by), sent)

    async def events(self) -> tuple[Event, ...]:
        return await self.rig.store.events()

    async def kinds(self, stream: str = "R-1") -> list[str]:
        return await self.rig.kinds(stream)


def door_of(rig: Rig) -> Door:
    return Door(
        Desk(engine=rig.engine, ports=rig.ports, book=rig.book, readers=rig.readers, specs=COMMANDS)
    )


@asynccontextmanager
async def serving(api: Api) -> AsyncIterator[str]:
    """The address of a server with the API mounted as the bot mounts it."""
    app = web.Application()
    app.add_subapp(PREFIX, api_app(api))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def world(
    rig: Rig | None = None, *, clock: Clock | None = None, burst: int = 10_000
) -> AsyncIterator[World]:
    """The API with R-1 of checkout in prod at its first step, unless `rig` brings its own."""
    if rig is None:
        rig = Rig(lenient())
        await rig.baking()
    if clock is not None:
        rig.engine.clock = clock
    made = api_for(door_of(rig), rig.engine, rig.readers, rig.book, Keys(SECRETS))
    api = replace(made, buckets=Buckets(monotonic=rig.engine.clock.monotonic, burst=burst))
    async with serving(api) as url, aiohttp.ClientSession() as session:
        yield World(rig, api, url, session)
