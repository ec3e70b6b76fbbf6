"""One call of the Web API, and the questions every method asks about it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.practice.workspace.args import Args
from bot.practice.workspace.errors import ApiError
from bot.practice.workspace.limits import PAGE_MOST
from bot.practice.workspace.seed import DIRECT, PRIVATE, PUBLIC, Member
from bot.practice.workspace.state import Json, SlackChannel, SlackMessage
from bot.practice.workspace.workspace import Workspace

Paged = TypeVar("Paged")
READ_SCOPE = {PUBLIC: "channels:read", PRIVATE: "groups:read", DIRECT: "im:read"}
HISTORY_SCOPE = {PUBLIC: "channels:history", PRIVATE: "groups:history", DIRECT: "im:history"}


@dataclass(slots=True)
class Call:
    """A call that has passed authentication; `notes` go to the journal with it."""

    space: Workspace
    args: Args
    scopes: frozenset[str]
    notes: list[str]
    base_url: str = ""

    def need(self, scope: str) -> None:
        """Refuse unless the token has this scope."""
        if scope not in self.scopes:
            raise missing_scope(scope, self.scopes)

    @property
    def me(self) -> str:
        """The bot's own user id."""
        return self.space.app.user


def missing_scope(needed: str, provided: frozenset[str]) -> ApiError:
    """Slack's refusal for a token that may not do this."""
    return ApiError("missing_scope", needed=needed, provided=",".join(sorted(provided)))


def channel(call: Call, *, named: bool = False) -> SlackChannel:
    """The channel of the call, as far as the bot can see it; by name only where `named`."""
    asked = call.args.text("channel")
    state = call.space.state
    room = state.channels.get(asked) or (state.named(asked) if named else None)
    if room is None or (room.kind == PRIVATE and call.me not in room.members):
        raise ApiError("channel_not_found")
    return room


def require_member(call: Call, room: SlackChannel) -> SlackChannel:
    """The same channel, unless the bot is not in it."""
    if call.me not in room.members:
        raise ApiError("not_in_channel")
    return room


def require_live(room: SlackChannel) -> SlackChannel:
    """The same channel, unless it is archived."""
    if room.archived:
        raise ApiError("is_archived")
    return room


def message(room: SlackChannel, ts: str) -> SlackMessage:
    """A message that stands in the channel."""
    said = room.messages.get(ts)
    if said is None or said.tombstone:
        raise ApiError("message_not_found")
    return said


def person(call: Call, name: str = "user") -> Member:
    """The user of the call."""
    found = call.space.state.people.get(call.args.text(name))
    if found is None:
        raise ApiError("user_not_found")
    return found


def page(call: Call, items: Sequence[Paged], usual: int) -> tuple[Sequence[Paged], str]:
    """One page of these items and the cursor of the next, empty at the end."""
    limit = call.args.number("limit", usual, "invalid_limit") or usual
    if not 0 < limit <= PAGE_MOST:
        raise ApiError("invalid_limit")
    start = place(call.args.text("cursor"))
    end = start + limit
    return items[start:end], cursor(end) if end < len(items) else ""


def cursor(number: int) -> str:
    """Where the next page begins, as something opaque."""
    return urlsafe_b64encode(f"next:{number}".encode()).decode()


def place(given: str) -> int:
    """The number inside a cursor; 0 without one."""
    if not given:
        return 0
    try:
        kind, _, number = urlsafe_b64decode(given.encode()).decode().partition(":")
    except (Error, ValueError):
        raise ApiError("invalid_cursor") from None
    if kind != "next" or not number.isdecimal():
        raise ApiError("invalid_cursor")
    return int(number)


def page_answer(name: str, items: Sequence[Any], following: str, **more: Any) -> Json:
    """A page as Slack answers it."""
    return {name: list(items), **more, "response_metadata": {"next_cursor": following}}
