"""What a config says about a deployer that is a program."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from bot.ports.fields import span
from bot.ports.integration import Settings
from integrations.command.words import PLACE, POSITION, check_words

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _listed(value: Any) -> Any:
    if isinstance(value, str):
        raise ValueError(
            'no shell is used here; write a list of words like ["./apply.sh", "$service"]'
        )
    return value


Words: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class CommandTarget(Settings):
    """A command is told service and environment; a target has nothing to add."""


class CommandSettings(Settings):
    """`apply` and `observe` are argument lists; see words.py for the placeholders.

    `cwd` is where the programs run and where their relative paths begin. It is relative to the
    `folder` of the validation context (the config file's), or to the process's own without one.
    `pass_environment` names the variables that the programs get beside the plain ones.
    """

    apply: Words
    """The program that moves traffic to a position, as a list of words."""
    observe: Words
    """The program that says how a place stands, as a list of words."""
    find: Words | None = None
    """The program that resolves what people type to a version, as a list of words."""
    versions: Words | None = None
    """The program that lists versions to choose from, as a list of words."""
    deadline: Annotated[timedelta, span(timedelta(hours=1))] = timedelta(seconds=60)
    """How long one run may take."""
    cwd: Path = Field(default=Path(), validate_default=True)
    """Where the programs run; relative to the config's folder."""
    pass_environment: tuple[str, ...] = ()
    """Variables that the programs get beside the plain ones."""
    weights: bool = True
    """Whether it can move a share of the users."""
    mirrors: bool = False
    """Whether it can copy requests to the new version."""
    keeps_warm: bool = False
    """Whether the old version is kept running, ready to take traffic back."""
    removes: bool = False
    """Whether it can remove a version."""

    @field_validator("apply")
    @classmethod
    def _apply_knows_positions(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        check_words(words, POSITION)
        return words

    @field_validator("observe", "find", "versions")
    @classmethod
    def _looking_knows_places(cls, words: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if words is not None:
            check_words(words, PLACE)
        return words

    @field_validator("pass_environment")
    @classmethod
    def _names_of_variables(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if not _VARIABLE.fullmatch(name) or name.startswith("SLIPWAY_"):
                raise ValueError(f"{name!r} cannot be passed on; name a variable of your own")
        return names

    @field_validator("cwd")
    @classmethod
    def _from_the_config(cls, cwd: Path, info: ValidationInfo) -> Path:
        folder = (info.context or {}).get("folder")
        return Path(folder, cwd) if folder else cwd.absolute()
