"""Mentions and direct messages: the same words, where slash commands do not reach."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.door.door import Inbound, Reply
from bot.ports.chat import Delivered, Message
from tests.slack.world import IMPATIENT, SmallDoor, World, said, world


async def test_a_mention_in_a_thread_carries_the_thread() -> None:
    async with world() as here:
        told = await here.room.chat.post("C0RELEASES", Message(text="card"), key="k")
        assert isinstance(told, Delivered)
        await here.act(
            "ana",
            "message",
            channel="releases",
            thread_ts=told.place.ts,
            text="<@U0SLIPWAY> pause because odd log lines",
        )
        whisper = (await here.comes("ephemeral"))[0]["message"]
    heard = here.door.heard[0]
    assert heard == Inbound(
        key=heard.key,
        text="pause because odd log lines",
        by="U0ANA",
        via="mention",
        channel="C0RELEASES",
        thread=told.place.ts,
    )
    assert heard.key.startswith("slack/msg/C0RELEASES/U0ANA/")
    assert (whisper["text"], whisper["thread_ts"]) == (f"heard: {heard.text}", told.place.ts)


async def test_a_direct_message_is_heard_and_answered_there() -> None:
    async with world() as here:
        await here.act("ana", "message", channel="@slipway", text="status")
        said_there = await here.comes("message", 2)
        assert here.door.heard[0].via == "dm"
    assert said_there[-1]["message"]["text"] == "heard: status"


async def test_a_public_answer_to_a_mention_is_a_message_in_the_thread() -> None:
    async def answer(_: Inbound) -> Reply:
        return said("Paused.", public=True)

    async with world(SmallDoor(answer)) as here:
        told = await here.room.chat.post("C0RELEASES", Message(text="card"), key="k")
        assert isinstance(told, Delivered)
        mention = {"channel": "releases", "thread_ts": told.place.ts, "text": "<@U0SLIPWAY> pause"}
        await here.act("ana", "message", **mention)
        messages = await here.comes("message", 3)
    assert messages[-1]["message"]["text"] == "Paused."
    assert messages[-1]["message"]["thread_ts"] == told.place.ts


async def test_the_bot_does_not_hear_itself() -> None:
    async with world() as here:
        await here.act("ana", "message", channel="@slipway", text="status")
        await here.comes("message", 2)
        await asyncio.sleep(0.2)
        assert len(here.door.heard) == 1


async def test_an_event_that_comes_again_has_the_same_key_and_one_answer() -> None:
    hasty = replace(IMPATIENT.timing, ack=timedelta(seconds=0.5))
    async with world(seed=replace(IMPATIENT, timing=hasty)) as here:
        await here.fault(socket="lose_ack")
        await here.act("ana", "message", channel="releases", text="<@U0SLIPWAY> status")
        await here.comes("ack")
        await asyncio.sleep(0.2)
        assert len(here.door.heard) == 2
        assert len(here.door.effects) == 1
        assert len(here.journal("ephemeral")) == 1


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "channel_type": "im", "user": "U0MEI", "subtype": "message_changed"},
        {"type": "message", "channel_type": "im", "user": "U0MEI", "bot_id": "B1"},
        {"type": "message", "channel_type": "im", "subtype": "bot_message"},
        {"type": "message", "channel_type": "channel", "user": "U0MEI", "text": "status"},
        {"type": "reaction_added", "user": "U0MEI"},
        {"type": "app_mention", "user": "U0SLIPWAY", "text": "<@U0SLIPWAY> status"},
        {},
    ],
    ids=str,
)
async def test_what_nobody_said_to_the_bot_is_acknowledged_and_no_more(
    event: dict[str, str],
) -> None:
    async with world() as here:
        payload = {"type": "event_callback", "event_id": "Ev1", "team_id": "T0PRACTICE"}
        found = await here.control("inject", {"payload": {**payload, "event": event}})
    assert found["how"] == "acked"
    assert here.door.heard == []


async def test_a_failing_door_still_answers_a_mention() -> None:
    async def answer(_: Inbound) -> Reply:
        raise RuntimeError("boom")

    async with world(SmallDoor(answer)) as here:
        await here.act("ana", "message", channel="releases", text="<@U0SLIPWAY> status")
        whisper = (await here.comes("ephemeral"))[0]["message"]
    assert "error " in whisper["text"]
    assert "boom" not in whisper["text"]


def last(here: World) -> str:
    return str(here.journal("message")[-1]["message"]["ts"])


async def test_an_edit_is_answered_once_and_changes_nothing() -> None:
    """C1: Slack tells of the mention again, with `edited` and a fresh event_id."""
    async with world() as here:
        await here.act("ana", "message", channel="releases", text="<@U0SLIPWAY> promote")
        await here.comes("ephemeral")
        edit = {"channel": "releases", "ts": last(here), "text": "<@U0SLIPWAY> promote, thanks"}
        await here.act("ana", "edit", **edit)
        await here.comes("ephemeral", 2)
    assert [(each.text, each.doubt) for each in here.door.heard] == [
        ("promote", ""),
        ("promote, thanks", "edited"),
    ]


async def test_a_mention_that_an_edit_brings_in_is_no_request() -> None:
    """C1: the message said nothing to the bot when it was new."""
    async with world() as here:
        await here.act("ana", "message", channel="releases", text="shall we?")
        edit = {"channel": "releases", "ts": last(here), "text": "<@U0SLIPWAY> promote"}
        await here.act("ana", "edit", **edit)
        await here.comes("ephemeral")
    assert [each.doubt for each in here.door.heard] == ["edited"]


async def test_an_edit_in_a_direct_message_is_not_heard() -> None:
    """C1: there Slack sends message_changed alone."""
    async with world() as here:
        await here.act("ana", "message", channel="@slipway", text="status")
        asked = (await here.comes("message", 2))[0]["message"]["ts"]
        await here.act("ana", "edit", channel="@slipway", ts=asked, text="promote")
        await here.comes("message_changed")
        await asyncio.sleep(0.2)
    assert [each.text for each in here.door.heard] == ["status"]
