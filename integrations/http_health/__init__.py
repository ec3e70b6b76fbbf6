"""Is it there? One address, asked now and then: `use = "http_health"`."""

from bot.ports.integration import Integration
from integrations.http_health.source import HealthSettings, build

INTEGRATION = Integration(
    name="http_health",
    summary="asks one address and counts answers outside 200-299 as errors",
    settings=HealthSettings,
    build=build,
)
