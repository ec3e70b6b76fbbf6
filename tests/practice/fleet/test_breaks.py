"""Breaking a version in every way, and mending it."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.practice.fleet.helpers import SITE, Caller, rows, within_chance

OWN = "/at/checkout/prod/v1.4.2"
SHORT = aiohttp.ClientTimeout(total=0.12)


async def mend(caller: Caller, **words: Any) -> None:
    assert (await caller.call("POST", SITE + "/mend", words)).status == 200


async def test_errors_come_at_the_rate_that_was_asked_for(caller: Caller) -> None:
    await caller.is_at(weight=100)
    await caller.breaks(version="v1.4.2", error_rate=0.2)
    said = await asyncio.gather(*(caller.user() for _ in range(150)))
    failed = sum(one.status == 500 for one in said)
    assert within_chance(failed, 150, 0.2)
    counted = rows(await caller.get("/metrics/checkout"), "http_requests_total")
    assert counted["v1.4.2", "canary", "500"] == failed
    await mend(caller, version="v1.4.2")
    assert {(await caller.user()).status for _ in range(50)} == {200}


async def test_latency_is_added_and_shows_in_the_histogram(caller: Caller) -> None:
    await caller.breaks(version="v1.4.1", latency=0.12)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await caller.user()
    assert 0.12 <= loop.time() - began < 1
    buckets = rows(await caller.get("/metrics/checkout"), "http_request_duration_seconds_bucket")
    assert buckets["v1.4.1", "stable", "0.1"] == 0
    assert buckets["v1.4.1", "stable", "+Inf"] == 1


async def test_a_crash_refuses_connections_and_users_get_502(caller: Caller) -> None:
    await caller.is_at(weight=50)
    await caller.users(40)
    await caller.breaks(version="v1.4.2", crash=True)
    assert abs((await caller.users(40))["502"] - 20) <= 1
    state = await caller.get(SITE)
    assert state["healthy"] == {"v1.4.1": True, "v1.4.2": False}
    with pytest.raises(aiohttp.ClientConnectorError):
        await caller.session.get(state["urls"]["v1.4.2"] + "/healthz")


async def test_a_crash_shows_as_what_users_got(caller: Caller) -> None:
    await caller.is_at(weight=50)
    await caller.users(40)
    await caller.breaks(version="v1.4.2", crash=True)
    came = await caller.users(10)
    counted = rows(await caller.get("/metrics/checkout"), "http_requests_total")
    assert counted["v1.4.2", "canary", "502"] == came["502"] > 0
    assert counted["v1.4.2", "canary", "200"] == 0


async def test_a_crash_in_the_middle_of_a_request_is_a_502(caller: Caller) -> None:
    await caller.breaks(version="v1.4.1", latency=5)
    asked = asyncio.create_task(caller.user())
    await asyncio.sleep(0.1)
    await caller.breaks(version="v1.4.1", crash=True)
    assert (await asked).status == 502


async def test_a_mended_crash_serves_on_the_same_port_from_zero(caller: Caller) -> None:
    await caller.users(10)
    before = (await caller.get(SITE))["urls"]["v1.4.1"]
    await caller.breaks(version="v1.4.1", crash=True)
    await mend(caller, version="v1.4.1")
    assert await caller.users(3) == {"v1.4.1": 3}
    async with caller.session.get(before + "/metrics") as answer:
        counted = rows(await answer.text(), "http_requests_total")
    assert counted["v1.4.1", "stable", "200"] == 3


async def test_a_version_that_crashes_before_it_is_deployed_never_comes_up(
    caller: Caller,
) -> None:
    await caller.breaks(version="v1.4.2", crash=True)
    assert (await caller.is_at(weight=50))["healthy"] == {"v1.4.1": True, "v1.4.2": False}
    assert abs((await caller.users(20))["502"] - 10) <= 1


async def test_an_unhealthy_version_says_so_and_still_serves(caller: Caller) -> None:
    await caller.is_at()
    assert (await caller.get(OWN + "/healthz"))["status"] == "ok"
    await caller.breaks(version="v1.4.2", health=False)
    said = await caller.call("GET", OWN + "/healthz")
    assert (said.status, said.body["status"], said.body["version"]) == (503, "failing", "v1.4.2")
    assert (await caller.get(SITE))["healthy"] == {"v1.4.1": True, "v1.4.2": False}
    assert "502" not in await caller.users(50)


async def test_no_traffic_reaches_a_version_that_is_cut_off(caller: Caller) -> None:
    await caller.is_at(weight=50)
    await caller.breaks(version="v1.4.2", traffic=False)
    assert await caller.users(50) == {"v1.4.1": 50}
    assert (await caller.get(SITE))["revisions"] == {"v1.4.1": 50, "v1.4.2": 50}
    counted = rows(await caller.get("/metrics/checkout"), "http_requests_total")
    assert counted["v1.4.2", "canary", "200"] == 0


async def test_copies_do_not_reach_a_version_that_is_cut_off(caller: Caller) -> None:
    await caller.is_at(weight=0, mirror=100)
    await caller.breaks(version="v1.4.2", traffic=False)
    await caller.users(20)
    await caller.idles()
    counted = rows(await caller.get(OWN + "/metrics"), "http_requests_total")
    assert counted["v1.4.2", "canary", "200"] == 0


@pytest.mark.parametrize("showing", ["absent", "unavailable", "hang", "html"])
async def test_a_version_without_metrics_is_missing_from_the_common_page_too(
    caller: Caller, showing: str
) -> None:
    await caller.is_at()
    await caller.breaks(version="v1.4.2", metrics=showing)
    counted = rows(await caller.get("/metrics/checkout"), "http_requests_total")
    assert {version for version, *_ in counted} == {"v1.4.1"}


@pytest.mark.parametrize("version", ["v1.4.2", None])
async def test_metrics_can_fail_in_four_ways(caller: Caller, version: str | None) -> None:
    await caller.is_at()
    path = OWN + "/metrics" if version else "/metrics/checkout"
    whom = {"version": version} if version else {}
    await caller.breaks(**whom, metrics="absent")
    page = await caller.get(path)
    assert "process_start_time_seconds" in page
    assert "http_request" not in page
    await caller.breaks(**whom, metrics="unavailable")
    assert (await caller.call("GET", path)).status == 503
    await caller.breaks(**whom, metrics="html")
    said = await caller.call("GET", path)
    assert (said.status, said.body[:15]) == (200, "<!doctype html>")
    await caller.breaks(**whom, metrics="hang")
    with pytest.raises(TimeoutError):
        await caller.call("GET", path, timeout=SHORT)
    await mend(caller, **whom)
    assert "http_requests_total" in await caller.get(path)


async def test_counters_can_be_reset_while_it_serves(caller: Caller) -> None:
    await caller.users(10)
    await caller.breaks(version="v1.4.1", reset_counters=True)
    await caller.users(2)
    counted = rows(await caller.get("/metrics/checkout"), "http_requests_total")
    assert counted["v1.4.1", "stable", "200"] == 2


async def test_breaks_add_up_and_are_shown(caller: Caller) -> None:
    await caller.breaks(version="v1.4.2", error_rate=0.3)
    said = await caller.breaks(version="v1.4.2", latency=0.5, health=False)
    assert said.body == {"broken": {"error_rate": 0.3, "latency": 0.5, "health": False}}
    await caller.breaks(metrics="html")
    broken = (await caller.get(SITE))["broken"]
    assert broken == {"v1.4.2": said.body["broken"], "": {"metrics": "html"}}
    await mend(caller)
    assert (await caller.get(SITE))["broken"] == {}


@pytest.mark.parametrize(
    "words",
    [
        {"version": "v9", "crash": True},
        {"version": "v1.4.2", "crash": "yes"},
        {"version": "v1.4.2", "error_rate": 30},
        {"version": "v1.4.2", "latency": "1s"},
        {"version": "v1.4.2", "metrics": "poetry"},
        {"version": "v1.4.2", "reset_counters": 1},
        {"version": "v1.4.2", "mood": "bad"},
        {"crash": True},
    ],
)
async def test_what_cannot_be_broken_is_refused(caller: Caller, words: dict[str, Any]) -> None:
    said = await caller.breaks(**words)
    assert (said.status, said.body["error"]) == (400, "unreadable")
    assert (await caller.get(SITE))["broken"] == {}
