"""A first config as text, from a handful of answers and from what was seen. Pure."""

import string
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.terms.rules import ANYONE
from bot.ports.metrics import Survey

STATUS_LABELS = ("code", "status", "status_code", "http_status")
ARMS = {"track": "$track", "version": "$revision", "revision": "$revision"}
"""Labels by which old and new can be told apart, and what stands for them in a query."""

_HEAD = string.Template("""\
# Slipway's config, begun by `slipway init`. What else there is: slipway config reference.
version = 1

[slack]
announce  = "$announce"
bot_token = "env:SLACK_BOT_TOKEN"       # named here, never written
app_token = "env:SLACK_APP_TOKEN"
$slack_api
[integrations.deploy]
use     = "command"                     # your own program; no shell in between
apply   = [$program, "apply", "$$service", "$$environment", "$$revision", "$$weight"]
observe = [$program, "observe", "$$service", "$$environment"]
""")
_METRICS = string.Template("""
[integrations.prom]
use = "prometheus"
url = "$url"

[checks.errors]                         # of the requests on the new version, at most 1 % may fail
source   = "prom"
requests = '''$requests'''
errors   = '''$errors'''
limit    = "1%"
needs    = 100                          # requests on the new version before it may pass
""")
_HEALTH = string.Template("""
[integrations.front]
use = "http_health"                     # asks an address whether it answers
url = "$url"

[checks.errors]
source   = "front"
requests = "requests"
errors   = "errors"
limit    = "5%"
needs    = 5
""")
_PEOPLE = string.Template("""
[people]
starters = { $who }
""")
_SERVICE = string.Template("""
[services.$service.environments.$environment]
deployer = "deploy"
checks   = ["errors"]
may      = { start = "$start", rollback = "anyone" }
strategy = $strategy
""")
CANARY = (
    '{ kind = "canary", steps = [{ weight = "10%", bake = "10m" }, '
    '{ weight = "50%", bake = "10m" }, { weight = "100%", bake = "30m" }] }'
)
ROLLING = '{ kind = "rolling" }          # "canary" needs a label that tells the versions apart'


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAnswers:
    """What was asked for. Either `prometheus` or `health` is an address; `who` is as typed."""

    announce: str = "#releases"
    prometheus: str = ""
    health: str = ""
    services: tuple[str, ...] = ()
    environment: str = "prod"
    program: tuple[str, ...] = ("./deploy.sh",)
    who: str = ANYONE
    slack_api: str = ""


def draft(answers: DraftAnswers, survey: Survey) -> str:
    """The file."""
    parts = [
        _HEAD.substitute(
            announce=answers.announce,
            program=", ".join(quoted(word) for word in answers.program),
            slack_api=f'api_url   = "{answers.slack_api}"\n' if answers.slack_api else "",
        ),
        metrics(answers, survey),
        people(answers.who),
        *(service(name, answers, survey) for name in answers.services),
    ]
    return "".join(parts)


def metrics(answers: DraftAnswers, survey: Survey) -> str:
    if not answers.prometheus:
        return _HEALTH.substitute(url=answers.health)
    words = _labels(survey)
    status = next((each for each in STATUS_LABELS if each in survey.labels), "code")
    metric = survey.metric or "http_requests_total"
    failed = ",".join([words, f'{status}=~"5.."'])
    return _METRICS.substitute(
        url=answers.prometheus,
        requests=f"sum(increase({metric}{{{words}}}[$window]))",
        errors=f"sum(increase({metric}{{{failed}}}[$window]))",
    )


def _labels(survey: Survey) -> str:
    label = survey.label if survey.metric else "service"
    arm = arm_of(survey)
    told = f',{arm}="{ARMS[arm]}"' if arm else ""
    return f'{label or "service"}="$service"{told}'


def arm_of(survey: Survey) -> str:
    """The label that tells old from new; the one we recommend where nothing was seen."""
    if not survey.metric:
        return "track"
    return next((label for label in ARMS if label in survey.labels), "")


def people(who: str) -> str:
    return "" if who == ANYONE else _PEOPLE.substitute(who=holders(who))


def holders(who: str) -> str:
    """`group = "S…"`, or lists of ids and e-mails."""
    words = who.replace(",", " ").split()
    groups = [word for word in words if word.startswith("S") and "@" not in word]
    mailed = [word for word in words if "@" in word]
    users = [word for word in words if word not in (*groups, *mailed)]
    tables: Mapping[str, str] = {
        "group": quoted(groups[0]) if groups else "",
        "users": f"[{', '.join(map(quoted, users))}]" if users else "",
        "emails": f"[{', '.join(map(quoted, mailed))}]" if mailed else "",
    }
    return ", ".join(f"{key} = {value}" for key, value in tables.items() if value)


def service(name: str, answers: DraftAnswers, survey: Survey) -> str:
    apart = bool(answers.prometheus and arm_of(survey))
    return _SERVICE.substitute(
        service=name,
        environment=answers.environment,
        start=ANYONE if answers.who == ANYONE else "starters",
        strategy=CANARY if apart else ROLLING,
    )


def quoted(word: str) -> str:
    """A TOML string."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
