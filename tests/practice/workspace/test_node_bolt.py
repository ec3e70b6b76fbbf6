"""Bolt for Node, which nobody here wrote, against the workspace: the journeys of the others."""

import asyncio
import os
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.practice.workspace import Seed, Timing
from tests.practice.workspace.helpers import Driver, driven
from tests.servers import find_server, needs_server

SCRIPT = Path(__file__).parent / "node" / "bolt_app.js"
GRACE = timedelta(seconds=0.1)
pytestmark = needs_server("@slack/bolt")


@pytest.fixture
async def driver() -> AsyncIterator[Driver]:
    """A workspace with Slack's own limits: another process may be slow to wake."""
    async with driven(replace(Seed(), timing=replace(Timing(), disconnect_grace=GRACE))) as found:
        yield found


@asynccontextmanager
async def node_bot(driver: Driver) -> AsyncIterator[Process]:
    """The Node app, connected; ended by its own id."""
    node = shutil.which("node")
    assert node is not None
    modules = find_server("@slack/bolt").parent.parent
    environment = {"SLIPWAY_NODE_MODULES": str(modules), "API_URL": driver.served.api_url}
    process = await asyncio.create_subprocess_exec(
        node, str(SCRIPT), stdout=PIPE, stderr=PIPE, env=os.environ | environment
    )
    try:
        assert process.stdout is not None
        first = await asyncio.wait_for(process.stdout.readline(), 20)
        assert first == b"ready\n", await said(process)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def said(process: Process) -> str:
    """What the process complained about."""
    _, errors = await process.communicate()
    return errors.decode()


async def test_node_commands_clicks_forms_and_mentions(driver: Driver) -> None:
    async with node_bot(driver):
        found = await driver.types("mei", "/release card", "C0SHOP")
        assert [seen["text"] for seen in found["saw"]] == ["heard card"]
        await driver.until(bool, "response_url")
        texts = [seen["text"] for seen in await driver.whispers("U0MEI")]
        assert texts == ["heard card", "posted"]

        ts = (await driver.messages("C0SHOP"))[0]["ts"]
        clicked = await driver.act("mei", "click", channel="C0SHOP", ts=ts, action_id="go", wait=2)
        assert [seen["kind"] for seen in clicked["saw"]] == ["modal"]
        await driver.until(bool, "message_changed")
        assert (await driver.messages("C0SHOP"))[0]["text"] == "pressed"

        refused = await driver.act("mei", "submit", values={"why": "no"})
        assert refused["saw"][0]["errors"] == {"why": "Say more."}
        accepted = await driver.act("mei", "submit", values={"why": "yes"})
        assert accepted["saw"][0]["kind"] == "modal_closed"

        await driver.act("rui", "message", channel="C0SHOP", text="@slipway hi", thread_ts=ts)
        await driver.until(lambda said: len(said) == 3, "message")
        last = (await driver.messages("C0SHOP"))[-1]
        assert (last["text"], last["thread_ts"]) == ("noted", ts)


async def test_node_survives_a_refresh(driver: Driver) -> None:
    async with node_bot(driver):
        await driver.fault(socket="disconnect")
        async with asyncio.timeout(20):
            while len(await driver.entries("socket_opened")) < 2:
                await driver.entries(
                    "socket_opened", since=(await driver.get("journal"))["n"], wait=5
                )
        assert (await driver.types("mei", "/release x"))["saw"][0]["text"] == "heard x"


async def test_node_obeys_a_rate_limit(driver: Driver) -> None:
    async with node_bot(driver):
        await driver.fault(method="chat.postMessage", ratelimited=1)
        await driver.types("mei", "/release card", "C0SHOP")
        await driver.until(bool, "message")
    assert len(await driver.entries("request_lost")) == 1
