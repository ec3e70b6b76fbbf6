"""Opening and closing: nothing is left, whatever was going on."""

import asyncio
import socket
from dataclasses import replace

import aiohttp
import pytest

from bot.practice.fleet import DEFAULT_SEED, Fleet, ServedFleet, serve
from tests.practice.fleet.helpers import QUIET, SITE, Caller


def ports(served: ServedFleet) -> list[int]:
    versions = [v.port for site in served.fleet.sites.values() for v in site.versions.values()]
    return [int(served.url.rsplit(":", 1)[1]), *versions]


def is_closed(port: int) -> bool:
    """Nobody listens, and nobody holds it either: it can be taken without sharing."""
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


async def left() -> set[str]:
    await asyncio.sleep(0)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    return {repr(task) for task in others}


async def test_a_quiet_fleet_leaves_nothing() -> None:
    served = await serve(Fleet(QUIET))
    taken = ports(served)
    assert len(set(taken)) == 5
    assert not any(map(is_closed, taken))
    await served.stop()
    assert all(map(is_closed, taken))
    assert await left() == set()


async def test_a_fleet_stopped_in_the_middle_of_everything_leaves_nothing() -> None:
    served = await serve(Fleet(DEFAULT_SEED))
    taken = ports(served)
    async with aiohttp.ClientSession() as session:
        caller = Caller(served, session)
        await be_busy(caller)
        stream = await session.ws_connect(served.url + "/fleet/stream")
        waiting = [
            asyncio.create_task(caller.put("k2")),
            asyncio.create_task(caller.call("GET", "/at/checkout/prod/v1.4.1/metrics")),
            asyncio.create_task(_closed_with(stream)),
        ]
        await asyncio.sleep(0.3)
        async with asyncio.timeout(3):
            await served.stop()
        *failed, code = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(one, aiohttp.ClientError) for one in failed)
    assert code == aiohttp.WSCloseCode.GOING_AWAY
    assert await left() == set()
    assert [port for port in taken if await _answers(port)] == []


async def be_busy(caller: Caller) -> None:
    await caller.breaks(version="v1.4.1", latency=20, metrics="hang")
    await caller.fault("slow_settle", seconds=30)
    await caller.put("k1", mirror=50)
    await caller.fault("hang", times=None)


async def _closed_with(stream: aiohttp.ClientWebSocketResponse) -> int | None:
    async for _figures in stream:
        pass
    return stream.close_code


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True


async def test_stopping_twice_is_stopping_once() -> None:
    served = await serve(Fleet(QUIET))
    await served.stop()
    await served.stop()
    assert await left() == set()


async def test_a_taken_port_is_an_error_and_leaves_nothing() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        with pytest.raises(OSError, match="address already in use"):
            await serve(Fleet(QUIET), port=holder.getsockname()[1])
    assert await left() == set()


async def test_a_given_port_is_the_one_that_answers(caller: Caller) -> None:
    port = int(caller.served.url.rsplit(":", 1)[1])
    await caller.served.stop()
    again = await serve(Fleet(QUIET), port=port)
    try:
        assert again.url == f"http://127.0.0.1:{port}"
        assert await Caller(again, caller.session).get("/healthz") == {"status": "ok"}
    finally:
        await again.stop()


async def test_everything_can_be_looked_over(caller: Caller) -> None:
    sites = (await caller.get("/fleet"))["sites"]
    assert [(site["service"], site["environment"]) for site in sites] == [
        ("checkout", "prod"),
        ("basket", "prod"),
    ]
    assert sites[0] == await caller.get(SITE)


def test_a_fleet_that_is_not_served_holds_nothing() -> None:
    fleet = Fleet(QUIET)
    assert all(v.port == 0 for site in fleet.sites.values() for v in site.versions.values())


def test_a_seed_that_begins_on_nothing_it_has_is_refused() -> None:
    with pytest.raises(ValueError, match=r"cannot begin on v9.*Name one of v1\.4\.1"):
        replace(QUIET.sites[0], running="v9")
