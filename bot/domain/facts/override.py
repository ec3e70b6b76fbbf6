"""What people decide against a rule, recorded: overrides, broken glass, and the looks back at them.

Most stand in the stream of the service they are for; OverrideUsed and PollWaived in the release's.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideAsked(Fact):
    """A person asks to be let past gates until `until`; `version` empty: whatever is released.

    `release` is the one it was asked about, if any.
    """

    override: str
    gates: tuple[str, ...]
    version: str
    release: str
    because: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideGranted(Fact):
    """`alone`: one person is enough there, so whoever asked granted it."""

    override: str
    alone: bool
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRefused(Fact):
    """Somebody who could have granted it said no."""

    override: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideEnded(Fact):
    """Its time is over, or a person ended it before."""

    override: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassBroken(Fact):
    """Somebody with that role went past gates at once; a second person looks at it afterwards.

    `own`: what made it their own, `requester` or `author`; empty where it was not.
    """

    override: str
    gates: tuple[str, ...]
    version: str
    release: str
    incident: str
    because: str
    until: datetime
    own: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideUsed(Fact):
    """A release went where it would have stayed but for an override; empty `second`: nobody yet."""

    override: str
    gates: tuple[str, ...]
    asked_by: str
    second: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PollWaived(Fact):
    """The vote is not waited for any more: an override of it stands."""

    round: int
    override: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOpened(Fact):
    """Somebody who neither asked for it nor wrote of it is to look at a release afterwards."""

    release: str
    version: str
    because: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewClosed(Fact):
    """It was looked at. `approved` is False where it should not have gone."""

    release: str
    approved: bool
    because: str
