"""Messages out: where they stand, what they carry, and what every refusal means."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.door.door import Inbound, Reply
from bot.ports.chat import Delivered, Delivery, Gone, Message, Posted, Refused, SendLater, Unsure
from bot.ports.outcomes import Unavailable
from bot.practice.workspace import Seed
from bot.slack.remedies import GONE, REMEDIES
from tests.slack.world import IMPATIENT, SmallDoor, World, with_scopes, world

WORDS = Message(text="checkout v1.4.2 is at 10 %.")
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*10 %*"}}
ODD = {"type": "data_table", "caption": "x"}


async def post(here: World, key: str = "k", **more: object) -> Posted:
    told = await here.room.chat.post("C0RELEASES", WORDS, key=key, **more)  # type: ignore[arg-type]
    assert isinstance(told, Delivered), told
    return told.place


async def test_a_message_carries_its_key_and_nothing_unfurls() -> None:
    async with world(listening=False) as here:
        told = await here.room.chat.post("#releases", WORDS, key="R-1/1/card")
        (call,) = here.calls("chat.postMessage")
    assert isinstance(told, Delivered)
    assert told.place.channel == "C0RELEASES"
    assert call["args"]["metadata"]["event_payload"] == {"key": "R-1/1/card"}
    assert (call["args"]["unfurl_links"], call["args"]["parse"]) == (False, "none")
    assert call["notes"] == []


async def test_a_reply_stands_in_its_thread_and_may_be_shown_to_all() -> None:
    async with world(listening=False) as here:
        root = await post(here)
        await post(here, "k2", thread=root.ts, broadcast=True)
        reply = here.journal("message")[-1]["message"]
    assert (reply["thread_ts"], reply["subtype"]) == (root.ts, "thread_broadcast")


async def test_an_edit_changes_the_message_where_it_stands() -> None:
    async with world(listening=False) as here:
        place = await post(here)
        told = await here.room.chat.edit(place, Message(text="Now 50 %."), key="k2")
        room = here.served.workspace.state.channels["C0RELEASES"]
        assert [each.text for each in room.messages.values()] == ["Now 50 %."]
    assert told == Delivered(place)


async def test_one_person_is_told_in_their_conversation_which_is_opened_once() -> None:
    async with world(listening=False) as here:
        first = await here.room.chat.direct("U0MEI", WORDS, key="k1")
        await here.room.chat.direct("U0MEI", WORDS, key="k2")
        assert len(here.calls("conversations.open")) == 1
        assert isinstance(first, Delivered)
        found = await here.room.chat.find("U0MEI", "k1")
    assert found == first.place


async def test_without_the_scope_to_open_conversations_one_person_is_still_told() -> None:
    async with world(seed=with_scopes("im:write"), listening=False) as here:
        told = await here.room.chat.direct("U0MEI", WORDS, key="k1")
    assert isinstance(told, Delivered)
    assert told.place.channel.startswith("D")


@pytest.mark.parametrize("channel", ["C0RELEASES", "#releases"])
async def test_a_message_is_found_by_its_key(channel: str) -> None:
    async with world(listening=False) as here:
        await post(here, "other")
        place = await post(here, "wanted")
        thread = await post(here, "in thread", thread=place.ts)
        assert await here.room.chat.find(channel, "wanted") == place
        assert await here.room.chat.find(channel, "in thread", place.ts) == thread
        assert await here.room.chat.find(channel, "nobody's") is None


async def test_an_edited_message_is_found_by_the_key_of_the_edit() -> None:
    async with world(listening=False) as here:
        place = await post(here, "first")
        await here.room.chat.edit(place, WORDS, key="second")
        assert await here.room.chat.find("C0RELEASES", "second") == place


async def test_without_the_scopes_to_look_nothing_is_found() -> None:
    gone = ("channels:history", "groups:history", "im:history")
    async with world(seed=with_scopes(*gone), listening=False) as here:
        await post(here)
        assert await here.room.chat.find("C0RELEASES", "k") is None
        assert await here.room.chat.find("#nowhere", "k") is None


@pytest.mark.parametrize("how", [{"lose_call": True}, {"ratelimited": 3}, {"status": 503}], ids=str)
async def test_a_look_that_fails_is_not_the_same_as_finding_nothing(how: dict[str, int]) -> None:
    async with world(listening=False) as here:
        await post(here)
        await here.fault(method="conversations.history", **how)
        with pytest.raises(Unavailable):
            await here.room.chat.find("C0RELEASES", "k")


async def outcome(here: World, method: str, **fault: object) -> Delivery:
    """What comes of a call that goes wrong so."""
    place = await post(here)
    await here.fault(method=method, **fault)
    if method == "chat.update":
        return await here.room.chat.edit(place, WORDS, key="k2")
    return await here.room.chat.post("C0RELEASES", WORDS, key="k2")


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
@pytest.mark.parametrize("code", sorted(GONE))
async def test_what_is_gone_is_gone(method: str, code: str) -> None:
    async with world(listening=False) as here:
        assert await outcome(here, method, error=code) == Gone(GONE[code])


@pytest.mark.parametrize("code", sorted(REMEDIES))
async def test_what_will_never_be_taken_has_a_remedy(code: str) -> None:
    async with world(listening=False) as here:
        assert await outcome(here, "chat.postMessage", error=code) == Refused(*REMEDIES[code])


async def test_a_word_nobody_knows_is_passed_on() -> None:
    async with world(listening=False) as here:
        refused = await outcome(here, "chat.update", error="brand_new_error")
    assert isinstance(refused, Refused)
    assert "brand_new_error" in refused.why


async def test_a_missing_scope_is_named() -> None:
    async with world(seed=with_scopes("chat:write"), listening=False) as here:
        refused = await here.room.chat.post("C0RELEASES", WORDS, key="k")
    assert isinstance(refused, Refused)
    assert "chat:write" in refused.why
    assert "install" in refused.remedy


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"lose_answer": True}, Unsure),
        ({"lose_call": True}, Unsure),
        ({"status": 500}, Unsure),
        ({"status": 404}, Unsure),
        ({"error": "fatal_error"}, Unsure),
        ({"error": "internal_error"}, Unsure),
        ({"error": "service_unavailable"}, SendLater),
        ({"error": "ratelimited"}, SendLater),
        ({"ratelimited": 7}, SendLater),
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_what_may_have_been_done_is_told_from_what_was_not(
    method: str, fault: dict[str, object], kind: type
) -> None:
    async with world(listening=False) as here:
        found = await outcome(here, method, **fault)
    assert isinstance(found, kind), found
    assert not isinstance(found, SendLater) or "ratelimited" not in fault or found.seconds == 7


async def test_a_lost_answer_can_be_cleared_up_by_looking() -> None:
    async with world(listening=False) as here:
        assert isinstance(await outcome(here, "chat.postMessage", lose_answer=True), Unsure)
        assert await here.room.chat.find("C0RELEASES", "k2") is not None


async def test_slack_not_there_at_all_is_later_and_not_unsure() -> None:
    async with world(listening=False) as here:
        await here.served.stop()
        told = await here.room.chat.post("C0RELEASES", WORDS, key="k")
    assert isinstance(told, SendLater)


@pytest.mark.parametrize("way", ["post", "edit"])
async def test_refused_blocks_are_said_in_plainer_ones(way: str) -> None:
    rich = Message(text="Now 50 %.", blocks=(ODD, SECTION))
    async with world(listening=False) as here:
        place = await post(here)
        if way == "edit":
            told = await here.room.chat.edit(place, rich, key="k2")
        else:
            told = await here.room.chat.post("C0RELEASES", rich, key="k2")
        assert isinstance(told, Delivered)
        said = here.served.workspace.state.channels["C0RELEASES"].messages[told.place.ts]
    assert said.text == "Now 50 %."
    assert [block["type"] for block in said.blocks] == ["section"]


async def test_if_the_plainer_ones_are_refused_too_the_sentence_goes_alone() -> None:
    async with world(listening=False) as here:
        await here.fault(method="chat.postMessage", error="invalid_blocks", times=2)
        rich = Message(text="Now 50 %.", blocks=(SECTION, {"type": "divider"}))
        told = await here.room.chat.post("C0RELEASES", rich, key="k")
        assert isinstance(told, Delivered)
        said = here.served.workspace.state.channels["C0RELEASES"].messages[told.place.ts]
    assert (said.text, said.blocks) == ("Now 50 %.", [])


@pytest.mark.parametrize(
    ("channel", "why"),
    [("C0RANDOM", "not in the channel"), ("C0NOWHERE", "no such channel"), ("#x", "no such")],
)
async def test_a_channel_that_cannot_be_spoken_in_is_refused(channel: str, why: str) -> None:
    async with world(listening=False) as here:
        refused = await here.room.chat.post(channel, WORDS, key="k")
    assert isinstance(refused, Refused)
    assert why in refused.why


async def test_a_message_too_old_to_edit_is_gone() -> None:
    seed = replace(IMPATIENT, edit_window=timedelta(0))
    async with world(seed=seed, listening=False) as here:
        place = await post(here)
        assert isinstance(await here.room.chat.edit(place, WORDS, key="k2"), Gone)


async def test_urgent_messages_pass_when_the_channel_is_at_its_limit() -> None:
    async with world(listening=False) as here:
        told = [
            await here.room.chat.post("C0RELEASES", WORDS, key=f"k{number}") for number in range(9)
        ]
        alert = await here.room.chat.post("C0RELEASES", WORDS, key="alert", urgent=True)
    assert isinstance(told[-1], SendLater)
    assert isinstance(alert, Delivered)


async def test_every_call_passes_two_points() -> None:
    async with world(listening=False) as here:
        await post(here)
    assert here.points == ["slack.chat.postMessage.before", "slack.chat.postMessage.after"]


CHART = {
    "type": "data_visualization",
    "title": "errors",
    "chart": {
        "type": "line",
        "series": [
            {
                "name": "v2",
                "data": [{"label": "14:22", "value": 0.2}, {"label": "14:23", "value": 2}],
            }
        ],
        "axis_config": {"categories": ["14:22", "14:23"], "y_label": "% of requests"},
    },
}
DRAWN = Message(text="errors rose to 2 %.", blocks=(SECTION, CHART))
LACKING = replace(IMPATIENT, app=replace(IMPATIENT.app, lacks=frozenset({"data_visualization"})))


async def test_a_workspace_without_charts_reads_them_as_text() -> None:
    async with world(seed=LACKING, listening=False) as here:
        told = await here.room.chat.post("C0RELEASES", DRAWN, key="k")
        assert isinstance(told, Delivered)
        said = here.served.workspace.state.channels["C0RELEASES"].messages[told.place.ts]
        assert [block["type"] for block in said.blocks] == ["section", "section"]
        assert "v2: 0.2, at last 2" in said.blocks[1]["text"]["text"]
        assert len(here.calls("chat.postMessage")) == 2


@pytest.mark.parametrize("seed", [IMPATIENT, LACKING], ids=["charts", "no charts"])
async def test_an_answer_with_a_chart_reaches_who_asked(seed: Seed) -> None:
    async def answer(_: Inbound) -> Reply:
        return Reply(message=DRAWN)

    async with world(SmallDoor(answer), seed=seed) as here:
        await here.types("rui", "/release why R-1")
        said = (await here.comes("ephemeral"))[0]["message"]
        assert here.calls("chat.postEphemeral") == []
    kinds = [block["type"] for block in said["blocks"]]
    assert kinds == ["section", "section" if seed is LACKING else "data_visualization"]
    assert said["text"] == DRAWN.text
