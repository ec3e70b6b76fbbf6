"""Signed HTTP mode: a Bolt app behind its own HTTP server, which checks our signatures."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp

from tests.practice.workspace.helpers import Driver, Json, bolt, button, driven, seeded


@dataclass(slots=True)
class Endpoint:
    """The HTTP side of a bot. `slow` seconds pass before an answer, `status` replaces it."""

    app: AsyncApp
    slow: float = 0.0
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    seen: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    @web.middleware
    async def around(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Note what came, and be as slow or broken as asked."""
        self.seen.append(dict(request.headers))
        await asyncio.sleep(self.slow)
        if self.status:
            return web.Response(status=self.status, headers=self.headers)
        answer: web.StreamResponse = await handler(request)
        return answer


@asynccontextmanager
async def listening(app: AsyncApp) -> AsyncIterator[Endpoint]:
    """The app behind HTTP."""
    endpoint = Endpoint(app)
    server = app.web_app("/slack/events")
    server.middlewares.append(endpoint.around)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    endpoint.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield endpoint
    finally:
        await runner.cleanup()


@asynccontextmanager
async def http_bot(driver: Driver) -> AsyncIterator[Endpoint]:
    """A bot that answers /release and hears mentions, connected by HTTP."""
    app = bolt(driver.served)

    @app.command("/release")
    async def answer(ack: Any, command: Json) -> None:
        await ack(f"heard {command['text']}")

    @app.event("app_mention")
    async def hear(say: Any) -> None:
        await say("noted")

    @app.action("go")
    async def go(ack: Any, respond: Any) -> None:
        await ack()
        await respond("gone")

    async with listening(app) as endpoint:
        await driver.post("app", {"request_url": endpoint.url})
        yield endpoint


async def test_a_command_is_answered_over_http(driver: Driver) -> None:
    async with http_bot(driver) as endpoint:
        found = await driver.types("mei", "/release start @rui now & then")
    assert found["saw"][0]["text"] == "heard start <@U0RUI|rui> now &amp; then"
    assert endpoint.seen[-1]["X-Slack-Signature"].startswith("v0=")


async def test_a_click_and_its_answer_go_over_http(driver: Driver) -> None:
    async with http_bot(driver) as endpoint:
        slack = endpoint.app.client
        blocks = [{"type": "actions", "elements": [button("go", value="1")]}]
        ts = (await slack.chat_postMessage(channel="C0SHOP", text="x", blocks=blocks))["ts"]
        found = await driver.act("mei", "click", channel="C0SHOP", ts=ts, action_id="go", wait=2)
    assert [seen["text"] for seen in found["saw"]] == ["gone"]


async def test_an_event_is_retried_with_slacks_headers(driver: Driver) -> None:
    async with http_bot(driver) as endpoint:
        endpoint.status = 500
        await driver.act("mei", "message", channel="C0SHOP", text="@slipway pause")
        await driver.until(lambda failed: len(failed) == 2, "undelivered")
        endpoint.status = 0
        await driver.until(bool, "ack")
    numbers = [seen.get("X-Slack-Retry-Num") for seen in endpoint.seen[-3:]]
    assert numbers == [None, "1", "2"]
    assert endpoint.seen[-1]["X-Slack-Retry-Reason"] == "http_error"


async def test_no_retry_is_respected(driver: Driver) -> None:
    async with http_bot(driver) as endpoint:
        endpoint.status, endpoint.headers = 500, {"X-Slack-No-Retry": "1"}
        await driver.act("mei", "message", channel="C0SHOP", text="@slipway pause")
        await driver.until(bool, "event_given_up")
    assert len(await driver.entries("delivered")) == 1


async def test_a_slow_answer_is_a_time_out(driver: Driver) -> None:
    async with http_bot(driver) as endpoint:
        endpoint.slow = 0.7
        found = await driver.types("mei", "/release start")
        await driver.until(bool, "ack_late")
    assert found["saw"][0]["error"] == "operation_timeout"


async def test_a_dead_endpoint_fails_at_once(driver: Driver) -> None:
    async with http_bot(driver):
        pass
    found = await driver.types("mei", "/release start")
    assert found["saw"][0]["error"] == "dispatch_failed"


async def test_an_endpoint_that_does_not_echo_is_not_saved(driver: Driver) -> None:
    async with http_bot(driver) as endpoint:
        await driver.post("app", {"request_url": None})
        endpoint.status = 404
        found = await driver.post("app", {"request_url": endpoint.url}, status=400)
    assert found["error"].startswith("The request URL was not saved")
    assert (await driver.get("state"))["app"]["request_url"] is None


@pytest.mark.parametrize(
    ("forged", "status"),
    [
        ({}, 200),
        ({"sign": False}, 401),
        ({"secret": "guessed"}, 401),
        ({"age": 301}, 401),
        ({"headers": {"X-Slack-Signature": "v0=00"}}, 401),
    ],
)
async def test_forged_and_stale_requests_can_be_sent(
    driver: Driver, forged: Json, status: int
) -> None:
    body = "command=%2Frelease&text=x&user_id=U0MEI&team_id=T0PRACTICE&channel_id=C0SHOP"
    async with http_bot(driver):
        found = await driver.post("inject", {"http": {"body": body, **forged}})
    assert found["status"] == status


async def test_a_seed_can_start_in_http_mode() -> None:
    async with driven(seeded(request_url="http://127.0.0.1:9/slack")) as driver:
        found = await driver.types("mei", "/release start")
    assert found["saw"][0]["error"] == "dispatch_failed"
