"""What keeps a release where it is, and what lets it go on."""

from datetime import datetime

from bot.domain.decide.vote.open import go_expired
from bot.domain.facts import release as f
from bot.domain.facts.fact import Fact
from bot.domain.facts.release import FinishResumed
from bot.domain.state.moves import State
from bot.domain.state.release import Release


def lift(release: Release, hold: f.Hold, because: str, by: str, now: datetime) -> Fact:
    """The fact that ends one hold: whether others remain, or what it returns to, is its kind."""
    if any(held.hold is not hold for held in release.holds):
        return f.HoldLifted(at=now, by=by, hold=hold, because=because)
    deadline = now + release.rules.rollback.shift_within
    if release.paused_in is State.FINISHING:
        return FinishResumed(at=now, by=by, hold=hold, because=because, deadline=deadline)
    if release.paused_in is State.SHIFTING and (late := _too_late(release, now)):
        return late
    if release.paused_in is State.SHIFTING:
        return f.ShiftResumed(at=now, by=by, hold=hold, because=because, deadline=deadline)
    return f.LastHoldLifted(at=now, by=by, hold=hold, because=because)


def _too_late(release: Release, now: datetime) -> Fact | None:
    """Its go ran out while it was held before its first step: people are asked again."""
    return go_expired(release, now) if release.step == 0 else None
