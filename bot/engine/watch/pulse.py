"""When everybody outside answered last, so that silence can be shown before it matters."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from bot.ports.clock import Clock

Noting: TypeAlias = Callable[[str, bool], None]
"""Takes the name of an integration, and whether it answered."""


def note_nothing(name: str, answered: bool) -> None:
    """For who has nobody to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """The last answer of one integration, and since when there has been none."""

    answered_at: datetime | None = None
    silent_since: datetime | None = None


class Pulse:
    """Kept in memory: after a start nobody is called silent before they were asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._signs: dict[str, Sign] = {}

    def note(self, name: str, answered: bool) -> None:
        now, known = self._clock.now(), self.of(name)
        if answered:
            self._signs[name] = Sign(answered_at=now)
        elif known.silent_since is None:
            self._signs[name] = replace(known, silent_since=now)

    def of(self, name: str) -> Sign:
        return self._signs.get(name, Sign())
