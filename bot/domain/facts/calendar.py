"""What happened to the calendar, and to releases because of it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts.fact import Fact

CALENDAR = "calendar"
"""The stream of the freezes that people set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeBegan(Fact):
    """A live release met a freeze: it stays, watched, until `until` (None: nobody knows yet).

    `name` names every window that denies, and `set_by` whose they are.
    """

    name: str
    because: str
    set_by: str
    until: datetime | None

    def spelled(self) -> str:
        """What holds the release, in words that stand beside its other holds."""
        because = f" ({self.because})" if self.because else ""
        return f'the freeze "{self.name}"{because}'


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeDeclared(Fact):
    """A person froze a place; where neither service nor environment is named, everything."""

    freeze: str
    service: str
    environment: str
    because: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeLifted(Fact):
    """A person ended freezes before their time."""

    freezes: tuple[str, ...]
    because: str
