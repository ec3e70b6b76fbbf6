"""[integrations]: each name with its vendor's descriptor and settings; a bad one stays alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from bot.config import fields
from bot.config.errors import ConfigError, KeyPath, Problem, Wrong, demand, wrong
from bot.config.secret import Secrets, literal, written_out
from bot.config.translate import read_as
from bot.config.words import absent
from bot.ports.integration import Integration, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """One name of [integrations]. `settings` still hold `env:NAME` where a secret belongs."""

    name: str
    integration: Integration
    settings: Settings
    table: Mapping[str, Any] = field(repr=False)

    def opened(self, secrets: Secrets) -> Settings:
        """The settings with their secrets read. Raises ConfigError where one is missing."""
        keys: KeyPath = ("integrations", self.name)
        filled = secrets.filled(dict(self.table), keys)
        try:
            return _settings(self.integration, filled, keys, secrets.folder)
        except ConfigError as error:
            # The vendor's own words may repeat a value, and now that is a secret.
            raise ConfigError(map(_muted, error.problems)) from None


def _muted(problem: Problem) -> Problem:
    return replace(
        problem,
        sentence="its vendor does not take this once the secrets are read",
        remedy="check what the named variables and files hold",
    )


def read_integration(
    name: str, table: Any, known: Mapping[str, Integration], folder: Path
) -> Configured:
    """Raises ConfigError for an unknown `use` or settings that its vendor does not take."""
    keys: KeyPath = ("integrations", name)
    integration = _used(table, keys, known)
    settings = {key: value for key, value in table.items() if key != "use"}
    demand(written_out(settings, keys, by_name=True))
    read = _settings(integration, settings, keys, folder)
    demand(_sealed(read, keys))
    return Configured(name=name, integration=integration, settings=read, table=settings)


def _sealed(settings: BaseModel, keys: KeyPath) -> Iterator[Problem]:
    """What a vendor calls a secret, whatever its key, and the file writes out."""
    for key, value in settings:
        if isinstance(value, BaseModel):
            yield from _sealed(value, (*keys, key))
        if isinstance(value, SecretStr) and not fields.is_reference(value.get_secret_value()):
            yield literal((*keys, key))


def _settings(
    integration: Integration, table: dict[str, Any], keys: KeyPath, folder: Path
) -> Settings:
    context = {"folder": str(folder.absolute())}
    return read_as(integration.settings, table, keys, context)


def _used(table: Any, keys: KeyPath, known: Mapping[str, Integration]) -> Integration:
    if not isinstance(table, dict):
        raise wrong(keys, "this is not a table", 'write { use = "…", … }')
    if "use" not in table:
        raise wrong((*keys, "use"), "this key is missing", f"name one of: {', '.join(known)}")
    try:
        use = fields.line(table["use"])
    except Wrong as error:
        raise wrong((*keys, "use"), error.sentence, error.remedy) from None
    if use not in known:
        raise wrong((*keys, "use"), *absent("integration", use, known, "a folder or a plugin"))
    return known[use]


def target_problems(configured: Configured, target: dict[str, Any], keys: KeyPath) -> list[Problem]:
    """What a vendor finds wrong with where a service runs."""
    model = configured.integration.target
    try:
        if model is not None:
            read_as(model, target, keys)
    except ConfigError as error:
        return list(error.problems)
    return []
