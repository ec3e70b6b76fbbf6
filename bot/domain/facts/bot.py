"""What happened to the bot: starts, reloads, refusals, and what was kept or read of the record."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadAnchored(Fact):
    """The chain ended in `hash` at its fact `seq`; from now on places outside know it."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRead(Fact):
    """A person was shown, or given, the evidence of a release."""

    release: str
    via: str


# The bot's own streams


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied(Fact):
    """An act that was asked for and refused: what was typed, and why not."""

    asked: str
    code: str
    sentence: str
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BotStarted(Fact):
    """`away_since` is the last sign of life before, None at the first start."""

    version: str
    config: str
    away_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigReloaded(Fact):
    """The config was read again and holds. `diff` names places and keys, and never a value."""

    digest: str
    diff: tuple[str, ...]


BOT_STREAM = "bot"
