"""The Web API through Slack's own client: tokens, scopes, membership, messages, threads, edits."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.workspace import Member, Room, Seed
from bot.practice.workspace.methods.table import METHODS
from tests.practice.workspace.helpers import (
    HURRIED,
    Clock,
    Driver,
    button,
    client,
    driven,
    refusal,
    scoped,
    section,
)


@pytest.fixture
def slack(driver: Driver) -> AsyncWebClient:
    """The bot's client."""
    return client(driver.served)


async def test_auth_test_names_the_bot(slack: AsyncWebClient) -> None:
    found = await slack.auth_test()
    assert (found["user_id"], found["bot_id"]) == ("U0SLIPWAY", "B0SLIPWAY")


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("", "not_authed"),
        ("xoxb-stolen", "invalid_auth"),
        ("xapp-practice", "not_allowed_token_type"),
    ],
)
async def test_a_wrong_token_opens_nothing(driver: Driver, token: str, error: str) -> None:
    assert (await refusal(client(driver.served, token).auth_test()))["error"] == error


async def test_the_bot_token_opens_no_socket(slack: AsyncWebClient) -> None:
    found = await refusal(slack.api_call("apps.connections.open"))
    assert found["error"] == "not_allowed_token_type"


async def test_an_unknown_method_is_said_to_be_one(slack: AsyncWebClient) -> None:
    found = await refusal(slack.api_call("chat.shout"))
    assert (found["error"], found["req_method"]) == ("unknown_method", "chat.shout")


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if method.scopes])
async def test_every_scope_is_asked_for(name: str) -> None:
    seed = scoped(*Seed().app.bot_scopes)
    bare = replace(seed, app=replace(seed.app, app_scopes=frozenset()))
    async with driven(bare) as driver:
        token = "xapp-practice" if name.startswith("apps.") else "xoxb-practice"
        found = await refusal(client(driver.served, token).api_call(name))
    assert found["error"] == "missing_scope"
    assert found["needed"] == ",".join(METHODS[name].scopes)
    assert found["provided"] == ""


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if method.needs])
async def test_every_missing_argument_is_pointed_at(name: str) -> None:
    wanted = tuple(scope for method in METHODS.values() for scope in method.scopes)
    async with driven(scoped(added=wanted)) as driver:
        found = await refusal(client(driver.served).api_call(name))
    assert found["error"] == "invalid_arguments"
    missing = [f"[ERROR] missing required field: {need}" for need in METHODS[name].needs]
    assert found["response_metadata"]["messages"] == missing


async def test_a_posted_message_stands_in_the_channel(
    driver: Driver, slack: AsyncWebClient
) -> None:
    posted = await slack.chat_postMessage(channel="#releases", text="hello", blocks=[section("hi")])
    assert posted["channel"] == "C0RELEASES"
    said = (await driver.messages("C0RELEASES"))[0]
    assert (said["ts"], said["text"], said["bot_id"]) == (posted["ts"], "hello", "B0SLIPWAY")
    assert said["blocks"][0]["block_id"]


REFUSED_POSTS: list[tuple[dict[str, Any], str]] = [
    ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
    ({"channel": "C0RANDOM", "text": "x"}, "not_in_channel"),
    ({"channel": "C0SECRET", "text": "x"}, "channel_not_found"),
    ({"channel": "C0OLD", "text": "x"}, "is_archived"),
    ({"channel": "C0SHOP"}, "no_text"),
    ({"channel": "C0SHOP", "text": "  "}, "no_text"),
    ({"channel": "C0SHOP", "text": "x" * 40_001}, "msg_too_long"),
    ({"channel": "C0SHOP", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ({"channel": "C0SHOP", "text": "x", "username": "Ana"}, "missing_scope"),
    ({"channel": "C0SHOP", "text": "x", "blocks": "{"}, "invalid_blocks_format"),
    ({"channel": "C0SHOP", "text": "x", "blocks": {"type": "section"}}, "invalid_blocks_format"),
    ({"channel": "C0SHOP", "text": "x", "blocks": [{"type": "sektion"}]}, "invalid_blocks"),
    ({"channel": "C0SHOP", "text": "x", "attachments": ["x"]}, "invalid_attachments"),
    ({"channel": "C0SHOP", "text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
    ({"channel": "C0SHOP", "text": "x", "metadata": {"a": 1}}, "invalid_metadata_format"),
    (
        {"channel": "C0SHOP", "text": "x", "metadata": {"event_type": "a", "event_payload": [1]}},
        "invalid_metadata_schema",
    ),
    (
        {
            "channel": "C0SHOP",
            "text": "x",
            "metadata": {"event_type": "a", "event_payload": {"k": "v" * 16_000}},
        },
        "metadata_too_large",
    ),
    ({"channel": 7, "text": "x"}, "invalid_arguments"),
]
WIDER = replace(
    Seed(timing=HURRIED),
    rooms=(
        *Seed().rooms,
        Room(id="C0SECRET", name="secret", kind="private", members=("U0MEI",)),
        Room(id="C0OLD", name="old", members=("U0MEI", "U0SLIPWAY"), archived=True),
    ),
    people=(*Seed().people, Member(id="U0GONE", name="gone", email="g@x.y", deleted=True)),
)


@pytest.mark.parametrize(("args", "error"), REFUSED_POSTS)
async def test_a_bad_post_is_refused_and_says_nothing(args: dict[str, Any], error: str) -> None:
    async with driven(WIDER) as driver:
        found = await refusal(client(driver.served).api_call("chat.postMessage", json=args))
        assert found["error"] == error
        rooms = (await driver.get("state"))["channels"]
        assert not any(room["messages"] for room in rooms)


async def test_invalid_blocks_point_at_the_problem(slack: AsyncWebClient) -> None:
    blocks = [section("ok"), {"type": "actions", "elements": [button("a", style="green")]}]
    found = await refusal(slack.chat_postMessage(channel="C0SHOP", text="x", blocks=blocks))
    pointed = "[json-pointer:/blocks/1/elements/0/style]"
    assert found["response_metadata"]["messages"][0].endswith(pointed)
    assert found["errors"][0].endswith(pointed)


async def test_public_posting_needs_its_scope() -> None:
    async with driven(scoped(added=("chat:write.public",))) as driver:
        posted = await client(driver.served).chat_postMessage(channel="C0RANDOM", text="x")
    assert posted["ok"]


async def test_a_user_id_is_the_conversation_with_them(slack: AsyncWebClient) -> None:
    posted = await slack.chat_postMessage(channel="U0MEI", text="for you")
    opened = await slack.conversations_open(users="U0MEI")
    assert opened["channel"]["id"] == posted["channel"]
    assert opened["already_open"] is True


async def test_a_thread_hangs_under_its_root_only(slack: AsyncWebClient) -> None:
    root = (await slack.chat_postMessage(channel="C0SHOP", text="root"))["ts"]
    reply = await slack.chat_postMessage(channel="C0SHOP", text="one", thread_ts=root)
    assert reply["message"]["thread_ts"] == root
    nested = slack.chat_postMessage(channel="C0SHOP", text="two", thread_ts=reply["ts"])
    assert (await refusal(nested))["error"] == "cannot_reply_to_message"
    await slack.chat_postMessage(channel="C0SHOP", text="all", thread_ts=root, reply_broadcast=True)
    thread = await slack.conversations_replies(channel="C0SHOP", ts=root)
    assert [said["text"] for said in thread["messages"]] == ["root", "one", "all"]
    assert thread["messages"][0]["reply_count"] == 2
    seen = await slack.conversations_history(channel="C0SHOP")
    assert [said["text"] for said in seen["messages"]] == ["all", "root"]


async def test_metadata_is_kept_and_shown_to_who_asks(slack: AsyncWebClient) -> None:
    metadata = {"event_type": "slipway", "event_payload": {"key": "R-1/2/announce"}}
    await slack.chat_postMessage(channel="C0SHOP", text="x", metadata=metadata)
    plain = await slack.conversations_history(channel="C0SHOP")
    full = await slack.conversations_history(channel="C0SHOP", include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


@pytest.mark.parametrize("scope", ["metadata.message:read", "channels:history"])
async def test_reading_metadata_needs_two_scopes(scope: str) -> None:
    async with driven(scoped(scope)) as driver:
        slack = client(driver.served)
        call = slack.conversations_history(channel="C0SHOP", include_all_metadata=True)
        assert (await refusal(call))["needed"] == scope


async def test_an_update_keeps_what_it_does_not_name(slack: AsyncWebClient) -> None:
    metadata = {"event_type": "slipway", "event_payload": {"key": "1"}}
    posted = await slack.chat_postMessage(
        channel="C0SHOP", text="a", blocks=[section("a")], metadata=metadata
    )
    edited = await slack.chat_update(channel="C0SHOP", ts=posted["ts"], text="b")
    assert edited["message"]["blocks"] == posted["message"]["blocks"]
    assert edited["message"]["metadata"] == metadata
    assert edited["message"]["edited"]["user"] == "U0SLIPWAY"
    bare = await slack.chat_update(channel="C0SHOP", ts=posted["ts"], text="b", blocks=[])
    assert "blocks" not in bare["message"]


async def test_what_cannot_be_updated_is_refused(driver: Driver, slack: AsyncWebClient) -> None:
    foreign = (await driver.act("mei", "message", channel="C0SHOP", text="mine"))["ts"]
    own = (await slack.chat_postMessage(channel="C0SHOP", text="a"))["ts"]
    calls = {
        "message_not_found": {"channel": "C0SHOP", "ts": "1.000001", "text": "b"},
        "cant_update_message": {"channel": "C0SHOP", "ts": foreign, "text": "b"},
        "channel_not_found": {"channel": "#shop-releases", "ts": own, "text": "b"},
        "msg_too_long": {"channel": "C0SHOP", "ts": own, "text": "b" * 4_001},
        "no_text": {"channel": "C0SHOP", "ts": own},
    }
    for error, args in calls.items():
        assert (await refusal(slack.api_call("chat.update", json=args)))["error"] == error
    assert [said["text"] for said in await driver.messages("C0SHOP")] == ["mine", "a"]


async def test_the_edit_window_closes(clock: Clock) -> None:
    seed = replace(Seed(timing=HURRIED), edit_window=timedelta(minutes=5))
    async with driven(seed, clock) as driver:
        slack = client(driver.served)
        ts = (await slack.chat_postMessage(channel="C0SHOP", text="a"))["ts"]
        clock.move(minutes=5)
        await slack.chat_update(channel="C0SHOP", ts=ts, text="b")
        clock.move(seconds=1)
        found = await refusal(slack.chat_update(channel="C0SHOP", ts=ts, text="c"))
    assert found["error"] == "edit_window_closed"


async def test_an_archived_channel_takes_nothing_more(
    driver: Driver, slack: AsyncWebClient
) -> None:
    ts = (await slack.chat_postMessage(channel="C0SHOP", text="a"))["ts"]
    await driver.act("rui", "archive", channel="C0SHOP")
    post = slack.chat_postMessage(channel="C0SHOP", text="b")
    update = slack.chat_update(channel="C0SHOP", ts=ts, text="b")
    assert (await refusal(post))["error"] == "is_archived"
    assert (await refusal(update))["error"] == "is_archived"


async def test_a_deleted_message_is_gone(driver: Driver, slack: AsyncWebClient) -> None:
    ts = (await slack.chat_postMessage(channel="C0SHOP", text="a"))["ts"]
    await slack.chat_delete(channel="C0SHOP", ts=ts)
    update = slack.chat_update(channel="C0SHOP", ts=ts, text="b")
    assert (await refusal(update))["error"] == "message_not_found"
    assert await driver.messages("C0SHOP") == []


async def test_a_root_with_replies_leaves_a_tombstone(slack: AsyncWebClient) -> None:
    root = (await slack.chat_postMessage(channel="C0SHOP", text="a"))["ts"]
    await slack.chat_postMessage(channel="C0SHOP", text="b", thread_ts=root)
    await slack.chat_delete(channel="C0SHOP", ts=root)
    found = await slack.conversations_replies(channel="C0SHOP", ts=root)
    assert [said.get("subtype") for said in found["messages"]] == ["tombstone", None]
    update = slack.chat_update(channel="C0SHOP", ts=root, text="c")
    assert (await refusal(update))["error"] == "message_not_found"


async def test_an_ephemeral_message_is_seen_by_one(driver: Driver, slack: AsyncWebClient) -> None:
    said = await slack.chat_postEphemeral(channel="C0SHOP", user="U0MEI", text="psst")
    assert [one["ts"] for one in await driver.whispers("U0MEI")] == [said["message_ts"]]
    assert await driver.whispers("U0RUI") == []
    update = slack.chat_update(channel="C0SHOP", ts=said["message_ts"], text="b")
    assert (await refusal(update))["error"] == "message_not_found"


async def test_an_ephemeral_message_needs_its_reader_there(slack: AsyncWebClient) -> None:
    for user, error in (("U0NOBODY", "user_not_found"), ("USLACKBOT", "user_not_found")):
        call = slack.chat_postEphemeral(channel="C0SHOP", user=user, text="x")
        assert (await refusal(call))["error"] == error


async def test_a_reader_outside_the_channel_is_refused(
    driver: Driver, slack: AsyncWebClient
) -> None:
    await driver.act("ana", "leave", channel="C0SHOP")
    call = slack.chat_postEphemeral(channel="C0SHOP", user="U0ANA", text="x")
    assert (await refusal(call))["error"] == "user_not_in_channel"


async def test_history_pages_from_the_newest(slack: AsyncWebClient) -> None:
    for number in range(5):
        await slack.chat_postMessage(channel="C0SHOP", text=str(number))
    first = await slack.conversations_history(channel="C0SHOP", limit=2)
    following = first["response_metadata"]["next_cursor"]
    second = await slack.conversations_history(channel="C0SHOP", limit=3, cursor=following)
    seen = [said["text"] for said in (*first["messages"], *second["messages"])]
    assert seen == ["4", "3", "2", "1", "0"]
    assert (first["has_more"], second["has_more"]) == (True, False)
    wrong = slack.conversations_history(channel="C0SHOP", cursor="nonsense")
    assert (await refusal(wrong))["error"] == "invalid_cursor"


async def test_history_keeps_to_oldest_and_latest(slack: AsyncWebClient) -> None:
    stamps = [(await slack.chat_postMessage(channel="C0SHOP", text=str(n)))["ts"] for n in range(3)]
    after = await slack.conversations_history(channel="C0SHOP", oldest=stamps[1])
    upto = await slack.conversations_history(channel="C0SHOP", latest=stamps[1], inclusive=True)
    assert [said["text"] for said in after["messages"]] == ["2"]
    assert [said["text"] for said in upto["messages"]] == ["1", "0"]


async def test_a_channel_the_bot_is_not_in_is_not_read(slack: AsyncWebClient) -> None:
    call = slack.conversations_history(channel="C0RANDOM")
    assert (await refusal(call))["error"] == "not_in_channel"


async def test_channels_are_listed_as_the_bot_sees_them() -> None:
    async with driven(WIDER) as driver:
        slack = client(driver.served)
        every = await slack.conversations_list(types="public_channel,private_channel")
        live = await slack.conversations_list(exclude_archived=True)
        members = await slack.conversations_members(channel="C0RANDOM")
        info = await slack.conversations_info(channel="C0RANDOM", include_num_members=True)
    names = [room["name"] for room in every["channels"]]
    assert names == ["releases", "shop-releases", "random", "old"]
    assert "old" not in [room["name"] for room in live["channels"]]
    assert members["members"] == ["U0MEI", "U0RUI", "U0ANA", "U0SAM"]
    assert (info["channel"]["is_member"], info["channel"]["num_members"]) == (False, 4)


async def test_the_bot_joins_public_channels_only() -> None:
    seed = scoped(added=("channels:join",))
    async with driven(replace(WIDER, app=seed.app)) as driver:
        slack = client(driver.served)
        await slack.conversations_join(channel="C0RANDOM")
        again = await slack.conversations_join(channel="C0RANDOM")
        assert again["warning"] == "already_in_channel"
        assert (await slack.chat_postMessage(channel="C0RANDOM", text="x"))["ok"]
        call = slack.conversations_join(channel="C0OLD")
        assert (await refusal(call))["error"] == "is_archived"


async def test_people_are_found_by_id_and_address() -> None:
    async with driven(WIDER) as driver:
        slack = client(driver.served)
        ana = (await slack.users_info(user="U0ANA"))["user"]
        assert (ana["name"], ana["tz"], ana["tz_offset"]) == ("ana", "America/Sao_Paulo", -10_800)
        found = await slack.users_lookupByEmail(email="MEI@practice.example")
        assert found["user"]["id"] == "U0MEI"
        assert (await refusal(slack.users_info(user="U0NONE")))["error"] == "user_not_found"
        gone = slack.users_lookupByEmail(email="g@x.y")
        assert (await refusal(gone))["error"] == "users_not_found"
        deleted = slack.conversations_open(users="U0GONE")
        assert (await refusal(deleted))["error"] == "user_disabled"


async def test_addresses_are_for_who_may_read_them() -> None:
    async with driven(scoped("users:read.email")) as driver:
        slack = client(driver.served)
        everyone = await slack.users_list()
        assert not any("email" in user["profile"] for user in everyone["members"])
        call = slack.users_lookupByEmail(email="mei@practice.example")
        assert (await refusal(call))["needed"] == "users:read.email"


async def test_user_groups_are_listed(slack: AsyncWebClient) -> None:
    groups = await slack.usergroups_list(include_users=True)
    assert [group["handle"] for group in groups["usergroups"]] == ["shop-devs", "release-leads"]
    members = await slack.usergroups_users_list(usergroup="S0SHOPDEV")
    assert members["users"] == ["U0MEI", "U0RUI"]
    call = slack.usergroups_users_list(usergroup="S0NONE")
    assert (await refusal(call))["error"] == "no_such_subteam"


async def test_a_reaction_is_added_once(slack: AsyncWebClient) -> None:
    ts = (await slack.chat_postMessage(channel="C0SHOP", text="x"))["ts"]
    await slack.reactions_add(channel="C0SHOP", timestamp=ts, name="eyes")
    again = slack.reactions_add(channel="C0SHOP", timestamp=ts, name="eyes")
    assert (await refusal(again))["error"] == "already_reacted"
    wrong = slack.reactions_add(channel="C0SHOP", timestamp=ts, name="two words")
    assert (await refusal(wrong))["error"] == "invalid_name"


async def test_a_permalink_leads_into_the_thread(slack: AsyncWebClient) -> None:
    root = (await slack.chat_postMessage(channel="C0SHOP", text="x"))["ts"]
    reply = (await slack.chat_postMessage(channel="C0SHOP", text="y", thread_ts=root))["ts"]
    found = await slack.chat_getPermalink(channel="C0SHOP", message_ts=reply)
    assert found["permalink"].endswith(f"/p{reply.replace('.', '')}?thread_ts={root}&cid=C0SHOP")


async def test_no_text_beside_blocks_is_noted(driver: Driver, slack: AsyncWebClient) -> None:
    await slack.api_call("chat.postMessage", json={"channel": "C0SHOP", "blocks": [section("x")]})
    entry = (await driver.entries("request"))[-1]
    assert entry["notes"][0].startswith("no text beside the blocks")
