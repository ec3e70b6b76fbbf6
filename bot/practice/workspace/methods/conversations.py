"""conversations.*: channels, who is in them, what was said."""

from bot.practice.workspace import board, shown
from bot.practice.workspace.errors import ApiError
from bot.practice.workspace.limits import PAGE_USUAL
from bot.practice.workspace.methods.call import (
    HISTORY_SCOPE,
    READ_SCOPE,
    Call,
    channel,
    cursor,
    missing_scope,
    page,
    page_answer,
    place,
    require_live,
    require_member,
)
from bot.practice.workspace.seed import DIRECT, PRIVATE, PUBLIC
from bot.practice.workspace.state import Json, SlackChannel, SlackMessage

KINDS = {"public_channel": PUBLIC, "private_channel": PRIVATE, "im": DIRECT}


def info(call: Call) -> Json:
    """conversations.info"""
    room = channel(call)
    call.need(READ_SCOPE[room.kind])
    seen = shown.channel(call.space.seed, room)
    if call.args.flag("include_num_members"):
        seen["num_members"] = len(room.members)
    return {"channel": seen}


def list_all(call: Call) -> Json:
    """conversations.list"""
    kinds = [word.strip() for word in call.args.text("types", "public_channel").split(",")]
    if any(kind not in KINDS and kind != "mpim" for kind in kinds):
        raise ApiError("invalid_types")
    wanted = {KINDS[kind] for kind in kinds if kind in KINDS}
    for kind in sorted(wanted):
        call.need(READ_SCOPE[kind])
    rooms = [room for room in call.space.state.channels.values() if listed(call, room, wanted)]
    found, following = page(call, rooms, PAGE_USUAL)
    return page_answer(
        "channels", [shown.channel(call.space.seed, room) for room in found], following
    )


def listed(call: Call, room: SlackChannel, wanted: set[str]) -> bool:
    """Whether this channel is in the list: of a wanted kind, and visible to the bot."""
    if room.archived and call.args.flag("exclude_archived"):
        return False
    return room.kind in wanted and (room.kind == PUBLIC or call.me in room.members)


def members(call: Call) -> Json:
    """conversations.members"""
    room = channel(call)
    call.need(READ_SCOPE[room.kind])
    found, following = page(call, list(room.members), PAGE_USUAL)
    return page_answer("members", found, following)


def join(call: Call) -> Json:
    """conversations.join"""
    room = channel(call)
    if room.kind != PUBLIC:
        raise ApiError("method_not_supported_for_channel_type")
    require_live(room)
    if call.me in room.members:
        extra: Json = {"warning": "already_in_channel"}
        extra["response_metadata"] = {"warnings": ["already_in_channel"]}
        return {"channel": shown.channel(call.space.seed, room), **extra}
    board.join(call.space, room, call.me)
    return {"channel": shown.channel(call.space.seed, room)}


def open_direct(call: Call) -> Json:
    """conversations.open, with one person"""
    users = [name.strip() for name in call.args.text("users").split(",") if name.strip()]
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > 1:
        raise missing_scope("mpim:write", call.scopes)
    found = call.space.state.people.get(users[0])
    if found is None:
        raise ApiError("user_not_found")
    if found.deleted:
        raise ApiError("user_disabled")
    if found.is_bot:
        raise ApiError("cannot_dm_bot")
    known = found.id in call.space.state.direct
    room = board.direct(call.space, found.id)
    seen = shown.channel(call.space.seed, room) if call.args.flag("return_im") else {"id": room.id}
    return {"channel": seen, "no_op": known, "already_open": known}


def history(call: Call) -> Json:
    """conversations.history: newest first, replies left out unless broadcast"""
    room = readable(call)
    said = [one for one in reversed(room.messages.values()) if not one.thread or one.broadcast]
    found, following = page(call, [one for one in said if within(call, one)], PAGE_USUAL)
    seen = [seen_by_bot(call, one) for one in found]
    return page_answer("messages", seen, following, has_more=bool(following), pin_count=0)


def replies(call: Call) -> Json:
    """conversations.replies: the root first, then its replies, oldest first"""
    room = readable(call)
    asked = room.messages.get(call.args.text("ts"))
    if asked is None:
        raise ApiError("thread_not_found")
    root = room.messages[asked.thread] if asked.thread else asked
    said = [room.messages[ts] for ts in root.replies]
    start = place(call.args.text("cursor"))
    inside = [one for one in said if within(call, one)]
    limit = call.args.number("limit", PAGE_USUAL, "invalid_limit") or PAGE_USUAL
    found = inside[start : start + limit]
    following = cursor(start + limit) if start + limit < len(inside) else ""
    seen = [seen_by_bot(call, one) for one in (root, *found)]
    return page_answer("messages", seen, following, has_more=bool(following))


def readable(call: Call) -> SlackChannel:
    """The channel, if the bot is in it and may read what was said."""
    room = channel(call)
    call.need(HISTORY_SCOPE[room.kind])
    if call.args.flag("include_all_metadata"):
        call.need("metadata.message:read")
    return require_member(call, room)


def within(call: Call, said: SlackMessage) -> bool:
    """Whether the message lies between `oldest` and `latest`."""
    oldest = stamp(call, "oldest", 0.0)
    latest = stamp(call, "latest", float("inf"))
    at = float(said.ts)
    if call.args.flag("inclusive"):
        return oldest <= at <= latest
    return oldest < at < latest


def stamp(call: Call, name: str, default: float) -> float:
    """A timestamp argument as a number, exact enough to compare."""
    given = call.args.values.get(name)
    if given in (None, "", "now"):
        return default
    try:
        return float(str(given))
    except ValueError:
        raise ApiError(f"invalid_ts_{name}") from None


def seen_by_bot(call: Call, said: SlackMessage) -> Json:
    """A message as history shows it, with metadata where asked for."""
    return call.space.show_message(said, metadata=call.args.flag("include_all_metadata"))
