"""Every change of what stands in the workspace; each is journalled, and told to the app if due."""

from typing import Any

from bot.practice.workspace import shown
from bot.practice.workspace.seed import DIRECT
from bot.practice.workspace.state import Ephemeral, Json, SlackChannel, SlackMessage, View
from bot.practice.workspace.workspace import SLACKBOT, Workspace, show_ephemeral


def post(
    space: Workspace, room: SlackChannel, user: str, text: str, *, by_app: bool = False, **more: Any
) -> SlackMessage:
    """Say something in a channel; `more` are fields of Message."""
    ts = space.ids.ts()
    said = SlackMessage(
        ts=ts, channel=room.id, user=user, text=text, at=space.now(), by_app=by_app, **more
    )
    room.messages[ts] = said
    root = room.messages.get(said.thread) if said.thread else None
    if root:
        root.replies.append(ts)
        root.repliers.setdefault(user)
    space.journal.write("message", channel=room.id, message=space.show_message(said, metadata=True))
    tell_direct(space, room, said, event_of(space, said))
    return said


def event_of(space: Workspace, said: SlackMessage) -> Json:
    """A message as an event carries it: its own fields, without a root's count of replies."""
    drop = ("reply_count", "reply_users", "reply_users_count", "latest_reply", "reactions")
    return {
        key: value
        for key, value in space.show_message(said).items()
        if key not in (*drop, "is_locked", "subscribed")
    }


def tell_direct(space: Workspace, room: SlackChannel, said: SlackMessage, event: Json) -> None:
    """In a direct conversation the app hears everything, its own words included."""
    if room.kind == DIRECT:
        placed = {"channel": room.id, "channel_type": "im", "event_ts": said.edited or said.ts}
        space.emit("message.im", event | placed)


def edit(space: Workspace, said: SlackMessage, **changes: Any) -> None:
    """Change a message; `changes` are fields of Message."""
    before = event_of(space, said)
    said.remember()
    said.edited = space.ids.ts()
    for name, value in changes.items():
        setattr(said, name, value)
    room = space.state.channels[said.channel]
    space.journal.write(
        "message_changed", channel=room.id, message=space.show_message(said, metadata=True)
    )
    change = {"type": "message", "subtype": "message_changed", "ts": said.edited, "hidden": True}
    now = event_of(space, said)
    tell_direct(space, room, said, change | {"message": now, "previous_message": before})


def delete(space: Workspace, said: SlackMessage) -> None:
    """Take a message away; a root with replies leaves a tombstone."""
    room = space.state.channels[said.channel]
    root = room.messages.get(said.thread) if said.thread else None
    if root:
        root.replies.remove(said.ts)
    if said.replies:
        said.text, said.blocks, said.attachments = "This message was deleted.", [], []
        said.tombstone, said.user = True, SLACKBOT
    else:
        del room.messages[said.ts]
    space.journal.write("message_deleted", channel=room.id, ts=said.ts)


def whisper(space: Workspace, reader: str, room: SlackChannel, text: str, **more: Any) -> Ephemeral:
    """Show one person something only they see; `more` are fields of Ephemeral."""
    more.setdefault("sender", space.app.user)
    said = Ephemeral(ts=space.ids.ts(), channel=room.id, reader=reader, text=text, **more)
    space.state.ephemerals.setdefault(reader, []).append(said)
    space.journal.write("ephemeral", reader=reader, channel=room.id, message=show_ephemeral(said))
    return said


def slackbot(space: Workspace, reader: str, room: SlackChannel, text: str) -> Ephemeral:
    """Slackbot says something to one person, as Slack does when an app does not answer."""
    return whisper(space, reader, room, text, sender=SLACKBOT)


def change_whisper(space: Workspace, said: Ephemeral, text: str, blocks: list[Json]) -> None:
    """Replace an ephemeral message in place."""
    said.text, said.blocks = text, blocks
    space.journal.write("ephemeral_changed", reader=said.reader, message=show_ephemeral(said))


def unwhisper(space: Workspace, said: Ephemeral) -> None:
    """Take an ephemeral message away."""
    space.state.ephemerals[said.reader].remove(said)
    space.journal.write("ephemeral_deleted", reader=said.reader, ts=said.ts)


def direct(space: Workspace, user: str) -> SlackChannel:
    """The bot's direct conversation with this person, opened if need be."""
    state = space.state
    if user not in state.direct:
        room = SlackChannel(
            id=space.ids.new("D"),
            name="",
            kind=DIRECT,
            created=int(space.now().timestamp()),
            members=dict.fromkeys((user, space.app.user)),
            peer=user,
        )
        state.channels[room.id] = room
        state.direct[user] = room.id
        space.journal.write("channel", channel=shown.channel(space.seed, room))
    return state.channels[state.direct[user]]


def join(space: Workspace, room: SlackChannel, user: str) -> None:
    """Add somebody to a channel."""
    room.members.setdefault(user)
    space.journal.write("joined", channel=room.id, user=user)
    moved = {"user": user, "channel": room.id, "channel_type": "C", "team": space.seed.team}
    event = {"type": "member_joined_channel", **moved, "event_ts": space.ids.ts()}
    space.emit("member_joined_channel", event)


def leave(space: Workspace, room: SlackChannel, user: str) -> None:
    """Take somebody out of a channel."""
    room.members.pop(user, None)
    space.journal.write("left", channel=room.id, user=user)
    moved = {"user": user, "channel": room.id, "channel_type": "C", "team": space.seed.team}
    event = {"type": "member_left_channel", **moved, "event_ts": space.ids.ts()}
    space.emit("member_left_channel", event)


def open_view(space: Workspace, user: str, body: Json, previous: View | None = None) -> View:
    """Put a modal in front of a person: the first, or on top of `previous`."""
    opened = new_view(space, user, body, previous)
    stack = space.state.stacks.setdefault(user, [])
    if previous is None:
        close_all(space, user)
    stack.append(opened.id)
    journal_view(space, "view_opened", opened)
    return opened


def new_view(space: Workspace, user: str, body: Json, previous: View | None = None) -> View:
    """A view with its ids, known to the workspace but shown nowhere yet."""
    name = space.ids.new("V")
    opened = View(
        id=name,
        user=user,
        body=body,
        hash=space.ids.hash(),
        root=previous.root if previous else name,
        previous=previous.id if previous else None,
    )
    space.state.views[name] = opened
    return opened


def change_view(space: Workspace, opened: View, body: Json) -> None:
    """Show something else in an open view; what was typed into blocks that stay is kept."""
    kept = {block.get("block_id") for block in body["blocks"]}
    opened.body = body
    opened.hash = space.ids.hash()
    opened.errors = {}
    opened.values = {name: value for name, value in opened.values.items() if name in kept}
    journal_view(space, "view_changed", opened)


def refuse_view(space: Workspace, opened: View, errors: dict[str, str]) -> None:
    """Show errors beside the fields of a modal, which stays open."""
    opened.errors = errors
    journal_view(space, "view_errors", opened)


def close_view(space: Workspace, opened: View) -> None:
    """Close one modal, if it is still open; the one below comes forth."""
    stack = space.state.stacks.get(opened.user, [])
    if opened.id in stack:
        stack.remove(opened.id)
        del space.state.views[opened.id]
        space.journal.write("view_closed", user=opened.user, view=opened.id)


def close_all(space: Workspace, user: str) -> None:
    """Close every modal of this person."""
    for name in tuple(space.state.stacks.get(user, ())):
        close_view(space, space.state.views[name])


def publish_home(space: Workspace, user: str, body: Json) -> View:
    """Show this on a person's Home tab."""
    known = space.state.homes.get(user)
    if known:
        change_view(space, space.state.views[known], body)
        return space.state.views[known]
    opened = new_view(space, user, body)
    space.state.homes[user] = opened.id
    journal_view(space, "home_published", opened)
    return opened


def journal_view(space: Workspace, kind: str, opened: View) -> None:
    """Write down how a view looks now."""
    space.journal.write(kind, user=opened.user, view=space.show_view(opened.id))
