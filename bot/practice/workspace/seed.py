"""What a practice workspace starts with: people, channels, groups, one app, and its rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.practice.workspace.limits import CHANNEL_RATES, METHOD_RATES, CallWindow, Timing

PUBLIC = "public"
PRIVATE = "private"
DIRECT = "im"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """`name` is the handle; `tz` an IANA zone; `role` is shown as the title.

    A stranger is somebody of another workspace, met in a shared channel.
    """

    id: str
    name: str
    real_name: str = ""
    role: str = ""
    email: str = ""
    tz: str = "Europe/Lisbon"
    is_bot: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    is_stranger: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A channel; `kind` is public or private, `members` are user ids."""

    id: str
    name: str
    kind: str = PUBLIC
    members: tuple[str, ...] = ()
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A user group, `@handle`."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...] = ()
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommand:
    """A slash command of the app; with `should_escape`, names arrive as `<@U…|name>`."""

    name: str
    should_escape: bool = True


BOT_SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "metadata.message:read",
        "reactions:write",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The one app of the workspace. With `request_url` it is served by signed HTTP, not sockets."""

    id: str = "A0SLIPWAY"
    name: str = "Slipway"
    user: str = "U0SLIPWAY"
    bot: str = "B0SLIPWAY"
    bot_token: str = "xoxb-practice"
    app_token: str = "xapp-practice"
    signing_secret: str = "practice-signing-secret"
    verification_token: str = "practice-verification"
    request_url: str | None = None
    bot_scopes: frozenset[str] = BOT_SCOPES
    app_scopes: frozenset[str] = frozenset({"connections:write"})
    commands: tuple[SlashCommand, ...] = (
        SlashCommand(name="/release"),
        SlashCommand(name="/rollback"),
    )
    events: frozenset[str] = frozenset({"app_home_opened", "app_mention", "message.im"})
    home_tab: bool = True
    lacks: frozenset[str] = frozenset()
    """Block types that this workspace refuses, as one does that they were not rolled out to."""


BOT = Member(id="U0SLIPWAY", name="slipway", real_name="Slipway", is_bot=True)
PEOPLE = (
    Member(
        id="U0MEI",
        name="mei",
        real_name="Mei Tanaka",
        role="developer",
        email="mei@practice.example",
    ),
    Member(
        id="U0RUI",
        name="rui",
        real_name="Rui Costa",
        role="release lead",
        email="rui@practice.example",
        is_admin=True,
    ),
    Member(
        id="U0ANA",
        name="ana",
        real_name="Ana Silva",
        role="stakeholder",
        email="ana@practice.example",
        tz="America/Sao_Paulo",
    ),
    Member(
        id="U0SAM", name="sam", real_name="Sam Okoye", role="on-call", email="sam@practice.example"
    ),
)
EVERYONE = ("U0MEI", "U0RUI", "U0ANA", "U0SAM")
ROOMS = (
    Room(id="C0RELEASES", name="releases", members=(*EVERYONE, "U0SLIPWAY")),
    Room(id="C0SHOP", name="shop-releases", members=(*EVERYONE, "U0SLIPWAY")),
    Room(id="C0RANDOM", name="random", members=EVERYONE),
)
GROUPS = (
    Group(id="S0SHOPDEV", handle="shop-devs", name="Shop developers", members=("U0MEI", "U0RUI")),
    Group(id="S0LEADS", handle="release-leads", name="Release leads", members=("U0RUI",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """Everything a workspace is built from.

    `rate_factor` multiplies every allowed number of calls; `edit_window` is how long a message
    may be edited (None: for ever).
    """

    team: str = "T0PRACTICE"
    team_name: str = "Practice"
    team_domain: str = "practice"
    people: tuple[Member, ...] = (*PEOPLE, BOT)
    rooms: tuple[Room, ...] = ROOMS
    groups: tuple[Group, ...] = GROUPS
    app: App = field(default_factory=App)
    timing: Timing = field(default_factory=Timing)
    method_rates: Mapping[str, tuple[CallWindow, ...]] = field(default_factory=lambda: METHOD_RATES)
    channel_rates: Mapping[str, tuple[CallWindow, ...]] = field(
        default_factory=lambda: CHANNEL_RATES
    )
    rate_factor: float = 1.0
    edit_window: timedelta | None = None
    journal_keeps: int = 20_000

    def __post_init__(self) -> None:
        """Refuse a workspace with members nobody describes."""
        known = {person.id for person in self.people}
        rooms = {user for room in self.rooms for user in room.members}
        groups = {user for group in self.groups for user in group.members}
        if strangers := sorted({self.app.user, *rooms, *groups} - known):
            remedy = "Add a Person with that id."
            raise ValueError(f"No workspace was made: nobody describes {strangers[0]}. {remedy}")
