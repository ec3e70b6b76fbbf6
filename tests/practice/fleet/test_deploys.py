"""The deploy API: what is done, once; what is not, and why; and the log of both."""

import asyncio
import json
import os
import signal
import sys

import pytest

from tests.practice.fleet.helpers import SITE, Caller, eventually


async def test_at_the_start_the_seed_runs(caller: Caller) -> None:
    state = await caller.get(SITE)
    assert state["revisions"] == {"v1.4.1": 100}
    assert (state["mirror"], state["settled"], state["stable"]) == ({}, True, "v1.4.1")
    assert state["versions"] == ["v1.4.1", "v1.4.2", "v1.4.3"]
    assert state["healthy"] == {"v1.4.1": True}


async def test_a_change_is_accepted_at_once_and_true_a_little_later(caller: Caller) -> None:
    said = await caller.put("k1")
    assert (said.status, said.body["already_done"], said.body["applied_at"]) == (202, False, None)
    under_way = await caller.get(SITE)
    assert not under_way["settled"]
    assert under_way["wanted"]["revisions"] == {"v1.4.1": 90, "v1.4.2": 10}
    state = await caller.settles()
    assert state["revisions"] == {"v1.4.1": 90, "v1.4.2": 10}
    assert state["progress"] == {"done": 4, "of": 4}


async def test_the_way_there_is_gradual(caller: Caller) -> None:
    await caller.fault("slow_settle", seconds=0.24)
    await caller.put("k1", weight=100)
    seen = set()
    while not (state := await caller.get(SITE))["settled"]:
        seen.add(state["revisions"].get("v1.4.2", 0))
        await asyncio.sleep(0.02)
    assert {25, 50, 75} <= seen


async def test_the_same_key_twice_is_one_effect(caller: Caller) -> None:
    await caller.put("k1")
    await caller.settles()
    again = await caller.put("k1")
    assert (again.status, again.body["already_done"]) == (200, True)
    assert again.body["applied_at"]
    assert (await caller.get(SITE))["settled"]
    assert [entry["accepted"] for entry in await caller.log()] == [True, False]


async def test_twenty_at_once_with_one_key_are_one_effect(caller: Caller) -> None:
    said = await asyncio.gather(*(caller.put("k1") for _ in range(20)))
    assert sorted(one.status for one in said) == [200] * 19 + [202]
    assert sum(entry["accepted"] for entry in await caller.log()) == 1


async def test_a_repeat_is_one_even_after_others_and_with_a_new_expectation(
    caller: Caller,
) -> None:
    await caller.put("k1")
    await caller.is_at(weight=50)
    assert (await caller.put("k1", expect={"v1.4.1": 1})).status == 200
    assert (await caller.get(SITE))["revisions"] == {"v1.4.1": 50, "v1.4.2": 50}


async def test_a_key_means_one_thing_only(caller: Caller) -> None:
    await caller.put("k1")
    said = await caller.put("k1", weight=50)
    assert (said.status, said.body["error"]) == (409, "key_reused")
    assert said.body["current"]["wanted"]["revisions"] == {"v1.4.1": 90, "v1.4.2": 10}


async def test_an_expectation_that_does_not_hold_changes_nothing(caller: Caller) -> None:
    said = await caller.put("k1", expect={"v1.4.1": 50, "v1.4.3": 50})
    assert (said.status, said.body["error"]) == (409, "conflict")
    assert said.body["current"]["revisions"] == {"v1.4.1": 100}
    assert (await caller.get(SITE))["revisions"] == {"v1.4.1": 100}
    assert (await caller.put("k1", expect={"v1.4.1": 100})).status == 202


async def test_on_its_way_a_site_is_expected_where_it_goes_too(caller: Caller) -> None:
    await caller.fault("slow_settle", seconds=30)
    await caller.put("k1")
    assert (await caller.put("k2", weight=50, expect={"v1.4.1": 90, "v1.4.2": 10})).status == 202


@pytest.mark.parametrize("words", [{"revision": "v9"}, {"stable": "v9"}])
async def test_an_unknown_version_is_refused_with_those_there_are(
    caller: Caller, words: dict[str, str]
) -> None:
    said = await caller.put("k1", **words)
    assert (said.status, said.body["error"]) == (422, "unknown_version")
    assert said.body["remedy"] == "There are v1.4.1, v1.4.2, v1.4.3."


async def test_what_cannot_be_read_is_refused(caller: Caller) -> None:
    async with caller.session.put(caller.served.url + SITE, data=b"{nonsense\xff") as answer:
        assert (answer.status, (await answer.json())["error"]) == (400, "unreadable")
    assert (await caller.put("k1", weight="a lot")).status == 400
    assert (await caller.call("PUT", "/fleet/nobody/prod", {})).status == 404


async def test_find_says_whether_and_when(caller: Caller) -> None:
    assert await caller.get(SITE + "/find?key=k1") == {"key": "k1", "found": False}
    await caller.put("k1")
    assert (await caller.get(SITE + "/find?key=k1"))["applied_at"] is None
    await caller.settles()
    found = await caller.get(SITE + "/find?key=k1")
    assert found["found"]
    assert found["accepted_at"] < found["applied_at"]
    assert (await caller.call("GET", SITE + "/find")).status == 400


async def test_a_rollback_overtakes_what_is_under_way(caller: Caller) -> None:
    await caller.fault("slow_settle", seconds=30)
    await caller.put("k1", weight=100)
    await caller.put("back", "v1.4.1", weight=100)
    assert (await caller.settles())["revisions"] == {"v1.4.1": 100}
    first = await caller.get(SITE + "/find?key=k1")
    assert (first["superseded"], first["applied_at"]) == (True, None)
    assert not (await caller.get(SITE + "/find?key=back"))["superseded"]
    assert (await caller.get(SITE))["healthy"] == {"v1.4.1": True}


async def test_many_changes_of_mind_end_at_the_last(caller: Caller) -> None:
    for number in range(30):
        await caller.put(f"k{number}", ("v1.4.2", "v1.4.3")[number % 2], weight=number)
    state = await caller.settles()
    assert state["revisions"] == {"v1.4.1": 71, "v1.4.3": 29}
    assert state["healthy"] == {"v1.4.1": True, "v1.4.3": True}


async def test_the_track_is_told_by_what_is_stable(caller: Caller) -> None:
    await caller.is_at(weight=100)
    await caller.users(5)
    await caller.is_at(weight=100, stable="v1.4.2")
    await caller.users(7)
    page = await caller.get("/metrics/checkout")
    assert '"canary",version="v1.4.2"} 5.0' in page
    assert '"stable",version="v1.4.2"} 7.0' in page


async def test_the_log_has_everything_in_order(caller: Caller) -> None:
    await caller.put("k1")
    await caller.put("k1")
    await caller.put("k1", weight=20)
    await caller.put("k2", expect={"v1.4.3": 100})
    await caller.put("k3", "v9")
    await caller.put("k4", weight="?")
    log = await caller.log()
    assert [(entry["key"], entry["outcome"]) for entry in log] == [
        ("k1", "accepted"),
        ("k1", "already_done"),
        ("k1", "key_reused"),
        ("k2", "conflict"),
        ("k3", "unknown_version"),
        ("k4", "unreadable"),
    ]
    assert [entry["accepted"] for entry in log] == [True] + [False] * 5
    assert log[0]["what"] == "v1.4.2 at 10 %, v1.4.1 at 90 %"
    assert {(entry["service"], entry["environment"]) for entry in log} == {("checkout", "prod")}
    assert [entry["at"] for entry in log] == sorted(entry["at"] for entry in log)


async def test_the_log_can_be_taken_away_line_by_line(caller: Caller) -> None:
    await caller.put("k1")
    await caller.put("k1")
    said = await caller.call("GET", "/fleet/log?as=lines")
    assert [json.loads(line) for line in said.body.splitlines()] == await caller.log()


async def test_a_page_of_another_origin_may_not_touch_anything(caller: Caller) -> None:
    elsewhere = {"Origin": "http://elsewhere.example"}
    said = await caller.call("POST", "/fleet/reset", headers=elsewhere)
    assert (said.status, said.body["error"]) == (403, "foreign_origin")
    here = {"Origin": caller.served.url}
    assert (await caller.call("POST", "/fleet/reset", headers=here)).status == 200


BOT = """
import json, sys, urllib.request
body = json.dumps({"key": "k1", "revision": "v1.4.2", "stable": "v1.4.1", "weight": 10}).encode()
urllib.request.urlopen(urllib.request.Request(sys.argv[1], body, method="PUT"))
"""


async def test_a_deployer_killed_while_it_waits_for_the_answer_disturbs_nothing(
    caller: Caller,
) -> None:
    await caller.fault("hang_after")
    bot = await asyncio.create_subprocess_exec(sys.executable, "-c", BOT, caller.served.url + SITE)
    await eventually(caller.log)
    os.kill(bot.pid, signal.SIGKILL)
    assert await bot.wait() == -signal.SIGKILL
    state = await caller.settles()
    assert state["revisions"] == {"v1.4.1": 90, "v1.4.2": 10}
    assert (await caller.put("k1")).body["already_done"]
