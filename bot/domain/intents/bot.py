"""What people ask of the whole bot, and of no one place."""

from dataclasses import dataclass
from typing import ClassVar

from bot.domain.facts.bot import BOT_STREAM
from bot.domain.intents.release import Intent
from bot.domain.terms.rules import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class OfHouse(Intent):
    """Its right counts where it reaches: in one such place, or in each where `everywhere`.

    `stream` is where its facts go.
    """

    stream: ClassVar[str]
    everywhere: ClassVar[bool] = False

    def reaches(self, _service: str, _environment: str) -> bool:
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReloadConfig(OfHouse):
    """Take over a config that was read: `diff` is what it changes, `told` what to answer."""

    right = Right.OVERRIDE
    stream = BOT_STREAM

    digest: str = ""
    diff: tuple[str, ...] = ()
    told: str = ""
