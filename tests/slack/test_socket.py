"""Socket Mode when the network misbehaves: replaced, rebuilt, drained."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta

from bot.engine.door.door import Inbound, Reply
from tests.slack.world import QUICK, SmallDoor, World, said, until, world


async def answers(here: World) -> bool:
    """Whether a command typed now reaches the door and comes back."""
    return (await here.types("mei", "/release status"))[0].get("text") == "heard: status"


async def connected(here: World, number: int, within: float = 5.0) -> None:
    """Wait until the n-th connection has stood and nothing is wrong."""
    await until(lambda: len(here.journal("socket_opened")) >= number or None, within)
    await until(lambda: here.room.fault() == "" or None, within)


async def test_asked_to_leave_it_goes_on_beside_its_successor() -> None:
    started = asyncio.Event()

    async def slow(inbound: Inbound) -> Reply:
        started.set()
        await asyncio.sleep(0.6)
        return said(f"heard: {inbound.text}")

    async with world(SmallDoor(slow)) as here:
        typing = asyncio.create_task(here.types("mei", "/release status"))
        await started.wait()
        await here.fault(socket="disconnect")
        await connected(here, 2)
        assert (await typing)[0]["text"] == "heard: status"
        assert await answers(here)
        opened = here.journal("socket_opened")[1]
        closed = here.journal("socket_closed")[0]
    assert opened["n"] < closed["n"]


async def test_after_a_reset_it_is_back_within_a_second_or_two() -> None:
    async with world() as here:
        began = time.monotonic()
        await here.fault(socket="reset")
        await connected(here, 2)
        assert time.monotonic() - began < 3
        assert await answers(here)


async def test_a_silent_peer_is_left_for_another() -> None:
    async with world() as here:
        await here.fault(socket="silent")
        await connected(here, 2, within=8)
        assert await answers(here)


async def test_refused_sockets_are_tried_again_with_a_fresh_ticket() -> None:
    async with world(listening=False) as here:
        await here.fault(socket="refuse", times=2)
        await here.room.listen(here.door)
        assert "does not open" in here.room.fault()
        await connected(here, 1)
        assert await answers(here)


async def test_with_two_connections_one_may_die_unseen() -> None:
    async with world(lines=replace(QUICK, count=2)) as here:
        await connected(here, 2)
        await here.fault(socket="reset", which=1)
        await until(lambda: len(here.served.sockets.links) == 1 or None)
        assert here.room.fault() == ""
        assert await answers(here)


async def test_the_second_connection_waits_for_the_first() -> None:
    async with world(lines=replace(QUICK, count=2, apart=timedelta(seconds=30))) as here:
        await asyncio.sleep(0.2)
        assert len(here.journal("socket_opened")) == 1


async def test_a_bad_app_token_is_named_with_its_remedy() -> None:
    async with world(listening=False) as here:
        await here.fault(method="apps.connections.open", error="invalid_auth", times=-1)
        await here.room.listen(here.door)
        fault = here.room.fault()
    assert "app token" in fault
    assert "Remedy" in fault


async def test_too_many_new_connections_are_waited_out() -> None:
    async with world(listening=False) as here:
        await here.fault(method="apps.connections.open", ratelimited=1)
        began = time.monotonic()
        await here.room.listen(here.door)
        await connected(here, 1)
        assert time.monotonic() - began >= 1.0


async def test_closing_lets_what_runs_come_to_its_end() -> None:
    async def slow(inbound: Inbound) -> Reply:
        await asyncio.sleep(0.5)
        return said("Finished.")

    async with world(SmallDoor(slow)) as here:
        typing = asyncio.create_task(here.types("mei", "/release status"))
        await until(lambda: here.door.heard or None)
        await here.room.close()
        assert (await typing)[0]["text"] == "Finished."


async def test_closing_an_idle_room_is_at_once() -> None:
    async with world() as here:
        began = time.monotonic()
        await here.room.close()
        assert time.monotonic() - began < 0.5


async def test_slack_away_at_the_start_is_no_error() -> None:
    async with world(listening=False) as here:
        await here.fault(method="*", lose_call=True, times=2)
        await here.room.listen(here.door)
        assert here.room.fault() != ""
        await connected(here, 1)
        assert await answers(here)
