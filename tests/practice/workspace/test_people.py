"""People at work, with a real Bolt app at the other end."""

import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.practice.workspace.helpers import (
    Driver,
    Json,
    asks,
    bolt,
    button,
    client,
    connected,
    driven,
    modal,
    plain,
    section,
    seeded,
)

CONFIRM = {
    "title": plain("Sure?"),
    "text": plain("All users go back."),
    "confirm": plain("Back"),
    "deny": plain("Stay"),
}
MENU = {
    "type": "static_select",
    "action_id": "pick",
    "options": [{"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}],
}
SERVICE = {"type": "external_select", "action_id": "service", "min_query_length": 0}
REASON = {"type": "plain_text_input", "action_id": "reason", "min_length": 3}
FORM = modal(
    asks("why", REASON),
    asks("what", MENU, optional=True),
    {"type": "actions", "block_id": "act", "elements": [button("more")]},
    private_metadata="R-1",
    notify_on_close=True,
)


class Listener:
    """A bot that keeps every body it is sent, and acknowledges with what it was told to."""

    def __init__(self, driver: Driver) -> None:
        self.app: AsyncApp = bolt(driver.served)
        self.bodies: list[Json] = []
        self.answer: Json = {}
        self.view: Json | None = None
        for listen in (self.app.action, self.app.view, self.app.options, self.app.view_closed):
            listen(ANYTHING)(self.hear)
        for event in ("app_mention", "message", "app_home_opened", "member_joined_channel"):
            self.app.event(event)(self.hear_event)

    async def hear(self, ack: Any, body: Json, client: AsyncWebClient) -> None:
        """An interaction."""
        self.bodies.append(body)
        if self.view and "trigger_id" in body:
            await client.views_open(trigger_id=body["trigger_id"], view=self.view)
        await ack(**self.answer)

    async def hear_event(self, body: Json) -> None:
        """An event."""
        self.bodies.append(body)


ANYTHING = re.compile("")


async def post(driver: Driver, *elements: Json, channel: str = "C0SHOP") -> str:
    """The bot posts a message with these elements; answers its ts."""
    blocks = [section("card"), {"type": "actions", "block_id": "row", "elements": list(elements)}]
    said = await client(driver.served).chat_postMessage(channel=channel, text="c", blocks=blocks)
    return str(said["ts"])


async def open_form(driver: Driver, listener: Listener, view: Json = FORM) -> None:
    """Mei presses a button and the bot opens a form."""
    listener.view = view
    ts = await post(driver, button("form"))
    found = await driver.act("mei", "click", channel="C0SHOP", ts=ts, action_id="form")
    assert [seen["kind"] for seen in found["saw"]] == ["modal"]
    listener.view = None
    listener.bodies.clear()


async def test_a_click_says_who_pressed_what_where(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        ts = await post(driver, button("go", value="R-1/3"))
        found = await driver.act("mei", "click", channel="C0SHOP", ts=ts, action_id="go")
    assert found["sent"] is True
    body = listener.bodies[0]
    assert body["type"] == "block_actions"
    assert body["user"]["id"] == "U0MEI"
    assert body["channel"] == {"id": "C0SHOP", "name": "shop-releases"}
    assert (body["message"]["ts"], body["container"]["message_ts"]) == (ts, ts)
    action = body["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"]) == ("go", "row", "R-1/3")


async def test_a_confirm_dialog_stands_before_the_click(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        ts = await post(driver, button("back", style="danger", confirm=CONFIRM))
        where: Json = {"channel": "C0SHOP", "ts": ts, "action_id": "back"}
        for confirmed in (None, False):
            found = await driver.act("mei", "click", confirmed=confirmed, **where)
            assert (found["sent"], found["saw"][0]["confirm"]) == (False, CONFIRM)
        assert listener.bodies == []
        assert (await driver.act("mei", "click", confirmed=True, **where))["sent"] is True
    assert len(listener.bodies) == 1


async def test_an_option_is_picked_from_what_is_offered(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        ts = await post(driver, MENU)
        where: Json = {"channel": "C0SHOP", "ts": ts, "action_id": "pick"}
        await driver.act("mei", "select", value="Two", **where)
        wrong = await driver.act("mei", "select", value="3", status=400, **where)
    assert listener.bodies[0]["actions"][0]["selected_option"]["value"] == "2"
    assert "'3' is not offered" in wrong["error"]


async def test_the_version_a_slow_client_shows_can_be_pressed(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        ts = await post(driver, button("go", value="old"))
        slack = client(driver.served)
        await slack.chat_update(channel="C0SHOP", ts=ts, text="done", blocks=[section("done")])
        where: Json = {"channel": "C0SHOP", "ts": ts, "action_id": "go"}
        gone = await driver.act("mei", "click", status=400, **where)
        assert "no such 'go'" in gone["error"]
        await driver.act("mei", "click", version=0, **where)
    assert listener.bodies[0]["actions"][0]["value"] == "old"


async def test_an_unacknowledged_click_is_told(driver: Driver) -> None:
    async with connected(driver.served, bolt(driver.served)):
        ts = await post(driver, button("go"))
        found = await driver.act("mei", "click", channel="C0SHOP", ts=ts, action_id="go")
    assert found["saw"][0]["error"] == "operation_timeout"
    assert (await driver.whispers("U0MEI"))[0]["user"] == "USLACKBOT"


async def test_an_ephemeral_message_can_be_pressed_by_its_reader(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        blocks = [{"type": "actions", "elements": [button("go")]}]
        said = await client(driver.served).chat_postEphemeral(
            channel="C0SHOP", user="U0MEI", text="x", blocks=blocks
        )
        where: Json = {"channel": "C0SHOP", "ts": said["message_ts"], "action_id": "go"}
        await driver.act("mei", "click", **where)
        await driver.act("rui", "click", status=400, **where)
    assert listener.bodies[0]["container"]["is_ephemeral"] is True
    assert "message" not in listener.bodies[0]


async def test_a_form_is_filled_in_and_sent(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        await open_form(driver, listener)
        found = await driver.act("mei", "submit", values={"why": "odd lines", "pick": "2"})
    assert [seen["kind"] for seen in found["saw"]] == ["modal_closed"]
    view = listener.bodies[0]["view"]
    values = view["state"]["values"]
    assert values["why"]["reason"] == {"type": "plain_text_input", "value": "odd lines"}
    assert values["what"]["pick"]["selected_option"]["value"] == "2"
    assert (view["private_metadata"], view["callback_id"]) == ("R-1", "form")
    assert (await driver.get("state"))["modals"] == {}


async def test_slacks_own_checks_come_before_the_app(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        await open_form(driver, listener)
        empty = await driver.act("mei", "submit")
        short = await driver.act("mei", "submit", values={"why": "no"})
        unknown = await driver.act("mei", "submit", status=400, values={"who": "x"})
    assert listener.bodies == []
    assert empty["saw"][0] == {
        "kind": "modal_errors",
        "errors": {"why": "This field is required."},
        "by": "slack",
    }
    assert short["saw"][0]["errors"] == {"why": "At least 3 characters are needed."}
    assert "no field 'who'" in unknown["error"]


async def test_the_apps_errors_are_shown_and_the_form_stays(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        await open_form(driver, listener)
        listener.answer = {"response_action": "errors", "errors": {"why": "Say more."}}
        found = await driver.act("mei", "submit", values={"why": "odd"})
        state = await driver.get("state")
        assert state["modals"]["U0MEI"][0]["errors"] == {"why": "Say more."}
        listener.answer = {}
        again = await driver.act("mei", "submit")
    assert found["saw"][0]["by"] == "app"
    assert [seen["kind"] for seen in again["saw"]] == ["modal_closed"]


async def test_what_slack_would_not_understand_is_trouble(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        await open_form(driver, listener)
        for answer in (
            {"response_action": "errors", "errors": {"who": "No such block."}},
            {"response_action": "update", "view": {"type": "modal"}},
        ):
            listener.answer = answer
            found = await driver.act("mei", "submit", values={"why": "odd"})
            assert found["saw"][0]["kind"] == "error"
    assert len(await driver.entries("modal_trouble")) == 2


async def test_a_form_can_become_another(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        await open_form(driver, listener)
        listener.answer = {"response_action": "push", "view": modal(section("two"))}
        await driver.act("mei", "submit", values={"why": "odd"})
        listener.answer = {"response_action": "update", "view": modal(section("three"))}
        await driver.act("mei", "submit")
        stack = (await driver.get("state"))["modals"]["U0MEI"]
        assert [len(view["blocks"]) for view in stack] == [3, 1]
        assert stack[1]["blocks"][0]["text"]["text"] == "three"
        listener.answer = {"response_action": "clear"}
        await driver.act("mei", "submit")
    assert (await driver.get("state"))["modals"] == {}


async def test_closing_tells_the_app_where_it_asked(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        await open_form(driver, listener)
        await driver.act("mei", "close")
        assert (await driver.act("mei", "close", status=400))["error"]
    assert [body["type"] for body in listener.bodies] == ["view_closed"]


async def test_a_button_in_a_form_brings_the_state_along(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        await open_form(driver, listener)
        await driver.act("mei", "select", action_id="reason", value="half")
        await driver.act("mei", "click", action_id="more")
    body = listener.bodies[0]
    assert len(listener.bodies) == 1
    assert body["container"] == {"type": "view", "view_id": body["view"]["id"]}
    assert body["view"]["state"]["values"]["why"]["reason"]["value"] == "half"


async def test_an_external_menu_offers_what_the_app_says(driver: Driver) -> None:
    listener = Listener(driver)
    option = {"text": plain("checkout"), "value": "svc-1"}
    async with connected(driver.served, listener.app):
        await open_form(driver, listener, modal(asks("svc", SERVICE)))
        listener.answer = {"options": [option]}
        found = await driver.act("mei", "options", action_id="service", value="che")
        assert found["saw"] == [{"kind": "options", "options": [option]}]
        nothing = await driver.act("mei", "submit", status=400, values={"svc": "ledger"})
        assert "the app offers ['svc-1']" in nothing["error"]
        await driver.act("mei", "submit", values={"svc": "checkout"})
    asked = [body["value"] for body in listener.bodies if body["type"] == "block_suggestion"]
    assert asked == ["che", "ledger", "checkout"]
    values = listener.bodies[-1]["view"]["state"]["values"]
    assert values["svc"]["service"]["selected_option"] == option


async def test_unsound_options_are_not_shown(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        ts = await post(driver, SERVICE)
        listener.answer = {"options": [{"text": plain("x" * 76), "value": "1"}]}
        where: Json = {"channel": "C0SHOP", "ts": ts, "action_id": "service"}
        found = await driver.act("mei", "options", value="c", **where)
    assert found["saw"][0]["error"] == "invalid_options"


async def test_a_mention_reaches_the_bot_with_its_thread(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        root = await post(driver, button("x"))
        text = "@slipway pause because @rui said <b>"
        await driver.act("mei", "message", channel="C0SHOP", text=text, thread_ts=root)
        await driver.until(bool, "ack")
    event = listener.bodies[0]["event"]
    assert event["text"] == "<@U0SLIPWAY> pause because <@U0RUI> said &lt;b&gt;"
    assert (event["thread_ts"], event["user"]) == (root, "U0MEI")


async def test_an_edited_mention_reaches_the_bot_again_as_slack_sends_it(driver: Driver) -> None:
    """C1: a new event_id, the same ts and client_msg_id, and `edited` beside them."""
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        await driver.act("mei", "message", channel="C0SHOP", text="@slipway promote")
        await driver.until(bool, "ack")
        first = listener.bodies[0]["event"]
        edit = {"channel": "C0SHOP", "ts": first["ts"], "text": "@slipway promote, thanks"}
        await driver.act("mei", "edit", **edit)
        await driver.until(lambda seen: len(seen) == 2, "ack")
    again = listener.bodies[1]["event"]
    same = ("type", "user", "ts", "client_msg_id", "channel", "team")
    assert {name: again[name] for name in same} == {name: first[name] for name in same}
    assert again["text"] == "<@U0SLIPWAY> promote, thanks"
    assert again["edited"] == {"user": "U0MEI", "ts": again["event_ts"]}
    assert again["event_ts"] != first["event_ts"]
    assert listener.bodies[0]["event_id"] != listener.bodies[1]["event_id"]
    assert "edited" not in first


async def test_nobody_edits_what_others_said(driver: Driver) -> None:
    """C1: only one's own message, and only one that is there."""
    await driver.act("mei", "message", channel="C0SHOP", text="mine")
    ts = (await driver.entries("message"))[-1]["message"]["ts"]
    deed = {"do": "edit", "channel": "C0SHOP", "text": "yours"}
    for who, where in (("rui", ts), ("mei", "1.1")):
        found = await driver.post("act", {"as": who, "ts": where, **deed}, status=400)
        assert "Nothing was edited" in found["error"]


async def test_a_mention_where_the_bot_is_not_offers_to_invite_it(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        found = await driver.act("mei", "message", channel="random", text="@slipway hi")
        assert "not in this channel" in found["saw"][0]["text"]
        await driver.act("mei", "join", channel="random", user="U0SLIPWAY")
        await driver.act("mei", "message", channel="random", text="@slipway hi")
        await driver.until(bool, "ack")
    assert len(listener.bodies) == 1


async def test_a_direct_message_reaches_the_bot(driver: Driver) -> None:
    listener = Listener(driver)
    async with connected(driver.served, listener.app):
        await driver.act("ana", "message", channel="@slipway", text="status")
        await driver.until(bool, "ack")
    event = listener.bodies[0]["event"]
    assert (event["type"], event["channel_type"], event["text"]) == ("message", "im", "status")


async def test_the_bot_hears_its_own_direct_words_and_edits(driver: Driver) -> None:
    slack = client(driver.served)
    async with connected(driver.served, Listener(driver).app):
        said = await slack.chat_postMessage(channel="U0ANA", text="one")
        await slack.chat_update(channel=said["channel"], ts=said["ts"], text="two")
        sent = await driver.until(lambda entries: len(entries) == 2, "delivered")
    first, second = (entry["payload"]["event"] for entry in sent)
    assert (first["text"], first["bot_id"]) == ("one", "B0SLIPWAY")
    assert (second["subtype"], second["message"]["text"]) == ("message_changed", "two")
    assert second["previous_message"]["text"] == "one"


async def test_opening_the_home_tab_is_told_with_its_view(driver: Driver) -> None:
    listener = Listener(driver)
    slack = client(driver.served)
    async with connected(driver.served, listener.app):
        await driver.act("ana", "home")
        await slack.views_publish(user_id="U0ANA", view={"type": "home", "blocks": [section("x")]})
        await driver.act("ana", "home")
        await driver.act("ana", "home", tab="messages")
        await driver.until(lambda acks: len(acks) == 3, "ack")
    tabs = [(body["event"]["tab"], "view" in body["event"]) for body in listener.bodies]
    assert sorted(tabs) == [("home", False), ("home", True), ("messages", False)]


async def test_a_button_on_the_home_tab_can_be_pressed(driver: Driver) -> None:
    listener = Listener(driver)
    blocks = [{"type": "actions", "elements": [button("start")]}]
    slack = client(driver.served)
    async with connected(driver.served, listener.app):
        await slack.views_publish(user_id="U0ANA", view={"type": "home", "blocks": blocks})
        await driver.act("ana", "click", home=True, action_id="start")
    assert listener.bodies[0]["view"]["type"] == "home"


async def test_joining_is_told_to_who_subscribed() -> None:
    seed = seeded(events=frozenset({"member_joined_channel"}))
    async with driven(seed) as driver:
        listener = Listener(driver)
        async with connected(driver.served, listener.app):
            await driver.act("ana", "leave", channel="releases")
            await driver.act("ana", "join", channel="releases")
            await driver.until(bool, "ack")
    assert [body["event"]["user"] for body in listener.bodies] == ["U0ANA"]


async def test_a_command_in_a_thread_is_refused_by_slack(driver: Driver) -> None:
    root = await post(driver, button("x"))
    found = await driver.types("mei", "/release status", "C0SHOP", thread_ts=root)
    assert (found["sent"], found["saw"][0]["user"]) == (False, "USLACKBOT")
    assert "not supported in threads" in (await driver.whispers("U0MEI"))[0]["text"]
    assert await driver.entries("delivered") == []


async def test_an_unknown_command_is_refused_by_slack(driver: Driver) -> None:
    found = await driver.types("mei", "/deploy now")
    assert "/deploy is not a command" in found["saw"][0]["text"]


async def test_only_members_speak(driver: Driver) -> None:
    await driver.act("ana", "leave", channel="releases")
    found = await driver.types("ana", "/release status", status=400)
    assert "Join it first" in found["error"]


async def test_impossible_deeds_are_explained(driver: Driver) -> None:
    for deed in (
        {},
        {"as": "nobody", "do": "home"},
        {"as": "mei", "do": "dance"},
        {"as": "slipway", "do": "home"},
        {"as": "mei", "do": "command", "channel": "releases"},
        {"as": "mei", "do": "message", "channel": "C0NONE", "text": "x"},
        {"as": "mei", "do": "message", "channel": "releases", "text": "x", "thread_ts": "1.1"},
        {"as": "mei", "do": "click", "action_id": "x"},
        {"as": "mei", "do": "click", "channel": "releases", "ts": "1.1", "action_id": "x"},
        {"as": "mei", "do": "home", "tab": "attic"},
        {"as": "mei", "do": "delete", "channel": "releases", "ts": "1.1"},
    ):
        found = await driver.post("act", deed, status=400)
        assert found["error"].endswith("."), deed
    assert await driver.entries("delivered") == []
