"""What people ask of the calendar: to freeze, and to end a freeze."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts.calendar import CALENDAR
from bot.domain.intents.bot import OfHouse
from bot.domain.terms.rules import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCalendar(OfHouse):
    """`service` and `environment` both empty: everything."""

    stream = CALENDAR

    service: str = ""
    environment: str = ""
    because: str = ""

    def reaches(self, service: str, environment: str) -> bool:
        return self.service in ("", service) and self.environment in ("", environment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze(OfCalendar):
    """`until` None: until it is lifted. Stopping is safe: one place is enough for the right."""

    right = Right.PAUSE

    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfreeze(OfCalendar):
    """To lift what somebody else set takes the right in all of it."""

    right = Right.PROMOTE
    everywhere = True
