"""chat.* and reactions.*: what the bot says and changes."""

import re
from typing import Any

from bot.practice.workspace import board
from bot.practice.workspace.content import Content, content_of, metadata_of
from bot.practice.workspace.errors import ApiError
from bot.practice.workspace.limits import MESSAGE_TEXT, UPDATE_TEXT
from bot.practice.workspace.methods.call import Call, channel, message, require_live, require_member
from bot.practice.workspace.seed import DIRECT, PUBLIC
from bot.practice.workspace.state import Json, SlackChannel, SlackMessage

UPDATED = frozenset(
    {
        "app_id",
        "attachments",
        "blocks",
        "bot_id",
        "bot_profile",
        "edited",
        "metadata",
        "team",
        "text",
        "type",
        "user",
    }
)
"""What chat.update answers of a message; its ts and thread stand beside it or not at all."""
DISGUISES = ("username", "icon_emoji", "icon_url")


def post_message(call: Call) -> Json:
    """chat.postMessage"""
    room = speakable(call, target(call))
    if any(call.args.has(name) for name in DISGUISES):
        call.need("chat:write.customize")
    content = content_of(call.args, call.space.app, MESSAGE_TEXT)
    if not content.text:
        call.notes.append("no text beside the blocks: lock screens and screen readers show nothing")
    thread = thread_of(call, room)
    said = board.post(
        call.space,
        room,
        call.me,
        content.text,
        by_app=True,
        blocks=content.with_ids(call.space.ids),
        attachments=content.attachments or [],
        metadata=metadata_of(call.args),
        thread=thread,
        broadcast=thread is not None and call.args.flag("reply_broadcast"),
    )
    return {
        "channel": room.id,
        "ts": said.ts,
        "message": call.space.show_message(said, metadata=True),
    }


def target(call: Call) -> SlackChannel:
    """Where to: a channel id, a #name, or a user id, which means the conversation with them."""
    asked = call.args.text("channel")
    people = call.space.state.people
    if asked in people and not people[asked].is_bot and not people[asked].deleted:
        return board.direct(call.space, asked)
    return channel(call, named=True)


def speakable(call: Call, room: SlackChannel) -> SlackChannel:
    """The channel, if it is live and the bot may speak in it."""
    require_live(room)
    if room.kind == PUBLIC and "chat:write.public" in call.scopes:
        return room
    return require_member(call, room)


def thread_of(call: Call, room: SlackChannel) -> str | None:
    """The root to answer under; a reply is no root."""
    asked = call.args.text("thread_ts")
    if not asked:
        return None
    root = room.messages.get(asked)
    if root is None:
        raise ApiError("thread_not_found")
    if root.thread:
        raise ApiError("cannot_reply_to_message")
    return asked


def update(call: Call) -> Json:
    """chat.update"""
    room = speakable(call, channel(call))
    said = message(room, call.args.text("ts"))
    if not said.by_app:
        raise ApiError("cant_update_message")
    window = call.space.seed.edit_window
    if window is not None and call.space.now() - said.at > window:
        raise ApiError("edit_window_closed")
    content = content_of(call.args, call.space.app, UPDATE_TEXT)
    board.edit(call.space, said, **changes(call, content, said))
    seen = call.space.show_message(said, metadata=True)
    kept = {key: value for key, value in seen.items() if key in UPDATED}
    return {"channel": room.id, "ts": said.ts, "text": said.text, "message": kept}


def changes(call: Call, content: Content, said: SlackMessage) -> dict[str, Any]:
    """What the edit changes: what was not given stays as it was."""
    changed: dict[str, Any] = {}
    if call.args.has("text"):
        changed["text"] = content.text
    if content.blocks is not None:
        changed["blocks"] = content.with_ids(call.space.ids)
    if content.attachments is not None:
        changed["attachments"] = content.attachments
    if call.args.has("metadata"):
        changed["metadata"] = metadata_of(call.args)
    return changed


def delete(call: Call) -> Json:
    """chat.delete"""
    room = require_member(call, channel(call))
    said = message(room, call.args.text("ts"))
    if not said.by_app:
        raise ApiError("cant_delete_message")
    board.delete(call.space, said)
    return {"channel": room.id, "ts": said.ts}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral"""
    room = speakable(call, channel(call))
    reader = call.args.text("user")
    if reader not in call.space.state.people:
        raise ApiError("user_not_found")
    if reader not in room.members:
        raise ApiError("user_not_in_channel")
    content = content_of(call.args, call.space.app, MESSAGE_TEXT)
    said = board.whisper(
        call.space,
        reader,
        room,
        content.text,
        blocks=content.with_ids(call.space.ids),
        attachments=content.attachments or [],
        thread=thread_of(call, room),
    )
    return {"message_ts": said.ts}


def get_permalink(call: Call) -> Json:
    """chat.getPermalink"""
    room = channel(call)
    said = message(room, call.args.text("message_ts"))
    where = f"https://{call.space.seed.team_domain}.slack.com/archives/{room.id}"
    link = f"{where}/p{said.ts.replace('.', '')}"
    tail = f"?thread_ts={said.thread}&cid={room.id}" if said.thread else ""
    return {"channel": room.id, "permalink": link + tail}


def add_reaction(call: Call) -> Json:
    """reactions.add"""
    room = channel(call)
    if room.kind != DIRECT:
        require_member(call, require_live(room))
    name = call.args.text("name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?", name):
        raise ApiError("invalid_name")
    said = message(room, call.args.text("timestamp"))
    users = said.reactions.setdefault(name, [])
    if call.me in users:
        raise ApiError("already_reacted")
    users.append(call.me)
    call.space.journal.write("reaction", channel=room.id, ts=said.ts, name=name, user=call.me)
    return {}
