"""What people, and time, ask of the overrides and reviews of a service."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.intents.release import Intent, Start
from bot.domain.terms.rules import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class OfService(Intent):
    """`release` is the one that was named, if any; `version` empty: whatever is released."""

    service: str
    environment: str
    version: str = ""
    release: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOverride(OfService):
    """`until` None: as long as the config says."""

    right = Right.OVERRIDE

    gate: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOverride(OfService):
    """A second person's yes or no. `gate` empty: the only one that waits.

    `seen` is the override that a button was drawn for.
    """

    right = Right.OVERRIDE

    gate: str = ""
    yes: bool
    seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlass(OfService):
    """Of a release that lives; a start says it itself."""

    right = Start.right_of_glass

    incident: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOverride(OfService):
    """Its time came."""

    without_right = "time asks it, and only where an override is over"

    override: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack(OfService):
    """A release that went past a gate is looked at afterwards."""

    right = Right.PROMOTE

    approved: bool
