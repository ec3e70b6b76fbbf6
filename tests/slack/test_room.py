"""The room as a whole: what it says is wrong with it, and what it never says."""

import asyncio
import io
import json
import logging

import pytest
import structlog

from bot.engine.door.door import Inbound, Reply
from bot.ports.chat import Message
from tests.slack.world import SmallDoor, http_world, secrets, until, world

CANARY = "xoxb-canary-1234567890-abcdef"
APP_CANARY = "xapp-canary-1234567890-abcdef"


async def test_nothing_is_wrong_with_a_room_that_listens() -> None:
    async with world() as here:
        assert here.room.fault() == ""
        assert here.room.routes(here.door) == []


async def test_a_revoked_bot_token_is_said_with_its_remedy() -> None:
    async with world(listening=False) as here:
        await here.fault(method="auth.test", error="token_revoked")
        await here.room.listen(here.door)
        assert "revoked" in here.room.fault()
        assert "Remedy" in here.room.fault()


async def test_over_http_there_is_one_route_and_no_socket() -> None:
    async with http_world() as here:
        assert here.room.fault() == ""
        assert here.journal("socket_opened") == []


async def test_closing_twice_is_harmless() -> None:
    async with world() as here:
        await here.room.close()
        await here.room.close()


async def test_no_token_is_ever_written_to_a_log(capfd: pytest.CaptureFixture[str]) -> None:
    """Every level of every library, while everything goes wrong that can."""

    async def fail(inbound: Inbound) -> Reply:
        raise RuntimeError(f"boom {inbound.text}")

    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    tokens = secrets(CANARY, APP_CANARY)
    try:
        with structlog.testing.capture_logs() as events:
            async with world(SmallDoor(fail), tokens=tokens) as here:
                await here.room.chat.post("#releases", Message(text="x"), key="k")
                await here.room.directory.person("U0MEI")
                await until(lambda: here.journal("request") or None)
                await here.served.stop()
                await here.room.chat.post("#releases", Message(text="x"), key="k")
                await asyncio.sleep(0.2)
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    assert events
    everything = written.getvalue() + json.dumps(events, default=repr) + "".join(capfd.readouterr())
    assert "canary" not in everything
    assert CANARY not in here.room.fault()


async def test_a_listener_that_fails_shows_no_token(capfd: pytest.CaptureFixture[str]) -> None:
    async def fail(_: Inbound) -> Reply:
        raise RuntimeError("boom")

    async with world(SmallDoor(fail)) as here:
        await here.types("mei", "/release status")
        await here.control("inject", {"payload": {"actions": []}, "type": "interactive"})
    said = "".join(capfd.readouterr())
    assert "boom" in said
    assert "xoxb-" not in said
    assert "xapp-" not in said
