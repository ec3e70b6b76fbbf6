"""Tells what a release brings, read from a local repository: `use = "git"`."""

from bot.ports.integration import Integration
from integrations.git.settings import GitSettings
from integrations.git.source import build

INTEGRATION = Integration(
    name="git",
    summary="tells what a release brings and who wrote it, from a local repository",
    settings=GitSettings,
    build=build,
)
