"""What a key may look at: reads and the stream obey `may.read`, as asks in the chat do."""

import asyncio

import pytest

from tests.engine.rig import EVERYBODY_MAY, Group, Rig, lenient
from tests.web.test_api_reads import listening
from tests.web.world import World, world

OPS = {"ops": Group(users=("api:ci", "U0MEI"))}
CLOSED = {**EVERYBODY_MAY, "read": ("ops",)}


async def half_closed() -> Rig:
    """R-1 in prod, which only ops may look at, and R-2 in staging, which anyone may."""
    rig = Rig(lenient(may=CLOSED), lenient(environment="staging"), people=OPS)
    await rig.baking()
    await rig.adopt(environment="staging")
    await rig.start(environment="staging")
    return rig


@pytest.mark.parametrize(("by", "ids"), [("ci", {"R-1", "R-2"}), ("guest", {"R-2"})])
async def test_a_list_holds_what_the_key_may_look_at(by: str, ids: set[str]) -> None:
    async with world(await half_closed()) as here:
        answer = await here.get("/releases", by=by)
        assert {each["id"] for each in answer.body["releases"]} == ids


async def test_a_release_that_the_key_may_not_look_at_is_refused_and_that_is_recorded() -> None:
    async with world(await half_closed()) as here:
        assert (await here.get("/releases/R-2", by="guest")).status == 200
        assert (await here.get("/releases/R-1")).status == 200
        answer = await here.get("/releases/R-1", by="guest")
        denied = (await here.events())[-1]
    assert (answer.status, answer.body["code"]) == (403, "NO_RIGHT")
    assert answer.body["sentence"].startswith("Not shown")
    assert answer.body["remedy"]
    assert "v1.4" not in str(answer.body)
    assert (denied.kind, denied.actor, denied.body["asked"]) == (
        "Denied",
        "api:guest",
        "status R-1",
    )


async def streams(here: World, by: str) -> list[str]:
    """The streams of all facts that a line tells, up to the end of R-2."""
    found: list[str] = []
    async with listening(here, "?after=0", by=by) as line:
        await here.post("/releases/R-2/abort")
        async with asyncio.timeout(5):
            while event := await line.next():
                found.append(event["data"]["stream"])
                if event["event"] == "Cancelled":
                    break
    return found


async def test_a_line_tells_the_facts_of_places_that_the_key_may_look_at() -> None:
    async with world(await half_closed()) as here:
        await here.get("/releases/R-1", by="guest")
        every = {event.stream for event in await here.events()}
        assert {"R-1", "R-2", "S/checkout/prod", "S/checkout/staging", "door"} <= every
        assert set(await streams(here, "guest")) == {"R-2", "S/checkout/staging"}


async def test_who_may_look_everywhere_is_told_what_belongs_to_no_place_too() -> None:
    async with world(await half_closed()) as here:
        await here.get("/releases/R-1", by="guest")
        known = [event.stream for event in await here.events()]
        assert (await streams(here, "ci"))[: len(known)] == known
        assert "door" in known
