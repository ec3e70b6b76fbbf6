"""The workspace itself: state, rules and the Web API, with no network and no clock of its own."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from random import Random

from bot.practice.kit.clock import Now, system_now
from bot.practice.workspace import shown
from bot.practice.workspace.adapters import fresh_random
from bot.practice.workspace.faults import Faults
from bot.practice.workspace.ids import Ids
from bot.practice.workspace.journal import Journal
from bot.practice.workspace.rates import Rates
from bot.practice.workspace.seed import App, Seed
from bot.practice.workspace.state import (
    Ephemeral,
    Json,
    SlackChannel,
    SlackMessage,
    WorkspaceState,
    open_state,
)

SLACKBOT = "USLACKBOT"


class Workspace:
    """A small Slack-compatible workspace.

    `now` answers aware UTC times, `random` makes the ids; both may be frozen by a test. Events
    for the app queue up in `events`, and `on_event` is called for each.
    """

    def __init__(
        self, seed: Seed | None = None, *, now: Now = system_now, random: Random | None = None
    ) -> None:
        self.seed = seed or Seed()
        self.now = now
        self.random = random or fresh_random()
        self.app: App = self.seed.app
        self.ids = Ids(now, self.random)
        self.journal = Journal(now, self.seed.journal_keeps)
        self.faults = Faults()
        self.rates = Rates(self.seed)
        self.state: WorkspaceState = open_state(self.seed, now())
        self.events: deque[Json] = deque()
        self.tickets: dict[str, datetime] = {}
        self.on_event: Callable[[], None] = lambda: None

    def reset(self) -> None:
        """Back to the seed: nothing said, nothing open, no faults, no calls counted."""
        self.app = self.seed.app
        self.faults = Faults()
        self.rates = Rates(self.seed)
        self.state = open_state(self.seed, self.now())
        self.events.clear()
        self.tickets.clear()
        self.journal.clear()
        self.journal.write("reset")

    def emit(self, name: str, event: Json) -> None:
        """Queue an event for the app, if it is subscribed to `name`."""
        if name in self.app.events:
            self.events.append(event)
            self.on_event()

    def show_message(self, said: SlackMessage, *, metadata: bool = False) -> Json:
        """A message as Slack's JSON."""
        return shown.message(self.seed, self.state, said, metadata=metadata)

    def snapshot(self, channel: str | None = None) -> Json:
        """The whole visible state as JSON; with `channel`, the messages of that channel only."""
        state = self.state
        rooms = [room for room in state.channels.values() if channel in (None, room.id)]
        return {
            "team": {
                "id": self.seed.team,
                "name": self.seed.team_name,
                "domain": self.seed.team_domain,
            },
            "app": shown.app(self.app),
            "at": self.now().isoformat(),
            "n": self.journal.last,
            "users": [self.show_user(user) for user in state.people],
            "groups": [
                shown.group(self.seed, group, users=True) for group in state.groups.values()
            ],
            "channels": [self.show_room(room) for room in rooms],
            "ephemerals": {
                user: [show_ephemeral(said) for said in seen]
                for user, seen in state.ephemerals.items()
            },
            "modals": {
                user: [self.show_view(view) for view in stack]
                for user, stack in state.stacks.items()
                if stack
            },
            "homes": {user: self.show_view(view) for user, view in state.homes.items()},
            "faults": self.faults.shown(),
        }

    def show_user(self, user: str) -> Json:
        """A user with everything there is to see."""
        return shown.user(self.seed, self.state.people[user], self.now(), email=True)

    def show_room(self, room: SlackChannel) -> Json:
        """A channel, its members, and everything said in it, oldest first."""
        return shown.channel(self.seed, room) | {
            "kind": room.kind,
            "members": list(room.members),
            "messages": [self.show_message(said, metadata=True) for said in room.messages.values()],
        }

    def show_view(self, view: str) -> Json:
        """A view with the errors its person sees in it."""
        opened = self.state.views[view]
        return shown.view(self.seed, opened) | {"user": opened.user, "errors": dict(opened.errors)}


def show_ephemeral(said: Ephemeral) -> Json:
    """An ephemeral message for whoever watches the workspace."""
    return {
        "ts": said.ts,
        "channel": said.channel,
        "reader": said.reader,
        "user": said.sender,
        "text": said.text,
        "blocks": said.blocks,
        "attachments": said.attachments,
        "thread_ts": said.thread,
    }
