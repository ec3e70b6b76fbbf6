"""The way back: one fact, from wherever the release is."""

from datetime import datetime

from bot.domain import facts as f
from bot.domain.judge.samples import Verdict
from bot.domain.release import Release


def go_back(
    release: Release,
    cause: f.Cause,
    because: str,
    verdicts: tuple[Verdict, ...],
    by: str,
    now: datetime,
) -> f.RollbackDecided:
    """The decision to return to stable, with the time by which traffic has to be there."""
    return f.RollbackDecided(
        at=now,
        by=by,
        cause=cause,
        because=because,
        verdicts=verdicts,
        reached=reached_weight(release),
        deadline=now + release.rules.rollback.within,
    )


def reached_weight(release: Release) -> float:
    """The greatest share of users, in percent, that can have seen the new revision."""
    if release.way is not None:
        return release.way.reached
    steps = release.rules.strategy.steps[: release.step + 1]
    return max(step.weight.percent for step in steps)
