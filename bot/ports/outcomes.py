"""What came of asking a vendor.

A write returns one of the outcomes below; a read raises an IntegrationError:

IntegrationError
  Unavailable   does not answer, or not in time: try again later
  Denied        credentials or rights
  NotFound      no such target, version or query
  Nonsense      it answered, but not in a form that can be believed
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias


class IntegrationError(Exception):
    """One sentence for a person: who did not do what, why, and what to do."""


class Unavailable(IntegrationError):
    pass


class AccessDenied(IntegrationError):
    pass


class NotFound(IntegrationError):
    pass


class Nonsense(IntegrationError):
    pass


@dataclass(frozen=True, slots=True)
class Done:
    """It is so now."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The vendor took it and is on its way; success is what observation later shows."""

    ref: str = ""


@dataclass(frozen=True, slots=True)
class AlreadyDone:
    """This key was carried out before."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The vendor said no, and why; nothing changed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """The target was not where the caller expected it; nothing changed."""

    current: str


@dataclass(frozen=True, slots=True)
class Unsupported:
    why: str
    alternative: str


@dataclass(frozen=True, slots=True)
class Throttled:
    """Not taken; asked to come back after `after`."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Sent, not answered: it may have happened. Look before acting again."""

    why: str


WriteOutcome: TypeAlias = (
    Done | Accepted | AlreadyDone | Rejected | Conflict | Unsupported | Throttled | Ambiguous
)
