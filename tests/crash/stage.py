"""One life after another on a fast stage, and the audit of what is left."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from bot.practice.stage.config import Tempo
from bot.practice.stage.stage import MEI, Stage
from bot.store.sqlite import open_reader
from tests.auditor import Effect, WorldLog, audit

FAST = (
    '{ kind = "canary", steps = [ { weight = "50%", bake = "4m" }, '
    '{ weight = "100%", bake = "3m" } ] }'
)
TEMPO = Tempo(
    scale=240,
    needs=10,
    within="60m",
    shift_within="60m",
    strategies={"checkout": FAST},
)
ILL = 0.6


async def start(stage: Stage) -> None:
    """Adopt and start, as often as it takes: who got no answer asks again."""
    while await stage.status() is None:
        await stage.listens()
        await stage.types(MEI, "/release adopt checkout in prod")
        if await adopted(stage):
            await stage.types(MEI, "/release start checkout v1.4.2 to prod")


async def adopted(stage: Stage) -> bool:
    store = open_reader(stage.database)
    try:
        return bool(await store.load("S/checkout/prod"))
    finally:
        await store.close()


@asynccontextmanager
async def supervised(stage: Stage) -> AsyncIterator[list[int]]:
    """Start the bot, and again whenever it was killed; answers the list of its deaths."""
    deaths: list[int] = []

    async def supervise() -> None:
        while True:
            await stage.raise_bot()
            assert stage.bot is not None
            code = await stage.bot.wait()
            stage.environment.pop("SLIPWAY_DIE_AT", None)
            if code != -signal.SIGKILL:
                return
            deaths.append(stage.lives)

    task = asyncio.create_task(supervise())
    try:
        yield deaths
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def audited(stage: Stage) -> list[str]:
    """The states all releases ended in, once every invariant was found to hold."""
    store = open_reader(stage.database)
    conn = sqlite3.connect(f"file:{stage.database}?mode=ro", uri=True)
    try:
        releases = await audit(store, conn, world_of(stage, conn))
        return [release.state.value for release in releases]
    finally:
        conn.close()
        await store.close()


def world_of(stage: Stage, conn: sqlite3.Connection) -> WorldLog:
    """The fleet's log and the workspace's messages; what a key wanted is in its own row."""
    accepted = [
        entry for entry in stage.fleet.fleet.log.as_json() if entry["outcome"] == "accepted"
    ]
    return WorldLog(
        effects=[wanted(conn, entry["key"], entry["at"]) for entry in accepted],
        posts=posts(stage),
    )


def wanted(conn: sqlite3.Connection, key: str, at: str) -> Effect:
    row = conn.execute(
        "SELECT json_extract(body, '$.desired.stable'), "
        "json_extract(body, '$.desired.weight.percent') FROM outbox WHERE key = ?",
        (key,),
    ).fetchone()
    assert row is not None, f"the fleet was told {key}, which was never written"
    return Effect(key=key, stable=row[0], weight=row[1], at=datetime.fromisoformat(at))


async def one_more_life(stage: Stage) -> None:
    """I26, I27: the bot started once more over what ended changes nothing but that it lived."""
    await stage.stop_bot()
    before = counted(stage)
    await stage.raise_bot()
    await stage.listens()
    await stage.stop_bot()
    assert counted(stage) == before


def counted(stage: Stage) -> tuple[int, int, int]:
    """Facts that are not of the bot itself, effects, messages."""
    conn = sqlite3.connect(f"file:{stage.database}?mode=ro", uri=True)
    try:
        facts: int = conn.execute("SELECT COUNT(*) FROM events WHERE stream <> 'bot'").fetchone()[0]
    finally:
        conn.close()
    return facts, len(stage.fleet.fleet.log.entries), len(posts(stage))


def posts(stage: Stage) -> list[tuple[str, str]]:
    seen = stage.workspace.workspace.snapshot()
    return [
        (room["id"], said["metadata"]["event_payload"]["key"])
        for room in seen["channels"]
        for said in room["messages"]
        if said.get("metadata")
    ]
