"""Many at once: the server is not what limits, and a message costs the same as the first one."""

import asyncio
import json
from contextlib import suppress
from time import perf_counter
from typing import Any

from aiohttp import ClientWebSocketResponse

from bot.practice.workspace import Seed, Workspace
from bot.practice.workspace.seed import App
from bot.practice.workspace.webapi import MethodRequest, answer
from tests.practice.workspace.helpers import Driver, bolt, client, connected, driven

COMMANDS = 200


async def answering(stream: ClientWebSocketResponse) -> None:
    """The barest possible app: it acknowledges each envelope with its own text."""
    with suppress(asyncio.CancelledError):
        async for frame in stream:
            envelope = json.loads(frame.data)
            if "envelope_id" in envelope:
                text = envelope["payload"]["text"]
                body = {"envelope_id": envelope["envelope_id"], "payload": {"text": text}}
                await stream.send_str(json.dumps(body))


async def burst(driver: Driver) -> tuple[list[str], float]:
    """Everybody types at once: the answers in order, and the slowest acknowledgement."""
    typed = [driver.types("mei", f"/release {number}") for number in range(COMMANDS)]
    found = await asyncio.gather(*typed)
    acks = await driver.entries("ack")
    return [one["saw"][0]["text"] for one in found], max(entry["latency"] for entry in acks)


async def test_two_hundred_commands_at_once_are_all_answered() -> None:
    async with driven() as driver:
        app = bolt(driver.served)

        @app.command("/release")
        async def reply(ack: Any, command: dict[str, str]) -> None:
            await ack(command["text"])

        async with connected(driver.served, app), connected(driver.served, app):
            texts, slowest = await burst(driver)
    assert texts == [str(number) for number in range(COMMANDS)]
    assert slowest < 2


async def test_the_server_alone_takes_two_hundred_within_a_second() -> None:
    async with driven() as driver:
        slack = client(driver.served, "xapp-practice")
        url = (await slack.apps_connections_open(app_token="xapp-practice"))["url"]
        async with driver.http.ws_connect(str(url)) as stream:
            app = asyncio.create_task(answering(stream))
            texts, slowest = await burst(driver)
            app.cancel()
    assert len(set(texts)) == COMMANDS
    assert slowest < 1


def test_a_message_costs_the_same_however_many_stand() -> None:
    space = Workspace(Seed(method_rates={}, channel_rates={}, app=App()))

    def post() -> None:
        values = {"channel": "C0SHOP", "text": "x"}
        answer(
            space, MethodRequest(method="chat.postMessage", values=values, token="xoxb-practice")
        )

    def hundred() -> float:
        began = perf_counter()
        for _ in range(100):
            post()
        return perf_counter() - began

    first = min(hundred() for _ in range(5))
    for _ in range(30):
        hundred()
    last = min(hundred() for _ in range(5))
    assert len(space.state.channels["C0SHOP"].messages) == 4_000
    assert last < 3 * first
