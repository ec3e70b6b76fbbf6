"""Payloads of any shape are read without a crash; words are found where people put them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack import payloads
from bot.slack.addressed import find_addressed, is_greeting

NAMES = "actions user team event container channel id value text ts selected_option command type"
KEYS = st.sampled_from([*NAMES.split(), "trigger_id", "thread_ts", "message_ts", "team_id"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("R-1|2|why R-1"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_no_shape_makes_a_reader_raise(body: dict[str, object]) -> None:
    for read in (payloads.press, payloads.mention, payloads.direct, payloads.team_of):
        read(body)
    payloads.command(body, "/rollback")


BOT = "<@U0SLIPWAY>"
REQUESTS = {
    f"{BOT} status": "status",
    "<@U0SLIPWAY|slipway>: status checkout": "status checkout",
    f"hey {BOT} pause": "pause",
    f"Hi all, {BOT} pause": "pause",
    f"Good morning team! {BOT} pause": "pause",
    f":wave: {BOT} pause": "pause",
    f"hello\n{BOT}\npause": "pause",
    BOT: "",
    "status": "status",
    f"{BOT} delegate release to <@U0RUI>": "delegate release to <@U0RUI>",
}
TALK = {
    f"don't {BOT} promote": "promote",
    f"don\u2019t {BOT} promote": "promote",
    f"please do not {BOT} promote": "promote",
    f"please {BOT} promote": "promote",
    f"&gt; {BOT} promote": "promote",
    f"&gt; rui asked me\n{BOT} promote": "promote",
    f"I asked {BOT} promote.": "promote.",
    f"shall I tell {BOT} promote?": "promote?",
    f"rui said {BOT} promote yesterday": "promote yesterday",
    f"``` {BOT} promote ```": "promote ```",
    f"`{BOT} promote`": "promote`",
    f"~{BOT} promote~": "promote~",
    f'"{BOT} promote"': 'promote"',
    f"no, {BOT} promote": "promote",
    f"hey don't {BOT} promote": "promote",
    f"hey, no: {BOT} promote": "promote",
    f"hi rui {BOT} promote": "promote",
    f"1) {BOT} promote": "promote",
    f"- {BOT} promote": "promote",
    f"\u200bnever {BOT} promote": "promote",
    f"<@U0RUI> {BOT} promote": "promote",
    f"<@U0RUI> says: {BOT} promote": "promote",
    f"promote {BOT}": "promote",
    f"I would never promote {BOT}": "I would never promote",
    f"{BOT}\n&gt; promote": "&gt; promote",
    f"{BOT} `promote`": "`promote`",
    f"{BOT} ```promote```": "```promote```",
}


@pytest.mark.parametrize("said", REQUESTS)
def test_a_request_begins_with_the_name_or_a_greeting(said: str) -> None:
    """C2: nothing else may stand before the name."""
    assert find_addressed(said, "U0SLIPWAY") == (REQUESTS[said], "")


@pytest.mark.parametrize("said", TALK)
def test_words_around_the_name_make_it_talk(said: str) -> None:
    """C2: talk about the bot, quotations and code are doubted, and their line can be offered."""
    assert find_addressed(said, "U0SLIPWAY") == (TALK[said], "among_words")


@given(st.text(min_size=1), st.sampled_from(["promote", "abort because x"]))
def test_only_a_greeting_may_stand_before_the_name(before: str, line: str) -> None:
    """C2: whatever else somebody writes there."""
    _, doubt = find_addressed(f"{before} {BOT} {line}", "U0SLIPWAY")
    assert (doubt == "") == is_greeting(before.strip())


def event(**more: object) -> dict[str, object]:
    inner = {"type": "app_mention", "user": "U0ANA", "channel": "C1", "text": f"{BOT} promote"}
    times = {"ts": "1764556800.000100", "event_ts": "1764556800.000100"}
    return {"event_id": "Ev1", "event": {**inner, **times, **more}}


def test_a_message_is_known_by_itself_and_not_by_the_event_that_tells_of_it() -> None:
    """C1: a copy of a message comes with an event_id of its own, and with or without a ts."""
    told = event(client_msg_id="c-1")
    copies = [
        told | {"event_id": "Ev2"},
        event(client_msg_id="c-1", subtype="thread_broadcast", ts="1764556800.000200",
              event_ts="1764556800.000200"),
        event(client_msg_id="c-1", event_ts="1764556800000100"),
    ]  # fmt: skip
    heard = [payloads.mention(each, "U0SLIPWAY") for each in (told, *copies)]
    assert all(each and not each.inbound.doubt for each in heard)
    assert len({each.inbound.key for each in heard if each}) == 1
    others = [event(client_msg_id="c-2"), event(client_msg_id="c-1", user="U0RUI"), event()]
    keys = {each.inbound.key for each in (payloads.mention(one) for one in others) if each}
    assert len(keys | {heard[0].inbound.key if heard[0] else ""}) == 4


@pytest.mark.parametrize(
    "more",
    [
        {"edited": {"user": "U0ANA", "ts": "1764556900.000100"}},
        {"edited": {"user": "", "ts": ""}},
        {"event_ts": "1764556900.000100"},
        {"message": {"text": "promote"}},
        {"previous_message": {"text": "promote"}},
    ],
    ids=str,
)
def test_an_edit_is_doubted_and_never_has_the_key_of_the_message(more: dict[str, object]) -> None:
    """C1: every shape in which Slack tells of a change."""
    first, again = payloads.mention(event()), payloads.mention(event(**more))
    assert first
    assert again
    assert (first.inbound.doubt, again.inbound.doubt) == ("", "edited")
    assert first.inbound.key != again.inbound.key


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"app_id": "A1"},
        {"bot_profile": {"id": "B1"}},
        {"username": "deploys"},
        {"display_as_bot": True},
        {"hidden": True},
        {"subtype": "bot_message"},
        {"subtype": "message_changed"},
        {"subtype": "message_replied"},
        {"subtype": "me_message"},
        {"subtype": "reminder_add"},
        {"subtype": "channel_topic"},
        {"user": ""},
        {"ts": "", "event_ts": ""},
        {"text": "promote"},
        {"text": "", "attachments": [{"text": f"{BOT} promote", "is_share": True}]},
        {"text": "<@U0RUI> promote", "attachments": [{"text": f"{BOT} promote"}]},
        {"text": "look", "blocks": [{"type": "section", "text": {"text": f"{BOT} promote"}}]},
    ],
    ids=str,
)
def test_what_nobody_typed_to_the_bot_is_not_heard(more: dict[str, object]) -> None:
    """C1: programs, notices, narration, and mentions that only a quoted message has."""
    assert payloads.mention(event(**more), "U0SLIPWAY") is None
    assert payloads.mention(event(), "U0SLIPWAY") is not None
