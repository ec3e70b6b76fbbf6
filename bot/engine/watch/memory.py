"""What the watcher knows of one release between polls; small enough to keep after each."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.judge.judge import JudgeState, begin, observe
from bot.domain.judge.samples import Limits, Sample
from bot.domain.state.release import Release
from bot.domain.terms.rules import CheckRule


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckWatch:
    """One check: where its next window begins, how much was covered, what the judge holds."""

    cursor: datetime
    covered: timedelta = timedelta(0)
    judge: JudgeState = field(default_factory=begin)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchMemory:
    """All checks of one stay: a step going forward, or the confirmation of a rollback."""

    stay: str
    began: datetime
    checks: dict[str, CheckWatch] = field(default_factory=dict)

    @property
    def cursor(self) -> datetime:
        return max((each.cursor for each in self.checks.values()), default=self.began)

    def watched(self, now: datetime) -> timedelta:
        """What the least covered check has seen; plain time where there is nothing to check."""
        covered = [each.covered for each in self.checks.values()]
        return min(covered) if covered else now - self.began

    def after(self, check: str, limits: Limits, sample: Sample) -> "WatchMemory":
        """With one more sample; a gap is shown to the judge but is not time watched."""
        before = self.checks[check]
        span = sample.window.end - sample.window.start
        covered = before.covered + (span if sample.canary is not None else timedelta(0))
        judge = observe(before.judge, limits, sample)
        seen = CheckWatch(cursor=sample.window.end, covered=covered, judge=judge)
        return replace(self, checks={**self.checks, check: seen})

    def skipping_to(self, now: datetime) -> "WatchMemory":
        """After an absence: what was not seen is neither asked for nor counted."""
        checks = {name: replace(each, cursor=now) for name, each in self.checks.items()}
        return replace(self, checks=checks)


def stay_of(release: Release) -> str | None:
    """What a judge's memory belongs to; None while there is nothing to judge."""
    if release.way is not None:
        return f"back/{release.way.decided_at.isoformat()}" if release.way.back_at else None
    if release.baking_since is not None:
        return f"step/{release.step}"
    return f"shift/{release.step}" if users_meet(release) else None


def users_meet(release: Release) -> bool:
    """Whether traffic can reach the new revision: also on the way from one step to the next."""
    steps = release.rules.strategy.steps
    arrived = release.baking_since is not None
    met = steps[release.step] if arrived else steps[max(0, release.step - 1)]
    return met.meets_users and (arrived or release.step > 0)


def watch_of(release: Release, stay: str) -> WatchMemory:
    """A fresh watch of this stay, from when it began."""
    began = release.way.back_at if release.way else release.baking_since
    since = began or release.moved_at
    judged = release.rules.checks if release.way or users_meet(release) else ()
    return fresh(stay, since, judged)


def fresh(stay: str, since: datetime, checks: Iterable[CheckRule]) -> WatchMemory:
    """Nothing seen yet of these checks."""
    cursors = {check.name: CheckWatch(cursor=since) for check in checks}
    return WatchMemory(stay=stay, began=since, checks=cursors)
