"""The control API: state, journal, stream, reset; and that nothing is left behind."""

import asyncio
import gc
from typing import Any

import pytest

from bot.practice.workspace import Room, Seed, Workspace, serve
from tests.practice.workspace.helpers import (
    HURRIED,
    Clock,
    Driver,
    bolt,
    client,
    connected,
    driven,
    section,
)


async def test_the_state_shows_the_seed(driver: Driver) -> None:
    state = await driver.get("state")
    assert [user["name"] for user in state["users"]] == ["mei", "rui", "ana", "sam", "slipway"]
    names = [room["name"] for room in state["channels"]]
    assert names == ["releases", "shop-releases", "random"]
    assert state["app"]["commands"] == ["/release", "/rollback"]
    assert "xoxb" not in str(state)
    assert "secret" not in str(state)


async def test_the_state_shows_messages_with_edits_and_metadata(driver: Driver) -> None:
    slack = client(driver.served)
    metadata = {"event_type": "slipway", "event_payload": {"key": "1"}}
    ts = (
        await slack.chat_postMessage(
            channel="C0SHOP", text="a", blocks=[section("a")], metadata=metadata
        )
    )["ts"]
    await slack.chat_update(channel="C0SHOP", ts=ts, text="b")
    said = (await driver.messages("C0SHOP"))[0]
    assert (said["text"], said["metadata"], said["edited"]["user"]) == ("b", metadata, "U0SLIPWAY")


async def test_the_journal_is_read_in_steps(driver: Driver) -> None:
    slack = client(driver.served)
    await slack.auth_test()
    first = await driver.get("journal?since=0")
    await slack.api_test()
    second = await driver.get(f"journal?since={first['n']}")
    assert [entry["method"] for entry in second["entries"]] == ["api.test"]
    assert second["n"] == first["n"] + 1


async def test_the_journal_can_be_waited_for(driver: Driver) -> None:
    waiting = asyncio.create_task(driver.entries("message", wait=5))
    await driver.get("state")
    await driver.act("mei", "message", channel="releases", text="hi")
    assert [entry["message"]["text"] for entry in await waiting] == ["hi"]
    assert await driver.entries("home_published", wait=0.01) == []


async def test_a_full_journal_forgets_the_oldest(clock: Clock) -> None:
    async with driven(Seed(journal_keeps=3), clock) as driver:
        for number in range(5):
            await driver.act("mei", "message", channel="releases", text=str(number))
        entries = await driver.entries()
        assert [entry["n"] for entry in entries] == [8, 9, 10]
        assert await driver.entries(since=10) == []


async def test_a_call_is_written_down_whole(driver: Driver) -> None:
    await client(driver.served).chat_postMessage(channel="C0SHOP", text="x")
    entry = (await driver.entries("request"))[0]
    assert (entry["method"], entry["verb"], entry["token"]) == ("chat.postMessage", "POST", "bot")
    assert entry["args"]["text"] == "x"
    assert (entry["status"], entry["answer"]["ok"]) == (200, True)


async def test_the_stream_begins_with_the_state_and_goes_on(driver: Driver) -> None:
    async with driver.http.ws_connect(f"{driver.served.url}/control/stream") as stream:
        first = await stream.receive_json(timeout=2)
        assert (first["type"], first["state"]["team"]["id"]) == ("state", "T0PRACTICE")
        await client(driver.served).chat_postMessage(channel="C0SHOP", text="x")
        change = await stream.receive_json(timeout=2)
    assert (change["type"], change["kind"]) == ("change", "message")
    assert change["message"]["text"] == "x"


async def test_the_stream_can_show_everything(driver: Driver) -> None:
    async with driver.http.ws_connect(f"{driver.served.url}/control/stream?all=1") as stream:
        await stream.receive_json(timeout=2)
        await client(driver.served).auth_test()
        assert (await stream.receive_json(timeout=2))["kind"] == "request"


async def test_a_slow_reader_gets_a_fresh_state(driver: Driver) -> None:
    journal = driver.served.workspace.journal
    async with driver.http.ws_connect(f"{driver.served.url}/control/stream") as stream:
        await stream.receive_json(timeout=2)
        for _ in range(3_000):
            journal.write("noise")
        journal.write("lost")
        assert (await stream.receive_json(timeout=2))["type"] == "state"
        journal.write("after")
        assert (await stream.receive_json(timeout=2))["kind"] == "after"


async def test_a_reset_goes_back_to_the_seed_and_keeps_the_bot(driver: Driver) -> None:
    app = bolt(driver.served)

    @app.command("/release")
    async def answer(ack: Any) -> None:
        await ack("here")

    async with connected(driver.served, app):
        await driver.act("rui", "archive", channel="releases")
        await driver.fault(method="*", error="fatal_error", times=-1)
        await driver.fault(socket="hold")
        await driver.post("reset", {})
        assert (await driver.types("mei", "/release x"))["saw"][0]["text"] == "here"
    state = await driver.get("state")
    assert not any(room["messages"] for room in state["channels"])
    assert state["faults"] == {"calls": [], "deliveries": {}, "held": False}


async def test_a_reset_ends_what_is_under_way(driver: Driver) -> None:
    await driver.fault(socket="hold")
    await driver.act("mei", "message", channel="releases", text="@slipway hi")
    await driver.post("reset", {})
    async with connected(driver.served, bolt(driver.served)):
        await driver.act("rui", "message", channel="releases", text="@slipway now")
        sent = await driver.until(bool, "delivered")
    assert [entry["payload"]["event"]["user"] for entry in sent] == ["U0RUI"]


def test_a_seed_with_strangers_makes_no_workspace() -> None:
    with pytest.raises(ValueError, match="nobody describes U0EVE"):
        Seed(rooms=(Room(id="C1", name="x", members=("U0EVE",)),))


@pytest.mark.parametrize("what", ["act", "faults", "inject", "app"])
@pytest.mark.parametrize("body", ["{", "[1]", "{}"])
async def test_a_bad_control_request_is_explained(driver: Driver, what: str, body: str) -> None:
    url = f"{driver.served.url}/control/{what}"
    async with driver.http.post(url, data=body) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"].endswith(".")


async def test_the_same_seed_and_clock_make_the_same_world() -> None:
    worlds = []
    for _ in range(2):
        async with driven(Seed(timing=HURRIED), Clock()) as driver:
            posted = await client(driver.served).chat_postMessage(channel="C0SHOP", text="x")
            ids = (await driver.act("mei", "message", channel="@slipway", text="hi"))["ts"]
            rooms = [room["id"] for room in (await driver.get("state"))["channels"]]
            worlds.append((posted["ts"], ids, rooms))
    assert worlds[0] == worlds[1]


async def test_stopping_leaves_nothing_behind() -> None:
    before = asyncio.all_tasks()
    served = await serve(Workspace(Seed()))
    port = int(served.url.rpartition(":")[2])
    served.workspace.emit("app_mention", {"type": "app_mention"})
    app = bolt(served)
    async with connected(served, app):
        await served.stop()
    async with asyncio.timeout(5):
        while asyncio.all_tasks() - before:
            await asyncio.wait(asyncio.all_tasks() - before, timeout=0.05)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    gc.collect()


async def test_a_taken_port_is_an_error_and_leaves_nothing() -> None:
    async with driven() as driver:
        port = int(driver.served.url.rpartition(":")[2])
        before = asyncio.all_tasks()
        with pytest.raises(OSError, match="address already in use"):
            await serve(Workspace(), port=port)
        assert asyncio.all_tasks() == before
    gc.collect()
