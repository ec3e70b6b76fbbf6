"""Response URLs: five answers in thirty minutes, to one person, to all, or over the original."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.practice.workspace import Seed
from tests.practice.workspace.helpers import (
    HURRIED,
    Clock,
    Driver,
    Json,
    bolt,
    button,
    client,
    connected,
    driven,
    section,
)

BUTTON: Json = {"type": "actions", "elements": [button("go")]}


@pytest.fixture
async def desk(clock: Clock) -> AsyncIterator[Driver]:
    """A workspace whose clock stands still."""
    async with driven(Seed(timing=HURRIED), clock) as found:
        yield found


async def url_of(desk: Driver, ts: str | None = None) -> str:
    """The response URL of a command, or of a click on the message `ts`."""
    app, urls = bolt(desk.served), []

    @app.command("/release")
    @app.action("go")
    async def keep(ack: Any, body: Json) -> None:
        urls.append(body["response_url"])
        await ack()

    async with connected(desk.served, app):
        if ts is None:
            await desk.types("mei", "/release x", "C0SHOP")
        else:
            await desk.act("mei", "click", channel="C0SHOP", ts=ts, action_id="go")
    return str(urls[0])


async def say(url: str, **body: Any) -> tuple[int, str]:
    """One answer through Slack's own webhook client."""
    found = await AsyncWebhookClient(url).send_dict(body)
    return found.status_code, str(found.body)


async def test_five_answers_and_no_sixth(desk: Driver) -> None:
    url = await url_of(desk)
    for number in range(5):
        assert await say(url, text=str(number)) == (200, "ok")
    status, body = await say(url, text="six")
    assert status == 404
    assert "used_url" in body
    assert len(await desk.whispers("U0MEI")) == 5


async def test_thirty_minutes_and_no_longer(desk: Driver, clock: Clock) -> None:
    url = await url_of(desk)
    clock.move(minutes=30)
    assert (await say(url, text="just"))[0] == 200
    clock.move(seconds=1)
    status, body = await say(url, text="late")
    assert status == 404
    assert "expired_url" in body


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x", "blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"text": "x", "response_type": "loud"}, "invalid_response_type"),
        ({"text": "x", "thread_ts": "1.1"}, "thread_not_found"),
        ({"delete_original": True}, "message_not_found"),
    ],
)
async def test_a_bad_answer_is_refused(desk: Driver, body: Json, error: str) -> None:
    status, found = await say(await url_of(desk), **body)
    assert status in (400, 404)
    assert error in found
    assert await desk.whispers("U0MEI") == []


async def test_an_invented_url_answers_nothing(desk: Driver) -> None:
    status, body = await say(f"{desk.served.url}/hooks/T0PRACTICE/1/abc", text="x")
    assert status == 404
    assert "invalid_url" in body


async def test_an_answer_can_be_public_and_in_a_thread(desk: Driver) -> None:
    root = (await client(desk.served).chat_postMessage(channel="C0SHOP", text="root"))["ts"]
    await say(await url_of(desk), text="all", response_type="in_channel", thread_ts=root)
    said = (await desk.messages("C0SHOP"))[-1]
    assert (said["text"], said["thread_ts"], said["bot_id"]) == ("all", root, "B0SLIPWAY")


async def test_the_message_pressed_on_is_replaced_or_deleted(desk: Driver) -> None:
    slack = client(desk.served)
    ts = (await slack.chat_postMessage(channel="C0SHOP", text="a", blocks=[BUTTON]))["ts"]
    url = await url_of(desk, ts)
    await say(url, text="b", blocks=[section("b")], replace_original=True)
    said = await desk.messages("C0SHOP")
    assert [(one["ts"], one["text"]) for one in said] == [(ts, "b")]
    await say(url, delete_original=True)
    assert await desk.messages("C0SHOP") == []


async def test_an_ephemeral_original_is_replaced_and_deleted(desk: Driver) -> None:
    slack = client(desk.served)
    said = await slack.chat_postEphemeral(channel="C0SHOP", user="U0MEI", text="a", blocks=[BUTTON])
    url = await url_of(desk, said["message_ts"])
    await say(url, text="b", replace_original=True)
    assert [one["text"] for one in await desk.whispers("U0MEI")] == ["b"]
    await say(url, delete_original=True)
    assert await desk.whispers("U0MEI") == []
