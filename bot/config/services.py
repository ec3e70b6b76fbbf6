"""From [services] to rules. A mistake here quarantines its service, or one environment of it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from bot.config import fields
from bot.config.errors import ConfigError, Findings, KeyPath, Problem, Wrong, demand, wrong
from bot.config.layers import REQUIRED
from bot.config.models import Environment, Service
from bot.config.policy import assemble_policies, rights_of, rules_of_table
from bot.config.polls import of_seats
from bot.config.secret import written_out
from bot.config.shared import Shared
from bot.config.strategies import strategy
from bot.config.translate import read_as
from bot.config.vendors import target_problems
from bot.config.words import absent, list_some, show_value
from bot.domain.terms.place import UNREAD, Place, PlacePolicy
from bot.domain.terms.rules import ANYONE, NO_ONE, Mode
from bot.domain.terms.strategy import Strategy

Quarantine: TypeAlias = dict[str | Place, tuple[Problem, ...]]

GRAMMAR = frozenset(
    ("to", "in", "at", "for", "until", "with", "because", "hotfix", "ticket", "all", "latest")
)
"""Words that mean something else where people type a service's name."""


@dataclass(slots=True)
class Released:
    """Every place that the file names, with its rules where it can be released; else why not."""

    places: dict[Place, PlacePolicy] = field(default_factory=dict)
    quarantined: Quarantine = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _RawService:
    """A service as it is written; it has a twin where another name differs only in capitals."""

    name: str
    table: Any
    has_twin: bool


def read_services(services: dict[str, Any], shared: Shared) -> Released:
    """Never raises: what is wrong with a service stays with it."""
    found = Released()
    twins = _twins(services)
    for name, raw in services.items():
        service = _service_into(found, _RawService(name, raw, name in twins), shared)
        for environment in service.environments:
            place = Place(name, environment)
            found.places[place] = UNREAD
            if name not in shared.unread:
                _release_into(found, place, service, shared)
    return found


def _service_into(found: Released, written: _RawService, shared: Shared) -> Service:
    """What its environments share; of a quarantined service only what more looking needs."""
    name = written.name
    keys: KeyPath = ("services", name)
    whole = shared.layers.service(written.table)
    try:
        demand(shared.contained.get(("services", name), ()))
        _demand_name(name, keys, has_twin=written.has_twin)
        service = _service(whole, keys, shared)
        _demand_names(service.environments, keys)
    except ConfigError as error:
        found.quarantined[name] = error.problems
        return _remainder(whole)
    return service


def _remainder(whole: Any) -> Service:
    """Of a service that is quarantined, what is needed to look at its environments."""
    table = whole if isinstance(whole, dict) else {}
    environments, like = table.get("environments"), table.get("like")
    return Service(
        like=like if isinstance(like, str) and fields.is_name(like) else None,
        environments=environments if isinstance(environments, dict) else {},
    )


def _twins(names: Mapping[str, Any]) -> set[str]:
    counts = Counter(name.casefold() for name in names)
    return {name for name in names if counts[name.casefold()] > 1}


def _demand_name(name: str, keys: KeyPath, *, has_twin: bool) -> None:
    try:
        fields.name(name)
    except Wrong as error:
        raise wrong(keys, error.sentence, error.remedy) from None
    if has_twin:
        raise wrong(keys, "another name differs only in capitals", "rename one of them")
    number = name.casefold().removeprefix("r").removeprefix("-")
    if name.casefold() in GRAMMAR or number.isdecimal():
        sentence = f"{show_value(name)} would be read as another word of a command"
        raise wrong(keys, sentence, "choose another name")


def _service(raw: Any, keys: KeyPath, shared: Shared) -> Service:
    like = raw.get("like") if isinstance(raw, dict) else None
    dangling = list(of_like(like, (*keys, "like"), shared.layers.templates))
    # Without its template it may well lack environments; that is not said as well.
    demand(dangling if dangling and "environments" not in raw else ())
    service = read_as(Service, raw, keys)
    if not service.environments and not dangling:
        remedy = f"add [services.{keys[-1]}.environments.prod]"
        raise wrong((*keys, "environments"), "the service has no environment", remedy)
    demand([*dangling, *of_person(service.owner, (*keys, "owner"), shared)])
    return service


def _demand_names(environments: Mapping[str, Any], keys: KeyPath) -> None:
    found, twins = Findings(), _twins(environments)
    for name in environments:
        place = (*keys, "environments", name)
        found.attempt(partial(_demand_name, name, place, has_twin=name in twins))
    demand(found.problems)


def _release_into(found: Released, place: Place, service: Service, shared: Shared) -> None:
    try:
        here = _policy(place, service, shared)
        if place.service not in found.quarantined:
            found.places[place] = here
    except ConfigError as error:
        # Nothing more is said of an environment that only lacks what its service lacks.
        if error.problems or place.service not in found.quarantined:
            found.quarantined[place] = error.problems


def _policy(place: Place, service: Service, shared: Shared) -> PlacePolicy:
    raw = service.environments[place.environment]
    keys: KeyPath = ("services", place.service, "environments", place.environment)
    like = raw.get("like") if isinstance(raw, dict) else None
    behind = shared.layers.behind(raw, service.like, like)
    found = Findings([*behind.problems, *written_out(raw, keys)])
    read = found.attempt(lambda: read_as(Environment, shared.layers.under(raw), keys))
    demand(found.problems if read is None else ())
    table = read or Environment()
    found.problems += of_like(table.like, (*keys, "like"), shared.layers.templates)
    found.problems += _missing(table, keys, behind.mistaken)
    found.problems += references(table, keys, shared)
    found.problems += _of_after(place, service, table, shared)
    found.problems += _of_advance(table, keys)
    found.problems += _of_target(table, keys, shared)
    moves = found.attempt(lambda: _strategy(table, keys, shared))
    if moves is not None:
        found.problems += _of_limits(table, moves, keys, shared)
    if found.problems or moves is None:
        raise ConfigError(found.problems)
    return assemble_policies(rules_of_table(place, service, table, moves, shared), table, shared)


def _missing(
    table: Environment, keys: KeyPath, mistaken: frozenset[str | int]
) -> Iterator[Problem]:
    for key, remedy in REQUIRED.items():
        if getattr(table, key) is None and key not in mistaken:
            yield Problem(keys=(*keys, key), sentence="this key is missing", remedy=remedy)


def references(table: Environment, keys: KeyPath, shared: Shared) -> Iterator[Problem]:
    """Names in an environment, or in what it takes keys from, that nothing in the file has."""
    yield from _of_poll(table, (*keys, "poll"), shared)
    for need in table.integrations():
        yield from _of_integration(need.name, (*keys, *need.keys), shared)
    for check in table.checks or ():
        yield from _of_check(check, (*keys, "checks"), shared)
    yield from _of_gates(table, (*keys, "strategy", "steps"), shared)
    for right, who in rights_of(table.may).items():
        yield from _of_right(who, (*keys, "may", right), shared)


def _of_gates(table: Environment, keys: KeyPath, shared: Shared) -> Iterator[Problem]:
    for index, step in enumerate((table.strategy and table.strategy.steps) or ()):
        yield from of_person(step.approve, (*keys, index, "approve"), shared)


def _of_poll(table: Environment, keys: KeyPath, shared: Shared) -> Iterator[Problem]:
    if table.poll is None:
        return
    yield from of_seats(table.poll, keys)
    for seat, who in table.poll.seats.items():
        for name in who:
            yield from of_person(name, (*keys, "seats", seat), shared)
    for name in table.poll.caller or ():
        yield from of_person(name, (*keys, "caller"), shared)


def _of_integration(name: str, keys: KeyPath, shared: Shared) -> Iterator[Problem]:
    every = [*shared.integrations, *shared.broken]
    if name in shared.broken:
        yield from shared.broken[name]
    elif name not in shared.integrations:
        words = absent("integration", name, every, f"[integrations.{name}]")
        yield Problem(keys=keys, sentence=words[0], remedy=words[1])


def of_like(name: Any, keys: KeyPath, templates: Mapping[str, Any]) -> Iterator[Problem]:
    """A template that is named, and that nothing in the file has."""
    if isinstance(name, str) and name not in templates:
        words = absent("template", name, templates, f"[templates.{name}]")
        yield Problem(keys=keys, sentence=words[0], remedy=words[1])


def _of_check(name: str, keys: KeyPath, shared: Shared) -> Iterator[Problem]:
    if why := shared.contained.get(("checks", name)):
        yield from why
        return
    if name in shared.checks:
        yield from shared.broken.get(shared.checks[name].source, ())
        return
    sentence, remedy = absent("check", name, shared.checks, f"[checks.{name}]")
    yield Problem(keys=keys, sentence=sentence, remedy=remedy)


def _of_right(who: tuple[str, ...], keys: KeyPath, shared: Shared) -> Iterator[Problem]:
    if NO_ONE in who and len(who) > 1:
        sentence = f"{NO_ONE} stands beside other names"
        yield Problem(keys=keys, sentence=sentence, remedy="keep one or the others")
    for name in who:
        if name not in (ANYONE, NO_ONE):
            yield from of_person(name, keys, shared)


def of_person(name: str | None, keys: KeyPath, shared: Shared) -> Iterator[Problem]:
    """A group of people that is named, and that cannot be used or is not there."""
    if why := shared.contained.get(("people", name or "")):
        yield from why
    elif name is not None and name not in shared.people:
        words = absent("group of people", name, shared.people, f"[people.{name}]")
        yield Problem(keys=keys, sentence=words[0], remedy=words[1])


def _of_after(
    place: Place, service: Service, table: Environment, shared: Shared
) -> Iterator[Problem]:
    name, environment = place
    keys: KeyPath = ("services", name, "environments", environment, "after")
    if table.after is None:
        return
    others = [each for each in service.environments if each != environment]
    if table.after not in service.environments:
        words = absent("environment", table.after, others, f"[services.{name}.environments.…]")
        yield Problem(keys=keys, sentence=words[0], remedy=words[1])
    elif environment in _chain(table.after, service, shared):
        sentence = "it comes after itself, so it could never start"
        yield Problem(keys=keys, sentence=sentence, remedy="name an earlier environment")


def _of_advance(table: Environment, keys: KeyPath) -> Iterator[Problem]:
    """Beginning by itself needs an environment to come from, and a mode in which it may act."""
    if table.advance is None:
        return
    if table.after is None:
        sentence = "nothing comes before it, so nothing could begin here by itself"
        yield Problem(
            keys=(*keys, "advance"), sentence=sentence, remedy='name it: after = "staging"'
        )
    if table.mode is not Mode.ACT:
        sentence = f'with mode = "{table.mode}" nothing begins by itself'
        yield Problem(
            keys=(*keys, "advance"), sentence=sentence, remedy='write mode = "act", or leave it out'
        )


def _chain(start: str, service: Service, shared: Shared) -> list[str]:
    chain: list[str] = []
    following: Any = start
    while isinstance(following, str) and following not in chain:
        chain.append(following)
        raw = shared.layers.under(service.environments.get(following))
        following = raw.get("after") if isinstance(raw, dict) else None
    return chain


def _of_target(table: Environment, keys: KeyPath, shared: Shared) -> list[Problem]:
    deployer = shared.integrations.get(table.deployer or "")
    if deployer is None:
        return []
    if deployer.integration.target is None:
        can = [name for name, each in shared.integrations.items() if each.integration.target]
        sentence = f"{deployer.name} ({deployer.integration.name}) does not deploy"
        remedy = f"name one that does: {list_some(can)}" if can else "add one that does"
        return [Problem(keys=(*keys, "deployer"), sentence=sentence, remedy=remedy)]
    return target_problems(deployer, table.target or {}, (*keys, "target"))


def _strategy(table: Environment, keys: KeyPath, shared: Shared) -> Strategy | None:
    if table.strategy is None:
        return None
    return strategy(table.strategy, shared.time_scale, (*keys, "strategy"), shared.timezone)


def _of_limits(
    table: Environment, moves: Strategy, keys: KeyPath, shared: Shared
) -> Iterator[Problem]:
    """At 100 % no old version runs beside: a check without a limit could never pass there."""
    known = [shared.checks[name] for name in table.checks or () if name in shared.checks]
    for check in known if moves.certifies else ():
        if check.limits.limit is None:
            example = "350ms" if check.limits.latency else "1%"
            sentence = f"check {check.name} has no limit, and at 100 % nothing is left to compare"
            remedy = f'write limit = "{example}" in [checks.{check.name}]'
            yield Problem(keys=(*keys, "checks"), sentence=sentence, remedy=remedy)
