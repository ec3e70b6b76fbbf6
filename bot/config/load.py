"""One TOML file, or a folder of them, to one Config, or to every reason why not."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config.errors import (
    ConfigError,
    Findings,
    KeyPath,
    Problem,
    Spot,
    locate_problems,
    sort_problems,
)
from bot.config.files import read
from bot.config.folder import Gathered, of_folder, of_text
from bot.config.freezes import of_scopes, windows_of
from bot.config.house import House, house, section
from bot.config.house_models import ApiTable, Audit, People, Slack, Web
from bot.config.models import FreezeTable
from bot.config.secret import Secrets
from bot.config.services import Quarantine, Released, read_services
from bot.config.vendors import Configured
from bot.domain.terms.calendar import CalendarWindow
from bot.domain.terms.place import Place, PlacePolicy, rules_of
from bot.domain.terms.rules import CheckRule, Rules
from bot.ports.integration import Integration


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A usable config. Durations inside are divided by `time_scale`; latency limits are not.

    `places` are all that the file names, `services` the usable ones among them;
    `quarantined` holds what may not start, by service or by place, and why;
    `broken` the integrations that cannot be used; `mistakes` what is wrong with templates and with
    the files of teams, whoever it stops. `digest` is that of the text. A relative `database` in
    the file is beside it.
    """

    source: str
    digest: str
    timezone: ZoneInfo
    database: Path
    time_scale: float
    slack: Slack
    web: Web
    api: ApiTable
    audit: Audit
    integrations: Mapping[str, Configured]
    broken: Mapping[str, tuple[Problem, ...]]
    people: Mapping[str, People]
    accounts: Mapping[str, str]
    checks: Mapping[str, CheckRule]
    places: Mapping[Place, PlacePolicy]
    quarantined: Quarantine
    freezes: tuple[FreezeTable, ...]
    windows: tuple[CalendarWindow, ...]
    mistakes: tuple[Problem, ...]
    secrets: Secrets

    @property
    def services(self) -> dict[Place, Rules]:
        """The places that can be released."""
        return rules_of(self.places)

    def quarantine_of(self, place: Place) -> tuple[Problem, ...]:
        """Why nothing may start here; empty where it may."""
        return (*self.quarantined.get(place.service, ()), *self.quarantined.get(place, ()))

    @property
    def stopped(self) -> dict[Place, tuple[Problem, ...]]:
        """Every place of the file that has no rules, and why."""
        return {
            place: self.quarantine_of(place)
            for place, here in self.places.items()
            if here.rules is None
        }


def load(path: Path | str, known: Mapping[str, Integration]) -> Config:
    """The config in one file, or in the `*.toml` of a folder. `known` are the vendors by `use`.

    Raises ConfigError with every mistake, if one lies in the house's part of it; a mistake in a
    service, or in the file of a team, quarantines what it is about instead.
    """
    path = Path(path)
    source = path.name or str(path)
    folder = path if path.is_dir() else path.parent
    with named(source):
        gathered = of_folder(path) if path.is_dir() else of_text(read(path))
    return _read(gathered, known, source, folder)


def parse(
    text: str,
    known: Mapping[str, Integration],
    *,
    source: str = "the config",
    folder: Path | None = None,
) -> Config:
    """The same for a text; relative paths begin in `folder`."""
    with named(source):
        gathered = of_text(text)
    return _read(gathered, known, source, folder or Path())


@contextmanager
def named(source: str) -> Iterator[None]:
    """Errors inside say which config they are of."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(error.problems, source) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What a config has from where it lies: its name, its folder, the calendars beside it."""

    source: str
    folder: Path
    windows: tuple[CalendarWindow, ...]


def _read(
    gathered: Gathered, known: Mapping[str, Integration], source: str, folder: Path
) -> Config:
    tree, find = gathered.tree, gathered.find
    read_house = house(tree, known, folder, gathered.spread)
    inside = read_services(section(tree, "services"), read_house.shared)
    windows = _windows(read_house, inside, folder)
    beside = _Beside(source=source, folder=folder, windows=windows)
    config = _config(read_house, _placed(inside, find), beside, gathered)
    if config is None:
        every = [
            *read_house.problems,
            *_told(read_house, gathered),
            *(each for why in inside.quarantined.values() for each in why),
        ]
        raise ConfigError(locate_problems(every, find), source)
    return config


def _told(read_house: House, gathered: Gathered) -> list[Problem]:
    """Mistakes that refuse nothing by themselves: they stop who names what they are about."""
    shared = read_house.shared
    templates = shared.layers.templates.values()
    return [
        *gathered.spread.mistakes,
        *(each for why in shared.contained.values() for each in why),
        *(each for layer in templates for each in layer.problems),
    ]


def _placed(inside: Released, find: Callable[[KeyPath], Spot]) -> Released:
    placed_why = {
        where: sort_problems(locate_problems(why, find))
        for where, why in inside.quarantined.items()
    }
    return replace(inside, quarantined=placed_why)


def _windows(read_house: House, inside: Released, folder: Path) -> tuple[CalendarWindow, ...]:
    """The calendar of the file; its mistakes are the house's."""
    found = Findings()
    tables, where = read_house.freezes, str(read_house.timezone or "UTC")
    windows = windows_of(tables, where, folder, found)
    read_house.problems.extend([*found.problems, *of_scopes(tables, inside)])
    return windows


def _config(found: House, inside: Released, beside: _Beside, gathered: Gathered) -> Config | None:
    if found.timezone is None or found.database is None or found.slack is None:
        return None
    if found.web is None or found.api is None or found.audit is None or found.problems:
        return None
    shared = found.shared
    broken = {
        name: sort_problems(locate_problems(why, gathered.find))
        for name, why in shared.broken.items()
    }
    return Config(
        source=beside.source,
        digest=gathered.digest,
        mistakes=sort_problems(locate_problems(_told(found, gathered), gathered.find)),
        timezone=found.timezone,
        database=found.database,
        time_scale=shared.time_scale,
        slack=found.slack,
        web=found.web,
        api=found.api,
        audit=found.audit,
        integrations=shared.integrations,
        broken=broken,
        people=shared.people,
        accounts=shared.accounts,
        checks=shared.checks,
        places=inside.places,
        quarantined=inside.quarantined,
        freezes=found.freezes,
        windows=beside.windows,
        secrets=Secrets(beside.folder),
    )
