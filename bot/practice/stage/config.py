"""The config the stage's bot runs on: short enough to be shown to whoever tries it."""

import string
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.practice.workspace.seed import Seed

ENVIRONMENT = {"SLACK_BOT_TOKEN": "xoxb-practice", "SLACK_APP_TOKEN": "xapp-practice"}

_TEXT = string.Template("""\
version    = 1
timezone   = "Europe/Lisbon"
database   = "$database"
time_scale = $scale                    # practice time: minutes are seconds

[slack]
announce  = "#releases"
bot_token = "env:SLACK_BOT_TOKEN"
app_token = "env:SLACK_APP_TOKEN"
api_url   = "$api_url"

[web]
enabled = false

[integrations]
fleet    = { use = "practice", url = "$fleet" }
$pages

[people]
shop-devs     = { group = "S0SHOPDEV" }
release-leads = { group = "S0LEADS" }
stakeholders  = { users = ["U0ANA"] }
on-call       = { users = ["U0SAM"] }

$checks

[defaults]
may      = { start = "shop-devs", promote = "shop-devs", override = "release-leads" }
rollback = { ask_after = "20m", within = "$within", shift_within = "$shift_within" }
$services
$sections""")
_CHECKS = string.Template("""\
[checks.$service-errors]
source   = "$service-page"
requests = 'http_requests_total{track="$$track"}'
errors   = 'http_requests_total{track="$$track",code=~"5.."}'
limit    = "5%"
needs    = $needs
""")
_SERVICE = string.Template("""
[services.$service.environments.prod]
deployer = "fleet"
checks   = ["$service-errors"]
strategy = $strategy
$mode""")
CANARY = (
    '{ kind = "canary", steps = [ { weight = "10%", bake = "6m" }, '
    '{ weight = "50%", bake = "4m" }, { weight = "100%", bake = "4m" } ] }'
)
SHORT = (
    '{ kind = "canary", steps = [ { weight = "20%", bake = "3m" }, '
    '{ weight = "100%", bake = "4m" } ] }'
)
BLUE_GREEN = '{ kind = "blue-green", bake = "5m" }'
SHADOW = '{ kind = "shadow", steps = [ { mirror = "50%", bake = "6m" } ] }'


@dataclass(frozen=True, slots=True, kw_only=True)
class Tempo:
    """How fast the stage plays: minutes per minute, requests a check needs, times, steps.

    `modes` are further lines of config of a service, `sections` further sections of the file.
    `seed` is who is in the workspace.
    """

    scale: int = 60
    needs: int = 15
    within: str = "5m"
    shift_within: str = "10m"
    strategies: Mapping[str, str] = field(
        default_factory=lambda: {"checkout": CANARY, "search": BLUE_GREEN, "ledger": SHADOW}
    )
    modes: Mapping[str, str] = field(default_factory=dict)
    sections: str = ""
    seed: Seed = field(default_factory=Seed)


ASKING = 'mode     = "ask"                       # a person decides each move\n'


ADVISING = 'mode     = "advise"                    # deploys are made elsewhere, and watched\n'


def config_text(database: str, api_url: str, fleet: str, tempo: Tempo) -> str:
    """The whole file, for a fleet and a workspace at these addresses."""
    pages = (
        f'{name}-page = {{ use = "exposition", url = "{fleet}/metrics/{name}" }}'
        for name in tempo.strategies
    )
    checks = (_CHECKS.substitute(service=name, needs=tempo.needs) for name in tempo.strategies)
    services = (
        _SERVICE.substitute(service=name, strategy=strategy, mode=tempo.modes.get(name, ""))
        for name, strategy in tempo.strategies.items()
    )
    return _TEXT.substitute(
        database=database,
        scale=tempo.scale,
        within=tempo.within,
        shift_within=tempo.shift_within,
        api_url=api_url,
        fleet=fleet,
        pages="\n".join(pages),
        checks="\n".join(checks),
        services="".join(services),
        sections=tempo.sections,
    )
