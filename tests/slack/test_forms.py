"""Forms: a button asks, a person writes, and the request goes on as if it had been typed."""

from dataclasses import replace
from typing import Any

import pytest

from bot.engine.door.door import Inbound, Reply
from bot.ports.chat import Delivered, Message, Posted
from bot.render.kit.blocks import Button, actions, button_value, option_value
from bot.render.kit.forms import REASONS, AskedForm
from tests.slack.world import IMPATIENT, SmallDoor, World, said, world

SETTLE = Button(
    label="Settle…", verb="settle", value=button_value("R-1", "settle R-1", 2), asks="settle"
)
EARLY = Button(
    label="Promote early…",
    verb="promote",
    value=button_value("R-1", "promote R-1 early", 1),
    asks="promote-early",
)
WRITTEN = "all pods are on v1.4.1"


async def posted(here: World) -> Posted:
    block = actions([SETTLE], [EARLY])
    assert block is not None
    told = await here.room.chat.post("C0RELEASES", Message(text="c", blocks=(block,)), key="k")
    assert isinstance(told, Delivered)
    return told.place


async def opens(here: World, action: str = "ask:settle", **more: Any) -> dict[str, Any]:
    """The modal that pressing a button of a card opens for rui."""
    place = await posted(here)
    deed = {"channel": place.channel, "ts": place.ts, "action_id": action, "wait": 2}
    saw = await here.act("rui", "click", **deed, **more)
    view: dict[str, Any] = next(each["view"] for each in saw if each["kind"] == "modal")
    return view


async def sends(here: World, reason: str = WRITTEN, **more: Any) -> list[dict[str, Any]]:
    return await here.act("rui", "submit", values={"because": reason}, wait=2, **more)


def refusing(code: str = "NO_RIGHT") -> SmallDoor:
    async def answer(_: Inbound) -> Reply:
        return Reply(message=Message(text="Not settled: a &lt;b&gt; &amp; c. Ask ana."), code=code)

    return SmallDoor(answer)


async def test_a_form_completes_the_request_of_its_button() -> None:
    async with world() as here:
        view = await opens(here)
        assert here.door.heard == []
        saw = await sends(here)
        place = here.journal("message")[0]["message"]
        whisper = (await here.comes("ephemeral"))[0]["message"]
    heard = here.door.heard[0]
    assert view["title"]["text"] == REASONS["settle"].title
    assert heard == Inbound(
        key=heard.key,
        text=f"settle R-1 because {WRITTEN}",
        by="U0RUI",
        via="form",
        channel="C0RELEASES",
        thread=place["ts"],
        release="R-1",
        seen="2",
    )
    assert heard.key.startswith("slack/view/")
    assert [each["kind"] for each in saw] == ["modal_closed"]
    assert whisper["text"] == f"heard: {heard.text}"


async def test_a_choice_behind_the_dots_opens_a_form_too() -> None:
    async with world() as here:
        await opens(here, "act:more", value=option_value(EARLY))
        await sends(here, "INC-77 waits for it")
    assert here.door.heard[0].text == "promote R-1 early because INC-77 waits for it"
    assert here.door.heard[0].seen == "1"


async def test_a_refusal_stands_beside_the_field_and_what_was_written_stays() -> None:
    async with world(refusing()) as here:
        view = await opens(here)
        saw = await sends(here)
        kept = here.served.workspace.state.views[view["id"]]
    assert saw[0]["kind"] == "modal_errors"
    assert saw[0]["errors"] == {"because": "Not settled: a <b> & c. Ask ana."}
    assert kept.values["because"]["because"]["value"] == WRITTEN


async def test_sent_again_after_a_refusal_it_is_asked_anew() -> None:
    async with world(refusing()) as here:
        await opens(here)
        await sends(here)
        here.door.answer = None
        saw = await sends(here)
    assert len({heard.key for heard in here.door.heard}) == 2
    assert saw[0]["kind"] == "modal_closed"


async def test_delivered_twice_it_is_one_request() -> None:
    async with world() as here:
        await opens(here)
        await here.fault(socket="duplicate")
        await sends(here)
        assert len(here.door.effects) == 1


@pytest.mark.parametrize("reason", ["<!channel> look", "a\nb", "is it over?", "x to prod"])
async def test_what_is_written_has_no_power(reason: str) -> None:
    async with world() as here:
        await opens(here)
        await sends(here, reason)
    text = here.door.heard[0].text
    assert text.startswith("settle R-1 because ")
    assert "<" not in text
    assert "\n" not in text


async def test_too_short_a_reason_never_leaves_the_form() -> None:
    async with world() as here:
        await opens(here)
        saw = await sends(here, "x")
    assert saw[0]["errors"] == {"because": "At least 3 characters are needed."}
    assert here.door.heard == []


async def test_where_no_form_opens_the_sentence_says_what_to_type() -> None:
    async with world() as here:
        place = await posted(here)
        await here.fault(method="views.open", error="expired_trigger_id")
        deed = {"channel": place.channel, "ts": place.ts, "action_id": "ask:settle", "wait": 2}
        saw = await here.act("rui", "click", **deed)
    assert "type: /release settle R-1 because &lt;reason&gt;" in saw[0]["text"]


async def missing(inbound: Inbound) -> Reply:
    """A door that lacks nothing but a reason."""
    if "because" in inbound.text:
        return said("Settled.", public=True)
    form = AskedForm(name="because", line="settle R-1", release="R-1")
    return Reply(message=Message(text="Not settled: no reason."), code="NO_REASON", form=form)


async def test_a_command_that_lacks_a_reason_opens_a_form() -> None:
    async with world(SmallDoor(missing)) as here:
        text = "/release settle R-1"
        saw = await here.act("rui", "command", channel="releases", text=text, wait=2)
        assert [each["kind"] for each in saw] == ["modal"]
        await sends(here)
        message = (await here.comes("message"))[0]["message"]
    assert here.door.heard[1].text == f"settle R-1 because {WRITTEN}"
    assert message["text"] == "Settled."


async def test_a_command_whose_form_does_not_open_is_answered() -> None:
    async with world(SmallDoor(missing)) as here:
        await here.fault(method="views.open", error="expired_trigger_id")
        saw = await here.act("rui", "command", channel="releases", text="/release x", wait=2)
    assert [each["text"] for each in saw] == ["Not settled: no reason."]


async def test_a_stranger_opens_no_form() -> None:
    """A1: who may not come in is told so, and sees nothing of what could be asked."""
    rui = next(each for each in IMPATIENT.people if each.id == "U0RUI")
    others = tuple(each for each in IMPATIENT.people if each is not rui)
    guest = replace(rui, is_restricted=True)
    async with world(seed=replace(IMPATIENT, people=(*others, guest))) as here:
        place = await posted(here)
        deed = {"channel": place.channel, "ts": place.ts, "action_id": "ask:settle", "wait": 2}
        saw = await here.act("rui", "click", **deed)
        assert here.calls("views.open") == []
    assert "only full members" in str(saw)
    assert here.door.heard == []
