"""What a release brings, asked before anything moves. Not knowing it is said, never guessed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.state.release import Release
from bot.domain.terms.changes import Change
from bot.engine.parts import Ports
from bot.ports.outcomes import IntegrationError

NameAuthors: TypeAlias = Callable[[tuple[Change, ...]], Awaitable[tuple[Change, ...]]]
"""Finds the people behind authors as they are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """`unknown` says why nobody can tell what it brings; empty also where nothing is configured."""

    changes: tuple[Change, ...] = ()
    unknown: str = ""
    dropped: int = 0


async def brought(release: Release, ports: Ports, named: NameAuthors) -> Brought:
    """Everything since the version that a rollback returns to: what has not been certified yet."""
    if release.rules.changes is None:
        return Brought()
    base = release.stable.version if release.stable else None
    try:
        source = ports.change_source(release.rules.changes)
        compared = await source.between(base, release.name)
    except IntegrationError as error:
        return Brought(unknown=f"{release.rules.changes}: {error}")
    changes = await named(compared.changes)
    if not compared.whole:
        return Brought(changes=changes, unknown=_too_many(release, len(changes)))
    return Brought(changes=changes, dropped=compared.dropped)


def _too_many(release: Release, told: int) -> str:
    since = release.stable.version if release.stable else "its beginning"
    return (
        f"{release.rules.changes} told only the newest {told} changes since {since}, "
        "so its authors are not all known. Release in smaller parts, or raise most."
    )
