"""Records as Slack's JSON: messages, users, channels, views, as the Web API and payloads show."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.practice.workspace.blockkit.walk import copy
from bot.practice.workspace.seed import DIRECT, PRIVATE, PUBLIC, App, Group, Member, Seed
from bot.practice.workspace.state import Json, SlackChannel, SlackMessage, View, WorkspaceState

ELSEWHERE = "T0ELSEWHERE"
"""The workspace of whoever is a stranger in this one."""
NEVER_UPDATED = 1_700_000_000


def bot_profile(seed: Seed) -> Json:
    """The app as it stands beside its messages."""
    icons = {f"image_{size}": f"https://practice.example/app-{size}.png" for size in (36, 48, 72)}
    return {
        "id": seed.app.bot,
        "deleted": False,
        "name": seed.app.name,
        "updated": NEVER_UPDATED,
        "app_id": seed.app.id,
        "icons": icons,
        "team_id": seed.team,
    }


def message(
    seed: Seed, state: WorkspaceState, said: SlackMessage, *, metadata: bool = False
) -> Json:
    """A message as history, replies and payloads carry it."""
    shown: Json = {
        "type": "message",
        "user": said.user,
        "text": said.text,
        "ts": said.ts,
        "team": seed.team,
    }
    if said.by_app:
        shown |= {"bot_id": seed.app.bot, "app_id": seed.app.id, "bot_profile": bot_profile(seed)}
    if said.tombstone:
        shown |= {"subtype": "tombstone", "hidden": True}
    for name, value in optional(said):
        if value:
            shown[name] = copy(value)
    if metadata and said.metadata:
        shown["metadata"] = copy(said.metadata)
    return shown | threading(state, said)


def optional(said: SlackMessage) -> list[tuple[str, object]]:
    """What a message only has where there is something to have."""
    return [
        ("client_msg_id", said.client_msg_id),
        ("blocks", said.blocks),
        ("attachments", said.attachments),
        ("edited", said.edited and {"user": said.user, "ts": said.edited}),
        ("reactions", [reaction(name, users) for name, users in said.reactions.items()]),
        ("subtype", "thread_broadcast" if said.broadcast else None),
    ]


def reaction(name: str, users: list[str]) -> Json:
    """An emoji and who pressed it."""
    return {"name": name, "users": list(users), "count": len(users)}


def threading(state: WorkspaceState, said: SlackMessage) -> Json:
    """A root's count of replies, or a reply's way to its root."""
    if said.thread:
        root = state.channels[said.channel].messages.get(said.thread)
        return {"thread_ts": said.thread, "parent_user_id": root.user if root else ""}
    if not said.replies:
        return {}
    return {
        "thread_ts": said.ts,
        "reply_count": len(said.replies),
        "reply_users_count": len(said.repliers),
        "reply_users": list(said.repliers),
        "latest_reply": said.replies[-1],
        "is_locked": False,
        "subscribed": False,
    }


def offset(zone: str, now: datetime) -> int:
    """Seconds that this zone is ahead of UTC now."""
    ahead = now.astimezone(ZoneInfo(zone)).utcoffset()
    return int(ahead.total_seconds()) if ahead else 0


def user(seed: Seed, person: Member, now: datetime, *, email: bool) -> Json:
    """A user object; the address only for who may read it."""
    named = person.real_name or person.name
    profile: Json = {
        "title": person.role,
        "real_name": named,
        "real_name_normalized": named,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "team": seed.team,
    }
    if email and person.email:
        profile["email"] = person.email
    return {
        "id": person.id,
        "team_id": seed.team,
        "name": person.name,
        "deleted": person.deleted,
        "real_name": named,
        "tz": person.tz,
        "tz_label": person.tz.rpartition("/")[2].replace("_", " "),
        "tz_offset": offset(person.tz, now),
        "profile": profile,
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": False,
        **({"is_stranger": True, "team_id": ELSEWHERE} if person.is_stranger else {}),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": NEVER_UPDATED,
    }


def channel(seed: Seed, room: SlackChannel) -> Json:
    """A conversation object as the bot sees it."""
    common: Json = {
        "id": room.id,
        "created": room.created,
        "is_channel": room.kind == PUBLIC,
        "is_group": room.kind == PRIVATE,
        "is_im": room.kind == DIRECT,
        "is_mpim": False,
        "is_private": room.kind != PUBLIC,
        "is_archived": room.archived,
        "is_org_shared": False,
        "context_team_id": seed.team,
    }
    if room.kind == DIRECT:
        return common | {"user": room.peer, "is_user_deleted": False}
    return common | {
        "name": room.name,
        "name_normalized": room.name,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_member": seed.app.user in room.members,
        "creator": seed.app.user,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def group(seed: Seed, found: Group, *, users: bool) -> Json:
    """A user group object."""
    shown: Json = {
        "id": found.id,
        "team_id": seed.team,
        "is_usergroup": True,
        "name": found.name,
        "handle": found.handle,
        "description": "",
        "date_delete": 0 if found.enabled else NEVER_UPDATED,
        "user_count": len(found.members),
    }
    return shown | ({"users": list(found.members)} if users else {})


def view(seed: Seed, opened: View) -> Json:
    """A view as the Web API answers it and payloads carry it."""
    body = opened.body
    shown: Json = {
        "id": opened.id,
        "team_id": seed.team,
        "type": opened.kind,
        "blocks": copy(body["blocks"]),
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "state": {"values": copy(opened.values)},
        "hash": opened.hash,
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "root_view_id": opened.root,
        "previous_view_id": opened.previous,
        "app_id": seed.app.id,
        "app_installed_team_id": seed.team,
        "bot_id": seed.app.bot,
    }
    return shown | {name: copy(body.get(name)) for name in ("title", "submit", "close")}


def app(found: App) -> Json:
    """The app without its secrets, for whoever watches the workspace."""
    return {
        "id": found.id,
        "name": found.name,
        "user": found.user,
        "request_url": found.request_url,
        "commands": [command.name for command in found.commands],
        "events": sorted(found.events),
        "scopes": sorted(found.bot_scopes),
    }
