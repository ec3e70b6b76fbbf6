"""Buttons: what they say is heard with where and for what they were drawn."""

from typing import Any

import pytest

from bot.engine.door.door import Inbound, Reply
from bot.ports.chat import Delivered, Message, Posted
from bot.render.kit.blocks import Button, actions, button_value
from tests.slack.world import SmallDoor, World, said, world

PROMOTE = Button(label="Promote", verb="promote", value=button_value("R-1", "promote R-1", 2))
WHY = Button(label="Why", verb="why", value=button_value("R-1", "why R-1"))


def card(text: str = "A card.") -> Message:
    block = actions([PROMOTE], [WHY])
    assert block is not None
    return Message(text=text, blocks=(block,))


async def posted(here: World) -> Posted:
    told = await here.room.chat.post("C0RELEASES", card(), key="R-1/1/card")
    assert isinstance(told, Delivered)
    return told.place


async def presses(here: World, place: Posted, action: str, **more: Any) -> list[dict[str, Any]]:
    asked = {"channel": place.channel, "ts": place.ts, "action_id": action, "wait": 2}
    return await here.act("rui", "click", **(asked | more))


async def test_a_button_is_heard_with_its_release_its_step_and_its_thread() -> None:
    async with world() as here:
        place = await posted(here)
        saw = await presses(here, place, "act:promote")
    heard = here.door.heard[0]
    assert heard == Inbound(
        key=heard.key,
        text="promote R-1",
        by="U0RUI",
        via="button",
        channel="C0RELEASES",
        thread=place.ts,
        release="R-1",
        seen="2",
    )
    assert heard.key.startswith("slack/act/U0RUI/")
    assert heard.key.endswith("/act:promote")
    assert [(each["kind"], each["text"]) for each in saw] == [("ephemeral", "heard: promote R-1")]


async def test_a_choice_behind_the_dots_is_heard_too() -> None:
    async with world() as here:
        await presses(here, await posted(here), "act:more", value=WHY.value)
    assert (here.door.heard[0].text, here.door.heard[0].seen) == ("why R-1", "")


async def test_a_public_answer_goes_to_the_thread_of_the_card_and_leaves_the_card() -> None:
    async def answer(_: Inbound) -> Reply:
        return said("Promoted.", public=True)

    async with world(SmallDoor(answer)) as here:
        place = await posted(here)
        saw = await presses(here, place, "act:promote")
        room = here.served.workspace.state.channels["C0RELEASES"]
    assert (saw[0]["message"]["text"], saw[0]["message"]["thread_ts"]) == ("Promoted.", place.ts)
    assert room.messages[place.ts].text == "A card."


@pytest.mark.parametrize("value", ["", "x", "R-1|2", "R-1|2| "])
async def test_a_button_of_unknown_meaning_is_answered(value: str) -> None:
    async with world() as here:
        block = {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "act:odd",
                    "text": {"type": "plain_text", "text": "?"},
                    **({"value": value} if value else {}),
                }
            ],
        }
        told = await here.room.chat.post("C0RELEASES", Message(text="?", blocks=(block,)), key="k")
        assert isinstance(told, Delivered)
        saw = await presses(here, told.place, "act:odd")
    assert "do not know that button" in saw[0]["text"]
    assert here.door.heard == []


async def test_a_button_of_another_name_is_answered() -> None:
    async with world() as here:
        element = {
            "type": "button",
            "action_id": "approve",
            "value": "R-1|1|promote R-1",
            "text": {"type": "plain_text", "text": "?"},
        }
        block = {"type": "actions", "elements": [element]}
        told = await here.room.chat.post("C0RELEASES", Message(text="?", blocks=(block,)), key="k")
        assert isinstance(told, Delivered)
        saw = await presses(here, told.place, "approve")
    assert "do not know that button" in saw[0]["text"]
    assert here.door.heard == []


async def test_a_button_in_a_private_answer_has_no_thread() -> None:
    async def answer(inbound: Inbound) -> Reply:
        return Reply(message=card()) if inbound.via == "slash" else said("ok")

    async with world(SmallDoor(answer)) as here:
        (seen,) = await here.types("rui", "/release status")
        place = Posted(channel="C0RELEASES", ts=seen["ts"])
        await presses(here, place, "act:promote")
    assert (here.door.heard[1].via, here.door.heard[1].thread) == ("button", "")


async def test_an_answer_that_the_response_url_refuses_comes_another_way() -> None:
    async with world() as here:
        place = await posted(here)
        hooks = here.served.workspace.state.hooks

        async def spend(inbound: Inbound) -> Reply:
            for hook in hooks.values():
                hook.uses = 5
            return said("Told.")

        here.door.answer = spend
        await presses(here, place, "act:promote", wait=0)
        await here.comes("ephemeral")
        assert here.calls("chat.postEphemeral")[0]["args"]["thread_ts"] == place.ts


async def test_a_response_url_of_a_stranger_is_never_called() -> None:
    async with world() as here:
        payload = {
            "type": "block_actions",
            "user": {"id": "U0RUI", "team_id": "T0PRACTICE"},
            "team": {"id": "T0PRACTICE"},
            "channel": {"id": "C0RELEASES"},
            "container": {"type": "message", "channel_id": "C0RELEASES"},
            "actions": [
                {"action_id": "act:why", "value": "R-1||why R-1", "action_ts": "1", "block_id": "b"}
            ],
            "response_url": f"{here.served.url}.evil.example/hooks/1/2/3",
        }
        await here.control("inject", {"payload": payload, "type": "interactive"})
        await here.comes("ephemeral")
    assert here.journal("response_url") == []
