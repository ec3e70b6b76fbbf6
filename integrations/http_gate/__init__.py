"""May it go on? An address of yours is asked before a step: `use = "http_gate"`."""

from bot.ports.integration import Integration
from integrations.http_gate.keeper import GateSettings, build

INTEGRATION = Integration(
    name="http_gate",
    summary="asks an address of yours whether a release may go on to its next step",
    settings=GateSettings,
    build=build,
)
