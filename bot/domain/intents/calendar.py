"""What people ask of the calendar: to freeze, and to end a freeze."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.intents.release import Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze(Intent):
    """`service` and `environment` both empty: everything. `until` None: until it is lifted."""

    service: str = ""
    environment: str = ""
    until: datetime | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfreeze(Intent):
    service: str = ""
    environment: str = ""
    because: str = ""
