"""Why the app asks for each scope and hears each event, in sentences for whoever admits it.

A test compares the scopes and events with what is declared, and manifest.yml's remarks with these.
"""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Final

from bot.slack.declared import EVENTS, METHODS, OPTIONAL, optional_scopes, scopes

REASONS: Final[Mapping[str, str]] = {
    "app_mentions:read": 'hear "@slipway status" in a thread, where commands do not work',
    "channels:history": "find a message again after a crash, instead of posting it twice",
    "channels:read": "find the channel that the config names, and see that the bot is in it",
    "chat:write": "cards, alerts and answers",
    "commands": "/release, /rollback and the buttons",
    "groups:history": "find a message again after a crash, in private channels",
    "groups:read": "find the private channel that the config names",
    "im:history": "hear what is written to the bot directly",
    "im:write": "tell one person that their release has ended",
    "metadata.message:read": "the key by which such a message is known",
    "usergroups:read": "who is in a group that the config gives a right to",
    "users:read": "names, time zones, and who is no full member",
    "users:read.email": "who wrote a change, where version control and Slack know the same e-mail",
}
HEARING: Final[Mapping[str, str]] = {
    "app_home_opened": "somebody opens the Home tab of the bot",
    "app_mention": "somebody writes @slipway in a channel that the bot is in",
    "message.im": "somebody writes to the bot itself",
}
LEFT_OUT: Final = (
    "It does not ask to read files, to post under other names or to join channels by itself. With "
    "the scopes of history it reads the last messages of channels that it is in, to find its own."
)
ADMIN_TOKEN: Final = (
    "Besides these, an app-level token with connections:write (Basic Information → App-Level "
    "Tokens): the bot calls Slack and no address of yours is opened."
)


def manifest_text() -> str:
    """manifest.yml as it stands at the top of the tree, also where Slipway is installed."""
    return files("bot.slack").joinpath("manifest.yml").read_text(encoding="utf-8")


def for_admin() -> str:
    """Every scope and event, each with its reason and what needs it."""
    return "\n".join(
        [
            "Slipway, as it asks to be installed. It acts as a bot user, never as a person.",
            "",
            "Without these it does not work:",
            *(_line(scope) for scope in sorted(scopes())),
            "",
            "These may be left out, each at the price of what it is for:",
            *(_line(scope) for scope in sorted(optional_scopes() - scopes())),
            "",
            "Events that Slack sends it:",
            *(f"  {event}: {HEARING[event]}." for event in sorted(EVENTS)),
            "",
            ADMIN_TOKEN,
            LEFT_OUT,
        ]
    )


def _line(scope: str) -> str:
    methods = sorted(users_of(scope))
    called = f" ({', '.join(methods)})" if methods else ""
    return f"  {scope}: {REASONS[scope]}{called}."


def users_of(scope: str) -> Iterator[str]:
    """The methods of Slack that are called because of a scope."""
    for declared in (METHODS, OPTIONAL):
        yield from (method for method, needed in declared.items() if scope in needed)
