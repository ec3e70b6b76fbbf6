"""Counts read off a service's own metrics page: `use = "exposition"`."""

from bot.ports.integration import Integration
from integrations.exposition.settings import ExpositionSettings
from integrations.exposition.source import build

INTEGRATION = Integration(
    name="exposition",
    summary="reads counters off /metrics pages itself, with no server in between",
    settings=ExpositionSettings,
    build=build,
)
