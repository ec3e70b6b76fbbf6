"""429 and Retry-After, per method and per channel, and the faults of single calls."""

import asyncio
from dataclasses import replace

import pytest
from aiohttp import ClientConnectionError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.workspace import CallWindow, Seed
from bot.practice.workspace.limits import CHANNEL_RATES, METHOD_RATES
from bot.practice.workspace.methods.table import METHODS
from bot.practice.workspace.rates import Rates
from tests.practice.workspace.helpers import HURRIED, NOON, Clock, Driver, client, driven, refusal

SEED = Seed(timing=HURRIED)


def test_every_method_has_a_rate() -> None:
    assert set(METHODS) == set(METHOD_RATES)
    assert set(CHANNEL_RATES) <= set(METHODS)


@pytest.mark.parametrize("method", sorted(METHOD_RATES))
def test_no_method_is_called_more_often_than_its_tier(method: str) -> None:
    rates, window = Rates(SEED), METHOD_RATES[method][0]
    assert [rates.take(method, None, NOON) for _ in range(window.calls)] == [0] * window.calls
    assert rates.take(method, None, NOON) == window.seconds


async def test_the_channel_rate_is_the_channels_own(clock: Clock) -> None:
    async with driven(SEED, clock) as driver:
        slack = client(driver.served)
        for _ in range(10):
            await slack.chat_postMessage(channel="C0SHOP", text="x")
        with pytest.raises(SlackApiError) as refused:
            await slack.chat_postMessage(channel="#shop-releases", text="x")
        await slack.chat_postMessage(channel="C0RELEASES", text="x")
        clock.move(seconds=3)
        await slack.chat_postMessage(channel="C0SHOP", text="x")
    answer = refused.value.response
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    assert answer.headers["Retry-After"] == "3"


async def test_a_minute_has_sixty_messages_a_channel(clock: Clock) -> None:
    async with driven(SEED, clock) as driver:
        slack = client(driver.served)
        for _ in range(60):
            await slack.chat_postMessage(channel="C0SHOP", text="x")
            clock.move(seconds=0.5)
        assert (await refusal(slack.chat_postMessage(channel="C0SHOP", text="x")))["error"]
        clock.move(seconds=30)
        await slack.chat_postMessage(channel="C0SHOP", text="x")


async def test_rates_can_be_widened(clock: Clock) -> None:
    seed = replace(SEED, rate_factor=2, method_rates={"auth.test": (CallWindow(1, 60),)})
    async with driven(seed, clock) as driver:
        slack = client(driver.served)
        await slack.auth_test()
        await slack.auth_test()
        assert (await refusal(slack.auth_test()))["error"] == "ratelimited"


def patient(driver: Driver) -> AsyncWebClient:
    """A client that does not try again by itself."""
    return AsyncWebClient(
        token="xoxb-practice", base_url=driver.served.api_url, retry_handlers=[], timeout=1
    )


async def test_an_error_fault_does_nothing_and_is_used_up(driver: Driver) -> None:
    await driver.fault(method="chat.postMessage", error="fatal_error", times=2)
    slack = patient(driver)
    for _ in range(2):
        call = slack.chat_postMessage(channel="C0SHOP", text="x")
        assert (await refusal(call))["error"] == "fatal_error"
    await slack.chat_postMessage(channel="C0SHOP", text="y")
    assert [said["text"] for said in await driver.messages("C0SHOP")] == ["y"]


async def test_a_status_fault_answers_no_json(driver: Driver) -> None:
    await driver.fault(method="*", status=503)
    with pytest.raises(SlackApiError) as failed:
        await patient(driver).auth_test()
    assert failed.value.response.status_code == 503


async def test_a_rate_limit_can_be_ordered(driver: Driver) -> None:
    await driver.fault(method="chat.update", ratelimited=30)
    with pytest.raises(SlackApiError) as refused:
        await patient(driver).chat_update(channel="C0SHOP", ts="1.1", text="x")
    assert refused.value.response.headers["Retry-After"] == "30"


async def test_a_lost_answer_was_done_all_the_same(driver: Driver) -> None:
    await driver.fault(method="chat.postMessage", lose_answer=True)
    with pytest.raises(ClientConnectionError):
        await patient(driver).chat_postMessage(channel="C0SHOP", text="x")
    assert len(await driver.messages("C0SHOP")) == 1


async def test_a_lost_call_was_not_done(driver: Driver) -> None:
    await driver.fault(method="chat.postMessage", lose_call=True)
    with pytest.raises(ClientConnectionError):
        await patient(driver).chat_postMessage(channel="C0SHOP", text="x")
    assert await driver.messages("C0SHOP") == []


async def test_a_hanging_call_is_done_late(driver: Driver) -> None:
    await driver.fault(method="auth.test", hang=0.2)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await patient(driver).auth_test()
    assert loop.time() - began >= 0.2


@pytest.mark.parametrize(
    "fault",
    [
        {"method": "auth.test"},
        {"method": "auth.test", "error": "a", "status": 500},
        {"method": "auth.test", "eror": "a"},
        {"method": "auth.test", "status": "500"},
        {"socket": "explode"},
        {"socket": "reset", "which": 99},
        {"socket": "disconnect", "reason": "boredom"},
        {"socket": "delay", "seconds": "long"},
    ],
)
async def test_an_impossible_fault_is_explained(driver: Driver, fault: dict[str, object]) -> None:
    found = await driver.post("faults", fault, status=400)
    assert found["error"].endswith(".")
    assert (await driver.get("faults"))["calls"] == []
