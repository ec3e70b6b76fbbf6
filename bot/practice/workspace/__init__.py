"""A Slack-compatible workspace to practise in: strict where Slack is kind, and on one machine."""

from bot.practice.workspace.limits import Timing, Window
from bot.practice.workspace.seed import App, Command, Group, Person, Room, Seed
from bot.practice.workspace.wire.server import Served, serve
from bot.practice.workspace.workspace import Workspace

__all__ = [
    "App",
    "Command",
    "Group",
    "Person",
    "Room",
    "Seed",
    "Served",
    "Timing",
    "Window",
    "Workspace",
    "serve",
]
