"""People talk about the bot and edit what they said, over the practice workspace. [C1, C2]"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.practice.stage.config import Tempo
from bot.practice.stage.stage import CHANNEL, MEI, Stage, opened
from bot.practice.stage.stories import begins


@asynccontextmanager
async def baking() -> AsyncIterator[Stage]:
    async with opened(tempo=Tempo(modes={})) as stage:
        await begins(stage, "checkout", "v1.4.2")
        await stage.reaches("baking")
        yield stage


def whispers(stage: Stage) -> list[dict[str, Any]]:
    seen = stage.workspace.workspace.snapshot()["ephemerals"].get(MEI, [])
    return [each for each in seen if each["thread_ts"]]


async def whispered(stage: Stage, count: int) -> dict[str, Any]:
    async def there() -> bool:
        return len(whispers(stage)) == count

    await stage.until(f"{count} whispers", there)
    return whispers(stage)[-1]


def mine(stage: Stage) -> str:
    room = stage.workspace.workspace.state.channels[CHANNEL]
    return [ts for ts, said in room.messages.items() if said.user == MEI][-1]


async def test_talk_moves_nothing_and_its_button_does_what_it_says() -> None:
    """C2: a sentence about the bot, and then the button that the sentence brought."""
    async with baking() as stage:
        card = await stage.card()
        bot = stage.workspace.workspace.app.user
        text = f"don't <@{bot}> pause because the queue grows"
        await stage.does(MEI, do="message", text=text, thread_ts=card["ts"])
        told = await whispered(stage, 1)
        assert "Nothing happened" in told["text"]
        assert "paused" not in str((await stage.card())["text"])
        button = next(block for block in told["blocks"] if block["type"] == "actions")["elements"][
            0
        ]
        assert button["text"]["text"] == "pause because the queue grows"
        await stage.does(MEI, do="click", ts=told["ts"], action_id=button["action_id"], wait=3.0)
        await stage.reaches("held")


async def test_an_edit_neither_does_again_nor_newly_what_it_says() -> None:
    """C1: a typo that is mended in place, and thanks that are added to what was done."""
    async with baking() as stage:
        await stage.mentions(MEI, "pauze because the queue grows")
        await whispered(stage, 1)
        bot = stage.workspace.workspace.app.user
        text = f"<@{bot}> pause because the queue grows"
        await stage.does(MEI, do="edit", ts=mine(stage), text=text)
        assert "you edited a message" in (await whispered(stage, 2))["text"]
        await asyncio.sleep(0.5)
        status = await stage.status()
        assert status is not None
        assert status.state != "held"
