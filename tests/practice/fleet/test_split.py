"""Who really answers, counted from outside."""

import asyncio

import pytest

from tests.practice.fleet.helpers import SITE, Caller, rows, within_chance


@pytest.mark.parametrize("weight", [1, 10, 50])
async def test_the_split_is_the_one_that_was_ordered(caller: Caller, weight: int) -> None:
    await caller.is_at(weight=weight)
    came = await caller.users(600)
    assert within_chance(came["v1.4.2"], 600, weight / 100)
    assert came["v1.4.1"] + came["v1.4.2"] == 600


async def test_half_a_percent_is_a_split_too(caller: Caller) -> None:
    state = await caller.is_at(weight=0.5)
    assert state["revisions"] == {"v1.4.1": 99.5, "v1.4.2": 0.5}
    assert 1 <= (await caller.users(600))["v1.4.2"] <= 6


async def test_copies_are_sent_and_their_answers_discarded(caller: Caller) -> None:
    state = await caller.is_at(weight=0, mirror=40)
    assert state["revisions"] == {"v1.4.1": 100, "v1.4.2": 0}
    assert state["mirror"] == {"v1.4.2": 40}
    assert await caller.users(300) == {"v1.4.1": 300}
    await caller.idles()
    counted = rows(await caller.get("/metrics/checkout"), "http_requests_total")
    assert counted["v1.4.1", "stable", "200"] == 300
    assert within_chance(int(counted["v1.4.2", "canary", "200"]), 300, 0.4)


async def test_copies_that_fail_hurt_nobody(caller: Caller) -> None:
    await caller.is_at(weight=0, mirror=100)
    await caller.breaks(version="v1.4.2", crash=True)
    assert await caller.users(50) == {"v1.4.1": 50}


async def test_a_request_arrives_whole_and_so_does_its_answer(caller: Caller) -> None:
    path = "/items/a%2Fb?size=m&size=l"
    said = await caller.call("POST", "/site/checkout/prod" + path, "x" * 5000)
    assert (said.status, said.headers["X-Version"]) == (200, "v1.4.1")
    place = {"service": "checkout", "version": "v1.4.1"}
    assert said.body == place | {"path": path, "bytes": 5002}


async def test_a_removed_version_is_gone_and_a_kept_one_is_warm(caller: Caller) -> None:
    url = (await caller.get(SITE))["urls"]["v1.4.1"]
    warm = await caller.is_at(weight=100, keep=True)
    assert warm["revisions"] == {"v1.4.1": 0, "v1.4.2": 100}
    async with caller.session.get(url + "/version") as answer:
        assert (await answer.json())["version"] == "v1.4.1"
    gone = await caller.is_at(weight=100, keep=False)
    assert gone["revisions"] == {"v1.4.2": 100}
    assert gone["healthy"] == {"v1.4.2": True}
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1]))


async def test_a_version_comes_back_on_its_port_and_counts_from_zero(caller: Caller) -> None:
    before = (await caller.get(SITE))["urls"]
    await caller.users(20)
    await caller.is_at(weight=100)
    await caller.is_at(weight=0)
    assert (await caller.get(SITE))["urls"] == before
    counted = rows(await caller.get("/metrics/checkout"), "http_requests_total")
    assert counted["v1.4.1", "stable", "200"] == 0


async def test_before_a_first_release_and_after_its_removal_nothing_serves(caller: Caller) -> None:
    site, asked = "/fleet/basket/prod", "/site/basket/prod/"
    assert (await caller.get(site))["revisions"] == {}
    assert (await caller.call("GET", asked)).status == 503
    order = {"key": "up", "revision": "v0.1", "stable": None, "weight": 100}
    assert (await caller.call("PUT", site, order)).status == 202
    await caller.settles(site)
    assert (await caller.call("GET", asked)).status == 200
    assert (await caller.call("PUT", site, order | {"key": "down", "weight": 0})).status == 202
    assert (await caller.settles(site))["revisions"] == {}
    assert (await caller.call("GET", asked)).status == 503


async def test_a_first_release_at_a_few_percent_serves_only_those(caller: Caller) -> None:
    order = {"key": "up", "revision": "v0.1", "stable": None, "weight": 25}
    await caller.call("PUT", "/fleet/basket/prod", order)
    await caller.settles("/fleet/basket/prod")
    asked = [await caller.call("GET", "/site/basket/prod/") for _ in range(200)]
    assert within_chance(sum(said.status == 200 for said in asked), 200, 0.25)


async def test_a_service_that_does_not_exist_is_said_so(caller: Caller) -> None:
    said = await caller.call("GET", "/site/chekout/prod/")
    assert (said.status, said.body["error"]) == (404, "unknown_site")
    assert "checkout in prod" in said.body["remedy"]
