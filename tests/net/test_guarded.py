"""W2: half-open and slow callers are let go, counted and displaced; who is served stays."""

import asyncio
import logging
import resource
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from bot.net.guarded import (
    OUT_OF_DESCRIPTORS,
    CallerGate,
    CallerLimits,
    GuardedRunner,
    calm_accept,
    limits_for,
)
from tests.house import tree

QUICK = CallerLimits(most=6, most_of_one=6, headers=0.3, body=0.3, idle=0.3)
PATIENT = CallerLimits(most=6, most_of_one=6, headers=60, body=60, idle=60)
HALF_BODY = b"POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\na"
HALF_HEAD = b"POST /take HTTP/1.1\r\nHos"
HEAD_ONLY = b"GET /stay HTTP/1.1\r\nHost: x\r\n\r\n"
Opened = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Opens = Callable[[bytes], Awaitable[Opened]]


async def take(request: web.Request) -> web.Response:
    return web.Response(text=f"{len(await request.read())}")


async def stay(_request: web.Request) -> web.Response:
    await asyncio.sleep(1)
    return web.Response(text="stayed")


async def echo(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        await socket.send_str(str(message.data))
    return socket


@asynccontextmanager
async def served(limits: CallerLimits) -> AsyncIterator[tuple[str, CallerGate, Opens]]:
    app = web.Application()
    app.add_routes([web.post("/take", take), web.get("/stay", stay), web.get("/echo", echo)])
    runner = GuardedRunner(app, limits, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    opened: list[asyncio.StreamWriter] = []

    async def opens(sends: bytes) -> Opened:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        opened.append(writer)
        writer.write(sends)
        return reader, writer

    try:
        yield f"http://127.0.0.1:{port}", runner.gate, opens
    finally:
        for writer in opened:
            writer.close()
        await runner.cleanup()


async def ended(reader: asyncio.StreamReader) -> bool:
    """Whether the other side hangs up within five seconds."""
    try:
        async with asyncio.timeout(5):
            while await reader.read(4096):
                continue
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


@pytest.mark.parametrize("sends", [b"", HALF_HEAD, HALF_BODY], ids=["nothing", "head", "body"])
async def test_who_does_not_send_a_whole_request_is_let_go(sends: bytes) -> None:
    """W2: headers and bodies have their time."""
    async with served(QUICK) as (_url, gate, opens):
        reader, _ = await opens(sends)
        assert await ended(reader)
        assert len(gate) == 0


async def test_who_drips_bytes_is_let_go_too() -> None:
    """W2: the time is for the whole of the headers, not for the next byte."""
    async with served(QUICK) as (_url, gate, opens):
        reader, writer = await opens(HALF_HEAD)
        for _ in range(20):
            writer.write(b"x")
            await asyncio.sleep(0.05)
        assert await ended(reader)
        assert len(gate) == 0


async def test_who_says_nothing_after_an_answer_is_let_go() -> None:
    """W2: a kept connection is no place to stay."""
    async with served(QUICK) as (url, gate, _opens), ClientSession() as session:
        async with session.post(f"{url}/take", data=b"abc") as answer:
            assert await answer.text() == "3"
        await asyncio.sleep(0.6)
        assert len(gate) == 0


async def test_what_takes_long_to_answer_is_not_cut() -> None:
    """W2: only who is waited for is late; handlers and WebSockets are not."""
    async with (
        served(QUICK) as (url, _gate, _opens),
        ClientSession() as session,
        session.ws_connect(f"{url}/echo") as socket,
        session.get(f"{url}/stay") as answer,
    ):
        assert await answer.text() == "stayed"
        await socket.send_str("still here")
        assert await socket.receive_str(timeout=5) == "still here"


async def test_newcomers_displace_who_is_waited_for_longest() -> None:
    """W2: with every place taken by half-open connections, a whole request is answered."""
    async with served(PATIENT) as (url, gate, opens), ClientSession() as session:
        first, _ = await opens(HALF_BODY)
        for _ in range(20):
            await opens(HALF_BODY)
        async with session.post(f"{url}/take", data=b"abc") as answer:
            assert await answer.text() == "3"
        assert await ended(first)
        assert len(gate) <= PATIENT.most


async def test_who_is_served_is_never_displaced() -> None:
    """W2: where all places are in use, the newcomer goes."""
    async with served(PATIENT) as (_url, gate, opens):
        busy = [await opens(HEAD_ONLY) for _ in range(PATIENT.most)]
        await asyncio.sleep(0.3)
        late, _ = await opens(HEAD_ONLY)
        assert await ended(late)
        assert len(gate) == PATIENT.most
        for reader, _ in busy:
            assert b"stayed" in await asyncio.wait_for(reader.readuntil(b"stayed"), 5)


async def test_one_address_has_a_share_of_its_own() -> None:
    """W2: one caller does not take the places of all."""
    limits = CallerLimits(most=100, most_of_one=3, headers=60, body=60)
    async with served(limits) as (_url, gate, opens):
        for _ in range(10):
            await opens(HALF_HEAD)
        await asyncio.sleep(0.2)
        assert len(gate) == limits.most_of_one


@pytest.mark.parametrize("descriptors", [64, 256, 1024, 1_000_000])
def test_descriptors_are_kept_back(descriptors: int) -> None:
    """W2: callers take a quarter at most, and never over 512."""
    limits = limits_for(descriptors)
    assert limits.most_of_one <= limits.most <= min(512, descriptors // 4)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 4 >= limits_for(256).most


async def test_accept_errors_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """W2: what the loop says for each connection is not written for each."""
    loop = asyncio.new_event_loop()
    calm_accept(loop)
    with caplog.at_level(logging.ERROR, logger="asyncio"):
        for _ in range(1000):
            loop.call_exception_handler({"message": OUT_OF_DESCRIPTORS})
        assert caplog.records == []
        loop.call_exception_handler({"message": "something else"})
    loop.close()
    assert len(caplog.records) == 1


def test_every_server_of_the_product_passes_the_gate() -> None:
    """W2: a new server made without the gate is found. The practice servers are given theirs."""
    files = [path for path in Path(tree.ROOT / "bot").rglob("*.py") if path.name != "guarded.py"]
    assert [str(path) for path in files if "web.AppRunner(" in path.read_text()] == []
    made = {path.name for path in files if "GuardedRunner(" in path.read_text()}
    assert made == {"local.py", "run.py"}
    given = Path(tree.ROOT / "bot" / "cli" / "stage.py").read_text()
    assert given.count("opened(") == given.count(", GuardedRunner)") == 2
