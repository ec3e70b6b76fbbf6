"""Socket Mode with a real Bolt app: acknowledgements, time-outs, redelivery, every socket fault."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError
from slack_bolt.async_app import AsyncApp

from bot.practice.workspace import Seed
from tests.practice.workspace.helpers import HURRIED, Driver, Json, bolt, client, connected, driven


def echoing(driver: Driver) -> AsyncApp:
    """A bot that answers /release with its text."""
    app = bolt(driver.served)

    @app.command("/release")
    async def answer(ack: Any, command: Json) -> None:
        await ack(f"heard {command['text']}")

    return app


def counting(driver: Driver) -> tuple[AsyncApp, list[Json]]:
    """A bot that keeps the mentions it was told of."""
    app, heard = bolt(driver.served), []

    @app.event("app_mention")
    async def hear(body: Json) -> None:
        heard.append(body)

    return app, heard


async def mention(driver: Driver) -> None:
    """Mei names the bot."""
    await driver.act("mei", "message", channel="releases", text="@slipway pause")


async def test_the_answer_in_the_acknowledgement_is_seen(driver: Driver) -> None:
    async with connected(driver.served, echoing(driver)):
        found = await driver.types("mei", "/release start")
    assert [seen["text"] for seen in found["saw"]] == ["heard start"]
    whisper = (await driver.whispers("U0MEI"))[0]
    assert (whisper["text"], whisper["user"]) == ("heard start", "U0SLIPWAY")


async def test_no_acknowledgement_is_a_visible_time_out(driver: Driver) -> None:
    app = bolt(driver.served)

    @app.command("/release")
    async def dawdle(ack: Any) -> None:
        await asyncio.sleep(0.7)
        await ack("too late")

    async with connected(driver.served, app):
        found = await driver.types("mei", "/release start")
        await driver.until(bool, "ack_late")
    assert found["saw"][0]["error"] == "operation_timeout"
    whispers = await driver.whispers("U0MEI")
    assert [said["text"] for said in whispers] == [
        "/release failed with the error operation_timeout"
    ]
    assert whispers[0]["user"] == "USLACKBOT"
    assert len(await driver.entries("timeout")) == 1


async def test_without_a_connection_a_command_fails_at_once(driver: Driver) -> None:
    found = await driver.types("mei", "/release start")
    assert found["saw"][0]["text"] == "/release failed with the error dispatch_failed"


async def test_an_unusable_answer_is_a_failure(driver: Driver) -> None:
    app = bolt(driver.served)

    @app.command("/release")
    async def answer(ack: Any) -> None:
        await ack(text="x", blocks=[{"type": "nonsense"}])

    async with connected(driver.served, app):
        found = await driver.types("mei", "/release start")
    assert found["saw"][0]["error"] == "invalid_command_response"
    assert (await driver.entries("ack_refused"))[0]["error"]["error"] == "invalid_blocks"


async def test_a_public_answer_is_for_all(driver: Driver) -> None:
    app = bolt(driver.served)

    @app.command("/release")
    async def answer(ack: Any) -> None:
        await ack(text="all", response_type="in_channel")

    async with connected(driver.served, app):
        await driver.types("mei", "/release start")
    assert [said["text"] for said in await driver.messages("C0RELEASES")] == ["all"]


async def test_an_unacknowledged_event_comes_three_times_more(driver: Driver) -> None:
    await driver.fault(socket="lose_ack", times=-1)
    app, heard = counting(driver)
    async with connected(driver.served, app):
        await mention(driver)
        await driver.until(bool, "event_given_up")
    assert len({body["event_id"] for body in heard}) == 1
    assert len(heard) == 4
    sent = await driver.entries("delivered")
    assert [entry["attempt"] for entry in sent] == [0, 1, 2, 3]
    assert len({entry["envelope_id"] for entry in sent}) == 4


async def test_a_retry_carries_its_number_and_reason(driver: Driver) -> None:
    await driver.fault(socket="lose_ack", times=1)
    app, seen = bolt(driver.served), []

    @app.event("app_mention")
    async def hear(request: Any) -> None:
        seen.append(
            {name: request.headers.get(f"x-slack-retry-{name}") for name in ("num", "reason")}
        )

    async with connected(driver.served, app):
        await mention(driver)
        await driver.until(lambda acks: len(acks) == 1, "ack")
    assert seen[-1] == {"num": ["1"], "reason": ["timeout"]}


async def test_a_command_is_never_redelivered(driver: Driver) -> None:
    await driver.fault(socket="drop")
    async with connected(driver.served, echoing(driver)):
        found = await driver.types("mei", "/release start")
        assert found["saw"][0]["error"] == "operation_timeout"
        assert (await driver.types("mei", "/release again"))["saw"][0]["text"] == "heard again"
    assert len(await driver.entries("delivered")) == 1


async def test_a_duplicate_arrives_twice_with_one_envelope(driver: Driver) -> None:
    await driver.fault(socket="duplicate")
    async with connected(driver.served, echoing(driver)):
        await driver.types("mei", "/release start")
        await driver.until(bool, "ack_late")
    sent = await driver.entries("delivered")
    assert len(sent) == 2
    assert sent[0]["envelope_id"] == sent[1]["envelope_id"]
    assert len(await driver.whispers("U0MEI")) == 1


async def test_a_delayed_delivery_comes_after_the_time_out(driver: Driver) -> None:
    await driver.fault(socket="delay", seconds=0.7)
    async with connected(driver.served, echoing(driver)):
        found = await driver.types("mei", "/release start")
        assert found["saw"][0]["error"] == "operation_timeout"
        late = await driver.until(bool, "ack_late")
    assert late[0]["body"] == {"text": "heard start"}


async def test_what_is_held_goes_out_on_release(driver: Driver) -> None:
    await driver.fault(socket="hold")
    async with connected(driver.served, echoing(driver)):
        typing = asyncio.create_task(driver.types("mei", "/release start"))
        await driver.until(bool, "act")
        assert await driver.entries("delivered") == []
        await driver.fault(socket="release")
        assert (await typing)["saw"][0]["text"] == "heard start"


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "link_disabled"])
async def test_a_disconnected_bot_comes_back(driver: Driver, reason: str) -> None:
    async with connected(driver.served, echoing(driver)):
        await driver.fault(socket="disconnect", reason=reason)
        await driver.until(lambda opened: len(opened) == 2, "socket_opened")
        assert (await driver.types("mei", "/release x"))["saw"][0]["text"] == "heard x"


async def test_a_draining_connection_gets_nothing_new(driver: Driver) -> None:
    async with driver.http.ws_connect(await address(driver)) as stream:
        assert (await stream.receive_json())["type"] == "hello"
        await driver.fault(socket="disconnect")
        goodbye = await stream.receive_json()
        assert (goodbye["type"], goodbye["reason"]) == ("disconnect", "refresh_requested")
        found = await driver.types("mei", "/release x")
        assert found["saw"][0]["error"] == "dispatch_failed"
        assert (await stream.receive()).type is WSMsgType.CLOSE


async def test_a_reset_connection_is_replaced(driver: Driver) -> None:
    async with connected(driver.served, echoing(driver)):
        await driver.fault(socket="reset")
        await driver.until(bool, "socket_closed")
        await driver.until(lambda opened: len(opened) == 2, "socket_opened")
        assert (await driver.types("mei", "/release x"))["saw"][0]["text"] == "heard x"


async def test_a_silent_peer_is_left_by_the_bot(driver: Driver) -> None:
    async with connected(driver.served, echoing(driver)):
        await driver.fault(socket="silent")
        found = await driver.types("mei", "/release lost")
        assert found["saw"][0]["error"] == "operation_timeout"
        await driver.until(lambda opened: len(opened) == 2, "socket_opened")
        assert (await driver.types("mei", "/release x"))["saw"][0]["text"] == "heard x"


async def test_a_silent_peer_can_be_heard_again(driver: Driver) -> None:
    async with driver.http.ws_connect(await address(driver), autoping=False) as stream:
        await stream.receive_json()
        await driver.fault(socket="silent")
        await stream.ping(b"lost")
        await driver.fault(socket="heard")
        await stream.ping(b"heard")
        async with asyncio.timeout(2):
            while (frame := await stream.receive()).type is not WSMsgType.PONG:
                continue
    assert frame.data == b"heard"


async def address(driver: Driver) -> str:
    """A fresh socket address."""
    slack = client(driver.served, "xapp-practice")
    return str((await slack.apps_connections_open(app_token="xapp-practice"))["url"])


async def test_an_address_is_good_once(driver: Driver) -> None:
    url = await address(driver)
    async with driver.http.ws_connect(url):
        with pytest.raises(WSServerHandshakeError):
            await driver.http.ws_connect(url)
    with pytest.raises(WSServerHandshakeError):
        await driver.http.ws_connect(url.partition("?")[0])


async def test_a_refused_handshake_can_be_ordered(driver: Driver) -> None:
    await driver.fault(socket="refuse")
    with pytest.raises(WSServerHandshakeError):
        await driver.http.ws_connect(await address(driver))
    async with driver.http.ws_connect(await address(driver)) as stream:
        assert (await stream.receive_json())["num_connections"] == 1


async def test_the_eleventh_connection_is_turned_away() -> None:
    seed = replace(Seed(timing=HURRIED), rate_factor=2)
    async with driven(seed) as driver, AsyncExitStack() as stack:
        for _ in range(10):
            await stack.enter_async_context(driver.http.ws_connect(await address(driver)))
        extra = await stack.enter_async_context(driver.http.ws_connect(await address(driver)))
        assert (await extra.receive_json())["reason"] == "too_many_websockets"
        assert (await extra.receive()).type is WSMsgType.CLOSE
        assert len((await driver.get("state"))["sockets"]) == 10


async def test_a_peer_that_never_answers_pings_is_hung_up_on(driver: Driver) -> None:
    async with driver.http.ws_connect(await address(driver), autoping=False) as stream:
        await stream.receive_json()
        pings = 0
        async with asyncio.timeout(3):
            while (frame := await stream.receive()).type is WSMsgType.PING:
                pings += 1
    assert pings == 3
    assert frame.type is not WSMsgType.TEXT
    assert len(await driver.entries("socket_unanswered")) == 1


async def test_each_payload_goes_to_one_of_several_sockets(driver: Driver) -> None:
    app, heard = counting(driver)
    async with connected(driver.served, app), connected(driver.served, app):
        for _ in range(12):
            await mention(driver)
        await driver.until(lambda acks: len(acks) == 12, "ack")
    sent = Counter(entry["via"] for entry in await driver.entries("delivered"))
    assert len(heard) == sum(sent.values()) == 12
    assert set(sent) == {"socket 1", "socket 2"}


async def test_losing_one_of_two_sockets_loses_no_later_command(driver: Driver) -> None:
    app = echoing(driver)
    async with connected(driver.served, app), connected(driver.served, app):
        await driver.fault(socket="reset", which=1)
        await driver.until(bool, "socket_closed")
        found = await driver.types("mei", "/release x")
    assert found["saw"][0]["text"] == "heard x"


async def test_nonsense_from_the_app_is_written_down(driver: Driver) -> None:
    async with driver.http.ws_connect(await address(driver)) as stream:
        await stream.receive_json()
        await stream.send_str("nonsense")
        await stream.send_json({"envelope_id": "never-sent"})
        assert await driver.entries("socket_nonsense", wait=2)
        assert (await driver.entries("ack_unknown", wait=2))[0]["envelope_id"] == "never-sent"


async def test_an_injected_envelope_reaches_the_app_as_it_is(driver: Driver) -> None:
    app, heard = counting(driver)
    async with connected(driver.served, app):
        await mention(driver)
        await driver.until(bool, "ack")
        again = {"envelope_id": "mine", "type": "events_api", "payload": heard[0]}
        answer = await driver.post("inject", {"envelope": again})
        assert answer["how"] == "acked"
        await driver.post("inject", {"frame": "no json at all"})
        assert (await driver.post("inject", {"envelope": again}))["how"] == "acked"
    assert len(heard) == 3


async def test_events_wait_for_no_connection_and_come_later() -> None:
    timing = replace(HURRIED, retries=(timedelta(seconds=0.5),) * 3)
    async with driven(replace(Seed(), timing=timing)) as driver:
        await mention(driver)
        await driver.until(bool, "undelivered")
        app, heard = counting(driver)
        async with connected(driver.served, app):
            await driver.until(bool, "ack")
    assert len(heard) == 1
