"""Slack's limits as this workspace enforces them.

A table of its own: it certifies the bot, so it shares nothing with the bot's. Where Slack's own
pages disagree with each other, the lower number stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class CallWindow:
    """At most `calls` in any span of `seconds`."""

    calls: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long things live. Real time for acks and pings, the workspace's `now` for the rest."""

    ack: timedelta = timedelta(seconds=3)
    trigger: timedelta = timedelta(seconds=3)
    response_url: timedelta = timedelta(minutes=30)
    retries: tuple[timedelta, ...] = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
    ticket: timedelta = timedelta(seconds=30)
    ping_every: timedelta = timedelta(seconds=10)
    disconnect_grace: timedelta = timedelta(seconds=2)


TIER_2 = (CallWindow(20, 60),)
TIER_3 = (CallWindow(50, 60),)
TIER_4 = (CallWindow(100, 60),)
OFTEN = (CallWindow(600, 60),)

METHOD_RATES: Mapping[str, tuple[CallWindow, ...]] = {
    "api.test": OFTEN,
    "apps.connections.open": (CallWindow(10, 60),),
    "auth.test": OFTEN,
    "bots.info": TIER_3,
    "chat.delete": TIER_3,
    "chat.getPermalink": OFTEN,
    "chat.postEphemeral": TIER_4,
    "chat.postMessage": (CallWindow(300, 60),),
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.join": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "conversations.replies": TIER_3,
    "reactions.add": TIER_3,
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "users.lookupByEmail": TIER_3,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}
CHANNEL_RATES: Mapping[str, tuple[CallWindow, ...]] = {
    "chat.postMessage": (CallWindow(60, 60), CallWindow(10, 3)),
}

MESSAGE_TEXT = 40_000
UPDATE_TEXT = 4_000
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
VIEW_STACK = 3
ATTACHMENTS = 100
METADATA_BYTES = 16_000
PAGE_MOST = 1_000
PAGE_USUAL = 100
RESPONSE_URL_USES = 5
CONNECTIONS = 10
OPTIONS = 100
