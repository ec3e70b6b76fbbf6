"""Deploys by running a program of the user's own: `use = "command"`."""

from bot.ports.integration import Integration
from integrations.command.build import build
from integrations.command.settings import CommandSettings, CommandTarget

INTEGRATION = Integration(
    name="command",
    summary="runs your own program to deploy and to look",
    settings=CommandSettings,
    build=build,
    target=CommandTarget,
)
