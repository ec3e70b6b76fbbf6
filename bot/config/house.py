"""Everything outside [services]: read section by section, all mistakes kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.config import fields
from bot.config.accounts import accounts
from bot.config.checks import check
from bot.config.errors import ConfigError, Findings, KeyPath, Problem, Wrong, wrong
from bot.config.house_models import ApiTable, Audit, People, Slack, Web
from bot.config.kinds import Delivery
from bot.config.models import FreezeTable, Top
from bot.config.secret import written_out
from bot.config.shared import Shared
from bot.config.templates import layers_of
from bot.config.translate import read_as
from bot.config.vendors import Configured, read_integration
from bot.config.words import show_value, suggestion
from bot.config.zones import zone
from bot.domain.judge.samples import Limits
from bot.domain.terms.rules import ANYONE, NO_ONE, CheckRule
from bot.ports.integration import Integration

T = TypeVar("T")

LAID = ("defaults", "tiers", "templates")
"""Sections that environments take keys from; they are looked at in one place."""
APART = ("services", "integrations", *LAID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Who owns what where a config is a folder of files; empty for a single file.

    `teams` are the names, by section, that the files of teams define: a mistake in one stops who
    names it and nobody else. `contained` are names that cannot be used, and why; `unread` the
    services of files that could not be read; `mistakes` what is told and stops nothing.
    """

    teams: frozenset[tuple[str, str]] = frozenset()
    contained: Mapping[tuple[str, str], tuple[Problem, ...]] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    mistakes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What was read; a part that could not be is None, or stands in empty, and has a problem."""

    timezone: ZoneInfo | None
    database: Path | None
    slack: Slack | None
    web: Web | None
    api: ApiTable | None
    audit: Audit | None
    shared: Shared
    freezes: tuple[FreezeTable, ...]
    problems: list[Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outside:
    """What the text itself does not say: vendors by `use`, its folder, who owns which names."""

    known: Mapping[str, Integration]
    folder: Path
    spread: Spread


def house(
    tree: dict[str, Any], known: Mapping[str, Integration], folder: Path, spread: Spread
) -> House:
    """Never raises: the caller lists these problems together with those of the services."""
    found = Findings()
    ours = {key: each for key, each in tree.items() if key not in APART}
    found.problems += written_out(ours, ())
    top = found.attempt(lambda: read_as(Top, tree, ()))
    shared = _shared(tree, top, found, _Outside(known=known, folder=folder, spread=spread))
    slack = found.attempt(lambda: read_as(Slack, section(tree, "slack"), ("slack",)))
    web = found.attempt(lambda: read_as(Web, section(tree, "web"), ("web",)))
    api = found.attempt(lambda: read_as(ApiTable, section(tree, "api"), ("api",)))
    audit = found.attempt(lambda: read_as(Audit, section(tree, "audit"), ("audit",)))
    found.problems += _of_delivery(slack, web) + _of_web(api, web)
    return House(
        timezone=found.attempt(lambda: zone(top.timezone, ("timezone",))) if top else None,
        database=found.attempt(lambda: _database(top.database, folder)) if top else None,
        slack=slack,
        web=web,
        api=api,
        audit=audit,
        shared=shared,
        freezes=top.freezes if top else (),
        problems=_without_echo(found.problems),
    )


def section(tree: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A section, empty where it is missing or no table."""
    found = tree.get(name)
    return found if isinstance(found, dict) else {}


def _without_echo(problems: list[Problem]) -> list[Problem]:
    """A missing section is said once, not once more for each of its keys."""
    whole = {each.keys for each in problems if len(each.keys) == 1}
    return [each for each in problems if len(each.keys) <= 1 or each.keys[:1] not in whole]


def _shared(
    tree: dict[str, Any],
    top: Top | None,
    found: Findings,
    outside: _Outside,
) -> Shared:
    spread = outside.spread
    time_scale = top.time_scale if top else 1.0
    integrations, broken = _integrations(
        section(tree, "integrations"), outside.known, outside.folder
    )
    people = _named(tree, "people", _people, found)
    checks = _named(tree, "checks", lambda name, raw: check(name, raw, time_scale), found)
    shared = Shared(
        integrations=integrations,
        broken=broken,
        people={name: each or People() for name, each in people.items()},
        checks={name: each or _stand_in(name) for name, each in checks.items()},
        unread=spread.unread,
        time_scale=time_scale,
        accounts=found.attempt(lambda: accounts(section(tree, "accounts"))) or {},
        timezone=top.timezone if top else "UTC",
    )
    found.problems += _of_sources(shared)
    shared = replace(shared, contained=_contained(found, spread))
    layers = layers_of({name: section(tree, name) for name in LAID}, shared)
    for layer in (layers.defaults, *layers.tiers.values()):
        found.problems += layer.problems
    return replace(shared, layers=layers)


def _contained(found: Findings, spread: Spread) -> dict[tuple[str, str], tuple[Problem, ...]]:
    """Takes the mistakes of teams out of the house's, and keeps them by what they are about."""
    inside = dict(spread.contained)
    for problem in found.problems:
        if problem.keys[:2] in spread.teams:
            about = (str(problem.keys[0]), str(problem.keys[1]))
            inside[about] = (*inside.get(about, ()), problem)
    found.problems = [each for each in found.problems if each.keys[:2] not in spread.teams]
    return inside


def _stand_in(name: str) -> CheckRule:
    """Keeps a check with a mistake from being reported as missing as well."""
    limits = Limits(name=name, limit=1.0)
    return CheckRule(name=name, source="", limits=limits, window=timedelta(minutes=1))


def _integrations(
    raw: dict[str, Any], known: Mapping[str, Integration], folder: Path
) -> tuple[dict[str, Configured], dict[str, tuple[Problem, ...]]]:
    usable: dict[str, Configured] = {}
    broken: dict[str, tuple[Problem, ...]] = {}
    for name, table in raw.items():
        try:
            _demand_name("integrations", name)
            usable[name] = read_integration(name, table, known, folder)
        except ConfigError as error:
            broken[name] = error.problems
    return usable, broken


def _named(
    tree: dict[str, Any], title: str, build: Callable[[str, Any], T], found: Findings
) -> dict[str, T | None]:
    built: dict[str, T | None] = {}
    for name, raw in section(tree, title).items():
        found.attempt(partial(_demand_name, title, name))
        built[name] = found.attempt(partial(build, name, raw))
    return built


def _demand_name(title: str, name: str) -> None:
    try:
        fields.name(name)
    except Wrong as error:
        raise wrong((title, name), error.sentence, error.remedy) from None


def _people(name: str, raw: Any) -> People:
    keys: KeyPath = ("people", name)
    if name in (ANYONE, NO_ONE):
        raise wrong(keys, f"{name} has a meaning of its own", "choose another name")
    people = read_as(People, raw, keys)
    if not people.users and not people.emails and people.group is None:
        raise wrong(keys, "nobody is named here", 'add users = ["U0ANA"] or group = "S0LEADS"')
    return people


def _of_sources(shared: Shared) -> list[Problem]:
    every = {**shared.integrations, **shared.broken}
    return [
        Problem(
            keys=("checks", each.name, "source"),
            sentence=f"there is no integration named {show_value(each.source)}",
            remedy=suggestion(each.source, every) if every else "add one under [integrations]",
        )
        for each in shared.checks.values()
        if each.source and each.source not in every
    ]


def _database(text: str, folder: Path) -> Path:
    if ":" in text.partition("/")[0] or text.endswith("/"):
        sentence = f"{show_value(text)} is not the path of a file"
        raise wrong(("database",), sentence, 'write one like "slipway.db"')
    return folder / text


def _of_delivery(slack: Slack | None, web: Web | None) -> list[Problem]:
    if slack is None:
        return []
    needed = "app_token" if slack.mode is Delivery.SOCKET else "signing_secret"
    problems = []
    if getattr(slack, needed) is None:
        sentence = f'this key is missing, and mode = "{slack.mode}" needs it'
        remedy = f'add {needed} = "env:SLACK_{needed.upper()}"'
        problems.append(Problem(keys=("slack", needed), sentence=sentence, remedy=remedy))
    if slack.mode is Delivery.HTTP and web is not None and not web.enabled:
        sentence = 'the web is switched off, and mode = "http" needs it'
        remedy = 'take enabled = false out, or write mode = "socket"'
        problems.append(Problem(keys=("web", "enabled"), sentence=sentence, remedy=remedy))
    if slack.command == slack.rollback_command:
        sentence = "both commands have the same name"
        keys = ("slack", "rollback_command")
        problems.append(Problem(keys=keys, sentence=sentence, remedy='write one like "/rollback"'))
    return problems


def _of_web(api: ApiTable | None, web: Web | None) -> list[Problem]:
    if web is None or web.enabled:
        return []
    needs = {"the keys of [api] need it": "[api]"} if api is not None and api.keys else {}
    needs |= {"calendar_token needs it": "calendar_token"} if web.calendar_token else {}
    return [
        Problem(
            keys=("web", "enabled"),
            sentence=f"the web is switched off, and {why}",
            remedy=f"take enabled = false out, or take {what} out",
        )
        for why, what in needs.items()
    ]
