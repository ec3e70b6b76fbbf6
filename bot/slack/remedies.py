"""Slack's words for no: which mean later, which mean gone, and what the owner does about others."""

from collections.abc import Mapping
from typing import Any

from bot.ports.chat import Delivery, Gone, Refused, SendLater

DEGRADE = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "blocks_too_long"}
)
"""The blocks are at fault: the same words go again without them."""

GONE: Mapping[str, str] = {
    "message_not_found": "the message is no longer there",
    "edit_window_closed": "the message is too old to be edited",
    "cant_update_message": "the message cannot be edited by this bot",
    "thread_not_found": "the thread is no longer there",
    "cannot_reply_to_message": "the message cannot be answered in a thread",
}
LATER: Mapping[str, float] = {
    "ratelimited": 30.0,
    "rate_limited": 30.0,
    "message_limit_exceeded": 60.0,
    "service_unavailable": 5.0,
    "team_added_to_org": 60.0,
}
INVITE = "invite the bot there: /invite @slipway"
TOKEN = "put a valid bot token where bot_token in [slack] points, and start the bot again"
REMEDIES: Mapping[str, tuple[str, str]] = {
    "not_in_channel": ("the bot is not in the channel", INVITE),
    "channel_not_found": (
        "there is no such channel, or it is private and the bot is not in it",
        f"correct its name in the config, or {INVITE}",
    ),
    "is_archived": ("the channel is archived", "unarchive it, or name another in the config"),
    "invalid_auth": ("Slack does not know the bot token", TOKEN),
    "not_authed": ("the bot token is missing", TOKEN),
    "token_revoked": ("the bot token was revoked", f"install the app again and {TOKEN}"),
    "token_expired": ("the bot token has expired", f"switch token rotation off and {TOKEN}"),
    "account_inactive": ("the app was removed from the workspace", f"install it again and {TOKEN}"),
    "not_allowed_token_type": ("this is not a bot token", TOKEN),
    "restricted_action": (
        "the workspace does not let the bot post there",
        "ask an admin to allow it, or name another channel in the config",
    ),
    "msg_too_long": ("the message is too long for Slack", "report this as a bug of the bot"),
    "no_text": ("the message is empty", "report this as a bug of the bot"),
    "user_not_found": ("there is no such person", "correct the id in the config"),
    "user_disabled": ("the person is deactivated", "name somebody else in the config"),
    "cannot_dm_bot": ("a bot takes no direct messages", "name a person in the config"),
}
UNKNOWN = "look the word up among the errors of the method in Slack's documentation"


def delivery_of(code: str, body: Mapping[str, Any], method: str) -> Delivery:
    """What an error of a chat method means for the message."""
    if code in GONE:
        return Gone(GONE[code])
    if code in LATER:
        return SendLater(LATER[code], method, f"Slack answered {code}")
    why, remedy = remedy_of(code, body)
    return Refused(why, remedy)


def remedy_of(code: str, body: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong, and what the owner does about it."""
    if code == "missing_scope":
        needed = str(body.get("needed", "a scope"))
        why = f"the app lacks the scope {needed}"
        return why, f"add {needed} to the app's bot scopes and install it again"
    return REMEDIES.get(code, (f"Slack answered {code}", UNKNOWN))
