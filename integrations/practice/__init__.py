"""Deploys to the practice fleet of `slipway demo`: `use = "practice"`."""

from bot.ports.integration import Integration
from integrations.practice.deployer import PracticeSettings, PracticeTarget, build

INTEGRATION = Integration(
    name="practice",
    summary="deploys to the practice fleet that comes with Slipway",
    settings=PracticeSettings,
    build=build,
    target=PracticeTarget,
)
