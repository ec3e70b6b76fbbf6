"""A socket in the file system by which the shell of the same machine speaks to the running bot.

The kernel says who is at the other end, so no name is believed that could be typed. It works with
Slack down.
"""

import asyncio
import json
import os
import pwd
import socket
import struct
from pathlib import Path

from aiohttp import web

from bot.domain.terms.refusal import Code
from bot.engine.door.door import Door, Inbound, Reply
from bot.engine.record.engine import Engine
from bot.net.guarded import BACKLOG, GuardedRunner
from bot.render.kit.shell import shell_text

DOOR = web.AppKey("door", Door)
ENGINE = web.AppKey("engine", Engine)
MOST = 16 * 1024
CREDENTIALS = struct.Struct("3i")


def socket_path(database: Path) -> Path:
    return database.with_name(database.name + ".sock")


async def serve_local(door: Door, engine: Engine, path: Path) -> web.AppRunner:
    """Listen at `path`, for the owner of the process only."""
    app = web.Application(client_max_size=MOST)
    app[DOOR], app[ENGINE] = door, engine
    app.router.add_post("/hear", hear)
    runner = GuardedRunner(app)
    await runner.setup()
    await asyncio.to_thread(path.unlink, missing_ok=True)
    before = os.umask(0o177)
    try:
        await web.UnixSite(runner, str(path), backlog=BACKLOG).start()
    finally:
        os.umask(before)
    return runner


async def hear(request: web.Request) -> web.Response:
    try:
        asked = json.loads(await request.text())
        inbound = inbound_of(asked, caller(request))
    except (ValueError, KeyError, TypeError, AttributeError):
        problem = {"text": "Nothing happened: that is not a request.", "code": Code.BAD_REQUEST}
        return web.json_response(problem, status=400)
    reply = await request.app[DOOR].hear(inbound)
    return web.json_response(plain(reply))


def inbound_of(asked: dict[str, str], by: str) -> Inbound:
    return Inbound(
        key=f"cli/{asked['key']}",
        text=asked["text"],
        by=by,
        via="cli",
        verb=asked.get("verb") or None,
    )


def caller(request: web.Request) -> str:
    """`cli:<user>`, by what the kernel knows of the other end."""
    connection = request.get_extra_info("socket")
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    _, uid, _ = CREDENTIALS.unpack(raw)
    try:
        return f"cli:{pwd.getpwuid(uid).pw_name}"
    except KeyError:
        return f"cli:{uid}"


def plain(reply: Reply) -> dict[str, str]:
    return {"text": shell_text(reply.message), "code": reply.code, "release": reply.release}
