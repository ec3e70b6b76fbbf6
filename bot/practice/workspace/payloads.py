"""What the app is sent when a person does something, with the keys of Slack's own payloads."""

from datetime import timedelta
from typing import Any

from bot.practice.workspace import shown
from bot.practice.workspace.seed import DIRECT
from bot.practice.workspace.state import (
    Ephemeral,
    Hook,
    Interaction,
    Json,
    SlackChannel,
    SlackMessage,
    Trigger,
    View,
)
from bot.practice.workspace.workspace import Workspace

FORGOTTEN_AFTER = timedelta(minutes=10)


def trigger_id(space: Workspace, interaction: Interaction, view: View | None = None) -> str:
    """A fresh trigger id; long dead ones are forgotten on the way."""
    triggers, now = space.state.triggers, space.now()
    while triggers and now - triggers[next(iter(triggers))].until > FORGOTTEN_AFTER:
        del triggers[next(iter(triggers))]
    name = f"{space.ids.digits(13)}.{space.ids.digits(12)}.{space.ids.word()}"
    until = now + space.seed.timing.trigger
    triggers[name] = Trigger(interaction, until, view.id if view else None)
    return name


def response_url(
    space: Workspace, base_url: str, room: SlackChannel, interaction: Interaction, **more: Any
) -> str:
    """A fresh response URL; `more` are fields of Hook."""
    hooks, now = space.state.hooks, space.now()
    while hooks and now - hooks[next(iter(hooks))].until > FORGOTTEN_AFTER:
        del hooks[next(iter(hooks))]
    name = space.ids.word(24)
    until = now + space.seed.timing.response_url
    hooks[name] = Hook(interaction=interaction, channel=room.id, until=until, **more)
    return f"{base_url}/hooks/{space.seed.team}/{space.ids.digits(12)}/{name}"


def command(
    space: Workspace,
    base_url: str,
    room: SlackChannel,
    interaction: Interaction,
    typed: tuple[str, str],
) -> Json:
    """A slash command; `typed` is the command and the rest of the line."""
    person = space.state.people[interaction.user]
    return {
        "token": space.app.verification_token,
        "team_id": space.seed.team,
        "team_domain": space.seed.team_domain,
        "channel_id": room.id,
        "channel_name": room_name(room),
        "user_id": person.id,
        "user_name": person.name,
        "command": typed[0],
        "text": typed[1],
        "api_app_id": space.app.id,
        "is_enterprise_install": False,
        "response_url": response_url(space, base_url, room, interaction),
        "trigger_id": trigger_id(space, interaction),
    }


def room_name(room: SlackChannel) -> str:
    """A channel's name as payloads give it."""
    return "directmessage" if room.kind == DIRECT else room.name


def common(space: Workspace, kind: str, user: str) -> Json:
    """What every interactive payload begins with."""
    person = space.state.people[user]
    return {
        "type": kind,
        "team": {"id": space.seed.team, "domain": space.seed.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": space.seed.team,
        },
        "api_app_id": space.app.id,
        "token": space.app.verification_token,
    }


def on_message(space: Workspace, room: SlackChannel, said: SlackMessage | Ephemeral) -> Json:
    """Where a press on a message happened; an ephemeral one is not sent along."""
    place: Json = {
        "type": "message",
        "message_ts": said.ts,
        "channel_id": room.id,
        "is_ephemeral": isinstance(said, Ephemeral),
    }
    if said.thread:
        place["thread_ts"] = said.thread
    where = {"container": place, "channel": {"id": room.id, "name": room_name(room)}}
    # Slack does not send an ephemeral message along: it does not keep it.
    return where | ({} if isinstance(said, Ephemeral) else {"message": pressed(space, said)})


def pressed(space: Workspace, said: SlackMessage) -> Json:
    """A message as a press carries it: reactions are counted, not named."""
    seen = space.show_message(said)
    if "reactions" in seen:
        seen["reactions"] = [
            {"name": one["name"], "count": one["count"]} for one in seen["reactions"]
        ]
    return seen


def on_view(space: Workspace, opened: View) -> Json:
    """Where a press in a modal or on the Home tab happened."""
    return {
        "container": {"type": "view", "view_id": opened.id},
        "view": shown.view(space.seed, opened),
    }


def view_submission(space: Workspace, opened: View, interaction: Interaction) -> Json:
    """A modal was sent."""
    return common(space, "view_submission", opened.user) | {
        "trigger_id": trigger_id(space, interaction, opened),
        "view": shown.view(space.seed, opened),
    }


def view_closed(space: Workspace, opened: View, *, cleared: bool) -> Json:
    """A modal was closed without being sent."""
    return common(space, "view_closed", opened.user) | {
        "view": shown.view(space.seed, opened),
        "is_cleared": cleared,
    }


def event(space: Workspace, inner: Json) -> Json:
    """An event in the wrapper of the Events API."""
    bot = {"user_id": space.app.user, "is_bot": True, "is_enterprise_install": False}
    return {
        "token": space.app.verification_token,
        "team_id": space.seed.team,
        "api_app_id": space.app.id,
        "event": inner,
        "type": "event_callback",
        "event_id": space.ids.new("Ev"),
        "event_time": int(space.now().timestamp()),
        "authorizations": [{"enterprise_id": None, "team_id": space.seed.team, **bot}],
        "is_ext_shared_channel": False,
        "event_context": space.ids.word(),
    }


def app_mention(space: Workspace, said: SlackMessage) -> Json:
    """Somebody named the bot in a channel it is in, with a new message or by editing one."""
    inner: Json = {
        "type": "app_mention",
        "user": said.user,
        "ts": said.ts,
        "client_msg_id": said.client_msg_id,
        "text": said.text,
        "team": space.seed.team,
        "blocks": said.blocks,
        "channel": said.channel,
        "event_ts": said.edited or said.ts,
    }
    if said.edited:
        inner["edited"] = {"user": said.user, "ts": said.edited}
    return inner | ({"thread_ts": said.thread} if said.thread else {})


def home_opened(space: Workspace, room: SlackChannel, tab: str, opened: View | None) -> Json:
    """Somebody opened the app's Home or Messages tab."""
    inner: Json = {
        "type": "app_home_opened",
        "user": room.peer,
        "channel": room.id,
        "tab": tab,
        "event_ts": space.ids.ts(),
    }
    return inner | ({"view": shown.view(space.seed, opened)} if opened else {})
