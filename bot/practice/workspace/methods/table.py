"""Every method of the Web API that this workspace knows, as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.practice.workspace.methods import apps, chat, conversations, users, views
from bot.practice.workspace.methods.call import Call
from bot.practice.workspace.state import Json

BOT = "bot"
APP = "app"
DoesMethod: TypeAlias = Callable[[Call], Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """`scopes`: any one lets the call in; `needs`: arguments that must be there; `reads`: takes
    GET, and like Slack ignores a JSON body; `tokens`: which kinds may call, none for everybody.
    """

    do: DoesMethod
    scopes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    reads: bool = False
    tokens: tuple[str, ...] = (BOT,)


READ = ("channels:read", "groups:read", "im:read")
HISTORY = ("channels:history", "groups:history", "im:history")
WRITE = ("chat:write",)

METHODS: Mapping[str, Method] = {
    "api.test": Method(do=apps.api_test, reads=True, tokens=()),
    "apps.connections.open": Method(
        do=apps.open_connection, scopes=("connections:write",), tokens=(APP,)
    ),
    "auth.test": Method(do=apps.auth_test, reads=True),
    "bots.info": Method(do=apps.bot_info, scopes=("users:read",), reads=True),
    "chat.delete": Method(do=chat.delete, scopes=WRITE, needs=("channel", "ts")),
    "chat.getPermalink": Method(do=chat.get_permalink, needs=("channel", "message_ts"), reads=True),
    "chat.postEphemeral": Method(do=chat.post_ephemeral, scopes=WRITE, needs=("channel", "user")),
    "chat.postMessage": Method(do=chat.post_message, scopes=WRITE, needs=("channel",)),
    "chat.update": Method(do=chat.update, scopes=WRITE, needs=("channel", "ts")),
    "conversations.history": Method(
        do=conversations.history, scopes=HISTORY, needs=("channel",), reads=True
    ),
    "conversations.info": Method(
        do=conversations.info, scopes=READ, needs=("channel",), reads=True
    ),
    "conversations.join": Method(
        do=conversations.join, scopes=("channels:join",), needs=("channel",)
    ),
    "conversations.list": Method(do=conversations.list_all, scopes=READ, reads=True),
    "conversations.members": Method(
        do=conversations.members, scopes=READ, needs=("channel",), reads=True
    ),
    "conversations.open": Method(do=conversations.open_direct, scopes=("im:write",)),
    "conversations.replies": Method(
        do=conversations.replies, scopes=HISTORY, needs=("channel", "ts"), reads=True
    ),
    "reactions.add": Method(
        do=chat.add_reaction,
        scopes=("reactions:write",),
        needs=("channel", "name", "timestamp"),
    ),
    "usergroups.list": Method(do=users.groups, scopes=("usergroups:read",), reads=True),
    "usergroups.users.list": Method(
        do=users.group_members, scopes=("usergroups:read",), needs=("usergroup",), reads=True
    ),
    "users.info": Method(do=users.info, scopes=("users:read",), needs=("user",), reads=True),
    "users.list": Method(do=users.list_all, scopes=("users:read",), reads=True),
    "users.lookupByEmail": Method(
        do=users.lookup_by_email, scopes=("users:read.email",), needs=("email",), reads=True
    ),
    "views.open": Method(do=views.open_modal, needs=("trigger_id", "view")),
    "views.publish": Method(do=views.publish, needs=("user_id", "view")),
    "views.push": Method(do=views.push, needs=("trigger_id", "view")),
    "views.update": Method(do=views.update, needs=("view",)),
}
