"""The bot as its own process: the API is there where a key is, and goes when the bot goes."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.engine.clock import SystemClock
from bot.web.api import PREFIX
from bot.web.api_keys import signature, signed_text

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-of-the-api-key"
# Port 9 is nobody's: the bot comes up with Slack away.
CONFIG = """version = 1
[slack]
announce = "#releases"
bot_token = "env:BOT_TOKEN"
app_token = "env:APP_TOKEN"
api_url = "http://127.0.0.1:9/api/"
[web]
port = 0
calendar_token = "env:SLIPWAY_CALENDAR"
[api.keys.ci]
secret = "env:SLIPWAY_API_CI"
"""


def headers(path: str) -> dict[str, str]:
    stamp = str(int(SystemClock().now().timestamp()))
    made = signature(SECRET.encode(), signed_text(stamp, "GET", path, b"", None))
    return {"X-Slipway-Timestamp": stamp, "X-Slipway-Signature": made}


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The bot's process and the address it says it listens at."""
    (folder / "slipway.toml").write_text(CONFIG)
    secrets = {"BOT_TOKEN": "xoxb-1", "APP_TOKEN": "xapp-1", "SLIPWAY_API_CI": SECRET}
    secrets["SLIPWAY_CALENDAR"] = SECRET
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        "--config",
        str(folder / "slipway.toml"),
        cwd=ROOT,
        env={**os.environ, **secrets},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process, await address(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(30):
        while line := (await process.stdout.readline()).decode():
            said += line
            if "web.listens" in line and (found := re.search(r"127\.0\.0\.1\D+(\d+)", line)):
                return f"http://127.0.0.1:{found[1]}"
    raise AssertionError(said)


async def test_the_running_bot_answers_signed_requests_and_ends_with_listeners_open(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as (process, url), aiohttp.ClientSession() as session:
        path = f"{PREFIX}/events?after=0"
        async with session.get(url + path, headers=headers(path)) as line:
            assert line.status == 200
            async with session.get(url + f"{PREFIX}/releases") as stranger:
                assert stranger.status == 401
            async with session.get(url + f"/calendar.ics?token={SECRET}") as feed:
                assert (await feed.text()).startswith("BEGIN:VCALENDAR")
            async with asyncio.timeout(10):
                while b"event: BotStarted" not in await line.content.readline():
                    pass
            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), 20)
    assert process.returncode == 0
