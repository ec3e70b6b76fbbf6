"""The figures of the last minute, their stream, the traffic behind them, and starting over."""

import asyncio
import os
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.practice.fleet import DEFAULT_SEED, Fleet, FleetSeed, serve
from bot.practice.fleet.figures import NOTHING, Minute, Second, columns, sum_up
from tests.practice.fleet.helpers import QUIET, SITE, Caller

COLUMNS = {"requests", "mirrored", "errors", "p50", "p99"}


def add(minute: Minute, at: int, seconds: float, *, failed: bool = False) -> None:
    minute.add(at, failed=failed, copied=False, seconds=seconds)


def test_a_second_is_summed_with_its_quantiles() -> None:
    second = Second()
    for rank in range(100):
        second.add(failed=rank < 3, copied=rank < 10, seconds=rank / 1000)
    assert sum_up(second).requests == 90
    assert sum_up(second).mirrored == 10
    assert sum_up(second).errors == 3
    assert (sum_up(second).p50, sum_up(second).p99) == (0.05, 0.099)


def test_a_minute_is_sixty_seconds_oldest_first_without_the_one_under_way() -> None:
    minute = Minute()
    add(minute, 1000, 0.1)
    add(minute, 1002, 0.2, failed=True)
    add(minute, 1003, 0.3)
    seen = minute.until(1003)
    assert len(seen) == 60
    assert [second.requests for second in seen[-3:]] == [1, 0, 1]
    assert [second.errors for second in seen[-3:]] == [0, 0, 1]
    assert [second.p50 for second in seen[-3:]] == [0.1, None, 0.2]


def test_what_is_over_a_minute_old_is_forgotten() -> None:
    minute = Minute()
    add(minute, 1000, 0.1)
    assert minute.until(1060)[0].requests == 1
    assert minute.until(1061) == [NOTHING] * 60
    assert set(columns(minute.until(1061))) == COLUMNS


def test_a_flood_is_counted_whole_and_measured_in_part() -> None:
    second = Second()
    for _ in range(10_000):
        second.add(failed=False, copied=False, seconds=0.1)
    assert (second.requests, len(second.durations)) == (10_000, 500)


async def figures_of(caller: Caller, version: str) -> Any:
    site = (await caller.get("/fleet/figures"))["sites"][0]
    return site["figures"].get(version)


async def test_figures_are_what_users_met(caller: Caller) -> None:
    await caller.is_at(weight=50)
    await caller.breaks(version="v1.4.2", error_rate=1)
    await caller.users(40)

    await caller.a_second_later()
    figures = await figures_of(caller, "v1.4.2")
    assert set(figures) == COLUMNS
    assert sum(figures["errors"]) == sum(figures["requests"])
    assert 19 <= sum(figures["requests"]) <= 21
    assert sum((await figures_of(caller, "v1.4.1"))["errors"]) == 0
    assert all(0 < p50 < 1 for p50 in figures["p50"] if p50 is not None)


async def test_copies_are_figures_of_their_own(caller: Caller) -> None:
    await caller.is_at(weight=0, mirror=100)
    await caller.users(10)
    await caller.idles()
    await caller.a_second_later()
    figures = await figures_of(caller, "v1.4.2")
    assert (sum(figures["requests"]), sum(figures["mirrored"])) == (0, 10)


async def test_users_whom_nobody_served_are_seen(caller: Caller) -> None:
    await caller.call("GET", "/site/basket/prod/")
    await caller.a_second_later()
    assert sum((await caller.get("/fleet/figures"))["sites"][1]["unserved"]) == 1


async def test_the_stream_says_the_same_once_a_second(caller: Caller) -> None:
    async with caller.session.ws_connect(caller.served.url + "/fleet/stream") as stream:
        first = await stream.receive_json(timeout=1)
        await caller.put("k1")
        second = await stream.receive_json(timeout=3)
    assert set(first) == set(await caller.get("/fleet/figures")) == {"at", "seconds", "sites"}
    assert first["at"] < second["at"]
    assert second["sites"][0]["revisions"] == {"v1.4.1": 90, "v1.4.2": 10}
    await caller.idles()


async def test_traffic_comes_at_its_rate_and_stops_when_told(caller: Caller) -> None:
    said = await caller.call("POST", SITE + "/traffic", {"rps": 100})
    assert said.body == {"rps": 100}
    await asyncio.sleep(0.8)
    await caller.call("POST", SITE + "/traffic", {"rps": 0})
    came = caller.served.fleet.sites["checkout", "prod"].versions["v1.4.1"].tally.requests
    await asyncio.sleep(0.1)
    count = sum(came.values())
    assert 50 <= count <= 100
    await asyncio.sleep(0.2)
    assert sum(came.values()) == count


async def test_a_site_can_lose_its_users_and_get_them_back(caller: Caller) -> None:
    await caller.call("POST", SITE + "/traffic", {"rps": 200})
    await caller.breaks(traffic=False)
    tally = caller.served.fleet.sites["checkout", "prod"].versions["v1.4.1"].tally
    await asyncio.sleep(0.1)
    before = sum(tally.requests.values())
    await asyncio.sleep(0.2)
    assert sum(tally.requests.values()) == before
    await caller.breaks(traffic=True)
    await asyncio.sleep(0.3)
    assert sum(tally.requests.values()) > before + 20


@pytest.mark.parametrize("body", [{}, {"rps": -1}, {"rps": 501}, {"rps": "all"}, {"rp": 1}])
async def test_a_rate_that_is_none_is_refused(caller: Caller, body: dict[str, Any]) -> None:
    assert (await caller.call("POST", SITE + "/traffic", body)).status == 400


async def test_users_who_wait_too_many_do_not_pile_up() -> None:
    seed = replace(QUIET, sites=(replace(QUIET.sites[0], rps=500.0),))
    served = await serve(Fleet(seed))
    async with aiohttp.ClientSession() as session:
        broken = {"version": "v1.4.1", "latency": 30}
        await session.post(served.url + SITE + "/break", json=broken)
        await asyncio.sleep(0.6)
        assert len(asyncio.all_tasks()) < 800
    await served.stop()


async def test_a_reset_is_the_first_day_again(caller: Caller) -> None:
    first = await caller.get(SITE)
    await caller.is_at(weight=100, mirror=5)
    await caller.breaks(version="v1.4.1", crash=True)
    await caller.breaks(metrics="html")
    await caller.fault("error", times=None)
    await caller.fault("slow_settle", seconds=30)
    await caller.users(10)
    await caller.put("under way", weight=10)
    assert (await caller.call("POST", "/fleet/reset")).status == 200
    assert await caller.get(SITE) == first
    assert await caller.log() == []
    assert await caller.users(5) == {"v1.4.1": 5}
    assert (await caller.put("k1")).status == 202
    assert await caller.get(SITE + "/find?key=under way") == {"key": "under way", "found": False}


async def test_the_usual_traffic_of_a_service_is_cheap() -> None:
    served = await serve(Fleet(FleetSeed(sites=DEFAULT_SEED.sites[:1])))
    await asyncio.sleep(0.3)
    before = os.times()
    await asyncio.sleep(1)
    after = os.times()
    await served.stop()
    spent = after.user + after.system - before.user - before.system
    assert 0 < spent / (after.elapsed - before.elapsed) < 0.25
