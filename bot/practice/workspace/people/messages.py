"""Typing: slash commands, messages, joining and leaving."""

import re
from html import escape
from typing import Any

from bot.practice.workspace import board, payloads
from bot.practice.workspace.args import Args
from bot.practice.workspace.content import Content, content_of
from bot.practice.workspace.errors import ApiError, ControlError
from bot.practice.workspace.limits import MESSAGE_TEXT
from bot.practice.workspace.people.desk import PersonDesk, was_acked
from bot.practice.workspace.seed import DIRECT, App
from bot.practice.workspace.state import Json, SlackChannel, SlackMessage, WorkspaceState
from bot.practice.workspace.wire.courier import COMMANDS
from bot.practice.workspace.workspace import SLACKBOT

ENTITY = re.compile(r"<(?:[@#!][^<>\s]+|https?://[^<>\s]+)>")
NAMED = re.compile(r"(?<![\w<])([@#])([\w.\-]*\w)")


async def command(desk: PersonDesk) -> Json:
    """Type a slash command; `thread_ts` if it is typed into a thread, where Slack refuses it."""
    room = desk.own_room()
    name, _, rest = desk.deed.text("text").strip().partition(" ")
    known = next((one for one in desk.space.app.commands if one.name == name), None)
    if known is None:
        return refused(desk, room, f"{name} is not a command of any app here.")
    if desk.deed.maybe("thread_ts"):
        return refused(desk, room, f"{name} is not supported in threads. Sorry!")
    typed = entities(desk, rest) if known.should_escape else rest
    payload = payloads.command(
        desk.space, desk.base_url, room, desk.interaction, (name, typed.strip())
    )
    outcome = await desk.ask(COMMANDS, payload)
    if was_acked(outcome):
        answer_command(desk, room, name, outcome.body)
    else:
        desk.failed(name, room, outcome.how)
    await desk.wait()
    return desk.saw()


def refused(desk: PersonDesk, room: SlackChannel, text: str) -> Json:
    """Slackbot says why the command went nowhere."""
    board.slackbot(desk.space, desk.person.id, room, text)
    desk.interaction.show("ephemeral", user=SLACKBOT, text=text)
    return desk.saw(sent=False)


def answer_command(desk: PersonDesk, room: SlackChannel, name: str, body: Any) -> None:
    """Show what came with the acknowledgement, if anything did."""
    if not body:
        return
    try:
        content = response_of(body, desk.space.app)
    except ApiError as error:
        desk.space.journal.write("ack_refused", error=error.body())
        desk.failed(name, room, "invalid_command_response")
        return
    show_response(desk, room, content, public=body.get("response_type") == "in_channel")


def response_of(body: Any, app: App) -> Content:
    """The message inside an acknowledgement."""
    if not isinstance(body, dict):
        raise ApiError("invalid_command_response")
    return content_of(Args(body), app, MESSAGE_TEXT)


def show_response(desk: PersonDesk, room: SlackChannel, content: Content, *, public: bool) -> None:
    """An answer to a command: to all of the channel, or to the person alone."""
    space = desk.space
    blocks = content.with_ids(space.ids)
    if public:
        said = board.post(space, room, space.app.user, content.text, by_app=True, blocks=blocks)
        desk.interaction.show("message", message=space.show_message(said))
        return
    hidden = board.whisper(space, desk.person.id, room, content.text, blocks=blocks)
    desk.interaction.show("ephemeral", ts=hidden.ts, text=hidden.text, blocks=blocks)


def entities(desk: PersonDesk, text: str) -> str:
    """Typed text as Slack hands it on: names become ids, `&<>` are escaped."""
    parts, at = [], 0
    for found in ENTITY.finditer(text):
        parts += [named(desk, text[at : found.start()]), found.group()]
        at = found.end()
    return "".join([*parts, named(desk, text[at:])])


def named(desk: PersonDesk, text: str) -> str:
    """Text without entities: @name and #channel become entities where they exist."""
    state = desk.space.state
    return NAMED.sub(lambda found: entity(state, found), escape(text, quote=False))


def entity(state: WorkspaceState, found: re.Match[str]) -> str:
    """One @name or #channel, or the same words where nobody is called that."""
    if found[1] == "@":
        person = state.handle(found[2])
        return f"<@{person.id}|{person.name}>" if person else found[0]
    room = state.named(found[2])
    return f"<#{room.id}|{room.name}>" if room else found[0]


async def message(desk: PersonDesk) -> Json:
    """Post a message; `thread_ts` answers in a thread. Naming the bot tells it."""
    room = desk.own_room()
    if room.archived:
        raise ControlError(f"Nothing was said: {room.name} is archived.")
    text = re.sub(r"<@(\w+)\|[^<>]*>", r"<@\1>", entities(desk, desk.deed.text("text")))
    said = board.post(
        desk.space,
        room,
        desk.person.id,
        text,
        thread=root_of(desk, room),
        client_msg_id=desk.space.ids.envelope(),
        blocks=[rich_text(desk, text)],
    )
    bot = desk.space.app.user
    if f"<@{bot}>" in text and room.kind != DIRECT:
        mention(desk, room, said)
    return desk.saw(ts=said.ts)


async def edit(desk: PersonDesk) -> Json:
    """Change one's own message. Slack tells the bot of its name again, at every edit."""
    room, ts = desk.own_room(), desk.deed.text("ts")
    said = room.messages.get(ts)
    if said is None or said.user != desk.person.id:
        raise ControlError(
            f"Nothing was edited: {desk.person.name} has no message {ts} in {room.name}."
        )
    text = re.sub(r"<@(\w+)\|[^<>]*>", r"<@\1>", entities(desk, desk.deed.text("text")))
    board.edit(desk.space, said, text=text, blocks=[rich_text(desk, text)])
    if f"<@{desk.space.app.user}>" in text and room.kind != DIRECT:
        mention(desk, room, said)
    return desk.saw(ts=said.ts)


def mention(desk: PersonDesk, room: SlackChannel, said: SlackMessage) -> None:
    """Tell the bot it was named; where it is not a member, Slack offers to invite it instead."""
    if desk.space.app.user in room.members:
        desk.space.emit("app_mention", payloads.app_mention(desk.space, said))
        return
    text = f"<@{desk.space.app.user}> is not in this channel. Invite it first."
    board.slackbot(desk.space, desk.person.id, room, text)
    desk.interaction.show("ephemeral", user=SLACKBOT, text=text)


def root_of(desk: PersonDesk, room: SlackChannel) -> str | None:
    """The thread the message goes to, if any; a reply's ts means the thread it is in."""
    asked = desk.deed.maybe("thread_ts")
    if asked is None:
        return None
    if asked not in room.messages:
        raise ControlError(f"Nothing was said: there is no message {asked} in {room.name}.")
    return room.messages[asked].thread or asked


def rich_text(desk: PersonDesk, text: str) -> Json:
    """The block Slack makes of what people type."""
    part: Json = {"type": "text", "text": text}
    section: Json = {"type": "rich_text_section", "elements": [part]}
    return {"type": "rich_text", "block_id": desk.space.ids.word(5), "elements": [section]}


async def join(desk: PersonDesk) -> Json:
    """Join a public channel, or bring somebody in: `user` is who, the person by default."""
    room = desk.room()
    board.join(desk.space, room, newcomer(desk))
    return desk.saw()


async def leave(desk: PersonDesk) -> Json:
    """Leave a channel, or put somebody out."""
    room = desk.own_room()
    board.leave(desk.space, room, newcomer(desk))
    return desk.saw()


def newcomer(desk: PersonDesk) -> str:
    """Whom the deed is about."""
    user = desk.deed.text("user", desk.person.id)
    if user not in desk.space.state.people:
        raise ControlError(f"Nothing was done: there is no user {user!r}.")
    return user


async def archive(desk: PersonDesk) -> Json:
    """Archive a channel, or with `archived: false` bring it back."""
    room = desk.own_room()
    room.archived = desk.deed.value("archived") is not False
    desk.space.journal.write("archived", channel=room.id, archived=room.archived)
    return desk.saw()


async def remove(desk: PersonDesk) -> Json:
    """Delete a message, the bot's included, as an admin can."""
    room = desk.own_room()
    ts = desk.deed.text("ts")
    if ts not in room.messages:
        raise ControlError(f"Nothing was deleted: there is no message {ts} in {room.name}.")
    board.delete(desk.space, room.messages[ts])
    return desk.saw()
