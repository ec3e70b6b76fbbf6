"""What the app needs of Slack: every method it calls, every event it hears, and their scopes.

The manifest is compared with this, in both directions; so are the calls in this room.
"""

from collections.abc import Mapping
from typing import Final

METHODS: Final[Mapping[str, frozenset[str]]] = {
    "apps.connections.open": frozenset(),
    "auth.test": frozenset(),
    "chat.postEphemeral": frozenset({"chat:write"}),
    "chat.postMessage": frozenset({"chat:write"}),
    "chat.update": frozenset({"chat:write"}),
    "conversations.history": frozenset(),
    "conversations.list": frozenset(),
    "conversations.open": frozenset({"im:write"}),
    "conversations.replies": frozenset(),
    "usergroups.users.list": frozenset({"usergroups:read"}),
    "users.info": frozenset({"users:read"}),
    "users.list": frozenset({"users:read"}),
    "users.lookupByEmail": frozenset(),
    "views.open": frozenset(),
    "views.publish": frozenset(),
    "views.push": frozenset(),
    "views.update": frozenset(),
}
"""Scopes without which a method is of no use to us. apps.connections.open has an app token."""

OPTIONAL: Final[Mapping[str, frozenset[str]]] = {
    "conversations.history": frozenset(
        {"channels:history", "groups:history", "metadata.message:read"}
    ),
    "conversations.list": frozenset({"channels:read", "groups:read"}),
    "conversations.replies": frozenset(
        {"channels:history", "groups:history", "metadata.message:read"}
    ),
    "users.lookupByEmail": frozenset({"users:read.email"}),
}
"""Without these a message cut short cannot be found again, and may then stand there twice; and
nobody is known by their e-mail."""

EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "app_home_opened": frozenset(),
    "app_mention": frozenset({"app_mentions:read"}),
    "message.im": frozenset({"im:history"}),
}
COMMANDS: Final = frozenset({"commands"})
"""The scope that slash commands and buttons come with."""


def scopes() -> frozenset[str]:
    """What the app cannot do without."""
    return COMMANDS.union(*METHODS.values(), *EVENTS.values())


def optional_scopes() -> frozenset[str]:
    return frozenset().union(*OPTIONAL.values())
