"""What keeps a release where it is, and what lets it go on."""

from datetime import datetime

from bot.domain import facts as f
from bot.domain.moves import State
from bot.domain.release import Release


def lift(release: Release, hold: f.Hold, because: str, by: str, now: datetime) -> f.Fact:
    """The fact that ends one hold: whether others remain, or what it returns to, is its kind."""
    if any(held.hold is not hold for held in release.holds):
        return f.HoldLifted(at=now, by=by, hold=hold, because=because)
    if release.paused_in is State.SHIFTING:
        deadline = now + release.rules.rollback.shift_within
        return f.ShiftResumed(at=now, by=by, hold=hold, because=because, deadline=deadline)
    return f.LastHoldLifted(at=now, by=by, hold=hold, because=because)
