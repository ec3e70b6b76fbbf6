"""One TOML file to one Config, or to every reason why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config.errors import ConfigError, Problem, ordered, placed
from bot.config.house import House, house, section
from bot.config.lines import Lines
from bot.config.models import People, Slack, Web
from bot.config.reading import read, tree_of
from bot.config.secret import Secrets
from bot.config.services import Place, Quarantine, Released, released
from bot.config.vendors import Configured
from bot.domain.rules import CheckRule, Rules
from bot.ports.integration import Integration


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A usable config. Durations inside are divided by `time_scale`; latency limits are not.

    `places` are all that the file names and `services` the usable ones among them;
    `quarantined` holds what may not start, by service or by (service, environment), and why;
    `broken` the integrations that cannot be used. A relative `database` in the file is beside it.
    """

    source: str
    timezone: ZoneInfo
    database: Path
    time_scale: float
    slack: Slack
    web: Web
    integrations: Mapping[str, Configured]
    broken: Mapping[str, tuple[Problem, ...]]
    people: Mapping[str, People]
    checks: Mapping[str, CheckRule]
    places: tuple[Place, ...]
    services: Mapping[Place, Rules]
    quarantined: Quarantine
    secrets: Secrets

    def quarantine_of(self, service: str, environment: str) -> tuple[Problem, ...]:
        """Why this service may not start here; empty where it may."""
        whole = self.quarantined.get(service, ())
        return (*whole, *self.quarantined.get((service, environment), ()))

    @property
    def stopped(self) -> dict[Place, tuple[Problem, ...]]:
        """Every place of the file that has no rules, and why."""
        return {
            each: self.quarantine_of(*each) for each in self.places if each not in self.services
        }


def load(path: Path | str, known: Mapping[str, Integration]) -> Config:
    """The config in one file. `known` are the vendors by what `use` says.

    Raises ConfigError with every mistake of the file, if one lies outside the services; where
    all lie inside, those services are quarantined instead.
    """
    path = Path(path)
    source = path.name or str(path)
    try:
        text = read(path)
    except ConfigError as error:
        raise ConfigError(error.problems, source) from None
    return parse(text, known, source=source, folder=path.parent)


def parse(
    text: str,
    known: Mapping[str, Integration],
    *,
    source: str = "the config",
    folder: Path | None = None,
) -> Config:
    """The same for a text; relative paths begin in `folder`."""
    folder = folder or Path()
    try:
        tree = tree_of(text)
    except ConfigError as error:
        raise ConfigError(error.problems, source) from None
    lines = Lines(text)
    read_house = house(tree, known, folder)
    inside = released(section(tree, "services"), read_house.shared)
    config = _config(read_house, _placed(inside, lines), source, Secrets(folder), lines)
    if config is None:
        every = [
            *read_house.problems,
            *(each for why in inside.quarantined.values() for each in why),
        ]
        raise ConfigError(placed(every, lines.find), source)
    return config


def _placed(inside: Released, lines: Lines) -> Released:
    placed_why = {
        where: ordered(placed(why, lines.find)) for where, why in inside.quarantined.items()
    }
    return Released(places=inside.places, rules=inside.rules, quarantined=placed_why)


def _config(
    read_house: House, inside: Released, source: str, secrets: Secrets, lines: Lines
) -> Config | None:
    found = read_house
    if found.timezone is None or found.database is None or found.slack is None:
        return None
    if found.web is None or found.problems:
        return None
    shared = found.shared
    broken = {name: ordered(placed(why, lines.find)) for name, why in shared.broken.items()}
    return Config(
        source=source,
        timezone=found.timezone,
        database=found.database,
        time_scale=shared.time_scale,
        slack=found.slack,
        web=found.web,
        integrations=shared.integrations,
        broken=broken,
        people=shared.people,
        checks=shared.checks,
        places=tuple(inside.places),
        services=inside.rules,
        quarantined=inside.quarantined,
        secrets=secrets,
    )
