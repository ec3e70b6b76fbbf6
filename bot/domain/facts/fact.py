"""What every fact says: when (`at`, aware UTC) and by whom.

`by` is a person's id, `cli:<user>`, or `bot`.

`role` is what gave them the right, in the config's words at that moment; empty for the bot, and
where no right was needed.
"""

from dataclasses import dataclass
from datetime import datetime

BOT = "bot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    at: datetime
    by: str
    role: str = ""
