"""`slipway demo` as it is typed: an address, a page that answers, and nothing after Ctrl-C."""

import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import psutil
import pytest
from aiohttp import ClientSession
from playwright.async_api import async_playwright

from tests.practice.page.helpers import ALONE, LATER
from tests.servers import find_server, needs_server

WITHIN = 20.0
TAKES_A_BOT = 0.05


async def address(out: asyncio.StreamReader) -> str:
    """What it tells a person to open."""
    async for line in out:
        if found := re.search(r"Open (http://\S+) in a browser", line.decode()):
            return found[1]
    raise AssertionError("it ended without an address")


async def children(process: psutil.Process) -> list[psutil.Process]:
    """Its bot, once it has one."""
    async with asyncio.timeout(WITHIN):
        while True:
            if found := process.children(recursive=True):
                return found
            await asyncio.sleep(TAKES_A_BOT)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_leaves_nothing_behind(sign: signal.Signals, tmp_path: Path) -> None:
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0"),
        stdout=PIPE,
        env={"TMPDIR": str(tmp_path)},
    )
    assert demo.stdout is not None
    async with asyncio.timeout(WITHIN), ClientSession() as http:
        url = await address(demo.stdout)
        async with http.get(url) as answer:
            assert "Slipway practice" in await answer.text()
        bots = await children(psutil.Process(demo.pid))
        demo.send_signal(sign)
        said = (await demo.stdout.read()).decode()
        assert await demo.wait() == 0
        with pytest.raises(OSError, match="Cannot connect"):
            await http.get(url)
    assert "nothing is left behind" in said
    assert not any(bot.is_running() for bot in bots)
    assert list(tmp_path.iterdir()) == []


async def half_open(port: int) -> bytes:
    """What comes back to a caller who never finishes a request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHos")
    try:
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def lets_one_go(port: int, of: int) -> bool:
    """Whether one of so many has to leave; a server without limits would keep them all."""
    callers = [asyncio.create_task(half_open(port)) for _ in range(of)]
    gone, left = await asyncio.wait(callers, timeout=15, return_when=asyncio.FIRST_COMPLETED)
    for caller in left:
        caller.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    return any(caller.result() == b"" for caller in gone)


async def test_nobody_can_fill_the_servers_of_the_demo() -> None:
    demo = await asyncio.create_subprocess_exec(
        *("sh", "-c", 'ulimit -n 512; exec "$0" -m bot demo --port 0', sys.executable), stdout=PIPE
    )
    assert demo.stdout is not None
    try:
        async with ClientSession() as http:
            url = await address(demo.stdout)
            async with http.get(f"{url}stage/config") as answer:
                urls = re.findall(r"http://127\.0\.0\.1:(\d+)", (await answer.json())["text"])
            ports = {int(port) for port in (*urls, url.rstrip("/").rpartition(":")[2])}
            assert len(ports) == 3
            # A quarter of 512 descriptors is for callers, and half of those for one address.
            assert all(await asyncio.gather(*(lets_one_go(port, of=66) for port in ports)))
    finally:
        demo.terminate()
        await demo.wait()


async def test_a_record_that_is_there_already_starts_nothing(tmp_path: Path) -> None:
    place = tmp_path / "kept.db"
    place.touch()
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--db", str(place)), stdout=PIPE, stderr=PIPE
    )
    out, error = await demo.communicate()
    assert (demo.returncode, out) == (1, b"")
    assert error.decode().startswith("Nothing was started: ")


@needs_server("chromium")
async def test_a_story_plays_by_itself_and_is_watched_on_the_page() -> None:
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--story", "regression", "--port", "0"), stdout=PIPE
    )
    assert demo.stdout is not None
    url = await address(demo.stdout)
    async with async_playwright() as player:
        browser = await player.chromium.launch(
            executable_path=find_server("chromium"), args=list(ALONE)
        )
        page = await browser.new_page()
        await page.goto(url)
        over = page.get_by_text("OVER checkout, production: back on v1.4.1").first
        await over.wait_for(timeout=LATER)
        await browser.close()
    said = (await demo.stdout.read()).decode()
    assert await demo.wait() == 0
    assert "regression: rolled_back in" in said
