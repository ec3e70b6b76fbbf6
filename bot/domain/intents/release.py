"""What is asked: by people, and by the bot of itself after it looked at the world."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from bot.domain.facts.fact import BOT
from bot.domain.facts.release import Mark, ReleaseKind
from bot.domain.facts.vote import Choice
from bot.domain.judge.samples import Verdict
from bot.domain.terms.changes import Change
from bot.domain.terms.refusal import Refusal
from bot.domain.terms.rules import Right
from bot.domain.terms.strategy import Observed


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """`right` is what a person needs for it; where that is None, `without_right` says why."""

    right: ClassVar[Right | None] = None
    without_right: ClassVar[str] = ""

    by: str = BOT

    @property
    def right_too(self) -> Right | None:
        """What it takes beside `right`, where it goes further than usual."""
        return None

    @property
    def rights(self) -> tuple[Right, ...]:
        return tuple(right for right in (self.right, self.right_too) if right is not None)


# People


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Intent):
    """`release` is the id the new release gets; `cause` the release that it follows from.

    `incident` makes it an emergency; `glass`: it goes past its gates by the starter's role.
    """

    right = Right.START
    right_of_glass: ClassVar[Right] = Right.BREAK_GLASS

    release: str
    service: str
    environment: str
    version: str
    kind: ReleaseKind = ReleaseKind.START
    because: str = ""
    cause: str = ""
    incident: str = ""
    glass: bool = False

    @property
    def right_too(self) -> Right | None:
        return self.right_of_glass if self.glass else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promote(Intent):
    """`step` is the step the person saw on the button; None when typed.

    Early, before its step is over, it needs `right_early` too.
    """

    right = Right.PROMOTE
    right_early: ClassVar[Right] = Right.OVERRIDE

    early: bool = False
    because: str = ""
    step: int | None = None

    @property
    def right_too(self) -> Right | None:
        return self.right_early if self.early else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Intent):
    right = Right.PAUSE

    span: timedelta | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Intent):
    right = Right.PROMOTE

    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Abort(Intent):
    right = Right.ROLLBACK

    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback(Intent):
    right = Right.ROLLBACK

    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoEnded(Intent):
    """Rollback of what already ended, as the release `release`; `to` None: the one before."""

    right = Right.ROLLBACK

    release: str
    service: str
    environment: str
    to: str | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take(Intent):
    right = Right.READ


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle(Intent):
    right = Right.ROLLBACK

    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote(Intent):
    """A ballot. `round` is the round that the button was drawn for; None when typed."""

    right = Right.READ

    choice: Choice
    because: str = ""
    round: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge(Intent):
    """Who has not voted is reminded."""

    right = Right.READ


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopt(Intent):
    """`seen` is what the deployer just observed."""

    right = Right.ADOPT

    service: str
    environment: str
    seen: Observed


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkVersion(Intent):
    right = Right.PROMOTE

    service: str
    environment: str
    version: str
    mark: Mark
    because: str = ""


# The bot, having looked


@dataclass(frozen=True, slots=True, kw_only=True)
class FromBot(Intent):
    """What the bot found."""

    without_right = "the bot tells it, having looked; nobody can type it"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightReported(FromBot):
    """Either reasons against, or the resolved revision and the proven way back."""

    reasons: tuple[Refusal, ...] = ()
    revision: str = ""
    mechanism: str = ""
    proof: tuple[str, ...] = ()
    observed: Observed | None = None
    changes: tuple[Change, ...] = ()
    changes_unknown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(FromBot):
    """The deployer was asked where the target is; `idle`: nothing is on its way to it."""

    observed: Observed
    idle: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(FromBot):
    """The checks spoke; `watched` is the bake so far at this step."""

    verdicts: tuple[Verdict, ...]
    watched: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRefused(FromBot):
    """The deployer said no to where it was told to be; `back`: on the way back."""

    reason: str
    back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRang(FromBot):
    """`alarm` is a kind of effect, which a higher floor names: Do.ALARM_….

    `version` is the release's version when it was set.
    """

    alarm: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GateAnswer(FromBot):
    """What was asked elsewhere before the step after `step` answered."""

    step: int
    go: bool
    because: str
    valid_for: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchResumed(FromBot):
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PollLooked(FromBot):
    """The config was read anew, or the bot came back: is what people vote on still the plan?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarTurned(FromBot):
    """A freeze began, ended or changed, or may have."""


PEOPLE: tuple[type[Intent], ...] = (
    Promote,
    Pause,
    Resume,
    Abort,
    Rollback,
    Take,
    Settle,
    Vote,
    Nudge,
)
"""What people may ask of a release that exists."""
WORLD: tuple[type[Intent], ...] = (
    PreflightReported,
    Seen,
    Judged,
    MoveRefused,
    AlarmRang,
    GateAnswer,
    WatchResumed,
    PollLooked,
    CalendarTurned,
)
