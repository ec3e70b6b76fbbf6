"""Every key the workspace sends stands, with the same JSON type, in Slack's recorded payloads."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from tests.practice.workspace.helpers import (
    Driver,
    Json,
    asks,
    bolt,
    button,
    client,
    connected,
    modal,
    plain,
    section,
)

SAMPLES = Path(__file__).parents[4] / "shared" / "specs" / "slack-samples"
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the recorded payloads stand beside the checkout only"
)
pytestmark = needs_samples
ANYTHING = re.compile("")
# Free maps (their keys are ours), and block content, which is what the app itself sent.
FREE = frozenset({"values", "event_payload", "blocks"})
# The samples are one merged object each; a modal's own fields stand in the answer of views.open.
BORROWED = {"view": ("views.open", "view")}


def sample(name: str) -> Json:
    """One recorded payload."""
    found: Json = json.loads((SAMPLES / f"{name}.json").read_text())
    return found


def kind(value: Any) -> str:
    """The JSON type of a value."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return type(value).__name__


def strangers(ours: Any, recorded: Any, at: str) -> Iterator[str]:
    """What we send and Slack does not, or with another type. null is Slack's word for absent."""
    if ours is None:
        return
    if kind(ours) != kind(recorded):
        yield f"{at}: {kind(ours)} here, {kind(recorded)} at Slack"
    elif isinstance(ours, dict):
        yield from strange_keys(ours, recorded, at)
    elif isinstance(ours, list) and recorded:
        for number, item in enumerate(ours):
            yield from strangers(item, recorded[0], f"{at}/{number}")


def strange_keys(ours: Json, recorded: Json, at: str) -> Iterator[str]:
    """The same for each field of an object."""
    for name, value in ours.items():
        if name in FREE and at != "":
            continue
        if name in BORROWED:
            yield from strangers(value, borrowed(name) | recorded.get(name, {}), f"{at}/{name}")
        elif name not in recorded:
            yield f"{at}/{name}: not in the recorded payload"
        else:
            yield from strangers(value, recorded[name], f"{at}/{name}")


def borrowed(name: str) -> Json:
    """The part of another sample that completes this one."""
    found, inside = BORROWED[name]
    part: Json = sample(found)[inside]
    return part


def compare(ours: Json, name: str) -> None:
    """Fail with every key that Slack does not send."""
    found = list(strangers(ours, sample(name), ""))
    assert found == []


def agreeing(driver: Driver) -> AsyncApp:
    """A bot that acknowledges everything."""
    app = bolt(driver.served)

    @app.command(ANYTHING)
    @app.action(ANYTHING)
    @app.event(ANYTHING)
    async def agree(ack: Any) -> None:
        await ack()

    return app


async def payloads(driver: Driver, count: int) -> list[Json]:
    """The payloads delivered so far, once there are `count`."""
    found = await driver.until(lambda sent: len(sent) >= count, "delivered")
    return [entry["payload"] for entry in found]


def test_the_comparison_finds_a_strange_key_and_a_wrong_type() -> None:
    ours = {"token": 1, "colour": "red", "team_id": None}
    assert list(strangers(ours, sample("SlashCommandPayload"), "")) == [
        "/token: number here, str at Slack",
        "/colour: not in the recorded payload",
    ]


async def test_a_slash_command(driver: Driver) -> None:
    async with connected(driver.served, agreeing(driver)):
        await driver.types("mei", "/release start")
    compare((await payloads(driver, 1))[0], "SlashCommandPayload")


MENUS: list[tuple[Json, Any]] = [
    (button("a", value="v", style="primary", url="https://a.b"), None),
    ({"type": "static_select", "options": [{"text": plain("x"), "value": "1"}]}, "1"),
    ({"type": "overflow", "options": [{"text": plain("x"), "value": "1"}]}, "1"),
    ({"type": "radio_buttons", "options": [{"text": plain("x"), "value": "1"}]}, "1"),
    ({"type": "users_select", "placeholder": plain("who")}, "U0MEI"),
    ({"type": "conversations_select"}, "C0SHOP"),
    ({"type": "channels_select"}, "C0SHOP"),
    ({"type": "datepicker"}, "2026-11-20"),
    ({"type": "timepicker"}, "12:00"),
    ({"type": "plain_text_input"}, "typed"),
]


@pytest.mark.parametrize(("element", "value"), MENUS, ids=[menu["type"] for menu, _ in MENUS])
async def test_a_press_on_a_message(driver: Driver, element: Json, value: Any) -> None:
    block: Json = {"type": "actions", "elements": [element | {"action_id": "a"}]}
    if element["type"] == "plain_text_input":
        block = asks("b", element | {"action_id": "a"}, dispatch_action=True)
    slack = client(driver.served)
    root = (await slack.chat_postMessage(channel="C0SHOP", text="root"))["ts"]
    said = await slack.chat_postMessage(
        channel="C0SHOP", text="x", blocks=[section("x"), block], thread_ts=root
    )
    await slack.chat_update(channel="C0SHOP", ts=said["ts"], text="y")
    await slack.reactions_add(channel="C0SHOP", timestamp=said["ts"], name="eyes")
    async with connected(driver.served, agreeing(driver)):
        given = {} if element["type"] == "button" else {"value": value}
        where: Json = {"channel": "C0SHOP", "ts": said["ts"], "action_id": "a"}
        await driver.act("mei", "select", **where, **given)
    compare((await payloads(driver, 1))[0], "BlockActionPayload")


async def test_a_press_on_a_root_with_replies(driver: Driver) -> None:
    slack = client(driver.served)
    block = {"type": "actions", "elements": [button("a")]}
    root = (await slack.chat_postMessage(channel="C0SHOP", text="root", blocks=[block]))["ts"]
    await driver.act("mei", "message", channel="C0SHOP", text="reply", thread_ts=root)
    async with connected(driver.served, agreeing(driver)):
        await driver.act("mei", "click", channel="C0SHOP", ts=root, action_id="a")
    compare((await payloads(driver, 1))[0], "BlockActionPayload")


async def open_form(driver: Driver) -> Json:
    """A modal opened by a press; answers what views.open said."""
    app, answers = bolt(driver.served), []

    @app.action("a")
    async def form(ack: Any, body: Json, client: Any) -> None:
        view = modal(
            asks("b", {"type": "plain_text_input", "action_id": "t"}),
            {"type": "actions", "elements": [button("inside")]},
            close=plain("No"),
        )
        answers.append((await client.views_open(trigger_id=body["trigger_id"], view=view)).data)
        await ack()

    @app.view("form")
    @app.action("inside")
    async def sent(ack: Any) -> None:
        await ack()

    block = {"type": "actions", "elements": [button("a")]}
    slack = client(driver.served)
    ts = (await slack.chat_postMessage(channel="C0SHOP", text="x", blocks=[block]))["ts"]
    async with connected(driver.served, app):
        await driver.act("mei", "click", channel="C0SHOP", ts=ts, action_id="a")
        await driver.act("mei", "click", action_id="inside")
        await driver.act("mei", "submit", values={"b": "text"})
    answer: Json = answers[0]
    return answer


async def test_a_modal_opened_pressed_in_and_sent(driver: Driver) -> None:
    compare(await open_form(driver), "views.open")
    _, inside, submitted = await payloads(driver, 3)
    compare(inside, "BlockActionPayload")
    compare(submitted, "ViewSubmissionPayload")


async def test_a_mention_in_a_thread(driver: Driver) -> None:
    slack = client(driver.served)
    root = (await slack.chat_postMessage(channel="C0SHOP", text="root"))["ts"]
    async with connected(driver.served, agreeing(driver)):
        await driver.act("mei", "message", channel="C0SHOP", text="@slipway hi", thread_ts=root)
        await driver.until(bool, "delivered")
    compare((await payloads(driver, 1))[0], "AppMentionPayload")


async def test_an_edited_mention(driver: Driver) -> None:
    """C1: its keys are among those of Slack's own payload."""
    async with connected(driver.served, agreeing(driver)):
        await driver.act("mei", "message", channel="C0SHOP", text="@slipway hi")
        ts = (await driver.entries("message"))[-1]["message"]["ts"]
        await driver.act("mei", "edit", channel="C0SHOP", ts=ts, text="@slipway hello")
        await driver.until(lambda seen: len(seen) == 2, "delivered")
    compare((await payloads(driver, 2))[1], "AppMentionPayload")


async def test_the_answers_of_posting_and_updating(driver: Driver) -> None:
    slack = client(driver.served)
    metadata = {"event_type": "slipway", "event_payload": {"key": "1"}}
    root = await slack.chat_postMessage(
        channel="C0SHOP", text="x", blocks=[section("x")], metadata=metadata
    )
    reply = await slack.chat_postMessage(
        channel="C0SHOP", text="x", thread_ts=root["ts"], reply_broadcast=True
    )
    updated = await slack.chat_update(channel="C0SHOP", ts=root["ts"], text="y")
    refused = await slack.api_call("api.test")
    assert refused["ok"]
    for answer, name in ((root, "chat.postMessage"), (reply, "chat.postMessage")):
        compare(json.loads(json.dumps(answer.data)), name)
    compare(json.loads(json.dumps(updated.data)), "chat.update")


async def test_the_answer_that_opens_a_socket(driver: Driver) -> None:
    slack = client(driver.served, "xapp-practice")
    answer = await slack.apps_connections_open(app_token="xapp-practice")
    compare(json.loads(json.dumps(answer.data)), "apps.connections.open")


async def test_the_answers_that_refuse(driver: Driver) -> None:
    url = f"{driver.served.api_url}chat.postMessage"
    for args in (
        {"channel": "C0SHOP", "text": "x", "blocks": [{"type": "nonsense"}]},
        {"channel": "C0SHOP", "text": "x", "username": "ana"},
        {"channel": "C0SHOP"},
    ):
        headers = {"Authorization": "Bearer xoxb-practice"}
        async with driver.http.post(url, json=args, headers=headers) as answer:
            compare(await answer.json(), "chat.postMessage")
