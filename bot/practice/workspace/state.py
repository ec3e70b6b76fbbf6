"""What stands in the workspace: users, channels, messages, views. Plain records, no rules."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from bot.practice.workspace.seed import DIRECT, Group, Member, Room, Seed

Json: TypeAlias = dict[str, Any]
VERSIONS_KEPT = 20


@dataclass(slots=True)
class Version:
    """A message as it looked before an edit."""

    text: str
    blocks: list[Json]


@dataclass(slots=True, kw_only=True)
class SlackMessage:
    """`thread` is the ts of the root it answers; `earlier` are its versions before each edit."""

    ts: str
    channel: str
    user: str
    text: str
    at: datetime
    by_app: bool = False
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread: str | None = None
    broadcast: bool = False
    client_msg_id: str | None = None
    edited: str | None = None
    earlier: list[Version] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    replies: list[str] = field(default_factory=list)
    repliers: dict[str, None] = field(default_factory=dict)
    tombstone: bool = False

    def remember(self) -> None:
        """Keep the present version before it is changed."""
        self.earlier = [*self.earlier[1 - VERSIONS_KEPT :], Version(self.text, self.blocks)]


@dataclass(slots=True, kw_only=True)
class Ephemeral:
    """A message one person sees until they reload; `sender` is a user id."""

    ts: str
    channel: str
    reader: str
    sender: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread: str | None = None


@dataclass(slots=True, kw_only=True)
class SlackChannel:
    """`peer` is the person at the other end of a direct conversation with the bot."""

    id: str
    name: str
    kind: str
    created: int
    members: dict[str, None] = field(default_factory=dict)
    archived: bool = False
    peer: str | None = None
    messages: dict[str, SlackMessage] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class View:
    """A modal or a home tab as one person has it open. `values` is what they have filled in."""

    id: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    values: dict[str, Json] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    offered: dict[str, list[Json]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """modal or home."""
        return str(self.body["type"])


@dataclass(slots=True)
class Interaction:
    """One deed of one person, and what came back to them because of it."""

    user: str
    saw: list[Json] = field(default_factory=list)
    on_saw: Callable[[], None] | None = None

    def show(self, kind: str, **fields: Any) -> None:
        """The person sees this as the outcome of what they did."""
        self.saw.append({"kind": kind, **fields})
        if self.on_saw:
            self.on_saw()


@dataclass(slots=True)
class Trigger:
    """A trigger id: good for one exchange, for a short time."""

    interaction: Interaction
    until: datetime
    view: str | None = None
    spent: bool = False


@dataclass(slots=True, kw_only=True)
class Hook:
    """A response URL: where it answers to, what it may replace, how often it was used."""

    interaction: Interaction
    channel: str
    until: datetime
    message: str | None = None
    ephemeral: bool = False
    thread: str | None = None
    uses: int = 0


@dataclass(slots=True)
class WorkspaceState:
    """Everything that stands; keys are ids. `stacks` are the open modals of a person, top last."""

    people: dict[str, Member]
    groups: dict[str, Group]
    channels: dict[str, SlackChannel]
    direct: dict[str, str] = field(default_factory=dict)
    ephemerals: dict[str, list[Ephemeral]] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    hooks: dict[str, Hook] = field(default_factory=dict)

    def named(self, name: str) -> SlackChannel | None:
        """The public or private channel of this name, without its #."""
        wanted = name.removeprefix("#")
        rooms = (room for room in self.channels.values() if room.kind != DIRECT)
        return next((room for room in rooms if room.name == wanted), None)

    def handle(self, name: str) -> Member | None:
        """The person of this handle, without its @."""
        wanted = name.removeprefix("@")
        return next((person for person in self.people.values() if person.name == wanted), None)

    def top(self, user: str) -> View | None:
        """The modal this person looks at."""
        stack = self.stacks.get(user)
        return self.views[stack[-1]] if stack else None


def open_state(seed: Seed, now: datetime) -> WorkspaceState:
    """The state a workspace starts with."""
    return WorkspaceState(
        people={person.id: person for person in seed.people},
        groups={group.id: group for group in seed.groups},
        channels={room.id: channel_of(room, now) for room in seed.rooms},
    )


def channel_of(room: Room, now: datetime) -> SlackChannel:
    """A channel with nothing said in it yet."""
    return SlackChannel(
        id=room.id,
        name=room.name,
        kind=room.kind,
        created=int(now.timestamp()),
        members=dict.fromkeys(room.members),
        archived=room.archived,
    )
