"""A small valid config as a tree, its TOML, and descriptors that stand in for vendors."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, field_validator

from bot.config import Config, ConfigError, Problem, parse
from bot.domain.terms.place import Place
from bot.domain.terms.rules import Rules
from bot.ports.clock import Clock
from bot.ports.http import Http
from bot.ports.integration import Integration, Parts, Settings

Tree = dict[str, Any]


class MoverSettings(Settings):
    apply: list[str]
    retries: int = Field(default=1, ge=0, le=5)


class MoverTarget(Settings):
    app: str | None = None


class SourceSettings(Settings):
    url: str
    token: str | None = None
    sealed: SecretStr | None = None

    @field_validator("url")
    @classmethod
    def _has_scheme(cls, url: str) -> str:
        if "://" not in url:
            raise ValueError(f"{url!r} has no scheme; write http:// before it")
        return url


def build(settings: Settings, http: Http, clock: Clock) -> Parts:
    return Parts()


KNOWN = {
    "mover": Integration(
        name="mover", summary="moves", settings=MoverSettings, build=build, target=MoverTarget
    ),
    "source": Integration(name="source", summary="counts", settings=SourceSettings, build=build),
}

TREE: Tree = {
    "version": 1,
    "timezone": "Europe/Lisbon",
    "slack": {
        "announce": "#releases",
        "bot_token": "env:SLACK_BOT_TOKEN",
        "app_token": "env:SLACK_APP_TOKEN",
    },
    "integrations": {
        "shop": {"use": "mover", "apply": ["./apply.sh"]},
        "prom": {"use": "source", "url": "http://prom.acme.internal"},
    },
    "people": {"devs": {"users": ["U0MEI"]}, "leads": {"group": "S0LEADS"}},
    "checks": {
        "errors": {
            "source": "prom",
            "requests": "r{track=$track}",
            "errors": "e{track=$track}",
            "limit": "1%",
        },
    },
    "defaults": {
        "deployer": "shop",
        "checks": ["errors"],
        "may": {"start": "devs", "rollback": "anyone"},
    },
    "services": {
        "checkout": {
            "environments": {
                "staging": {"strategy": {"kind": "rolling"}},
                "prod": {"strategy": {"kind": "rolling"}, "after": "staging"},
            }
        },
        "handbook": {"environments": {"prod": {"strategy": {"kind": "rolling"}}}},
    },
}
PROD = "services.checkout.environments.prod"
ABSENT = object()


def tree(**changes: Any) -> Tree:
    """The sample with values set at dotted paths (`__` for a dot); ABSENT takes a key out."""
    return changed({key.replace("__", "."): value for key, value in changes.items()})


def changed(changes: dict[str, Any]) -> Tree:
    """The same by dotted paths as written."""
    fresh = copy.deepcopy(TREE)
    for path, value in changes.items():
        *parents, last = path.split(".")
        table = fresh
        for parent in parents:
            table = table.setdefault(parent, {})
        table[last] = value
        if value is ABSENT:
            del table[last]
    return fresh


def toml(tree: Tree) -> str:
    """A tree as TOML, one line for each key at the top."""
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in tree.items())


def _key(key: str) -> str:
    return json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool | str):
        return json.dumps(value).replace("\x7f", "\\u007F")
    return str(value)


def read(changes: dict[str, Any] | None = None, folder: Path | None = None) -> Config:
    return parse(toml(changed(changes or {})), KNOWN, source="slipway.toml", folder=folder)


def rules(changes: dict[str, Any], place: tuple[str, str] = ("checkout", "prod")) -> Rules:
    """The rules of one environment, which must not be quarantined."""
    config = read(changes)
    assert config.quarantine_of(Place(*place)) == (), config.quarantined
    return config.services[Place(*place)]


def raised(run: Callable[[], object]) -> tuple[Problem, ...]:
    """The problems of a ConfigError that must come."""
    try:
        run()
    except ConfigError as error:
        return error.problems
    raise AssertionError("it was accepted")


def refusals(changes: dict[str, Any]) -> list[str]:
    """What is said of a file that cannot be used, without lines."""
    return [_unplaced(problem) for problem in raised(lambda: read(changes))]


def quarantine(changes: dict[str, Any], place: tuple[str, str] = ("checkout", "prod")) -> list[str]:
    """What is said of a service; the file must be usable and the other services run."""
    config = read(changes)
    assert ("handbook", "prod") in config.services or place[0] == "handbook"
    assert place not in config.services
    return [_unplaced(problem) for problem in config.quarantine_of(Place(*place))]


def _unplaced(problem: Problem) -> str:
    return f"{problem.path}: {problem.sentence}; {problem.remedy}"
