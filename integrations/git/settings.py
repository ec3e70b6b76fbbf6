"""What a config says about a repository on this machine."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from bot.ports.fields import span
from bot.ports.integration import Settings


class GitSettings(Settings):
    """`path` is relative to the `folder` of the validation context (the config file's).

    `tag` is how a version's tag is called, with `$version` in it. The repository is read as it
    lies there; something else keeps it fetched.
    """

    path: Path
    """The repository; relative to the config's folder."""
    tag: str = "$version"
    """What a version's tag is called, with `$version` in it."""
    deadline: Annotated[timedelta, span(timedelta(minutes=1))] = timedelta(seconds=10)
    """How long one question to the repository may take."""
    most: int = Field(default=1000, ge=1, le=10_000)
    """How many commits are read at most."""

    @field_validator("path")
    @classmethod
    def _from_the_config(cls, path: Path, info: ValidationInfo) -> Path:
        folder = (info.context or {}).get("folder")
        return Path(folder, path) if folder else path.absolute()

    @field_validator("tag")
    @classmethod
    def _holds_the_version(cls, tag: str) -> str:
        if tag.count("$version") != 1 or "$" in tag.replace("$version", ""):
            raise ValueError(f'{tag!r} needs $version in it, once; write one like "v$version"')
        return tag
