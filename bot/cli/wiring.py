"""The parts list: everything that runs is made here, from a config, and nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.config import Config, ConfigError, Configured
from bot.domain.terms.calendar import Calendar
from bot.domain.terms.place import Place
from bot.engine.clock import SystemClock, chance
from bot.engine.door.door import Desk, Door, Reload
from bot.engine.lanes.refresher import Refresher
from bot.engine.parts import Ports
from bot.engine.people.rulebook import Policy, Rulebook
from bot.engine.record.engine import Engine
from bot.engine.record.voters import Linked
from bot.engine.watch.views import Views
from bot.net import HttpCore, origins_in
from bot.ports.directory import Directory
from bot.ports.integration import Parts
from bot.ports.store import Store
from commands import COMMANDS

STALE = timedelta(minutes=5)
"""A live card older than this says that nobody is watching."""
CARD_EVERY = timedelta(seconds=30)
CARD_FASTEST = timedelta(seconds=3)
SHORTEST_STALE = timedelta(seconds=20)


@dataclass(slots=True)
class Built:
    """The integrations that could be built, by name, and what is wrong with the others."""

    parts: dict[str, Parts] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)

    def ports(self) -> Ports:
        made = self.parts.items()
        return Ports(
            deployers={name: part.deployer for name, part in made if part.deployer},
            metrics={name: part.metrics for name, part in made if part.metrics},
            pagers={name: part.pager for name, part in made if part.pager},
            changes={name: part.changes for name, part in made if part.changes},
            gates={name: part.gate for name, part in made if part.gate},
        )


def http_for(config: Config, clock: SystemClock) -> HttpCore:
    """The HTTP core; only hosts that the config names may be called."""
    return HttpCore(clock=clock, chance=chance(), allowed=origins_of(config))


def origins_of(config: Config) -> frozenset[str]:
    """Every origin that integrations and targets name."""
    named = [each.opened(config.secrets) for each in sound(config)]
    tables = [settings.model_dump() for settings in named]
    targets = [rules.target for rules in config.services.values()]
    return origins_in([*tables, *targets])


def sound(config: Config) -> Iterable[Configured]:
    """Configured integrations whose secrets can be read."""
    for each in config.integrations.values():
        try:
            each.opened(config.secrets)
        except ConfigError:
            continue
        yield each


def build(config: Config, http: HttpCore, clock: SystemClock) -> Built:
    """Each integration by itself: one that cannot be built breaks only who named it."""
    built = Built()
    for name, each in config.integrations.items():
        try:
            settings = each.opened(config.secrets)
            built.parts[name] = each.integration.build(settings, http, clock)
        except ConfigError as error:
            built.broken[name] = str(error)
    for name, problems in config.broken.items():
        built.broken[name] = "; ".join(map(str, problems))
    return built


def policy_of(config: Config, built: Built) -> Policy:
    """What decisions read of the config; who names a broken integration may not start."""
    places = {
        place: replace(here, quarantine=quarantine(config, built, place))
        for place, here in config.places.items()
    }
    return Policy(
        places=places,
        people=config.people,
        accounts=config.accounts,
        calendar=Calendar(windows=config.windows, zone=str(config.timezone)),
    )


def quarantine(config: Config, built: Built, place: Place) -> str:
    """Why nothing may start there, in words; empty where it may."""
    rules = config.places[place].rules
    needs = rules.integrations() if rules else ()
    named = {need.name for need in needs}
    asked = {need.name for need in needs if need.port == "gate"}
    said = [str(problem) for problem in config.quarantine_of(place)]
    said += [f"{name}: {built.broken[name]}" for name in sorted(named & built.broken.keys())]
    said += [
        f"{name} cannot be asked before a step; name an integration that can, like http_gate"
        for name in sorted(asked & built.parts.keys())
        if built.parts[name].gate is None
    ]
    return "; ".join(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """The engine with its door, before anything runs."""

    engine: Engine
    book: Rulebook
    ports: Ports
    readers: Views
    desk: Desk
    door: Door
    refresher: Refresher


def assemble(
    config: Config,
    store: Store,
    clock: SystemClock,
    built: Built,
    directory: Directory,
    reload: Reload | None = None,
) -> Bot:
    book = Rulebook(policy_of(config, built), directory, Linked(store).links)
    engine = Engine(store, clock, book)
    ports = built.ports()
    command = config.slack.command
    stale = max(SHORTEST_STALE, STALE / config.time_scale)
    readers = Views(engine, book, stale, command, str(config.timezone))
    desk = Desk(
        engine=engine,
        ports=ports,
        book=book,
        readers=readers,
        specs=COMMANDS,
        command=command,
        reload=reload,
    )
    return Bot(
        engine=engine,
        book=book,
        ports=ports,
        readers=readers,
        desk=desk,
        door=Door(desk),
        refresher=Refresher(engine, max(CARD_FASTEST, CARD_EVERY / config.time_scale)),
    )
