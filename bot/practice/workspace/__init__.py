"""A Slack-compatible workspace to practise in: strict where Slack is kind, and on one machine."""

from bot.practice.workspace.limits import CallWindow, Timing
from bot.practice.workspace.seed import App, Group, Member, Room, Seed, SlashCommand
from bot.practice.workspace.wire.server import ServedWorkspace, serve
from bot.practice.workspace.workspace import Workspace

__all__ = [
    "App",
    "CallWindow",
    "Group",
    "Member",
    "Room",
    "Seed",
    "ServedWorkspace",
    "SlashCommand",
    "Timing",
    "Workspace",
    "serve",
]
