"""Every way the deploy API itself can fail, and that each ends when it should."""

import asyncio
import contextlib
from typing import Any

import aiohttp
import pytest

from bot.practice.fleet.door import BEFORE, KINDS
from tests.practice.fleet.helpers import SITE, Caller

OLD, NEW = {"v1.4.1": 100}, {"v1.4.1": 90, "v1.4.2": 10}
SHORT = aiohttp.ClientTimeout(total=0.12)


async def outcomes(caller: Caller) -> list[str]:
    return [entry["outcome"] for entry in await caller.log()]


@pytest.mark.parametrize(
    ("kind", "status", "logged"),
    [("refuse", 403, "refused"), ("throttle", 429, "throttled"), ("error", 500, "failed")],
)
async def test_a_fault_before_anything_is_done(
    caller: Caller, kind: str, status: int, logged: str
) -> None:
    await caller.fault(kind)
    assert (await caller.put("k1")).status == status
    assert (await caller.get(SITE))["revisions"] == OLD
    assert await caller.get(SITE + "/find?key=k1") == {"key": "k1", "found": False}
    assert (await caller.put("k1")).status == 202
    assert await outcomes(caller) == [logged, "accepted"]


async def test_a_refusal_gives_the_reason_it_was_told(caller: Caller) -> None:
    await caller.fault("refuse", reason="checkout belongs to somebody else")
    said = await caller.put("k1")
    assert said.body["error"] == "refused"
    assert said.body["sentence"] == "Nothing was done: checkout belongs to somebody else."


async def test_a_throttle_says_when_to_come_back(caller: Caller) -> None:
    await caller.fault("throttle", seconds=3)
    assert (await caller.put("k1")).headers["Retry-After"] == "3"


@pytest.mark.parametrize(("kind", "done"), [("hang", False), ("hang_after", True)])
async def test_a_hang_never_answers(caller: Caller, kind: str, *, done: bool) -> None:
    await caller.fault(kind)
    with pytest.raises(TimeoutError):
        await caller.call(
            "PUT",
            SITE,
            {"key": "k1", "revision": "v1.4.2", "stable": "v1.4.1", "weight": 10},
            timeout=SHORT,
        )
    assert (await caller.get(SITE + "/find?key=k1"))["found"] is done
    assert (await caller.settles())["revisions"] == (NEW if done else OLD)


async def test_a_lost_answer_is_a_500_after_it_was_done(caller: Caller) -> None:
    await caller.fault("lost_answer")
    assert (await caller.put("k1")).status == 500
    assert (await caller.settles())["revisions"] == NEW
    assert (await caller.put("k1")).body["already_done"]
    assert await outcomes(caller) == ["accepted", "already_done"]


async def test_a_cut_connection_after_it_was_done(caller: Caller) -> None:
    # Twice, as aiohttp's client repeats a PUT by itself when its connection breaks.
    await caller.fault("cut", times=2)
    with pytest.raises(aiohttp.ClientConnectionError):
        await caller.put("k1")
    assert (await caller.settles())["revisions"] == NEW
    assert await outcomes(caller) == ["accepted", "already_done"]


@pytest.mark.parametrize(
    ("words", "kind", "body"),
    [
        ({}, "text/html", "<!doctype html><p>It works!"),
        ({"body": '{"revisions": "lots"}'}, "application/json", {"revisions": "lots"}),
    ],
)
async def test_nonsense_is_answered_with_a_straight_face(
    caller: Caller, words: dict[str, str], kind: str, body: object
) -> None:
    await caller.fault("nonsense", **words)
    said = await caller.put("k1")
    assert (said.status, said.headers["Content-Type"].split(";")[0]) == (200, kind)
    assert said.body == body


@pytest.mark.parametrize("act", ["observe", "find"])
async def test_looking_can_fail_as_well(caller: Caller, act: str) -> None:
    path = SITE if act == "observe" else SITE + "/find?key=k1"
    for kind, status in (("error", 500), ("refuse", 403), ("throttle", 429), ("nonsense", 200)):
        await caller.fault(kind, on=act)
        assert (await caller.call("GET", path)).status == status
    await caller.fault("hang", on=act)
    with pytest.raises(TimeoutError):
        await caller.call("GET", path, timeout=SHORT)
    assert (await caller.call("GET", path)).status == 200
    assert await caller.log() == []


async def test_a_slow_settle_takes_its_time(caller: Caller) -> None:
    await caller.fault("slow_settle", seconds=0.24)
    began = asyncio.get_running_loop().time()
    await caller.put("k1")
    await caller.settles()
    assert 0.2 < asyncio.get_running_loop().time() - began < 2


async def test_never_settling_is_at_the_goal_and_never_says_so(caller: Caller) -> None:
    await caller.fault("never_settle")
    await caller.put("k1")
    with pytest.raises(TimeoutError):
        await caller.settles(within=0.15)
    state = await caller.get(SITE)
    assert (state["revisions"], state["settled"]) == (NEW, False)
    await caller.put("k2", weight=20)
    assert (await caller.settles())["revisions"] == {"v1.4.1": 80, "v1.4.2": 20}


async def test_partial_stops_on_the_way(caller: Caller) -> None:
    await caller.fault("partial", done=1, of=4)
    await caller.put("k1", weight=100)
    with pytest.raises(TimeoutError):
        await caller.settles(within=0.15)
    state = await caller.get(SITE)
    assert state["revisions"] == {"v1.4.1": 75, "v1.4.2": 25}
    assert (state["settled"], state["progress"]) == (False, {"done": 1, "of": 4})
    await caller.put("back", "v1.4.1", weight=100)
    assert (await caller.settles())["revisions"] == OLD


async def test_a_fault_lasts_as_often_as_it_was_told(caller: Caller) -> None:
    await caller.fault("error", times=2)
    assert [(await caller.put("k1")).status for _ in range(3)] == [500, 500, 202]
    await caller.fault("error", times=None)
    assert [(await caller.put("k2")).status for _ in range(4)] == [500] * 4
    assert (await caller.call("DELETE", "/fleet/faults")).body == {"faults": []}
    assert (await caller.put("k2", weight=20)).status == 202


async def test_a_fault_meets_only_those_it_is_for(caller: Caller) -> None:
    await caller.fault("error", service="basket")
    await caller.fault("error", environment="staging")
    assert (await caller.put("k1")).status == 202
    assert len((await caller.get("/fleet/faults"))["faults"]) == 2


@pytest.mark.parametrize(
    "words",
    [
        {"fault": "earthquake"},
        {"fault": "hang", "on": "sunday"},
        {"fault": "slow_settle", "seconds": -1},
        {"fault": "slow_settle", "on": "observe"},
        {"fault": "partial", "done": 4, "of": 4},
        {"fault": "error", "times": 0},
        {"fault": "error", "sometimes": True},
        {},
    ],
)
async def test_a_fault_that_would_spoil_nothing_is_refused(
    caller: Caller, words: dict[str, Any]
) -> None:
    assert (await caller.call("POST", "/fleet/faults", words)).status == 400
    assert (await caller.get("/fleet/faults")) == {"faults": []}


@pytest.mark.parametrize("kind", KINDS)
async def test_whatever_went_wrong_the_next_order_is_carried_out(caller: Caller, kind: str) -> None:
    await caller.fault(kind)
    body = {"key": "k1", "revision": "v1.4.2", "stable": "v1.4.1", "weight": 10}
    with contextlib.suppress(TimeoutError, aiohttp.ClientConnectionError):
        await caller.call("PUT", SITE, body, timeout=SHORT)
    assert (await caller.put("k2", weight=30)).status == 202
    assert (await caller.settles())["revisions"] == {"v1.4.1": 70, "v1.4.2": 30}
    keys = [entry["key"] for entry in await caller.log() if entry["accepted"]]
    assert keys == (["k2"] if kind in BEFORE else ["k1", "k2"])
