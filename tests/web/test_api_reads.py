"""Reads over HTTP: what is true of releases now, and the facts as they come."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.domain.intents import release as i
from bot.web.api import PREFIX
from tests.engine.rig import Rig, lenient
from tests.web.world import World, world

EVENTS = f"{PREFIX}/events"
TOKEN = "xoxb-" + "123456789012-abcdefghijkl"


async def two_places() -> Rig:
    rig = Rig(lenient(), lenient(environment="staging"))
    await rig.baking()
    await rig.adopt(environment="staging")
    await rig.start(environment="staging")
    return rig


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", {"R-1", "R-2"}),
        ("?environment=prod", {"R-1"}),
        ("?service=checkout&live=true", {"R-1", "R-2"}),
        ("?live=false", set()),
        ("?service=other", set()),
    ],
)
async def test_releases_are_listed_by_place_and_life(query: str, ids: set[str]) -> None:
    async with world(await two_places()) as here:
        answer = await here.get(f"/releases{query}")
        assert answer.status == 200
        assert {each["id"] for each in answer.body["releases"]} == ids


@pytest.mark.parametrize(
    "path",
    [
        "/releases?live=perhaps",
        "/releases?service=%00",
        "/releases?service=a&service=b",
        "/releases?limit=3",
        "/releases/R-1?x=1",
        "/events?after=-1",
        "/events?after=1e3",
        "/events?after=99999999999999999999",
    ],
)
async def test_a_query_that_is_not_taken_is_a_400(path: str) -> None:
    async with world() as here:
        answer = await here.get(path)
        assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("path", ["/releases/R-2", "/releases/r1", "/releases/..", "/releases/%2e"])
async def test_a_release_that_is_not_there_is_a_404(path: str) -> None:
    async with world() as here:
        assert (await here.get(path)).status == 404


async def test_a_release_is_told_whole() -> None:
    async with world() as here:
        await here.post("/releases/R-1/pause", {"for": "30m", "because": "odd log lines"})
        told = (await here.get("/releases/R-1")).body
    assert (told["state"], told["live"], told["step"], told["steps"]) == ("held", True, 1, 3)
    assert told["plan"][0] == {
        "weight": 10.0,
        "mirror": 0.0,
        "bake_seconds": 1200.0,
        "asks_a_person": False,
    }
    assert told["stable"] == {"version": "v1.4.1", "revision": "v1.4.1"}
    assert [(hold["by"], hold["because"]) for hold in told["holds"]] == [
        ("api:ci", "odd log lines")
    ]
    facts = [each["fact"] for each in told["timeline"]]
    assert facts == ["ReleaseRequested", "PreflightPassed", "StepReached", "Paused"]
    assert told["timeline"][-1]["sentence"].endswith("paused it for 30 min: odd log lines")


async def test_the_way_back_is_told() -> None:
    async with world() as here:
        await here.post("/releases/R-1/rollback", {"because": "smoke test"})
        told = (await here.get("/releases/R-1")).body
    assert told["way_back"]["cause"] == "person"
    assert told["way_back"]["because"] == "smoke test"
    assert told["way_back"]["back_at"] is None


async def test_what_looks_like_a_secret_is_never_answered() -> None:
    async with world() as here:
        await here.post("/releases/R-1/pause", {"because": f'a "{TOKEN}" in \\{TOKEN} here'})
        told = await here.get("/releases/R-1")
        async with listening(here, "?after=0") as line:
            paused = await line.until("Paused")
    assert told.body["holds"][0]["because"] == 'a "(hidden)" in \\(hidden) here'
    assert TOKEN not in json.dumps([told.body, paused])


# ---------------------------------------------------------------- events


class Line:
    """An open line, read event by event."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response
        self.comments: list[str] = []

    async def next(self) -> dict[str, Any] | None:
        """The next event; None where the line ended."""
        found: dict[str, Any] = {}
        while line := (await self.response.content.readline()).decode():
            if line.startswith(":"):
                self.comments.append(line.strip(": \n"))
            elif line.strip():
                name, _, value = line.strip().partition(": ")
                found[name] = value
            elif "data" in found:
                return {**found, "data": json.loads(found["data"])}
        return None

    async def until(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(5):
            while event := await self.next():
                if event["event"] == kind:
                    return event
        raise AssertionError(f"the line ended before {kind}")


@asynccontextmanager
async def listening(
    here: World, query: str = "", by: str = "ci", **more: str
) -> AsyncIterator[Line]:
    path = EVENTS + query
    headers = {**here.headers("GET", path, by=by), **more}
    async with here.session.get(here.url + path, headers=headers) as response:
        assert response.status == 200, await response.text()
        assert response.content_type == "text/event-stream"
        yield Line(response)


async def test_the_whole_chain_comes_without_a_gap_and_then_what_happens() -> None:
    async with world() as here, listening(here, "?after=0") as line:
        known = await here.events()
        first = [await line.next() for _ in known]
        await here.post("/releases/R-1/pause", {"because": "odd"})
        paused = await line.until("Paused")
    assert [each["id"] for each in first if each] == [str(event.seq) for event in known]
    assert paused["data"]["stream"] == "R-1"
    assert (paused["data"]["by"], paused["data"]["fact"]["because"]) == ("api:ci", "odd")
    assert int(paused["id"]) == paused["data"]["seq"] == len(known) + 1


async def test_a_line_begins_now_unless_it_is_told_where() -> None:
    async with world() as here, listening(here) as line:
        await here.post("/releases/R-1/pause")
        first = await line.next()
    assert first is not None
    assert first["event"] == "Paused"


async def test_a_line_that_broke_off_goes_on_after_its_last_event() -> None:
    async with world() as here:
        known = await here.events()
        async with listening(here, "?after=0", **{"Last-Event-ID": str(known[-2].seq)}) as line:
            first = await line.next()
    assert first is not None
    assert first["id"] == str(known[-1].seq)


async def test_facts_that_wake_nobody_are_found_too() -> None:
    async with world() as here:
        here.api.listeners.look = timedelta(seconds=0.05)
        async with listening(here) as line:
            await here.post("/releases/R-1/resume")
            denied = await line.until("Denied")
    assert denied["data"]["stream"] == "door"


async def test_a_silent_line_is_kept_alive() -> None:
    async with world() as here:
        here.api.listeners.look = here.api.listeners.beat = timedelta(seconds=0.05)
        async with listening(here) as line:
            await asyncio.sleep(0.3)
            await here.post("/releases/R-1/pause")
            await line.until("Paused")
    assert "nothing new" in line.comments


async def until_free(here: World) -> None:
    """A line that went away is noticed when it is next written to."""
    for _ in range(500):
        if not here.api.listeners.bells:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the seat is still taken")


async def test_seats_are_few_and_given_back() -> None:
    async with world() as here:
        here.api.listeners.most = 1
        here.api.listeners.look = here.api.listeners.beat = timedelta(seconds=0.05)
        async with listening(here):
            full = await here.get("/events")
        await until_free(here)
        async with listening(here) as line:
            await here.post("/releases/R-1/pause")
            assert await line.until("Paused")
    assert (full.status, full.body["code"]) == (503, "NO_SEAT")
    assert full.headers["Retry-After"]


async def test_the_end_of_the_bot_ends_every_line_at_once() -> None:
    async with asyncio.timeout(5), aiohttp.ClientSession() as session:
        async with world() as here:
            path = EVENTS
            response = await session.get(here.url + path, headers=here.headers("GET", path))
        assert await Line(response).next() is None
        assert here.api.listeners.bells == set()


async def test_a_full_page_is_followed_by_the_next() -> None:
    rig = Rig(lenient())
    await rig.baking()
    for n in range(250):
        intent = i.Pause(by="U0MEI", span=None, because=f"p{n}")
        assert (await rig.engine.tell("R-1", intent)).ok
        assert (await rig.engine.tell("R-1", i.Resume(by="U0MEI"))).ok
    seen = [event.seq for event in await rig.store.events()]
    assert len(seen) > 400
    async with world(rig) as here, listening(here, "?after=0") as line:
        got = [await line.next() for _ in seen]
    assert [int(event["id"]) for event in got if event] == seen


async def test_a_line_that_was_woken_goes_back_to_sleep() -> None:
    async with world() as here:
        here.api.listeners.look = here.api.listeners.beat = timedelta(seconds=0.05)
        async with listening(here) as line:
            await here.post("/releases/R-1/pause")
            await line.until("Paused")
            await asyncio.sleep(0.3)
            await here.post("/releases/R-1/resume")
            await line.until("LastHoldLifted")
    assert len(line.comments) < 12
